package report

import (
	"bytes"
	"slices"

	"sipsecdump/cms"
)

// Clone returns a copy of the event that shares no octets with what it was made of. The flow
// is shared: it does not change.
func (e *Event) Clone() *Event {
	c := *e
	switch b := e.Body.(type) {
	case *Record:
		c.Body = &Record{b.Record.Clone()}
	case *Plaintext:
		c.Body = &Plaintext{Dir: b.Dir, Data: bytes.Clone(b.Data)}
	case *Arrival:
		a := *b
		c.Body = &a
	case *SIP:
		c.Body = b.clone()
	case *CMS:
		c.Body = b.clone()
	case *Call:
		c.Body = &Call{b.Call.Clone()}
	}
	// The other bodies hold strings and numbers only, and are made for one event each, or hold
	// what is not to be changed.
	return &c
}

func (s *SIP) clone() *SIP {
	c := *s
	c.Message = s.Message.Clone()
	c.Message.Issues = slices.Clone(s.Message.Issues) // those of the framing too
	c.Parts = cloneParts(s.Parts)
	c.Body = bytes.Clone(s.Body)
	return &c
}

func cloneParts(parts []Part) []Part {
	parts = slices.Clone(parts)
	for i := range parts {
		p := &parts[i]
		p.Part = p.Part.Clone()
		if p.CMS != nil {
			p.CMS = p.CMS.clone()
		}
		if p.Message != nil {
			p.Message = p.Message.Clone()
		}
	}
	return parts
}

func (c *CMS) clone() *CMS {
	n := *c
	n.Object = c.Object.Clone()
	if c.Decrypt != nil {
		d := *c.Decrypt
		d.Content = bytes.Clone(d.Content)
		n.Decrypt = &d
	}
	n.Inside = cloneParts(c.Inside)
	if c.Object.Signed != nil {
		n.Signers = cms.CloneResults(c.Signers, n.Object)
	}
	return &n
}
