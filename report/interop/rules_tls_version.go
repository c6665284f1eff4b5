package interop

import (
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// tlsVersionRules are about versions of the protocol.
var tlsVersionRules = []Rule{
	{
		ID: "tls-ssl2-hello", Severity: report.Error,
		Sections: []string{"RFC 6176, Section 3", "RFC 9325, Section 3.1.1"},
		Asks:     "no ClientHello in the form of SSL 2.0, which has no room for extensions",
		Advice:   "switch SSL 2.0 and its form of hello off in the client",
		hello: func(h *handshake) {
			if h.offer.sslv2 {
				h.foundAt(h.offer.record, "the client's hello has the form of SSL 2.0; it offers %v", h.offer.version)
			}
		},
	},
	{
		ID: "tls-ssl3-only", Severity: report.Error,
		Sections: []string{"draft-ietf-sipping-sec-flows-00, Section 8", "RFC 7568, Section 3", "RFC 9325, Section 3.1.1"},
		Asks:     "TLS: clients that speak nothing newer than SSL 3.0 are a common problem, and it must not be negotiated",
		Advice:   "have the client offer TLS 1.2 and 1.3",
		hello: func(h *handshake) {
			if v := h.offer.version; h.offer.record > 0 && old(v) && age(v) <= age(tlsparse.SSL30) {
				h.foundAt(h.offer.record, "the client offers nothing newer than %v", v)
			}
		},
	},
	{
		ID: "tls-version-offered", Severity: report.Warning,
		Sections: []string{"RFC 8996, Section 4", "RFC 8996, Section 5", "RFC 9325, Section 3.1.1", "RFC 9325, Section 3.1.2"},
		Asks:     "that TLS 1.0, TLS 1.1 and DTLS 1.0 be offered by nobody",
		Advice:   "have the client offer TLS 1.2 and 1.3, and nothing older",
		hello: func(h *handshake) {
			o := &h.offer
			switch {
			case o.record == 0:
			case old(o.version) && age(o.version) > age(tlsparse.SSL30):
				h.foundAt(o.record, "the client offers nothing newer than %v", o.version)
			case o.oldest != 0 && old(o.oldest):
				h.foundAt(o.record, "the client offers %v beside %v", o.oldest, o.version)
			}
		},
	},
	{
		ID: "tls-version", Severity: report.Error,
		Sections: []string{"RFC 8996, Section 4", "RFC 8996, Section 5", "RFC 7568, Section 3", "RFC 9325, Section 3.1.1", "RFC 9325, Section 3.1.2"},
		Asks:     "that SSL, TLS 1.0, TLS 1.1 and DTLS 1.0 be negotiated by nobody",
		Advice:   "switch them off in the server, and see that both sides have TLS 1.2 and 1.3",
		hello: func(h *handshake) {
			if h.answer.record > 0 && old(h.answer.version) {
				h.foundAt(h.answer.record, "the server chose %v", h.answer.version)
			}
		},
	},
	{
		ID: "tls-fallback", Severity: report.Warning,
		Sections: []string{"RFC 9325, Section 3.1.3", "RFC 7507, Section 4"},
		Asks:     "that clients never fall back to an older version after a handshake that failed",
		Advice:   "find out why the handshake before failed, and switch the fallback off",
		hello: func(h *handshake) {
			if h.offer.fallback {
				h.foundAt(h.offer.record, "the client says by TLS_FALLBACK_SCSV that it has fallen back; it offers %v", h.offer.version)
			}
		},
	},
}
