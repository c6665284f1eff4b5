package capture

import (
	"math/bits"
	"time"
)

// microseconds is the resolution of a pcapng interface that does not declare one.
const microseconds = 6

// clock converts the ticks of a pcapng interface (draft-ietf-opsawg-pcapng, Section 4.2,
// if_tsresol and if_tsoffset).
type clock struct {
	resolution byte  // a second has 10^resolution ticks, or 2^(resolution-128)
	offset     int64 // seconds to add
}

// The seconds of the years 1 to 9999, outside of which no time can be printed.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// time returns the zero Time if the ticks are outside of the years 1 to 9999.
func (c clock) time(ticks uint64) time.Time {
	seconds, nanoseconds := c.split(ticks)
	if seconds > lastSecond {
		return time.Time{}
	}
	sum := int64(seconds) + c.offset
	if c.offset > lastSecond || sum < firstSecond || sum > lastSecond {
		return time.Time{}
	}
	return time.Unix(sum, int64(nanoseconds)).UTC()
}

func (c clock) split(ticks uint64) (seconds, nanoseconds uint64) {
	exponent := uint(c.resolution & 0x7f)
	if c.resolution&0x80 != 0 {
		fraction := ticks
		if exponent < 64 {
			seconds, fraction = ticks>>exponent, ticks&(1<<exponent-1)
		}
		hi, lo := bits.Mul64(fraction, 1e9)
		if exponent >= 64 {
			return 0, hi >> (exponent - 64)
		}
		return seconds, hi<<(64-exponent) | lo>>exponent
	}
	if perSecond, ok := pow10(exponent); ok {
		hi, lo := bits.Mul64(ticks%perSecond, 1e9)
		nanoseconds, _ = bits.Div64(hi, lo, perSecond)
		return ticks / perSecond, nanoseconds
	}
	// Less than a second: 64 bits of ticks do not reach one.
	if perNanosecond, ok := pow10(exponent - 9); ok {
		return 0, ticks / perNanosecond
	}
	return 0, 0
}

// pow10 returns 10^n, if it fits.
func pow10(n uint) (uint64, bool) {
	if n > 19 {
		return 0, false
	}
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p, true
}
