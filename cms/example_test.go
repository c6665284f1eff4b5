package cms_test

import (
	"fmt"
	"os"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

// material reads a file of keys or certificates.
func material(path string) *pki.Material {
	b, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	m, err := pki.ParseFile("user.pem", b, nil)
	if err != nil {
		panic(err)
	}
	return m
}

func ExampleSignedData_Verify() {
	object, _ := os.ReadFile("../testdata/draft-sec-flows/dataSig/resip-sign-out-sig")
	part, _ := os.ReadFile("../testdata/draft-sec-flows/dataSig/resip-sign-out-data")
	var keyring pki.Keyring
	keyring.Add(material("../testdata/draft-sec-flows/certs/user_cert_fluffy@example.com.pem"))

	o := cms.Parse(object, cms.Limits{})
	fmt.Println(cms.ContentTypeName(o.ContentType))
	for _, r := range o.Signed.Verify(cms.VerifyInput{
		Ranges:  []cms.Range{{Name: "MIME part", Octets: part, Standard: true}},
		Keyring: &keyring,
		At:      time.Date(2005, 11, 20, 0, 0, 0, 0, time.UTC),
	}) {
		fmt.Println(r.Verified, r.Over, r.CertificateSource)
		fmt.Println(r.Chain.Trusted, r.Chain.Reason)
	}
	// Output:
	// signedData
	// true MIME part given
	// false no-trusted-ca
}

func ExampleEnvelopedData_Decrypt() {
	object, _ := os.ReadFile("../testdata/draft-sec-flows/dataEnc/resip-encrypt-out")
	var keyring pki.Keyring
	keyring.Add(material("../testdata/draft-sec-flows/certs/user_key_kumiko@example.net.pem"))

	d := cms.Parse(object, cms.Limits{}).Enveloped.Decrypt(&keyring)
	fmt.Println(d.Decrypted)
	fmt.Println(d.Detail)
	fmt.Printf("%q\n", d.Content)
	// Output:
	// true
	// opened with the key of user.pem; no certificate at hand names this recipient
	// "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nhello"
}

func ExampleObject_Open() {
	object, _ := os.ReadFile("../testdata/draft-sec-flows/dataEnc/resip-encrypt-out")
	for i, r := range cms.Parse(object, cms.Limits{}).Open(nil).Recipients {
		fmt.Println(i, r.Reason, r.Detail)
	}
	// Output:
	// 0 no-key no private key was given
}

func ExampleAppendTree() {
	o := cms.Parse([]byte("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x00"), cms.Limits{})
	os.Stdout.Write(o.AppendTree(nil, cms.TreeOptions{Style: cms.StyleDraft}))
	// Output:
	//       0:SEQUENCE {
	//       2:  OBJECT IDENTIFIER data (1 2 840 113549 1 7 1)
	//      13:  [0]
	//        :    Error: Object has zero length.
	//        :  }
}
