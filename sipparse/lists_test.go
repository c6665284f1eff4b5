package sipparse

import (
	"fmt"
	"slices"
	"testing"
)

func TestVias(t *testing.T) {
	m := Parse([]byte("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5061;rport;branch=z9hG4bKx;received=192.0.2.1 , SIP / 2.0\r\n / TLS a.example : 99 ; branch = y\r\n" +
		"v: SIP/2.0/TCP b\r\nVia:\r\nVia: nonsense, sip/2.0/WSS c;branch=z;branch=w\r\n\r\n"))
	var got []string
	for v := range m.Vias() {
		_, rport := v.Param("RPORT")
		received, _ := v.Param("received")
		got = append(got, fmt.Sprintf("%s %s %s %s %s %v %s", v.Protocol, v.Transport, v.Host, v.Port, v.Branch, rport, received))
	}
	want := []string{
		"SIP/2.0 UDP [2001:db8::1] 5061 z9hG4bKx true 192.0.2.1", "SIP/2.0 TLS a.example 99 y false ", "SIP/2.0 TCP b   false ",
		"     false ", "sip/2.0 WSS c  z false ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	for range m.Vias() {
		break
	}
}

func TestAddresses(t *testing.T) {
	m := Parse([]byte("INVITE sip:a SIP/2.0\r\nContact: \"a, <sip:x>;q=9\" <sip:b@c;lr;q=8>;q=0.5;+sip.instance=\"<urn:x;y>\", sip:d@e;expires=7\r\nm: *\r\n" +
		"Record-Route: <sip:p1;lr>,<sip:p2;lr>\r\nRecord-Route: <sip:p3>\r\nRoute: <sip:r;lr>\r\n\r\n"))
	var got []string
	for a := range m.Contacts() {
		q, _ := a.Param("Q")
		instance, _ := a.Param("+sip.instance")
		got = append(got, a.Display+" "+a.URI+" "+q+" "+instance)
	}
	for a := range m.RecordRoutes() {
		got = append(got, a.URI+" "+a.Value)
	}
	for a := range m.Routes() {
		got = append(got, a.URI)
	}
	want := []string{
		`a, <sip:x>;q=9 sip:b@c;lr;q=8 0.5 "<urn:x;y>"`, " sip:d@e  ", " *  ",
		"sip:p1;lr <sip:p1;lr>", "sip:p2;lr <sip:p2;lr>", "sip:p3 <sip:p3>", "sip:r;lr",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	for range m.Contacts() {
		break
	}
}

// TestIssueOffsets: an issue points to the octet that is wrong, also behind a fold.
func TestIssueOffsets(t *testing.T) {
	for _, tt := range []struct {
		header, code, at string // at is what the message goes on with there
	}{
		{"Contact: <sip:a@b>, <sip:c@d:x>", "host-malformed", ":x>"},
		{"Contact:\r\n\t<sip:a@b>,\r\n \r\n  <sip:c@d:x>", "host-malformed", ":x>"},
		{"Contact: <sip:a@b>,\r\n <sip:c d@e>", "uri-space", " d@e"},
		{"Contact: <sip:a@b", "address-malformed", "<sip:a@b"},
		{"Contact: \"a\" sip:a@b", "address-malformed", "sip:a@b"},
		{"Contact: \"x\" <sip:a@b>;q=1;;r", "parameter-empty", ";r"},
		{"Contact: x, y <sip:a@b>", "display-name-malformed", ", y"},
		{"Contact: sip:a@b?c=d", "address-brackets-missing", "?c"},
		{"Contact: <sip:a@b>;expires=\r\n 99999999999", "number-out-of-range", "99999999999"},
		{"Contact: <sip:a@b>, \"open <sip:c@d>", "quoted-string-open", "\"open"},
		{"Via: SIP/2.0/UDP h;branch=z9hG4bK1,\r\n SIP/2.0/UDP h:99999", "via-malformed", ":99999"},
		{"Via: SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0 UDP", "via-malformed", "UDP\r\n"},
		{"Expires: x1", "number-out-of-range", "x1"},
		{"Date: today", "date-malformed", "today"},
	} {
		raw := plain + tt.header + "\r\n\r\n"
		m := Parse([]byte(raw))
		i := slices.IndexFunc(m.Issues, func(is Issue) bool { return is.Code == tt.code })
		if i < 0 {
			t.Errorf("%q: issues %+v", tt.header, m.Issues)
			continue
		}
		if rest := raw[m.Issues[i].Offset:]; len(rest) < len(tt.at) || rest[:len(tt.at)] != tt.at {
			t.Errorf("%q: %s points to %q", tt.header, tt.code, rest)
		}
	}
	for _, tt := range []struct{ raw, code, at string }{
		{"INVITE  sip:a@b:x SIP/2.0\r\n\r\n", "host-malformed", ":x"},
		{"INVITE <sip:a@b> SIP/2.0\r\n\r\n", "uri-brackets", "<sip"},
		{"INVITE sip:a@b?c=d SIP/2.0\r\n\r\n", "request-uri-headers", "?c"},
		{"INVITE sip:a@b SIP/2.0\r\nCSeq: 1  ACK\r\n\r\n", "cseq-method-mismatch", "ACK"},
		{"INVITE sip:a@b SIP/2.0\r\nCSeq: one INVITE\r\n\r\n", "cseq-malformed", "one"},
		{"INVITE sip:a@b SIP/2.0\r\nCall-ID: a b\r\n\r\n", "call-id-malformed", " b"},
		{"INVITE sip:a@b SIP/2.0\r\nl: 1x\r\n\r\n", "content-length-malformed", "1x"},
	} {
		m := Parse([]byte(tt.raw))
		i := slices.IndexFunc(m.Issues, func(is Issue) bool { return is.Code == tt.code })
		if i < 0 || tt.raw[m.Issues[i].Offset:][:len(tt.at)] != tt.at {
			t.Errorf("%q: %+v", tt.raw, m.Issues)
		}
	}
}
