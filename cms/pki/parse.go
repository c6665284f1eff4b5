package pki

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"sipsecdump/cms/ber"
)

// CertificateError tells why a certificate could not be taken apart.
type CertificateError struct {
	Field string // "tbsCertificate.serialNumber"
	Err   error  // *ber.Error: where, and what
}

func (e *CertificateError) Error() string { return fmt.Sprintf("certificate: %s: %v", e.Field, e.Err) }

// Unwrap returns Err.
func (e *CertificateError) Unwrap() error { return e.Err }

// ParseCertificate reads a certificate in DER, or in BER as some come. The result aliases der.
// The error is a *[CertificateError]; the certificate is nil then. Octets behind the certificate
// are a finding.
//
//	Certificate ::= SEQUENCE {
//	    tbsCertificate TBSCertificate,
//	    signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
func ParseCertificate(der []byte) (*Certificate, error) {
	c := ber.NewCursor(der)
	whole, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		return nil, &CertificateError{"certificate", err}
	}
	p := &parser{cert: &Certificate{Raw: whole.Raw, SHA256: sha256.Sum256(whole.Raw), Version: 1, PathLen: -1}}
	p.checkDER(&whole)
	if !c.Empty() {
		p.find("trailing-octets", c.Offset(), "RFC 5280, Section 4.1", "octets follow the certificate")
	}
	if err := p.certificate(whole.Children()); err != nil {
		return nil, err
	}
	return p.cert, nil
}

type parser struct {
	cert   *Certificate
	notDER bool // said so already
}

func (p *parser) find(code string, offset int, section, text string) {
	p.cert.Findings = append(p.cert.Findings, Finding{code, offset, section, text})
}

// findUnreadable notes a part that cannot be read.
func (p *parser) findUnreadable(code string, offset int, section, what string, err error) {
	var e *ber.Error
	if errors.As(err, &e) {
		offset, err = e.Offset, errors.New(e.Text)
	}
	p.find(code, offset, section, what+" cannot be read: "+err.Error())
}

// checkDER notes, once, an encoding that is BER only: signatures are made over DER.
func (p *parser) checkDER(e *ber.Element) {
	if (e.NonMinimal || e.Indefinite) && !p.notDER {
		p.notDER = true
		p.find("not-der", e.Offset, "RFC 5280, Section 4.1.1.3", "the certificate is encoded in BER, and not in DER")
	}
}

func (p *parser) certificate(c ber.Cursor) error {
	cert := p.cert
	tbs, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		return &CertificateError{"tbsCertificate", err}
	}
	p.checkDER(&tbs)
	cert.RawTBS = tbs.Raw
	outerAt := c.Offset()
	if cert.SignatureAlgorithm, err = ReadAlgorithmIdentifier(&c); err != nil {
		return &CertificateError{"signatureAlgorithm", err}
	}
	signature, err := c.Expect(ber.Universal, ber.TagBitString)
	if err != nil {
		return &CertificateError{"signatureValue", err}
	}
	p.checkDER(&signature)
	var unused int
	if cert.Signature, unused, err = signature.BitString(); err != nil {
		return &CertificateError{"signatureValue", err}
	}
	if unused != 0 {
		p.find("signature-unused-bits", signature.Offset, "RFC 5280, Section 4.1.1.3", "the signature's last octet has unused bits")
	}
	if err := c.Finish(); err != nil {
		p.find("trailing-elements", c.Offset(), "RFC 5280, Section 4.1", "elements follow the signature")
	}
	inner, innerAt, err := p.tbs(tbs.Children())
	if err != nil {
		return err
	}
	if !inner.Equal(cert.SignatureAlgorithm) {
		cert.signatureMismatch = true
		p.find("signature-algorithm-mismatch", innerAt, "RFC 5280, Section 4.1.1.2",
			fmt.Sprintf("the signature algorithm that is signed is not the one at offset %d", outerAt))
	}
	return nil
}

// tbs reads the components of the TBSCertificate. It returns the signature field, and where it is.
//
//	TBSCertificate ::= SEQUENCE {
//	    version [0] EXPLICIT INTEGER DEFAULT 0, serialNumber INTEGER,
//	    signature AlgorithmIdentifier, issuer Name,
//	    validity SEQUENCE { notBefore Time, notAfter Time }, subject Name,
//	    subjectPublicKeyInfo SubjectPublicKeyInfo,
//	    issuerUniqueID [1] IMPLICIT BIT STRING OPTIONAL,
//	    subjectUniqueID [2] IMPLICIT BIT STRING OPTIONAL,
//	    extensions [3] EXPLICIT SEQUENCE OF Extension OPTIONAL }
func (p *parser) tbs(c ber.Cursor) (signature AlgorithmIdentifier, signatureAt int, err error) {
	cert := p.cert
	fail := func(field string, err error) (AlgorithmIdentifier, int, error) {
		return AlgorithmIdentifier{}, 0, &CertificateError{"tbsCertificate." + field, err}
	}
	if err := p.version(&c); err != nil {
		return fail("version", err)
	}
	serial, err := c.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return fail("serialNumber", err)
	}
	p.serial(&serial)

	signatureAt = c.Offset()
	if signature, err = ReadAlgorithmIdentifier(&c); err != nil {
		return fail("signature", err)
	}
	issuerAt := c.Offset()
	if cert.Issuer, err = ReadName(&c); err != nil {
		return fail("issuer", err)
	}
	p.name("issuer", cert.Issuer, issuerAt)
	if len(cert.Issuer.RDNs) == 0 {
		p.find("issuer-empty", issuerAt, "RFC 5280, Section 4.1.2.4", "the issuer's name is empty")
	}
	validity, err := c.Sequence()
	if err != nil {
		return fail("validity", err)
	}
	p.validity(&validity)

	subjectAt := c.Offset()
	if cert.Subject, err = ReadName(&c); err != nil {
		return fail("subject", err)
	}
	p.name("subject", cert.Subject, subjectAt)

	info, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		return fail("subjectPublicKeyInfo", err)
	}
	p.publicKey(&info)

	for !c.Empty() {
		e, err := c.Next()
		switch {
		case err != nil:
			return fail("extensions", err)
		case e.Is(ber.ContextSpecific, 1), e.Is(ber.ContextSpecific, 2):
			p.find("unique-identifier", e.Offset, "RFC 5280, Section 4.1.2.8", "the certificate has a unique identifier, which nobody should make")
		case e.Is(ber.ContextSpecific, 3):
			p.extensions(&e)
		default:
			p.find("trailing-elements", e.Offset, "RFC 5280, Section 4.1.2", "the signed part has an element that it should not have")
		}
	}
	return signature, signatureAt, nil
}

func (p *parser) version(c *ber.Cursor) error {
	explicit, ok, err := c.Optional(ber.ContextSpecific, 0)
	if !ok || err != nil {
		return err
	}
	inner := explicit.Children()
	version, err := inner.Int()
	if err != nil {
		return err
	}
	p.cert.Version = version + 1
	switch {
	case version < 0 || version > 2:
		p.find("version-unknown", explicit.Offset, "RFC 5280, Section 4.1.2.1", "the version is none of 1, 2 and 3")
	case version == 0:
		p.find("version-default-encoded", explicit.Offset, "X.690, Section 11.5", "the version is 1 and should not be encoded then")
	}
	return nil
}

func (p *parser) serial(e *ber.Element) {
	const section = "RFC 5280, Section 4.1.2.2"
	p.cert.SerialOctets = e.Content
	value := minimalInteger(e.Content)
	switch {
	case len(value) == 0:
		p.find("serial-empty", e.Offset, "X.690, Section 8.3.1", "the serial number has no octets")
		return
	case len(value) < len(e.Content):
		p.find("serial-not-minimal", e.Offset, "X.690, Section 8.3.2", "the serial number has leading octets that say nothing")
	}
	switch {
	case value[0] >= 0x80:
		p.find("serial-not-positive", e.Offset, section, "the serial number is negative")
	case len(value) == 1 && value[0] == 0:
		p.find("serial-not-positive", e.Offset, section, "the serial number is zero")
	}
	if len(value) > maxSerialOctets {
		p.find("serial-too-long", e.Offset, section, "the serial number has more than 20 octets")
	}
	if len(value) <= maxSerialShown {
		p.cert.Serial, _ = e.Integer() // fails for constructed encodings only
	}
}

// validity reads notBefore and notAfter. A time that cannot be read is a finding: what else the
// certificate says does not depend on it.
func (p *parser) validity(c *ber.Cursor) {
	const section = "RFC 5280, Section 4.1.2.5"
	for _, field := range []struct {
		name string
		time *time.Time
	}{{"notBefore", &p.cert.NotBefore}, {"notAfter", &p.cert.NotAfter}} {
		at := c.Offset()
		e, err := c.Next()
		if err == nil {
			*field.time, err = e.Time()
		}
		switch {
		case err != nil:
			p.findUnreadable("validity-unreadable", at, section, field.name, err)
		case e.Tag == ber.TagUTCTime && len(e.Content) != len("YYMMDDHHMMSSZ"),
			e.Tag == ber.TagGeneralizedTime && len(e.Content) != len("YYYYMMDDHHMMSSZ"):
			p.find("validity-form", at, section, field.name+" is not written in whole seconds of Greenwich Mean Time")
		case e.Tag == ber.TagGeneralizedTime && field.time.Year() < 2050:
			p.find("validity-type", at, section, field.name+" is a GeneralizedTime, though UTCTime reaches to 2049")
		}
	}
	if !p.cert.NotBefore.IsZero() && p.cert.NotAfter.Before(p.cert.NotBefore) {
		p.find("validity-reversed", c.Offset(), section, "the validity period ends before it begins")
	}
}

// name notes what a name should not have.
func (p *parser) name(field string, n Name, at int) {
	const section = "RFC 5280, Section 4.1.2.4"
	var teletex, bad bool
	for _, rdn := range n.RDNs {
		for i := range rdn {
			teletex = teletex || rdn[i].Tag == ber.TagTeletexString
			bad = bad || !validString(rdn[i].Tag, rdn[i].Raw)
		}
	}
	if teletex {
		p.find("teletex-string", at, section, "the "+field+"'s name has a TeletexString, which new names should not have")
	}
	if bad {
		p.find("bad-string", at, section, "the "+field+"'s name has characters that their string type does not")
	}
}
