package schema_test

import (
	"testing"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/schema"
)

// namesOf returns the names of all elements, "-" for none.
func namesOf(t *testing.T, encoding string) []string {
	t.Helper()
	nodes, err := ber.Walk([]byte(encoding), ber.Limits{Encapsulated: true})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	namer := schema.NewNamer(nodes)
	for i := range nodes {
		name, typ := namer.Next(&nodes[i])
		if name == "" && typ != nil {
			name = typ.Name
		}
		if name == "" {
			name = "-"
		}
		names = append(names, name)
	}
	return names
}

func sequence(tag byte, content ...string) string {
	s := ""
	for _, c := range content {
		s += c
	}
	return string([]byte{tag, byte(len(s))}) + s
}

const (
	oidData   = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	oidSigned = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidRSA    = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
	oidAny    = "\x06\x03\x2a\x03\x04"
	oidKU     = "\x06\x03\x55\x1d\x0f"
	one       = "\x02\x01\x01"
	utc       = "\x17\x0d110207193217Z"
)

func TestNames(t *testing.T) {
	algorithm := sequence(0x30, oidRSA, "\x05\x00")
	key := sequence(0x30, algorithm, "\x03\x09\x00\x30\x06"+one+one)
	keyUsage := sequence(0x30, oidKU, "\x04\x04\x03\x02\x05\xa0")
	for name, test := range map[string]struct {
		encoding string
		want     []string
	}{
		"unknown": {sequence(0x30, one, one), []string{"-", "-", "-"}},
		"unknown content": {sequence(0x30, oidAny, sequence(0xa0, one)),
			[]string{"ContentInfo", "contentType", "content", "-"}},
		"signed, version 3, out of order": {sequence(0x30, oidSigned, sequence(0xa0, sequence(0x30, one, sequence(0x30, oidData), "\x31\x00", one))),
			[]string{"ContentInfo", "contentType", "content", "SignedData", "version", "encapContentInfo", "eContentType", "signerInfos", "-"}},
		"public key":                  {key, []string{"SubjectPublicKeyInfo", "algorithm", "algorithm", "parameters", "subjectPublicKey", "RSAPublicKey", "modulus", "publicExponent"}},
		"encrypted key":               {sequence(0x30, algorithm, "\x04\x01k"), []string{"EncryptedPrivateKeyInfo", "encryptionAlgorithm", "algorithm", "parameters", "encryptedData"}},
		"an algorithm":                {sequence(0x30, algorithm), []string{"-", "-", "-", "-"}},
		"request of OCSP":             {sequence(0x30, sequence(0x30, sequence(0x30, sequence(0x30, sequence(0x30, algorithm))), sequence(0xa2, one))), []string{"-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
		"request of OCSP by somebody": {sequence(0x30, sequence(0x30, sequence(0xa1, "\x82\x01a"), "\x30\x00")), []string{"-", "-", "-", "-", "-"}},
		"attribute certificate": {sequence(0x30, sequence(0x30, one, "\x30\x00", sequence(0xa0, "\x30\x00"), algorithm), algorithm, "\x03\x02\x00\x01"),
			[]string{"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
		"certificate of version 1": {sequence(0x30, sequence(0x30, one, algorithm, "\x30\x00", sequence(0x30, utc, utc), "\x30\x00"), algorithm, "\x03\x02\x00\x01"),
			[]string{"Certificate", "tbsCertificate", "serialNumber", "signature", "algorithm", "parameters", "issuer", "validity", "notBefore", "notAfter", "subject",
				"signatureAlgorithm", "algorithm", "parameters", "signatureValue"}},
		"revocations": {sequence(0x30, sequence(0x30, algorithm, "\x30\x00", utc, sequence(0x30, sequence(0x30, one, utc))), algorithm, "\x03\x02\x00\x01"),
			[]string{"CertificateList", "tbsCertList", "signature", "algorithm", "parameters", "issuer", "thisUpdate", "revokedCertificates", "-", "userCertificate", "revocationDate",
				"signatureAlgorithm", "algorithm", "parameters", "signatureValue"}},
		"request": {sequence(0x30, sequence(0x30, one, "\x30\x00", key, sequence(0xa0, sequence(0x30, oidAny, "\x31\x00"))), algorithm, "\x03\x02\x00\x01"),
			[]string{"CertificationRequest", "certificationRequestInfo", "version", "subject", "subjectPKInfo", "algorithm", "algorithm", "parameters", "subjectPublicKey",
				"RSAPublicKey", "modulus", "publicExponent", "attributes", "Attribute", "attrType", "attrValues", "signatureAlgorithm", "algorithm", "parameters", "signature"}},
		"extension": {sequence(0x30, sequence(0x30, sequence(0xa0, "\x02\x01\x02"), one, sequence(0xa3, sequence(0x30, keyUsage)))),
			[]string{"Certificate", "tbsCertificate", "version", "-", "serialNumber", "extensions", "Extensions", "Extension", "extnID", "extnValue", "KeyUsage"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := namesOf(t, test.encoding)
			if len(got) != len(test.want) {
				t.Fatalf("%q, want %q", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("element %d is %q, want %q", i, got[i], test.want[i])
				}
			}
		})
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	nodes, err := ber.Walk([]byte(sequence(0x30, "\x02\x01\x01", sequence(0x30, one))), ber.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	namer := schema.NewNamer(nodes)
	if n := testing.AllocsPerRun(100, func() {
		for i := range nodes {
			namer.Next(&nodes[i])
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
