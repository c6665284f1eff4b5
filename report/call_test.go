package report

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/sipparse/dialog"
	"sipsecdump/sipparse/sdp"
)

// transferred is a session with everything in it that a call event tells: a hold, a transfer, another
// leg, TLS, a signature that failed and one that held.
func transferred(t *testing.T) *dialog.Call {
	t.Helper()
	media := func(direction string) *sdp.Session {
		return &sdp.Session{Origin: "a 1 IN IP4 192.0.2.1", Media: []sdp.Media{{
			Type: "audio", Address: "192.0.2.1", Port: 4000, Proto: "RTP/SAVP", Codecs: []string{"PCMU/8000"},
			Direction: direction, Keying: []string{"sdes AES_CM_128_HMAC_SHA1_80"},
		}}}
	}
	there := &dialog.Path{
		Src: netip.MustParseAddrPort("192.0.2.1:5061"), Dst: netip.MustParseAddrPort("[2001:db8::2]:5061"), Transport: "tls",
		TLS: dialog.TLS{Version: "TLS 1.2", Suite: "TLS_RSA_WITH_AES_128_CBC_SHA"},
	}
	back := *there
	back.Src, back.Dst = there.Dst, there.Src
	request := dialog.Note{
		Path:    there,
		Request: true, Method: "INVITE", CallID: "x\x1b@a", CSeq: 1, From: "sip:a@example.com", To: "sip:b@example.net",
		FromTag: "a", Branch: "z9hG4bK1", SentBy: "a", Expires: -1, SDP: media("sendrecv"),
		Details: &dialog.Details{OtherLeg: "y@a", Signed: dialog.Verdict{Outcome: dialog.Failed, Reason: "digest-mismatch"}},
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 250e6, time.UTC)
	table := dialog.NewTable()
	add := func(change func(n *dialog.Note)) {
		n := request
		n.Details, n.SDP = nil, nil
		change(&n)
		n.Message++
		n.Time = at
		table.Add(&n)
		request.Message++
		at = at.Add(500 * time.Millisecond)
	}
	respond := func(n *dialog.Note, status int) {
		n.Request, n.Status, n.Phrase, n.ToTag = false, status, "Phrase", "b"
		n.Path = &back
	}
	add(func(n *dialog.Note) { *n = request })
	add(func(n *dialog.Note) {
		respond(n, 200)
		n.Detailed().Signed = dialog.Verdict{Outcome: dialog.Held}
	})
	add(func(n *dialog.Note) { n.Method, n.Branch, n.ToTag = "ACK", "z9hG4bK2", "b" })
	add(func(n *dialog.Note) { n.Branch, n.ToTag, n.CSeq, n.SDP = "z9hG4bK3", "b", 2, media("sendonly") })
	add(func(n *dialog.Note) {
		n.Method, n.Branch, n.ToTag, n.CSeq = "REFER", "z9hG4bK4", "b", 3
		n.Detailed().ReferTo = "sip:c@example.org"
	})
	add(func(n *dialog.Note) {
		n.Method, n.Branch, n.FromTag, n.ToTag = "NOTIFY", "z9hG4bK5", "b", "a"
		n.Detailed().Fragment = 200
	})
	add(func(n *dialog.Note) { n.Method, n.Branch, n.ToTag, n.CSeq = "BYE", "z9hG4bK6", "b", 4 })
	add(func(n *dialog.Note) { n.Method, n.Branch, n.CSeq = "BYE", "z9hG4bK6", 4; respond(n, 200) })
	other := request
	other.CallID, other.Message = "y@a", 99
	table.Add(&other)
	for calls := range table.Close() {
		for _, c := range calls {
			if c.CallID != "y@a" {
				return c
			}
		}
	}
	t.Fatal("the call is lost")
	return nil
}

func TestCallText(t *testing.T) {
	var b Buffer
	NewText(&TextOptions{Show: ListingLayers}).Render(&b, &Event{Body: &Call{transferred(t)}})
	want := `Call x\x1b@a: INVITE sip:a@example.com -> sip:b@example.net, COMPLETED (200), 8 messages, answered after 0.500 s, lasted 2.500 s, tls, TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, signed: failed (digest-mismatch), verified 1 of 2, media keys: sdes
      media of the caller: audio 192.0.2.1:4000 RTP/SAVP sendonly PCMU/8000
      the caller changed m-line 1 in message 4: direction "sendrecv" -> "sendonly"
      transfer to sip:c@example.org (200)
      other leg: y@a, by x-call-id
`
	if d := cmp.Diff(want, string(b.B)); d != "" {
		t.Error(d)
	}
}

// TestCallTextOmitted: what is not listed is told.
func TestCallTextOmitted(t *testing.T) {
	var b Buffer
	NewText(&TextOptions{Show: ListingLayers}).Render(&b, &Event{Body: &Call{&dialog.Call{
		Media: dialog.Media{ChangesOmitted: 1}, TransfersOmitted: 2, LegsOmitted: true,
	}}})
	_, more, _ := strings.Cut(string(b.B), "\n")
	if want := "      1 further change not listed\n      2 further transfers not listed\n      further legs not listed\n"; more != want {
		t.Errorf("%q, want %q", more, want)
	}
}

func TestCallJSON(t *testing.T) {
	var b Buffer
	(&JSON{}).Render(&b, &Event{Body: &Call{transferred(t)}})
	var got map[string]any
	if err := json.Unmarshal(b.B, &got); err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal([]byte(`{"event": "call", "call_id": "x\u001b@a", "method": "INVITE",
		"from": "sip:a@example.com", "to": "sip:b@example.net", "src": "192.0.2.1:5061", "dst": "[2001:db8::2]:5061",
		"state": "COMPLETED", "status": 200, "phrase": "Phrase",
		"started": "2026-01-02T03:04:05.25Z", "answered": "2026-01-02T03:04:05.75Z", "ended": "2026-01-02T03:04:08.25Z",
		"last": "2026-01-02T03:04:08.75Z", "first_message": 1, "last_message": 8, "messages": 8, "modifications": 1,
		"dialogs": [{"from_tag": "a", "to_tag": "b", "state": "terminated"}],
		"transfers": [{"sip": 5, "to": "sip:c@example.org", "status": 200}],
		"media": {"caller": {"origin": "a 1 IN IP4 192.0.2.1", "media": [{"type": "audio", "address": "192.0.2.1", "port": 4000,
			"proto": "RTP/SAVP", "codecs": ["PCMU/8000"], "direction": "sendonly", "keying": ["sdes AES_CM_128_HMAC_SHA1_80"]}]},
			"changes": [{"sip": 4, "side": "caller", "media": 1, "field": "direction", "old": "sendrecv", "new": "sendonly"}]},
		"metrics": {"srd": 0.5, "sdd": 0.5, "sdt": 2.5},
		"security": {"transports": ["tls"], "tls": [{"protocol": "TLS 1.2", "cipher_suite": "TLS_RSA_WITH_AES_128_CBC_SHA"}],
			"signed": {"messages": 2, "held": 1, "failed": 1, "not_tried": 0, "reason": "digest-mismatch"}, "media": ["sdes"]},
		"legs": [{"call_id": "y@a", "by": "x-call-id"}]}`), &want); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if strings.Contains(string(b.B), "null") {
		t.Error("null is never written")
	}
}

func TestSummaryMetrics(t *testing.T) {
	s := &Summary{Calls: Totals{Calls: 4, Invites: 4, Established: 2, Redirected: 1, Effective: 1, Completed: 1}}
	var b Buffer
	(&JSON{}).Render(&b, &Event{Body: s})
	if !strings.Contains(string(b.B), `"calls":4,`) || !strings.Contains(string(b.B), `"metrics":{"ser":66.667,"seer":100,"isa":0,"scr":25}`) {
		t.Errorf("%s", b.B)
	}
}

func TestAppendSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.000", 499999: "0.000", 500 * time.Microsecond: "0.001", 4500 * time.Microsecond: "0.005",
		12345678901: "12.346", 59999500 * time.Microsecond: "60.000", 1<<63 - 1: "9223372036.854",
	} {
		if got := string(AppendSeconds([]byte("|"), d)); got != "|"+want {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
}
