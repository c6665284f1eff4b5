package capture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"sipsecdump/capture"
)

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

const (
	magicMicro     = 0xa1b2c3d4
	magicNano      = 0xa1b23c4d
	magicKuznetzov = 0xa1b2cd34
)

// line shows what a Packet has.
func line(p capture.Packet) string {
	at := "-"
	if !p.Time.IsZero() {
		at = p.Time.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%d %s %v %d %q", p.Number, at, p.Link, p.Length, p.Data)
}

func lines(list []capture.Packet) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintln(&b, line(p))
	}
	return b.String()
}

var readable = []struct {
	name   string
	format string
	file   []byte
	want   string
}{
	{
		"big-endian microseconds", "pcap",
		newPcap(be, magicMicro, 0).packet(1, 2, 3, []byte("abc")).packet(1, 999999, 9, []byte("d")).b,
		"1 1970-01-01T00:00:01.000002Z NULL 3 \"abc\"\n2 1970-01-01T00:00:01.999999Z NULL 9 \"d\"\n",
	}, {
		"little-endian microseconds", "pcap",
		newPcap(le, magicMicro, 1).packet(1, 2, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n",
	}, {
		"big-endian nanoseconds", "pcap",
		newPcap(be, magicNano, 101).packet(1, 2, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01.000000002Z RAW 3 \"abc\"\n",
	}, {
		"little-endian nanoseconds", "pcap",
		newPcap(le, magicNano, 276).packet(0xffffffff, 2, 3, []byte("abc")).b,
		"1 2106-02-07T06:28:15.000000002Z LINUX_SLL2 3 \"abc\"\n",
	}, {
		"frame check sequence declared", "pcap",
		newPcap(le, magicMicro, 0x24000001).packet(1, 0, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"more captured than declared on the wire", "pcap",
		newPcap(le, magicMicro, 1).packet(1, 0, 1, []byte("abc")).b,
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"without packets", "pcap", newPcap(le, magicMicro, 1).b, "",
	}, {
		"empty packet", "pcap",
		newPcap(le, magicMicro, 1).packet(1, 0, 0, nil).packet(2, 0, 0, nil).b,
		"1 1970-01-01T00:00:01Z ETHERNET 0 \"\"\n2 1970-01-01T00:00:02Z ETHERNET 0 \"\"\n",
	}, {
		"gzip", "pcap",
		gzipped(newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"modified by Kuznetzov, big-endian", "pcap",
		newPcap(be, magicKuznetzov, 1).long(1, 2, 3, []byte("abc")).long(2, 0, 1, []byte("d")).b,
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n2 1970-01-01T00:00:02Z ETHERNET 1 \"d\"\n",
	}, {
		"modified by Kuznetzov, little-endian", "pcap",
		newPcap(le, magicKuznetzov, 1).long(1, 2, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n",
	}, {
		"zstd", "pcap",
		zstandard(newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"zstd of two frames", "pcapng",
		append(zstandard(newPcapng(le).iface(1, 0).b), zstandard((&ngFile{order: le}).enhanced(0, 1e6, 3, []byte("abc")).b)...),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"lz4", "pcap",
		lz4Frame(newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"lz4 of two frames", "pcapng",
		append(lz4Frame(newPcapng(le).iface(1, 0).b), lz4Frame((&ngFile{order: le}).enhanced(0, 1e6, 3, []byte("abc")).b)...),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"zstd behind a skippable frame", "pcap",
		append([]byte("\x50\x2a\x4d\x18\x04\x00\x00\x00size"), zstandard(newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b)...),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"lz4 behind two skippable frames", "pcap",
		append([]byte("\x5f\x2a\x4d\x18\x00\x00\x00\x00\x51\x2a\x4d\x18\x01\x00\x00\x00x"), lz4Frame(newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b)...),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"gzip of two members", "pcap",
		append(gzipped(newPcap(le, magicMicro, 1).b), gzipped((&pcapFile{order: le}).packet(1, 0, 3, []byte("abc")).b)...),
		"1 1970-01-01T00:00:01Z ETHERNET 3 \"abc\"\n",
	}, {
		"little-endian", "pcapng",
		newPcapng(le).iface(1, 0).enhanced(0, 1e6+2, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n",
	}, {
		"big-endian", "pcapng",
		newPcapng(be).iface(1, 0).enhanced(0, 1e6+2, 3, []byte("abc")).b,
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n",
	}, {
		"gzip", "pcapng",
		gzipped(newPcapng(be).iface(1, 0).enhanced(0, 1e6+2, 3, []byte("abc")).b),
		"1 1970-01-01T00:00:01.000002Z ETHERNET 3 \"abc\"\n",
	}, {
		"sections of both byte orders, interfaces of their own", "pcapng",
		newPcapng(be).iface(1, 0).iface(276, 0).enhanced(1, 1, 1, []byte("a")).enhanced(0, 2, 1, []byte("b")).
			section(le).iface(101, 0).enhanced(0, 3, 1, []byte("c")).b,
		"1 1970-01-01T00:00:00.000001Z LINUX_SLL2 1 \"a\"\n2 1970-01-01T00:00:00.000002Z ETHERNET 1 \"b\"\n3 1970-01-01T00:00:00.000003Z RAW 1 \"c\"\n",
	}, {
		"resolutions and offsets", "pcapng",
		func() []byte {
			f := newPcapng(le)
			f.iface(1, 0, f.option(9, []byte{9}))
			f.iface(1, 0, f.option(2, []byte("eth0")), f.option(9, []byte{0x80 | 20}), f.option(0, nil))
			f.iface(1, 0, f.option(9, []byte{0}), f.option(14, f.join(^uint64(9))))
			f.iface(1, 0, f.option(9, []byte{25}))
			f.iface(1, 0, f.option(9, []byte{0x80 | 100}))
			f.iface(1, 0, f.option(9, []byte{127}))
			f.enhanced(0, 1e9+1, 0, nil).enhanced(1, 1<<20|1<<19|1, 0, nil).enhanced(2, 100, 0, nil)
			return f.enhanced(3, 1e19, 0, nil).enhanced(4, 1<<63, 0, nil).enhanced(5, 1<<63, 0, nil).enhanced(2, 1<<62, 0, nil).b
		}(),
		"1 1970-01-01T00:00:01.000000001Z ETHERNET 0 \"\"\n" +
			"2 1970-01-01T00:00:01.500000953Z ETHERNET 0 \"\"\n" +
			"3 1970-01-01T00:01:30Z ETHERNET 0 \"\"\n" +
			"4 1970-01-01T00:00:00.000001Z ETHERNET 0 \"\"\n" +
			"5 1970-01-01T00:00:00Z ETHERNET 0 \"\"\n" +
			"6 1970-01-01T00:00:00Z ETHERNET 0 \"\"\n" +
			"7 - ETHERNET 0 \"\"\n",
	}, {
		"simple and obsolete blocks", "pcapng",
		func() []byte {
			f := newPcapng(be).iface(0, 4)
			f.block(3, f.join(uint32(9), []byte("abcd"))).block(3, f.join(uint32(3), []byte("abc")))
			return f.block(2, f.join(uint16(0), uint16(7), uint32(0), uint32(5), uint32(3), uint32(3), []byte("xyz"))).b
		}(),
		"1 - NULL 9 \"abcd\"\n2 - NULL 3 \"abc\"\n3 1970-01-01T00:00:00.000005Z NULL 3 \"xyz\"\n",
	}, {
		"blocks to pass over and options to ignore", "pcapng",
		func() []byte {
			f := newPcapng(le).block(0xbad, []byte("custom")).iface(1, 0)
			f.block(4, []byte("damaged names")).block(5, nil).block(10, f.join(uint32(capture.SecretsTLS), uint32(3), []byte("key")))
			return f.enhanced(0, 1, 5, []byte("abcde"), f.option(1, []byte("comment")), f.option(2, []byte{1})).block(5, nil).b
		}(),
		"1 1970-01-01T00:00:00.000001Z ETHERNET 5 \"abcde\"\n",
	},
}

func TestReader(t *testing.T) {
	for _, tt := range readable {
		t.Run(tt.format+" "+tt.name, func(t *testing.T) {
			r, err := capture.NewReader(bytes.NewReader(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if r.Format() != tt.format {
				t.Errorf("format %q, want %q", r.Format(), tt.format)
			}
			list, err := packets(tt.file)
			if err != nil {
				t.Error(err)
			}
			if got := lines(list); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// TestReaderChunks feeds each file octet by octet and split at each place.
func TestReaderChunks(t *testing.T) {
	for _, tt := range readable {
		t.Run(tt.format+" "+tt.name, func(t *testing.T) {
			check := func(how string, in io.Reader) {
				t.Helper()
				r, err := capture.NewReader(in)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				var got strings.Builder
				var p capture.Packet
				for err = r.Next(&p); err == nil; err = r.Next(&p) {
					fmt.Fprintln(&got, line(p))
				}
				if err != io.EOF || got.String() != tt.want {
					t.Fatalf("%s: error %v, packets\n%s", how, err, got.String())
				}
			}
			check("octets", iotest.OneByteReader(bytes.NewReader(tt.file)))
			check("halves", iotest.HalfReader(bytes.NewReader(tt.file)))
			check("data with EOF", iotest.DataErrReader(bytes.NewReader(tt.file)))
			for i := range tt.file {
				check(fmt.Sprint("split at ", i), io.MultiReader(bytes.NewReader(tt.file[:i]), bytes.NewReader(tt.file[i:])))
			}
		})
	}
}

// TestReaderCut cuts each file at each place: whole packets come first, then the end or an
// error that says that the file is cut short.
func TestReaderCut(t *testing.T) {
	for _, tt := range readable {
		t.Run(tt.format+" "+tt.name, func(t *testing.T) {
			for i := range tt.file {
				list, err := packets(tt.file[:i])
				if got := lines(list); !strings.HasPrefix(tt.want, got) {
					t.Fatalf("cut at %d: packets\n%s", i, got)
				}
				if err == nil {
					continue // between two records
				}
				f := wantFormatError(t, err)
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatalf("cut at %d: %v is not io.ErrUnexpectedEOF", i, err)
				}
				if f.Packet != uint64(len(list)) {
					t.Fatalf("cut at %d: error after packet %d, read %d", i, f.Packet, len(list))
				}
			}
		})
	}
}

func TestReaderErrors(t *testing.T) {
	one := newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc"))
	ng := func() *ngFile { return newPcapng(le).iface(1, 0).enhanced(0, 1, 4, []byte("abcd")) }
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 0xff
		return b
	}
	tests := []struct {
		name  string
		file  []byte
		want  string
		short bool
	}{
		{"empty", nil, "file is empty at offset 0, after packet 0", true},
		{"three octets", []byte{0xa1, 0xb2, 0xc3}, "file header cut short at offset 0, after packet 0", true},
		{"foreign", []byte("%PDF-1.4\n"), "file is neither pcap nor pcapng: it begins with 0x25504446 at offset 0, after packet 0", false},
		{"foreign in gzip", gzipped([]byte("hello world")), "file is neither pcap nor pcapng: it begins with 0x68656c6c at offset 0, after packet 0", false},
		{"gzip of nothing", gzipped(nil), "file is empty at offset 0, after packet 0", true},
		{"gzip header only", gzipped(nil)[:5], "gzip header cut short at offset 0, after packet 0", true},
		{"gzip of unknown method", []byte{0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0}, "gzip header cannot be read: gzip: invalid header at offset 0, after packet 0", false},
		{"gzip checksum", flip(gzipped(one.b), len(gzipped(one.b))-6), "packet record header cannot be read: gzip: invalid checksum at offset 43, after packet 1", false},
		{"skippable frame", []byte("\x50\x2a\x4d\x18\x04\x00\x00\x00siz"), "skippable frame cut short at offset 0, after packet 0", true},
		{"pcap header", one.b[:23], "pcap header cut short at offset 0, after packet 0", true},
		{"pcap version", flip(one.b, 4), "unknown pcap version 253.4 at offset 4, after packet 0", false},
		{"pcap record header", one.b[:24+15], "packet record header cut short at offset 24, after packet 0", true},
		{"pcap record", one.b[:24+16+2], "packet cut short at offset 24, after packet 0", true},
		{"second record", newPcap(be, magicMicro, 1).packet(1, 0, 3, []byte("abc")).packet(1, 0, 3, []byte("ab")).b, "", false},
		{"1 GiB", hugePcap(), "packet record declares 1073741824 octets, more than the limit of 262144 at offset 24, after packet 0", false},
		{"pcapng header", ng().b[:11], "block header cut short at offset 0, after packet 0", true},
		{"pcapng section", ng().b[:15], "block cut short at offset 0, after packet 0", true},
		{"pcapng byte order", flip(ng().b, 8), "section header with unknown byte order 0xb23c2b1a at offset 0, after packet 0", false},
		{"pcapng version", flip(ng().b, 12), "unknown pcapng version 254.0 at offset 0, after packet 0", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := packets(tt.file)
			if tt.want == "" {
				if err != nil || len(list) != 2 {
					t.Fatalf("%d packets, %v", len(list), err)
				}
				return
			}
			wantFormatError(t, err)
			if err.Error() != tt.want {
				t.Errorf("error\n got %s\nwant %s", err, tt.want)
			}
			if errors.Is(err, io.ErrUnexpectedEOF) != tt.short {
				t.Errorf("io.ErrUnexpectedEOF: %v, want %v", !tt.short, tt.short)
			}
		})
	}
}

// hugePcap is a file of 40 octets whose only record declares 1 GiB.
func hugePcap() []byte {
	f := newPcap(le, magicMicro, 1)
	f.words(1, 0, 1<<30, 1<<30)
	return f.b
}

func hugePcapng() []byte {
	f := newPcapng(le).iface(1, 0)
	f.b = append(f.b, f.join(uint32(6), uint32(1<<30+32), uint32(0), uint64(0), uint32(1<<30), uint32(1<<30))...)
	return f.b
}

func hugeSecrets() []byte {
	f := newPcapng(le).iface(1, 0)
	f.b = append(f.b, f.join(uint32(10), uint32(8<<20+20), uint32(capture.SecretsTLS), uint32(8<<20))...)
	return f.b
}

// TestReaderAllocation opens files that declare much and hold nothing.
func TestReaderAllocation(t *testing.T) {
	const most = 512 << 10
	for name, file := range map[string][]byte{
		"pcap": hugePcap(), "secrets": hugeSecrets(), "in gzip": gzipped(hugePcap()),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := packets(file)
		runtime.ReadMemStats(&after)
		wantFormatError(t, err)
		if n := after.TotalAlloc - before.TotalAlloc; n > most {
			t.Errorf("%s: %d octets allocated for a file of %d, want at most %d", name, n, len(file), most)
		}
	}
}

func TestReaderFailure(t *testing.T) {
	file := newPcap(le, magicMicro, 1).packet(1, 0, 3, []byte("abc")).b
	broken := errors.New("input/output error")
	r, err := capture.NewReader(io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken)))
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	if err := r.Next(&p); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the error stays
		if err := r.Next(&p); !errors.Is(err, broken) || wantFormatError(t, err).Packet != 1 {
			t.Errorf("error %v", err)
		}
	}
	if p.Number != 1 {
		t.Error("failed Next changed the packet")
	}
	if _, err := capture.NewReader(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestSecrets(t *testing.T) {
	f := newPcapng(be)
	secret := func(data string) {
		f.block(10, f.join(uint32(capture.SecretsTLS), uint32(len(data)), []byte(data)))
	}
	secret("one\n")
	f.iface(1, 0).enhanced(0, 1, 0, nil)
	secret("two")
	secret("")
	f.enhanced(0, 2, 0, nil)
	r, err := capture.NewReader(bytes.NewReader(f.b))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var p capture.Packet
	for r.Next(&p) == nil {
		for _, s := range r.Secrets() {
			got = append(got, fmt.Sprintf("%d %x %q %d", p.Number, s.Type, s.Data, s.Missed))
		}
	}
	if want := `[1 544c534b "one\n" 0 2 544c534b "two" 0 2 544c534b "" 0]`; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSecretsLimit has more secrets than are kept.
func TestSecretsLimit(t *testing.T) {
	f := newPcapng(le)
	big := make([]byte, capture.MaxSecrets/2)
	for range 4 {
		f.block(10, f.join(uint32(capture.SecretsTLS), uint32(len(big)), big))
	}
	f.iface(1, 0).enhanced(0, 1, 0, nil)
	r, err := capture.NewReader(bytes.NewReader(f.b))
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	if err := r.Next(&p); err != nil {
		t.Fatal(err)
	}
	s := r.Secrets()
	if len(s) != 2 || len(s[0].Data) != len(big) || s[1].Data != nil || s[1].Missed != 3*int64(len(big)) {
		t.Errorf("%d blocks", len(s))
	}
}
