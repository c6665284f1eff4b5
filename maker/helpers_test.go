package maker_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

// keys holds the folders of keys that tests share: RSA keys take long to make.
var keys struct {
	root    string
	rsa, ec func() string
}

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	root, err := os.MkdirTemp("", "maker")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(root)
	folder := func(name string, kind certs.KeyKind) func() string {
		return sync.OnceValue(func() string {
			dir := filepath.Join(root, name)
			for _, o := range []maker.Options{
				{Scenario: "tls", Key: kind, TLS: maker.TLS{Version: "1.3", ClientAuth: true}},
				{Scenario: "signed-encrypted"},
			} {
				o.Keys = dir
				if _, err := maker.Make(context.Background(), io.Discard, o); err != nil {
					panic(err)
				}
			}
			return dir
		})
	}
	keys.root = root
	keys.rsa, keys.ec = folder("rsa", certs.RSA2048), folder("ec", certs.ECDSAP256)
	return m.Run()
}

// made is a capture and what is known of it.
type made struct {
	*maker.Result
	pcap     []byte
	keylog   string
	messages []message
}

type message struct {
	connection int
	response   bool
	time       time.Time
	data       string
}

// makeCapture makes a capture with the shared keys, unless o names others.
func makeCapture(t testing.TB, o maker.Options) made {
	t.Helper()
	if o.Keys == "" {
		o.Keys = keys.rsa()
	}
	var pcap, keylog bytes.Buffer
	var m made
	o.KeyLog = &keylog
	o.OnMessage = func(msg maker.Message) {
		m.messages = append(m.messages, message{msg.Connection, msg.Response, msg.Time, string(msg.Data)})
	}
	var err error
	if m.Result, err = maker.Make(t.Context(), &pcap, o); err != nil {
		t.Fatal(err)
	}
	m.pcap, m.keylog = pcap.Bytes(), keylog.String()
	if m.Messages != len(m.messages) {
		t.Errorf("the result counts %d messages, OnMessage %d", m.Messages, len(m.messages))
	}
	return m
}

// segments decodes the capture. Payloads are copies.
func (m made) segments(t testing.TB) []capture.Segment {
	t.Helper()
	r, err := capture.NewReader(bytes.NewReader(m.pcap))
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDecoder()
	var list []capture.Segment
	packets := 0
	for {
		var p capture.Packet
		if err := r.Next(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packets++
		var s capture.Segment
		if d.Decode(&p, &s) {
			s.Time = p.Time
			s.Payload = bytes.Clone(s.Payload)
			list = append(list, s)
		}
		for _, n := range d.Notes() {
			t.Errorf("packet %d: %s: %s", p.Number, n.Code, n.Text)
		}
	}
	if packets != m.Packets {
		t.Errorf("%d packets, the result counts %d", packets, m.Packets)
	}
	if n := d.Incomplete(); n > 0 {
		t.Errorf("%d packets lack fragments", n)
	}
	return list
}

// flow is one direction of one connection.
type flow struct{ src, dst netip.AddrPort }

// streams puts the octets of each direction together, each octet as first seen. It is the
// plainest reassembly that can be right: a map of positions.
func streams(t testing.TB, segments []capture.Segment) map[flow]string {
	t.Helper()
	type stream struct {
		octets map[uint32]byte
		first  uint32
		last   int
	}
	all := map[flow]*stream{}
	for _, s := range segments {
		f := flow{s.Src, s.Dst}
		if all[f] == nil {
			first := s.Seq
			if s.Flags.Has(capture.SYN) {
				first++
			}
			all[f] = &stream{octets: map[uint32]byte{}, first: first}
		}
		st := all[f]
		for i, b := range s.Payload {
			at := s.Seq - st.first + uint32(i)
			if _, ok := st.octets[at]; !ok {
				st.octets[at] = b
			}
			st.last = max(st.last, int(at)+1)
		}
	}
	out := map[flow]string{}
	for f, st := range all {
		var b []byte
		for i := range st.last {
			o, ok := st.octets[uint32(i)]
			if !ok {
				t.Fatalf("%v: octet %d is missing", f, i)
			}
			b = append(b, o)
		}
		out[f] = string(b)
	}
	return out
}

// spoken returns what one side of a connection said, as the maker told it.
func (m made) spoken(connection int, response bool) string {
	var b bytes.Buffer
	for _, msg := range m.messages {
		if msg.connection == connection && msg.response == response {
			b.WriteString(msg.data)
		}
	}
	return b.String()
}

// checkStreams holds the reassembled octets of plain TCP against what was said.
func (m made) checkStreams(t testing.TB) {
	t.Helper()
	for f, got := range streams(t, m.segments(t)) {
		response := f.src.Port() < f.dst.Port()
		port := max(f.src.Port(), f.dst.Port())
		if want := m.spoken(int(port)-49152, response); got != want {
			t.Errorf("%v: got %s", f, differing(got, want))
		}
	}
}

func differing(got, want string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("%d octets, %d wanted, differing from %d on", len(got), len(want), i)
		}
	}
	return fmt.Sprintf("%d octets, %d wanted", len(got), len(want))
}
