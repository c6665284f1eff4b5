package sipsecdump_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sipsecdump"
	"sipsecdump/report"
)

// TestDTLS reads the SIP of a capture of DTLS, whatever the first packet of it is.
func TestDTLS(t *testing.T) {
	data := read(t, "testdata/peers/dtls12.pcap")
	keys := keyring("testdata/peers/keys/domain_key_example.net.pem")
	for _, tt := range []struct {
		name string
		skip int // packets
		keys bool
		want []string
	}{
		{"whole", 0, true, []string{
			"192.0.2.1 to 192.0.2.2", "dtls MESSAGE in record 18", "dtls 200 in record 19", "DTLS 1.2 decrypted"}},
		{"no key", 0, false, []string{"192.0.2.1 to 192.0.2.2", "DTLS 1.2 not-decrypted"}},
		// The HelloVerifyRequest is the first packet, and the server's.
		{"without the first hello", 1, true, []string{
			"192.0.2.1 to 192.0.2.2", "dtls MESSAGE in record 17", "dtls 200 in record 18", "DTLS 1.2 decrypted"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := &sipsecdump.Options{}
			if tt.keys {
				options.Keyring = keys
			}
			var got []string
			captures := []sipsecdump.Source{{Name: "dtls12.pcap", Reader: bytes.NewReader(withoutPackets(data, tt.skip))}}
			for event, err := range sipsecdump.Analyze(context.Background(), captures, options) {
				if err != nil {
					t.Fatal(err)
				}
				switch body := event.Body.(type) {
				case *report.Connection:
					got = append(got, fmt.Sprintf("%v to %v", event.Flow.Client.Addr(), event.Flow.Server.Addr()))
				case *report.SIP:
					what := body.Message.Method
					if !body.Message.Request {
						what = fmt.Sprint(body.Message.Status)
					}
					got = append(got, fmt.Sprintf("%s %s in record %d", body.Transport, what, body.Record))
				case *report.Verdict:
					got = append(got, fmt.Sprint(body.Version, " ", body.Outcome))
				case *report.Anomaly:
					got = append(got, body.Code)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s", strings.Join(got, "\n"))
			}
		})
	}
}

// withoutPackets leaves out the first packets of a little-endian pcap file.
func withoutPackets(pcap []byte, n int) []byte {
	head, rest := pcap[:24], pcap[24:]
	for range n {
		length := int(rest[8]) | int(rest[9])<<8
		rest = rest[16+length:]
	}
	return append(slices.Clone(head), rest...)
}
