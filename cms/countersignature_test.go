package cms_test

import (
	"bytes"
	"crypto"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
)

const countersignature = "1.2.840.113549.1.9.6"

// signerInfoOf cuts the one SignerInfo out of an object.
func signerInfoOf(t testing.TB, object []byte) []byte {
	t.Helper()
	nodes := cms.Parse(object, cms.Limits{}).Nodes
	last := nodes[0]
	for _, node := range nodes {
		if node.Depth == 3 && node.Is(17) { // digestAlgorithms, then signerInfos
			last = node
		}
	}
	return object[last.Offset+last.Header : last.End]
}

func contentOf(t testing.TB, encoding []byte) []byte {
	t.Helper()
	c := ber.NewCursor(encoding)
	e, err := c.Next()
	if err != nil {
		t.Fatal(err)
	}
	return e.Content
}

// countersign returns the object with countersignatures for its signer.
func countersign(t testing.TB, object []byte, counters ...[]byte) []byte {
	t.Helper()
	info := signerInfoOf(t, object)
	with := element(0x30, contentOf(t, info), element(0xa1, attribute(countersignature, counters...)))
	return sequence(oid(signedData), element(0xa0, sequence(integer(1), element(0x31, algorithm(sha256OID)),
		sequence(oid(data)), element(0x31, with))))
}

func TestCountersignatures(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[0])
	notary := certOptions{serial: 2, name: "notary"}.make(t, rsaKeys()[1])
	ec := certOptions{serial: 3, name: "ec"}.make(t, ecKeys()[0])
	object := signing{content: message}.make(t, signer)
	value := string(cms.Parse(object, cms.Limits{}).Signed.Signers[0].Signature)
	digested := messageDigestAttribute(crypto.SHA256, value)
	in := cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}, Keyring: given(signer.cert, notary.cert, ec.cert), At: captured}

	for name, test := range map[string]struct {
		made   signing
		by     *identity
		reason string
		codes  []string
	}{
		"plain":           {signing{content: value}, notary, "", nil},
		"with attributes": {signing{content: value, attributes: [][]byte{digested}}, notary, "", nil},
		"ECDSA":           {signing{content: value, algorithm: algorithm(ecdsaSHA256), attributes: [][]byte{digested}}, ec, "", nil},
		"of the content":  {signing{content: message}, notary, "digest-mismatch", nil},
		"of the content, with attributes": {signing{content: message, attributes: [][]byte{messageDigestAttribute(crypto.SHA256, message)}},
			notary, "digest-mismatch", nil},
		"content type": {signing{content: value, attributes: [][]byte{contentTypeAttribute(data), digested}}, notary, "content-type-attribute", []string{"content-type-attribute"}},
		"no digest":    {signing{content: value, attributes: [][]byte{attribute("1.2.3", null)}}, notary, "message-digest-attribute", []string{"message-digest-attribute"}},
	} {
		t.Run(name, func(t *testing.T) {
			counter := signerInfoOf(t, test.made.make(t, test.by))
			o := cms.Parse(countersign(t, object, counter), cms.Limits{})
			if !slices.Equal(codes(o), test.codes) {
				t.Fatalf("%+v", o.Issues)
			}
			r := o.Signed.Verify(in)[0]
			if !r.Verified || len(r.Countersignatures) != 1 {
				t.Fatalf("%+v", r)
			}
			c := r.Countersignatures[0]
			if c.Reason != test.reason || c.Verified != (test.reason == "") || c.Signer != &r.Signer.Countersigners[0] || c.Verified && (c.Over != "signature" || c.Certificate != test.by.cert) {
				t.Errorf("%s: %s", c.Reason, c.Detail)
			}
		})
	}

	// A countersignature is verified whatever becomes of the signature.
	counter := signerInfoOf(t, signing{content: value}.make(t, notary))
	o := cms.Parse(countersign(t, object, counter, counter), cms.Limits{})
	in.Ranges = []cms.Range{standard([]byte("other"))}
	if r := o.Signed.Verify(in)[0]; r.Verified || len(r.Countersignatures) != 2 || !r.Countersignatures[1].Verified {
		t.Errorf("%+v", r)
	}

	// They are nested only so deep.
	deep := counter
	for range 6 {
		deep = element(0x30, contentOf(t, counter), element(0xa1, attribute(countersignature, deep)))
	}
	o = cms.Parse(countersign(t, object, deep), cms.Limits{})
	if !slices.Contains(codes(o), "countersignature-depth") {
		t.Errorf("%+v", o.Issues)
	}
	o.Signed.Verify(in)
	o = cms.Parse(countersign(t, object, bytes.Repeat(counter, 20)), cms.Limits{})
	if !slices.Contains(codes(o), "signer-limit") || len(o.Signed.Signers[0].Countersigners) != cms.DefaultSigners-1 {
		t.Errorf("%+v", o.Issues)
	}
}

// TestParameters has the rules about parameters that say nothing.
func TestParameters(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[0])
	ec := certOptions{serial: 3, name: "ec"}.make(t, ecKeys()[0])
	for name, test := range map[string]struct {
		object []byte
		codes  []string
		cites  string
	}{
		"RSA without NULL":  {signing{content: "x", algorithm: algorithm(rsaOID)}.make(t, signer), []string{"parameters-not-null"}, "RFC 3370"},
		"ECDSA with NULL":   {signing{content: "x", algorithm: algorithm(ecdsaSHA256, null)}.make(t, ec), []string{"parameters-present"}, "RFC 5754"},
		"key wrap with one": {contentInfo(envelopedData, integer(2), element(0x31, element(0xa2, integer(4), sequence(octetString(nil)), algorithm(wrap128, null), octetString(nil))), sequence(oid(data), algorithm(aes128CBC))), []string{"parameters-present"}, "RFC 3565"},
	} {
		o := cms.Parse(test.object, cms.Limits{})
		if !slices.Equal(codes(o), test.codes) || len(o.Issues) > 0 && !strings.Contains(o.Issues[0].Section, test.cites) {
			t.Errorf("%s: %+v", name, o.Issues)
		}
	}
	withNull := contentInfo(digestedData, integer(0), algorithm(sha1OID, null), sequence(oid(data), element(0xa0, octetString([]byte(message)))), octetString(digest(crypto.SHA1, []byte(message))))
	o := cms.Parse(withNull, cms.Limits{})
	if !slices.Equal(codes(o), []string{"parameters-null"}) || !o.Digested.Check().Matched {
		t.Errorf("%+v", o.Issues)
	}
	md5 := contentInfo(digestedData, integer(0), algorithm("1.2.840.113549.2.5"), sequence(oid(data), element(0xa0, octetString([]byte(message)))), octetString(digest(crypto.MD5, []byte(message))))
	if o := cms.Parse(md5, cms.Limits{}); !slices.Equal(codes(o), []string{"parameters-not-null"}) || !o.Digested.Check().Matched {
		t.Errorf("%+v", o.Issues)
	}
}
