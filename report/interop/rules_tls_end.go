package interop

import (
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// tlsEndRules are about how handshakes and connections end.
var tlsEndRules = []Rule{
	{
		ID: "tls-alert", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.2.2", "RFC 8446, Section 6.2"},
		Asks:     "a handshake and a connection without failure: a fatal alert ends both",
		Advice:   "see the likely cause, and the log of the side that sent the alert",
		alert: func(h *handshake, a *alert) {
			if a.fatal {
				h.foundAt(a.record, "the %s sent the fatal alert %v%s%s", sides[a.dir], a.Description, h.when(), h.cause(a))
			}
		},
	},
	{
		ID: "tls-alert-warning", Severity: report.Note,
		Sections: []string{"RFC 5246, Section 7.2"},
		Asks:     "nothing: an alert that is a warning lets the connection go on, if the peer likes",
		Advice:   "see the likely cause",
		alert: func(h *handshake, a *alert) {
			if !a.fatal {
				h.foundAt(a.record, "the %s sent the alert %v as a warning%s%s", sides[a.dir], a.Description, h.when(), h.cause(a))
			}
		},
	},
	{
		ID: "tls-handshake-unfinished", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.3", "RFC 8446, Section 2"},
		Asks:     "a handshake that ends with both Finished messages, or with an alert that says why not",
		Advice:   "see the log of the side that closed: some close without an alert when they refuse the peer",
		handshake: func(h *handshake) {
			how := h.closed[h.first]
			if h.offer.record == 0 || h.lost || h.muffled[0] || h.muffled[1] || h.begun() || h.failed[0] || h.failed[1] || how != "fin" && how != "rst" {
				return
			}
			verb := "closed"
			if how == "rst" {
				verb = "reset"
			}
			h.foundAt(h.last.record, "the %s %s the connection in the handshake; the last message was the %s's %s", sides[h.first], verb, sides[h.last.dir], h.last.what)
		},
	},
	{
		ID: "tls-close-notify", Severity: report.Note,
		Sections: []string{"RFC 5246, Section 7.2.1", "RFC 8446, Section 6.1"},
		Asks:     "a close_notify before a side closes the connection; else nobody knows whether the end was cut off",
		Advice:   "have the side shut TLS down before it closes",
		handshake: func(h *handshake) {
			if d := h.first; h.abrupt && h.readable(d) && h.begun() {
				h.foundAt(0, "the %s closed the connection without close_notify", sides[d])
			}
		},
	},
}

// when tells how far the handshake has come.
func (h *handshake) when() string {
	switch {
	case h.finished():
		return " after the handshake"
	case h.answer.record > 0:
		return " in the handshake"
	case h.offer.record > 0:
		return " in answer to the ClientHello"
	}
	return ""
}

// begun tells whether the connection came as far as application data may, going by what can be
// seen: in TLS 1.3 the client's Finished looks like any record.
func (h *handshake) begun() bool {
	if h.answer.version == tlsparse.TLS13 && !h.over[tlsparse.ClientToServer] {
		return h.sealed[tlsparse.ClientToServer] > 0 && !h.opened[tlsparse.ClientToServer]
	}
	return h.finished() || h.over[0] && h.over[1]
}

// readable tells whether no alert of a side can have been missed: those until TLS 1.2 have a type
// that is not encrypted, and only those that came must be read.
func (h *handshake) readable(d tlsparse.Dir) bool {
	if h.lost || h.muffled[d] {
		return false
	}
	return h.answer.version != tlsparse.TLS13 || h.RecordsDecrypted == h.RecordsEncrypted
}
