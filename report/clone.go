package report

import (
	"bytes"
	"slices"

	"sipsecdump/cms/pki"
)

// Clone returns a copy of the event that shares no octets with what it was made of. The flow
// is shared: it does not change.
func (e *Event) Clone() *Event {
	c := *e
	switch b := e.Body.(type) {
	case *Record:
		c.Body = &Record{b.Record.Clone()}
	case *SIP:
		c.Body = b.clone()
	case *CMS:
		c.Body = b.clone()
	}
	// The other bodies hold strings and numbers only, and are made for one event each.
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
	n.Signers = slices.Clone(c.Signers)
	for i := range n.Signers {
		s := &n.Signers[i]
		s.Signer = &n.Object.Signed.Signers[c.signer(i)]
		s.Certificate = cloneCertificate(s.Certificate)
		s.Chain.Path = slices.Clone(s.Chain.Path)
		for j, p := range s.Chain.Path {
			s.Chain.Path[j] = cloneCertificate(p)
		}
	}
	return &n
}

// signer returns the place of the i-th result's SignerInfo in the object.
func (c *CMS) signer(i int) int {
	for j := range c.Object.Signed.Signers {
		if &c.Object.Signed.Signers[j] == c.Signers[i].Signer {
			return j
		}
	}
	panic("report: a result of no signer of its object")
}

// cloneCertificate copies one that came from the capture. Those given by the user stay.
func cloneCertificate(c *pki.Certificate) *pki.Certificate {
	if c == nil || c.Source != "" {
		return c
	}
	n, err := pki.ParseCertificate(bytes.Clone(c.Raw))
	if err != nil {
		return c // cannot be: it was parsed from these octets
	}
	return n
}
