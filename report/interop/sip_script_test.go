package interop_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/maker"
	"sipsecdump/sipparse"
)

// request is a request that follows all rules over UDP, from the client of a script, but for the
// lines: "Name: value" takes the place of a header field, or is one more; "+Name: value" is one more;
// "-Name" leaves one out; "=body" is a body.
func request(method string, lines ...string) []byte {
	return message(method+" sip:b@example.net SIP/2.0", method, []string{
		"Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK1;rport",
		"To: <sip:b@example.net>",
		"Max-Forwards: 70",
	}, lines)
}

// response is a response to the request, in the same way.
func response(status, method string, lines ...string) []byte {
	return message("SIP/2.0 "+status, method, []string{
		"Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK1;received=192.0.2.1;rport=49152",
		"To: <sip:b@example.net>;tag=2",
	}, lines)
}

func message(start, method string, header, lines []string) []byte {
	header = append(header, "From: <sip:a@example.com>;tag=1", "Call-ID: 1@example.com", "CSeq: 1 "+method)
	switch {
	case method == "INVITE" && !strings.HasPrefix(start, "SIP/2.0"):
		header = append(header, "Contact: <sip:a@192.0.2.1:49152>")
	case method == "INVITE":
		header = append(header, "Contact: <sip:b@192.0.2.2>")
	}
	body := ""
	for _, l := range lines {
		name, _, _ := strings.Cut(strings.TrimLeft(l, "+-"), ":")
		at := -1
		for i, h := range header {
			if strings.HasPrefix(h, name+":") {
				at = i
			}
		}
		switch {
		case l[0] == '=':
			body = l[1:]
		case l[0] == '/':
			start = l[1:]
		case l[0] == '+':
			header = append(header, l[1:])
		case l[0] == '-' && at >= 0:
			header = append(header[:at:at], header[at+1:]...)
		case at >= 0:
			header[at] = l
		case l[0] != '-':
			header = append(header, l)
		}
	}
	all := strings.Join(header, "\r\n")
	for _, l := range lines {
		if l == "-Content-Length" {
			return fmt.Appendf(nil, "%s\r\n%s\r\n\r\n%s", start, all, body)
		}
	}
	if !strings.Contains(all, "Content-Length:") {
		all += fmt.Sprintf("\r\nContent-Length: %d", len(body))
	}
	return fmt.Appendf(nil, "%s\r\n%s\r\n\r\n%s", start, all, body)
}

// over returns a capture of messages over a transport, one after the other.
func over(transport string, messages ...[]byte) func(*testing.T) ([]byte, sipsecdump.Options) {
	return played(transport, maker.Script(messages...)...)
}

// played returns a capture of a script.
func played(transport string, turns ...maker.Turn) func(*testing.T) ([]byte, sipsecdump.Options) {
	o := maker.Options{Scenario: "script", Transport: transport, Script: turns}
	o.Secrets = transport == "tls" || transport == "wss"
	return common(o)
}

// common returns a capture of a scenario with the common keys.
func common(o maker.Options) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		o := o
		o.Keys = commonKeys()
		return made(o)(t)
	}
}

// commonKeys is a folder with the keys of all scenarios: making them takes long.
var commonKeys = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		panic(err)
	}
	keyFolder = dir
	for _, scenario := range []string{"tls", "signed-encrypted"} {
		if _, err := maker.Make(context.Background(), io.Discard, maker.Options{Scenario: scenario, Keys: dir}); err != nil {
			panic(err)
		}
	}
	return dir
})

// keyFolder is what commonKeys made; "" if nobody asked for it.
var keyFolder string

// TestMain removes it.
func TestMain(m *testing.M) {
	code := m.Run()
	if keyFolder != "" {
		os.RemoveAll(keyFolder)
	}
	os.Exit(code)
}

// secured returns a capture of a request with a protected body and of what is answered to it.
func secured(scenario string, answer func(request []byte) []byte) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		q := protected(t, scenario)
		return over("tcp", q, answer(q))(t)
	}
}

// protected returns the request of a scenario.
func protected(t *testing.T, scenario string) []byte {
	t.Helper()
	return protectedWith(t, scenario, commonKeys())
}

func protectedWith(t *testing.T, scenario, keys string) (request []byte) {
	t.Helper()
	_, err := maker.Make(context.Background(), io.Discard, maker.Options{
		Scenario: scenario, Keys: keys,
		OnMessage: func(m maker.Message) {
			if !m.Response {
				request = append([]byte(nil), m.Data...)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return request
}

// answer makes responses to whatever is asked.
func answer(status string, lines ...string) func([]byte) []byte {
	return func(request []byte) []byte {
		m := sipparse.Parse(request)
		header := []string{"To: <" + m.To.URI + ">;tag=2", "From: " + m.From.Value, "Call-ID: " + m.CallID}
		for v := range m.Vias() {
			header = append(header, "Via: "+strings.Replace(v.Value, ";rport", ";received=192.0.2.1;rport=49152", 1))
		}
		header = append(header, fmt.Sprintf("CSeq: %d %s", m.CSeq, m.Method))
		return response(status, m.Method, append(header, lines...)...)
	}
}

// after is a turn after a pause: whose it is, the message tells.
func after(pause time.Duration, data []byte) maker.Turn {
	t := maker.Script(data)[0]
	t.Pause = pause
	return t
}

// anew is a turn in another connection.
func anew(data []byte) maker.Turn {
	t := maker.Script(data)[0]
	t.Connect = true
	return t
}

// repeated are turns of the same message, each after a pause.
func repeated(data []byte, pauses ...time.Duration) []maker.Turn {
	turns := []maker.Turn{after(0, data)}
	for _, p := range pauses {
		turns = append(turns, after(p, data))
	}
	return turns
}
