package ws

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

const (
	options  = "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"
	okay     = "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"
	request  = "GET / HTTP/1.1\r\nHost: sip-ws.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://www.example.com\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n"
	response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
)

// the first octets of frames.
const (
	fin   = 0x80
	rsv1  = 0x40
	text  = fin | byte(Text)
	first = byte(Text) // of several fragments
	more  = byte(Continuation)
	last  = fin | byte(Continuation)
)

func length(b []byte, mask byte, n int) []byte {
	switch {
	case n < 126:
		return append(b, mask|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
}

// plain makes an unmasked frame.
func plain(b0 byte, content string) string {
	return string(length([]byte{b0}, 0, len(content))) + content
}

var key = [4]byte{0x37, 0xFA, 0x21, 0x3D}

// masked makes a masked frame.
func masked(b0 byte, content string) string {
	b := length([]byte{b0}, 0x80, len(content))
	b = append(b, key[:]...)
	for i := range len(content) {
		b = append(b, content[i]^key[i&3])
	}
	return string(b)
}

// deflater compresses messages as RFC 7692 says.
type deflater struct {
	buf bytes.Buffer
	w   *flate.Writer
}

func (d *deflater) message(s string) string {
	if d.w == nil {
		d.w, _ = flate.NewWriter(&d.buf, flate.BestCompression)
	}
	d.buf.Reset()
	_, _ = d.w.Write([]byte(s))
	_ = d.w.Flush()
	return strings.TrimSuffix(d.buf.String(), "\x00\x00\xff\xff")
}

func deflated(s string) string { return new(deflater).message(s) }

// show writes a message in a line.
func show(m *Message) string {
	s := fmt.Sprintf("%d %v", m.Offset, m.Kind)
	if m.Kind == Skipped {
		s += fmt.Sprintf(" %d", m.Length)
	} else if m.Head != nil {
		s += fmt.Sprintf(" upgrade=%v", m.Head.Upgrade)
	} else {
		s += fmt.Sprintf(" %q", m.Data)
	}
	if m.Compressed {
		s += " compressed"
	}
	if m.Incomplete {
		s += " incomplete"
	}
	for _, i := range m.Issues {
		s += " " + i.Code
	}
	return s
}

// decode feeds a direction in pieces of size octets.
func decode(c *Conn, d Dir, stream string, size int) []string {
	var got []string
	yield := func(m *Message) { got = append(got, show(m)) }
	for len(stream) > size {
		c.Feed(d, []byte(stream[:size]), yield)
		stream = stream[size:]
	}
	c.Feed(d, []byte(stream), yield)
	c.Close(d, yield)
	return got
}

// poison overwrites pieces after they were fed: what was kept of them shows.
func decodePoisoned(c *Conn, d Dir, stream string, at int) []string {
	var got []string
	yield := func(m *Message) { got = append(got, show(m)) }
	for _, s := range []string{stream[:at], stream[at:]} {
		p := []byte(s)
		c.Feed(d, p, yield)
		for i := range p {
			p[i] = 0xDB
		}
	}
	c.Close(d, yield)
	return got
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// stored makes a message of one block that is not compressed.
func stored(s string) string {
	n := uint16(len(s))
	b := binary.LittleEndian.AppendUint16([]byte{0}, n)
	return string(binary.LittleEndian.AppendUint16(b, ^n)) + s + "\x00"
}
