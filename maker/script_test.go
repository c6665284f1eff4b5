package maker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sipsecdump/maker"
)

// script is an OPTIONS and its 200.
func script(transport string) [][]byte {
	rest := fmt.Sprintf("Via: SIP/2.0/%s 192.0.2.1:5060;branch=z9hG4bK1\r\nTo: <sip:b@example.net>;tag=2\r\n"+
		"From: <sip:a@example.com>;tag=1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", strings.ToUpper(transport))
	return [][]byte{[]byte("OPTIONS sip:b@example.net SIP/2.0\r\n" + rest), []byte("SIP/2.0 200 OK\r\n" + rest)}
}

// TestScript: turns are sent as they are, by whom and on what connection they say, when they say.
func TestScript(t *testing.T) {
	messages := script("tcp")
	m := makeCapture(t, maker.Options{Scenario: "script", Script: []maker.Turn{
		{Data: messages[0], Server: true},
		{Data: messages[1], Pause: time.Minute},
		{Data: []byte("no SIP at all"), Connect: true},
	}})
	if m.Connections != 2 || m.Messages != 3 {
		t.Fatalf("%d messages in %d connections", m.Messages, m.Connections)
	}
	for i, want := range []message{
		{response: true, data: string(messages[0])}, {data: string(messages[1])}, {connection: 1, data: "no SIP at all"},
	} {
		if got := m.messages[i]; got.response != want.response || got.data != want.data || got.connection != want.connection {
			t.Errorf("message %d: got %+v, want %+v", i, got, want)
		}
	}
	m.checkStreams(t)
	all := m.segments(t)
	if span := all[len(all)-1].Time.Sub(all[0].Time); span < time.Minute || span > 2*time.Minute {
		t.Errorf("the capture takes %v", span)
	}
}
