package amount

import "testing"

func TestOf(t *testing.T) {
	for n, want := range []string{"0 lines end", "1 line ends", "2 lines end"} {
		if got := Of(n, "line ends", "lines end"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	for n, want := range []string{"0 octets", "1 octet", "2 octets"} {
		if got := Octets(int64(n)); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
