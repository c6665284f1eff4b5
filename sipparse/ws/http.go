package ws

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
)

// Head is the head of an HTTP message, as far as it matters here (RFC 6455, Section 4).
type Head struct {
	Request   bool
	StartLine string
	Status    int    // of a response; 0 if it cannot be read
	Upgrade   bool   // to WebSocket: by a GET that asks for it, or a 101 that grants it
	Protocols string // Sec-WebSocket-Protocol: those offered, or the one chosen
	Deflate   bool   // permessage-deflate is offered or chosen
	// ClientNoTakeover and ServerNoTakeover are the parameters client_no_context_takeover and
	// server_no_context_takeover (RFC 7692, Section 7.1.1).
	ClientNoTakeover, ServerNoTakeover bool

	key, accept string
	length      int64 // of the content: -1 if only the end of the stream or the content tells
}

// headStart tells whether p begins with an HTTP start line: "HTTP/" or a method and a space.
func headStart(p []byte) (is, enough bool) {
	const version = "HTTP/"
	if n := min(len(p), len(version)); string(p[:n]) == version[:n] {
		return n == len(version), n == len(version)
	}
	n := 0
	for n < len(p) && n < maxMethod && 'A' <= p[n] && p[n] <= 'Z' {
		n++
	}
	if n == len(p) {
		return false, false
	}
	// A frame of one fragment, compressed, may begin with a letter, but hardly go on like that.
	return n >= 3 && p[n] == ' ', true
}

// headLen returns the length of a head with its empty line, or 0 if that is not there. p[:scan] was
// looked at before.
func headLen(p []byte, scan int) int {
	for i := max(scan-3, 0); ; {
		j := bytes.IndexByte(p[i:], '\n')
		if j < 0 {
			return 0
		}
		i += j + 1
		switch rest := p[i:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return i + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return i + 2
		}
	}
}

// parseHead reads a head, or the beginning of one.
func parseHead(p []byte) *Head {
	h := new(Head)
	first := true
	upgrade, connection, version := false, false, ""
	for line := range strings.SplitSeq(string(p), "\n") {
		line = strings.TrimRight(line, "\r")
		if first {
			first = false
			h.StartLine = line
			h.Request = !strings.HasPrefix(line, "HTTP/")
			if code, _, _ := strings.Cut(strings.TrimLeft(line[strings.IndexByte(line, ' ')+1:], " "), " "); !h.Request {
				h.Status, _ = strconv.Atoi(code)
			}
			if !h.Request && (h.Status == 0 || h.Status >= 200 && h.Status != 204 && h.Status != 304) {
				h.length = -1
			}
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.Trim(value, " \t")
		switch strings.ToLower(name) {
		case "upgrade":
			upgrade = upgrade || hasToken(value, "websocket")
		case "connection":
			connection = connection || hasToken(value, "upgrade")
		case "sec-websocket-version":
			version = value
		case "sec-websocket-key":
			h.key = value
		case "sec-websocket-accept":
			h.accept = value
		case "sec-websocket-protocol":
			if h.Protocols != "" {
				h.Protocols += ", "
			}
			h.Protocols += value
		case "sec-websocket-extensions":
			h.extensions(value)
		case "content-length":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 && (h.Request || h.length != 0) {
				h.length = n
			}
		case "transfer-encoding":
			h.length = -1
		}
	}
	if upgrade && connection {
		h.Upgrade = h.Status == 101 || h.Request && strings.HasPrefix(h.StartLine, "GET ") && version != ""
	}
	return h
}

// extensions reads an offer or a choice of permessage-deflate.
func (h *Head) extensions(v string) {
	for e := range strings.SplitSeq(v, ",") {
		name, params, _ := strings.Cut(e, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "permessage-deflate") || h.Deflate {
			continue
		}
		h.Deflate = true
		for p := range strings.SplitSeq(params, ";") {
			switch strings.ToLower(strings.TrimSpace(p)) {
			case "client_no_context_takeover":
				h.ClientNoTakeover = true
			case "server_no_context_takeover":
				h.ServerNoTakeover = true
			}
		}
	}
}

func hasToken(list, token string) bool {
	for t := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(t), token) {
			return true
		}
	}
	return false
}

// acceptFor returns the Sec-WebSocket-Accept that answers a key (RFC 6455, Section 4.2.2).
func acceptFor(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
