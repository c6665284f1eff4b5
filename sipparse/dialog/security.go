package dialog

import (
	"slices"
	"strings"
)

// Security is what was established about the security of a call's messages.
type Security struct {
	Transports []string // in the order they were met
	TLS        []TLS
	Signed     Check
	Encrypted  Check
	Identity   Check
	// Media are the ways in which the keys of media were agreed on, as sdp.Media.Keying begins:
	// "sdes", "dtls". Empty if media are in the clear, or there are none.
	Media []string
	// Omitted tells that a list above would be longer.
	Omitted bool
}

// TLS is a version and a cipher suite that messages of the call were protected by.
type TLS struct{ Version, Suite string }

// Check counts the messages that have a protection, and those for which it held.
type Check struct {
	Messages int
	Held     int
	Failed   int
	NotTried int
	Reason   string // the first code of why not
	Repaired int    // for which the verdict is over repaired octets
}

func (s *Security) add(n *Note) {
	if d := n.Details; d != nil {
		s.Signed.add(&d.Signed)
		s.Encrypted.add(&d.Encrypted)
		s.Identity.add(&d.Identity)
	}
	if n.SDP == nil {
		return
	}
	for i := range n.SDP.Media {
		for _, k := range n.SDP.Media[i].Keying {
			kind, _, _ := strings.Cut(k, " ")
			s.Media = kinds(s, s.Media, kind)
		}
	}
}

// path takes a way that messages of the call came.
func (s *Security) path(p *Path) {
	s.Transports = kinds(s, s.Transports, p.Transport)
	switch {
	case p.TLS.Suite == "" || slices.Contains(s.TLS, p.TLS):
	case len(s.TLS) >= maxKinds:
		s.Omitted = true
	default:
		s.TLS = append(s.TLS, p.TLS)
	}
}

// reliable reports whether all messages came over transports that retransmit by themselves.
func (s *Security) reliable() bool {
	return !s.Omitted && !slices.ContainsFunc(s.Transports, func(t string) bool { return !Reliable(t) })
}

// Reliable reports whether nobody retransmits over a transport, as it does not lose messages (RFC
// 3261, Section 17).
func Reliable(transport string) bool { return transport != "udp" && transport != "dtls" }

func kinds(s *Security, list []string, k string) []string {
	switch {
	case k == "" || slices.Contains(list, k):
	case len(list) >= maxKinds:
		s.Omitted = true
	default:
		list = append(list, k)
	}
	return list
}

func (c *Check) add(v *Verdict) {
	switch v.Outcome {
	case NotThere:
		return
	case Held:
		c.Held++
	case Failed:
		c.Failed++
	case NotTried:
		c.NotTried++
	}
	c.Messages++
	if v.Repaired {
		c.Repaired++
	}
	if c.Reason == "" && v.Reason != "" {
		c.Reason = v.Reason
	}
}
