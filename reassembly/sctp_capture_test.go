package reassembly

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// TestSCTPTshark compares the messages of an association, in fragments, on several streams and
// with repeated packets, with those that tshark puts together.
func TestSCTPTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed: what it puts together is not compared")
	}
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sctp.pcap")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w, err := frame.NewPcapWriter(out, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	client, server := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060")
	at := time.Unix(1e9, 0)
	send := func(src, dst netip.AddrPort, tag uint32, chunks []byte) {
		frames, err := b.SCTP(frame.SCTPPacket{Src: src, Dst: dst, Tag: tag, Chunks: chunks})
		if err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Millisecond)
		if err := w.WritePacket(at, frames[0]); err != nil {
			t.Fatal(err)
		}
	}
	send(client, server, 0, initChunk(chunkInit, 1, 0xfffffff0))
	send(server, client, 1, initChunk(chunkInitAck, 2, 5))
	send(client, server, 2, frame.AppendChunk(nil, 10, 0, []byte("cookie")))
	send(server, client, 1, frame.AppendChunk(nil, chunkCookieAck, 0, nil))
	tsn := uint32(0xfffffff0)
	for i := range 20 {
		text := fmt.Sprintf("OPTIONS sip:example.net SIP/2.0\r\nCall-ID: call%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\nSubject: %s\r\n\r\n",
			i, strings.Repeat("x", 20*i))
		for rest := []byte(text); len(rest) > 0; tsn++ {
			n := min(150, len(rest))
			d := frame.Data{TSN: tsn, Stream: uint16(i % 3), Sequence: uint16(i / 3), Payload: rest[:n]}
			if len(rest) == len(text) {
				d.Flags |= frame.DataBegin
			}
			if n == len(rest) {
				d.Flags |= frame.DataEnd
			}
			send(client, server, 2, frame.AppendData(nil, d))
			if rest = rest[n:]; tsn%4 == 0 && len(rest) > 0 {
				send(client, server, 2, frame.AppendData(nil, d))
			}
		}
		send(server, client, 1, sackChunk(tsn-1))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}

	cmd := exec.Command("tshark", "-r", path, "-n", "-o", "sctp.reassembly:TRUE", "-Y", "sip", "-T", "fields", "-e", "frame.number", "-e", "sip.Call-ID")
	listing, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(listing)), "\n")
	got := callIDs(t, path)
	if len(want) != 20 || !slices.Equal(got, want) {
		t.Errorf("messages\n got %q\nwant %q", got, want)
	}
}

// caller is a MessageHandler that keeps packets and Call-IDs.
type caller struct {
	silent
	list []string
}

func (h *caller) Message(m *Message) {
	_, after, _ := strings.Cut(string(m.Data), "Call-ID: ")
	id, _, _ := strings.Cut(after, "\r\n")
	h.list = append(h.list, fmt.Sprintf("%d\t%s", m.Packet, id))
}

func callIDs(t *testing.T, path string) []string {
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := capture.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	h := &caller{}
	a := NewSCTP(Limits{}, h)
	d, table := capture.NewDecoder(), NewTable(Limits{})
	var p capture.Packet
	for {
		if err := r.Next(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		s := capture.Segment{Packet: p.Number}
		if !d.Decode(&p, &s) {
			t.Fatalf("packet %d: %v", p.Number, d.Notes())
		}
		route, ok := table.Route(&s)
		if !ok || route.Conn != 1 {
			t.Fatalf("packet %d: %v", p.Number, route)
		}
		a.Segment(route.Dir, &s)
	}
	a.End(p.Number+1, p.Time, EndOfCapture)
	return h.list
}
