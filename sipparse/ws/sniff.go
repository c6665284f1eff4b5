package ws

import "bytes"

// SniffUpgrade reports whether the start of a stream is an HTTP request that asks for a WebSocket,
// or a response that grants it. Unless enough is set, p is too short to tell.
func SniffUpgrade(p []byte) (is, enough bool) {
	for _, start := range []string{"GET ", "HTTP/1.1 101"} {
		n := min(len(p), len(start))
		if string(p[:n]) != start[:n] {
			continue
		}
		p = p[:min(len(p), maxHead)]
		end := headLen(p, 0)
		whole := end > 0 || len(p) == maxHead
		if end == 0 {
			end = bytes.LastIndexByte(p, '\n') + 1
		}
		is = parseHead(p[:end]).Upgrade
		return is, is || whole
	}
	return false, true
}

// SniffFrames reports whether p begins with a WebSocket frame that holds the start of a SIP message,
// as in a capture that begins when the connection had long been made. Pings and pongs may be before
// it. Unless enough is set, p is too short to tell. Compressed frames are recognised if they do not
// refer to earlier ones.
func SniffFrames(p []byte) (is, enough bool) {
	for {
		h, n, ok := parseFrameHeader(p)
		ping := h.kind == Ping || h.kind == Pong
		switch {
		case !ok:
			return false, true
		case n == 0 && len(p) > 0 && h.kind != Text && h.kind != Binary && !ping:
			return false, true
		case n == 0:
			return false, false
		case ping:
			if int64(len(p)-n) < h.length {
				return false, false
			}
			p = p[n+int(h.length):]
			continue
		}
		if h.compressed {
			return new(inflater).sniff(&h, p[n:])
		}
		return sniffFrame(&h, p[n:])
	}
}

// minMessage is the least number of octets that a SIP message has: "SIP/2.0 200 OK" and five header
// fields, as short as they can be.
const minMessage = 64

// sniffFrame looks for SIP in what follows the header of an uncompressed frame.
func sniffFrame(h *frameHeader, content []byte) (is, enough bool) {
	if h.kind != Text && h.kind != Binary || h.compressed || h.fin && h.length < minMessage || !h.minimal {
		return false, true
	}
	var buf [sniffed]byte
	content = content[:min(int64(len(content)), h.length, sniffed)]
	if h.masked {
		content = appendUnmasked(buf[:0], content, h.key, 0)
	}
	is, enough = sipStart(content)
	return is, enough || int64(len(content)) == min(h.length, sniffed)
}

// sipStart tells whether p begins with a SIP start line: "SIP/2.0 ", or a method, a space and the
// scheme of a URI.
func sipStart(p []byte) (is, enough bool) {
	const version = "SIP/2.0 "
	if n := min(len(p), len(version)); string(p[:n]) == version[:n] {
		return n == len(version), n == len(version)
	}
	n := 0
	for n < len(p) && n <= maxMethod && ('A' <= p[n] && p[n] <= 'Z' || p[n] == '_' || p[n] == '-') {
		n++
	}
	if n == len(p) {
		return false, n > maxMethod
	}
	if n == 0 || n > maxMethod || p[n] != ' ' {
		return false, true
	}
	uri := p[n+1:]
	for _, scheme := range []string{"sip:", "sips:", "tel:", "urn:"} {
		k := min(len(uri), len(scheme))
		if bytes.EqualFold(uri[:k], []byte(scheme[:k])) {
			return k == len(scheme), k == len(scheme)
		}
	}
	return false, true
}
