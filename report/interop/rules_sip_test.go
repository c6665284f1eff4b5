package interop_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/maker"
	"sipsecdump/sipparse"
)

var sipCases = slices.Concat(
	sipTransportCases, sipHeaderCases, sipResponseCases, sipSecurityCases, sipHistoryCases,
	sipIssueCases, sipIdentityCases,
)

// via is a topmost Via of the client's.
func via(transport string, parameters ...string) string {
	return "Via: SIP/2.0/" + transport + " 192.0.2.1:49152;branch=z9hG4bK1" + strings.Join(parameters, "")
}

// to is the request line of a request to a URI.
func to(method, uri string) string { return "/" + method + " " + uri + " SIP/2.0" }

const (
	sipsBob   = "sips:b@example.net"
	sipsAlice = "Contact: <sips:a@192.0.2.1:49152>"
	subscribe = "Contact: <sip:a@192.0.2.1>"
	plainText = "Content-Type: text/plain"
)

var sipTransportCases = []ruleCase{
	{
		rule:    "sip-datagram-size",
		trigger: over("udp", request("MESSAGE", plainText, "="+strings.Repeat("x", 1300))),
		clean:   over("udp", request("MESSAGE", plainText, "="+strings.Repeat("x", 1000))),
		text:    "more than 1300, and the path MTU is not known",
	},
	{
		rule:    "sip-datagram-size",
		trigger: over("udp", request("MESSAGE", plainText, "="+strings.Repeat("x", 1300))),
		clean:   over("tcp", request("MESSAGE", via("TCP"), plainText, "="+strings.Repeat("x", 1300))),
		text:    "over UDP",
	},
	{
		rule:    "sip-via-transport",
		trigger: over("tcp", request("OPTIONS", via("UDP"))),
		clean:   over("tcp", request("OPTIONS", via("TCP"))),
		text:    "says UDP, but the request came over TCP",
	},
	{
		rule:    "sip-via-transport",
		trigger: over("wss", request("OPTIONS", via("WS"))),
		clean:   over("wss", request("OPTIONS", via("WSS"))),
		text:    "says WS, but the request came over WSS",
	},
	{
		rule:    "sip-sips-unprotected",
		trigger: over("tcp", request("OPTIONS", to("OPTIONS", sipsBob), via("TCP"))),
		clean:   over("tls", request("OPTIONS", to("OPTIONS", sipsBob), via("TLS"))),
		text:    "OPTIONS to sips:b@example.net came over TCP without TLS",
	},
	{
		rule:    "sip-sips-contact",
		trigger: over("tls", request("INVITE", to("INVITE", sipsBob), via("TLS"))),
		clean:   over("tls", request("INVITE", to("INVITE", sipsBob), via("TLS"), sipsAlice)),
		text:    "the Request-URI is sips:b@example.net, but Contact is sip:a@192.0.2.1:49152",
	},
	{
		rule:    "sip-sips-contact",
		trigger: over("tls", request("INVITE", via("TLS"), "Route: <sips:example.com;lr>")),
		clean:   over("tls", request("INVITE", via("TLS"), "Route: <sip:example.com;lr>")),
		text:    "the topmost Route is sips:example.com;lr",
	},
	{
		rule:    "sip-sips-transport",
		trigger: over("udp", request("INVITE", "Contact: <sips:a@example.com;transport=UDP>")),
		clean:   over("udp", request("INVITE", "Contact: <sips:a@example.com;transport=TCP>")),
		text:    "the SIPS URI in Contact has transport=udp",
	},
	{
		rule:    "sip-transport-tls",
		trigger: over("tls", request("INVITE", via("TLS"), "Contact: <sip:a@192.0.2.1:49152;transport=tls>")),
		clean:   over("tls", request("INVITE", via("TLS"), "Contact: <sip:a@192.0.2.1:49152;transport=tcp>;x=\";transport=tls\"")),
		text:    "the URI in Contact has transport=tls",
	},
	{
		rule:    "sip-via-private",
		trigger: over("udp", request("OPTIONS", "Via: SIP/2.0/UDP 192.168.0.7;branch=z9hG4bK1")),
		clean:   over("udp", request("OPTIONS", "Via: SIP/2.0/UDP 192.168.0.7;branch=z9hG4bK1;rport")),
		text:    "came from 192.0.2.1, the topmost Via says 192.168.0.7 and has no rport",
	},
	{
		rule:    "sip-contact-private",
		trigger: over("udp", request("INVITE", "Contact: <sip:a@10.0.0.7>")),
		clean:   over("udp", request("INVITE", "Contact: <sip:a@10.0.0.7;ob>")),
		text:    "came from 192.0.2.1, Contact says 10.0.0.7",
	},
}

var sipHeaderCases = []ruleCase{
	{
		rule:    "sip-max-forwards-zero",
		trigger: over("udp", request("MESSAGE", "Max-Forwards: 0")),
		clean:   over("udp", request("OPTIONS", "Max-Forwards: 0")),
		text:    "with Max-Forwards 0",
	},
	{
		rule:    "sip-max-forwards-large",
		trigger: over("udp", request("MESSAGE", "Max-Forwards: 71")),
		clean:   over("udp", request("MESSAGE", "Max-Forwards: 70")),
		text:    "Max-Forwards is 71",
	},
	{
		rule:    "sip-branch-cookie",
		trigger: over("udp", request("MESSAGE", "Via: SIP/2.0/UDP 192.0.2.1;branch=1")),
		clean:   over("udp", request("MESSAGE")),
		text:    `the branch of the topmost Via is "1"`,
	},
	{
		rule:    "sip-to-tag-request",
		trigger: over("udp", request("REGISTER", "To: <sip:a@example.com>;tag=2")),
		clean:   over("udp", request("MESSAGE", "To: <sip:a@example.com>;tag=2")),
		text:    `REGISTER came with the To tag "2"`,
	},
	{
		rule:    "sip-to-tag-response",
		trigger: over("udp", request("INVITE"), response("180 Ringing", "INVITE", "To: <sip:b@example.net>")),
		clean:   over("udp", request("INVITE"), response("100 Trying", "INVITE", "To: <sip:b@example.net>")),
		text:    "180 (Ringing) to INVITE came without a To tag",
	},
	{
		rule:    "sip-contact-missing",
		trigger: over("udp", request("INVITE"), response("200 OK", "INVITE", "-Contact")),
		clean:   over("udp", request("INVITE"), response("486 Busy", "INVITE", "-Contact")),
		text:    "200 (OK) to INVITE came without Contact",
	},
	{
		rule:    "sip-contact-missing",
		trigger: over("udp", request("SUBSCRIBE")),
		clean:   over("udp", request("SUBSCRIBE", subscribe)),
		text:    "SUBSCRIBE came without Contact",
	},
	{
		rule:    "sip-contact-several",
		trigger: over("udp", request("INVITE", "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.2>")),
		clean:   over("udp", request("REGISTER", "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.2>")),
		text:    "2 Contacts",
	},
	{
		rule:    "sip-basic-password",
		trigger: over("udp", request("MESSAGE", "Authorization: Basic YTpi")),
		clean:   over("udp", request("MESSAGE", `Authorization: Digest username="Basic"`)),
		text:    "Authorization with the scheme Basic came over UDP",
	},
	{
		rule:    "sip-uri-password",
		trigger: over("udp", request("MESSAGE", "To: <sip:b:hidden@example.net>")),
		clean:   over("udp", request("MESSAGE", "To: <sip:b@example.net:5060>")),
		text:    "the URI in To has a password",
	},
	{
		rule:    "sip-compact-form",
		trigger: over("udp", request("MESSAGE", "-Call-ID", "i: 1@example.com")),
		clean:   over("udp", request("MESSAGE")),
		text:    "i for call-id",
	},
	{
		rule:    "sip-date",
		trigger: over("udp", request("MESSAGE", "Date: Fri, 02 Jan 2026 13:00:01 GMT")),
		clean:   over("udp", request("MESSAGE", "Date: Fri, 02 Jan 2026 13:00:00 GMT")),
		text:    "Date is 2026-01-02T13:00:01Z",
	},
	{
		rule:    "sip-identity-date",
		trigger: over("udp", request("MESSAGE", `Identity: "YWJj"`, "Date: Fri, 02 Jan 2026 13:00:01 GMT")),
		clean:   over("udp", request("MESSAGE", `Identity: "YWJj"`, "Date: Fri, 02 Jan 2026 13:00:00 GMT")),
		text:    "Date is 2026-01-02T13:00:01Z",
	},
}

var sipResponseCases = []ruleCase{
	{
		rule:    "sip-response-header",
		trigger: over("udp", request("MESSAGE"), response("415 No", "MESSAGE")),
		clean:   over("udp", request("MESSAGE"), response("415 No", "MESSAGE", "Accept-Encoding: gzip")),
		text:    "415 (No) to MESSAGE came without Accept, Accept-Encoding, Accept-Language",
	},
	{
		rule:    "sip-response-header",
		trigger: over("udp", request("MESSAGE"), response("420 Bad Extension", "MESSAGE")),
		clean:   over("udp", request("MESSAGE"), response("420 Bad Extension", "MESSAGE", "Unsupported: x")),
		text:    "without Unsupported",
	},
	{
		rule:    "sip-response-other",
		trigger: over("udp", request("MESSAGE"), response("200 OK", "MESSAGE", "CSeq: 2 MESSAGE")),
		clean:   over("udp", request("MESSAGE"), response("200 OK", "MESSAGE")),
		text:    "of message 1, MESSAGE with CSeq 1,",
	},
	{
		rule:    "sip-branch-again",
		trigger: over("udp", request("MESSAGE"), request("MESSAGE", "CSeq: 2 MESSAGE")),
		clean:   over("udp", request("MESSAGE"), request("MESSAGE", "CSeq: 2 MESSAGE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2")),
		text:    "has the branch of message 1, but another Call-ID, CSeq or From tag: CSeq 2, not 1",
	},
	{
		rule:    "sip-received",
		trigger: over("udp", request("MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1"), response("200 OK", "MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1")),
		clean:   over("udp", request("MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1"), response("200 OK", "MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1;received=192.0.2.1")),
		text:    "has a host name; the response to it came without received=192.0.2.1",
	},
	{
		rule:    "sip-received",
		trigger: over("udp", request("MESSAGE", "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1"), response("200 OK", "MESSAGE", "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1")),
		clean:   over("udp", request("MESSAGE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"), response("200 OK", "MESSAGE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1")),
		text:    "says 192.0.2.7, and it came from 192.0.2.1",
	},
	{
		rule:    "sip-rport",
		trigger: over("udp", request("MESSAGE"), response("200 OK", "MESSAGE", via("UDP", ";rport"))),
		clean:   over("udp", request("MESSAGE"), response("200 OK", "MESSAGE")),
		text:    "without rport=49152 and received=192.0.2.1",
	},
	{
		rule: "sip-rport",
		trigger: over("udp", request("MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1;rport"),
			response("200 OK", "MESSAGE", "Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1;rport=49152")),
		clean: over("udp", request("MESSAGE"), response("200 OK", "MESSAGE", via("UDP", ";rport=49152"))),
		text:  "without received=192.0.2.1",
	},
	{
		rule:    "sip-rport-received",
		trigger: over("udp", request("MESSAGE"), response("200 OK", "MESSAGE", via("UDP", ";rport=49152"))),
		clean:   over("udp", request("MESSAGE", via("UDP")), response("200 OK", "MESSAGE", via("UDP"))),
		text:    "but no received=192.0.2.1",
	},
	{
		rule: "sip-sips-contact-response",
		trigger: over("tls", request("INVITE", to("INVITE", sipsBob), via("TLS", ";rport"), sipsAlice),
			response("200 OK", "INVITE", via("TLS", ";received=192.0.2.1;rport=49152"))),
		clean: over("tls", request("INVITE", to("INVITE", sipsBob), via("TLS", ";rport"), sipsAlice),
			response("200 OK", "INVITE", via("TLS", ";received=192.0.2.1;rport=49152"), "Contact: <sips:b@192.0.2.2>")),
		text: "Contact of 200 (OK) to it is sip:b@192.0.2.2",
	},
	{
		rule:    "sip-require",
		trigger: over("udp", request("MESSAGE", "Require: timer, x-secret"), response("200 OK", "MESSAGE")),
		clean:   over("udp", request("MESSAGE", "Require: timer, x-secret"), response("200 OK", "MESSAGE", "Supported: X-Secret")),
		text:    `requires "x-secret"`,
	},
	{
		rule:    "sip-require",
		trigger: over("udp", request("MESSAGE", "Proxy-Require: x-secret"), response("200 OK", "MESSAGE")),
		clean:   over("udp", request("MESSAGE", "Proxy-Require: x-secret"), response("420 Bad Extension", "MESSAGE", "Unsupported: x-secret")),
		text:    "got 200 (OK), not 420",
	},
}

var sipSecurityCases = []ruleCase{
	{
		rule:    "sip-undecipherable",
		trigger: secured("encrypted", answer("493 Undecipherable")),
		clean:   secured("encrypted", answer("200 OK")),
		text:    "message 1, whose application/pkcs7-mime body is encrypted, was refused with 493",
	},
	{
		rule:    "sip-undecipherable-clear",
		trigger: secured("signed", answer("493 Undecipherable")),
		clean:   secured("encrypted", answer("493 Undecipherable")),
		text:    "which has a application/pkcs7-signature body that is signed and not encrypted",
	},
	{
		rule:    "sip-undecipherable-certificate",
		trigger: secured("encrypted", answer("493 Undecipherable")),
		clean: func(t *testing.T) ([]byte, sipsecdump.Options) {
			// The certificates of a SignedData do.
			body, contentType := bodyOf(protected(t, "signed"))
			return secured("encrypted", answer("493 Undecipherable", contentType, body))(t)
		},
		text: "493 (Undecipherable) came without a certificate",
	},
	{
		rule:    "sip-unsupported-body",
		trigger: secured("signed", answer("415 No", "Accept: application/sdp")),
		clean:   over("udp", request("MESSAGE"), response("415 No", "MESSAGE", "Accept: application/sdp")),
		text:    "is signed, was refused with 415 (No), which accepts application/sdp",
	},
	{
		rule:    "sip-secured-refused",
		trigger: secured("signed", answer("400 Bad Request")),
		clean:   secured("signed", answer("404 Not Found")),
		text:    "was refused with 400 (Bad Request)",
	},
	{
		rule:    "sip-secured-answer",
		trigger: secured("signed", answer("200 OK", plainText, "=hello")),
		clean:   secured("signed", answer("200 OK")),
		text:    "the body of message 1 is signed, that of the answer is not protected",
	},
	{
		rule:    "sip-signer-changed",
		trigger: signedTwice(true),
		clean:   signedTwice(false),
		text:    "and in message 1 with",
	},
}

var sipHistoryCases = []ruleCase{
	{
		rule:    "sip-retransmission-interval",
		trigger: played("udp", repeated(request("INVITE"), 500*time.Millisecond, 500*time.Millisecond)...),
		clean:   played("udp", repeated(request("INVITE"), 500*time.Millisecond, time.Second)...),
		text:    "message 1, INVITE over UDP, came again after 50",
	},
	{
		rule:    "sip-retransmission-interval",
		trigger: played("udp", repeated(request("MESSAGE"), 4*time.Second, 2*time.Second)...),
		clean:   played("udp", repeated(request("MESSAGE"), 8*time.Second, 4*time.Second)...),
		text:    "it was seen 3 times",
	},
	{
		rule:    "sip-retransmission-storm",
		trigger: played("udp", repeated(request("INVITE"), append(doubling(6), 20*time.Second)...)...),
		clean:   played("udp", repeated(request("INVITE"), doubling(6)...)...),
		text:    "was seen 8 times in",
	},
	{
		rule:    "sip-retransmission-storm",
		trigger: played("udp", repeated(request("MESSAGE"), capped(11)...)...),
		clean:   played("udp", repeated(request("MESSAGE"), capped(10)...)...),
		text:    "was seen 12 times in",
	},
	{
		// Copies that the capture made are no repetitions.
		rule:    "sip-retransmission-storm",
		trigger: played("udp", repeated(request("MESSAGE"), capped(11)...)...),
		clean: func(t *testing.T) ([]byte, sipsecdump.Options) {
			return made(maker.Options{
				Scenario: "script", Transport: "udp", Keys: commonKeys(), Network: maker.Network{Duplicate: 100},
				Script: repeated(request("MESSAGE"), capped(10)...),
			})(t)
		},
		text: "12 times",
	},
	{
		rule:    "sip-retransmission-reliable",
		trigger: played("tcp", repeated(request("MESSAGE", via("TCP")), time.Second)...),
		clean:   played("udp", repeated(request("MESSAGE"), time.Second)...),
		text:    "message 1, MESSAGE, came again in its connection after 1",
	},
	{
		rule: "sip-no-final-response",
		trigger: played("udp", append(repeated(request("MESSAGE"), 500*time.Millisecond),
			after(33*time.Second, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2")))...),
		clean: played("udp", append(repeated(request("MESSAGE"), 500*time.Millisecond),
			after(31*time.Second, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2")))...),
		text: "no response to MESSAGE, seen 2 times, in 33",
	},
	{
		rule:    "sip-no-final-response",
		trigger: played("tcp", after(0, ping(1)), after(0, ping(2)), after(0, pong(2)), after(33*time.Second, ping(3))),
		clean:   played("tcp", after(0, ping(1)), after(0, ping(2)), after(0, pong(1)), after(0, pong(2)), after(33*time.Second, ping(3))),
		text:    "no response to OPTIONS, seen once, in 33",
	},
	{
		// The client gave up at the end of the capture.
		rule:    "sip-no-final-response",
		trigger: played("udp", repeated(request("INVITE"), doubling(6)...)...),
		clean:   played("udp", repeated(request("INVITE"), doubling(5)...)...),
		text:    "no response to INVITE, seen 7 times",
	},
	{
		rule: "sip-ack-missing",
		trigger: played("tcp", after(0, request("INVITE", via("TCP"))), after(0, response("200 OK", "INVITE", via("TCP"))),
			after(40*time.Second, request("OPTIONS", "Via: SIP/2.0/TCP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2"))),
		clean: played("tcp", after(0, request("INVITE", via("TCP"))), after(0, response("200 OK", "INVITE", via("TCP"))),
			after(0, request("ACK", "Via: SIP/2.0/TCP 192.0.2.1:49152;branch=z9hG4bK3")),
			after(40*time.Second, request("OPTIONS", "Via: SIP/2.0/TCP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2"))),
		text: "no ACK for the 2xx to INVITE in 40",
	},
	{
		// By way of a proxy the ACK may take another way; a 2xx that is repeated tells that it did not arrive.
		rule: "sip-ack-missing",
		trigger: played("udp", after(0, request("INVITE")), after(0, response("200 OK", "INVITE", "Record-Route: <sip:p;lr>")),
			after(time.Second, response("200 OK", "INVITE", "Record-Route: <sip:p;lr>")),
			after(40*time.Second, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2"))),
		clean: played("udp", after(0, request("INVITE")), after(0, response("200 OK", "INVITE", "Record-Route: <sip:p;lr>")),
			after(40*time.Second, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2"))),
		text: "was seen 2 times, and no ACK",
	},
	{
		rule:    "sip-cseq-order",
		trigger: inDialog("INFO", 7, 2*time.Second, "UPDATE", 6),
		clean:   inDialog("INFO", 7, 2*time.Second, "UPDATE", 8),
		text:    "UPDATE has CSeq 6, behind 7 of INFO in message 2",
	},
	{
		rule:    "sip-cseq-order",
		trigger: inDialog("INFO", 7, 0, "BYE", 7),
		clean:   inDialog("INFO", 7, 0, "CANCEL", 7),
		text:    "BYE has the CSeq 7 of INFO in message 2",
	},
	{
		rule:    "sip-connection-reuse",
		trigger: played("tcp", anew(ping(1)), anew(ping(2)), anew(ping(3))),
		clean:   played("tcp", anew(ping(1)), anew(ping(2)), after(0, ping(3))),
		text:    "3 connections to 192.0.2.2:5060",
	},
	{
		// Connections that are used at the same time are nobody's neglect.
		rule:    "sip-connection-reuse",
		trigger: played("tcp", anew(ping(1)), anew(ping(2)), anew(ping(3))),
		clean:   common(maker.Options{Scenario: "calls", Transport: "tcp", Calls: 6, Connections: 3}),
		text:    "with one request each but for the last; the first one was message 1",
	},
	{
		// What is missing may be what the capture missed of the stream.
		rule:    "sip-no-final-response",
		trigger: played("tcp", after(0, ping(1)), after(0, ping(2)), after(0, pong(2)), after(33*time.Second, ping(3))),
		clean:   common(maker.Options{Scenario: "calls", Transport: "tcp", Calls: 100, Network: maker.Network{Drop: 5}}),
		text:    "no response to OPTIONS, seen once, in 33",
	},
}

// doubling are intervals of INVITEs.
func doubling(n int) []time.Duration {
	d := make([]time.Duration, n)
	for i := range d {
		d[i] = 500 * time.Millisecond << i
	}
	return d
}

// capped are intervals of other requests.
func capped(n int) []time.Duration {
	d := doubling(n)
	for i := range d {
		d[i] = min(d[i], 4*time.Second)
	}
	return d
}

// inDialog is a capture of two requests in a dialog that an INVITE begins.
func inDialog(first string, number int, pause time.Duration, second string, next int) func(*testing.T) ([]byte, sipsecdump.Options) {
	in := func(method, branch string, number int) []byte {
		return request(method, "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK"+branch, "To: <sip:b@example.net>;tag=2",
			fmt.Sprintf("CSeq: %d %s", number, method), "Contact: <sip:a@192.0.2.1:49152>")
	}
	return played("udp", after(0, request("INVITE")), after(0, in(first, "2", number)), after(pause, in(second, "3", next)))
}

// ping is a request of its own transaction.
func ping(n int) []byte {
	return request("OPTIONS", fmt.Sprintf("Via: SIP/2.0/TCP 192.0.2.1:%d;branch=z9hG4bK%d", 49151+n, n), fmt.Sprintf("Call-ID: %d", n))
}

// pong is the response to it.
func pong(n int) []byte {
	return response("200 OK", "OPTIONS", fmt.Sprintf("Via: SIP/2.0/TCP 192.0.2.1:%d;branch=z9hG4bK%d", 49151+n, n), fmt.Sprintf("Call-ID: %d", n))
}

// bodyOf returns the body of a message as lines of request do.
func bodyOf(raw []byte) (body, contentType string) {
	m := sipparse.Parse(raw)
	return "=" + string(m.Body), "Content-Type: " + m.ContentType
}

// signedTwice is a capture of two signed requests by one sender, with the keys of two or of one.
func signedTwice(other bool) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		first, second := protected(t, "signed"), protected(t, "signed")
		if other {
			second = protectedWith(t, "signed", t.TempDir())
		}
		second = bytes.ReplaceAll(second, []byte("z9hG4bK-"), []byte("z9hG4bK-2"))
		return over("tcp", first, second)(t)
	}
}
