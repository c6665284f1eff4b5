package main

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// The captures behind the documents' listings that were never published, or do not hold what the
// documents print, made from the listings.

// wire writes a capture.
type wire struct {
	*testing.T
	builder *frame.Builder
	file    bytes.Buffer
	writer  *frame.Writer
}

func newWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{T: t}
	var err error
	if w.builder, err = frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet}); err != nil {
		t.Fatal(err)
	}
	if w.writer, err = frame.NewPcapWriter(&w.file, capture.LinkEthernet, false); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wire) packets(at time.Time, frames [][]byte, err error) {
	w.Helper()
	for _, f := range frames {
		if err == nil {
			err = w.writer.WritePacket(at, f)
		}
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *wire) bytes() []byte {
	if err := w.writer.Flush(); err != nil {
		w.Fatal(err)
	}
	return w.file.Bytes()
}

var (
	exampleCom = netip.MustParseAddrPort("192.0.2.2:50738")
	exampleNet = netip.MustParseAddrPort("192.0.2.1:5061")
)

// rfcHandshake is a capture with the records of RFC 6216, Section 3.1: those octets and times that
// the listing shows, records of its lengths, and zeros for what it does not tell. The lengths of
// the hellos add up with an empty session_ticket extension, which ssldump 0.9b3 does not show, and
// the one before the server's ChangeCipherSpec with a NewSessionTicket.
func rfcHandshake(t *testing.T) []byte {
	w := newWire(t)
	start := time.Date(2010, 6, 4, 20, 1, 43, 0, time.UTC)
	seq := [2]uint32{1000, 2000}
	const c2s, s2c = 0, 1
	send := func(micros, dir int, flags capture.Flags, payload []byte) {
		s := frame.TCPSegment{Src: exampleCom, Dst: exampleNet, Flags: flags, Seq: seq[dir], Ack: seq[1-dir], Payload: payload}
		if dir == s2c {
			s.Src, s.Dst = exampleNet, exampleCom
		}
		frames, err := w.builder.TCP(s)
		w.packets(start.Add(time.Duration(micros)*time.Microsecond), frames, err)
		seq[dir] += uint32(len(payload))
		if flags.Has(capture.SYN) || flags.Has(capture.FIN) {
			seq[dir]++
		}
	}
	octets := func(digits string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	message := func(typ byte, body ...[]byte) []byte {
		b := bytes.Join(body, nil)
		return append([]byte{typ, 0, byte(len(b) >> 8), byte(len(b))}, b...)
	}
	record := func(micros, dir int, typ byte, length int, messages ...[]byte) {
		b := bytes.Join(messages, nil)
		if messages == nil {
			b = make([]byte, length) // encrypted
		}
		if len(b) != length {
			t.Fatalf("a record of %d octets, and the listing has %d", len(b), length)
		}
		send(micros, dir, capture.ACK|capture.PSH, append([]byte{typ, 3, 1, byte(length >> 8), byte(length)}, b...))
	}
	const (
		changeCipherSpec = 20 + iota
		alert
		handshake
		applicationData
	)
	send(0, c2s, capture.SYN, nil)
	send(200, s2c, capture.SYN|capture.ACK, nil)
	send(300, c2s, capture.ACK, nil)
	sessionTicket := octets("0004 0023 0000")
	record(450, c2s, handshake, 101, message(1, octets("0301"),
		octets("4c 09 5b a7 66 77 eb 43 52 30 dd 98 4d 09 23 d3 ff 81 74 ab 04 69 bb 79 8c dc 59 cd c2 1f b7 ec"),
		octets("00 0034"),
		octets("c014 c00f 0039 0035 0038 c013 c00e 0033 002f 0032 c012 c00d 0016"),
		octets("000a 0013 c011 c00c 0005 0004 0015 0014 0009 0008 0012 0011 0003"),
		octets("01 00"), sessionTicket))
	record(1200, s2c, handshake, 48, message(2, octets("0301"),
		octets("4c 09 5b a7 30 87 74 c7 16 98 24 d5 af 35 17 a7 ef c3 78 0c 94 d4 94 d2 7b a6 3f 40 04 25 f6 e0"),
		octets("00 0035 00"), sessionTicket))
	record(1200, s2c, handshake, 1858, message(11, octets("00073b 000738"), make([]byte, 1848)))
	record(1200, s2c, handshake, 14, message(13, octets("03 01 02 40 0000")), message(14))
	record(4320, c2s, handshake, 7, message(11, octets("000000")))
	record(4320, c2s, handshake, 262, message(16, octets("0100"), make([]byte, 256)))
	record(4320, c2s, changeCipherSpec, 1, []byte{1})
	record(4320, c2s, handshake, 48)
	record(12900, s2c, handshake, 170, message(4, make([]byte, 4), octets("00a0"), make([]byte, 160)))
	record(12900, s2c, changeCipherSpec, 1, []byte{1})
	record(12900, s2c, handshake, 48)
	record(13450, c2s, applicationData, 32)
	record(13450, c2s, applicationData, 496)
	record(215050, s2c, applicationData, 32)
	record(215050, s2c, applicationData, 336)
	record(12230460, s2c, alert, 32)
	send(12231000, s2c, capture.ACK|capture.FIN, nil)
	record(12232100, c2s, alert, 32)
	return w.bytes()
}

// messages is a capture with messages as datagrams, a second from each other.
func messages(t *testing.T, list ...[]byte) []byte {
	w := newWire(t)
	at := time.Date(2010, 6, 4, 20, 1, 43, 0, time.UTC)
	for _, m := range list {
		d := frame.UDPDatagram{Src: exampleCom, Dst: exampleNet, Payload: m}
		if bytes.HasPrefix(m, []byte("SIP/")) {
			d.Src, d.Dst = d.Dst, d.Src
		}
		frames, err := w.builder.UDP(d)
		w.packets(at, frames, err)
		at = at.Add(time.Second)
	}
	return w.bytes()
}

var (
	tags      = regexp.MustCompile(`(?m)^</?allOneLine>\n`)
	comma     = regexp.MustCompile(`,\n +`)
	continued = regexp.MustCompile(`\\?\n {4,}`)
	drawn     = regexp.MustCompile(`(?m)^\|-.*\|\n`)
	side      = regexp.MustCompile(`(?m)^\||( *)\|$`)
	boxed     = regexp.MustCompile(`\*+\n\* BINARY BLOB \d +\*\n\*+\n`)
)

// original undoes what the authors did to a message to print it, and puts blobs into their boxes.
func original(t *testing.T, golden string, blobs ...string) []byte {
	t.Helper()
	text := string(readFile(t, filepath.Join("..", "..", "testdata", "goldens", golden+".sip.txt")))
	for _, undo := range []struct {
		done *regexp.Regexp
		by   string
	}{{boxed, "\x00\n"}, {tags, ""}, {drawn, ""}, {side, ""}, {comma, ", "}, {continued, ""}} {
		text = undo.done.ReplaceAllString(text, undo.by)
	}
	if !strings.HasPrefix(text, "SIP/") {
		text = strings.TrimSuffix(text, "\n") // a body does not end its last line
	} else {
		text += "\n"
	}
	text = strings.ReplaceAll(text, "\n", "\r\n")
	for _, b := range blobs {
		blob := readFile(t, filepath.Join("..", "..", "testdata", "draft-sec-flows", b))
		text = strings.Replace(text, "\x00", string(blob), 1)
	}
	return []byte(text)
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestDocumentCaptures holds the captures of testdata/rfc6216 against the listings they are made
// from.
func TestDocumentCaptures(t *testing.T) {
	for name, made := range map[string][]byte{
		"tls.pcap":     rfcHandshake(t),
		"message.pcap": messages(t, original(t, "rfc6216-3.2-request"), original(t, "rfc6216-3.2-response")),
	} {
		path := filepath.Join("..", "..", "testdata", "rfc6216", name)
		if *update {
			if err := os.WriteFile(path, made, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(made, readFile(t, path)) {
			t.Errorf("%s is not what the listings give; go test ./cmd/sipsecdump -run TestDocumentCaptures -update", path)
		}
	}
}
