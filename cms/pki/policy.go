package pki

import (
	"slices"

	"sipsecdump/cms/ber"
)

// policies are the extensions of a certificate that RFC 5280, Section 6.1 processes for policies.
type policies struct {
	present  bool
	policies []OID
	mappings []policyMapping
	// How many certificates may follow before a policy is required, and before mappings and
	// anyPolicy stop to count; -1 if the certificate does not say.
	requireExplicit, inhibitMapping, inhibitAny int
}

type policyMapping struct{ issuer, subject OID }

// readPolicies reads RFC 5280, Section 4.2.1.4; qualifiers are not looked at.
//
//	CertificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier OID, policyQualifiers OPTIONAL }
func readPolicies(c *ber.Cursor) (list []OID, err error) {
	seq, err := c.Sequence()
	for err == nil && !seq.Empty() {
		var in ber.Cursor
		if in, err = seq.Sequence(); err == nil {
			var oid string
			oid, err = in.OID()
			list = append(list, OID(oid))
		}
	}
	return list, err
}

// readPolicyMappings reads RFC 5280, Section 4.2.1.5.
//
//	PolicyMappings ::= SEQUENCE OF SEQUENCE { issuerDomainPolicy OID, subjectDomainPolicy OID }
func readPolicyMappings(c *ber.Cursor) (list []policyMapping, err error) {
	seq, err := c.Sequence()
	for err == nil && !seq.Empty() {
		var in ber.Cursor
		if in, err = seq.Sequence(); err != nil {
			break
		}
		var issuer, subject string
		if issuer, err = in.OID(); err != nil {
			break
		}
		if subject, err = in.OID(); err == nil {
			list = append(list, policyMapping{OID(issuer), OID(subject)})
		}
	}
	return list, err
}

// readPolicyConstraints reads RFC 5280, Section 4.2.1.11.
//
//	PolicyConstraints ::= SEQUENCE {
//	    requireExplicitPolicy [0] IMPLICIT INTEGER OPTIONAL,
//	    inhibitPolicyMapping [1] IMPLICIT INTEGER OPTIONAL }
func readPolicyConstraints(c *ber.Cursor) (requireExplicit, inhibitMapping int, err error) {
	counts := [2]int{-1, -1}
	seq, err := c.Sequence()
	for tag := range counts {
		if err != nil {
			break
		}
		e, ok, bad := seq.Optional(ber.ContextSpecific, uint32(tag))
		if err = bad; ok && err == nil {
			counts[tag], err = skipCerts(&e)
		}
	}
	return counts[0], counts[1], err
}

// skipCerts reads INTEGER (0..MAX); a large one is as good as the longest path.
func skipCerts(e *ber.Element) (int, error) {
	n, err := e.Int()
	if err != nil {
		return 0, err
	}
	return min(max(n, 0), maxPath+1), nil
}

func readInhibitAny(c *ber.Cursor) (int, error) {
	e, err := c.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return -1, err
	}
	return skipCerts(&e)
}

func policiesOf(c *Certificate) (p policies, err error) {
	p.requireExplicit, p.inhibitMapping, p.inhibitAny = -1, -1, -1
	for i := range c.Extensions {
		x := &c.Extensions[i]
		value := ber.NewCursor(x.Value)
		switch x.OID {
		case oidPolicies:
			p.present = true
			p.policies, err = readPolicies(&value)
		case oidPolicyMappings:
			p.mappings, err = readPolicyMappings(&value)
		case oidPolicyConstraint:
			p.requireExplicit, p.inhibitMapping, err = readPolicyConstraints(&value)
		case oidInhibitAnyPolicy:
			p.inhibitAny, err = readInhibitAny(&value)
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// policyNode is a node of the valid policy graph (RFC 9618, Section 5): RFC 5280's tree with the
// nodes of one policy at one depth made one, without which it grows exponentially.
type policyNode struct {
	parents  []*policyNode
	expected []OID
	children int
}

// policyState is that of RFC 5280, Section 6.1.2, as far as policies are concerned.
type policyState struct {
	levels                           []map[OID]*policyNode // nil once no policy is valid
	explicit, mapping, anyPolicySkip int
	nodes                            int
}

func newPolicyState(o *PathOptions, certificates int) *policyState {
	start := func(now bool) int {
		if now {
			return 0
		}
		return certificates + 1
	}
	return &policyState{
		levels:   []map[OID]*policyNode{{oidAnyPolicy: {expected: []OID{oidAnyPolicy}}}},
		explicit: start(o.ExplicitPolicy), mapping: start(o.InhibitMapping), anyPolicySkip: start(o.InhibitAnyPolicy),
	}
}

// process does RFC 5280, Sections 6.1.3 (d) to (f) and 6.1.4 (a), (b), (h) to (j), for one
// certificate. It returns what is wrong, or "".
func (s *policyState) process(c *Certificate, leaf bool) (reason, detail string) {
	p, err := policiesOf(c)
	if err != nil {
		return "extension-unreadable", "the extensions about policies cannot be read"
	}
	if !p.present {
		s.levels = nil
	}
	if s.levels != nil && !s.add(p.policies, s.anyPolicySkip > 0 || !leaf && c.IsSelfIssued()) {
		return "policy-limit", "there are more policies than are processed"
	}
	if s.explicit == 0 && s.levels == nil {
		return "no-valid-policy", "a policy is required, and none is valid"
	}
	if leaf {
		if s.explicit > 0 {
			s.explicit--
		}
		if p.requireExplicit == 0 {
			s.explicit = 0
		}
		return "", ""
	}
	for _, m := range p.mappings {
		if m.issuer == oidAnyPolicy || m.subject == oidAnyPolicy {
			return "any-policy-mapped", "a policy is mapped from or to anyPolicy"
		}
	}
	if s.levels != nil && !s.mapPolicies(p.mappings) {
		return "policy-limit", "there are more policies than are processed"
	}
	if !c.IsSelfIssued() {
		for _, n := range []*int{&s.explicit, &s.mapping, &s.anyPolicySkip} {
			*n = max(*n-1, 0)
		}
	}
	for _, limit := range []struct {
		have *int
		said int
	}{{&s.explicit, p.requireExplicit}, {&s.mapping, p.inhibitMapping}, {&s.anyPolicySkip, p.inhibitAny}} {
		if limit.said >= 0 {
			*limit.have = min(*limit.have, limit.said)
		}
	}
	return "", ""
}

// add makes the next level (RFC 5280, Section 6.1.3 (d)). It is false if there are too many.
func (s *policyState) add(list []OID, anyCounts bool) bool {
	above := s.levels[len(s.levels)-1]
	level := map[OID]*policyNode{}
	link := func(parent *policyNode, policy OID) {
		n := level[policy]
		if n == nil {
			n = &policyNode{expected: []OID{policy}}
			level[policy] = n
			s.nodes++
		}
		n.parents = append(n.parents, parent)
		parent.children++
	}
	expecting := map[OID][]*policyNode{}
	for _, policy := range sortedPolicies(above) {
		for _, e := range above[policy].expected {
			expecting[e] = append(expecting[e], above[policy])
		}
	}
	for _, policy := range list {
		if policy == oidAnyPolicy || level[policy] != nil {
			continue
		}
		parents := expecting[policy]
		if len(parents) == 0 && above[oidAnyPolicy] != nil {
			parents = []*policyNode{above[oidAnyPolicy]}
		}
		for _, parent := range parents {
			link(parent, policy)
		}
		if s.nodes > maxPolicyNodes {
			return false
		}
	}
	if anyCounts && slices.Contains(list, oidAnyPolicy) {
		for policy, parents := range expecting {
			if level[policy] != nil {
				continue
			}
			for _, parent := range parents {
				link(parent, policy)
			}
		}
	}
	s.levels = append(s.levels, level)
	s.prune()
	return s.nodes <= maxPolicyNodes
}

func sortedPolicies(level map[OID]*policyNode) []OID {
	list := make([]OID, 0, len(level))
	for policy := range level {
		list = append(list, policy)
	}
	slices.Sort(list)
	return list
}

// prune takes away nodes above the last level without children; levels become nil if nothing is
// left.
func (s *policyState) prune() {
	for i := len(s.levels) - 2; i >= 0; i-- {
		for policy, n := range s.levels[i] {
			if n.children > 0 {
				continue
			}
			for _, parent := range n.parents {
				parent.children--
			}
			delete(s.levels[i], policy)
		}
	}
	if len(s.levels[len(s.levels)-1]) == 0 {
		s.levels = nil
	}
}

// mapPolicies does RFC 5280, Section 6.1.4 (b). It is false if there are too many.
func (s *policyState) mapPolicies(mappings []policyMapping) bool {
	last := len(s.levels) - 1
	level := s.levels[last]
	mapped := map[OID][]OID{}
	var order []OID
	for _, m := range mappings {
		if mapped[m.issuer] == nil {
			order = append(order, m.issuer)
		}
		mapped[m.issuer] = append(mapped[m.issuer], m.subject)
	}
	for _, policy := range order {
		n := level[policy]
		switch {
		case s.mapping == 0:
			if n != nil {
				for _, parent := range n.parents {
					parent.children--
				}
				delete(level, policy)
			}
		case n != nil:
			n.expected = mapped[policy]
		case level[oidAnyPolicy] != nil && last > 0:
			parent := s.levels[last-1][oidAnyPolicy]
			if parent == nil {
				continue
			}
			if s.nodes++; s.nodes > maxPolicyNodes {
				return false
			}
			parent.children++
			level[policy] = &policyNode{parents: []*policyNode{parent}, expected: mapped[policy]}
		}
	}
	s.prune()
	return true
}

// acceptable does RFC 5280, Section 6.1.5 (g): it tells whether one of the policies that the user
// takes is valid, or no policy is needed. All are taken if there are none given.
func (s *policyState) acceptable(wanted []OID) bool {
	if s.explicit > 0 {
		return true
	}
	if s.levels == nil {
		return false
	}
	if len(wanted) == 0 || slices.Contains(wanted, oidAnyPolicy) || s.levels[len(s.levels)-1][oidAnyPolicy] != nil {
		return true
	}
	for i, level := range s.levels[1:] {
		root := s.levels[i][oidAnyPolicy]
		for policy, n := range level {
			if root != nil && slices.Contains(n.parents, root) && slices.Contains(wanted, policy) {
				return true
			}
		}
	}
	return false
}
