package sipparse_test

import (
	"fmt"

	"sipsecdump/sipparse"
)

func ExampleParse() {
	m := sipparse.Parse([]byte("MESSAGE sip:bob@example.net SIP/2.0\r\n" +
		"v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n" +
		"From: \"Alice\" <sip:alice@example.com>;tag=1\r\n" +
		"To: <sip:bob@example.net>\r\n" +
		"Call-ID: x@192.0.2.1\r\n" +
		"CSeq: 1 MESSAGE\r\n" +
		"Max-Forwards: 70\r\n" +
		"Content-Type: text/plain\r\n" +
		"Content-Length: 10\r\n" +
		"\r\n" +
		"hello"))
	fmt.Println(m.Method, m.URI, m.From.Display, m.From.URI, m.ViaBranch)
	fmt.Println(m.Headers[0].Name, m.Headers[0].Kind)
	for _, issue := range m.Issues {
		fmt.Printf("%s at %d (%s): %s\n", issue.Code, issue.Offset, issue.Section, issue.Text)
	}
	// Output:
	// MESSAGE sip:bob@example.net Alice sip:alice@example.com z9hG4bKa
	// v via
	// body-short at 256 (RFC 3261, Section 18.3): the body has 5 octets, but Content-Length is 10
}

func ExampleFramer() {
	show := func(it sipparse.Item) { fmt.Printf("%d %s %q\n", it.Offset, it.Kind, it.Raw) }
	f := sipparse.NewFramer(sipparse.Limits{})
	f.Feed([]byte("\r\nSIP/2.0 200 OK\r\nl:0\r"), show)
	f.Feed([]byte("\n\r\nwhat is this?\nBYE sip:a SIP/2.0\r\n"), show)
	f.Close(show)
	// Output:
	// 0 keep-alive "\r\n"
	// 2 message "SIP/2.0 200 OK\r\nl:0\r\n\r\n"
	// 25 garbage "what is this?\n"
	// 39 message "BYE sip:a SIP/2.0\r\n"
}

func ExampleSniffStream() {
	for _, p := range []string{"REGI", "REGISTER sip:a SIP/2.0\r\n", "GET / HTTP/1.1\r\n", "\x16\x03\x01"} {
		fmt.Println(sipparse.SniffStream([]byte(p)))
	}
	// Output:
	// false false
	// true true
	// false true
	// false true
}
