package tlsparse

import (
	"encoding/binary"
	"testing"
)

// variants are hellos that differ in one thing each.
func variants() (clients []*ClientHello, servers []*ServerHello) {
	sent := []Extension{
		{ExtServerName, []byte("\x00\x04\x00\x00\x01a")}, {ExtSupportedGroups, []byte{0, 4, 0, 23, 0, 24}}, {ExtECPointFormats, []byte{1, 0}},
		{ExtSignatureAlgorithms, []byte{0, 4, 4, 3, 8, 4}}, {ExtALPN, []byte("\x00\x04\x03sip")},
		{ExtSupportedVersions, []byte{4, 3, 4, 3, 3}}, {ExtKeyShare, []byte{0, 0}},
	}
	add := func(v Version, suites []CipherSuite, list []Extension) {
		clients = append(clients, &ClientHello{Version: v, CipherSuites: suites, Extensions: list})
		servers = append(servers, &ServerHello{Version: v, CipherSuite: suites[0], Extensions: list})
	}
	suites := []CipherSuite{0x35, 0x2f}
	for _, v := range []Version{TLS10, TLS12, DTLS12} {
		add(v, suites, sent)
	}
	add(TLS12, []CipherSuite{0x2f, 0x35}, sent)
	add(TLS12, []CipherSuite{0x35}, sent)
	add(TLS12, suites, nil)
	// A suite and a type of an extension may be the same number.
	add(TLS12, []CipherSuite{0x35, CipherSuite(ExtServerName)}, sent[:1])
	for i := range sent {
		without := append(append([]Extension(nil), sent[:i]...), sent[i+1:]...)
		add(TLS12, suites, without)
		add(TLS12, suites, append(without, sent[i]))
		for j := range sent[i].Data {
			list := append([]Extension(nil), sent...)
			list[i].Data = append([]byte(nil), list[i].Data...)
			list[i].Data[j]++
			add(TLS12, suites, list)
		}
	}
	return clients, servers
}

func TestFingerprintCache(t *testing.T) {
	clients, servers := variants()
	cache := new(FingerprintCache)
	for range 2 {
		for i, h := range clients {
			_, ja3 := h.JA3()
			want := fingerprints{ja3, h.JA4(h.Version.datagram())}
			for _, c := range []*FingerprintCache{nil, cache} {
				if got := c.client(h); got != want {
					t.Errorf("client %d: %+v, want %+v", i, got, want)
				}
			}
		}
		for i, h := range servers {
			_, want := h.JA3S()
			for _, c := range []*FingerprintCache{nil, cache} {
				if got := c.server(h); got != want {
					t.Errorf("server %d: %s, want %s", i, got, want)
				}
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { cache.client(clients[0]); cache.server(servers[0]) }); n != 0 {
		t.Errorf("%v allocations for hellos that are known", n)
	}
}

// TestFingerprintCacheBound asks that hellos that nobody else sends do not fill the memory.
func TestFingerprintCacheBound(t *testing.T) {
	cache := new(FingerprintCache)
	for i := range uint32(2 * maxCachedHellos) {
		groups := binary.BigEndian.AppendUint32([]byte{0, 4}, i)
		cache.client(&ClientHello{Extensions: []Extension{{ExtSupportedGroups, groups}}})
		if n := len(cache.known); n == 0 || n > maxCachedHellos {
			t.Fatalf("%d hellos are remembered, %d are the most", n, maxCachedHellos)
		}
	}
	before := len(cache.known)
	cache.client(&ClientHello{CipherSuites: make([]CipherSuite, maxCachedHello)})
	if len(cache.known) != before {
		t.Error("a long hello is remembered")
	}
}
