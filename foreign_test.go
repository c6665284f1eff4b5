package sipsecdump_test

import (
	"bytes"
	"strings"
	"testing"

	"sipsecdump"
)

// TestForeignDatagrams: what is no SIP opens no flow; on a flow of SIP it is counted, but for
// what keeps the flow alive.
func TestForeignDatagrams(t *testing.T) {
	options := []byte("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\n" +
		"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
	stun := append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, make([]byte, 12)...)
	rtp := append([]byte{0x80, 0}, make([]byte, 170)...)
	for _, tt := range []struct {
		name string
		file []byte
		want string // lines beside those of messages
	}{
		{"media only", datagrams(t, rtp, rtp), "2 packets, 0 connections, 0 SIP messages\n"},
		{"before the flow", datagrams(t, rtp, options), "2 packets, 1 connection, 1 SIP message\n"},
		{"keep-alives", datagrams(t, options, []byte("\r\n\r\n"), stun, []byte{0, 0, 0, 0}), "4 packets, 1 connection, 1 SIP message\n"},
		{
			"on the flow", datagrams(t, options, rtp, rtp),
			"! connection 1: 2 datagrams between these endpoints passed over: neither SIP nor keep-alive [sip-flow-foreign] (RFC 3261, Section 18.3)\n" +
				"3 packets, 1 connection, 1 SIP message\n1 anomaly, 0 malformed fields\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if _, err := sipsecdump.Render(t.Context(), &out, sources(map[string][]byte{"f": tt.file}, "f"), nil, renderers("text")); err != nil {
				t.Fatal(err)
			}
			var rest strings.Builder
			for line := range strings.Lines(out.String()) {
				if line[0] == '!' || strings.Contains(line, "packet") || strings.Contains(line, "anomal") {
					rest.WriteString(line)
				}
			}
			if rest.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", &rest, tt.want)
			}
		})
	}
}
