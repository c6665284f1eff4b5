package maker

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"
)

// dialog writes the messages of one transaction or call (RFC 3261). All requests are the
// caller's.
type dialog struct {
	scheme  string // sip or sips
	via     string // transport in Via
	ends    [2]netip.AddrPort
	callID  string
	tags    [2]string
	random  *rand.Rand
	cseq    int
	branch  string // of the current transaction
	message []byte
}

func newDialog(p *plan, ends [2]netip.AddrPort, random *rand.Rand) *dialog {
	d := &dialog{scheme: "sip", via: strings.ToUpper(p.Transport), ends: ends, random: random}
	if p.secure() {
		d.scheme = "sips"
	}
	d.callID = fmt.Sprintf("%016x@%s", random.Uint64(), callerDomain)
	d.tags = [2]string{fmt.Sprintf("%08x", random.Uint32()), fmt.Sprintf("%08x", random.Uint32())}
	return d
}

func (d *dialog) line(format string, args ...any) {
	d.message = fmt.Appendf(d.message, format+"\r\n", args...)
}

// request returns a request of a new transaction, an ACK also: it acknowledges a 2xx (RFC
// 3261, Section 13.2.2.4). The result is valid until the next call.
func (d *dialog) request(method string, at time.Time, body entity) []byte {
	if method != "ACK" {
		d.cseq++
	}
	d.branch = fmt.Sprintf("z9hG4bK-%016x", d.random.Uint64())
	d.message = d.message[:0]
	uri := d.scheme + ":" + callee
	inside := method == "ACK" || method == "BYE"
	if inside {
		uri = d.contact(server)
	}
	d.line("%s %s SIP/2.0", method, uri)
	d.line("Via: SIP/2.0/%s %s;branch=%s;rport", d.via, d.ends[client], d.branch)
	d.line("Max-Forwards: 70")
	d.parties(inside)
	d.line("Call-ID: %s", d.callID)
	d.line("CSeq: %d %s", d.cseq, method)
	switch method {
	case "INVITE":
		d.line("Contact: <%s>", d.contact(client))
	case "MESSAGE":
		d.line("Accept: multipart/signed, text/plain, application/pkcs7-mime, application/sdp, multipart/alternative")
		d.line("Date: %s GMT", at.UTC().Format("Mon, 02 Jan 2006 15:04:05"))
	}
	return d.finish(body)
}

// response returns a response in the current transaction. The result is valid until the
// next call.
func (d *dialog) response(status, method string, body entity) []byte {
	d.message = d.message[:0]
	d.line("SIP/2.0 %s", status)
	from := d.ends[client]
	d.line("Via: SIP/2.0/%s %s;branch=%s;received=%s;rport=%d", d.via, from, d.branch, from.Addr(), from.Port())
	d.parties(!strings.HasPrefix(status, "100"))
	d.line("Call-ID: %s", d.callID)
	d.line("CSeq: %d %s", d.cseq, method)
	if method == "INVITE" && !strings.HasPrefix(status, "100") {
		d.line("Contact: <%s>", d.contact(server))
	}
	return d.finish(body)
}

// parties writes To and From.
func (d *dialog) parties(toTag bool) {
	tag := ""
	if toTag {
		tag = ";tag=" + d.tags[server]
	}
	d.line("To: <%s:%s>%s", d.scheme, callee, tag)
	d.line("From: <%s:%s>;tag=%s", d.scheme, caller, d.tags[client])
}

func (d *dialog) finish(body entity) []byte {
	for _, line := range body.header {
		d.line("%s", line)
	}
	d.line("Content-Length: %d", len(body.body))
	d.message = append(d.message, "\r\n"...)
	d.message = append(d.message, body.body...)
	return d.message
}

// contact returns the URI at which the side is reached.
func (d *dialog) contact(s side) string {
	user, _, _ := strings.Cut([...]string{caller, callee}[s], "@")
	transport := ""
	switch d.via {
	case "TCP", "WS":
		transport = ";transport=" + strings.ToLower(d.via)
	case "WSS":
		transport = ";transport=ws" // RFC 7118, Section 5.3: sips makes it secure
	}
	return fmt.Sprintf("%s:%s@%s%s", d.scheme, user, d.ends[s], transport)
}

// sdp returns the side's offer or answer of one PCMU stream (RFC 8866).
func (d *dialog) sdp(s side, port int) entity {
	addr := d.ends[s].Addr()
	version := "IP4"
	if addr.Is6() {
		version = "IP6"
	}
	user, _, _ := strings.Cut([...]string{caller, callee}[s], "@")
	body := fmt.Sprintf("v=0\r\no=%s 2890844526 2890844526 IN %s %s\r\ns=-\r\nc=IN %[2]s %[3]s\r\nt=0 0\r\n"+
		"m=audio %[4]d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", user, version, addr, port)
	return entity{[]string{"Content-Type: application/sdp"}, []byte(body)}
}
