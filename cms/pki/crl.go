package pki

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sipsecdump/cms/ber"
)

// CRL is a CertificateList (RFC 5280, Section 5.1) of version 1 or 2, read leniently as
// certificates are. All slices alias Raw.
type CRL struct {
	Raw    []byte
	RawTBS []byte
	SHA256 [32]byte

	Version            int // 1 or 2
	Issuer             Name
	ThisUpdate         time.Time // zero if unreadable
	NextUpdate         time.Time // zero if absent or unreadable
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	Extensions         []Extension
	AuthorityKeyID     []byte
	Entries            int // how many certificates it revokes

	// Source tells where it came from: the file as named by the user, or "" if from the
	// capture.
	Source string

	Findings []Finding // Offset counts in Raw

	entries map[string][]byte // by serial number, its shortest form
	scope   crlScope
}

// RevokedCertificate is an entry of a CRL (RFC 5280, Section 5.1.2.6).
type RevokedCertificate struct {
	SerialOctets []byte
	Date         time.Time // zero if unreadable
	// Reason is the name of the CRLReason (RFC 5280, Section 5.3.1), "keyCompromise"; "" if there
	// is none.
	Reason string
}

// crlScope is what an issuing distribution point says (RFC 5280, Section 5.2.5), and what else
// limits the use of a CRL.
type crlScope struct {
	onlyUsers, onlyCAs, onlyAttributes bool
	// partial says why a certificate may be revoked without being listed; what is listed is revoked
	// all the same. "" if the CRL is complete, or is but for onePoint.
	partial string
	// onePoint is set if it is only for certificates that name its distribution point, one of points.
	onePoint bool
	points   []GeneralName
	// notImplemented says what the CRL has that keeps it from being used at all; "" if nothing.
	notImplemented string
}

// ParseCRL reads a CRL in DER, or in BER as some come. The result aliases der. The error tells
// what could not be taken apart; the CRL is nil then.
//
//	CertificateList ::= SEQUENCE {
//	    tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
func ParseCRL(der []byte) (*CRL, error) {
	c := ber.NewCursor(der)
	whole, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		return nil, crlError("certificateList", err)
	}
	l := &CRL{Raw: whole.Raw, SHA256: sha256.Sum256(whole.Raw), Version: 1}
	if !c.Empty() {
		l.find("trailing-octets", c.Offset(), "RFC 5280, Section 5.1", "octets follow the CRL")
	}
	in := whole.Children()
	tbs, err := in.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		return nil, crlError("tbsCertList", err)
	}
	l.RawTBS = tbs.Raw
	if l.SignatureAlgorithm, err = ReadAlgorithmIdentifier(&in); err != nil {
		return nil, crlError("signatureAlgorithm", err)
	}
	signature, err := in.Expect(ber.Universal, ber.TagBitString)
	if err == nil {
		l.Signature, _, err = signature.BitString()
	}
	if err != nil {
		return nil, crlError("signatureValue", err)
	}
	if err := l.tbs(tbs.Children()); err != nil {
		return nil, err
	}
	return l, nil
}

func crlError(field string, err error) error { return fmt.Errorf("CRL: %s: %w", field, err) }

func (l *CRL) find(code string, offset int, section, text string) {
	l.Findings = append(l.Findings, Finding{code, offset, section, text})
}

func (l *CRL) findUnreadable(code string, offset int, section, what string, err error) {
	var e *ber.Error
	if errors.As(err, &e) {
		offset, err = e.Offset, errors.New(e.Text)
	}
	l.find(code, offset, section, what+" cannot be read: "+err.Error())
}

// tbs reads the components of the TBSCertList.
//
//	TBSCertList ::= SEQUENCE {
//	    version INTEGER OPTIONAL, signature AlgorithmIdentifier, issuer Name,
//	    thisUpdate Time, nextUpdate Time OPTIONAL,
//	    revokedCertificates SEQUENCE OF SEQUENCE {
//	        userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL } OPTIONAL,
//	    crlExtensions [0] EXPLICIT Extensions OPTIONAL }
func (l *CRL) tbs(c ber.Cursor) error {
	const section = "RFC 5280, Section 5.1.2"
	if c.PeekIs(ber.Universal, ber.TagInteger) {
		version, err := c.Int()
		if err != nil {
			return crlError("version", err)
		}
		if l.Version = version + 1; version != 1 {
			l.find("version-unknown", 0, section+".1", "the version is encoded and is not 2")
		}
	}
	inner, err := ReadAlgorithmIdentifier(&c)
	if err != nil {
		return crlError("signature", err)
	}
	if !inner.Equal(l.SignatureAlgorithm) {
		l.find("signature-algorithm-mismatch", 0, "RFC 5280, Section 5.1.1.2", "the signature algorithm that is signed is not the one outside")
	}
	if l.Issuer, err = ReadName(&c); err != nil {
		return crlError("issuer", err)
	}
	l.ThisUpdate, err = readTime(&c)
	if err != nil {
		l.findUnreadable("validity-unreadable", c.Offset(), section+".4", "thisUpdate", err)
	}
	if c.PeekIs(ber.Universal, ber.TagUTCTime) || c.PeekIs(ber.Universal, ber.TagGeneralizedTime) {
		if l.NextUpdate, err = readTime(&c); err != nil {
			l.findUnreadable("validity-unreadable", c.Offset(), section+".5", "nextUpdate", err)
		}
	} else {
		l.find("next-update-absent", c.Offset(), section+".5", "the CRL does not say when the next one comes")
	}
	if c.PeekIs(ber.Universal, ber.TagSequence) {
		list, err := c.Sequence()
		if err == nil {
			err = l.revoked(list)
		}
		if err != nil {
			return crlError("revokedCertificates", err)
		}
	}
	if explicit, ok, err := c.Optional(ber.ContextSpecific, 0); ok {
		if err != nil {
			return crlError("crlExtensions", err)
		}
		l.extensions(&explicit)
	}
	if err := c.Finish(); err != nil {
		l.find("trailing-elements", c.Offset(), section, "the signed part has an element that it should not have")
	}
	return nil
}

func readTime(c *ber.Cursor) (time.Time, error) {
	e, err := c.Next()
	if err != nil {
		return time.Time{}, err
	}
	return e.Time()
}

func (l *CRL) revoked(list ber.Cursor) error {
	l.entries = map[string][]byte{}
	for !list.Empty() {
		e, err := list.Expect(ber.Universal, ber.TagSequence)
		if err != nil {
			return err
		}
		in := e.Children()
		serial, err := in.Expect(ber.Universal, ber.TagInteger)
		if err != nil {
			return err
		}
		l.Entries++
		if oid := criticalEntryExtension(e.Raw, in); oid != "" {
			l.scope.notImplemented = "an entry has the critical extension " + algorithmName(oid) + " (RFC 5280, Section 5.3)"
		}
		if key := string(minimalInteger(serial.Content)); l.entries[key] == nil {
			l.entries[key] = e.Raw
		}
	}
	return nil
}

// criticalEntryExtension returns the first extension of an entry that keeps its CRL from being used:
// critical, and not one that is looked at; "" if there is none. rest are the components behind the
// serial number. Next to no entry has what is critical, so that the octets of TRUE are looked for first.
func criticalEntryExtension(raw []byte, rest ber.Cursor) OID {
	if !bytes.Contains(raw, []byte{ber.TagBoolean, 1, 0xff}) {
		return ""
	}
	if _, err := rest.Next(); err != nil {
		return ""
	}
	extensions, err := rest.Sequence()
	for err == nil && !extensions.Empty() {
		var e ber.Element
		if e, err = extensions.Next(); err != nil {
			break
		}
		if x, _, bad := readExtension(&e); bad == nil && x.Critical && x.OID != oidCRLReason {
			return x.OID
		}
	}
	return ""
}

// Lookup returns the entry of a serial number, the content octets of the INTEGER; ok is false if
// there is none.
func (l *CRL) Lookup(serialOctets []byte) (entry RevokedCertificate, ok bool) {
	raw, ok := l.entries[string(minimalInteger(serialOctets))]
	if !ok {
		return entry, false
	}
	c := ber.NewCursor(raw)
	in, err := c.Sequence()
	if err != nil {
		return entry, true
	}
	serial, err := in.Next()
	if err != nil {
		return entry, true
	}
	entry.SerialOctets = serial.Content
	if entry.Date, err = readTime(&in); err != nil {
		return entry, true
	}
	extensions, err := in.Sequence()
	for err == nil && !extensions.Empty() {
		var e ber.Element
		if e, err = extensions.Next(); err == nil {
			x, value, bad := readExtension(&e)
			if bad == nil && x.OID == oidCRLReason {
				entry.Reason = readCRLReason(&value)
			}
		}
	}
	return entry, true
}

var crlReasons = [...]string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
	"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

func readCRLReason(c *ber.Cursor) string {
	e, err := c.Expect(ber.Universal, ber.TagEnumerated)
	if err != nil {
		return ""
	}
	n, err := e.Int()
	switch {
	case err != nil:
		return ""
	case n < 0 || n >= len(crlReasons) || crlReasons[n] == "":
		return strconv.Itoa(n)
	}
	return crlReasons[n]
}

// extensions reads [0] EXPLICIT SEQUENCE OF Extension. What is critical and not known keeps the
// CRL from being used.
func (l *CRL) extensions(explicit *ber.Element) {
	const section = "RFC 5280, Section 5.2"
	if l.Version < 2 {
		l.find("extensions-before-v2", explicit.Offset, section, "the CRL has extensions, though its version is not 2")
	}
	outer := explicit.Children()
	list, err := outer.Sequence()
	for err == nil && !list.Empty() {
		var e ber.Element
		if e, err = list.Next(); err != nil {
			break
		}
		x, value, bad := readExtension(&e)
		if bad != nil {
			err = bad
			break
		}
		l.Extensions = append(l.Extensions, x)
		switch x.OID {
		case oidAuthorityKeyID:
			l.AuthorityKeyID, _ = readAuthorityKeyID(&value)
		case oidCRLNumber, oidIssuerAltName:
		case oidIssuingDistributionPoint:
			l.issuingDistributionPoint(&value)
		case oidDeltaCRL:
			l.scope.partial = "it only has what changed since another (RFC 5280, Section 5.2.4)"
		default:
			if x.Critical {
				l.scope.notImplemented = "it has the critical extension " + algorithmName(x.OID)
			}
		}
	}
	if err != nil {
		l.findUnreadable("extensions-unreadable", explicit.Offset, section, "the list of extensions", err)
		l.scope.notImplemented = "its extensions cannot be read"
	}
}

// issuingDistributionPoint reads RFC 5280, Section 5.2.5:
//
//	IssuingDistributionPoint ::= SEQUENCE {
//	    distributionPoint [0] OPTIONAL, onlyContainsUserCerts [1] DEFAULT FALSE,
//	    onlyContainsCACerts [2] DEFAULT FALSE, onlySomeReasons [3] OPTIONAL,
//	    indirectCRL [4] DEFAULT FALSE, onlyContainsAttributeCerts [5] DEFAULT FALSE }
func (l *CRL) issuingDistributionPoint(c *ber.Cursor) {
	seq, err := c.Sequence()
	for err == nil && !seq.Empty() {
		var e ber.Element
		if e, err = seq.Next(); err != nil {
			break
		}
		set := len(e.Content) == 1 && e.Content[0] != 0
		switch e.Tag {
		case 0:
			l.scope.onePoint, l.scope.points = true, fullName(&e)
		case 1:
			l.scope.onlyUsers = set
		case 2:
			l.scope.onlyCAs = set
		case 3:
			l.scope.partial = "it is only for some reasons (RFC 5280, Section 5.2.5)"
		case 4:
			if set {
				l.scope.notImplemented = "it is indirect: it lists certificates of other issuers (RFC 5280, Section 5.2.5)"
			}
		case 5:
			l.scope.onlyAttributes = set
		}
	}
	if err != nil {
		l.scope.notImplemented = "its issuing distribution point cannot be read"
	}
}

// fullName reads the names of a DistributionPointName in its explicit tag; nil if it has none, or
// names itself relative to the issuer (RFC 5280, Section 4.2.1.13).
//
//	DistributionPointName ::= CHOICE {
//	    fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }
func fullName(explicit *ber.Element) (names []GeneralName) {
	outer := explicit.Children()
	full, ok, err := outer.Optional(ber.ContextSpecific, 0)
	if !ok || err != nil {
		return nil
	}
	for c := full.Children(); !c.Empty(); {
		n, err := readGeneralName(&c)
		if err != nil {
			return nil
		}
		names = append(names, n)
	}
	return names
}

// atPointOf tells whether the certificate names one of the distribution points, as one that has
// CRLs of its issuer for all reasons (RFC 5280, Section 6.3.3 (b)).
//
//	CRLDistributionPoints ::= SEQUENCE OF SEQUENCE {
//	    distributionPoint [0] OPTIONAL, reasons [1] OPTIONAL, cRLIssuer [2] OPTIONAL }
func atPointOf(points []GeneralName, c *Certificate) bool {
	for i := range c.Extensions {
		if c.Extensions[i].OID != oidCRLDistribution {
			continue
		}
		value := ber.NewCursor(c.Extensions[i].Value)
		list, err := value.Sequence()
		for err == nil && !list.Empty() {
			var point ber.Cursor
			if point, err = list.Sequence(); err != nil {
				break
			}
			explicit, ok, bad := point.Optional(ber.ContextSpecific, 0)
			if !ok || bad != nil || !point.Empty() {
				continue
			}
			for _, n := range fullName(&explicit) {
				if slices.ContainsFunc(points, func(p GeneralName) bool { return p.Tag == n.Tag && bytes.Equal(p.Content, n.Content) }) {
					return true
				}
			}
		}
	}
	return false
}

// partialFor says why c may be revoked without being listed; "" if it may not.
func (l *CRL) partialFor(c *Certificate) string {
	if l.scope.partial == "" && l.scope.onePoint && !atPointOf(l.scope.points, c) {
		return "it is only for certificates of its distribution point, which this one does not name (RFC 5280, Section 5.2.5)"
	}
	return l.scope.partial
}

// excludes says why a CRL of c's issuer does not speak of certificates like c; "" if it does.
func (l *CRL) excludes(c *Certificate) string {
	switch s := &l.scope; {
	case s.onlyAttributes:
		return "it is only for attribute certificates (RFC 5280, Section 5.2.5)"
	case s.onlyUsers && c.IsCA:
		return "it is only for certificates of users, and this is one of a CA (RFC 5280, Section 5.2.5)"
	case s.onlyCAs && !c.IsCA:
		return "it is only for certificates of CAs, and this is none (RFC 5280, Section 5.2.5)"
	}
	return ""
}

// keyIDMismatch is 1 if both have key identifiers and they differ; 0 otherwise.
func (l *CRL) keyIDMismatch(issuer *Certificate) int {
	if len(l.AuthorityKeyID) > 0 && len(issuer.SubjectKeyID) > 0 && !bytes.Equal(l.AuthorityKeyID, issuer.SubjectKeyID) {
		return 1
	}
	return 0
}
