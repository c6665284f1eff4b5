package certs

import (
	"crypto"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

//go:embed document/*/*.pem
var documentFiles embed.FS

// Documents returns the names that [DocumentAuthority] knows.
func Documents() []string { return []string{"draft", "rfc6216"} }

// DocumentAuthority returns a document's own mock authority: "draft" is
// draft-ietf-sipping-sec-flows-00's (RSA-1024, valid until 2013-07-15), "rfc6216"
// RFC 6216's (RSA-2048, valid until 2111-01-03). Both certificates are signed
// with SHA-1; what the authority makes is not, unless asked for. Another name is an
// [*UnknownError].
func DocumentAuthority(document string, clock Clock) (*Authority, error) {
	if !slices.Contains(Documents(), document) {
		return nil, &UnknownError{What: "document", Name: document, Have: Documents()}
	}
	certificate, err := documentFiles.ReadFile("document/" + document + "/root_cert_fluffyCA.pem")
	if err != nil {
		return nil, err
	}
	key, err := documentFiles.ReadFile("document/" + document + "/ca_key_fluffyCA.pem")
	if err != nil {
		return nil, err
	}
	return readAuthority(certificate, key, Passphrase, clock)
}

// readAuthority joins an authority's certificate and key, both in PEM.
// Certificates after the first are those above it.
func readAuthority(certificates, key []byte, passphrase string, clock Clock) (*Authority, error) {
	a := &Authority{clock: clock, serial: randomSerial(), crlNumber: 1}
	for {
		var block *pem.Block
		if block, certificates = pem.Decode(certificates); block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("the authority's certificate cannot be read: %w", err)
		}
		if a.certificate == nil {
			a.certificate = certificate
		} else {
			a.issuers = append(a.issuers, certificate)
		}
	}
	if a.certificate == nil {
		return nil, errors.New("the authority has no PEM certificate")
	}
	if !a.certificate.IsCA {
		return nil, errors.New("the authority's certificate is not a CA's (RFC 5280, Section 4.2.1.9)")
	}
	var err error
	if a.key, err = parseKey(key, passphrase); err != nil {
		return nil, fmt.Errorf("the authority's key: %w", err)
	}
	public, ok := a.key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(a.certificate.PublicKey) {
		return nil, errors.New("the authority's key does not belong to its certificate")
	}
	return a, nil
}
