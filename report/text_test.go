package report

import (
	"strconv"
	"testing"
)

func TestAppendNumber(t *testing.T) {
	for n := range uint64(20_000) {
		if got, want := string(appendNumber([]byte("x"), n)), "x"+strconv.FormatUint(n, 10); got != want {
			t.Fatalf("%s, not %s", got, want)
		}
	}
}
