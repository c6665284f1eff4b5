package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// authority issues certificates for tests.
type authority struct {
	t    testing.TB
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

var testTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// issue makes a certificate that a signs, or itself if a is nil.
func (a *authority) issue(t testing.TB, name string, change func(*x509.Certificate)) (*authority, *Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: testTime.AddDate(-1, 0, 0), NotAfter: testTime.AddDate(1, 0, 0),
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: -1, KeyUsage: x509.KeyUsageCertSign,
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{t, key, cert}, c
}

func endEntity(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
}

func TestBuildChain(t *testing.T) {
	var self *authority
	root, rootCert := self.issue(t, "root", nil)
	_, sameName := self.issue(t, "root", func(c *x509.Certificate) { c.SubjectKeyId = []byte("other") })
	middle, middleCert := root.issue(t, "middle", nil)
	_, leaf := middle.issue(t, "leaf", endEntity)

	expired, expiredCert := root.issue(t, "middle2", func(c *x509.Certificate) { c.NotAfter = testTime.AddDate(0, -1, 0) })
	_, expiredLeaf := expired.issue(t, "leaf", endEntity)
	_, oldLeaf := middle.issue(t, "leaf", func(c *x509.Certificate) { endEntity(c); c.NotAfter = testTime.AddDate(0, -1, 0) })
	_, newLeaf := middle.issue(t, "leaf", func(c *x509.Certificate) { endEntity(c); c.NotBefore = testTime.AddDate(0, 1, 0) })

	noCA, noCACert := root.issue(t, "no CA", endEntity)
	_, noCALeaf := noCA.issue(t, "leaf", endEntity)
	noSign, noSignCert := root.issue(t, "no signing", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })
	_, noSignLeaf := noSign.issue(t, "leaf", endEntity)

	short, shortCert := self.issue(t, "short", func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = 0, true })
	below, belowCert := short.issue(t, "below", nil)
	_, belowLeaf := below.issue(t, "leaf", endEntity)
	_, shortLeaf := short.issue(t, "leaf", endEntity)

	// An authority of the right name, but another key.
	impostor, _ := root.issue(t, "middle", nil)
	_, forged := impostor.issue(t, "leaf", func(c *x509.Certificate) { endEntity(c); c.AuthorityKeyId = nil })

	// The same authority twice, once expired: the other is found.
	twin := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: middle.cert.Subject, NotBefore: testTime.AddDate(-2, 0, 0), NotAfter: testTime.AddDate(-1, 0, 0),
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: -1, KeyUsage: x509.KeyUsageCertSign,
	}
	twinDER, err := x509.CreateCertificate(rand.Reader, twin, root.cert, &middle.key.PublicKey, root.key)
	if err != nil {
		t.Fatal(err)
	}
	twinCert, err := ParseCertificate(twinDER)
	if err != nil {
		t.Fatal(err)
	}

	certs := func(list ...*Certificate) []*Certificate { return list }
	for _, tt := range []struct {
		name                   string
		leaf                   *Certificate
		intermediates, trusted []*Certificate
		reason                 string
		path                   string
	}{
		{"trusted", leaf, certs(middleCert), certs(rootCert), "", "leaf middle root"},
		{"trusted, with others of the name", leaf, certs(sameName, twinCert, middleCert), certs(sameName, rootCert), "", "leaf middle root"},
		{"trusted in the middle", leaf, nil, certs(middleCert), "", "leaf middle"},
		{"the leaf is trusted", leaf, nil, certs(leaf), "", "leaf"},
		{"nothing is trusted", leaf, nil, nil, "no-trusted-ca", "leaf"},
		{"the root is not trusted", leaf, certs(middleCert, rootCert), certs(shortCert), "no-trusted-ca", "leaf middle root"},
		{"self-signed", rootCert, nil, certs(shortCert), "no-trusted-ca", "root"},
		{"no issuer", leaf, nil, certs(rootCert), "issuer-not-found", "leaf"},
		{"no issuer's issuer", leaf, certs(middleCert), certs(shortCert), "issuer-not-found", "leaf middle"},
		{"expired leaf", oldLeaf, certs(middleCert), certs(rootCert), "expired", "leaf middle root"},
		{"expired issuer", expiredLeaf, certs(expiredCert), certs(rootCert), "expired", "leaf middle2 root"},
		{"not yet valid", newLeaf, certs(middleCert), certs(rootCert), "not-yet-valid", "leaf middle root"},
		{"signed by another", forged, certs(middleCert), certs(rootCert), "bad-signature", "leaf"},
		{"issuer is not a CA", noCALeaf, certs(noCACert), certs(rootCert), "not-a-ca", "leaf no CA root"},
		{"issuer may not sign", noSignLeaf, certs(noSignCert), certs(rootCert), "not-a-ca", "leaf no signing root"},
		{"path length", belowLeaf, certs(belowCert), certs(shortCert), "path-length", "leaf below short"},
		{"path length kept", shortLeaf, nil, certs(shortCert), "", "leaf short"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := BuildChain(tt.leaf, tt.intermediates, tt.trusted, testTime)
			var names []string
			for _, c := range p.Path {
				names = append(names, c.Subject.CommonNames()...)
			}
			if p.Reason != tt.reason || p.Trusted != (tt.reason == "") || (p.Detail == "") != p.Trusted || strings.Join(names, " ") != tt.path {
				t.Errorf("%v, %q (%s), path %s; want %q, path %s", p.Trusted, p.Reason, p.Detail, names, tt.reason, tt.path)
			}
		})
	}
}

func TestBuildChainOfTheDocuments(t *testing.T) {
	at := time.Date(2011, 3, 1, 0, 0, 0, 0, time.UTC)
	draftRoot, rfcRoot := loadCertificate(t, draftCA), loadCertificate(t, rfcCA)
	for file, ca := range issuedBy {
		c := loadCertificate(t, file)
		p := BuildChain(c, nil, []*Certificate{draftRoot, rfcRoot}, at)
		// The draft's certificates were valid for three years from 2005.
		if want := ca == rfcCA; p.Trusted != want || !want && p.Reason != "expired" {
			if file != draftCA || !p.Trusted { // its CA's for ten
				t.Errorf("%s: %v, %s, %s", file, p.Trusted, p.Reason, p.Detail)
			}
		}
		if p := BuildChain(c, nil, []*Certificate{draftRoot, rfcRoot}, c.NotBefore); !p.Trusted {
			t.Errorf("%s: %s, %s", file, p.Reason, p.Detail)
		}
	}
}

// Many authorities of one name that all signed each other must not take long.
func TestBuildChainMaze(t *testing.T) {
	var self *authority
	var rooms []*authority
	var maze []*Certificate
	for i := range 8 {
		a, _ := self.issue(t, "maze", func(c *x509.Certificate) { c.SubjectKeyId = []byte{byte(i)} })
		rooms = append(rooms, a)
	}
	for _, a := range rooms {
		for _, b := range rooms {
			der, err := x509.CreateCertificate(rand.Reader, b.cert, a.cert, &b.key.PublicKey, a.key)
			if err != nil {
				t.Fatal(err)
			}
			c, err := ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			maze = append(maze, c)
		}
	}
	_, trusted := self.issue(t, "maze", func(c *x509.Certificate) { c.SubjectKeyId = []byte("trusted") })
	p := BuildChain(maze[0], maze, []*Certificate{trusted}, testTime)
	if p.Trusted || p.Reason == "" || len(p.Path) > maxPath {
		t.Errorf("%v, %s, path of %d", p.Trusted, p.Reason, len(p.Path))
	}
}

// A chain longer than any is given up.
func TestBuildChainLong(t *testing.T) {
	var a *authority
	var list []*Certificate
	for i := range maxPath + 2 {
		next, c := a.issue(t, fmt.Sprint("ca", i), nil)
		a, list = next, append(list, c)
	}
	leaf := list[len(list)-1]
	if p := BuildChain(leaf, list, list[:1], testTime); p.Trusted || p.Reason != "path-limit" {
		t.Errorf("%v, %s", p.Trusted, p.Reason)
	}
	if p := BuildChain(list[maxPath-1], list, list[:1], testTime); !p.Trusted || len(p.Path) != maxPath {
		t.Errorf("%s, path of %d", p.Reason, len(p.Path))
	}
}

// A trusted CA of version 1 may sign, any other may not.
func TestBuildChainVersion1(t *testing.T) {
	o := newOpenSSL(t)
	o.run("genrsa", "-traditional", "-out", "root.key", "1024")
	o.run("req", "-new", "-key", "root.key", "-subj", "/CN=v1", "-out", "root.csr")
	o.run("x509", "-req", "-in", "root.csr", "-signkey", "root.key", "-out", "root.pem")
	o.run("genrsa", "-traditional", "-out", "leaf.key", "1024")
	o.run("req", "-new", "-key", "leaf.key", "-subj", "/CN=leaf", "-out", "leaf.csr")
	o.run("x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "leaf.pem")
	parse := func(name string) *Certificate {
		m, err := ParseFile(name, o.read(name), nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.Certificates[0]
	}
	root, leaf := parse("root.pem"), parse("leaf.pem")
	if root.Version != 1 {
		t.Skipf("openssl made version %d", root.Version)
	}
	if p := BuildChain(leaf, nil, []*Certificate{root}, leaf.NotBefore); !p.Trusted {
		t.Errorf("%s: %s", p.Reason, p.Detail)
	}
}

func BenchmarkBuildChain(b *testing.B) {
	c, ca := loadCertificate(b, "rfc6216/user_cert_fluffy@example.com.pem"), loadCertificate(b, rfcCA)
	b.ReportAllocs()
	for b.Loop() {
		if p := BuildChain(c, nil, []*Certificate{ca}, c.NotBefore); !p.Trusted {
			b.Fatal(p.Reason)
		}
	}
}
