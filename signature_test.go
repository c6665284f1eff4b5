package sipsecdump_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// datagrams is a capture of SIP over UDP.
func datagrams(t testing.TB, messages ...[]byte) []byte {
	t.Helper()
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range messages {
		frames, err := b.UDP(frame.UDPDatagram{
			Src: netip.MustParseAddrPort("192.0.2.1:5060"), Dst: netip.MustParseAddrPort("192.0.2.2:5060"), Payload: m,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			if err := w.WritePacket(time.Date(2005, 11, 19, 23, 34, 50+i, 0, time.UTC), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// signed is a SIP message with a multipart/signed body: the entity and its signature.
func signed(entity, signature []byte) []byte {
	body := slices.Concat([]byte("--b\r\n"), entity, []byte("\r\n--b\r\nContent-Type: application/pkcs7-signature;name=smime.p7s\r\n"+
		"Content-Transfer-Encoding: binary\r\n\r\n"), signature, []byte("\r\n--b--\r\n"))
	return slices.Concat([]byte(fmt.Sprintf("MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"+
		"From: <sip:fluffy@example.com>;tag=1\r\nTo: <sip:kumiko@example.net>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\n"+
		"Content-Type: multipart/signed;boundary=b;micalg=sha1;protocol=\"application/pkcs7-signature\"\r\nContent-Length: %d\r\n\r\n", len(body))), body)
}

// certificate makes one with the given key, serial number and issuer, read by our package.
func certificate(t testing.TB, pub crypto.PublicKey, serial *big.Int, issuer asn1.RawValue) *pki.Certificate {
	t.Helper()
	caKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "made"},
		NotBefore: time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	parent := &x509.Certificate{RawSubject: issuer.FullBytes}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, caKey)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pki.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	c.Source = "made.pem"
	return c
}

// signersOf analyses a capture and returns what was established about its signers.
func signersOf(t *testing.T, file []byte, k *pki.Keyring) []*report.CMS {
	t.Helper()
	var found []*report.CMS
	for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), &sipsecdump.Options{Keyring: k}) {
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := e.Body.(*report.CMS); ok {
			found = append(found, c)
		}
	}
	return found
}

// TestSignatures: what verifies, and each way in which it does not, with its own reason.
func TestSignatures(t *testing.T) {
	fluffy := ring(t, "user_cert_fluffy@example.com.pem").Certificates[0]
	fluffyKey := ring(t, "user_key_fluffy@example.com.pem").Keys[0].Key.(*rsa.PrivateKey)
	issuer := asn1.RawValue{FullBytes: fluffy.Issuer.Raw}
	otherKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	dataSig := read(t, shipped[1])
	flipped := bytes.Replace(dataSig, []byte("\r\n\r\nhello\r\n"), []byte("\r\n\r\nhellp\r\n"), 1)
	if bytes.Equal(flipped, dataSig) {
		t.Fatal("nothing was flipped")
	}
	// The document's SignerInfo, with a signature over the entity and the CRLF behind it.
	entity := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-data"))
	blob := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-sig"))
	digest := sha1.Sum(append(bytes.Clone(entity), "\r\n"...))
	signature, err := rsa.SignPKCS1v15(nil, fluffyKey, crypto.SHA1, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	withCRLF := append(bytes.Clone(blob[:len(blob)-len(signature)]), signature...)
	bodyDigest := sha1.Sum(entity[bytes.Index(entity, []byte("\r\n\r\n"))+4:])
	signature, err = rsa.SignPKCS1v15(nil, fluffyKey, crypto.SHA1, bodyDigest[:])
	if err != nil {
		t.Fatal(err)
	}
	bodyOnly := append(bytes.Clone(blob[:len(blob)-len(signature)]), signature...)

	for _, tt := range []struct {
		name     string
		file     []byte
		certs    []*pki.Certificate
		tried    bool
		verified bool
		reason   string
		over     string
	}{
		{"verified", dataSig, []*pki.Certificate{fluffy}, true, true, "", "MIME part 1, headers and body, 68 octets"},
		{"encrypted then signed", read(t, shipped[3]), []*pki.Certificate{fluffy}, true, true, "", "MIME part 1, headers and body, 620 octets"},
		{"no certificate", dataSig, nil, false, false, "no-certificate", ""},
		{
			"right key, wrong serial", dataSig,
			[]*pki.Certificate{certificate(t, &fluffyKey.PublicKey, big.NewInt(77), issuer)}, true, false, "serial-mismatch", "MIME part 1, headers and body, 68 octets",
		},
		{
			"right serial, wrong key", dataSig,
			[]*pki.Certificate{certificate(t, &otherKey.PublicKey, fluffy.Serial, issuer)}, true, false, "wrong-key", "",
		},
		{"both, and the right one", dataSig, []*pki.Certificate{
			certificate(t, &otherKey.PublicKey, fluffy.Serial, issuer),
			certificate(t, &fluffyKey.PublicKey, big.NewInt(77), issuer), fluffy,
		}, true, true, "", "MIME part 1, headers and body, 68 octets"},
		{"one octet of the text flipped", flipped, []*pki.Certificate{fluffy}, true, false, "digest-mismatch", ""},
		{
			"CRLF before the boundary included", datagrams(t, signed(entity, withCRLF)), []*pki.Certificate{fluffy},
			true, false, "crlf-included", "MIME part 1 with the line end before the boundary, 70 octets",
		},
		{
			"headers left out", datagrams(t, signed(entity, bodyOnly)), []*pki.Certificate{fluffy},
			true, false, "headers-excluded", "body of MIME part 1 without its headers, 5 octets",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var signers int
			for _, c := range signersOf(t, tt.file, &pki.Keyring{Certificates: tt.certs}) {
				for _, s := range c.Signers {
					signers++
					if s.Tried != tt.tried || s.Verified != tt.verified || s.Reason != tt.reason || s.Over != tt.over {
						t.Errorf("tried %v, verified %v, reason %q, over %q (%s)\nwant  %v, %v, %q, %q",
							s.Tried, s.Verified, s.Reason, s.Over, s.Detail, tt.tried, tt.verified, tt.reason, tt.over)
					}
					if !s.Verified && s.Detail == "" {
						t.Error("no sentence says why")
					}
				}
			}
			if signers != 1 {
				t.Errorf("%d signers, want 1", signers)
			}
		})
	}
}

// TestSeenCertificate: a certificate that came by in an earlier packet verifies a signature of
// another connection; one that comes by later does not.
func TestSeenCertificate(t *testing.T) {
	entity := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-data"))
	blob := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-sig"))
	fluffy := ring(t, "user_cert_fluffy@example.com.pem").Certificates[0]
	plain := signed(entity, blob)
	attached := signed(entity, attach(t, blob, fluffy.Raw))

	results := signersOf(t, datagrams(t, plain, attached, plain), &pki.Keyring{})
	var got []string
	for _, c := range results {
		for _, s := range c.Signers {
			got = append(got, fmt.Sprintf("%v %s %s", s.Verified, s.Reason, s.CertificateSource))
		}
	}
	want := []string{"false no-certificate ", "true  message", "true  seen"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestSeenAtTheEnd: signatures in what connections held back are verified at the end of the capture,
// where no shard waits for one that waits for it.
func TestSeenAtTheEnd(t *testing.T) {
	entity := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-data"))
	blob := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-sig"))
	message := signed(entity, blob)
	length := regexp.MustCompile(`Content-Length: \d+`)
	message = length.ReplaceAll(message, []byte("Content-Length: 60000")) // there is more to come
	w := newWire(t, 0)
	const connections = 8
	for i := range uint16(connections) {
		w.frames(w.b.TCP(frame.TCPSegment{
			Src: netip.AddrPortFrom(caller.Addr(), 40000+i), Dst: callee, Flags: capture.ACK, Payload: message,
		}))
	}
	done := make(chan []*report.CMS)
	go func() { done <- signersOf(t, w.close(), &pki.Keyring{}) }()
	select {
	case got := <-done:
		if len(got) != connections {
			t.Errorf("%d signed bodies, want %d", len(got), connections)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the shards wait for each other")
	}
}

// attach adds a certificate to a SignedData that has none (RFC 5652, Section 5.1).
func attach(t *testing.T, blob, cert []byte) []byte {
	t.Helper()
	type signedData struct {
		Version          int
		DigestAlgorithms asn1.RawValue
		Content          asn1.RawValue
		Certificates     asn1.RawValue
		Signers          asn1.RawValue
	}
	var info struct {
		Type    asn1.ObjectIdentifier
		Content struct {
			Version          int
			DigestAlgorithms asn1.RawValue
			Content          asn1.RawValue
			Signers          asn1.RawValue
		} `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(blob, &info); err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}{info.Type, signedData{
		info.Content.Version, info.Content.DigestAlgorithms, info.Content.Content,
		asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: cert}, info.Content.Signers,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestEnveloped: both enveloped bodies open with the recipient's key, and each closed one says
// why.
func TestEnveloped(t *testing.T) {
	for _, tt := range []struct {
		name   string
		keys   *pki.Keyring
		reason string
		detail string
	}{
		{"the recipient's key", ring(t, "user_key_kumiko@example.net.pem"), "", ""},
		{"key and certificate", ring(t, "user_key_kumiko@example.net.pem", "user_cert_kumiko@example.net.pem"), "", ""},
		{"no key", &pki.Keyring{}, "no-key", ""},
		{"another's key", ring(t, "user_key_fluffy@example.com.pem"), "wrong-key", ""},
		{"another's key, and the certificate", ring(t, "user_key_fluffy@example.com.pem", "user_cert_kumiko@example.net.pem"), "key-mismatch", "user_cert_kumiko@example.net.pem names the recipient"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, file := range []string{shipped[2], shipped[3]} {
				opened := 0
				for _, c := range signersOf(t, read(t, file), tt.keys) {
					if c.Decrypt == nil {
						continue
					}
					opened++
					if c.Decrypt.Reason != tt.reason || !strings.Contains(c.Decrypt.Detail, tt.detail) {
						t.Errorf("%s: reason %q, %s; want %q", file, c.Decrypt.Reason, c.Decrypt.Detail, tt.reason)
					}
					if c.Decrypt.Decrypted != (tt.reason == "") {
						t.Errorf("%s: decrypted %v", file, c.Decrypt.Decrypted)
					}
					if c.Decrypt.Decrypted && (len(c.Inside) != 1 || string(c.Inside[0].Content) != "hello") {
						t.Errorf("%s: inside is %v", file, c.Inside)
					}
				}
				if opened != 1 {
					t.Errorf("%s: %d enveloped objects, want 1", file, opened)
				}
			}
		})
	}
}
