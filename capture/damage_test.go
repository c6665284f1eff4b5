package capture_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sipsecdump/capture"
)

// damages reads a file and shows its packets' data and what was passed over.
func damages(t testing.TB, file []byte) (data []string, damage []string) {
	t.Helper()
	r, err := capture.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	for err = r.Next(&p); err == nil; err = r.Next(&p) {
		data = append(data, string(p.Data))
	}
	if err != io.EOF {
		damage = append(damage, err.Error())
	}
	for _, d := range r.Damage() {
		damage = append(damage, fmt.Sprintf("%s: %d octets at %d after packet %d", d.Text, d.Skipped, d.Offset, d.Packet))
	}
	return data, damage
}

// TestDamage damages one block: the packets before and behind it come all the same.
func TestDamage(t *testing.T) {
	set := func(at int, values ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[at:], values); return b }
	}
	bad := func(kind uint32, body ...any) func([]byte) []byte {
		return func(b []byte) []byte {
			f := &ngFile{order: le}
			return append(append(bytes.Clone(b[:84]), f.block(kind, f.join(body...)).b...), b[84:]...)
		}
	}
	tests := []struct {
		name   string
		change func([]byte) []byte
		data   string
		want   string
	}{
		{"nothing", set(0), "abcd one two", ""},
		// The first packet is at 48 to 84, the second at 84 to 120.
		{"second length", set(84+32, 99), "abcd two", "block declares lengths of 36 and 99: 36 octets at 84 after packet 1"},
		{"first length", set(84+4, 40), "abcd two", "block declares lengths of 40 and 6: 36 octets at 84 after packet 1"},
		{"first length odd", set(84+4, 37), "abcd two", "block declares a length of 37, no multiple of 4 from 12: 36 octets at 84 after packet 1"},
		{"first length short", set(84+4, 8), "abcd two", "block declares a length of 8, no multiple of 4 from 12: 36 octets at 84 after packet 1"},
		{"first length of 1 GiB", set(84+4, 0, 0, 0, 0x40), "abcd two",
			"block of type 6 declares 1073741824 octets, more than the limit of 16777216: 36 octets at 84 after packet 1"},
		{"first length beyond the file", set(84+4, 0, 1), "abcd two", "block cut short: 36 octets at 84 after packet 1"},
		{"second length of the last", set(120+32, 99), "abcd one", "block declares lengths of 36 and 99: 36 octets at 120 after packet 2"},
		{"octets left out", func(b []byte) []byte { return slices.Delete(bytes.Clone(b), 100, 107) }, "abcd two",
			"block declares lengths of 36 and 9216: 29 octets at 84 after packet 1"},
		{"captured length", set(84+20, 37), "abcd two", "packet of 37 octets ends beyond its block of 36: 36 octets at 84 after packet 1"},
		{"captured length of 1 GiB", set(84+20, 0, 0, 0, 0x40), "abcd two",
			"packet block declares 1073741824 octets, more than the limit of 262144: 36 octets at 84 after packet 1"},
		{"interface", set(84+8, 1), "abcd two", "packet block names interface 1 of 1: 36 octets at 84 after packet 1"},
		{"type", set(84, 7), "abcd two", ""},
		{"short enhanced block", bad(6, make([]byte, 16)), "abcd one two", "block of type 6 has 28 octets, fewer than 32: 28 octets at 84 after packet 1"},
		{"short simple block", bad(3), "abcd one two", "block of type 3 has 12 octets, fewer than 16: 12 octets at 84 after packet 1"},
		{"short interface", bad(1, make([]byte, 4)), "abcd one two", "block of type 1 has 16 octets, fewer than 20: 16 octets at 84 after packet 1"},
		{"option of an interface", bad(1, uint16(1), uint16(0), uint32(0), uint16(2), uint16(9), []byte("eth0")), "abcd one two",
			"option 2 of 9 octets ends beyond its block: 28 octets at 84 after packet 1"},
		{"secrets", bad(10, uint32(capture.SecretsTLS), uint32(5), []byte("abcd")), "abcd one two",
			"secrets of 5 octets end beyond their block of 24: 24 octets at 84 after packet 1"},
		{"short secrets", bad(10, uint32(capture.SecretsTLS)), "abcd one two", "block of type 10 has 16 octets, fewer than 20: 16 octets at 84 after packet 1"},
		{"names", bad(4, uint16(1), uint16(99), []byte("abcd")), "abcd one two", "name record ends beyond its block: 20 octets at 84 after packet 1"},
		{"section of no version", bad(0x0a0d0d0a, uint32(0x1a2b3c4d), uint16(9), uint16(0), ^uint64(0)), "abcd",
			"unknown pcapng version 9.0: 28 octets at 84 after packet 1; " +
				"packet block names interface 0 of 0: 36 octets at 112 after packet 1; packet block names interface 0 of 0: 36 octets at 148 after packet 1"},
		{"section of no byte order", bad(0x0a0d0d0a, uint32(0x1a2b3c4e), uint16(1), uint16(0), ^uint64(0)), "abcd one two",
			"section header with unknown byte order 0x4e3c2b1a: 28 octets at 84 after packet 1"},
		{"simple block without an interface", func(b []byte) []byte {
			f := newPcapng(le)
			return append(f.block(3, make([]byte, 4)).b, b...)
		}, "abcd one two", "simple packet block without an interface: 16 octets at 28 after packet 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newPcapng(le).iface(1, 0)
			for i, data := range []string{"abcd", "one", "two"} {
				f.enhanced(0, uint64(i), len(data), []byte(data))
			}
			checkDamage(t, tt.change(f.b), tt.data, tt.want)
		})
	}
}

// lost counts those of want that are not among the packets.
func lost(want, packets []string) (n int) {
	for _, w := range want {
		if !slices.Contains(packets, w) {
			n++
		}
	}
	return n
}

// checkDamage holds the packets and the damage of a file against what is wanted.
func checkDamage(t *testing.T, file []byte, wantData, wantDamage string) {
	t.Helper()
	data, damage := damages(t, file)
	if got := strings.Join(data, " "); got != wantData {
		t.Errorf("packets %q, want %q", got, wantData)
	}
	if got := strings.Join(damage, "; "); got != wantDamage {
		t.Errorf("damage\n got %s\nwant %s", got, wantDamage)
	}
}

// TestDamageOfEachOctet changes one octet of a file of many blocks, each in turn: no more than
// the packet of that block is lost, unless the octet belongs to what others depend on.
func TestDamageOfEachOctet(t *testing.T) {
	f := newPcapng(be).iface(1, 0)
	first := len(f.b)
	var want []string
	for i := range 9 {
		want = append(want, strings.Repeat(string(rune('a'+i)), 3*i+1))
		f.enhanced(0, 1, len(want[i]), []byte(want[i]))
	}
	for at := first; at < len(f.b); at++ {
		for _, flip := range []byte{0x01, 0x04, 0x80, 0xff} {
			file := bytes.Clone(f.b)
			file[at] ^= flip
			data, _ := damages(t, file)
			if lost(want, data) > 1 {
				t.Fatalf("octet %d ^ %#x: packets %q", at, flip, data)
			}
		}
	}
}

// TestPcapDamage damages a record: reading goes on at the next one that stands in front of another,
// or of the end.
func TestPcapDamage(t *testing.T) {
	set := func(at int, values ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[at:], values); return b }
	}
	insert := func(at int, octets []byte) func([]byte) []byte {
		return func(b []byte) []byte { return slices.Insert(b, at, octets...) }
	}
	record := func(seconds, fraction uint32, length int, data string) []byte {
		return (&pcapFile{order: le}).packet(seconds, fraction, length, []byte(data)).b
	}
	huge := record(1e9, 0, 9, "")
	huge[11] = 0x40
	declares := func(n int) string {
		return fmt.Sprintf("packet record declares %d octets, more than the limit of 262144", n)
	}
	tests := []struct {
		name   string
		change func([]byte) []byte
		data   string
		want   string
	}{
		{"nothing", set(0), "abcd one two last", ""},
		// The records are at 24, 44, 63 and 82, the end at 102.
		{"first", set(24+11, 0x40), "one two last", declares(1073741828) + ": 20 octets at 24 after packet 0"},
		{"second", set(44+11, 0x40), "abcd two last", declares(1073741827) + ": 19 octets at 44 after packet 1"},
		{"second, octets left out", func(b []byte) []byte { return slices.Delete(b, 50, 57) }, "abcd two last",
			declares(1701736192) + ": 12 octets at 44 after packet 1"},
		{"captured more than follows", set(44+8, 9), "abcd two last", "packet record declares 9 octets of a packet of 3, and no record follows it: 19 octets at 44 after packet 1"},
		{"captured more than there was, and it is there", func(b []byte) []byte { b[44+12] = 1; return b }, "abcd one two last", ""},
		{"last", set(82+11, 0x40), "abcd one two", declares(1073741828) + " at offset 82, after packet 3"},
		{"two", func(b []byte) []byte { b[44+11], b[63+11] = 0x40, 0x40; return b }, "abcd last", declares(1073741827) + ": 38 octets at 44 after packet 1"},
		{"zeros", insert(44, append(slices.Clone(huge), make([]byte, 200_000)...)), "abcd one two last", declares(1<<30) + ": 200016 octets at 44 after packet 1"},
		{"nothing but zeros", insert(44, make([]byte, 4096)), "abcd one two last", "packet record header is all zeros: 4096 octets at 44 after packet 1"},
		{"zeros before the first", insert(24, make([]byte, 99)), "abcd one two last", "packet record header is all zeros: 99 octets at 24 after packet 0"},
		{"zeros at the end", insert(102, make([]byte, 512)), "abcd one two last", "packet record header is all zeros at offset 102, after packet 4"},
		{"an empty packet without a time at the end", insert(102, make([]byte, 16)), "abcd one two last ", ""},
		{"zeros in place of one and of the next one's time", func(b []byte) []byte { clear(b[44 : 63+8]); return b }, "abcd last", "packet record declares 0 octets of a packet of 0, and no record follows it: 38 octets at 44 after packet 1"},
		{"one that is alone", insert(44, append(slices.Clone(huge), record(1e9, 0, 5, "alone")[:20]...)), "abcd one two last", declares(1<<30) + ": 36 octets at 44 after packet 1"},
		{"of another day", insert(44, slices.Concat(huge, record(2e9, 0, 3, "old"), record(2e9, 0, 3, "old"))), "abcd one two last", declares(1<<30) + ": 54 octets at 44 after packet 1"},
		{"of too many microseconds", insert(44, slices.Concat(huge, record(1e9, 1e6, 3, "odd"), record(1e9, 0, 9, ""))), "abcd one two last", declares(1<<30) + ": 51 octets at 44 after packet 1"},
		{"captured more than there was, behind damage", insert(44, slices.Concat(huge, record(1e9, 0, 2, "odd"), record(1e9, 0, 9, ""))), "abcd one two last", declares(1<<30) + ": 51 octets at 44 after packet 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newPcap(le, magicMicro, 1)
			for i, data := range []string{"abcd", "one", "two", "last"} {
				f.packet(1e9+uint32(i), uint32(i), len(data), []byte(data))
			}
			checkDamage(t, tt.change(f.b), tt.data, tt.want)
		})
	}
}

// TestPcapDamageOfEachOctet cuts out some octets of a file, from each place on: no more than the
// packets around it are lost, in all kinds of files.
func TestPcapDamageOfEachOctet(t *testing.T) {
	for _, kind := range []struct {
		magic uint32
		add   func(f *pcapFile, data string)
	}{
		{magicMicro, func(f *pcapFile, data string) { f.packet(1e9, 1, len(data), []byte(data)) }},
		{0xa1b2cd34, func(f *pcapFile, data string) { f.long(1e9, 1, len(data), []byte(data)) }},
	} {
		f := newPcap(be, kind.magic, 1)
		first := 0
		var want []string
		for i := range 9 {
			want = append(want, strings.Repeat(string(rune('a'+i)), 40+3*i))
			kind.add(f, want[i])
			if i == 1 {
				first = len(f.b) // the first two records tell of which kind the file is
			}
		}
		for at := first; at < len(f.b)-40; at++ {
			data, _ := damages(t, slices.Delete(bytes.Clone(f.b), at, at+5))
			if lost(want, data) > 2 {
				t.Fatalf("%#x: octet %d: packets %q", kind.magic, at, data)
			}
		}
	}
}

// TestDamageLimit has more damage than is kept, and much of it.
func TestDamageLimit(t *testing.T) {
	f := newPcapng(le).iface(1, 0)
	for range capture.MaxDamage + 5 {
		f.enhanced(7, 1, 1, []byte("x"))
	}
	r, err := capture.NewReader(bytes.NewReader(f.b))
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	if err := r.Next(&p); err != io.EOF {
		t.Fatal(err)
	}
	d := r.Damage()
	if len(d) != capture.MaxDamage || d[len(d)-1].More != 5 {
		t.Errorf("%d places, %d more", len(d), d[len(d)-1].More)
	}
}

// BenchmarkResume looks for a block in what only seems to be blocks.
func BenchmarkResume(b *testing.B) {
	f := newPcapng(le).iface(1, 0)
	rng := rand.New(rand.NewPCG(1, 2))
	junk := f.join(uint32(6), uint32(1<<15-4))
	for range 18 {
		junk = append(junk, junk...)
	}
	for i := 0; i < len(junk); i += 64 {
		junk[i] = byte(rng.Uint32())
	}
	f.b = append(f.b, junk...)
	f.enhanced(0, 1, 3, []byte("end"))
	b.SetBytes(int64(len(f.b)))
	b.ReportAllocs()
	for b.Loop() {
		if data, _ := damages(b, f.b); len(data) != 1 {
			b.Fatal(data)
		}
	}
}
