package interop_test

import (
	"bytes"
	"strings"
)

// edited replaces octets of a message over UDP.
func edited(from, to string) []byte {
	return bytes.Replace(request("INVITE"), []byte(from), []byte(to), 1)
}

// flawed is a case of something wrong with an INVITE over UDP.
func flawed(rule, from, to, text string) ruleCase {
	return ruleCase{rule: rule, trigger: over("udp", edited(from, to)), clean: over("udp", request("INVITE")), text: text}
}

var sipIssueCases = []ruleCase{
	flawed("sip-start-line", " SIP/2.0", "  SIP/2.0", "not separated by one space each"),
	flawed("sip-start-line", "SIP/2.0\r\n", "SIP/3.0\r\n", "the version is SIP/3.0"),
	{
		rule:    "sip-start-line",
		trigger: over("udp", response("99 No", "INVITE")),
		clean:   over("udp", response("100 Trying", "INVITE")),
		text:    `a status code of "99"`,
	},
	flawed("sip-request-uri", "sip:b@example.net SIP", "<sip:b@example.net> SIP", "the Request-URI \"<sip:b@example.net>\" is in angle brackets"),
	flawed("sip-request-uri", "sip:b@example.net SIP", "sip:b@example.net?x=y SIP", "the Request-URI \"sip:b@example.net?x=y\" has header fields in it"),
	flawed("sip-uri", "sip:b@example.net SIP", "sip:b@exa$mple.net SIP", "is malformed"),
	flawed("sip-line-end", "Call-ID: 1@example.com\r\n", "Call-ID: 1@example.com\n", "1 line ends in LF"),
	{
		rule:    "sip-separator",
		trigger: over("udp", bytes.TrimSuffix(request("INVITE"), []byte("\r\n"))),
		clean:   over("udp", request("INVITE")),
		text:    "no empty line",
	},
	flawed("sip-header-syntax", "Max-Forwards: 70", "Max-Forwards: 70\r\nwhat", "without a colon"),
	flawed("sip-header-syntax", ";tag=1", ";tag=1;", "the value of From"),
	flawed("sip-header-repeated", "Max-Forwards: 70", "Max-Forwards: 70\r\nMax-Forwards: 70", "Max-Forwards occurs more than once"),
	flawed("sip-header-missing", "Max-Forwards: 70\r\n", "", "Max-Forwards is missing"),
	flawed("sip-header-missing", "Contact", "X-Contact", "Contact is missing"),
	flawed("sip-call-id", "1@example.com\r\nCSeq", "1 2\r\nCSeq", "more than one word"),
	flawed("sip-cseq", "1 INVITE", "1 BYE", "but that of CSeq is BYE"),
	flawed("sip-cseq", "1 INVITE", "2147483648 INVITE", "not less than 2**31"),
	flawed("sip-max-forwards", "Max-Forwards: 70", "Max-Forwards: 256", `Max-Forwards is "256"`),
	flawed("sip-number", "Max-Forwards: 70", "Max-Forwards: 70\r\nExpires: soon", `Expires has "soon" seconds`),
	flawed("sip-date-format", "Max-Forwards: 70", "Max-Forwards: 70\r\nDate: today", `the Date "today" is not of the form`),
	flawed("sip-warning-format", "Max-Forwards: 70", "Max-Forwards: 70\r\nWarning: no", `the Warning "no" does not begin with a code`),
	flawed("sip-via", "SIP/2.0/UDP 192", "SIP/2.0/UDP, 192", "the value of Via"),
	flawed("sip-branch-missing", ";branch=z9hG4bK1", "", "no branch"),
	flawed("sip-from-tag", ";tag=1", "", "From has no tag"),
	flawed("sip-address", "<sip:a@example.com>", `"A <sip:a@example.com>`, "the value of From"),
	flawed("sip-address", "<sip:a@example.com>", "sip:a@example.com?x=y", "the value of From"),
	{
		rule:    "sip-content-type",
		trigger: over("udp", request("MESSAGE", "=hello")),
		clean:   over("udp", request("MESSAGE", plainText, "=hello")),
		text:    "a body of 5 octets without a Content-Type",
	},
	flawed("sip-content-length", "Content-Length: 0", "Content-Length: 1", "the body has 0 octets, but Content-Length is 1"),
	flawed("sip-content-length", "Content-Length: 0", "Content-Length: 0\r\nl: 1", `another one "1"`),
	flawed("sip-content-length", "Content-Length: 0", "Content-Length: none", `the Content-Length "none" is not a number`),
	{
		rule: "sip-content-length",
		trigger: over("tcp", request("MESSAGE", via("TCP"), plainText, "Content-Length: 400", "=hello\r\n"),
			request("MESSAGE", via("TCP"), "CSeq: 2 MESSAGE", plainText, "="+strings.Repeat("x", 400))),
		clean: over("tcp", request("MESSAGE", via("TCP"), plainText, "=hello\r\n"), request("MESSAGE", via("TCP"))),
		text:  "another message begins behind",
	},
	{
		rule:    "sip-content-length-missing",
		trigger: over("tcp", request("OPTIONS", via("TCP"), "-Content-Length")),
		clean:   over("ws", request("OPTIONS", via("WS"), "-Content-Length")),
		text:    "without a usable Content-Length",
	},
	{
		rule:    "sip-trailing",
		trigger: over("udp", append(request("INVITE"), "more"...)),
		clean:   over("udp", request("INVITE")),
		text:    "4 octets follow the body",
	},
	{
		rule:    "sip-cut",
		trigger: over("tcp", request("MESSAGE", via("TCP"), plainText, "Content-Length: 6", "=hello")),
		clean:   over("tcp", request("MESSAGE", via("TCP"), plainText, "=hello")),
		text:    "the end of the stream cuts the body: 5 of 6 octets are there",
	},
	{
		rule:    "sip-limit",
		trigger: over("tcp", request("MESSAGE", via("TCP"), "Subject: "+strings.Repeat("x", 1<<16))),
		clean:   over("tcp", request("MESSAGE", via("TCP"), "Subject: "+strings.Repeat("x", 1<<15))),
		text:    "a header section of more than 65536 octets",
	},
}
