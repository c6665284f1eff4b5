package listing

import (
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"sipsecdump/tlsparse"
)

// No octet of a record makes more than maxGrowth octets of listing, beyond fixedText for the
// record and for each of its messages.
const (
	maxGrowth = 64
	fixedText = 512
)

// TestGrowth lists what grows most.
func TestGrowth(t *testing.T) {
	var h tlsparse.ClientHello
	for range 8000 {
		h.CipherSuites = append(h.CipherSuites, 0x008b) // TLS_PSK_WITH_3DES_EDE_CBC_SHA
		h.Extensions = append(h.Extensions, tlsparse.Extension{Type: 17})
	}
	r := &tlsparse.Record{Type: tlsparse.Handshake, Messages: []tlsparse.Message{
		{Content: tlsparse.Handshake, Type: tlsparse.TypeClientHello, Raw: make([]byte, 8000*(2+4)), Body: &h},
		{Content: tlsparse.Handshake, Type: tlsparse.TypeCertificate, Raw: make([]byte, 8000*4), Body: &tlsparse.Certificate{Chain: make([][]byte, 8000)}},
		{Content: tlsparse.Handshake, Type: tlsparse.TypeCertificateRequest, Raw: make([]byte, 8000), Body: &tlsparse.CertificateRequest{Types: make([]tlsparse.ClientCertificateType, 8000)}},
	}}
	for style := range Ssldump + 1 {
		check(t, r, &Options{Style: style, AllFields: true, Data: true, Hex: true})
	}
}

// check lists a record and asks for text that a terminal may have, of bounded length.
func check(t *testing.T, r *tlsparse.Record, o *Options) {
	t.Helper()
	got := NewConn(1, "tcp", "a", "b", time.Time{}).AppendRecord(nil, o, time.Time{}, r)
	size := len(r.Raw) + len(r.Plaintext)
	for i := range r.Messages {
		size += len(r.Messages[i].Raw)
	}
	if limit := maxGrowth*size + fixedText*(1+len(r.Messages)); len(got) > limit {
		t.Errorf("%d octets of listing for %d octets, more than %d", len(got), size, limit)
	}
	if !utf8.Valid(got) {
		t.Errorf("not UTF-8: %q", got)
	}
	for _, c := range string(got) {
		if c == '\n' || c == '\t' && o.Data || c == '\r' && o.RawCR {
			continue
		}
		if c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u202e' || c == '\u2028' {
			t.Errorf("%q in the listing: %q", c, got)
			return
		}
	}
	if len(got) == 0 || got[len(got)-1] != '\n' {
		t.Errorf("no line end at the end: %q", got)
	}
}

// FuzzListing feeds both directions of a session and checks each record in each style.
func FuzzListing(f *testing.F) {
	for _, s := range samples(f) {
		var streams [2][]byte
		segments := readCapture(f, s.capture)
		for _, g := range segments {
			d := tlsparse.ClientToServer
			if g.src != segments[0].src {
				d = tlsparse.ServerToClient
			}
			streams[d] = append(streams[d], g.payload...)
		}
		f.Add(streams[0], streams[1], s.key == draftKey)
	}
	const v = tlsparse.TLS12
	all := hello{version: v, suites: []uint16{0xc02f, 0x0a0a}, sessionID: "s"}
	for typ := range 60 {
		all.extensions = append(all.extensions, tlsparse.Extension{Type: tlsparse.ExtensionType(typ), Data: []byte("\x00\x06\x00\x00\x03a\x1bb")})
	}
	f.Add(record(tlsparse.Handshake, v, all.client()), join([][]byte{
		record(tlsparse.Handshake, v, all.server(), handshake(tlsparse.TypeCertificate, 0, 0, 4, 0, 0, 1, 0x30)),
		record(tlsparse.Alert, v, []byte{2, 40, 1, 0}), record(99, v, []byte("\x1b[2J")),
	}), false)
	keys := keyring(f, draftKey)
	keys.Keys = append(keys.Keys, keyring(f, ownKey).Keys...)
	f.Fuzz(func(t *testing.T, c2s, s2c []byte, withKeys bool) {
		cfg := &tlsparse.Config{}
		if withKeys {
			cfg.Keys = keys
		}
		s := tlsparse.NewSession(cfg)
		each := func(r *tlsparse.Record) {
			for style := range Ssldump + 1 {
				check(t, r, &Options{Style: style})
				check(t, r, &Options{Style: style, AllFields: true, Data: true, Hex: true, RawCR: true})
			}
		}
		// In turns, so that each side's negotiation is known when the other's goes on.
		for len(c2s)+len(s2c) > 0 {
			n := min(len(c2s), 600)
			s.Feed(tlsparse.ClientToServer, c2s[:n], each)
			c2s = c2s[n:]
			n = min(len(s2c), 1200)
			s.Feed(tlsparse.ServerToClient, s2c[:n], each)
			s2c = s2c[n:]
		}
		line := NewConn(1, "tcp", "a", "b", time.Time{}).AppendVerdict(nil, &Options{}, s.Close())
		if bytes.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\n' || c == 0x7f }) {
			t.Errorf("a control character in %q", line)
		}
	})
}
