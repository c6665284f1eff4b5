package pki

import (
	"net/netip"

	"sipsecdump/cms/ber"
)

// The tags of GeneralName (RFC 5280, Section 4.2.1.6).
const (
	TagOtherName     = 0
	TagRFC822Name    = 1
	TagDNSName       = 2
	TagX400Address   = 3
	TagDirectoryName = 4
	TagEDIPartyName  = 5
	TagURI           = 6
	TagIPAddress     = 7
	TagRegisteredID  = 8
)

// GeneralName is RFC 5280, Section 4.2.1.6.
type GeneralName struct {
	Tag     uint32 // of the alternative
	Content []byte // content octets as encoded
	Offset  int    // of the element
}

// Text returns the characters of an rfc822Name, a dNSName or a URI; octets that are not ASCII
// become U+FFFD.
func (n GeneralName) Text() string { return decodeString(ber.TagIA5String, n.Content) }

// Directory returns the name of a directoryName.
func (n GeneralName) Directory() (Name, error) {
	c := ber.NewCursorAt(n.Content, n.Offset)
	return ReadName(&c)
}

// formName is the name of the alternative, for sentences.
func (n GeneralName) formName() string {
	names := [...]string{"otherName", "rfc822Name", "dNSName", "x400Address", "directoryName", "ediPartyName", "URI", "iPAddress", "registeredID"}
	if int(n.Tag) < len(names) {
		return names[n.Tag]
	}
	return "an unknown form"
}

// readGeneralName reads one; the error is that of the cursor.
func readGeneralName(c *ber.Cursor) (GeneralName, error) {
	e, err := c.Next()
	if err != nil {
		return GeneralName{}, err
	}
	if e.Class != ber.ContextSpecific {
		return GeneralName{Tag: ^uint32(0), Content: e.Content, Offset: e.Offset}, nil
	}
	return GeneralName{Tag: e.Tag, Content: e.Content, Offset: e.Offset}, nil
}

// altNames reads the subject's alternative names.
//
//	SubjectAltName ::= SEQUENCE SIZE (1..MAX) OF GeneralName
func (p *parser) altNames(c *ber.Cursor, section string) error {
	cert := p.cert
	cert.HasAltName = true
	seq, err := c.Sequence()
	if err != nil {
		return err
	}
	if seq.Empty() {
		p.find("alt-name-empty", seq.Offset(), section, "there is not one alternative name of the subject, though there is the extension")
	}
	bad := false
	for !seq.Empty() {
		n, err := readGeneralName(&seq)
		if err != nil {
			return err
		}
		cert.AltNames = append(cert.AltNames, n)
		switch n.Tag {
		case TagRFC822Name:
			cert.EmailAddresses = append(cert.EmailAddresses, n.Text())
		case TagDNSName:
			cert.DNSNames = append(cert.DNSNames, n.Text())
		case TagURI:
			cert.URIs = append(cert.URIs, n.Text())
		case TagIPAddress:
			address, ok := netip.AddrFromSlice(n.Content)
			if !ok {
				p.find("bad-ip-address", n.Offset, section, "an IP address of the subject has neither 4 nor 16 octets")
				continue
			}
			cert.IPAddresses = append(cert.IPAddresses, address)
			continue
		default:
			continue
		}
		bad = bad || !validString(ber.TagIA5String, n.Content)
	}
	if bad {
		p.find("bad-string", c.Offset(), section, "an alternative name of the subject has characters that IA5String does not")
	}
	return nil
}
