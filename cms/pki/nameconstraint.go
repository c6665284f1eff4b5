package pki

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"sipsecdump/cms/ber"
)

// nameConstraints is RFC 5280, Section 4.2.1.10.
type nameConstraints struct {
	permitted, excluded []GeneralName
	ranged              bool // a subtree has a minimum or maximum, which nobody implements
}

// readNameConstraints reads the extension's value.
//
//	NameConstraints ::= SEQUENCE {
//	    permittedSubtrees [0] IMPLICIT GeneralSubtrees OPTIONAL,
//	    excludedSubtrees [1] IMPLICIT GeneralSubtrees OPTIONAL }
//	GeneralSubtrees ::= SEQUENCE OF SEQUENCE {
//	    base GeneralName, minimum [0] INTEGER DEFAULT 0, maximum [1] INTEGER OPTIONAL }
func readNameConstraints(c *ber.Cursor) (n nameConstraints, err error) {
	seq, err := c.Sequence()
	if err != nil {
		return n, err
	}
	for tag, list := range []*[]GeneralName{&n.permitted, &n.excluded} {
		subtrees, ok, err := seq.Optional(ber.ContextSpecific, uint32(tag))
		if err != nil {
			return n, err
		}
		if !ok {
			continue
		}
		for in := subtrees.Children(); !in.Empty(); {
			subtree, err := in.Sequence()
			if err != nil {
				return n, err
			}
			base, err := readGeneralName(&subtree)
			if err != nil {
				return n, err
			}
			*list = append(*list, base)
			n.ranged = n.ranged || !subtree.Empty()
		}
	}
	return n, seq.Finish()
}

// constrained are the names of a certificate that name constraints are about, as RFC 5280,
// Section 6.1.3 (b) has it: the subject, its addresses if there are no alternative names, and the
// alternative names. The common name of an end entity without dNSName is one too, since it may be
// taken for a host (RFC 6216, Section 6), if it looks like one.
func (c *Certificate) constrained(leaf bool) []GeneralName {
	var names []GeneralName
	if len(c.Subject.RDNs) > 0 {
		names = append(names, GeneralName{Tag: TagDirectoryName, Content: c.Subject.Raw})
	}
	if !c.HasAltName {
		for _, address := range c.Subject.EmailAddresses() {
			names = append(names, GeneralName{Tag: TagRFC822Name, Content: []byte(address)})
		}
	}
	if leaf && len(c.DNSNames) == 0 {
		for _, cn := range c.Subject.CommonNames() {
			if isHostName(cn) && strings.Contains(cn, ".") {
				names = append(names, GeneralName{Tag: TagDNSName, Content: []byte(cn)})
			}
		}
	}
	return append(names, c.AltNames...)
}

// checkNames returns what the constraints of a CA have against the names of a certificate below
// it; the reason is "" if nothing. checks counts the comparisons made.
func (n *nameConstraints) checkNames(names []GeneralName, checks *int) (reason, detail string) {
	if n.ranged {
		return "name-constraint-not-implemented", "a name constraint has a minimum or maximum"
	}
	subtrees := slices.Concat(n.excluded, n.permitted)
	for _, name := range names {
		anyPermitted, within := false, false
		for i, base := range subtrees {
			if *checks++; *checks > maxNameChecks {
				return "name-constraint-limit", fmt.Sprintf("more than %d comparisons of names with constraints are not made", maxNameChecks)
			}
			if base.Tag != name.Tag {
				continue
			}
			in, ok := base.includes(name)
			switch {
			case !ok:
				return "name-constraint-not-implemented", fmt.Sprintf("the name constraint of the form %s, or the name it is for, is not one that is implemented", base.formName())
			case i < len(n.excluded) && in:
				return "name-excluded", fmt.Sprintf("the %s %s is in an excluded subtree", name.formName(), name.quoted())
			case i >= len(n.excluded):
				anyPermitted, within = true, within || in
			}
		}
		if anyPermitted && !within {
			return "name-not-permitted", fmt.Sprintf("the %s %s is in no permitted subtree", name.formName(), name.quoted())
		}
	}
	return "", ""
}

// quoted is the name as text, for sentences.
func (n GeneralName) quoted() string {
	switch n.Tag {
	case TagDirectoryName:
		if name, err := n.Directory(); err == nil {
			return quoteName(name)
		}
	case TagIPAddress:
		if address, ok := netip.AddrFromSlice(n.Content); ok {
			return address.String()
		}
		return fmt.Sprintf("%X", n.Content)
	}
	return fmt.Sprintf("%q", n.Text())
}

// includes tells whether a name of the same form is within the subtree of base; ok is false if
// that cannot be told.
func (base GeneralName) includes(name GeneralName) (in, ok bool) {
	switch base.Tag {
	case TagDNSName:
		return withinDomain(name.Text(), base.Text(), true), true
	case TagRFC822Name:
		return withinMailbox(name.Text(), base.Text())
	case TagURI:
		u, err := url.Parse(name.Text())
		host := ""
		if err == nil {
			if host = u.Hostname(); host == "" { // sip:alice@example.com has no slashes
				host, _ = sipHost(u)
			}
		}
		if _, err := netip.ParseAddr(host); host == "" || err == nil {
			return false, false // RFC 5280: it must be rejected
		}
		return withinDomain(host, base.Text(), strings.HasPrefix(base.Text(), ".")), true
	case TagIPAddress:
		half := len(base.Content) / 2
		if half != 4 && half != 16 || 2*half != len(base.Content) {
			return false, false
		}
		if len(name.Content) != half {
			return false, true
		}
		for i, b := range name.Content {
			if (b^base.Content[i])&base.Content[half+i] != 0 {
				return false, true
			}
		}
		return true, true
	case TagDirectoryName:
		subtree, err := base.Directory()
		if err != nil {
			return false, false
		}
		subject, err := name.Directory()
		if err != nil || len(subject.RDNs) < len(subtree.RDNs) {
			return false, err == nil
		}
		for i := range subtree.RDNs {
			if !equalRDN(subtree.RDNs[i], subject.RDNs[i]) {
				return false, true
			}
		}
		return true, true
	}
	return false, false
}

// withinDomain compares host names without regard to case. below lets names with further labels
// before those of the domain pass, of which one is needed if the domain begins with a dot.
func withinDomain(host, domain string, below bool) bool {
	if domain == "" {
		return true
	}
	host, domain = strings.ToLower(strings.TrimSuffix(host, ".")), strings.ToLower(domain)
	if host == domain {
		return true
	}
	return below && strings.HasSuffix(host, "."+strings.TrimPrefix(domain, "."))
}

// withinMailbox compares as RFC 5280, Section 4.2.1.10 has it for addresses: with a mailbox, a
// host, or a domain's hosts.
func withinMailbox(address, base string) (in, ok bool) {
	local, host, found := cutLast(address, "@")
	if !found || local == "" || host == "" {
		return false, false
	}
	if baseLocal, baseHost, isMailbox := cutLast(base, "@"); isMailbox {
		return local == baseLocal && strings.EqualFold(host, baseHost), true
	}
	return withinDomain(host, base, strings.HasPrefix(base, ".")), true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// constraintsOf reads a certificate's name constraints; nil if it has none.
func constraintsOf(c *Certificate) (*nameConstraints, error) {
	for i := range c.Extensions {
		if x := &c.Extensions[i]; x.OID == oidNameConstraints {
			value := ber.NewCursor(x.Value)
			n, err := readNameConstraints(&value)
			return &n, err
		}
	}
	return nil, nil
}
