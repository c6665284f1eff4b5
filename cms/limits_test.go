package cms_test

import (
	"bytes"
	"crypto"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

// signers returns an object with n SignerInfos like the one that s makes, with these
// certificates.
func signers(t *testing.T, s signing, by *identity, n int, certs ...[]byte) []byte {
	t.Helper()
	one := s.make(t, by)
	nodes := cms.Parse(one, cms.Limits{}).Nodes
	last := nodes[0]
	for _, node := range nodes {
		if node.Depth == 3 && node.Is(17) { // digestAlgorithms, then signerInfos
			last = node
		}
	}
	info := one[last.Offset+last.Header : last.End]
	return sequence(oid(signedData), element(0xa0, sequence(integer(1),
		element(0x31, algorithm(sha256OID)),
		sequence(oid(data)),
		element(0xa0, certs...),
		element(0x31, bytes.Repeat(info, n)),
	)))
}

func TestLimits(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[0])
	other := certOptions{serial: 2, name: "other"}.make(t, rsaKeys()[1])
	in := cms.VerifyInput{Ranges: []cms.Range{standard([]byte("x"))}}

	o := cms.Parse(signers(t, signing{content: "x"}, signer, 20, signer.cert.Raw), cms.Limits{})
	if !slices.Equal(codes(o), []string{"signer-limit"}) || len(o.Signed.Signers) != cms.DefaultSigners {
		t.Errorf("%d signers: %+v", len(o.Signed.Signers), o.Issues)
	}
	for _, r := range o.Signed.Verify(in) {
		if !r.Verified {
			t.Errorf("%+v", r)
		}
	}

	many := bytes.Repeat(other.cert.Raw, 70)
	o = cms.Parse(signers(t, signing{content: "x"}, signer, 1, many), cms.Limits{})
	if !slices.Equal(codes(o), []string{"certificate-limit"}) || len(o.Signed.Certificates) != cms.DefaultCertificates {
		t.Errorf("%d certificates: %+v", len(o.Signed.Certificates), o.Issues)
	}

	attributes := slices.Repeat([][]byte{contentTypeAttribute("1.2.3")}, 70)
	o = cms.Parse(signing{content: "x", attributes: attributes}.make(t, signer), cms.Limits{})
	if !slices.Equal(codes(o), []string{"attribute-limit"}) {
		t.Errorf("%+v", o.Issues)
	}
	if r := o.Signed.Verify(in)[0]; r.Reason != "malformed" {
		t.Errorf("%+v", r)
	}

	// Certificates that name the signer, and ones that do not, are not tried without end.
	o = cms.Parse(signing{content: "x"}.make(t, signer), cms.Limits{})
	for year := range 9 {
		id := certOptions{serial: 1, name: "signer", notAfter: time.Date(2030+year, 1, 1, 0, 0, 0, 0, time.UTC)}.make(t, rsaKeys()[1])
		in.Seen = append(in.Seen, id.cert)
	}
	if r := o.Signed.Verify(in)[0]; r.Reason != "wrong-key" || !strings.Contains(r.Detail, "of the 9 certificates") {
		t.Errorf("%+v", r)
	}
	in.Seen = nil
	for serial := range 300 {
		id := certOptions{serial: int64(serial) + 10, name: "other"}.make(t, ecKeys()[0])
		rsaAlike := *id.cert
		rsaAlike.PublicKey = rsaKeys()[1].Public()
		in.Seen = append(in.Seen, &rsaAlike)
	}
	if r := o.Signed.Verify(in)[0]; r.Reason != "no-certificate" || !strings.Contains(r.Detail, "no more than 256") {
		t.Errorf("%+v", r)
	}
}

// TestRecipientLimits has more keys than are tried.
func TestRecipientLimits(t *testing.T) {
	alice := certOptions{serial: 1, name: "alice"}.make(t, rsaKeys()[0])
	bob := certOptions{serial: 2, name: "bob"}.make(t, rsaKeys()[1])
	recipient := sequence(integer(0), issuerAndSerial(alice.cert), algorithm(rsaOID, null), octetString([]byte("short")))
	o := cms.Parse(enveloping{content: pad("x"), recipients: slices.Repeat([][]byte{recipient}, 100)}.make(t, alice), cms.Limits{})
	d := o.Enveloped.Decrypt(keyring([]*identity{bob, bob, bob, bob, bob}))
	if d.Reason != "wrong-key" || !strings.Contains(d.Detail, "bob.pem and 1 more") {
		t.Errorf("%s: %s", d.Reason, d.Detail)
	}
	if limited := d.Recipients[51]; !strings.Contains(limited.Detail, "256") {
		t.Errorf("%+v", limited)
	}
}

// TestVersions computes the versions of RFC 5652, Sections 5.1 and 6.1.
func TestVersions(t *testing.T) {
	signed := func(version int, certificates, crls []byte) []byte {
		return sequence(oid(signedData), element(0xa0, sequence(integer(version), element(0x31),
			sequence(oid(data)), element(0xa0, certificates), element(0xa1, crls), element(0x31))))
	}
	enveloped := func(version int, originator []byte, recipient []byte, unprotected []byte) []byte {
		return sequence(oid(envelopedData), element(0xa0, sequence(integer(version), originator,
			element(0x31, recipient), sequence(oid(data), algorithm(aes128CBC)), unprotected)))
	}
	empty := []byte{}
	kekri, zero := kekRecipient(4), sequence(integer(0), sequence(sequence(), integer(1)), algorithm(rsaOID, null), octetString(nil))
	ori := element(0xa4, oid("1.2.3"), null)
	for i, object := range [][]byte{
		signed(1, empty, empty),
		signed(3, element(0xa1), empty),
		signed(4, element(0xa2), empty),
		signed(5, element(0xa3), empty),
		signed(5, empty, element(0xa1)),
		enveloped(0, nil, zero, nil),
		enveloped(2, nil, kekri, nil),
		enveloped(2, nil, zero, element(0xa1)),
		enveloped(2, element(0xa0), zero, nil),
		enveloped(3, nil, passwordRecipient(0), nil),
		enveloped(3, nil, ori, nil),
		enveloped(3, element(0xa0, element(0xa0, element(0xa2))), kekri, nil),
		enveloped(4, element(0xa0, element(0xa0, element(0xa3))), kekri, nil),
		enveloped(4, element(0xa0, element(0xa1, element(0xa1))), kekri, nil),
	} {
		if o := cms.Parse(object, cms.Limits{}); len(o.Issues) != 0 {
			t.Errorf("%d: %+v", i, o.Issues)
		}
		object[bytes.Index(object, []byte{2, 1})+2] ^= 1
		if o := cms.Parse(object, cms.Limits{}); !slices.Equal(codes(o), []string{"version-mismatch"}) {
			t.Errorf("%d, changed: %+v", i, o.Issues)
		}
	}
}

// TestTime has objects that are hard on readers which recurse or rescan.
func TestTime(t *testing.T) {
	nested := bytes.Repeat([]byte{0x30, 0x80}, 3_000_000)
	inside := slices.Concat([]byte{0x30, 0x80}, oid(signedData), []byte{0xa0, 0x80, 0x30, 0x80}, integer(1), element(0x31),
		[]byte{0x30, 0x80}, oid(data), []byte{0xa0, 0x80}, bytes.Repeat([]byte{0x24, 0x80}, 1_000_000))
	small := sequence(bytes.Repeat(null, 30_000))
	for name, object := range map[string][]byte{"nested": nested, "nested inside": inside, "small": small} {
		start := time.Now()
		o := cms.Parse(object, cms.Limits{})
		o.AppendTree(nil, cms.TreeOptions{})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if name != "small" && len(o.Issues) == 0 {
			t.Errorf("%s: no issue", name)
		}
	}
}

// TestManyRanges has the range named that is covered, wherever it stands.
func TestManyRanges(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[0])
	for _, attributes := range [][][]byte{nil, {contentTypeAttribute(data), messageDigestAttribute(crypto.SHA256, "d")}} {
		s := cms.Parse(signing{content: "d", attributes: attributes}.make(t, signer), cms.Limits{}).Signed
		var ranges []cms.Range
		for _, octets := range []string{"a", "b", "c", "d"} {
			ranges = append(ranges, cms.Range{Name: octets, Octets: []byte(octets), Code: "covers-" + octets, Standard: octets == "a"})
		}
		r := s.Verify(cms.VerifyInput{Ranges: ranges, Keyring: &pki.Keyring{CAs: []*pki.Certificate{signer.cert}}})[0]
		if r.Verified || r.Reason != "covers-d" || r.Over != "d" || r.CertificateSource != "given" {
			t.Errorf("%+v", r)
		}
	}
}
