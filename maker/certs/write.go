package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"

	"software.sslmate.com/src/go-pkcs12"
)

// WriteOptions say what is written beside the files that always are.
type WriteOptions struct {
	Passphrase string // of the PKCS#12 and PKCS#8 files and of an authority's key; "": the constant Passphrase
	PKCS8      bool   // the key as DER EncryptedPrivateKeyInfo too, .p8c
	DER        bool   // the certificate as DER too, .der
	Force      bool   // replace files that exist
}

func (o WriteOptions) passphrase() string {
	if o.Passphrase == "" {
		return Passphrase
	}
	return o.Passphrase
}

// Write writes the identity's files into dir, which it makes if need be, and
// returns their paths. NAME is the identity's name, PREFIX "user" if an @ is in
// it and else "domain":
//
//	PREFIX_key_NAME.pem   the private key, unprotected
//	PREFIX_cert_NAME.pem  the certificate
//	PREFIX_cert_NAME.p7c  the certificate and its chain, PKCS#7 in DER
//	PREFIX_cert_NAME.der  the certificate in DER, if asked for
//	PREFIX_key_NAME.p8c   the private key, PKCS#8 in DER under the passphrase, if asked for
//	NAME.p12              key, certificate and chain under the passphrase
//	NAME.csr              the certificate signing request
//
// Files that hold the key get mode 0600. If any file exists and Force is not
// set nothing is written and the error wraps [fs.ErrExist].
func (id *Identity) Write(dir string, o WriteOptions) ([]string, error) {
	out := output{dir: dir}
	if err := id.files(&out, o); err != nil {
		return nil, err
	}
	return out.write(o.Force)
}

func (id *Identity) files(out *output, o WriteOptions) error {
	name, prefix := fileName(id.Name), filePrefix(id.Name)
	key, err := keyPEM(id.Key)
	if err != nil {
		return err
	}
	bundle, err := id.pkcs12(o.passphrase())
	if err != nil {
		return err
	}
	chain, err := certificatesOnly(id.Presented())
	if err != nil {
		return err
	}
	out.add(prefix+"_key_"+name+".pem", modePrivate, key)
	out.add(prefix+"_cert_"+name+".pem", modePublic, certificatePEM(id.Certificate))
	out.add(prefix+"_cert_"+name+".p7c", modePublic, chain)
	if o.DER {
		out.add(prefix+"_cert_"+name+".der", modePublic, id.Certificate)
	}
	if o.PKCS8 {
		protected, err := encryptedKey(id.Key, o.passphrase())
		if err != nil {
			return err
		}
		out.add(prefix+"_key_"+name+".p8c", modePrivate, protected)
	}
	out.add(name+".p12", modePrivate, bundle)
	out.add(name+".csr", modePublic, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: id.CSR}))
	return nil
}

// pkcs12 packs key, certificate and chain (RFC 7292), with algorithms that
// openssl 1.1 and 3 read without their legacy provider.
func (id *Identity) pkcs12(passphrase string) ([]byte, error) {
	certificate, err := x509.ParseCertificate(id.Certificate)
	if err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	for _, der := range id.Chain {
		issuer, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, issuer)
	}
	return pkcs12.Modern2023.Encode(id.Key, certificate, chain, passphrase)
}

// certificatePEM encodes certificates one after the other.
func certificatePEM(ders ...[]byte) []byte {
	var b bytes.Buffer
	for _, der := range ders {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return b.Bytes()
}

// certificatesOnly packs certificates into a SignedData without signers
// (RFC 5652, Section 5.1; RFC 8551, Section 3.8), in the order given.
func certificatesOnly(ders [][]byte) ([]byte, error) {
	type contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"optional"`
	}
	var (
		oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
		oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	)
	explicit0 := func(content []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: content}
	}
	signedData, err := asn1.Marshal(struct {
		Version          int
		DigestAlgorithms []asn1.RawValue `asn1:"set"`
		Content          contentInfo
		Certificates     asn1.RawValue   // [0] IMPLICIT, tagged like an EXPLICIT one
		SignerInfos      []asn1.RawValue `asn1:"set"`
	}{
		Version:      1,
		Content:      contentInfo{Type: oidData},
		Certificates: explicit0(bytes.Join(ders, nil)),
	})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(contentInfo{Type: oidSignedData, Content: explicit0(signedData)})
}
