package ber

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// octets decodes hex with spaces.
func octets(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// list writes nodes for comparison: one a line, indented, as
// "offset+header+length class tag flags !code@offset".
func list(nodes []Node) string {
	var b strings.Builder
	for i := range nodes {
		n := &nodes[i]
		fmt.Fprintf(&b, "%s%d+%d+%d %c%d", strings.Repeat(" ", n.Depth), n.Offset, n.Header, n.Length, "uacp"[n.Class], n.Tag)
		for _, flag := range []struct {
			set  bool
			name string
		}{{n.Constructed, " cons"}, {n.NonMinimal, " long"}, {n.Encapsulated, " encaps"}} {
			if flag.set {
				b.WriteString(flag.name)
			}
		}
		if n.Err != nil {
			e := n.Err.(*Error)
			fmt.Fprintf(&b, " !%s@%d", e.Code, e.Offset)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var walkTests = []struct {
	name  string
	input string
	want  string
	err   string // code@offset; "" for none
}{
	{"null", "0500", "0+2+0 u5\n", ""},
	{"integer", "020105", "0+2+1 u2\n", ""},
	{"empty sequence", "3000", "0+2+0 u16 cons\n", ""},
	{"nested", "30 06 02 01 05 31 01 00", "0+2+6 u16 cons\n 2+2+1 u2\n 5+2+1 u17 cons\n  7+1+0 u0 !length-cut@7\n", "length-cut@7"},
	{"classes", "30 09 40 00 80 00 C0 00 A1 01 05", "0+2+9 u16 cons\n 2+2+0 a0\n 4+2+0 c0\n 6+2+0 p0\n 8+2+1 c1 cons\n  10+1+0 u5 !length-cut@10\n", "length-cut@10"},
	{"indefinite", "30 80 02 01 05 00 00", "0+2+-1 u16 cons\n 2+2+1 u2\n", ""},
	{"indefinite nested", "30 80 30 80 05 00 00 00 00 00", "0+2+-1 u16 cons\n 2+2+-1 u16 cons\n  4+2+0 u5\n", ""},
	{"indefinite in definite", "30 06 30 80 05 00 00 00", "0+2+6 u16 cons\n 2+2+-1 u16 cons\n  4+2+0 u5\n", ""},
	{"string in segments", "24 80 04 01 41 04 01 42 00 00", "0+2+-1 u4 cons\n 2+2+1 u4\n 5+2+1 u4\n", ""},

	{"length in long form", "04 81 01 41", "0+3+1 u4 long\n", ""},
	{"length with leading zeros", "04 84 00 00 00 01 41", "0+6+1 u4 long\n", ""},
	{"length of 128", "04 81 80" + strings.Repeat("00", 128), "0+3+128 u4\n", ""},
	{"high tag", "5F 82 01 00", "0+4+0 a257\n", ""},
	{"high tag of less than 31", "5F 1E 00", "0+3+0 a30 long\n", ""},
	{"high tag of 31", "5F 1F 00", "0+3+0 a31\n", ""},
	{"high tag with a leading zero", "5F 80 1F 00", "0+4+0 a31 long\n", ""},
	{"highest tag", "9F 8F FF FF FF 7F 00", "0+7+0 c4294967295\n", ""},

	{"no octets", "", "", "empty@0"},
	{"trailing octets", "05 00 0D 0A", "0+2+0 u5\n", "trailing-octets@2"},
	{"tag only", "05", "0+1+0 u5 !length-cut@0\n", "length-cut@0"},
	{"high tag cut", "1F 81", "0+2+0 u31 !tag-cut@0\n", "tag-cut@0"},
	{"tag too large", "9F 90 80 80 80 00 00", "0+7+0 c4294967295 !tag-too-large@0\n", "tag-too-large@0"},
	{"length octets cut", "04 82 01", "0+3+0 u4 !length-cut@0\n", "length-cut@0"},
	{"length beyond the end", "04 05 41", "0+2+5 u4 !length-beyond-end@0\n", "length-beyond-end@0"},
	{"length beyond the enclosing element", "30 04 04 05 41 42 05 00", "0+2+4 u16 cons\n 2+2+5 u4 !length-beyond-end@2\n", "length-beyond-end@2"},
	{"the walk goes on behind damage", "30 09 30 04 04 05 41 42 02 01 07", "0+2+9 u16 cons\n 2+2+4 u16 cons\n  4+2+5 u4 !length-beyond-end@4\n 8+2+1 u2\n", "length-beyond-end@4"},
	{"the walk goes on in what is cut off", "30 09 02 01 07", "0+2+9 u16 cons !length-beyond-end@0\n 2+2+1 u2\n", "length-beyond-end@0"},
	{"enormous length", "04 88 FF FF FF FF FF FF FF FF 41", fmt.Sprintf("0+10+%d u4 !length-beyond-end@0\n", math.MaxInt), "length-beyond-end@0"},
	{"length of 126 octets", "04 FE" + strings.Repeat("FF", 126) + "41", fmt.Sprintf("0+128+%d u4 !length-beyond-end@0\n", math.MaxInt), "length-beyond-end@0"},
	{"reserved length", "04 FF 41", "0+2+1 u4 !length-reserved@0\n", "length-reserved@0"},
	{"primitive of indefinite length", "04 80 41 00 00", "0+2+-1 u4 !indefinite-primitive@0\n", "indefinite-primitive@0"},
	{"end-of-contents missing", "30 80 05 00", "0+2+-1 u16 cons !eoc-missing@4\n 2+2+0 u5\n", "eoc-missing@4"},
	{"end-of-contents missing within", "30 04 30 80 05 00 05 00", "0+2+4 u16 cons\n 2+2+-1 u16 cons !eoc-missing@6\n  4+2+0 u5\n", "eoc-missing@6"},
	{"half of end-of-contents", "30 80 00", "0+2+-1 u16 cons !eoc-missing@3\n 2+1+0 u0 !length-cut@2\n", "length-cut@2"},
	{"end-of-contents unexpected", "30 02 00 00", "0+2+2 u16 cons\n 2+2+0 u0 !eoc-unexpected@2\n", "eoc-unexpected@2"},
	{"end-of-contents outermost", "00 00", "0+2+0 u0 !eoc-unexpected@0\n", "eoc-unexpected@0"},
	{"end-of-contents with content", "30 80 00 01 00 00 00", "0+2+-1 u16 cons\n 2+2+1 u0 !tag-reserved@2\n", "tag-reserved@2"},
	{"end-of-contents in long form", "30 80 00 81 00 00 00", "0+2+-1 u16 cons\n 2+3+0 u0 long !tag-reserved@2\n", "tag-reserved@2"},

	{"encapsulated", "04 03 02 01 05", "0+2+3 u4 encaps\n 2+2+1 u2\n", ""},
	{"encapsulated in a bit string", "03 06 00 02 03 01 00 01", "0+2+6 u3 encaps\n 3+2+3 u2\n", ""},
	{"a bit string of flags", "03 05 00 02 02 01 05", "0+2+5 u3\n", ""},
	{"encapsulated twice", "04 05 04 03 02 01 05", "0+2+5 u4 encaps\n 2+2+3 u4 encaps\n  4+2+1 u2\n", ""},
	{"bit string with unused bits", "03 06 01 02 03 01 00 01", "0+2+6 u3\n", ""},
	{"does not fill the string", "04 04 02 01 05 00", "0+2+4 u4\n", ""},
	{"an application tag", "04 02 40 00", "0+2+2 u4\n", ""},
	{"a context-specific tag", "04 02 81 00", "0+2+2 u4 encaps\n 2+2+0 c1\n", ""},
	{"tag 0", "04 02 80 00", "0+2+2 u4\n", ""},
	{"constructed, but not what can be", "04 02 24 00", "0+2+2 u4\n", ""},
	{"indefinite sequence", "04 06 30 80 05 00 00 00", "0+2+6 u4 encaps\n 2+2+-1 u16 cons\n  4+2+0 u5\n", ""},
	{"damage in what is guessed is no error", "04 04 30 02 02 05", "0+2+4 u4 encaps\n 2+2+2 u16 cons\n  4+2+5 u2 !length-beyond-end@4\n", ""},
}

func TestWalk(t *testing.T) {
	for _, tt := range walkTests {
		t.Run(tt.name, func(t *testing.T) {
			data := octets(t, tt.input)
			nodes, err := Walk(data, Limits{Encapsulated: true})
			if got := list(nodes); got != tt.want {
				t.Errorf("nodes:\n%swant:\n%s", got, tt.want)
			}
			got := ""
			if err != nil {
				e := err.(*Error)
				got = fmt.Sprintf("%s@%d", e.Code, e.Offset)
			}
			if got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
			check(t, data, nodes)
		})
	}
}

// check holds what is true of every walk, of whatever input.
func check(t testing.TB, data []byte, nodes []Node) {
	t.Helper()
	next := 0 // offset that the next node or end-of-contents octets must have
	var open []int
	gap := func(n *Node, at int) {
		if n.Length == -1 && n.Constructed && at-next == 2 && data[next] == 0 && data[next+1] == 0 {
			next = at
		}
		if next != at {
			t.Fatalf("octets from %d to %d belong to nothing:\n%s", next, at, list(nodes))
		}
	}
	closeTo := func(depth int) {
		for len(open) > depth {
			n := &nodes[open[len(open)-1]]
			gap(n, n.End)
			open = open[:len(open)-1]
		}
	}
	for i := range nodes {
		n := &nodes[i]
		if i == 0 && (n.Offset != 0 || n.Depth != 0) || i > 0 && n.Depth == 0 {
			t.Fatalf("node %d is outermost:\n%s", i, list(nodes))
		}
		if n.Depth > len(open) {
			t.Fatalf("node %d is too deep:\n%s", i, list(nodes))
		}
		closeTo(n.Depth)
		if n.Offset != next {
			t.Fatalf("node %d begins at %d, want %d:\n%s", i, n.Offset, next, list(nodes))
		}
		start := n.Offset + n.Header
		if n.Header < 1 || start > n.End || n.End > len(data) {
			t.Fatalf("node %d has impossible bounds:\n%s", i, list(nodes))
		}
		if len(n.Content) > 0 && &n.Content[0] != &data[start] || len(n.Content) > n.End-start {
			t.Fatalf("node %d has wrong content:\n%s", i, list(nodes))
		}
		if len(open) > 0 {
			if parent := &nodes[open[len(open)-1]]; n.End > parent.End || !parent.Constructed && !parent.Encapsulated {
				t.Fatalf("node %d reaches beyond its parent:\n%s", i, list(nodes))
			}
		}
		if n.Length >= 0 && n.Err == nil && (len(n.Content) != n.Length || n.End != start+n.Length) {
			t.Fatalf("node %d has not its length:\n%s", i, list(nodes))
		}
		hasChildren := i+1 < len(nodes) && nodes[i+1].Depth == n.Depth+1
		switch {
		case !hasChildren:
			if n.Constructed && len(n.Content) > 0 && n.Err == nil {
				t.Fatalf("node %d has content, but no children:\n%s", i, list(nodes))
			}
			next = n.End
		case n.Encapsulated && n.Tag == TagBitString:
			next = start + 1
			open = append(open, i)
		default:
			next = start
			open = append(open, i)
		}
	}
	if len(nodes) > 0 {
		closeTo(0)
	}
}

func TestWalkPrefixes(t *testing.T) {
	for name, data := range samples(t) {
		t.Run(name, func(t *testing.T) {
			whole, err := Walk(data, Limits{Encapsulated: true})
			if err != nil {
				t.Fatal(err)
			}
			check(t, data, whole)
			for i := range data {
				nodes, err := Walk(data[:i], Limits{Encapsulated: true})
				if err == nil {
					t.Fatalf("the first %d octets are taken for whole", i)
				}
				check(t, data[:i], nodes)
			}
		})
	}
}

// samples are encodings in real use: certificates and CMS objects.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	for _, pattern := range []string{"*/certs/*cert*.pem", "rfc6216/*cert*.pem"} {
		files, _ := filepath.Glob(filepath.Join("../../testdata", pattern))
		if len(files) == 0 {
			t.Fatalf("no file matches %s", pattern)
		}
		for _, file := range files {
			block, _ := pem.Decode(read(t, file))
			all[filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file)] = block.Bytes
		}
	}
	for _, name := range []string{"dataSig/resip-sign-out-sig", "dataEnc/resip-encrypt-out", "dataEncSig/resip-encrypt-out"} {
		all[name] = read(t, filepath.Join("../../testdata/draft-sec-flows", name))
	}
	return all
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWalkLimits(t *testing.T) {
	deep := octets(t, "30 0A 30 08 30 06 30 04 30 02 05 00")
	nodes, err := Walk(deep, Limits{Depth: 3})
	if want := "0+2+10 u16 cons\n 2+2+8 u16 cons\n  4+2+6 u16 cons\n   6+2+4 u16 cons !depth-limit@6\n"; list(nodes) != want {
		t.Errorf("nodes:\n%swant:\n%s", list(nodes), want)
	}
	checkCode(t, err, "depth-limit")

	indefinite := octets(t, "30 80 30 80 30 80 05 00 00 00 05 00 00 00 05 00 00 00")
	nodes, err = Walk(indefinite, Limits{Depth: 1})
	if want := "0+2+-1 u16 cons\n 2+2+-1 u16 cons !depth-limit@2\n 14+2+0 u5\n"; list(nodes) != want {
		t.Errorf("nodes:\n%swant:\n%s", list(nodes), want)
	}
	checkCode(t, err, "depth-limit")
	if want := indefinite[4:12]; !bytes.Equal(nodes[1].Content, want) {
		t.Errorf("content %x, want %x", nodes[1].Content, want)
	}

	wide := append(octets(t, "30 14"), bytes.Repeat([]byte{5, 0}, 10)...)
	nodes, err = Walk(wide, Limits{Nodes: 4})
	if len(nodes) != 4 {
		t.Errorf("%d nodes, want 4", len(nodes))
	}
	checkCode(t, err, "node-limit")
	checkCode(t, nodes[0].Err, "node-limit")
	if nodes, err := Walk(wide, Limits{Nodes: 11}); err != nil || len(nodes) != 11 {
		t.Errorf("%d nodes and %v, want 11 and no error", len(nodes), err)
	}
}

func checkCode(t testing.TB, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Code != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

// Nesting must cost neither stack nor more than linear time.
func TestWalkNested(t *testing.T) {
	const levels = 3_000_000
	for _, tt := range []struct{ name, level string }{
		{"indefinite sequences", "3080"},
		{"definite sequences", "30847fffffff"},
		{"empty sequences", "3000"},
		{"segments", "2480"},
		{"octet strings", "04820001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := bytes.Repeat(octets(t, tt.level), levels)
			nodes, err := Walk(data, Limits{Encapsulated: true})
			if err == nil {
				t.Error("no error")
			}
			if len(nodes) > DefaultNodes {
				t.Errorf("%d nodes", len(nodes))
			}
		})
	}
	inside := append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x30, 0x80, 0, 0}, levels)...)
	if nodes, err := Walk(inside, Limits{}); len(nodes) != DefaultNodes {
		t.Errorf("%d nodes and %v", len(nodes), err)
	}
}

func TestWalkAllocs(t *testing.T) {
	data := samples(t)["dataSig/resip-sign-out-sig"]
	buf := make([]Node, 0, 1000)
	allocs := testing.AllocsPerRun(100, func() {
		nodes, err := AppendNodes(buf, data, Limits{Encapsulated: true})
		if err != nil || len(nodes) == 0 {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestAppendNodes(t *testing.T) {
	first, _ := Walk(octets(t, "0500"), Limits{})
	both, err := AppendNodes(first, octets(t, "30 02 05 00"), Limits{Nodes: 2})
	if err != nil || len(both) != 3 || both[1].Depth != 0 || both[2].Depth != 1 {
		t.Errorf("%v\n%s", err, list(both))
	}
}

func BenchmarkWalk(b *testing.B) {
	for name, data := range map[string][]byte{
		"CMS":         samples(b)["dataSig/resip-sign-out-sig"],
		"certificate": samples(b)["rfc6216/root_cert_fluffyCA.pem"],
		"nulls":       append(octets(b, "30 82 C3 50"), bytes.Repeat([]byte{5, 0}, 25_000)...),
		"nested":      bytes.Repeat([]byte{0x30, 0x80}, 3_000_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			buf := make([]Node, 0, DefaultNodes)
			for b.Loop() {
				_, _ = AppendNodes(buf, data, Limits{Encapsulated: true})
			}
		})
	}
}

func FuzzWalk(f *testing.F) {
	for _, tt := range walkTests {
		f.Add(octets(f, tt.input), true)
	}
	for _, data := range samples(f) {
		f.Add(data, false)
	}
	f.Fuzz(func(t *testing.T, data []byte, encapsulated bool) {
		nodes, err := Walk(data, Limits{Encapsulated: encapsulated, Nodes: 1000, Depth: 20})
		if len(nodes) > 1000 {
			t.Fatalf("%d nodes", len(nodes))
		}
		if code := ""; err != nil {
			code = err.(*Error).Code
			if code == "node-limit" {
				return // what is not listed accounts for no octets
			}
		}
		check(t, data, nodes)
		if err == nil && (len(nodes) == 0 || nodes[0].End != len(data)) {
			t.Fatal("no error, though not all was walked")
		}
		// What the walk takes for undamaged, the cursor reads the same.
		c := NewCursor(data)
		e, cursorErr := c.Next()
		if err == nil && (cursorErr != nil || len(e.Raw) != len(data) || !bytes.Equal(e.Content, nodes[0].Content)) {
			t.Fatalf("the cursor reads %d octets, %v", len(e.Raw), cursorErr)
		}
	})
}
