package tlsparse

import (
	"fmt"
	"testing"
)

func TestContentLimit(t *testing.T) {
	ext := func(typ ExtensionType, data ...byte) []Extension { return []Extension{{typ, data}} }
	both := func(client, server []Extension) *negotiation {
		return &negotiation{client: &ClientHello{Extensions: client}, server: &ServerHello{Extensions: server}}
	}
	size := func(n int) []Extension { return ext(ExtRecordSizeLimit, byte(n>>8), byte(n)) }
	for i, tt := range []struct {
		n                *negotiation
		tls13, encrypted bool
		padding          int
		limits           [2]int // of each direction
	}{
		{nil, false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(nil, nil), false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(ext(ExtMaxFragmentLength, 1), nil), false, false, 0, [2]int{maxFragment, maxFragment}},
		{both(ext(ExtMaxFragmentLength, 1), ext(ExtMaxFragmentLength, 1)), false, false, 0, [2]int{512, 512}},
		{both(nil, ext(ExtMaxFragmentLength, 4)), false, true, 0, [2]int{4096, 4096}},
		{both(nil, ext(ExtMaxFragmentLength, 5)), false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(nil, ext(ExtMaxFragmentLength)), false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(size(600), size(900)), false, true, 0, [2]int{900, 600}},
		{both(size(600), size(900)), false, false, 0, [2]int{maxFragment, maxFragment}},
		{both(size(600), nil), false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(size(63), size(900)), false, true, 0, [2]int{maxFragment, maxFragment}},
		{both(size(600), size(0xffff)), false, true, 0, [2]int{maxFragment, 600}},
		{&negotiation{client: &ClientHello{Extensions: size(600)}, server: &ServerHello{}, encrypted: size(900)}, true, true, 9, [2]int{890, 590}},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			s := NewSession(nil)
			s.acquire()
			s.current, s.tls13, s.rec.Encrypted, s.rec.Padding = tt.n, tt.tls13, tt.encrypted, tt.padding
			for d, want := range tt.limits {
				if got, section := s.contentLimit(Dir(d)); got != want || section == "" {
					t.Errorf("%v: %d, want %d (%s)", Dir(d), got, want, section)
				}
			}
		})
	}
}
