package interop

import (
	"strings"

	"sipsecdump/report"
)

// sipResponseRules are the rules about responses, alone or beside their requests.
var sipResponseRules = []Rule{
	{
		ID: "sip-response-header", Severity: report.Error, habit: true,
		Sections: []string{
			"RFC 3261, Section 10.3", "RFC 3261, Section 21.4.6", "RFC 3261, Section 21.4.13",
			"RFC 3261, Section 21.4.15", "RFC 3261, Section 22.2", "RFC 3261, Section 22.3",
		},
		Asks:   "what the client needs to do better: WWW-Authenticate in 401, Allow in 405, Proxy-Authenticate in 407, Accept or the like in 415, Unsupported in 420, Min-Expires in 423",
		Advice: "add the header field to the response",
		message: func(m *message) {
			needs := neededHeaders[m.Message.Status]
			if m.Message.Request || needs == nil || m.Incomplete {
				return
			}
			for _, kind := range needs {
				if _, ok := m.Message.Get(strings.ToLower(kind)); ok {
					return
				}
			}
			m.found("%d (%s) to %s came without %s", m.Message.Status, short(m.Message.Reason), short(m.Message.CSeqMethod), strings.Join(needs, ", "))
		},
	},
	{
		ID: "sip-response-other", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.2.6.2"},
		Asks:     "the Call-ID, the CSeq and the From of the request in the response to it",
		Advice:   "copy them from the request: the client drops the response, or takes it for another request's",
		history: func(h *history) {
			if t := h.confused; t != nil && !h.message.Request {
				h.found("the response has branch and method of message %d, %s with CSeq %d, but not its Call-ID, CSeq or From tag: CSeq %d",
					t.request.message, t.request.method, t.request.cseq, h.message.CSeq)
			}
		},
	},
	{
		ID: "sip-branch-again", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.1.1.7"},
		Asks:     "another branch in the Via of each request, but for ACK to a failure, CANCEL and repetitions",
		Advice:   "make a new branch for each request: with the old one it is taken for a repetition",
		history: func(h *history) {
			if t := h.confused; t != nil && h.message.Request {
				h.found("%s has the branch of message %d, but another Call-ID, CSeq or From tag: CSeq %d, not %d",
					methodWord(h.message.Method), t.request.message, h.message.CSeq, t.request.cseq)
			}
		},
	},
	{
		ID: "sip-received", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 18.2.1"},
		Asks:     "received, with the source address, in the topmost Via of a request whose sent-by has a host name or another address",
		Advice:   "add received: over UDP the response goes there, and the client learns what NATs made of its address",
		exchange: func(x *exchange) {
			q, r := x.request, x.facts.traits
			if !x.sameHop() || q.webSocket() || q.traits.has(viaAsksPort) || r.has(viaHasReceived) {
				return // RFC 7118, Section 5.2.3 lets WebSocket servers do without; with rport, sip-rport tells
			}
			switch src := q.src.Addr().Unmap(); {
			case q.traits.has(viaNamed):
				x.found("the topmost Via of message %d has a host name; the response to it came without received=%s", q.message, src)
			case q.via.IsValid() && q.via != src:
				x.found("the topmost Via of message %d says %s, and it came from %s; the response came without received", q.message, q.via, src)
			}
		},
	},
	{
		ID: "sip-rport", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3581, Section 4"},
		Asks:     "the source port as the value of rport, and received with the source address, in the response to a request whose topmost Via has rport",
		Advice:   "fill in both: the client learns from them what NATs made of its address",
		exchange: func(x *exchange) {
			q, r := x.request, x.facts.traits
			switch {
			case !x.asksPort() || r.has(viaHasPort|viaHasReceived):
			case !r.hasAny(viaHasPort | viaHasReceived):
				x.found("message %d asked for rport; the response came without rport=%d and received=%s", q.message, q.src.Port(), q.src.Addr())
			case !r.has(viaHasPort):
				x.found("message %d asked for rport; the response came without rport=%d", q.message, q.src.Port())
			case !x.knowsSource():
				x.found("message %d asked for rport; the response came without received=%s", q.message, q.src.Addr())
			}
		},
	},
	{
		ID: "sip-rport-received", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3581, Section 4"},
		Asks:     "received beside the value of rport, though it is the address in Via",
		Advice:   "add received; clients make do without it as long as the address is their own",
		exchange: func(x *exchange) {
			q, r := x.request, x.facts.traits
			if x.asksPort() && x.knowsSource() && r.has(viaHasPort) && !r.has(viaHasReceived) {
				x.found("message %d asked for rport; the response has it, but no received=%s", q.message, q.src.Addr())
			}
		},
	},
	{
		ID: "sip-sips-contact-response", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 12.1.1", "RFC 5630, Section 5.1.2"},
		Asks:     "a SIPS URI in the Contact of a response that begins a dialog for a SIPS URI",
		Advice:   "give a SIPS URI, or the requests of the other side in the dialog need not be protected",
		exchange: func(x *exchange) {
			q, n := x.request, x.response
			if n.Status/100 == 2 && targets(q.method) && q.traits.has(toSIPS) && x.facts.traits.has(contactSIP) {
				x.found("message %d was to a SIPS URI, but Contact of %d (%s) to it is %s", q.message, n.Status, short(n.Phrase), short(n.Contact))
			}
		},
	},
	{
		ID: "sip-require", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 8.2.2.3", "RFC 3261, Section 16.3"},
		Asks:     "420 (Bad Extension) to a request that requires an extension which is not understood",
		Advice:   "look whether the peer knows the extension: if it does not, it has to say so",
		exchange: func(x *exchange) {
			q, n := x.request, x.response
			if q.required != "" && n.Status/100 == 2 && q.required != x.facts.supported {
				x.found("message %d requires %q, which is no registered extension, and got %d (%s), not 420", q.message, q.required, n.Status, short(n.Phrase))
			}
		},
	},
}

// neededHeaders are the header fields, or the choice of them, that a response must have.
var neededHeaders = map[int][]string{
	401: {"WWW-Authenticate"},
	405: {"Allow"},
	407: {"Proxy-Authenticate"},
	415: {"Accept", "Accept-Encoding", "Accept-Language"},
	420: {"Unsupported"},
	423: {"Min-Expires"},
}

// sameHop tells that request and response were seen between the same two.
func (x *exchange) sameHop() bool {
	return x.request.src == x.response.Dst && x.request.dst == x.response.Src
}

// asksPort tells that the response has to have the source port (RFC 3581, Section 4).
func (x *exchange) asksPort() bool {
	q := x.request
	return x.sameHop() && !q.webSocket() && q.traits.has(viaAsksPort) && !q.traits.has(viaHasPort)
}

// knowsSource tells that the client put into Via the address that its request comes from.
func (x *exchange) knowsSource() bool { return x.request.via == x.request.src.Addr().Unmap() }

func (s *seen) webSocket() bool { return s.transport == "ws" || s.transport == "wss" }
