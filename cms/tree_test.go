package cms_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
)

var update = flag.Bool("update", false, "write golden files")

// The objects of draft-ietf-sipping-sec-flows-00, Section 7, by the names of their listings.
var draftListings = []struct{ golden, object string }{
	{"draft-7.1-blob1", "dataSig/resip-sign-out-sig"},
	{"draft-7.2-blob2", "dataEnc/resip-encrypt-out"},
	{"draft-7.3-blob3", "dataEncSig/resip-encrypt-out"},
	{"draft-7.3-blob4", "dataEncSig/resip-sign-out-sig"},
}

// TestTreeRFC6216Goldens shows the draft's objects as RFC 6216 would have.
func TestTreeRFC6216Goldens(t *testing.T) {
	for _, l := range draftListings {
		o := cms.Parse(read(t, draftDir, l.object), cms.Limits{})
		got := o.AppendTree(nil, cms.TreeOptions{Style: cms.StyleRFC6216})
		path := filepath.Join("testdata", l.golden+".rfc6216.txt")
		if *update {
			if err := os.WriteFile(path, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(string(read(t, path)), string(got)); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
}

// TestTreeRules checks single rules of the layouts on small elements.
func TestTreeRules(t *testing.T) {
	sequence := func(content string) string { return string(appendElement(nil, 0x30, content)) }
	deep := func(levels int, inner string) string {
		for range levels {
			inner = sequence(inner)
		}
		return inner
	}
	for _, test := range []struct {
		name, data, want string
	}{
		{"null", "\x05\x00", "    0    0: NULL\n"},
		{"empty", "\x30\x00", "    0    0: SEQUENCE {}\n"},
		{"boolean", "\x01\x01\xff", "    0    1: BOOLEAN TRUE\n"},
		{"boolean of BER", "\x01\x01\x01", "    0    1: BOOLEAN TRUE\n          :   Error: BOOLEAN has non-DER encoding.\n"},
		{"integer", "\x02\x03\x01\x00\x01", "    0    3: INTEGER 65537\n"},
		{"negative", "\x02\x01\xff", "    0    1: INTEGER -1\n"},
		{"negative of four octets", "\x02\x04\x80\x00\x00\x00", "    0    4: INTEGER -2147483648\n"},
		{"padded", "\x02\x02\x00\x01", "    0    2: INTEGER 1\n          :   Error: Integer has non-DER encoding.\n"},
		{"integer in hex", "\x02\x05\x00\x96\xa3\x84\x17", "    0    5: INTEGER 00 96 A3 84 17\n"},
		{"no content", "\x04\x00", "    0    0: OCTET STRING\n          :   Error: Object has zero length.\n"},
		{"bits", "\x03\x02\x05\xe0", "    0    2: BIT STRING 5 unused bits\n          :   '111'B\n"},
		{"one bit", "\x03\x02\x07\x80", "    0    2: BIT STRING 7 unused bits\n          :   '1'B (bit 0)\n"},
		{"bits reversed", "\x03\x02\x06\x40", "    0    2: BIT STRING 6 unused bits\n          :   '10'B (bit 1)\n"},
		{"bits impossible", "\x03\x02\x09\x80", "    0    2: BIT STRING 9 unused bits\n          :   Error: Invalid number of unused bits.\n          :   ''B\n"},
		{"bits, seven of them", "\x03\x01\x07", "    0    1: BIT STRING 7 unused bits\n          :   ''B\n"},
		{"encapsulated", "\x04\x04\x30\x02\x05\x00", "    0    4: OCTET STRING, encapsulates {\n    2    2:   SEQUENCE {\n    4    0:     NULL\n          :     }\n          :   }\n"},
		{"short bits are not looked into", "\x03\x03\x00\x05\x00", "    0    3: BIT STRING\n          :   '0000000010100000'B\n          :   Error: Spurious zero bits in bitstring.\n"},
		{"unknown object identifier", "\x06\x03\x2a\x03\x04", "    0    3: OBJECT IDENTIFIER '1 2 3 4'\n"},
		{"bad object identifier", "\x06\x03\x2a\x80\x04", "    0    3: OBJECT IDENTIFIER 2A 80 04\n          :   Error: OID has invalid encoding.\n"},
		{"application", "\x61\x02\x05\x00", "    0    2: [APPLICATION 1] {\n    2    0:   NULL\n          :   }\n"},
		{"private high tag", "\xdf\x81\x00\x01\x05", "    0    1: [PRIVATE 128] 05\n"},
		{"text in a context tag", "\x86\x0fsip:example.com", "    0   15: [6] 'sip:example.com'\n"},
		{"control octets", "\x0c\x05a\x1b[2J", "    0    5: UTF8String 'a.[2J'\n"},
		{"time", "\x17\x0d110207193217Z", "    0   13: UTCTime 07/02/2011 19:32:17 GMT\n"},
		{"time of another form", "\x17\x0b1102071932Z", "    0   11: UTCTime '1102071932Z'\n          :   Error: Time is encoded incorrectly.\n"},
		{"generalized time", "\x18\x0f21110110193217Z", "    0   15: GeneralizedTime 10/01/2111 19:32:17 GMT\n"},
		{"indefinite", "\x30\x80\x05\x00\x00\x00", "    0 NDEF: SEQUENCE {\n    2    0:   NULL\n          :   }\n"},
		{"cut", "\x30\x05\x02\x03\x01", "    0    5: SEQUENCE {\n          :   Error: the length exceeds what the enclosing element holds.\n    2    3:   INTEGER 1\n          :     Error: the length exceeds what the enclosing element holds.\n          :   }\n"},
		{"long string", "\x13\x31" + strings.Repeat("x", 49), "    0   49: PrintableString\n          :   '" + strings.Repeat("x", 48) + "'\n          :   'x'\n"},
		{"name that breaks", deep(9, "\x06\x03\x55\x04\x0b"), ""},
		{"string that folds", deep(9, "\x04\x64"+strings.Repeat("\x00", 100)+"\x0c\x20Sipit Test Certificate Authority"), ""},
		{"octets that go no deeper than the width", deep(8, "\x04\x11"+strings.Repeat("\xee", 17)), ""},
		{"text that goes no deeper", deep(8, "\x0c\x31"+strings.Repeat("x", 49)), ""},
		{"name that leaves no room for its arcs", deep(8, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), ""},
		{"string that cannot fold", deep(20, "\x0c\x20"+strings.Repeat("x", 32)), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := cms.Parse([]byte(test.data), cms.Limits{})
			got := string(o.AppendTree(nil, cms.TreeOptions{}))
			switch test.name {
			case "name that breaks":
				test.want = "   18    3:                   OBJECT IDENTIFIER\n" +
					"          :                     organizationalUnitName (2 5 4 11)\n"
				got = got[strings.Index(got, "   18 "):][:len(test.want)]
			case "string that folds":
				test.want = "    129   32:                   UTF8String 'Sipit Test Certificate\n" +
					"                                            Authority'\n"
				got = got[strings.Index(got, "    129 "):][:len(test.want)]
			case "octets that go no deeper than the width":
				test.want = "          :             " + strings.Repeat("EE ", 15) + "EE\n          :             EE\n"
				got = got[strings.Index(got, "OCTET STRING\n")+len("OCTET STRING\n"):][:len(test.want)]
			case "text that goes no deeper":
				test.want = "          :           '" + strings.Repeat("x", 48) + "'\n          :           'x'\n"
				got = got[strings.Index(got, "UTF8String\n")+len("UTF8String\n"):][:len(test.want)]
			case "name that leaves no room for its arcs":
				test.want = "          :                   sha256WithRSAEncryption\n" +
					"                              (1 2 840 113549 1 1 11)\n"
				got = got[strings.Index(got, "IDENTIFIER\n")+len("IDENTIFIER\n"):][:len(test.want)]
			case "string that cannot fold":
				test.want = "UTF8String '" + strings.Repeat("x", 32) + "'\n"
				got = got[strings.Index(got, "UTF8"):][:len(test.want)]
			}
			if got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// appendElement appends an element with the shortest length.
func appendElement(dst []byte, tag byte, content string) []byte {
	switch n := len(content); {
	case n < 0x80:
		dst = append(dst, tag, byte(n))
	case n < 0x100:
		dst = append(dst, tag, 0x81, byte(n))
	default:
		dst = append(dst, tag, 0x82, byte(n>>8), byte(n))
	}
	return append(dst, content...)
}

func TestTreeAbridged(t *testing.T) {
	for _, style := range []cms.TreeStyle{cms.StyleRFC6216, cms.StyleDraft, cms.StyleDumpASN1} {
		octets := appendElement(nil, 0x04, strings.Repeat("\xee", 1000))
		o := cms.Parse(octets, cms.Limits{})
		got := o.AppendTree(nil, cms.TreeOptions{Style: style, Abridged: true})
		if !bytes.Contains(got, []byte("[ Another 872 bytes skipped ]\n")) || bytes.Count(got, []byte("EE")) != 128 {
			t.Errorf("%v: got\n%s", style, got)
		}
		text := appendElement(nil, 0x0c, strings.Repeat("x", 1000))
		o = cms.Parse(text, cms.Limits{})
		got = o.AppendTree(nil, cms.TreeOptions{Style: style, Abridged: true})
		if !bytes.Contains(got, []byte("[ Another 616 characters skipped ]\n")) || bytes.Count(got, []byte("x")) != 384 {
			t.Errorf("%v: got\n%s", style, got)
		}
	}
}

func TestTreeStyleNames(t *testing.T) {
	for _, want := range cms.TreeStyles {
		if style, ok := cms.ParseTreeStyle(want.String()); !ok || style != want {
			t.Errorf("%v: %v, %v", want, style, ok)
		}
	}
	if _, ok := cms.ParseTreeStyle("none"); ok {
		t.Error("none: ok")
	}
}

// dumpASN1 runs the program, or skips the test.
func dumpASN1(t *testing.T, data []byte, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("dumpasn1"); err != nil {
		t.Skip("dumpasn1 is not installed: the trees are not compared with its")
	}
	path := filepath.Join(t.TempDir(), "object")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command("dumpasn1", append(args, path)...)
	cmd.Stdout = &out
	_ = cmd.Run() // the exit code counts what it calls errors
	return out.String()
}

// listed are objects to compare trees of.
func listed(t *testing.T) map[string][]byte {
	objects := map[string][]byte{
		"nested":     []byte("\x30\x20\x24\x08\x04\x02\xab\xcd\x04\x02\x01\x02\x0c\x05cafes\x02\x04\xff\xff\xff\x7f\x02\x01\xff\x04\x00\x03\x02\x04\x10"),
		"indefinite": []byte("\x30\x80\x24\x80\x04\x02\xab\xcd\x04\x02\x01\x02\x00\x00\xa0\x81\x03\x02\x01\x05\x80\x00\x00\x00"),
		"strings": appendElement(nil, 0x30, "\x16\x03a\x01b\x13\x03a@b\x14\x03abc\x1e\x04\x00a\x00b\x80\x04\x00a\x00b\x80\x04a\x00b\x00"+
			"\x04\x03abc\x04\x03a.c\x04\x02ab\x04\x0d050101000000Z\x1a\x2a"+strings.Repeat("y", 42)),
	}
	objects["values"] = appendElement(nil, 0x30, "\x01\x01\x07\x01\x01\x00\x02\x81\x01\x05\x30\x82\x00\x02\x05\x00\x02\x05\x00\x01\x02\x03\x04\x02\x05\xff\xff\x02\x03\x04"+
		"\x03\x01\x00\x03\x02\x07\x80\x03\x05\x01\xaa\xaa\xaa\xaa\x03\x07\x00\x30\x04\x05\x00\x05\x00\x03\x08\x03\x01\x02\x03\x04\x05\x06\x08"+
		"\x06\x04\x2a\x03\x04\x05\x0a\x01\x03\x17\x0b1102071932Z\x18\x0f20210110193217Z\x41\x03abc\xc2\x02\x01\x02\x30\x00")
	for _, size := range []int{950, 1500, 12000} {
		objects[strconv.Itoa(size)] = appendElement(nil, 0x30, "\x02\x01\x05"+string(appendElement(nil, 0x04, strings.Repeat("\xfe", size)))+"\x30\x80\x05\x00\x00\x00")
	}
	for _, l := range draftListings {
		objects[l.object] = read(t, draftDir, l.object)
	}
	for _, name := range []string{"root_cert_fluffyCA.pem", "user_cert_fluffy@example.com.pem", "domain_cert_example.net.pem"} {
		objects[name] = draftCertificate(t, name).Raw
	}
	return objects
}

func TestTreeLikeDumpASN1(t *testing.T) {
	for name, data := range listed(t) {
		t.Run(name, func(t *testing.T) {
			want := dumpASN1(t, data, "-a")
			nodes, _ := ber.Walk(data, ber.Limits{Encapsulated: true})
			got := cms.AppendTree(nil, data, nodes, cms.TreeOptions{Style: cms.StyleDumpASN1})
			if d := cmp.Diff(want, string(got)); d != "" {
				t.Error(d)
			}
			want = dumpASN1(t, data)
			got = cms.AppendTree(nil, data, nodes, cms.TreeOptions{Style: cms.StyleDumpASN1, Abridged: true})
			if d := cmp.Diff(want, string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestTreeRFC6216LikeDumpASN1 moves the columns of today's dumpasn1 to RFC 6216's. At a width of
// 69 it breaks the lines of these objects where the dumpasn1 of 2006 did at 72.
func TestTreeRFC6216LikeDumpASN1(t *testing.T) {
	element := regexp.MustCompile(`^ *(\d+) +(\d+|NDEF): (.*)$`)
	other := regexp.MustCompile(`^ +: (.*)$`)
	continued := regexp.MustCompile(`\n {12,}([^ :])`)
	for _, l := range draftListings {
		data := read(t, draftDir, l.object)
		var want []string
		for line := range strings.SplitSeq(strings.TrimSuffix(dumpASN1(t, data, "-a", "-w69"), "\n"), "\n") {
			if m := element.FindStringSubmatch(line); m != nil {
				offset, _ := strconv.Atoi(m[1])
				width := 5
				if offset >= 100 {
					width = 7
				}
				line = fmt.Sprintf("%*s%5s: %s", width, m[1], m[2], m[3])
			} else if m := other.FindStringSubmatch(line); m != nil {
				line = "          : " + m[1]
			}
			want = append(want, line)
		}
		o := cms.Parse(data, cms.Limits{})
		tree := string(o.AppendTree(nil, cms.TreeOptions{}))
		got := strings.Split(strings.TrimSuffix(continued.ReplaceAllString(tree, " $1"), "\n"), "\n")
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", l.object, d)
		}
	}
}

func TestTreeNodes(t *testing.T) {
	o := cms.Parse(read(t, draftDir, "dataSig/resip-sign-out-sig"), cms.Limits{})
	nodes := slices.Collect(o.Tree())
	if len(nodes) != len(o.Nodes) {
		t.Fatalf("%d nodes, want %d", len(nodes), len(o.Nodes))
	}
	for _, want := range []cms.TreeNode{
		{Offset: 4, Header: 2, Length: 9, Depth: 1, Class: "universal", Tag: 6, Name: "OBJECT IDENTIFIER", Value: "signedData (1.2.840.113549.1.7.2)"},
		{Offset: 15, Header: 4, Length: 323, Depth: 1, Class: "context", Tag: 0, Name: "[0]"},
		{Offset: 177, Header: 2, Length: 8, Depth: 6, Class: "universal", Tag: 2, Name: "INTEGER", Value: "113997850936016984"},
		{Offset: 87, Header: 2, Length: 10, Depth: 9, Class: "universal", Tag: 19, Name: "PrintableString", Value: "California"},
	} {
		i := slices.IndexFunc(nodes, func(n cms.TreeNode) bool { return n.Offset == want.Offset })
		if i < 0 {
			t.Fatalf("no node at %d", want.Offset)
		}
		if d := cmp.Diff(want, nodes[i]); d != "" {
			t.Error(d)
		}
	}
	for range o.Tree() {
		break // must not go on
	}
}

func TestNodeValue(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{"\x01\x01\x00", "FALSE"},
		{"\x01\x01\x07", "TRUE"},
		{"\x01\x02\x07\x07", "Bwc="},
		{"\x02\x01\xff", "-1"},
		{"\x02\x21" + strings.Repeat("\x01", 33), "0x1" + strings.Repeat("01", 32)},
		{"\x05\x00", ""},
		{"\x06\x03\x2a\x03\x04", "1.2.3.4"},
		{"\x06\x01\x80", "gA=="},
		{"\x04\x02\xab\xcd", "q80="},
		{"\x0c\x03a\xffb", "a\ufffdb"},
		{"\x14\x01\xe9", "é"},
		{"\x16\x01\xe9", "\ufffd"},
		{"\x1e\x04\x00a\x20\xac", "a€"},
		{"\x1e\x03\x00a\x20", "a\ufffd"},
		{"\x17\x0d110207193217Z", "2011-02-07T19:32:17Z"},
		{"\x17\x03abc", "abc"},
		{"\x80\x01\x01", "AQ=="},
	} {
		nodes, err := ber.Walk([]byte(test.data), ber.Limits{})
		if err != nil || len(nodes) != 1 {
			t.Fatalf("%x: %v", test.data, err)
		}
		if got := cms.NodeValue(&nodes[0]); got != test.want {
			t.Errorf("%x: got %q, want %q", test.data, got, test.want)
		}
	}
}
