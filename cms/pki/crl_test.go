package pki

import (
	"bytes"
	"testing"
	"time"
)

// testCRL assembles a CRL that nobody signed.
func testCRL(t testing.TB, entries, extensions []byte) []byte {
	t.Helper()
	algorithm := octets(t, "300d06092a864886f70d01010b0500")
	name := readName(t, attribute(t, "550403", 0x0c, "ca")).Raw
	tbs := tlv(0x30, octets(t, "020101"), algorithm, name, tlv(0x17, []byte("260101000000Z")), tlv(0x17, []byte("270101000000Z")), entries, extensions)
	return tlv(0x30, tbs, algorithm, tlv(3, []byte{0, 1, 2, 3}))
}

func TestParseCRL(t *testing.T) {
	reason := tlv(0x30, tlv(0x30, octets(t, "0603551d15"), tlv(4, octets(t, "0a0101"))))
	entries := tlv(0x30,
		tlv(0x30, octets(t, "020105"), tlv(0x17, []byte("260601000000Z")), reason),
		tlv(0x30, octets(t, "02020085"), tlv(0x17, []byte("260701000000Z"))),
		tlv(0x30, octets(t, "020106"), tlv(0x17, []byte("never"))))
	der := testCRL(t, entries, nil)
	l, err := ParseCRL(der)
	if err != nil || len(l.Findings) != 0 {
		t.Fatalf("%v, %+v", err, l)
	}
	if l.Version != 2 || l.Entries != 3 || l.ThisUpdate.IsZero() || l.NextUpdate.Year() != 2027 {
		t.Errorf("%+v", l)
	}
	for _, tt := range []struct {
		serial string
		listed bool
		reason string
		month  time.Month
	}{
		{"05", true, "keyCompromise", 6}, {"0005", true, "keyCompromise", 6}, {"0085", true, "", 7}, {"85", false, "", 0}, {"06", true, "", 0}, {"", false, "", 0},
	} {
		e, ok := l.Lookup(octets(t, tt.serial))
		if ok != tt.listed || e.Reason != tt.reason || !e.Date.IsZero() && e.Date.Month() != tt.month {
			t.Errorf("%s: %+v, %v", tt.serial, e, ok)
		}
	}
	for n := range der {
		if _, err := ParseCRL(der[:n]); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
	for name, tt := range map[string]struct {
		extensions string
		partial    bool
	}{
		"delta":      {"300d0603551d1b0101ff0403020101", true},
		"indirect":   {"300f0603551d1c0101ff0405300384 01ff", false},
		"one point":  {"300f0603551d1c0101ff04053003a0 0100", true},
		"critical":   {"300a06022a030101ff0401 00", false},
		"not a list": {"0500", false},
	} {
		l, err := ParseCRL(testCRL(t, nil, tlv(0xa0, tlv(0x30, octets(t, tt.extensions)))))
		if err != nil || (l.scope.partial != "" || l.scope.onePoint) != tt.partial || (l.scope.notImplemented == "") != tt.partial {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}

func FuzzCRL(f *testing.F) {
	f.Add(testCRL(f, nil, nil))
	f.Add(testCRL(f, tlv(0x30, tlv(0x30, octets(f, "020105"), tlv(0x17, []byte("260601000000Z")))), tlv(0xa0, tlv(0x30, octets(f, "300f0603551d1c0101ff040530038401ff")))))
	f.Fuzz(func(t *testing.T, der []byte) {
		l, err := ParseCRL(der)
		if err != nil {
			if l != nil {
				t.Fatal("a CRL and an error")
			}
			return
		}
		if l.Entries < len(l.entries) || len(l.entries)*4 > len(der) {
			t.Fatalf("%d entries, %d serial numbers, of %d octets", l.Entries, len(l.entries), len(der))
		}
		for serial := range l.entries {
			if _, ok := l.Lookup([]byte(serial)); !ok {
				t.Fatalf("%X is lost", serial)
			}
			break
		}
		for _, x := range l.Findings {
			if x.Offset < 0 || x.Offset > len(der) {
				t.Fatalf("%+v", x)
			}
		}
	})
}

// FuzzPath judges a certificate with any extensions under one with any others, as if signed.
func FuzzPath(f *testing.F) {
	for _, seed := range [][2]string{
		{"", ""},
		{"300f0603551d1e040830 06a00430028200", "300d0603551d1104063004820261 62"},
		{"30110603551d20040a3008300606042a030405", "30110603551d20040a3008300606042a030405"},
		{"300f0603551d24040830068001008101 00", "300a0603551d36040302 0100"},
		{"30160603551d21040f300d300b06042a030405060 32a0306", "30110603551d20040a3008300606042a030405"},
	} {
		f.Add(octets(f, seed[0]), octets(f, seed[1]))
	}
	f.Fuzz(func(t *testing.T, above, below []byte) {
		parse := func(extensions []byte) *Certificate {
			parts := certParts(t)
			parts["extensions"] = tlv(0xa3, tlv(0x30, extensions))
			c, err := ParseCertificate(assemble(parts))
			if err != nil {
				t.Skip()
			}
			return c
		}
		if len(above)+len(below) > 1<<15 {
			t.Skip()
		}
		ca, leaf := parse(above), parse(below)
		b := pathBuilder{PathOptions: PathOptions{At: ca.NotBefore, Trusted: []*Certificate{ca}, ExplicitPolicy: true, Purpose: SMIMESigner}}
		failures, _ := b.judge([]*Certificate{leaf, ca, ca})
		for _, x := range failures {
			if x.Certificate == nil || x.Reason == "" || x.Section == "" || x.Text == "" {
				t.Fatalf("%+v", x)
			}
		}
		again, _ := b.judge([]*Certificate{leaf, ca, ca})
		if len(again) != len(failures) {
			t.Fatalf("%d failures, then %d", len(failures), len(again))
		}
	})
}

// TestHostilePath has certificates that are all names, constraints, policies or extensions: what is
// told of them is bounded, and so is the time.
func TestHostilePath(t *testing.T) {
	many := func(n int, b []byte) []byte { return bytes.Repeat(b, n) }
	extension := func(oid string, value ...[]byte) []byte {
		return tlv(0x30, octets(t, oid), tlv(4, tlv(0x30, value...)))
	}
	name, subtree := tlv(0x82, []byte("a.b")), tlv(0x30, tlv(0x82, []byte("c.d")))
	policies, mappings := []byte(nil), []byte(nil)
	for i := range 3000 {
		oid := tlv(6, []byte{0x2a, byte(i>>7) | 0x80, byte(i) & 0x7f})
		policies = append(policies, tlv(0x30, oid)...)
		mappings = append(mappings, tlv(0x30, octets(t, "06022a03"), oid)...)
	}
	for what, pair := range map[string][2][]byte{
		"names":      {extension("0603551d1e", tlv(0xa0, many(5000, subtree))), extension("0603551d11", many(5000, name))},
		"policies":   {extension("0603551d20", policies), extension("0603551d20", policies)},
		"mappings":   {append(extension("0603551d20", octets(t, "3004 06022a03")), extension("0603551d21", mappings)...), extension("0603551d20", policies)},
		"duplicates": {many(5000, extension("0603551d20")), many(5000, extension("0603551d20"))},
		"critical":   {many(5000, octets(t, "300a06022a030101ff040100")), many(5000, octets(t, "300a06022a030101ff040100"))},
	} {
		var chain []*Certificate
		for _, extensions := range [][]byte{pair[1], pair[0], pair[0]} {
			parts := certParts(t)
			parts["extensions"] = tlv(0xa3, tlv(0x30, extensions))
			c, err := ParseCertificate(assemble(parts))
			if err != nil {
				t.Fatal(err)
			}
			chain = append(chain, c)
		}
		b := pathBuilder{PathOptions: PathOptions{At: chain[0].NotBefore, ExplicitPolicy: true}}
		start := time.Now()
		for range 10 {
			failures, _ := b.judge(chain)
			if len(failures) == 0 || len(failures) > maxPathFailures+10 {
				t.Errorf("%s: %d failures", what, len(failures))
			}
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: took %v", what, took)
		}
	}
}
