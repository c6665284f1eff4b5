package x509text

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

const (
	oidCPS        pki.OID = "1.3.6.1.5.5.7.2.1"
	oidUserNotice pki.OID = "1.3.6.1.5.5.7.2.2"
)

// policies prints RFC 5280, Section 4.2.1.4.
func (p *printer) policies(value ber.Cursor) bool {
	list, err := value.Sequence()
	if err != nil {
		return false
	}
	for first := true; !list.Empty(); first = false {
		seq, err := list.Sequence()
		if err != nil {
			return false
		}
		oid, err := seq.OID()
		if err != nil {
			return false
		}
		if !first {
			p.text("\n")
		}
		p.printf("                Policy: %s", oidName(pki.OID(oid)))
		if seq.Empty() {
			continue
		}
		p.text("\n")
		qualifiers, err := seq.Sequence()
		if err != nil || !p.qualifiers(qualifiers) {
			return false
		}
	}
	return true
}

func (p *printer) qualifiers(list ber.Cursor) bool {
	for first := true; !list.Empty(); first = false {
		seq, err := list.Sequence()
		if err != nil {
			return false
		}
		oid, err := seq.OID()
		if err != nil {
			return false
		}
		if !first {
			p.text("\n")
		}
		switch pki.OID(oid) {
		case oidCPS:
			e, err := seq.Expect(ber.Universal, ber.TagIA5String)
			if err != nil {
				return false
			}
			p.text("                  CPS: ")
			p.string(e.Content)
		case oidUserNotice:
			notice, err := seq.Sequence()
			p.text("                  User Notice:\n")
			if err != nil || !p.notice(notice) {
				return false
			}
		default:
			p.printf("                    Unknown Qualifier: %s", oidName(pki.OID(oid)))
		}
	}
	return true
}

// notice prints a UserNotice.
func (p *printer) notice(c ber.Cursor) bool {
	if c.PeekIs(ber.Universal, ber.TagSequence) {
		reference, err := c.Sequence()
		if err != nil {
			return false
		}
		organization, err := reference.Next()
		if err != nil {
			return false
		}
		numbers, err := reference.Sequence()
		if err != nil {
			return false
		}
		p.text("                    Organization: ")
		p.string(organization.Content)
		p.text("\n                    Number")
		mark := len(p.b)
		p.text("s: ")
		count := 0
		for ; !numbers.Empty(); count++ {
			e, err := numbers.Expect(ber.Universal, ber.TagInteger)
			if err != nil {
				return false
			}
			if count > 0 {
				p.text(", ")
			}
			if !p.integer(&e) {
				return false
			}
		}
		if count <= 1 {
			p.b = append(p.b[:mark], p.b[mark+1:]...)
		}
		if !c.Empty() {
			p.text("\n")
		}
	}
	if c.Empty() {
		return true
	}
	explicit, err := c.Next()
	if err != nil {
		return false
	}
	p.text("                    Explicit Text: ")
	p.string(explicit.Content)
	return true
}

// policyMappings prints RFC 5280, Section 4.2.1.5.
func (p *printer) policyMappings(value ber.Cursor) bool {
	list, err := value.Sequence()
	if err != nil {
		return false
	}
	var pairs []string
	for !list.Empty() {
		seq, err := list.Sequence()
		if err != nil {
			return false
		}
		issuer, err := seq.OID()
		if err != nil {
			return false
		}
		subject, err := seq.OID()
		if err != nil {
			return false
		}
		pairs = append(pairs, oidName(pki.OID(issuer))+":"+oidName(pki.OID(subject)))
	}
	p.indent(valueIndent)
	return p.list(pairs)
}

// policyConstraints prints RFC 5280, Section 4.2.1.11.
func (p *printer) policyConstraints(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	p.indent(valueIndent)
	some := false
	for i, label := range []string{"Require Explicit Policy:", "Inhibit Policy Mapping:"} {
		e, ok, err := seq.Optional(ber.ContextSpecific, uint32(i))
		if err != nil {
			return false
		}
		if !ok {
			continue
		}
		if some {
			p.text(", ")
		}
		some = true
		p.text(label)
		if !p.integer(&e) {
			return false
		}
	}
	return some && seq.Finish() == nil
}
