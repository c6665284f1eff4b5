package tlsparse

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A flow for the fuzzer is a list of pieces, each an octet and what it announces: its high bit
// is the direction, the rest the number of octets that follow; the greatest number is a gap of
// as many octets as the octet after it says.
const fuzzGap = 0x7f

func encodeFlow(flow []piece) []byte {
	var b []byte
	for _, p := range split(flow, fuzzGap-1) {
		b = append(b, byte(p.dir)<<7|byte(len(p.data)))
		b = append(b, p.data...)
	}
	return b
}

// play feeds an encoded flow, cut into portions, and returns the records and the number of
// octets fed in each direction.
func play(s *Session, b []byte, portion int) (records []*Record, fed [2]int64) {
	keep := func(r *Record) { records = append(records, r.Clone()) }
	for len(b) > 0 {
		d, n := Dir(b[0]>>7), int(b[0]&0x7f)
		b = b[1:]
		if n == fuzzGap {
			if len(b) > 0 {
				s.Gap(d, int64(b[0]))
				b = b[1:]
			}
			continue
		}
		n = min(n, len(b))
		for _, p := range split([]piece{{d, b[:n]}}, portion) {
			s.Feed(p.dir, p.data, keep)
		}
		fed[d] += int64(n)
		b = b[n:]
	}
	return records, fed
}

// FuzzSession asserts that portions do not matter, that no octet is in two records, that what
// a session keeps is bounded, and that every connection has its verdict.
func FuzzSession(f *testing.F) {
	flow := readCapture(f, filepath.Join(draft, "tls/tls1.pcap"))
	f.Add(encodeFlow(flow), uint8(1))
	f.Add(append(encodeFlow(flow[:5]), 0x80|fuzzGap, 20), uint8(7))
	f.Add(encodeFlow([]piece{{ClientToServer, sslv2Hello()}}), uint8(3))
	for _, m := range messageTests {
		f.Add(encodeFlow([]piece{{ServerToClient, rec(Handshake, TLS12, string(m.raw))}}), uint8(5))
	}
	keys := ring(f, "domain_key_example.net.pem")
	var log bytes.Buffer
	for _, name := range []string{"tls13-early-data", "tls13-key-update", "tls13-hello-retry", "resume-by-ticket"} {
		flows, _ := readFlows(f, filepath.Join(peers, name+".pcap"))
		for _, flow := range flows {
			f.Add(encodeFlow(flow), uint8(9))
		}
		text, err := os.ReadFile(filepath.Join(peers, name+".keylog"))
		if err != nil {
			f.Fatal(err)
		}
		log.Write(text)
	}
	secrets := keyLogOf(f, log.Bytes())
	f.Fuzz(func(t *testing.T, b []byte, portion uint8) {
		cfg := func() *Config { return &Config{Keys: keys, Sessions: cache{}, Secrets: secrets, Export: true} }
		s := NewSession(cfg())
		whole, fed := play(s, b, 1<<10)
		for i := range s.dirs {
			dir := &s.dirs[i]
			if n := len(dir.stream.pending); n > recordHeader+maxCiphertext {
				t.Errorf("%d octets of a record are kept", n)
			}
			if n := len(dir.messages.partial); n > messageHeader+maxMessage {
				t.Errorf("%d octets of a message are kept", n)
			}
			if n := len(dir.stream.tail); n > 2*maxTail {
				t.Errorf("%d octets of a tail are kept", n)
			}
		}
		verdict := s.Close()
		if verdict.Outcome == "" || verdict.Reason == "" || verdict.Detail == "" || len(verdict.History) > maxHistory+1 {
			t.Errorf("verdict %+v", verdict)
		}

		var listed [2]int64
		var end [2]int64
		for i, r := range whole {
			if r.Number != i+1 {
				t.Errorf("record %d has number %d", i+1, r.Number)
			}
			if r.Decrypted && !r.Encrypted || r.Decrypted && r.Plaintext == nil {
				t.Errorf("record %d is decrypted, encrypted %v", r.Number, r.Encrypted)
			}
			if e, ok := r.Err.(*Error); ok && (e.Code == CodeRecordHeader || e.Code == CodeRecordTooLong) {
				listed[r.Dir]++ // one octet is passed over, the others can be a header
				continue
			}
			if r.Offset < end[r.Dir] {
				t.Errorf("record %d starts at %d, before the end of the one before it", r.Number, r.Offset)
			}
			end[r.Dir] = r.Offset + int64(len(r.Raw))
			listed[r.Dir] += int64(len(r.Raw))
		}
		for d := range listed {
			if listed[d] > fed[d] {
				t.Errorf("%v: %d octets in records, %d fed", Dir(d), listed[d], fed[d])
			}
		}

		other := NewSession(cfg())
		cut, _ := play(other, b, int(portion)+1)
		if !reflect.DeepEqual(whole, cut) {
			t.Errorf("portions of %d octets (-whole +cut):\n%s", int(portion)+1, cmp.Diff(whole, cut, whatIsSent))
		}
		if again := other.Close(); *again != *verdict {
			t.Errorf("portions of %d octets (-whole +cut):\n%s", int(portion)+1, cmp.Diff(verdict, again))
		}
	})
}

// FuzzMessage asserts that an error has its place in the message, that what is read came from
// the message, and that nothing is silent: a message that is read without an error, and has
// all of its octets in fields, is not read without one if it is an octet longer.
func FuzzMessage(f *testing.F) {
	for _, m := range messageTests {
		f.Add(m.raw, m.version.datagram(), uint16(m.version), string(m.kx))
	}
	f.Fuzz(func(t *testing.T, raw []byte, datagram bool, version uint16, kx string) {
		header := messageHeader
		if datagram {
			header = datagramMessageHeader
		}
		if len(raw) < header {
			return
		}
		body, err := parseHandshake(raw, datagram, Version(version), KeyExchange(kx))
		if err != nil {
			e := err.(*Error)
			if e.Offset < messageHeader || e.Offset > int64(len(raw)) || e.Code == "" || e.Field == "" || e.Section == "" {
				t.Errorf("%+v", e)
			}
		}
		size := 0
		switch m := body.(type) {
		case *ClientHello:
			size = len(m.Random) + len(m.SessionID) + 2*len(m.CipherSuites) + len(m.Compression)
			for _, e := range m.Extensions {
				size += len(e.Data)
			}
			m.ServerName()
			m.ALPN()
			m.SupportedVersions()
		case *ServerHello:
			size = len(m.Random) + len(m.SessionID)
			for _, e := range m.Extensions {
				size += len(e.Data)
			}
			m.ALPN()
			m.SelectedVersion()
		case *Certificate:
			for _, der := range m.Chain {
				size += len(der)
			}
		case *ServerKeyExchange:
			size = len(m.P) + len(m.G) + len(m.Ys) + len(m.Point) + len(m.Signature)
		case *CertificateRequest:
			size = len(m.Types) + 2*len(m.SignatureAlgorithms)
			for _, der := range m.Authorities {
				size += len(der)
			}
		}
		if size > len(raw) {
			t.Errorf("%d octets in fields, %d in the message", size, len(raw))
		}
	})
}

// FuzzOpen gives arbitrary fragments to openers of every kind: none of them has a right MAC.
func FuzzOpen(f *testing.F) {
	for i := range families {
		f.Add(make([]byte, 64), uint8(i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, fragment []byte, kind, flags uint8) {
		fam := families[int(kind)%len(families)]
		p := fam.protections()[int(flags&0xf)%len(fam.protections())]
		o, err := newOpener(p, testOctets(0x11, p.macKeyLen()), testOctets(0x22, p.bulk.keyLen), testOctets(0x33, p.ivLen()))
		if err != nil {
			t.Fatal(err)
		}
		o.uncertain = flags&0x80 != 0
		r := &Record{Type: ApplicationData, Version: p.version}
		for range 2 {
			if plain, err := o.open(r, fragment, make([]byte, len(fragment))); err == nil {
				t.Fatalf("opened: %q", plain)
			}
		}
	})
}

// FuzzSniff asserts that more octets never change an answer.
func FuzzSniff(f *testing.F) {
	f.Add([]byte("\x16\x03\x01\x00\x31\x01"))
	f.Add(sslv2Hello())
	f.Add([]byte("INVITE sip:"))
	f.Add([]byte("\x16\x03\x30\x00\x31\x01"))
	f.Fuzz(func(t *testing.T, p []byte) {
		isTLS, enough := Sniff(p)
		if len(p) >= recordHeader && !enough {
			t.Errorf("%d octets are not enough", len(p))
		}
		for n := range p {
			if is, ok := Sniff(p[:n]); ok && (is != isTLS || !enough) {
				t.Errorf("%v after %d octets, %v after %d", is, n, isTLS, len(p))
			}
		}
		if _, known := SniffSender(p); known && !isTLS {
			t.Error("the sender of a stream that is not TLS is known")
		}
	})
}
