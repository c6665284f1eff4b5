package cms_test

import (
	"bytes"
	"crypto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
)

func codes(o *cms.Object) []string {
	var list []string
	for _, i := range o.Issues {
		list = append(list, i.Code)
	}
	return list
}

func TestParseDraft(t *testing.T) {
	o := cms.Parse(read(t, draftDir, "dataSig/resip-sign-out-sig"), cms.Limits{})
	s := o.Signed
	signer := &s.Signers[0]
	if s.Version != 1 || s.EContent != nil || len(s.Certificates) != 0 || cms.ContentTypeName(s.EContentType) != "data" ||
		signer.Version != 1 || signer.SKI != nil || signer.RawSignedAttrs != nil ||
		signer.Issuer.String() != "OU=Sipit Test Certificate Authority,O=sipit,L=San Jose,ST=California,C=US" ||
		!bytes.Equal(signer.SerialOctets, []byte{1, 0x95, 0, 0x71, 2, 0x33, 0, 0x58}) || len(signer.Signature) != 128 ||
		signer.DigestAlgorithm.Parameters != nil || !bytes.Equal(signer.SignatureAlgorithm.Parameters, null) {
		t.Errorf("%+v", s)
	}
	o = cms.Parse(read(t, draftDir, "dataEnc/resip-encrypt-out"), cms.Limits{})
	e := o.Enveloped
	recipient := &e.Recipients[0]
	if e.Version != 0 || len(e.EncryptedContent) != 80 || recipient.Kind != "ktri" || len(recipient.EncryptedKey) != 128 {
		t.Errorf("%+v", e)
	}
}

// TestParseIssues has objects that are wrong, and what is said of them.
func TestParseIssues(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer", ski: []byte("ski")}.make(t, rsaKeys()[1])
	good := signing{content: "x", attached: true}.make(t, signer)
	attributes := [][]byte{contentTypeAttribute(data), attribute("1.2.840.113549.1.9.4", octetString([]byte("digest")))}
	signingTimes := func(values ...[]byte) [][]byte {
		list := [][]byte{contentTypeAttribute(data)}
		for _, v := range values {
			list = append(list, attribute("1.2.840.113549.1.9.5", v))
		}
		return append(list, messageDigestAttribute(crypto.SHA256, "x"))
	}
	utc, generalized := element(0x17, []byte("260101000000Z")), element(0x18, []byte("20260101000000Z"))
	signedWith := func(s signing) []byte { return s.make(t, signer) }
	longer := bytes.Clone(good) // by one octet, says its length
	longer[2]++
	shorter := bytes.Clone(good)
	shorter[2]--
	indefinite := slices.Concat([]byte{0x30, 0x80}, good[3:], []byte{0, 0})
	many := sequence(oid(envelopedData), element(0xa0, sequence(integer(2),
		element(0x31, bytes.Repeat(kekRecipient(4), 5)))))

	for _, test := range []struct {
		name   string
		object []byte
		codes  []string
		der    bool
		signed bool // it could be read and verifies
	}{
		{"good", good, nil, true, true},
		{"indefinite length", indefinite, nil, false, true},
		{"length too long", longer, []string{"length-beyond-end"}, false, true},
		{"length too short", shorter, []string{"trailing-octets", "length-beyond-end", "length-beyond-end"}, false, false},
		{"octets behind", append(bytes.Clone(good), "\r\n"...), []string{"trailing-octets"}, false, true},
		{"nothing", nil, []string{"empty", "not-content-info"}, false, false},
		{"text", []byte("Content-Type: text/plain"), []string{"length-beyond-end", "not-content-info"}, false, false},
		{"base64", []byte("MIIBUgYJKoZIhvcNAQcCoIIB"), []string{"length-beyond-end", "not-content-info"}, false, false},
		{"a string", octetString([]byte("x")), []string{"not-content-info"}, true, false},
		{"a certificate", signer.cert.Raw, []string{"not-content-info"}, true, false},
		{"no content", sequence(oid(signedData)), []string{"element-missing"}, true, false},
		{"another type", sequence(oid(data), element(0xa0, octetString([]byte("x")))), nil, true, false},
		{"version", signedWith(signing{content: "x", attached: true, version: 2}), []string{"version-mismatch"}, true, true},
		{"version of SKI", signedWith(signing{content: "x", attached: true, sid: element(0x80, []byte("ski"))}), []string{"version-mismatch"}, true, true},
		{"attributes missing", signedWith(signing{content: "x", attached: true, contentType: "1.2.3"}), []string{"signed-attributes-missing"}, true, true},
		{"no message digest", signedWith(signing{content: "x", attached: true, attributes: attributes[:1]}), []string{"message-digest-attribute"}, true, false},
		{"no content type", signedWith(signing{content: "x", attached: true, attributes: attributes[1:]}), []string{"content-type-attribute"}, true, false},
		{"signing time", signedWith(signing{content: "x", attached: true, attributes: signingTimes(utc)}), nil, true, true},
		{"two signing times", signedWith(signing{content: "x", attached: true, attributes: signingTimes(utc, utc)}), []string{"signing-time-attribute"}, true, true},
		{"signing time of another type", signedWith(signing{content: "x", attached: true, attributes: signingTimes(generalized)}), []string{"signing-time-attribute"}, true, true},
		{"signing time of 2050", signedWith(signing{content: "x", attached: true, attributes: signingTimes(element(0x18, []byte("20500101000000Z")))}), nil, true, true},
		{"signing time that is none", signedWith(signing{content: "x", attached: true, attributes: signingTimes(element(0x0c, []byte("now and then!")))}), []string{"signing-time-attribute"}, true, true},
		{"order of attributes", signedWith(signing{content: "x", attached: true, attributes: attributes}), []string{"attributes-not-der"}, true, false},
		{"digest not listed", bytes.Replace(good, oid(sha256OID), oid(sha512OID), 1), []string{"digest-not-listed"}, true, true},
		{"bad certificate", signedWith(signing{content: "x", attached: true, certs: [][]byte{sequence(null)}}), []string{"bad-certificate"}, true, true},
		{"many recipients", many, []string{"recipient-limit", "element-missing"}, true, false},
		{"deep", bytes.Repeat([]byte{0x30, 0x80}, 1000), []string{"depth-limit", "not-content-info"}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := cms.Parse(test.object, cms.Limits{Recipients: 4})
			if d := cmp.Diff(test.codes, codes(o)); d != "" {
				t.Errorf("%s%+v", d, o.Issues)
			}
			if o.DER != test.der {
				t.Errorf("DER: %v", o.DER)
			}
			for _, i := range o.Issues {
				if i.Text == "" || strings.HasSuffix(i.Text, ".") || i.Offset < 0 || i.Offset > len(test.object) {
					t.Errorf("%+v", i)
				}
			}
			verified := false
			if o.Signed != nil {
				for _, r := range o.Signed.Verify(cms.VerifyInput{Keyring: given(signer.cert)}) {
					verified = r.Verified
				}
			}
			if verified != test.signed {
				t.Errorf("verified: %v", verified)
			}
			o.AppendTree(nil, cms.TreeOptions{})
		})
	}
}

// TestParseChunks joins content that comes in segments.
func TestParseChunks(t *testing.T) {
	chunks := func(tag byte, parts ...string) []byte {
		b := []byte{tag, 0x80}
		for _, part := range parts {
			b = appendElement(b, 0x04, part)
		}
		return append(b, 0, 0)
	}
	o := cms.Parse(sequence(oid(signedData), element(0xa0, sequence(integer(1), element(0x31),
		sequence(oid(data), element(0xa0, chunks(0x24, "ab", "", "cd"))), element(0x31)))), cms.Limits{})
	if o.Signed == nil || string(o.Signed.EContent) != "abcd" || o.DER || len(o.Issues) != 0 {
		t.Errorf("%+v", o)
	}
	o = cms.Parse(sequence(oid(envelopedData), element(0xa0, sequence(integer(0), element(0x31),
		sequence(oid(data), algorithm(aes128CBC), chunks(0xa0, "ab", "cd"))))), cms.Limits{})
	if o.Enveloped == nil || string(o.Enveloped.EncryptedContent) != "abcd" {
		t.Errorf("%+v", o)
	}
}

func TestClone(t *testing.T) {
	octets := read(t, draftDir, "dataSig/resip-sign-out-sig")
	input := bytes.Clone(octets)
	clone := cms.Parse(input, cms.Limits{}).Clone()
	for i := range input {
		input[i] = 0xee
	}
	unexported := cmpopts.IgnoreUnexported(cms.Object{}, cms.SignedData{}, cms.EncapsulatedContentInfo{}, cms.SignerInfo{})
	if d := cmp.Diff(cms.Parse(octets, cms.Limits{}), clone, unexported); d != "" {
		t.Error(d)
	}
}

func TestContentTypeName(t *testing.T) {
	if got := cms.ContentTypeName(envelopedData); got != "envelopedData" {
		t.Error(got)
	}
	if got := cms.ContentTypeName("1.2.3"); got != "1.2.3" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, l := range draftListings {
		f.Add(read(f, draftDir, l.object))
	}
	f.Add(draftCertificate(f, "root_cert_fluffyCA.pem").Raw)
	f.Add([]byte("\x30\x80\x24\x80\x04\x02\xab\xcd\x04\x02\x01\x02\x00\x00\xa0\x81\x03\x02\x01\x05\x80\x00\x00\x00"))
	f.Add([]byte("\x30\x20\x0c\x05\x1b[2J\x9b\x06\x01\x80\x03\x02\x09\x01\x17\x0dabc\x00\x7f\xff1234567\x1e\x03abc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := cms.Parse(b, cms.Limits{})
		if len(o.Nodes) == 0 && len(b) > 0 || len(o.Raw) > len(b) {
			t.Fatalf("%d nodes, %d octets", len(o.Nodes), len(o.Raw))
		}
		for i := range o.Nodes {
			n := &o.Nodes[i]
			if n.Offset+n.Header > n.End || n.End > len(b) || n.Depth > ber.MaxDepth || i > 0 && n.Offset < o.Nodes[i-1].Offset {
				t.Fatalf("node %d: %+v", i, n)
			}
		}
		for style := cms.StyleRFC6216; style <= cms.StyleDumpASN1; style++ {
			tree := o.AppendTree(nil, cms.TreeOptions{Style: style})
			checkTree(t, o, tree, len(b))
			for line := range bytes.Lines(o.AppendTree(nil, cms.TreeOptions{Style: style, Abridged: true})) {
				if len(line) > 4*512+2*ber.MaxDepth+100 { // the longest have an object identifier of 512 octets
					t.Fatalf("a line of %d octets", len(line))
				}
			}
		}
		count := 0
		for range o.Tree() {
			count++
		}
		if count != len(o.Nodes) {
			t.Fatalf("%d of %d nodes", count, len(o.Nodes))
		}
		if d := cmp.Diff(codes(o), codes(o.Clone())); d != "" {
			t.Fatal(d)
		}
	})
}

// checkTree fails if a tree has other than printable ASCII, open braces, or is too large.
func checkTree(t *testing.T, o *cms.Object, tree []byte, octets int) {
	t.Helper()
	if i := bytes.IndexFunc(tree, func(r rune) bool { return r != '\n' && (r < 0x20 || r > 0x7e) }); i >= 0 {
		t.Fatalf("%q at %d", tree[i], i)
	}
	// A node has a line, a closing line and two of errors at most, none longer than the deepest
	// indentation and 200 columns; 16 octets of content take a line more.
	line := 2*ber.MaxDepth + 200
	if bound := 5*line*len(o.Nodes) + line*(octets/16+1) + 6*octets; len(tree) > bound {
		t.Fatalf("%d octets for %d nodes of %d octets", len(tree), len(o.Nodes), octets)
	}
	opened, closed := 0, 0
	for text := range bytes.Lines(tree) {
		switch text = bytes.TrimRight(text, "\n"); {
		case bytes.HasSuffix(text, []byte("{")) && !bytes.Contains(text, []byte("'")): // else a string's
			opened++
		case bytes.HasSuffix(text, []byte(": }")) || bytes.HasSuffix(text, []byte("  }")) && !bytes.Contains(text, []byte("'")):
			closed++
		}
	}
	if opened != closed {
		t.Fatalf("%d braces opened, %d closed\n%s", opened, closed, tree)
	}
}
