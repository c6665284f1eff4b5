package tlsparse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// madeHello is the record of a hello of the type with a session id of that length.
func madeHello(typ HandshakeType, id int) []byte {
	body := slices.Concat([]byte{3, 3}, make([]byte, 32), []byte{byte(id)}, make([]byte, id))
	if typ == TypeClientHello {
		body = append(body, 0, 4, 0, 0x2f, 0, 0xff, 1, 0)
	} else {
		body = append(body, 0, 0x2f, 0)
	}
	message := slices.Concat([]byte{byte(typ), 0, 0, byte(len(body))}, body)
	return slices.Concat([]byte{22, 3, 1, 0, byte(len(message))}, message)
}

func TestFindHello(t *testing.T) {
	changed := func(i int, b byte) []byte {
		p := madeHello(TypeClientHello, 32)
		p[i] = b
		return p
	}
	client, server := madeHello(TypeClientHello, 32), madeHello(TypeServerHello, 0)
	for _, tt := range []struct {
		name string
		p    []byte
		want int
	}{
		{"nothing", nil, -1},
		{"client", client, 0},
		{"server", server, 0},
		{"behind text", slices.Concat([]byte("STARTTLS\r\n"), client), 10},
		{"behind half a header", slices.Concat([]byte{22, 3, 1}, server), 3},
		{"behind another that lies", slices.Concat(client[:20], client), 20},
		{"version 3.4 of a record", changed(2, 4), -1},
		{"version 2.0 of a record", changed(1, 2), -1},
		{"record too long", changed(3, 0x41), -1},
		{"record too short", changed(4, 38), -1},
		{"certificate", changed(5, 11), -1},
		{"message too long", changed(6, 5), -1},
		{"message too short", changed(8, 37), -1},
		{"version 3.4", changed(10, 4), -1},
		{"session id too long", changed(43, 33), -1},
		{"odd length of suites", changed(77, 3), -1},
		{"no suites", changed(77, 0), -1},
		{"suites beyond the message", changed(77, 8), -1},
	} {
		at, rest := FindHello(tt.p)
		if at != tt.want {
			t.Errorf("%s: at %d, want %d (rest %d)", tt.name, at, tt.want, rest)
		}
		checkFindHello(t, tt.p)
	}
}

// checkFindHello asserts that portions of p lead to the same place.
func checkFindHello(t *testing.T, p []byte) {
	t.Helper()
	at, rest := FindHello(p)
	if rest < 0 || rest >= 80 || rest > len(p) || at >= 0 && rest != 0 {
		t.Fatalf("%d, rest %d of %d octets", at, rest, len(p))
	}
	if at >= 0 {
		if is, _ := SniffStart(p[at:]); !is {
			t.Errorf("%x begins no stream", p[at:min(at+16, len(p))])
		}
	}
	for n := range p {
		first, rest := FindHello(p[:n])
		if first >= 0 && first != at {
			t.Errorf("at %d in %d octets, at %d in all", first, n, at)
		}
		if first < 0 && at >= 0 && n-rest > at {
			t.Errorf("%d octets are past what begins at %d", n-rest, at)
		}
	}
}

func FuzzFindHello(f *testing.F) {
	f.Add(slices.Concat([]byte("a\n"), madeHello(TypeClientHello, 0)))
	f.Add(madeHello(TypeServerHello, 32))
	f.Add(bytes.Repeat([]byte{22, 3, 1}, 40))
	f.Fuzz(func(t *testing.T, p []byte) { checkFindHello(t, p[:min(len(p), 512)]) })
}

func TestSniffStart(t *testing.T) {
	for p, want := range map[string]string{
		"\x16\x03\x01\x00\x31\x01\x00":     "true true",
		"\x16\x03\x03\x00\x31\x02\x00":     "true true",
		"\x16\x03\x03\x00\x31\x01":         "false false",
		"\x16\x03\x03\x00\x31":             "false false",
		"\x16\x03\x03\x00\x01\x01":         "true true", // a message in records of one octet
		"\x16\x03\x03\x00\x31\x0b\x00":     "false true",
		"\x16\x03\x01\x00\x31\x01\x05":     "false true",
		"\x17\x03\x03\x00\x31\x01":         "false true",
		"\x15\x03\x03\x00\x02\x02":         "false true",
		"\x80\x2e\x01\x03\x01":             "true true",
		"\x16":                             "false false",
		"220 example.net":                  "false true",
		strings.Repeat("\x16\x03\x01", 10): "false true",
	} {
		isTLS, enough := SniffStart([]byte(p))
		if got := fmt.Sprint(isTLS, enough); got != want {
			t.Errorf("%q: %s, want %s", p, got, want)
		}
	}
}

func BenchmarkFindHello(b *testing.B) {
	for name, p := range map[string][]byte{
		"text": bytes.Repeat([]byte("250-example.net\r\n"), 80), "worst": bytes.Repeat([]byte{22, 3}, 700),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(p)))
			for b.Loop() {
				FindHello(p)
			}
		})
	}
}
