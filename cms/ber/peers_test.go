package ber

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// peer runs a program with the data in a file; the test is skipped if it is not installed.
func peer(t *testing.T, data []byte, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	file := filepath.Join(t.TempDir(), "data.ber")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, append(args, file)...).Output()
	// dumpasn1 exits with the number of what it would have otherwise.
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && (!exited || program != "dumpasn1") {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

// dumpasn1's columns are what the walk's are: offset and length of each element.
func TestWalkAsDumpasn1(t *testing.T) {
	row := regexp.MustCompile(`(?m)^ *(\d+) +(\d+|NDE?F): `)
	for name, data := range peerSamples(t) {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, m := range row.FindAllStringSubmatch(peer(t, data, "dumpasn1", "-a"), -1) {
				want = append(want, m[1]+" "+strings.ReplaceAll(m[2], "E", ""))
			}
			nodes, err := Walk(data, Limits{Encapsulated: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range nodes {
				length := strconv.Itoa(n.Length)
				if n.Length < 0 {
					length = "NDF"
				}
				got = append(got, fmt.Sprintf("%d %s", n.Offset, length))
			}
			if !slices.Equal(got, want) {
				t.Errorf("elements\n%q, dumpasn1 has\n%q", got, want)
			}
		})
	}
}

func TestWalkAsASN1Parse(t *testing.T) {
	row := regexp.MustCompile(`(?m)^ *(\d+):d=(\d+) +hl=(\d+) l= *(\d+|inf) +(cons|prim): (\S+)`)
	for name, data := range peerSamples(t) {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, m := range row.FindAllStringSubmatch(peer(t, data, "openssl", "asn1parse", "-inform", "DER", "-in"), -1) {
				if m[6] != "EOC" {
					want = append(want, strings.Join(m[1:6], " "))
				}
			}
			nodes, err := Walk(data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range nodes {
				length, form := strconv.Itoa(n.Length), "prim"
				if n.Length < 0 {
					length = "inf"
				}
				if n.Constructed {
					form = "cons"
				}
				got = append(got, fmt.Sprintf("%d %d %d %s %s", n.Offset, n.Depth, n.Header, length, form))
			}
			if !slices.Equal(got, want) {
				t.Errorf("elements\n%q, openssl has\n%q", got, want)
			}
		})
	}
}

// peerSamples are samples, and encodings that only BER allows.
func peerSamples(t *testing.T) map[string][]byte {
	all := samples(t)
	all["indefinite"] = octets(t, "30 80 02 01 05 30 80 05 00 00 00 24 80 04 02 41 42 04 01 43 00 00 00 00")
	all["encapsulated indefinite"] = octets(t, "30 10 04 06 30 80 05 00 00 00 03 06 00 30 03 02 01 07")
	all["long lengths"] = octets(t, "30 83 00 00 07 02 82 00 01 05 05 00")
	all["high tags"] = octets(t, "30 0D BF 81 02 03 02 01 05 7F 1F 03 01 01 FF")
	return all
}

// Both peers are asked for the name of each object identifier that either of them has.
func TestNamesAsPeers(t *testing.T) {
	var all []string
	for _, table := range [][]entry{dumpNames, longNames} {
		for _, e := range table {
			all = append(all, e.oid)
		}
	}
	t.Run("openssl", func(t *testing.T) {
		out := peer(t, encodeOIDs(t, all), "openssl", "asn1parse", "-inform", "DER", "-in")
		compareNames(t, out, `(?m): OBJECT +:(.*)$`, all, func(oid string) string {
			if name, ok := LongName(oid); ok {
				return name
			}
			return oid
		})
	})
	t.Run("dumpasn1", func(t *testing.T) {
		// It takes OIDs of two octets for invalid, and cannot read an arc of 2.54 that
		// takes two.
		oids := slices.DeleteFunc(all, func(oid string) bool {
			return strings.HasPrefix(oid, "2.54.") || len(encodeOID(t, oid)) <= 2
		})
		out := peer(t, encodeOIDs(t, oids), "dumpasn1", "-a", "-w250")
		compareNames(t, out, `(?m)OBJECT IDENTIFIER (.*)$`, oids, func(oid string) string {
			spaced := strings.ReplaceAll(oid, ".", " ")
			if name, ok := DumpName(oid); ok {
				return name + " (" + spaced + ")"
			}
			return "'" + spaced + "'"
		})
	})
}

func compareNames(t *testing.T, out, row string, oids []string, want func(oid string) string) {
	t.Helper()
	got := regexp.MustCompile(row).FindAllStringSubmatch(out, -1)
	if len(got) != len(oids) {
		t.Fatalf("%d names, want %d", len(got), len(oids))
	}
	for i, oid := range oids {
		if got[i][1] != want(oid) {
			t.Errorf("%s is %q, the table has %q", oid, got[i][1], want(oid))
		}
	}
}

// encodeOIDs returns a SEQUENCE of OBJECT IDENTIFIERs.
func encodeOIDs(t *testing.T, oids []string) []byte {
	var content []byte
	for _, oid := range oids {
		der := encodeOID(t, oid)
		content = append(append(content, TagOID, byte(len(der))), der...)
	}
	return append([]byte{0x30, 0x83, byte(len(content) >> 16), byte(len(content) >> 8), byte(len(content))}, content...)
}

func encodeOID(t *testing.T, oid string) []byte {
	var arcs []uint64
	for arc := range strings.SplitSeq(oid, ".") {
		n, err := strconv.ParseUint(arc, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		arcs = append(arcs, n)
	}
	der := appendOID(nil, arcs...)
	if back, ok := OIDString(der); !ok || back != oid || bytes.HasPrefix(der, []byte{0x80}) {
		t.Fatalf("%s becomes %s", oid, back)
	}
	return der
}
