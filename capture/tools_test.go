package capture_test

import (
	"bytes"
	"fmt"
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

// tool runs a program that need not be installed.
func tool(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: what it writes is not read", name)
	}
	var stderr strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, stderr.String())
	}
	return out
}

// texts are what the datagrams of sample say.
var sampleTexts = []string{"OPTIONS", strings.Repeat("long ", 400), ""}

// sample writes a file of three datagrams, a second apart.
func sample(t *testing.T, link capture.LinkType, start time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.pcap")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w, err := frame.NewPcapWriter(out, link, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range sampleTexts {
		if err := w.WritePacket(start.Add(time.Duration(i)*time.Second), built(t, frame.Layers{Link: link}, src4, dst4, text)[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}

var sampleStart = time.Date(2005, 11, 20, 1, 2, 3, 456789123, time.UTC)

// reads checks that a file has the datagrams of sample, with times to the given unit.
func reads(t *testing.T, file []byte, unit time.Duration) *capture.Reader {
	t.Helper()
	r, err := capture.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	d := capture.NewDecoder()
	var p capture.Packet
	for i, text := range sampleTexts {
		if err := r.Next(&p); err != nil {
			t.Fatal(err)
		}
		var s capture.Segment
		if !d.Decode(&p, &s) || string(s.Payload) != text {
			t.Errorf("packet %d: %q, notes %v", i+1, s.Payload, d.Notes())
		}
		if want := sampleStart.Add(time.Duration(i) * time.Second).Truncate(unit); !p.Time.Equal(want) {
			t.Errorf("packet %d: time %v, want %v", i+1, p.Time, want)
		}
	}
	if d := r.Damage(); len(d) > 0 {
		t.Errorf("damage %v", d)
	}
	return r
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEditcap reads what editcap makes of a file.
func TestEditcap(t *testing.T) {
	in := sample(t, capture.LinkEthernet, sampleStart)
	out := filepath.Join(t.TempDir(), "out")
	for format, unit := range map[string]time.Duration{
		"pcap": time.Microsecond, "nsecpcap": time.Nanosecond, "modpcap": time.Microsecond, "suse6_3pcap": time.Microsecond, "pcapng": time.Nanosecond,
	} {
		t.Run(format, func(t *testing.T) {
			tool(t, "editcap", "-F", format, in, out)
			reads(t, read(t, out), unit)
		})
	}
	t.Run("comments and secrets", func(t *testing.T) {
		keys := filepath.Join(t.TempDir(), "keys")
		const line = "CLIENT_RANDOM 00 11\n"
		if err := os.WriteFile(keys, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		tool(t, "editcap", "-a", "2:of the second", "--capture-comment", "of the file", "--inject-secrets", "tls,"+keys, in, out)
		r := reads(t, read(t, out), time.Nanosecond)
		var comments []string
		for _, m := range r.Remarks() {
			if m.Kind == capture.Comment {
				comments = append(comments, fmt.Sprint(m.Packet, " ", m.Text))
			}
		}
		if want := []string{"0 of the file", "2 of the second"}; !slices.Equal(comments, want) {
			t.Errorf("comments %q, want %q", comments, want)
		}
		if s := r.Secrets(); len(s) != 1 || string(s[0].Data) != line {
			t.Errorf("secrets %v", s)
		}
	})
}

// TestMergecap merges files of different links: each packet has its own.
func TestMergecap(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	links := []capture.LinkType{capture.LinkEthernet, capture.LinkSLL2, capture.LinkRaw}
	args := []string{"-w", out}
	for i, link := range links {
		args = append(args, sample(t, link, sampleStart.Add(time.Duration(i)*time.Millisecond)))
	}
	tool(t, "mergecap", args...)
	list, err := packets(read(t, out))
	if err != nil {
		t.Fatal(err)
	}
	segs, notes := segments(list)
	if len(segs) != len(links)*len(sampleTexts) || len(notes) != 0 {
		t.Fatalf("%d segments, notes %v", len(segs), notes)
	}
	for i, s := range segs {
		if want := sampleTexts[i/len(links)]; string(s.Payload) != want || list[i].Link != links[i%len(links)] {
			t.Errorf("packet %d: %v, %q", i+1, list[i].Link, s.Payload)
		}
	}
}

// TestCompressors reads what the formats' own programs write.
func TestCompressors(t *testing.T) {
	in := sample(t, capture.LinkEthernet, sampleStart)
	for _, c := range [][]string{{"gzip", "-c"}, {"zstd", "-c"}, {"zstd", "-19", "-c"}, {"lz4", "-c"}, {"lz4", "-l", "-c"}, {"lz4", "-B7", "-BD", "-c"}} {
		t.Run(strings.Join(c, " "), func(t *testing.T) {
			reads(t, tool(t, c[0], append(c[1:], in)...), time.Nanosecond)
		})
	}
}

// TestZstdWindow refuses to look back farther than it says.
func TestZstdWindow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big")
	f := newPcap(le, magicMicro, 1)
	data := make([]byte, 1<<17)
	for i := range 200 {
		data[i]++
		f.packet(1, 0, len(data), data)
	}
	if err := os.WriteFile(path, f.b, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := packets(tool(t, "zstd", "--long=27", "-c", path))
	if wantFormatError(t, err); !strings.Contains(err.Error(), "window") {
		t.Errorf("error %v", err)
	}
}

// TestText2pcap reads packets that another program builds.
func TestText2pcap(t *testing.T) {
	dump := filepath.Join(t.TempDir(), "dump")
	if err := os.WriteFile(dump, []byte("000000 68 69\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"-u5060,5061":           `17 10.1.1.1:5060 10.2.2.2:5061 "hi"`,
		"-T5060,5061":           `6 10.1.1.1:5060 10.2.2.2:5061 "hi"`,
		"-s5060,5061,305419896": `132 10.1.1.1:5060 10.2.2.2:5061 "hi"`,
	} {
		out := filepath.Join(t.TempDir(), "out")
		tool(t, "text2pcap", header, dump, out)
		list, err := packets(read(t, out))
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %d packets, %v", header, len(list), err)
		}
		if got := decode(capture.NewDecoder(), list[0]); got != want && !strings.HasPrefix(got, want[:len(want)-1]) {
			t.Errorf("%s: got %s, want %s", header, got, want)
		}
	}
}

// TestTsharkExport has tshark take the SIP messages out of the documents' captures.
func TestTsharkExport(t *testing.T) {
	for _, name := range []string{"dataSig/ethereal", "dataEnc/ethereal"} {
		in := filepath.Join("..", "testdata", "draft-sec-flows", filepath.FromSlash(name))
		out := filepath.Join(t.TempDir(), "out")
		tool(t, "tshark", "-r", in, "-n", "-U", "OSI layer 7", "-w", out)
		exported, err := packets(read(t, out))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := segments(exported)
		list, err := packets(readDraft(t, name))
		if err != nil {
			t.Fatal(err)
		}
		want, _ := segments(list)
		if len(got) != len(want) || len(got) == 0 {
			t.Fatalf("%s: %d messages, want %d", name, len(got), len(want))
		}
		for i := range got {
			if g, w := got[i], want[i]; !g.Whole || g.Proto != w.Proto || g.Src != w.Src || g.Dst != w.Dst || !bytes.Equal(g.Payload, w.Payload) {
				t.Errorf("%s, message %d: %v from %v to %v, %d octets", name, i+1, g.Proto, g.Src, g.Dst, len(g.Payload))
			}
		}
	}
}
