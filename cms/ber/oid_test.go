package ber

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestOIDString(t *testing.T) {
	for _, tt := range []struct{ content, want string }{
		{"00", "0.0"},
		{"27", "0.39"},
		{"28", "1.0"},
		{"4F", "1.39"},
		{"50", "2.0"},
		{"88 37", "2.999"},
		{"2A 86 48 86 F7 0D 01 07 02", "1.2.840.113549.1.7.2"},
		{"2A 82 80 80 80 80 80 80 80 80 00", "1.2.18446744073709551616"},
		{"82 80 80 80 80 80 80 80 80 00", "2.18446744073709551536"},
		{"69 83 EF D4 AB B6 D6 EA FB E7 D4 E6 CB A9 D5 EB F7 EF 3F", "2.25.2573608152409276216827836298153555903"},
		{"", ""},
		{"86", ""},
		{"2A 86", ""},
		{"80 01", ""},
		{"2A 80 01", ""},
	} {
		got, ok := OIDString(octets(t, tt.content))
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v, want %q", tt.content, got, ok, tt.want)
		}
	}
	if _, ok := OIDString(bytes.Repeat([]byte{1}, maxOIDOctets+1)); ok {
		t.Error("an OID of any length is converted")
	}
}

// appendOID appends the content octets of the OBJECT IDENTIFIER of these arcs. There must be two
// at least, the first 2 at most, the second below 40 unless the first is 2; otherwise nothing is
// appended.
func appendOID(dst []byte, arcs ...uint64) []byte {
	if len(arcs) < 2 || arcs[0] > 2 || arcs[0] < 2 && arcs[1] >= 40 {
		return dst
	}
	dst = appendBase128(dst, 40*arcs[0]+arcs[1])
	for _, arc := range arcs[2:] {
		dst = appendBase128(dst, arc)
	}
	return dst
}

func appendBase128(dst []byte, v uint64) []byte {
	shift := 0
	for rest := v >> 7; rest > 0; rest >>= 7 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		dst = append(dst, byte(v>>shift)|0x80)
	}
	return append(dst, byte(v)&0x7f)
}

func TestAppendOID(t *testing.T) {
	for _, tt := range []struct {
		arcs []uint64
		want string
	}{
		{[]uint64{1, 2, 840, 113549, 1, 7, 2}, "2A 86 48 86 F7 0D 01 07 02"},
		{[]uint64{2, 999}, "88 37"},
		{[]uint64{0, 0, 0, 127, 128, math.MaxUint64}, "00 00 7F 81 00 81 FF FF FF FF FF FF FF FF 7F"},
		{[]uint64{1}, ""},
		{[]uint64{3, 1}, ""},
		{[]uint64{1, 40}, ""},
	} {
		if got := appendOID(nil, tt.arcs...); !bytes.Equal(got, octets(t, tt.want)) {
			t.Errorf("%v: %X, want %s", tt.arcs, got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		table []entry
		rows  int
	}{
		{dumpNames, 2588},
		{longNames, 1103},
		{shortNames, 1103},
	} {
		if len(tt.table) != tt.rows {
			t.Errorf("%d rows, want %d", len(tt.table), tt.rows)
		}
		if !slices.IsSortedFunc(tt.table, func(a, b entry) int { return strings.Compare(a.oid, b.oid) }) {
			t.Error("a table is not sorted")
		}
	}
	for _, tt := range []struct{ oid, dump, long, short string }{
		{"1.2.840.113549.1.7.2", "signedData", "pkcs7-signedData", "pkcs7-signedData"},
		{"2.16.840.1.101.3.4.1.2", "aes128-CBC", "aes-128-cbc", "AES-128-CBC"},
		{"2.5.4.3", "commonName", "commonName", "CN"},
		{"2.5.29.19", "basicConstraints", "X509v3 Basic Constraints", "basicConstraints"},
		{"1.2.3.4.5.6.7", "", "", ""},
	} {
		dump, _ := DumpName(tt.oid)
		long, _ := LongName(tt.oid)
		short, ok := ShortName(tt.oid)
		if dump != tt.dump || long != tt.long || short != tt.short || ok != (tt.short != "") {
			t.Errorf("%s: %q, %q, %q", tt.oid, dump, long, short)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { DumpName("2.5.4.3") }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
