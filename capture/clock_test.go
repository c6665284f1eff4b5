package capture

import (
	"math"
	"math/big"
	"testing"
	"time"
)

// TestClock compares all resolutions with exact arithmetic.
func TestClock(t *testing.T) {
	ticks := []uint64{0, 1, 999, 1 << 20, 1132443290907140, 1132443290907140123, 1 << 62, math.MaxUint64}
	for resolution := range 256 {
		base, exponent := int64(10), int64(resolution)
		if resolution >= 0x80 {
			base, exponent = 2, int64(resolution-0x80)
		}
		perSecond := new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil)
		for _, n := range ticks {
			exact := new(big.Int).SetUint64(n)
			exact.Mul(exact, big.NewInt(1e9))
			exact.Div(exact, perSecond)
			seconds, nanoseconds := new(big.Int).DivMod(exact, big.NewInt(1e9), new(big.Int))
			for _, offset := range []int64{0, -10, 3600, math.MaxInt64, math.MinInt64} {
				var want time.Time
				sum := new(big.Int).Add(seconds, big.NewInt(offset))
				if seconds.Cmp(big.NewInt(lastSecond)) <= 0 && sum.IsInt64() && sum.Int64() >= firstSecond && sum.Int64() <= lastSecond {
					want = time.Unix(sum.Int64(), nanoseconds.Int64()).UTC()
				}
				got := clock{resolution: byte(resolution), offset: offset}.time(n)
				if got != want {
					t.Fatalf("resolution %#02x, %d ticks, offset %d: %v, want %v", resolution, n, offset, got, want)
				}
			}
		}
	}
	if year := time.Unix(lastSecond, 0).UTC().Format(time.RFC3339); year != "9999-12-31T23:59:59Z" {
		t.Error(year)
	}
	if year := time.Unix(firstSecond, 0).UTC().Format(time.RFC3339); year != "0001-01-01T00:00:00Z" {
		t.Error(year)
	}
}
