package listing

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

// TestCache lists every sample twice with one cache, and asks for what is listed without one.
func TestCache(t *testing.T) {
	for _, o := range []Options{{}, {AllFields: true}} {
		var cache Cache
		for range 2 {
			for _, s := range samples(t) {
				with, without := cache.NewConn(1, "tcp", "a", "b", at(0)), NewConn(1, "tcp", "a", "b", at(0))
				session := tlsparse.NewSession(&tlsparse.Config{Keys: keyring(t, s.key)})
				for _, g := range readCapture(t, s.capture) {
					d := tlsparse.ClientToServer
					if g.src.Port() < g.dst.Port() {
						d = tlsparse.ServerToClient
					}
					session.Feed(d, g.payload, func(r *tlsparse.Record) {
						got, want := with.AppendRecord(nil, &o, g.time, r), without.AppendRecord(nil, &o, g.time, r)
						if string(got) != string(want) {
							t.Errorf("%s:\n%s\nwant:\n%s", s.name, got, want)
						}
					})
				}
			}
		}
		if len(cache.lines) == 0 {
			t.Error("the cache kept nothing")
		}
	}
}

// TestCacheKinds makes an extension of the octets that a certificate is known by.
func TestCacheKinds(t *testing.T) {
	certificate := &pki.Certificate{SHA256: sha256.Sum256([]byte("a certificate"))}
	extension := tlsparse.Extension{
		Type: tlsparse.ExtensionType(binary.BigEndian.Uint16(certificate.SHA256[1:])),
		Data: certificate.SHA256[3:],
	}
	p := printer{o: &Options{}, cache: &Cache{}}
	p.certificate(certificate)
	p.b = nil
	p.extension(extension, tlsparse.HandshakeType(certificate.SHA256[0]))
	without := printer{o: &Options{}}
	without.extension(extension, tlsparse.HandshakeType(certificate.SHA256[0]))
	if string(p.b) != string(without.b) {
		t.Errorf("%s\nwant:\n%s", p.b, without.b)
	}
}

// TestCacheBounded fills a cache with extensions that no other message has.
func TestCacheBounded(t *testing.T) {
	var cache Cache
	c, o := cache.NewConn(1, "tcp", "a", "b", time.Time{}), &Options{AllFields: true}
	for i := range 1 << 13 {
		name := binary.BigEndian.AppendUint32([]byte{0, 7, 0, 0, 4}, uint32(i))
		hello := &tlsparse.ClientHello{Extensions: []tlsparse.Extension{{Type: tlsparse.ExtServerName, Data: name}}}
		c.AppendRecord(nil, o, time.Time{}, &tlsparse.Record{Type: tlsparse.Handshake, Messages: []tlsparse.Message{
			{Content: tlsparse.Handshake, Type: tlsparse.TypeClientHello, Body: hello},
		}})
		if i%61 != 60 {
			continue
		}
		octets := 0
		for key, lines := range cache.lines {
			octets += len(key) + len(lines)
		}
		if octets == 0 || octets != cache.octets || octets > maxCachedOctets {
			t.Fatalf("after %d hellos %d octets are kept, %d are told, %d are the most", i+1, octets, cache.octets, maxCachedOctets)
		}
	}
	if len(cache.lines) >= 1<<13 {
		t.Error("the cache was never full")
	}
}
