package interop

import (
	"strings"

	"sipsecdump/report"
	"sipsecdump/sipparse"
)

// sipTransportRules are the rules about how a message travels, and what it says of that.
var sipTransportRules = []Rule{
	{
		ID: "sip-datagram-size", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 18.1.1"},
		Asks:     "a transport with congestion control for a request of more than 1300 octets, unless the path MTU is known to have room for it and 200 octets more",
		Advice:   "send it over TCP or TLS, or leave out what makes it long, such as certificates the peer has",
		message: func(m *message) {
			if n := len(m.Message.Raw); m.Message.Request && m.Transport == "udp" && n > maxDatagram {
				m.found("%s of %d octets came over UDP: more than %d, and the path MTU is not known", methodWord(m.Message.Method), n, maxDatagram)
			}
		},
	},
	{
		ID: "sip-via-transport", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 18.1.1", "RFC 3261, Section 20.42", "RFC 7118, Section 5.2.1"},
		Asks:     "the transport in the topmost Via that the request is sent over: the response takes the same",
		Advice:   "write the transport that is used: UDP, TCP, TLS, WS, WSS",
		message: func(m *message) {
			want := viaTransports[m.Transport]
			if !m.Message.Request || want == "" {
				return
			}
			if v := topVia(m.Message); v.Transport != "" && !strings.EqualFold(v.Transport, want) {
				m.found("the topmost Via says %s, but the request came over %s", short(v.Transport), want)
			}
		},
	},
	{
		ID: "sip-sips-unprotected", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 26.2.2", "RFC 5630, Section 4"},
		Asks:     "TLS on each hop of a request to a SIPS URI",
		Advice:   "send it over TLS, or to a SIP URI if it need not be protected",
		message: func(m *message) {
			if m.Message.Request && isSIPS(m.Message.URI) && !m.Secured() {
				m.found("%s to %s came over %s without TLS", methodWord(m.Message.Method), short(m.Message.URI), strings.ToUpper(m.Transport))
			}
		},
	},
	{
		ID: "sip-sips-contact", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.8", "RFC 5630, Section 5.1.1.2"},
		Asks:     "a SIPS URI in Contact if the Request-URI or the topmost Route has one",
		Advice:   "give a SIPS URI, or the requests of the other side in the dialog need not be protected",
		message: func(m *message) {
			if !m.Message.Request || !targets(m.Message.Method) {
				return
			}
			what, uri := "Request-URI", m.Message.URI
			if !isSIPS(uri) {
				if what, uri = "topmost Route", topRoute(m.Message); !isSIPS(uri) {
					return
				}
			}
			for a := range m.Message.Contacts() {
				if isSIP(a.URI) {
					m.found("the %s is %s, but Contact is %s", what, short(uri), short(a.URI))
				}
				return
			}
		},
	},
	{
		ID: "sip-sips-transport", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 19.1.1"},
		Asks:     "a reliable transport in the parameter transport of a SIPS URI",
		Advice:   "leave transport=udp out of SIPS URIs",
		message: func(m *message) {
			where, uri := transportURI(m.Message, "udp", true)
			if where != "" {
				m.found("the SIPS URI in %s has transport=udp: %s", where, short(uri))
			}
		},
	},
	{
		ID: "sip-transport-tls", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 26.2.2", "RFC 5630, Section 3.1.4"},
		Asks:     "no transport=tls: it is deprecated, since TLS is no transport of its own; of a hop alone it says less than a SIPS URI",
		Advice:   "use a SIPS URI, or let DNS say that TLS is spoken; many peers still understand the parameter",
		message: func(m *message) {
			where, uri := transportURI(m.Message, "tls", false)
			if where != "" {
				m.found("the URI in %s has transport=tls: %s", where, short(uri))
			}
		},
	},
	{
		ID: "sip-via-private", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3581, Section 3"},
		Asks:     "rport in the Via of a client that may be behind a NAT",
		Advice:   "add rport to Via: without it the response goes to a port that the NAT may not know",
		message: func(m *message) {
			if !m.Message.Request || m.Transport != "udp" {
				return
			}
			v := topVia(m.Message)
			a, ok := literal(v.Host)
			if !ok || !isLocal(a) || a == m.Src.Addr().Unmap() {
				return
			}
			if _, asks := v.Param("rport"); !asks {
				m.found("the request came from %s, the topmost Via says %s and has no rport", m.Src.Addr(), a)
			}
		},
	},
	{
		ID: "sip-contact-private", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.8"},
		Asks:     "a Contact at which the user agent can be reached by requests outside of the dialog too",
		Advice:   "give the address that the other side sees, or keep the connection open and say so (RFC 5626)",
		message: func(m *message) {
			src := m.Src.Addr().Unmap()
			if !m.Message.Request || !src.IsValid() || isLocal(src) || src.IsLoopback() {
				return
			}
			for a := range m.Message.Contacts() {
				contact, ok := literal(hostOf(a.URI))
				if ok && isLocal(contact) && alone(m.Message) && !keptOpen(a) {
					m.found("the request came from %s, Contact says %s", src, contact)
				}
				return
			}
		},
	},
}

// maxDatagram is the most octets of a request over UDP where the path MTU is not known (RFC 3261,
// Section 18.1.1).
const maxDatagram = 1300

// viaTransports are the names that transports have in Via; DTLS has several.
var viaTransports = map[string]string{
	"udp": "UDP", "tcp": "TCP", "tls": "TLS", "ws": "WS", "wss": "WSS", "sctp": "SCTP",
}

func topVia(m *sipparse.Message) sipparse.Via {
	for v := range m.Vias() {
		return v
	}
	return sipparse.Via{}
}

func topRoute(m *sipparse.Message) string {
	for a := range m.Routes() {
		return a.URI
	}
	return ""
}

// alone tells that there is one Via, so that the request comes from the user agent itself.
func alone(m *sipparse.Message) bool {
	n := 0
	for range m.Vias() {
		n++
	}
	return n == 1
}

// keptOpen tells that requests to a Contact come back over the connection or binding that the user
// agent keeps open (RFC 5626, Section 4).
func keptOpen(a sipparse.Address) bool {
	_, outbound := parameterOf(a.URI, "ob")
	_, registered := a.Param("reg-id")
	return outbound || registered
}

// targets tells that the Contact of a request is where requests of a dialog go from then on.
func targets(method string) bool {
	switch method {
	case "INVITE", "SUBSCRIBE", "REFER", "UPDATE":
		return true
	}
	return false
}

// transportURI returns the first URI that says where requests go and has that transport, and the
// place where it stands.
func transportURI(m *sipparse.Message, transport string, sips bool) (where, uri string) {
	has := func(uri string) bool {
		value, _ := parameterOf(uri, "transport")
		return strings.EqualFold(value, transport) && (!sips || isSIPS(uri))
	}
	if m.Request && has(m.URI) {
		return "the request line", m.URI
	}
	for _, of := range [...]struct{ kind, name string }{
		{"contact", "Contact"}, {"route", "Route"}, {"record-route", "Record-Route"},
	} {
		if !mentionsTransport(m, of.kind) {
			continue
		}
		for a := range m.Addresses(of.kind) {
			if has(a.URI) {
				return of.name, a.URI
			}
		}
	}
	return "", ""
}

// mentionsTransport tells whether it is worth it to read the addresses of a kind.
func mentionsTransport(m *sipparse.Message, kind string) bool {
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Kind == kind && (strings.Contains(h.Value, "transport") || strings.Contains(h.Value, "TRANSPORT")) {
			return true
		}
	}
	return false
}
