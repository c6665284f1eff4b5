package dialog

import (
	"slices"
	"strings"
)

// link is a name that calls share: a UUID of Session-ID (RFC 7989), or the Call-ID of one of them.
type link struct {
	uuid    bool
	name    string
	members []Leg
	more    bool
	open    int // calls that are not told yet
}

// links are those of calls that go on, by name.
type links struct{ byUUID, byCallID map[string]*link }

// nilUUID stands for the side that is not known yet (RFC 7989, Section 5).
const nilUUID = "00000000000000000000000000000000"

// join links a call by what a message says.
func (t *Table) join(c *call, n *Note) {
	d := n.Details
	if d == nil {
		return
	}
	if d.SessionID != "" {
		local, rest, _ := strings.Cut(d.SessionID, ";")
		t.link(c, t.links.byUUID, uuid(local), true, "session-id")
		t.link(c, t.links.byUUID, uuid(parameter(";"+rest, "remote")), true, "session-id")
	}
	if d.OtherLeg != "" {
		t.linkCall(c, d.OtherLeg, "x-call-id")
	}
	if d.Replaces != "" && n.Request {
		t.linkCall(c, d.Replaces, "replaces")
	}
}

// uuid returns the 32 hexadecimal digits of a Session-ID, or "".
func uuid(s string) string {
	s = strings.TrimSpace(s)
	if len(s) != len(nilUUID) || s == nilUUID || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return ""
	}
	return strings.ToLower(s)
}

// linkCall links two calls by the Call-ID of one.
func (t *Table) linkCall(c *call, id, by string) {
	if id == c.CallID {
		return
	}
	t.link(c, t.links.byCallID, id, false, by)
	if other := t.calls[id]; other != nil && other.CallID != "" {
		t.link(other, t.links.byCallID, id, false, by)
	}
}

// named links a new call that an earlier one has named.
func (t *Table) named(c *call) {
	if l := t.links.byCallID[c.CallID]; l != nil && c.CallID != "" && len(l.members) > 0 {
		t.link(c, t.links.byCallID, c.CallID, false, l.members[0].By)
	}
}

func (t *Table) link(c *call, names map[string]*link, name string, isUUID bool, by string) {
	if name == "" {
		return
	}
	l := names[name]
	if l != nil && slices.Contains(c.links, l) {
		return
	}
	if len(c.links) >= maxLinks {
		c.LegsOmitted = true
		return
	}
	if l == nil {
		l = &link{uuid: isUUID, name: strings.Clone(name)}
		names[l.name] = l
		t.weigh(c, linkOctets+len(name))
	}
	c.links = append(c.links, l)
	l.open++
	if len(l.members) >= maxLegs {
		l.more = true
		return
	}
	l.members = append(l.members, Leg{CallID: c.CallID, By: by})
	t.weigh(c, linkOctets)
}

func (t *Table) weigh(c *call, octets int) {
	c.octets += octets
	t.octets += octets
}

// legs lists the calls that share a name with c, and takes c out of what is open.
func (t *Table) legs(c *call) {
	for _, l := range c.links {
		for _, m := range l.members {
			if m.CallID == c.CallID || slices.ContainsFunc(c.Legs, func(o Leg) bool { return o.CallID == m.CallID }) {
				continue
			}
			if len(c.Legs) >= maxLegs {
				c.LegsOmitted = true
				break
			}
			c.Legs = append(c.Legs, m)
		}
		c.LegsOmitted = c.LegsOmitted || l.more
		if l.open--; l.open > 0 {
			continue
		}
		if l.uuid {
			delete(t.links.byUUID, l.name)
		} else {
			delete(t.links.byCallID, l.name)
		}
	}
}
