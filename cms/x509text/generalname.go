package x509text

import (
	"bytes"
	"fmt"
	"net/netip"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// The tags of GeneralName (RFC 5280, Section 4.2.1.6).
const (
	tagOtherName = iota
	tagRFC822Name
	tagDNSName
	tagX400Address
	tagDirectoryName
	tagEDIPartyName
	tagURI
	tagIPAddress
	tagRegisteredID
)

// stringNames are OpenSSL's labels of the names that are strings.
var stringNames = map[uint32]string{tagRFC822Name: "email", tagDNSName: "DNS", tagURI: "URI"}

// otherNames are its labels of the otherName types that it knows, and the type of their value.
var otherNames = map[pki.OID]struct {
	label string
	tag   uint32
}{
	"1.3.6.1.5.5.7.8.9":      {"SmtpUTF8Mailbox:", ber.TagUTF8String},
	"1.3.6.1.5.5.7.8.5":      {"XmppAddr:", ber.TagUTF8String},
	"1.3.6.1.5.5.7.8.7":      {"SRVName:", ber.TagIA5String},
	"1.3.6.1.4.1.311.20.2.3": {"UPN:", ber.TagUTF8String},
	"1.3.6.1.5.5.7.8.8":      {"NAIRealm:", ber.TagUTF8String},
}

// altNames prints RFC 5280, Section 4.2.1.6.
func (p *printer) altNames(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	p.indent(valueIndent)
	if seq.Empty() {
		p.text("<EMPTY>\n")
	}
	for first := true; !seq.Empty(); first = false {
		e, err := seq.Next()
		if err != nil {
			return false
		}
		if !first {
			p.text(", ")
		}
		if !p.generalName(&e) {
			return false
		}
	}
	return true
}

// generalName prints a GeneralName as it stands in lists.
func (p *printer) generalName(e *ber.Element) bool {
	if e.Class != ber.ContextSpecific {
		return false
	}
	switch e.Tag {
	case tagOtherName:
		return p.otherName(e)
	case tagRFC822Name, tagDNSName, tagURI:
		if bytes.IndexByte(e.Content, 0) >= 0 { // OpenSSL takes it for an attempt to deceive
			return false
		}
		p.text(stringNames[e.Tag])
		p.text(":")
		p.string(e.Content)
	case tagX400Address:
		p.text("X400Name:<unsupported>")
	case tagEDIPartyName:
		p.text("EdiPartyName:<unsupported>")
	case tagDirectoryName:
		inner := e.Children()
		name, err := pki.ReadName(&inner)
		if err != nil {
			return false
		}
		p.text("DirName:")
		p.directoryName(name)
	case tagIPAddress:
		p.text("IP Address:")
		p.address(e.Content)
	case tagRegisteredID:
		oid, ok := ber.OIDString(e.Content)
		if !ok {
			return false
		}
		p.text("Registered ID:")
		p.text(oidName(pki.OID(oid)))
	default:
		return false
	}
	return true
}

// directoryName prints a name between slashes.
func (p *printer) directoryName(n pki.Name) {
	if p.options.RFC4514 {
		p.text(n.String())
		return
	}
	p.oneline(n.RDNs, "/", maxOneline)
}

// lineName prints a GeneralName as it stands in a line of its own.
func (p *printer) lineName(e *ber.Element) bool {
	if e.Class != ber.ContextSpecific {
		return false
	}
	switch e.Tag {
	case tagRFC822Name, tagDNSName, tagURI:
		p.text(stringNames[e.Tag])
		p.text(":")
		p.dots(e.Content)
		return true
	case tagDirectoryName:
		inner := e.Children()
		name, err := pki.ReadName(&inner)
		if err != nil {
			return false
		}
		p.text("DirName:")
		p.name(name)
		return true
	case tagIPAddress:
		p.text("IP Address")
		switch octets := e.Content; len(octets) {
		case 4:
			p.text(":")
			p.address(octets)
		case 16:
			for i := 0; i < len(octets); i += 2 {
				p.printf(":%X", int(octets[i])<<8|int(octets[i+1]))
			}
		default:
			p.text(":<invalid>")
		}
		return true
	}
	return p.generalName(e)
}

// address prints an address of IPv4 or IPv6.
func (p *printer) address(octets []byte) {
	switch len(octets) {
	case 4:
		p.b = netip.AddrFrom4([4]byte(octets)).AppendTo(p.b)
	case 16:
		for i := 0; i < len(octets); i += 2 {
			if i > 0 {
				p.text(":")
			}
			p.b = fmt.Appendf(p.b, "%X", int(octets[i])<<8|int(octets[i+1]))
		}
	default:
		p.printf("<invalid length=%d>", len(octets))
	}
}

// otherName prints type and value, the latter if it is a string.
func (p *printer) otherName(e *ber.Element) bool {
	c := e.Children()
	oid, err := c.OID()
	if err != nil {
		return false
	}
	explicit, err := c.Explicit(0)
	if err != nil {
		return false
	}
	value, err := explicit.Next()
	if err != nil {
		return false
	}
	p.text("othername: ")
	if known, ok := otherNames[pki.OID(oid)]; ok {
		p.text(known.label)
		if !value.Is(ber.Universal, known.tag) {
			return false
		}
	} else {
		p.text(oidName(pki.OID(oid)))
		p.text(":")
	}
	p.text(":")
	if value.Is(ber.Universal, ber.TagIA5String) || value.Is(ber.Universal, ber.TagUTF8String) {
		p.string(value.Content)
	} else {
		p.text("<unsupported>")
	}
	return true
}
