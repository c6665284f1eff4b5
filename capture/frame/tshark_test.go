package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// tshark returns what tshark finds in a file: for each packet number the fields of the
// innermost headers, and everything that it calls wrong.
func tshark(t *testing.T, file string) (fields map[string][]string, wrong string) {
	t.Helper()
	cmd := exec.Command("tshark", "-r", file, "-n", "-T", "fields", "-E", "occurrence=l", "-E", "separator=|",
		"-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
		"-o", "tcp.analyze_sequence_numbers:FALSE", "-o", "sctp.checksum:TRUE",
		"-o", "esp.enable_null_encryption_decode_heuristic:TRUE",
		"-d", "udp.port==37008,tzsp",
		"-e", "frame.number", "-e", "ip.src", "-e", "ipv6.src", "-e", "ip.dst", "-e", "ipv6.dst",
		"-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "tcp.len", "-e", "tcp.seq_raw",
		"-e", "udp.srcport", "-e", "udp.dstport", "-e", "udp.length", "-e", "frame.time_epoch",
		"-e", "_ws.malformed", "-e", "_ws.expert.message",
		"-e", "sctp.srcport", "-e", "sctp.dstport", "-e", "sctp.verification_tag")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v\n%s", err, stderr.String())
	}
	fields = map[string][]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		fields[f[0]] = f
		if f[13] != "" || strings.Contains(f[14], "hecksum") || strings.Contains(f[14], "length") {
			wrong += line
		}
	}
	return fields, wrong
}

// agree compares a whole file's segments with what tshark finds in it.
func agree(t *testing.T, file string, fields map[string][]string) (segments int) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, err := capture.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDecoder()
	var p capture.Packet
	for {
		err := r.Next(&p)
		if err == io.EOF {
			return segments
		}
		if err != nil {
			t.Fatal(err)
		}
		f := fields[fmt.Sprint(p.Number)]
		if f == nil {
			t.Fatalf("tshark has no packet %d", p.Number)
		}
		if got := fmt.Sprintf("%d.%09d", p.Time.Unix(), p.Time.Nanosecond()); got != f[12] {
			t.Errorf("packet %d: time %s, tshark has %s", p.Number, got, f[12])
		}
		var s capture.Segment
		if !d.Decode(&p, &s) {
			if f[5] != "" || f[15] != "" {
				t.Errorf("packet %d: not decoded, tshark has %q", p.Number, f)
			}
			continue
		}
		segments++
		src, dst := f[1], f[3]
		if s.Src.Addr().Is6() {
			src, dst = f[2], f[4]
		}
		want := []string{src, f[5], dst, f[6], f[7], f[8]}
		got := []string{
			s.Src.Addr().String(), fmt.Sprint(s.Src.Port()), s.Dst.Addr().String(), fmt.Sprint(s.Dst.Port()),
			fmt.Sprint(len(s.Payload) + s.Missing), fmt.Sprint(s.Seq),
		}
		if s.Proto == capture.UDP {
			want = []string{src, f[9], dst, f[10], f[11]}
			got[4] = fmt.Sprint(len(s.Payload) + s.Missing + 8)
			got = got[:5]
		}
		if s.Proto == capture.SCTP {
			want = []string{src, f[15], dst, f[16], f[17]}
			got[4] = fmt.Sprintf("0x%08x", s.Seq)
			got = got[:5]
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("packet %d: %v %v, tshark has %v", p.Number, s.Proto, got, want)
		}
	}
}

func needTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed: what it says of these captures is not compared")
	}
}

// TestTsharkDrafts compares the documents' own captures.
func TestTsharkDrafts(t *testing.T) {
	needTshark(t)
	for name, want := range map[string]int{"tls/tls1.pcap": 16, "dataSig/ethereal": 2, "dataEnc/ethereal": 2, "dataEncSig/ethereal": 2} {
		file := filepath.Join("..", "..", "testdata", "draft-sec-flows", filepath.FromSlash(name))
		fields, wrong := tshark(t, file)
		if n := agree(t, file, fields); n != want {
			t.Errorf("%s: %d segments, want %d", name, n, want)
		}
		// The sender's unfinished checksums are the only thing that is wrong.
		if isTLS := strings.HasPrefix(name, "tls"); isTLS != (wrong == "") || wrong != "" && !strings.Contains(wrong, "Bad checksum") {
			t.Errorf("%s: tshark complains:\n%s", name, wrong)
		}
	}
}

// TestTsharkFrames has tshark read all that can be built, a file for each link type.
func TestTsharkFrames(t *testing.T) {
	needTshark(t)
	if testing.Short() {
		t.Skip("starting tshark for each link type takes seconds")
	}
	for i, link := range links {
		t.Run(fmt.Sprint(link, uint16(link)), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "frames")
			out, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			open := func() (*frame.Writer, error) { return frame.NewPcapWriter(out, link, true) }
			if i%2 == 0 {
				open = func() (*frame.Writer, error) { return frame.NewPcapngWriter(out, link) }
			}
			w, err := open()
			if err != nil {
				t.Fatal(err)
			}
			segments := 0
			for _, o := range options() {
				if o.layers.Link == link {
					segments += writeAll(t, w, o.layers)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			fields, wrong := tshark(t, file)
			if wrong != "" {
				t.Errorf("tshark complains:\n%s", wrong)
			}
			if n := agree(t, file, fields); n != segments {
				t.Errorf("%d segments, built %d", n, segments)
			}
		})
	}
}

// writeAll writes both transports of both IP versions, whole and in fragments, and returns
// how many segments that makes.
func writeAll(t *testing.T, w *frame.Writer, l frame.Layers) (segments int) {
	t.Helper()
	payload := bytes.Repeat([]byte("payload "), 300)
	at := time.Date(2005, 11, 20, 1, 2, 3, 456789123, time.UTC)
	for _, mtu := range []int{0, 700} {
		l.MTU = mtu
		b, err := frame.NewBuilder(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range append(transports(v4src, v4dst, payload), transports(v6src, v6dst, payload[:51])...) {
			frames, err := tr.build(b)
			if errors.Is(err, frame.ErrAddress) {
				continue // a link of the other version
			}
			if err != nil {
				t.Fatal(err)
			}
			segments++
			for _, data := range frames {
				at = at.Add(time.Millisecond)
				if err := w.WritePacket(at, data); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return segments
}

// TestTsharkExportedPDU has tshark read a message with what is known of its packet.
func TestTsharkExportedPDU(t *testing.T) {
	needTshark(t)
	file := filepath.Join(t.TempDir(), "message")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w, err := frame.NewPcapWriter(out, capture.LinkExportedPDU, false)
	if err != nil {
		t.Fatal(err)
	}
	m := frame.Message{Src: v4src, Dst: v4dst, Proto: capture.UDP, Payload: []byte("OPTIONS sip:example.net SIP/2.0\r\nCall-ID: one\r\n\r\n")}
	if err := w.WritePacket(time.Unix(1, 0), frame.AppendExportedPDU(nil, "sip", m)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	got, err := exec.Command("tshark", "-r", file, "-n", "-T", "fields", "-E", "separator=|",
		"-e", "exported_pdu.ipv4_src", "-e", "exported_pdu.dst_port", "-e", "exported_pdu.port_type", "-e", "sip.Call-ID").Output()
	if want := "192.0.2.1|5061|3|one"; err != nil || strings.TrimSpace(string(got)) != want {
		t.Errorf("tshark has %q, want %q (%v)", got, want, err)
	}
}
