package reassembly

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
)

// collection is the streams of a capture's TCP connections, by ConnID.
type collection map[ConnID]*record

// record is a Handler that keeps everything, for captures whose times are their own.
type record struct {
	events  []string
	streams [2][]byte
}

func (h *record) add(format string, args ...any) {
	h.events = append(h.events, fmt.Sprintf(format, args...))
}

func (h *record) Open(o *Open) { h.add("%d open %v", o.Packet, o.Time.Sub(o.Start)) }

func (h *record) Data(c *Chunk) {
	h.add("%d %s %d+%d", c.Packet, letter(c.Dir), c.Offset, len(c.Data))
	h.streams[c.Dir] = append(h.streams[c.Dir], c.Data...)
}

func (h *record) Anomaly(n *Anomaly) { h.add("%d %s %s", n.Packet, letter(n.Dir), n.Code) }

func (h *record) Close(c *Close) { h.add("%d %s %v", c.Packet, letter(c.Dir), c.How) }

// collect reads a capture through a Table and one Assembler for each connection.
func collect(t *testing.T, r io.Reader) collection {
	t.Helper()
	source, err := capture.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	decoder := capture.NewDecoder()
	table := NewTable(Limits{})
	all := make(collection)
	assemblers := make(map[ConnID]*Assembler)
	var p capture.Packet
	var last uint64
	for {
		if err := source.Next(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		s := capture.Segment{Packet: p.Number, Time: p.Time}
		if !decoder.Decode(&p, &s) || s.Proto != capture.TCP {
			continue
		}
		last = p.Number
		route, ok := table.Route(&s)
		if !ok {
			continue
		}
		if route.New {
			all[route.Conn] = new(record)
			assemblers[route.Conn] = NewAssembler(Limits{}, all[route.Conn])
		}
		assemblers[route.Conn].Segment(route.Dir, &s)
		assemblers[route.Conn].Detach()
	}
	for _, a := range assemblers {
		a.End(last+1, p.Time, EndOfCapture)
	}
	return all
}

// draftCapture is the capture that the session security flows draft came with.
const draftCapture = "../testdata/draft-sec-flows/tls/tls1.pcap"

func TestDraftCapture(t *testing.T) {
	f, err := os.Open(draftCapture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := collect(t, f)
	if len(all) != 1 {
		t.Fatalf("%d connections, want 1", len(all))
	}
	want := []string{
		"3 open 81µs",
		"4 C 0+54", "6 S 0+1570", "7 C 54+198", "8 S 1570+59", "10 C 252+762", "11 S 1629+426",
		"13 C fin", "15 S fin",
	}
	if got := all[1].events; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestAgainstTshark holds the streams of captures against those that tshark puts together.
func TestAgainstTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	if testing.Short() {
		t.Skip("starts tshark twice")
	}
	const streams = 8
	jumbled := filepath.Join(t.TempDir(), "jumbled.pcap")
	if err := os.WriteFile(jumbled, jumble(streams), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file    string
		streams int
	}{{draftCapture, 1}, {jumbled, streams}} {
		f, err := os.Open(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all := collect(t, f)
		args := []string{"-r", tt.file, "-q", "-o", "tcp.reassemble_out_of_order:TRUE"}
		for i := range tt.streams {
			args = append(args, "-z", fmt.Sprintf("follow,tcp,raw,%d", i))
		}
		out, err := exec.Command(tshark, args...).Output()
		if err != nil {
			t.Skipf("tshark: %v", err)
		}
		follows := parseFollow(t, string(out))
		if len(follows) != tt.streams || len(all) != tt.streams {
			t.Fatalf("%s: %d connections, tshark %d, want %d", tt.file, len(all), len(follows), tt.streams)
		}
		for i, want := range follows {
			for d := range want {
				if len(want[d]) == 0 {
					t.Errorf("%s: tshark has nothing for connection %d, direction %d", tt.file, i+1, d)
				}
				if got := all[ConnID(i+1)].streams[d]; !bytes.Equal(got, want[d]) {
					t.Errorf("%s: connection %d, direction %d: %d octets that differ from tshark's %d",
						tt.file, i+1, d, len(got), len(want[d]))
				}
			}
		}
	}
}

// parseFollow reads what tshark prints for raw streams, by the number of the stream.
func parseFollow(t *testing.T, out string) map[int]*[2][]byte {
	all := make(map[int]*[2][]byte)
	var at *[2][]byte
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		if n, ok := strings.CutPrefix(line, "Filter: tcp.stream eq "); ok {
			var stream int
			if _, err := fmt.Sscan(n, &stream); err != nil {
				t.Fatal(err)
			}
			at = new([2][]byte)
			all[stream] = at
			continue
		}
		text, server := strings.CutPrefix(line, "\t")
		octets, err := hex.DecodeString(text)
		if err != nil || at == nil {
			continue // a rule or a heading
		}
		d := ClientToServer
		if server {
			d = ServerToClient
		}
		at[d] = append(at[d], octets...)
	}
	return all
}

// jumble returns a pcap file of connections whose segments lie out of order, twice and
// overlapping.
func jumble(connections int) []byte {
	rnd := rand.New(rand.NewPCG(5060, 5061))
	out := binary.BigEndian.AppendUint32(nil, 0xa1b2c3d4)
	out = append(out, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 101) // raw IP
	for i := range connections {
		content := make([]byte, 20_000)
		for j := range content {
			content[j] = byte(rnd.Uint32())
		}
		client := sender{ClientToServer, rnd.Uint32(), rnd.Uint32(), content[:10_000]}
		if i == 0 {
			client.base = ^uint32(4000) // to wrap
		}
		server := sender{ServerToClient, client.peer, client.base, content[10_000:]}
		answer := server.syn()
		answer.Flags, answer.Ack = capture.SYN|capture.ACK, client.base
		segments := []directed{{ClientToServer, client.syn()}, {ServerToClient, answer}}
		segments = append(segments, directed{ClientToServer, client.segment(0, 0, 0)})
		var data []directed
		for at := 0; at < 10_000; {
			n := min(1+rnd.IntN(1400), 10_000-at)
			back := rnd.IntN(min(at, 100) + 1)
			for _, from := range []sender{client, server} {
				s := directed{from.dir, from.segment(at-back, at+n, 0)}
				data = append(data, s)
				if rnd.IntN(4) == 0 {
					data = append(data, s)
				}
			}
			at += n
		}
		for j := range data { // no more than a few places away
			k := min(j+rnd.IntN(4), len(data)-1)
			data[j], data[k] = data[k], data[j]
		}
		segments = append(segments, data...)
		addr := netip.AddrPortFrom(clientAddr.Addr(), uint16(40_000+i))
		for _, s := range segments {
			s.segment.Src, s.segment.Dst = addr, serverAddr
			if s.dir == ServerToClient {
				s.segment.Src, s.segment.Dst = serverAddr, addr
			}
			out = appendPacket(out, timeOf(uint64(len(out))), &s.segment)
		}
	}
	return out
}

type directed struct {
	dir     Dir
	segment capture.Segment
}

// appendPacket appends a pcap record of an IPv4 packet without checksums.
func appendPacket(out []byte, t time.Time, s *capture.Segment) []byte {
	size := 40 + len(s.Payload)
	out = binary.BigEndian.AppendUint32(out, uint32(t.Unix()))
	out = binary.BigEndian.AppendUint32(out, uint32(t.Nanosecond()/1000))
	out = binary.BigEndian.AppendUint32(out, uint32(size))
	out = binary.BigEndian.AppendUint32(out, uint32(size))
	out = append(out, 0x45, 0, byte(size>>8), byte(size), 0, 0, 0x40, 0, 64, byte(capture.TCP), 0, 0)
	out = append(append(out, s.Src.Addr().AsSlice()...), s.Dst.Addr().AsSlice()...)
	out = binary.BigEndian.AppendUint16(out, s.Src.Port())
	out = binary.BigEndian.AppendUint16(out, s.Dst.Port())
	out = binary.BigEndian.AppendUint32(out, s.Seq)
	out = binary.BigEndian.AppendUint32(out, s.Ack)
	out = append(out, 5<<4, byte(s.Flags), 0xff, 0xff, 0, 0, 0, 0)
	return append(out, s.Payload...)
}
