package sipsecdump

import (
	"bytes"
	"slices"
	"testing"

	"sipsecdump/tlsparse"
)

// TestUpgradeSplits: where TLS begins does not depend on how the stream is cut in two.
func TestUpgradeSplits(t *testing.T) {
	body := slices.Concat([]byte{3, 3}, make([]byte, 32), []byte{0, 0, 2, 0, 0x2f, 1, 0})
	hello := slices.Concat([]byte{22, 3, 1, 0, byte(4 + len(body)), 1, 0, 0, byte(len(body))}, body)
	for _, before := range []string{
		"", "220 ready\r\n", "<proceed/>", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x9c\x41\x13\xc5",
		"a\n\x16\x03\x01\n", "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00", "\r\n",
	} {
		stream := append([]byte(before), hello...)
		for i := range stream {
			for j := i; j < len(stream); j++ {
				var u upgrade
				var clear, secured []byte
				for _, p := range [][]byte{stream[:i], stream[i:j], stream[j:]} {
					switch {
					case len(secured) > 0:
						secured = append(secured, p...)
					case len(p) > 0:
						c, s := u.search(tlsparse.ClientToServer, p)
						clear, secured = append(clear, c...), append(secured, s...)
					}
				}
				if string(clear) != before || !bytes.Equal(secured, hello) {
					t.Fatalf("%q, cut at %d and %d: %q is clear, %d octets of %d are TLS", before, i, j, clear, len(secured), len(hello))
				}
				if u.sides[0].offset != int64(len(before)) || len(u.release(0)) != 0 {
					t.Fatalf("%q: TLS is at %d, want %d", before, u.sides[0].offset, len(before))
				}
			}
		}
	}
}
