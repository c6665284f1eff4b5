package pki_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sipsecdump/cms/pki"
	maker "sipsecdump/maker/certs"
)

// cached makes a scenario and a cache that trusts its root.
func cached(t testing.TB, name string, now time.Time) (sent []*pki.Certificate, c *pki.PathCache) {
	t.Helper()
	s, err := maker.FindScenario(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := s.Make(maker.ScenarioOptions{Key: maker.ECDSAP256, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	parse := func(der []byte) *pki.Certificate {
		c, err := pki.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, der := range set.Identity.Presented() {
		sent = append(sent, parse(der))
	}
	c = &pki.PathCache{Trusted: []*pki.Certificate{parse(set.Trusted.Certificate().Raw)}}
	for _, der := range set.CRLs {
		l, err := pki.ParseCRL(der)
		if err != nil {
			t.Fatal(err)
		}
		c.CRLs = append(c.CRLs, l)
	}
	return sent, c
}

// TestPathCache: whatever a cache has been asked before, a path is the one that BuildPath finds,
// on both sides of each time at which something begins or ends to count.
func TestPathCache(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"tls-good", "tls-untrusted", "tls-incomplete", "tls-expired", "tls-revoked", "tls-revoked-ca", "tls-eku-sip"} {
		t.Run(name, func(t *testing.T) {
			sent, c := cached(t, name, now)
			edges := []time.Time{now, now.AddDate(50, 0, 0), now.AddDate(-50, 0, 0)}
			for _, cert := range append(sent, c.Trusted...) {
				edges = append(edges, cert.NotBefore, cert.NotAfter, cert.NotAfter.Add(time.Second))
			}
			for _, l := range c.CRLs {
				edges = append(edges, l.ThisUpdate, l.NextUpdate, l.NextUpdate.Add(time.Second))
			}
			for range 2 {
				for _, edge := range edges {
					for _, at := range []time.Time{edge.Add(-time.Nanosecond), edge, edge.Add(time.Nanosecond)} {
						want := pki.BuildPath(sent[0], pki.PathOptions{
							Intermediates: sent[1:], Trusted: c.Trusted, CRLs: c.CRLs, At: at, Purpose: pki.SIPServer,
						})
						got := c.Path(sent, pki.SIPServer, at)
						sameCertificate := cmp.Comparer(func(a, b *pki.Certificate) bool { return a == b })
						if diff := cmp.Diff(&want, got, sameCertificate, cmpopts.IgnoreFields(pki.Revocation{}, "CRL", "Entry")); diff != "" {
							t.Fatalf("at %v: %s", at, diff)
						}
					}
				}
			}
		})
	}
}

// TestPathCacheRemembers: between two such times nothing is found twice, and purposes are told
// apart.
func TestPathCacheRemembers(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sent, c := cached(t, "tls-eku-server", now)
	first := c.Path(sent, pki.SIPServer, now)
	if c.Path(sent, pki.SIPServer, now.Add(time.Hour)) != first {
		t.Error("found twice")
	}
	if client := c.Path(sent, pki.SIPClient, now); client.Trusted == first.Trusted {
		t.Errorf("for both purposes %v", client.Trusted)
	}
	if late := c.Path(sent, pki.SIPServer, sent[0].NotAfter.AddDate(0, 0, 1)); late == first {
		t.Error("kept beyond the validity")
	}
}

func BenchmarkPathCache(b *testing.B) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"tls-good", "tls-expired"} {
		b.Run(name, func(b *testing.B) {
			sent, c := cached(b, name, now)
			b.ReportAllocs()
			for b.Loop() {
				c.Path(sent, pki.SIPServer, now)
			}
		})
	}
}
