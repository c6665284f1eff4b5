package pki

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the tests sign with it
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// dsaCertificate makes a certificate of a DSA key, with parameters or without.
func dsaCertificate(t testing.TB, subject, issuer string, key, signer *dsa.PrivateKey, inherit, ca bool) *Certificate {
	t.Helper()
	marshal := func(v any) []byte {
		b, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const dsaOID, sha256OID = "06072a8648ce380401", "0609608648016503040302"
	name := func(cn string) []byte { return readName(t, attribute(t, "550403", 0x0c, cn)).Raw }
	var parameters []byte
	if !inherit {
		parameters = tlv(0x30, marshal(key.P), marshal(key.Q), marshal(key.G))
	}
	var extensions []byte
	if ca {
		extensions = tlv(0xa3, tlv(0x30, tlv(0x30, octets(t, "0603551d13"), octets(t, "0101ff"), tlv(4, octets(t, "30030101ff")))))
	}
	algorithm := tlv(0x30, octets(t, sha256OID))
	tbs := tlv(0x30, tlv(0xa0, octets(t, "020102")), octets(t, "020101"), algorithm, name(issuer),
		tlv(0x30, tlv(0x17, []byte("250101000000Z")), tlv(0x17, []byte("350101000000Z"))), name(subject),
		tlv(0x30, tlv(0x30, octets(t, dsaOID), parameters), tlv(3, []byte{0}, marshal(key.Y))), extensions)
	digest := sha256.Sum256(tbs)
	r, s, err := dsa.Sign(rand.Reader, signer, digest[:len(signer.Q.Bytes())])
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCertificate(tlv(0x30, tbs, algorithm, tlv(3, []byte{0}, marshal(struct{ R, S *big.Int }{r, s}))))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDSAInheritance has keys that take their parameters from their issuer's, and from that one's
// issuer's.
func TestDSAInheritance(t *testing.T) {
	var root, middle, leaf dsa.PrivateKey
	if err := dsa.GenerateParameters(&root.Parameters, rand.Reader, dsa.L1024N160); err != nil {
		t.Fatal(err)
	}
	for _, key := range []*dsa.PrivateKey{&root, &middle, &leaf} {
		key.Parameters = root.Parameters
		if err := dsa.GenerateKey(key, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	rootCert := dsaCertificate(t, "root", "root", &root, &root, false, true)
	middleCert := dsaCertificate(t, "middle", "root", &middle, &root, true, true)
	leafCert := dsaCertificate(t, "leaf", "middle", &leaf, &middle, true, false)
	if rootCert.KeyName() != "DSA 1024" || leafCert.KeyName() == "" || len(leafCert.Findings) != 0 {
		t.Errorf("%s, %s, %+v", rootCert.KeyName(), leafCert.KeyName(), leafCert.Findings)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := BuildChain(leafCert, []*Certificate{middleCert}, []*Certificate{rootCert}, at)
	if !p.Trusted || len(p.Path) != 3 {
		t.Errorf("%s", p.Detail)
	}
	// Without the root there are no parameters.
	if p := BuildChain(leafCert, []*Certificate{middleCert}, nil, at); p.Trusted || p.Reason != "no-public-key" {
		t.Errorf("%s: %s", p.Reason, p.Detail)
	}
	key := InheritParameters(leafCert, []*Certificate{middleCert, rootCert}).(*dsa.PublicKey)
	if key.P == nil || key.Y.Cmp(leaf.Y) != 0 {
		t.Error("not inherited")
	}
	changed := bytes.Clone(leafCert.Raw)
	changed[len(changed)-1] ^= 1
	forged, err := ParseCertificate(changed)
	if err != nil {
		t.Fatal(err)
	}
	if p := BuildChain(forged, []*Certificate{middleCert}, []*Certificate{rootCert}, at); p.Reason != "bad-signature" {
		t.Errorf("%s: %s", p.Reason, p.Detail)
	}
}
