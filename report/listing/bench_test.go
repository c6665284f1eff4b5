package listing

import (
	"testing"

	"sipsecdump/tlsparse"
)

func encrypted() *tlsparse.Record {
	return &tlsparse.Record{Number: 12, Type: tlsparse.ApplicationData, Version: tlsparse.TLS12, Length: 720, Encrypted: true}
}

// TestAllocations asks for none on the lines that make up most of a listing.
func TestAllocations(t *testing.T) {
	c := NewConn(1, "tcp", "192.0.2.1(5061)", "192.0.2.2(5061)", at(0))
	r, now := encrypted(), at(1)
	message := encrypted()
	message.Decrypted, message.Plaintext = true, []byte("OPTIONS sip:example.net SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1\r\n\r\n")
	dst := make([]byte, 0, 4096)
	for style := range Ssldump + 1 {
		o := &Options{Style: style, AllFields: true, Data: true}
		for name, add := range map[string]func(){
			"record": func() { c.AppendRecord(dst, o, now, r) },
			"data":   func() { c.AppendRecord(dst, o, now, message) },
			"line":   func() { c.AppendLine(dst, o, now, 1, tlsparse.ServerToClient, 1400, "SIP") },
		} {
			if n := testing.AllocsPerRun(100, add); n != 0 {
				t.Errorf("style %d: a %s allocates %v times", style, name, n)
			}
		}
	}
}

func BenchmarkApplicationData(b *testing.B) {
	c := NewConn(1, "tcp", "192.0.2.1(5061)", "192.0.2.2(5061)", at(0))
	r, now, o := encrypted(), at(1), &Options{}
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		c.AppendRecord(dst, o, now, r)
	}
}

// BenchmarkClientHello lists a hello of OpenSSL's.
func BenchmarkClientHello(b *testing.B) {
	s := tlsparse.NewSession(nil)
	var hello *tlsparse.Record
	for _, g := range readCapture(b, "testdata/ecdhe12.pcap") {
		if hello == nil {
			s.Feed(tlsparse.ClientToServer, g.payload, func(r *tlsparse.Record) { hello = r.Clone() })
		}
	}
	c := NewConn(1, "tcp", "192.0.2.1(5061)", "192.0.2.2(5061)", at(0))
	now, o := at(1), &Options{}
	dst := make([]byte, 0, 1<<14)
	b.ReportAllocs()
	for b.Loop() {
		c.AppendRecord(dst, o, now, hello)
	}
}
