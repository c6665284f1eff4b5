package identity

import "testing"

func BenchmarkCheck(b *testing.B) {
	s := newSigner(b, "example.com", nil)
	com := keyring(b, draft+"certs/domain_cert_example.com.pem")
	for _, bb := range []struct {
		name string
		raw  []byte
	}{
		{"rfc8224", invite("Identity: " + s.passport(b, header, claims) + info)},
		{"compact", invite("Identity: .." + s.sign(b, url(header)+"."+url(claims)) + info)},
		{"pre-rfc4474", draftMessages[0].read(b)},
		{"none", invite()},
	} {
		k := s.keyring()
		if bb.name == "pre-rfc4474" {
			k = com
		}
		b.Run(bb.name, func(b *testing.B) {
			m := parse(bb.raw)
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range Check(m, m.Body, k, seen) {
					if !r.SignatureVerified {
						b.Fatalf("%+v", r)
					}
				}
			}
		})
	}
}

// TestNoAllocations: most messages have no Identity.
func TestNoAllocations(t *testing.T) {
	m := parse(invite())
	if n := testing.AllocsPerRun(100, func() { Check(m, m.Body, nil, seen) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
