package ws

import (
	"strings"
	"testing"
)

func TestSniffUpgrade(t *testing.T) {
	for name, tt := range map[string]struct {
		p          string
		is, enough bool
	}{
		"request":        {request, true, true},
		"response":       {response + "\x81", true, true},
		"lower case":     {strings.Replace(request, "Upgrade: websocket", "uPGRADE: h2c,WebSocket", 1), true, true},
		"no version":     {strings.Replace(request, "-Version", "-Vers", 1), false, true},
		"h2c":            {strings.Replace(request, "websocket", "h2c", 1), false, true},
		"no Connection":  {strings.Replace(request, "Connection:", "X:", 1), false, true},
		"POST":           {strings.Replace(request, "GET", "POST", 1), false, true},
		"200":            {strings.Replace(response, "101", "200", 1), false, true},
		"SIP":            {options, false, true},
		"frame":          {plain(text, options), false, true},
		"endless":        {"GET / HTTP/1.1\r\nX: " + strings.Repeat("x", maxHead), false, true},
		"nothing":        {"", false, false},
		"bare line ends": {strings.ReplaceAll(request, "\r", ""), true, true},
	} {
		if is, enough := SniffUpgrade([]byte(tt.p)); is != tt.is || enough != tt.enough {
			t.Errorf("%s: %v, %v", name, is, enough)
		}
	}
	for _, p := range []string{request, response} {
		for i := range len(p) {
			if is, enough := SniffUpgrade([]byte(p[:i])); is != enough || is && !strings.Contains(p[:i], "Connection: Upgrade\r\n") {
				t.Fatalf("%q: %v, %v", p[:i], is, enough)
			}
		}
	}
}

func TestSniffFrames(t *testing.T) {
	for name, tt := range map[string]struct {
		p          string
		is, enough bool
	}{
		"text":            {plain(text, options), true, true},
		"response":        {plain(text, okay), true, true},
		"binary":          {plain(fin|2, okay), true, true},
		"masked":          {masked(text, options), true, true},
		"fragment":        {masked(first, options[:30]), true, true},
		"short fragment":  {masked(first, options[:5]), false, true},
		"long":            {plain(text, options+strings.Repeat("x", 1<<17)), true, true},
		"any scheme":      {plain(text, strings.Replace(options, "sip:", "TEL:", 1)), true, true},
		"compressed":      {masked(text|rsv1, deflated(options)), true, true},
		"with context":    {masked(text|rsv1, takeover2), false, true},
		"compressed HTML": {plain(text|rsv1, deflated(strings.Repeat("<html>", 50))), false, true},
		"HTML":            {plain(text, strings.Repeat("<html>", 50)), false, true},
		"ping":            {plain(fin|9, ""), false, false},
		"behind pings":    {plain(fin|9, "x") + plain(fin|10, "") + plain(text, options), true, true},
		"pings and HTML":  {plain(fin|9, "x") + plain(text, strings.Repeat("<html>", 50)), false, true},
		"close":           {plain(fin|8, ""), false, true},
		"short":           {plain(text, "OPTIONS sip:x SIP/2.0"), false, true},
		"SIP":             {options, false, true},
		"TLS":             {"\x16\x03\x01\x02\x00\x01", false, true},
		"nothing":         {"", false, false},
	} {
		if is, enough := SniffFrames([]byte(tt.p)); is != tt.is || enough != tt.enough {
			t.Errorf("%s: %v, %v", name, is, enough)
		}
	}
	for _, p := range []string{plain(text, options), masked(text, okay), masked(text|rsv1, deflated(okay))} {
		for i := range len(p) {
			if is, enough := SniffFrames([]byte(p[:i])); is != enough {
				t.Fatalf("%q: %v, %v", p[:i], is, enough)
			}
		}
	}
}
