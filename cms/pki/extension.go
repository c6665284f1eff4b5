package pki

import "sipsecdump/cms/ber"

// extensions reads [3] EXPLICIT SEQUENCE OF Extension. Damage is a finding: what stands before
// the extensions is read.
//
//	Extension ::= SEQUENCE {
//	    extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
func (p *parser) extensions(explicit *ber.Element) {
	const section = "RFC 5280, Section 4.1.2.9"
	cert := p.cert
	if cert.Version != 3 {
		p.find("extensions-before-v3", explicit.Offset, section, "the certificate has extensions, though its version is not 3")
	}
	outer := explicit.Children()
	list, err := outer.Sequence()
	if err != nil {
		p.findUnreadable("extensions-unreadable", explicit.Offset, section, "the list of extensions", err)
		return
	}
	seen := make(map[OID]bool)
	for !list.Empty() {
		at := list.Offset()
		e, err := list.Next()
		if err != nil {
			p.findUnreadable("extensions-unreadable", at, section, "the list of extensions", err)
			return
		}
		x, value, err := readExtension(&e)
		if err != nil {
			p.findUnreadable("extensions-unreadable", at, section, "an extension", err)
			continue
		}
		cert.Extensions = append(cert.Extensions, x)
		if seen[x.OID] {
			cert.invalid = append(cert.invalid, invalidExtension{x.OID, "duplicate-extension"})
			p.find("duplicate-extension", at, "RFC 5280, Section 4.2", "the extension "+string(x.OID)+" occurs more than once")
			continue // the first one counts
		}
		seen[x.OID] = true
		p.extension(x, value, at)
	}
}

// readExtension returns the extension and a cursor over its value.
func readExtension(e *ber.Element) (x Extension, value ber.Cursor, err error) {
	seq := e.Children()
	oid, err := seq.OID()
	if err != nil {
		return x, value, err
	}
	x.OID = OID(oid)
	critical, ok, err := seq.Optional(ber.Universal, ber.TagBoolean)
	if ok && err == nil {
		x.Critical, err = critical.Bool()
	}
	if err != nil {
		return x, value, err
	}
	octets, err := seq.Expect(ber.Universal, ber.TagOctetString)
	if err != nil {
		return x, value, err
	}
	if x.Value, err = octets.Octets(); err != nil {
		return x, value, err
	}
	return x, ber.NewCursorAt(x.Value, octets.Offset+octets.Header), seq.Finish()
}

func (p *parser) extension(x Extension, value ber.Cursor, at int) {
	cert := p.cert
	var section string
	var err error
	switch x.OID {
	case oidSubjectKeyID:
		section = "RFC 5280, Section 4.2.1.2"
		cert.SubjectKeyID, err = value.OctetString()
	case oidAuthorityKeyID:
		section = "RFC 5280, Section 4.2.1.1"
		cert.AuthorityKeyID, err = readAuthorityKeyID(&value)
	case oidKeyUsage:
		section = "RFC 5280, Section 4.2.1.3"
		cert.KeyUsage, err = readKeyUsage(&value)
		cert.HasKeyUsage = err == nil
	case oidExtKeyUsage:
		section = "RFC 5280, Section 4.2.1.12"
		cert.ExtKeyUsage, err = readOIDs(&value)
	case oidSubjectAltName:
		section = "RFC 5280, Section 4.2.1.6"
		err = p.altNames(&value, section)
	case oidBasicConstraints:
		section = "RFC 5280, Section 4.2.1.9"
		cert.IsCA, cert.PathLen, err = readBasicConstraints(&value)
		if cert.IsCA && !x.Critical {
			p.find("basic-constraints-not-critical", at, section, "the basic constraints of a CA are not critical")
		}
	case oidNameConstraints:
		section = "RFC 5280, Section 4.2.1.10"
		_, err = readNameConstraints(&value)
	case oidPolicies:
		section = "RFC 5280, Section 4.2.1.4"
		_, err = readPolicies(&value)
	case oidPolicyMappings:
		section = "RFC 5280, Section 4.2.1.5"
		_, err = readPolicyMappings(&value)
	case oidPolicyConstraint:
		section = "RFC 5280, Section 4.2.1.11"
		_, _, err = readPolicyConstraints(&value)
	case oidInhibitAnyPolicy:
		section = "RFC 5280, Section 4.2.1.14"
		_, err = readInhibitAny(&value)
	default:
		return
	}
	if err == nil {
		err = value.Finish()
	}
	if err != nil {
		cert.invalid = append(cert.invalid, invalidExtension{x.OID, "extension-unreadable"})
		p.findUnreadable("extension-unreadable", at, section, "the extension "+string(x.OID), err)
	}
}

// readAuthorityKeyID returns the keyIdentifier, nil if there is none.
//
//	AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING OPTIONAL, ... }
func readAuthorityKeyID(c *ber.Cursor) ([]byte, error) {
	seq, err := c.Sequence()
	if err != nil {
		return nil, err
	}
	id, ok, err := seq.Optional(ber.ContextSpecific, 0)
	if !ok || err != nil {
		return nil, err
	}
	return id.Octets()
}

// readKeyUsage returns the first 16 named bits, bit 0 lowest.
func readKeyUsage(c *ber.Cursor) (uint16, error) {
	e, err := c.Expect(ber.Universal, ber.TagBitString)
	if err != nil {
		return 0, err
	}
	octets, err := e.NamedBits()
	var usage uint16
	for i := range min(len(octets), 2) {
		for bit := range 8 {
			if octets[i]&(0x80>>bit) != 0 {
				usage |= 1 << (8*i + bit)
			}
		}
	}
	return usage, err
}

func readOIDs(c *ber.Cursor) ([]OID, error) {
	seq, err := c.Sequence()
	if err != nil {
		return nil, err
	}
	var oids []OID
	for !seq.Empty() {
		oid, err := seq.OID()
		if err != nil {
			return oids, err
		}
		oids = append(oids, OID(oid))
	}
	return oids, nil
}

// readBasicConstraints returns a path length of -1 if there is none, or more than matters.
//
//	BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }
func readBasicConstraints(c *ber.Cursor) (isCA bool, pathLen int, err error) {
	pathLen = -1
	seq, err := c.Sequence()
	if err != nil {
		return false, pathLen, err
	}
	ca, ok, err := seq.Optional(ber.Universal, ber.TagBoolean)
	if ok && err == nil {
		isCA, err = ca.Bool()
	}
	if err != nil || seq.Empty() {
		return isCA, pathLen, err
	}
	length, err := seq.Int()
	if err != nil {
		return isCA, pathLen, err
	}
	return isCA, max(length, -1), seq.Finish()
}
