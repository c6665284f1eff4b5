package cms_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

// standard is a Range that is what the standards demand.
func standard(octets []byte) cms.Range {
	return cms.Range{Name: "MIME part", Octets: octets, Standard: true}
}

func withCRLF(octets []byte) cms.Range {
	return cms.Range{Name: "MIME part with the CRLF before the boundary", Octets: slices.Concat(octets, []byte("\r\n")), Code: "crlf-included"}
}

func given(certs ...*pki.Certificate) *pki.Keyring { return &pki.Keyring{Certificates: certs} }

func TestVerifyDraft(t *testing.T) {
	fluffy := draftCertificate(t, "user_cert_fluffy@example.com.pem")
	root := draftCertificate(t, "root_cert_fluffyCA.pem")
	for _, dir := range []string{"dataSig", "dataEncSig"} {
		o := cms.Parse(read(t, draftDir, dir, "resip-sign-out-sig"), cms.Limits{})
		if len(o.Issues) != 0 || !o.DER || o.Signed == nil || len(o.Signed.Signers) != 1 {
			t.Fatalf("%s: %+v", dir, o)
		}
		part := read(t, draftDir, dir, "resip-sign-out-data")
		in := cms.VerifyInput{
			Ranges:  []cms.Range{standard(part), withCRLF(part)},
			Keyring: &pki.Keyring{Certificates: []*pki.Certificate{fluffy}, CAs: []*pki.Certificate{root}},
			At:      captured,
		}
		r := o.Signed.Verify(in)[0]
		if !r.Tried || !r.Verified || r.Reason != "" || r.Over != "MIME part" || r.Certificate != fluffy || r.CertificateSource != "given" {
			t.Errorf("%s: %+v", dir, r)
		}
		if !r.Chain.Trusted || len(r.Chain.Path) != 2 || !r.Chain.At.Equal(captured) {
			t.Errorf("%s: chain %+v", dir, r.Chain)
		}

		// The signature is verified whenever, the path is valid only then.
		in.At = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		r = o.Signed.Verify(in)[0]
		if !r.Verified || r.Chain.Trusted || r.Chain.Reason != "expired" {
			t.Errorf("%s: later: %+v", dir, r)
		}

		in.Keyring, in.Seen = nil, []*pki.Certificate{fluffy}
		r = o.Signed.Verify(in)[0]
		if !r.Verified || r.CertificateSource != "seen" || r.Chain.Trusted || r.Chain.Reason == "" {
			t.Errorf("%s: seen: %+v", dir, r)
		}
	}
}

// TestVerifyReasons has a case for each reason why a signature is not verified.
func TestVerifyReasons(t *testing.T) {
	const text = "Content-Type: text/plain\r\n\r\nhello"
	part := []byte(text)
	ca := certOptions{serial: 1, name: "ca", ca: true}.make(t, rsaKeys()[0])
	otherCA := certOptions{serial: 1, name: "otherca", ca: true}.make(t, rsaKeys()[0])
	signer := certOptions{issuer: ca, serial: 77, name: "signer", ski: []byte("ski 1")}.make(t, rsaKeys()[1])
	otherSerial := certOptions{issuer: ca, serial: 78, name: "serial", ski: []byte("ski 2")}.make(t, rsaKeys()[1])
	otherIssuer := certOptions{issuer: otherCA, serial: 77, name: "issuer"}.make(t, rsaKeys()[1])
	otherKey := certOptions{issuer: ca, serial: 77, name: "key", ski: []byte("ski 1")}.make(t, rsaKeys()[2])
	unrelated := certOptions{issuer: ca, serial: 79, name: "unrelated"}.make(t, rsaKeys()[2])
	ecSigner := certOptions{issuer: ca, serial: 80, name: "ec"}.make(t, ecKeys()[0])
	ecOther := certOptions{issuer: ca, serial: 80, name: "ecother"}.make(t, ecKeys()[1])

	attributes := func(list ...[]byte) [][]byte { return list }
	typed, digested := contentTypeAttribute(data), messageDigestAttribute(crypto.SHA256, text)
	good := attributes(typed, digested)
	bySKI := signing{content: text, sid: element(0x80, []byte("ski 1")), version: 3}
	ecdsaWith := func(s signing) signing {
		s.algorithm = algorithm(ecdsaSHA256)
		return s
	}

	for _, test := range []struct {
		name    string
		made    signing
		by      *identity
		keyring *pki.Keyring
		ranges  []cms.Range // part if nil

		reason string
		tried  bool
		over   string
		detail []string // parts of it
		cert   *identity
	}{
		{name: "verified", made: signing{content: text}, by: signer, keyring: given(unrelated.cert, signer.cert),
			tried: true, over: "MIME part", cert: signer},
		{name: "verified with attributes", made: signing{content: text, attributes: good}, by: signer, keyring: given(signer.cert),
			tried: true, over: "MIME part", cert: signer},
		{name: "verified by SKI", made: bySKI, by: signer, keyring: given(otherSerial.cert, signer.cert),
			tried: true, over: "MIME part", cert: signer},
		{name: "verified, two certificates of the name", made: signing{content: text}, by: signer, keyring: given(otherKey.cert, signer.cert),
			tried: true, over: "MIME part", cert: signer},
		{name: "verified, serial number padded", by: signer, keyring: given(signer.cert),
			made:  signing{content: text, sid: sequence(signer.cert.Issuer.Raw, []byte{2, 2, 0, 77})},
			tried: true, over: "MIME part", cert: signer},
		{name: "verified, content attached", made: signing{content: "else", attached: true}, by: signer, keyring: given(signer.cert),
			tried: true, over: "content", cert: signer},
		{name: "verified, content attached and empty", made: signing{attached: true}, by: signer, keyring: given(signer.cert),
			tried: true, over: "content", cert: signer},
		{name: "verified, no hash in the algorithm", made: ecdsaWith(signing{content: text, attributes: good}), by: ecSigner, keyring: given(ecSigner.cert),
			tried: true, over: "MIME part", cert: ecSigner},

		{name: "no certificate", made: signing{content: text}, by: signer, keyring: given(unrelated.cert),
			reason: "no-certificate", detail: []string{"issuer CN=ca", "serial number 4D"}},
		{name: "nothing given", made: bySKI, by: signer,
			reason: "no-certificate", detail: []string{"subject key identifier 736B692031"}},
		{name: "other serial number", made: signing{content: text}, by: signer, keyring: given(unrelated.cert, otherSerial.cert),
			reason: "serial-mismatch", tried: true, over: "MIME part", detail: []string{"serial.pem", "4E", "4D"}, cert: otherSerial},
		{name: "other issuer", made: signing{content: text}, by: signer, keyring: given(otherIssuer.cert),
			reason: "issuer-mismatch", tried: true, over: "MIME part", detail: []string{"issuer.pem", "CN=otherca", "CN=ca"}, cert: otherIssuer},
		{name: "other SKI", made: bySKI, by: signer, keyring: given(otherSerial.cert),
			reason: "ski-mismatch", tried: true, over: "MIME part", detail: []string{"736B692032", "736B692031"}, cert: otherSerial},
		{name: "other serial number and octets", made: signing{content: text + "!"}, by: signer, keyring: given(otherSerial.cert),
			reason: "serial-mismatch", tried: true, detail: []string{"besides", "over other octets"}, cert: otherSerial},
		{name: "key of another", made: signing{content: text}, by: signer, keyring: given(otherKey.cert),
			reason: "wrong-key", tried: true, detail: []string{"key.pem", "did not make"}, cert: otherKey},
		{name: "key of another, and whose", made: signing{content: text}, by: signer, keyring: given(otherKey.cert, otherSerial.cert),
			reason: "wrong-key", tried: true, detail: []string{"that of serial.pem did"}, cert: otherKey},
		{name: "key of another kind", made: ecdsaWith(signing{content: text, sid: issuerAndSerial(signer.cert)}), by: ecSigner, keyring: given(signer.cert),
			reason: "key-unusable", cert: signer},
		{name: "ECDSA, key of another", made: ecdsaWith(signing{content: text}), by: ecSigner, keyring: given(ecOther.cert),
			reason: "signature-mismatch", tried: true, cert: ecOther},
		{name: "octet changed", made: signing{content: strings.Replace(text, "hello", "hallo", 1)}, by: signer, keyring: given(signer.cert),
			reason: "digest-mismatch", tried: true, cert: signer},
		{name: "octet changed, attributes", made: signing{content: text, attributes: attributes(typed, messageDigestAttribute(crypto.SHA256, text+"!"))}, by: signer, keyring: given(signer.cert),
			reason: "digest-mismatch", tried: true, detail: []string{"message-digest attribute"}, cert: signer},
		{name: "attributes changed", made: signing{content: text, attributes: good, signed: []byte("others")}, by: signer, keyring: given(signer.cert),
			reason: "digest-mismatch", tried: true, detail: []string{"signed attributes"}, cert: signer},
		{name: "CRLF included", made: signing{content: text + "\r\n"}, by: signer, keyring: given(signer.cert),
			reason: "crlf-included", tried: true, over: "MIME part with the CRLF before the boundary", cert: signer},
		{name: "CRLF included, attributes", made: signing{content: text, attributes: attributes(typed, messageDigestAttribute(crypto.SHA256, text+"\r\n"))}, by: signer, keyring: given(signer.cert),
			reason: "crlf-included", tried: true, over: "MIME part with the CRLF before the boundary", cert: signer},
		{name: "range without a code", made: signing{content: text}, by: signer, keyring: given(signer.cert), ranges: []cms.Range{{Name: "all", Octets: part}},
			reason: "other-range", tried: true, over: "all", cert: signer},
		{name: "no content", made: signing{content: text}, by: signer, keyring: given(signer.cert), ranges: []cms.Range{},
			reason: "no-content", cert: signer},
		{name: "content type of another", made: signing{content: text, attributes: attributes(contentTypeAttribute(signedData), digested)}, by: signer, keyring: given(signer.cert),
			reason: "content-type-mismatch", tried: true, cert: signer},
		{name: "no content type", made: signing{content: text, attributes: attributes(digested)}, by: signer, keyring: given(signer.cert),
			reason: "content-type-attribute", tried: true, cert: signer},
		{name: "no message digest", made: signing{content: text, attributes: attributes(typed)}, by: signer, keyring: given(signer.cert),
			reason: "message-digest-attribute", tried: true, cert: signer},
		{name: "two message digests", made: signing{content: text, attributes: attributes(typed, digested, digested)}, by: signer, keyring: given(signer.cert),
			reason: "message-digest-attribute", tried: true, cert: signer},
		{name: "attributes in another order", made: signing{content: text, attributes: attributes(digested, typed)}, by: signer, keyring: given(signer.cert),
			tried: true, over: "MIME part", cert: signer},
		{name: "attributes signed in another order", made: signing{content: text, attributes: attributes(digested, typed), signed: element(0x31, digested, typed)}, by: signer, keyring: given(signer.cert),
			reason: "attributes-not-der", tried: true, cert: signer},
		{name: "unknown signature algorithm", made: signing{content: text, algorithm: algorithm("1.2.3.4")}, by: signer, keyring: given(signer.cert),
			reason: "algorithm-not-implemented", detail: []string{"1.2.3.4"}, cert: signer},
		{name: "digest alone", made: signing{content: text, bare: true}, by: signer, keyring: given(signer.cert),
			reason: "digest-algorithm-mismatch", tried: true, detail: []string{"SHA-256 digest alone", "DigestInfo"}, cert: signer},
		{name: "digest alone, attributes", made: signing{content: text, attributes: good, bare: true}, by: signer, keyring: given(signer.cert),
			reason: "digest-algorithm-mismatch", tried: true, detail: []string{"SHA-256 digest alone"}, cert: signer},
		{name: "digest alone, key of another", made: signing{content: text, bare: true}, by: signer, keyring: given(otherKey.cert),
			reason: "wrong-key", tried: true, detail: []string{"did not make"}, cert: otherKey},
		{name: "digest of another algorithm", made: signing{content: text, algorithm: algorithm("1.2.840.113549.1.1.13", null)}, by: signer, keyring: given(signer.cert),
			reason: "digest-algorithm-mismatch", tried: true, detail: []string{"SHA-256", "SHA-512"}, cert: signer},
	} {
		t.Run(test.name, func(t *testing.T) {
			der := test.made.make(t, test.by)
			o := cms.Parse(der, cms.Limits{})
			if o.Signed == nil || len(o.Signed.Signers) != 1 {
				t.Fatalf("not read: %+v", o.Issues)
			}
			ranges := test.ranges
			if ranges == nil {
				ranges = []cms.Range{standard(part), withCRLF(part)}
			}
			r := o.Signed.Verify(cms.VerifyInput{Ranges: ranges, Keyring: test.keyring, At: captured})[0]
			if r.Reason != test.reason || r.Verified != (test.reason == "") || r.Tried != test.tried || r.Over != test.over {
				t.Errorf("got %+v", r)
			}
			if (r.Detail == "") != (test.reason == "") || strings.HasSuffix(r.Detail, ".") {
				t.Errorf("detail %q", r.Detail)
			}
			for _, part := range test.detail {
				if !strings.Contains(r.Detail, part) {
					t.Errorf("detail %q has no %q", r.Detail, part)
				}
			}
			switch {
			case test.cert == nil && r.Certificate != nil:
				t.Errorf("certificate of %v", r.Certificate.Subject)
			case test.cert != nil && r.Certificate != test.cert.cert:
				t.Errorf("certificate %+v, want that of %v", r.Certificate, test.cert.cert.Subject)
			}
			if test.name == "verified" && (r.Chain.Trusted || r.Chain.Reason == "") {
				t.Errorf("chain %+v", r.Chain)
			}
		})
	}
}

func TestVerifyUnknownDigest(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[1])
	der := bytes.ReplaceAll(signing{content: "x"}.make(t, signer), oid(sha256OID), oid("2.16.840.1.101.3.4.2.99"))
	r := cms.Parse(der, cms.Limits{}).Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte("x"))}, Keyring: given(signer.cert)})[0]
	if r.Reason != "algorithm-not-implemented" || r.Tried || r.Verified {
		t.Errorf("%+v", r)
	}
}

func TestVerifyAlgorithms(t *testing.T) {
	rsaSigner := certOptions{serial: 1, name: "rsa"}.make(t, rsaKeys()[1])
	ecSigner := certOptions{serial: 1, name: "ec"}.make(t, ecKeys()[0])
	edSigner := certOptions{serial: 1, name: "ed"}.make(t, edKey())
	hashParameter := func(tag byte, a []byte) []byte { return element(tag, a) }
	for name, test := range map[string]struct {
		made signing
		by   *identity
	}{
		"rsaEncryption, SHA-1":   {signing{digest: sha1OID}, rsaSigner},
		"rsaEncryption, no NULL": {signing{algorithm: algorithm(rsaOID)}, rsaSigner},
		"sha256WithRSA":          {signing{algorithm: algorithm(sha256RSA, null)}, rsaSigner},
		"PSS": {signing{
			algorithm: algorithm(pssOID, sequence(
				hashParameter(0xa0, algorithm(sha256OID)),
				hashParameter(0xa1, algorithm("1.2.840.113549.1.1.8", algorithm(sha256OID))),
				element(0xa2, integer(32)))),
			pss: &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256},
		}, rsaSigner},
		"PSS by default": {signing{digest: sha1OID, algorithm: algorithm(pssOID, sequence()), pss: &rsa.PSSOptions{SaltLength: 20, Hash: crypto.SHA1}}, rsaSigner},
		"ECDSA":          {signing{algorithm: algorithm(ecdsaSHA256)}, ecSigner},
		"ECDSA by key":   {signing{algorithm: algorithm("1.2.840.10045.2.1")}, ecSigner},
		"Ed25519":        {signing{digest: sha512OID, algorithm: algorithm(ed25519OID)}, edSigner},
	} {
		for _, attributes := range []bool{false, true} {
			made := test.made
			made.content = "text"
			if attributes {
				hash := crypto.SHA256
				if made.digest != "" {
					hash = testHashes[made.digest]
				}
				made.attributes = [][]byte{contentTypeAttribute(data), messageDigestAttribute(hash, "text")}
			}
			o := cms.Parse(made.make(t, test.by), cms.Limits{})
			in := cms.VerifyInput{Ranges: []cms.Range{standard([]byte("text")), withCRLF([]byte("text"))}, Keyring: given(test.by.cert)}
			if r := o.Signed.Verify(in)[0]; !r.Verified {
				t.Errorf("%s: %s: %s", name, r.Reason, r.Detail)
			}
			in.Ranges = []cms.Range{standard([]byte("test"))}
			if r := o.Signed.Verify(in)[0]; r.Verified || r.Reason == "" || r.Over != "" {
				t.Errorf("%s: other text: %+v", name, r)
			}
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, dir := range []string{"dataSig", "dataEncSig"} {
		f.Add(read(f, draftDir, dir, "resip-sign-out-sig"), read(f, draftDir, dir, "resip-sign-out-data"))
	}
	fluffy := draftCertificate(f, "user_cert_fluffy@example.com.pem")
	signer := certOptions{serial: 1, name: "signer"}.make(f, rsaKeys()[1])
	f.Add(signing{content: "x", attributes: [][]byte{contentTypeAttribute(data), messageDigestAttribute(crypto.SHA256, "x")}, certs: [][]byte{signer.cert.Raw}}.make(f, signer), []byte("x"))
	f.Fuzz(func(t *testing.T, object, part []byte) {
		o := cms.Parse(object, cms.Limits{})
		if o.Signed == nil {
			return
		}
		results := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard(part), withCRLF(part)}, Keyring: given(fluffy), At: captured})
		if len(results) != len(o.Signed.Signers) {
			t.Fatalf("%d results of %d signers", len(results), len(o.Signed.Signers))
		}
		for _, r := range results {
			if r.Verified != (r.Reason == "") || r.Verified && (!r.Tried || r.Certificate == nil || r.Over == "") {
				t.Fatalf("inconsistent: %+v", r)
			}
		}
	})
}
