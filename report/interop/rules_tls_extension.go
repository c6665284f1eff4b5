package interop

import (
	"net/netip"
	"strings"

	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// tlsExtensionRules are about compression and extensions.
var tlsExtensionRules = []Rule{
	{
		ID: "tls-compression", Severity: report.Warning,
		Sections: []string{"RFC 9325, Section 3.3", "RFC 7457, Section 2.6"},
		Asks:     "no compression in TLS, since the length of records then tells what is in them (CRIME)",
		Advice:   "switch it off on both sides",
		hello: func(h *handshake) {
			switch {
			case h.answer.record == 0: // which says more than the offer
			case h.answer.compression != 0:
				h.foundAt(h.answer.record, "the server chose the compression %v", h.answer.compression)
			case h.offer.compression != 0:
				h.foundAt(h.offer.record, "the client offers the compression %v", h.offer.compression)
			}
		},
	},
	{
		ID: "tls-renegotiation-info", Severity: report.Error,
		Sections: []string{"RFC 5746, Section 3.4", "RFC 9325, Section 3.5"},
		Asks:     "that clients send renegotiation_info, or TLS_EMPTY_RENEGOTIATION_INFO_SCSV, whether they renegotiate or not",
		Advice:   "bring the client's TLS up to date: servers may refuse it",
		hello: func(h *handshake) {
			if o := &h.offer; o.record > 0 && !o.secure && before13(o) {
				h.foundAt(o.record, "the client's hello has neither renegotiation_info nor TLS_EMPTY_RENEGOTIATION_INFO_SCSV")
			}
		},
	},
	{
		ID: "tls-renegotiation-info-refused", Severity: report.Error,
		Sections: []string{"RFC 5746, Section 3.6", "RFC 9325, Section 3.5"},
		Asks:     "that servers answer renegotiation_info, and clients break off with handshake_failure if they do not",
		Advice:   "bring the server's TLS up to date: clients may refuse it",
		hello: func(h *handshake) {
			if a := &h.answer; a.record > 0 && h.offer.secure && age(a.version) <= age(tlsparse.TLS12) && !a.extensions.has(hasRenegotiation) {
				h.foundAt(a.record, "the server's hello has no renegotiation_info, though the client asked for it")
			}
		},
	},
	{
		ID: "tls-extended-master-secret", Severity: report.Warning,
		Sections: []string{"RFC 7627, Section 5.2", "RFC 9325, Section 3.5"},
		Asks:     "that until TLS 1.2 both sides have extended_master_secret, without which sessions of two servers can be made the same",
		Advice:   "bring the TLS up to date of the side that lacks it",
		hello: func(h *handshake) {
			o, a := &h.offer, &h.answer
			switch {
			case o.record == 0 || !before13(o):
			case !o.extensions.has(hasMasterSecret):
				h.foundAt(o.record, "the client does not offer extended_master_secret")
			case a.record > 0 && age(a.version) <= age(tlsparse.TLS12) && !a.extensions.has(hasMasterSecret):
				h.foundAt(a.record, "the server does not take extended_master_secret, which the client offers")
			}
		},
	},
	{
		ID: "tls-truncated-hmac", Severity: report.Error,
		Sections: []string{"RFC 9325, Section 4.6"},
		Asks:     "no truncated_hmac",
		Advice:   "switch it off on both sides",
		hello: func(h *handshake) {
			if h.answer.extensions.has(hasTruncatedHMAC) {
				h.foundAt(h.answer.record, "the server takes truncated_hmac")
			}
		},
	},
	{
		ID: "tls-early-data", Severity: report.Warning,
		Sections: []string{"RFC 8446, Appendix E.5", "RFC 9325, Section 3.10"},
		Asks:     "no early data without a profile of the application for it, which SIP has not; it can be replayed",
		Advice:   "switch it off in the client and in the server",
		hello: func(h *handshake) {
			if h.offer.extensions.has(hasEarlyData) {
				h.foundAt(h.offer.record, "the client offers early data")
			}
		},
	},
	{
		ID: "tls-server-name-absent", Severity: report.Note,
		Sections: []string{"RFC 6066, Section 3", "RFC 9325, Section 3.7"},
		Asks:     "that clients name the server whenever they find it by a name, so that one that has several domains can show the certificate of the right one",
		Advice:   "have the client send server_name with the domain that it looked up",
		handshake: func(h *handshake) {
			if o := &h.offer; o.record > 0 && !o.extensions.has(hasServerName) && isDomain(h.nextHop) {
				h.foundAt(o.record, "the client named no server, though its first request goes to %q", h.nextHopURI)
			}
		},
	},
	{
		ID: "tls-server-name-form", Severity: report.Error,
		Sections: []string{"RFC 6066, Section 3"},
		Asks:     "a host name in server_name, without a dot at its end; addresses are not allowed",
		Advice:   "have the client send the domain, or no server_name if it has but an address",
		hello: func(h *handshake) {
			name := h.offer.name
			_, err := netip.ParseAddr(strings.Trim(name, "[]"))
			switch {
			case err == nil:
				h.foundAt(h.offer.record, "the client names the server by the address %q", short(name))
			case strings.HasSuffix(name, "."):
				h.foundAt(h.offer.record, "the client names the server %q, with a dot at the end", short(name))
			}
		},
	},
	{
		ID: "tls-renegotiation", Severity: report.Note,
		Sections: []string{"RFC 9325, Section 3.5", "RFC 5746, Section 5"},
		Asks:     "nothing but renegotiation_info of who renegotiates; TLS 1.3 does it no more, and attacks have come of it",
		Advice:   "do without: show certificates in the first handshake",
		hello: func(h *handshake) {
			if h.again == 0 {
				return
			}
			by := "of its own accord"
			if h.asksAgain {
				by = "as the server asked"
			}
			h.foundAt(h.again, "the client begins another handshake in the connection, %s", by)
		},
	},
	{
		ID: "tls-ticket-lifetime", Severity: report.Error,
		Sections: []string{"RFC 8446, Section 4.6.1"},
		Asks:     "tickets that live for 604800 seconds, seven days, at most",
		Advice:   "shorten the lifetime in the server",
		hello: func(h *handshake) {
			if t := &h.ticket; t.seconds > 604800 {
				h.foundAt(t.record, "the server's ticket lives for %d seconds", t.seconds)
			}
		},
	},
}

// before13 tells whether an offer has a version before TLS 1.3.
func before13(o *offer) bool {
	lowest := o.version
	if o.oldest != 0 {
		lowest = o.oldest
	}
	return age(lowest) < age(tlsparse.TLS13)
}

// isDomain tells whether a host is a name, and one that can be looked up.
func isDomain(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err != nil && strings.Contains(strings.Trim(host, "."), ".")
}
