package sipsecdump_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/maker"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

const (
	// patience is how long a run may take: 10 s, and as much for each 10 MB. The sound ones
	// take a thousandth of it.
	patience = 10 * time.Second
	// memory is how many octets of heap a run may have at any time, whatever it reads.
	memory = 64 << 20
)

// everyCapture are the captures of the repository by name, all of them small.
func everyCapture(t testing.TB) map[string][]byte {
	t.Helper()
	names := slices.Clone(shipped)
	for _, dir := range []string{filepath.Join("testdata", "peers"), filepath.Join("report", "listing", "testdata")} {
		found, err := filepath.Glob(filepath.Join(dir, "*.pcap"))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d captures, %v", dir, len(found), err)
		}
		names = append(names, found...)
	}
	files := map[string][]byte{}
	for _, n := range names {
		files[n] = read(t, n)
	}
	return files
}

// everyKey are the keys and key logs of those captures.
func everyKey(t testing.TB) *sipsecdump.Options {
	t.Helper()
	o := &sipsecdump.Options{Keyring: &pki.Keyring{}, KeyLog: &tlsparse.KeyLog{}, Plaintext: true, Jobs: 1, BatchBytes: 16 << 10}
	for _, pattern := range []string{
		filepath.Join(draft, "certs", "*key*.pem"), filepath.Join(draft, "certs", "user_cert*.pem"),
		filepath.Join("testdata", "peers", "keys", "*key*.pem"), filepath.Join("report", "listing", "testdata", "key.pem"),
	} {
		files, _ := filepath.Glob(pattern)
		if len(files) == 0 {
			t.Fatalf("no %s", pattern)
		}
		for _, f := range files {
			m, err := pki.ParseFile(f, read(t, f), [][]byte{[]byte("password")})
			if err != nil {
				continue // of an authority, under another passphrase
			}
			o.Keyring.Add(m)
		}
	}
	logs, _ := filepath.Glob(filepath.Join("testdata", "peers", "*.keylog"))
	for _, l := range logs {
		f, err := os.Open(l)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.KeyLog.Read(l, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return o
}

// heapPeak runs f and returns the most octets of heap that were in use at any of the moments
// at which it looked.
func heapPeak(f func()) uint64 { return mostOf("/memory/classes/heap/objects:bytes", f) }

// livePeak is heapPeak without garbage: how much of that there is depends on how busy the machine
// is.
func livePeak(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	return mostOf("/gc/heap/live:bytes", f)
}

func mostOf(metric string, f func()) uint64 {
	runtime.GC()
	in := []metrics.Sample{{Name: metric}}
	look := func() uint64 { metrics.Read(in); return in[0].Value.Uint64() }
	base, peak := look(), uint64(0)
	done, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		tick := time.NewTicker(500 * time.Microsecond)
		defer tick.Stop()
		for {
			peak = max(peak, look())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	<-ended
	return peak - min(base, peak)
}

// endure analyses hostile octets and returns the JSON. It fails unless the run ends in time with
// a summary and without a panic, and what it wrote is clean.
func endure(t *testing.T, what string, data []byte, o *sipsecdump.Options) []byte {
	t.Helper()
	allowed := patience + time.Duration(len(data))*patience/10e6
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	var out bytes.Buffer
	sum, err := sipsecdump.Render(ctx, &out, []sipsecdump.Source{{Name: "hostile", Reader: bytes.NewReader(data)}}, o, renderers("json"))
	if err != nil || sum == nil {
		t.Fatalf("%s: %v, %v", what, sum, err)
	}
	clean(t, "json", out.Bytes())
	return out.Bytes()
}

// endureText does the same with text.
func endureText(t *testing.T, what string, data []byte, o *sipsecdump.Options) {
	t.Helper()
	var out bytes.Buffer
	if _, err := sipsecdump.Render(t.Context(), &out, []sipsecdump.Source{{Name: "hostile", Reader: bytes.NewReader(data)}}, o, renderers("text")); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	clean(t, "text", out.Bytes())
}

// peakOf is the most heap that the analysis of a capture has.
func peakOf(t *testing.T, data []byte, o *sipsecdump.Options) uint64 {
	t.Helper()
	return heapPeak(func() {
		_, err := sipsecdump.Render(t.Context(), io.Discard, []sipsecdump.Source{{Name: "hostile", Reader: bytes.NewReader(data)}}, o, renderers("text"))
		if err != nil {
			t.Error(err)
		}
	})
}

// amount is how many of something a test does.
func amount(full int) int {
	if testing.Short() {
		return full / 20
	}
	return full
}

var everyOctet = flag.Bool("every-octet", false, "cut captures at every octet, not at some of them; takes minutes")

// TestCutAnywhere: of a capture that is cut short, everything is told that the packets before
// the cut caused.
func TestCutAnywhere(t *testing.T) {
	step := 47 // no multiple of what files align to
	switch {
	case *everyOctet:
		step = 1
	case testing.Short():
		step = 499
	}
	bare := &sipsecdump.Options{Jobs: 1, BatchBytes: 16 << 10}
	all := everyKey(t)
	for name, data := range everyCapture(t) {
		t.Run(filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			ends := recordEnds(data)
			for _, c := range []struct {
				keys string
				o    *sipsecdump.Options
				step int
			}{{"bare", bare, step}, {"keys", all, 5 * step}} { // private keys cost
				whole := bytes.SplitAfter(endure(t, name, data, c.o), []byte("\n"))
				for cut := 0; cut < len(data); cut += c.step {
					packets, _ := slices.BinarySearch(ends, cut+1)
					got := endure(t, fmt.Sprintf("%s cut at %d", name, cut), data[:cut], c.o)
					if want := causedBy(whole, packets); !bytes.HasPrefix(got, want) {
						t.Fatalf("%s, cut at %d, behind %d packets: %s", c.keys, cut, packets, firstDifference(want, got))
					}
				}
			}
		})
	}
}

// recordEnds are where the packets of a pcap file end.
func recordEnds(pcap []byte) []int {
	order := binary.ByteOrder(binary.LittleEndian)
	if pcap[0] == 0xa1 {
		order = binary.BigEndian
	}
	var ends []int
	for at := 24; at+16 <= len(pcap); {
		at += 16 + int(order.Uint32(pcap[at+8:]))
		ends = append(ends, at)
	}
	return ends
}

var packetField = regexp.MustCompile(`"packet":(\d+)`)

// causedBy are the lines of JSON before the first that comes of a packet behind the given one.
func causedBy(lines [][]byte, packets int) []byte {
	var out []byte
	for i, l := range lines {
		m := packetField.FindSubmatch(l)
		if i > 0 && m == nil {
			break // told at the end
		}
		if m != nil {
			var n int
			fmt.Sscan(string(m[1]), &n)
			if n > packets {
				break
			}
		}
		if i == 0 && packets == 0 {
			break // the file's own header may be cut
		}
		out = append(out, l...)
	}
	return out
}

// TestFlippedBits: whatever bits change, the run ends well.
func TestFlippedBits(t *testing.T) {
	all := everyKey(t)
	files := everyCapture(t)
	names := slices.Sorted(maps.Keys(files))
	for part := range 2 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for seed := range amount(1000) {
				r := rand.New(rand.NewPCG(uint64(seed), uint64(part)))
				name := names[r.IntN(len(names))]
				data := bytes.Clone(files[name])
				for range 1 + r.IntN(8) {
					data[r.IntN(len(data))] ^= 1 << r.IntN(8)
				}
				what := fmt.Sprintf("%s, seed %d.%d", name, part, seed)
				endure(t, what, data, all)
				endureText(t, what, data, all)
			}
		})
	}
}

// TestSplices: the head of one capture and the tail of another, cut anywhere.
func TestSplices(t *testing.T) {
	all := everyKey(t)
	var files [][]byte
	for _, f := range everyCapture(t) {
		files = append(files, f)
	}
	slices.SortFunc(files, bytes.Compare)
	for seed := range amount(1500) {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		a, b := files[r.IntN(len(files))], files[r.IntN(len(files))]
		data := slices.Concat(a[:r.IntN(len(a))], b[r.IntN(len(b)):])
		endure(t, fmt.Sprintf("seed %d", seed), data, all)
	}
}

// TestHostileFiles: lengths that files declare cost nothing, nor do files of nothing.
func TestHostileFiles(t *testing.T) {
	for name, data := range hostileFiles(t) {
		t.Run(name, func(t *testing.T) {
			o := &sipsecdump.Options{Jobs: 2}
			endure(t, name, data, o)
			if peak := peakOf(t, data, o); peak > memory {
				t.Errorf("%d octets of heap for a file of %d", peak, len(data))
			}
		})
	}
}

// The calls of a sound capture, and what opens them.
type sound struct {
	file    []byte
	options *sipsecdump.Options
}

func soundCalls(t *testing.T, transport string) sound {
	t.Helper()
	var file bytes.Buffer
	dir := t.TempDir()
	r, err := maker.Make(t.Context(), &file, maker.Options{
		Scenario: "calls", Transport: transport, Calls: 12, Connections: 4, Keys: dir, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &sipsecdump.Options{Keyring: &pki.Keyring{}, Plaintext: true, Jobs: 2, BatchBytes: 8 << 10}
	for _, k := range r.Keys {
		m, err := pki.ParseFile(k, read(t, k), nil)
		if err != nil {
			t.Fatal(err)
		}
		o.Keyring.Add(m)
	}
	return sound{file.Bytes(), o}
}

// told are the events of each client's connections, without what other connections number.
func told(t *testing.T, what string, file []byte, o *sipsecdump.Options) map[string][]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience+time.Duration(len(file))*patience/10e6)
	defer cancel()
	by := map[string][]string{}
	render := renderers("json")()
	for e, err := range sipsecdump.Analyze(ctx, []sipsecdump.Source{{Name: "hostile", Reader: bytes.NewReader(file)}}, o) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if e.Flow == nil {
			continue
		}
		c := *e
		flow := *e.Flow
		flow.Number, c.Packet, c.Flow = 1, 1, &flow
		if c.Time.IsZero() {
			c.Packet = 0
		}
		var b report.Buffer
		render.Render(&b, &c) // without the numbers of messages
		client := e.Flow.Client.String()
		by[client] = append(by[client], string(b.B))
	}
	return by
}

// TestUndamagedConnections: what happens to one connection, or beside them, changes nothing of
// what is told of the others.
func TestUndamagedConnections(t *testing.T) {
	for _, transport := range []string{"tls", "tcp", "udp"} {
		t.Run(transport, func(t *testing.T) {
			s := soundCalls(t, transport)
			want := told(t, "sound", s.file, s.options)
			if len(want) < 4 {
				t.Fatalf("%d connections", len(want))
			}
			same := func(t *testing.T, what string, file []byte, except string) {
				t.Helper()
				got := told(t, what, file, s.options)
				for client, lines := range want {
					if client != except && !slices.Equal(got[client], lines) {
						t.Fatalf("%s: of %s: %s", what, client,
							firstDifference([]byte(strings.Join(lines, "")), []byte(strings.Join(got[client], ""))))
					}
				}
			}
			t.Run("flipped", func(t *testing.T) {
				victim := "192.0.2.1:49153"
				for seed := range amount(200) {
					r := rand.New(rand.NewPCG(uint64(seed), 3))
					same(t, fmt.Sprintf("seed %d", seed), damage(s.file, 49153, r), victim)
				}
			})
			for name, frames := range hostileFrames(t) {
				t.Run("beside "+name, func(t *testing.T) {
					file := among(s.file, frames)
					same(t, name, file, "")
					endureText(t, name, file, s.options)
					if peak := peakOf(t, file, s.options); peak > memory {
						t.Errorf("%d octets of heap for a file of %d", peak, len(file))
					}
				})
			}
		})
	}
}

// packetsOf yields the records of a little-endian pcap file, headers included.
func packetsOf(pcap []byte) [][]byte {
	var records [][]byte
	at := 24
	for _, end := range recordEnds(pcap) {
		records = append(records, pcap[at:end])
		at = end
	}
	return records
}

// Of a record with Ethernet and IPv4, where the addresses and ports are.
const (
	addressesAt = 16 + 14 + 12
	portsAt     = 16 + 14 + 20
	portsEnd    = portsAt + 4
)

// damage flips bits in about every third packet of the connection with that client port, but not
// in what makes them its own.
func damage(file []byte, port uint16, r *rand.Rand) []byte {
	out := bytes.Clone(file)
	for _, p := range packetsOf(out) {
		src, dst := binary.BigEndian.Uint16(p[portsAt:]), binary.BigEndian.Uint16(p[portsAt+2:])
		if src != port && dst != port || r.IntN(3) > 0 {
			continue
		}
		for range 1 + r.IntN(4) {
			at := 16 + r.IntN(len(p)-16)
			if at < addressesAt || at >= portsEnd {
				p[at] ^= 1 << r.IntN(8)
			}
		}
	}
	return out
}

// among puts frames between the packets of a capture, evenly, at the times of those.
func among(file []byte, frames [][]byte) []byte {
	out := bytes.Clone(file[:24])
	records := packetsOf(file)
	done := 0
	for i, p := range records {
		for ; done*len(records) < (i+1)*len(frames) && done < len(frames); done++ {
			f := frames[done]
			out = append(out, p[:8]...)
			out = binary.LittleEndian.AppendUint32(out, uint32(len(f)))
			out = binary.LittleEndian.AppendUint32(out, uint32(len(f)))
			out = append(out, f...)
		}
		out = append(out, p...)
	}
	return out
}

// TestMemoryFlat: ten times the capture takes no more memory, and no more for each of the workers
// than its batches.
func TestMemoryFlat(t *testing.T) {
	for _, c := range []struct {
		transport   string
		connections int
	}{{"udp", 1}, {"tcp", 8}, {"tls", 1}, {"tls", 32}} {
		t.Run(fmt.Sprintf("%s-%d", c.transport, c.connections), func(t *testing.T) {
			dir := t.TempDir()
			peak := func(calls int) uint64 {
				from, to := io.Pipe()
				o := maker.Options{Scenario: "calls", Transport: c.transport, Calls: calls, Connections: c.connections, Keys: dir}
				if c.transport != "udp" {
					o.Network.End = "fin"
				}
				go func() {
					_, err := maker.Make(t.Context(), to, o)
					to.CloseWithError(err)
				}()
				return livePeak(func() {
					sum, err := sipsecdump.Render(t.Context(), io.Discard, []sipsecdump.Source{{Name: "made", Reader: from}},
						&sipsecdump.Options{Jobs: 2}, renderers("text"))
					if err != nil || sum.Truncated {
						t.Error(err)
					}
				})
			}
			peak(amount(500)) // what is made once
			few, many := peak(amount(1500)), peak(amount(15000))
			for range 2 {
				if many > few+4<<20 { // a collector that waits for a processor counts what came meanwhile
					many = min(many, peak(amount(15000)))
				}
			}
			t.Logf("%d and %d KiB", few>>10, many>>10)
			if many > memory/2 || !testing.Short() && many > few+4<<20 {
				t.Errorf("%d octets of heap for a capture, %d for one of ten times its length", few, many)
			}
		})
	}
}
