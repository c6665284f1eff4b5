package interop

import (
	"net/netip"
	"strings"

	"sipsecdump/report"
	"sipsecdump/sipparse"
)

// Facts are what a message means to the checks that compare messages, beside what a dialog.Note
// has: bounded, and with nothing that aliases the message.
type Facts struct {
	// Lossy tells that octets of the stream are not in the capture, before the message or among
	// those of the other direction: the caller's to set.
	Lossy bool

	traits traits
	// via is the host in the topmost Via, if it is an address.
	via netip.Addr
	// contact is the host in the first Contact, if it is an address.
	contact netip.Addr
	// secured is the media type of the first part of the body that CMS protects; "" if none is
	// protected.
	secured string
	// signer is the SHA-256 of the certificate whose key verified a signature over the body.
	signer [32]byte
	// required is the first option tag in Require or Proxy-Require that nobody registered;
	// supported are such tags in Supported.
	required, supported string
	// accepts is the Accept of a 415.
	accepts string
}

// traits are what a message has or is.
type traits uint16

const (
	toSIPS         traits = 1 << iota // the Request-URI is a SIPS URI
	contactSIP                        // the first Contact is a SIP URI
	contactSIPS                       // it is a SIPS URI
	recordRouted                      // there is a Record-Route
	bodySigned                        // a part of the body that is not inside of another is signed
	bodyEncrypted                     // one is encrypted
	bodyOpen                          // there is a body, and CMS protects nothing of it
	viaNamed                          // the topmost Via has a host name, not an address
	viaAsksPort                       // it has rport
	viaHasPort                        // it has a value of rport
	viaHasReceived                    // it has received
	viaAlone                          // it is the only one
	incomplete                        // the message is not whole
)

func (t traits) has(all traits) bool { return t&all == all }

func (t traits) hasAny(some traits) bool { return t&some != 0 }

// FactsOf fills f from a message.
func FactsOf(f *Facts, s *report.SIP) {
	*f = Facts{}
	m := s.Message
	if m.Request && isSIPS(m.URI) {
		f.traits |= toSIPS
	}
	if s.Incomplete {
		f.traits |= incomplete
	}
	f.vias(m)
	f.headers(m)
	f.body(s)
}

func (f *Facts) vias(m *sipparse.Message) {
	n := 0
	for v := range m.Vias() {
		if n++; n > 1 {
			return
		}
		var ok bool
		if f.via, ok = literal(v.Host); !ok && v.Host != "" {
			f.traits |= viaNamed
		}
		if port, ok := v.Param("rport"); ok {
			f.traits |= viaAsksPort
			if port != "" {
				f.traits |= viaHasPort
			}
		}
		if _, ok := v.Param("received"); ok {
			f.traits |= viaHasReceived
		}
	}
	if n == 1 {
		f.traits |= viaAlone
	}
}

func (f *Facts) headers(m *sipparse.Message) {
	contact := false
	for i := range m.Headers {
		h := &m.Headers[i]
		switch h.Kind {
		case "record-route":
			f.traits |= recordRouted
		case "contact":
			if !contact {
				contact = true
				f.target(sipparse.ParseAddress(h.Value).URI)
			}
		case "require", "proxy-require":
			if f.required == "" {
				f.required = unregistered(h.Value)
			}
		case "supported":
			if f.supported == "" {
				f.supported = unregistered(h.Value)
			}
		case "accept":
			if m.Status == 415 && f.accepts == "" {
				f.accepts = strings.Clone(short(h.Value))
			}
		}
	}
}

func (f *Facts) target(uri string) {
	switch {
	case isSIPS(uri):
		f.traits |= contactSIPS
	case isSIP(uri):
		f.traits |= contactSIP
	}
	f.contact, _ = literal(hostOf(uri))
}

func (f *Facts) body(s *report.SIP) {
	for i := range s.Parts {
		p := &s.Parts[i]
		if p.CMS == nil || p.Inside() {
			continue
		}
		switch o := p.CMS.Object; {
		case o.Enveloped != nil, o.AuthEnveloped != nil, o.Encrypted != nil:
			f.traits |= bodyEncrypted
		case o.Signed != nil && len(o.Signed.Signers) > 0:
			f.traits |= bodySigned
		default:
			continue
		}
		if f.secured == "" {
			f.secured = strings.Clone(short(p.MediaType))
		}
		for i := range p.CMS.Signers {
			if r := &p.CMS.Signers[i]; r.Verified && f.signer == [32]byte{} {
				f.signer = r.Certificate.SHA256
			}
		}
	}
	if len(s.Body) > 0 && f.secured == "" {
		f.traits |= bodyOpen
	}
}
