package certs

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
)

// Revoke marks the certificate of that serial number, which the authority has
// made, as revoked from now. One revoked already keeps its time.
func (a *Authority) Revoke(serial *big.Int) error {
	for i := range a.issued {
		if a.issued[i].serial.Cmp(serial) != 0 {
			continue
		}
		if a.issued[i].revoked.IsZero() {
			a.issued[i].revoked, a.issued[i].line = a.clock.now(), ""
		}
		return nil
	}
	return fmt.Errorf("the authority has no certificate of serial number %X", serial)
}

// CRL makes the authority's certificate revocation list (RFC 5280, Section 5) in
// DER, as of now. It is due to be renewed only when a certificate made now
// expires, so that a test set does not age before what it tests.
func (a *Authority) CRL() ([]byte, error) {
	now := a.clock.now()
	list := &x509.RevocationList{
		Number:     big.NewInt(a.crlNumber),
		ThisUpdate: now,
		NextUpdate: now.AddDate(0, 0, DefaultDays),
	}
	var err error
	if list.SignatureAlgorithm, err = signatureAlgorithm(a.key.Public(), 0); err != nil {
		return nil, err
	}
	for _, c := range a.issued {
		if !c.revoked.IsZero() {
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
				x509.RevocationListEntry{SerialNumber: c.serial, RevocationTime: c.revoked})
		}
	}
	// The documents' roots have no key usage, which allows every use
	// (RFC 5280, Section 4.2.1.3); crypto/x509 wants the bit all the same.
	issuer := *a.certificate
	issuer.KeyUsage |= x509.KeyUsageCRLSign
	der, err := x509.CreateRevocationList(rand.Reader, list, &issuer, a.key)
	if err != nil {
		return nil, err
	}
	a.crlNumber++
	return der, nil
}
