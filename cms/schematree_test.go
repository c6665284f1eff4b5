package cms_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
)

func TestSchemaTreeGoldens(t *testing.T) {
	for name, data := range map[string][]byte{
		"signed":      read(t, draftDir, "dataSig/resip-sign-out-sig"),
		"enveloped":   read(t, draftDir, "dataEnc/resip-encrypt-out"),
		"certificate": certificateDER(t, "x509text/testdata/extensions.pem"),
	} {
		got := treeOf(data, cms.StyleSchema)
		path := filepath.Join("testdata", name+".schema.txt")
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

// TestSchemaTreeValues checks single values; nothing tells what they are.
func TestSchemaTreeValues(t *testing.T) {
	for data, want := range map[string]string{
		"\x05\x00":         "NULL",
		"\x01\x01\xff":     "BOOLEAN: TRUE",
		"\x01\x02\xff\xff": "BOOLEAN: ffff",
		"\x02\x01\xff":     "INTEGER: -1",
		"\x02\x09\x00\x96\xa3\x84\x17\x4e\xef\x8a\x4c": "INTEGER: 0096a384174eef8a4c",
		"\x03\x02\x05\xe0":         "BIT STRING (5 unused bits): e0",
		"\x03\x01\x00":             "BIT STRING: ",
		"\x04\x02\xab\xcd":         "OCTET STRING: abcd",
		"\x04\x05hello":            `OCTET STRING: "hello"`,
		"\x06\x03\x2a\x03\x04":     "OBJECT IDENTIFIER: 1.2.3.4",
		"\x06\x03\x2a\x80\x04":     "OBJECT IDENTIFIER: 2a8004",
		"\x06\x03\x55\x04\x03":     "OBJECT IDENTIFIER: commonName (2.5.4.3)",
		"\x0c\x05a\x1b[2J":         `UTF8String: "a\x1b[2J"`,
		"\x0c\x03\xe2\x80\xae":     `UTF8String: "\u202e"`,
		"\x17\x0d110207193217Z":    "UTCTime: 2011-02-07T19:32:17Z",
		"\x17\x03abc":              `UTCTime: "abc"`,
		"\x80\x02ab":               "[0]: 6162",
		"\x30\x80\x05\x00\x00\x00": "SEQUENCE",
		"\x61\x00":                 "[APPLICATION 1]",
	} {
		got, _, _ := strings.Cut(string(treeOf([]byte(data), cms.StyleSchema)), "\n")
		if got = got[14:]; got != want {
			t.Errorf("%x: %q, want %q", data, got, want)
		}
	}
}

func TestSchemaTreeDamage(t *testing.T) {
	data := read(t, draftDir, "dataEnc/resip-encrypt-out")[:100]
	got := string(treeOf(data, cms.StyleSchema))
	for _, want := range []string{
		"     0   431  ContentInfo SEQUENCE\n                Error: the length exceeds what the enclosing element holds\n",
		"            recipientInfos SET\n",
	} {
		if !strings.Contains(got, strings.TrimLeft(want, " ")) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestSchemaTreeAbridged(t *testing.T) {
	for data, want := range map[string]string{
		string(appendElement(nil, 0x04, strings.Repeat("\xee", 1000))): "... 872 octets more\n",
		string(appendElement(nil, 0x0c, strings.Repeat("x", 1000))):    `x" ...`,
	} {
		nodes, _ := ber.Walk([]byte(data), ber.Limits{})
		got := cms.AppendTree(nil, []byte(data), nodes, cms.TreeOptions{Style: cms.StyleSchema, Abridged: true})
		if !strings.Contains(string(got), want) || len(got) > 600 {
			t.Errorf("got\n%s", got)
		}
	}
}

func TestSchemaTreeColor(t *testing.T) {
	data := read(t, draftDir, "dataEnc/resip-encrypt-out")
	nodes, _ := ber.Walk(data, ber.Limits{Encapsulated: true})
	colored := cms.AppendTree(nil, data, nodes, cms.TreeOptions{Style: cms.StyleSchema, Color: true})
	plain := strings.NewReplacer("\x1b[36m", "", "\x1b[31m", "", "\x1b[0m", "").Replace(string(colored))
	if d := cmp.Diff(string(treeOf(data, cms.StyleSchema)), plain); d != "" || len(plain) == len(colored) {
		t.Error(d)
	}
}

// FuzzTree: no input makes a tree that a terminal obeys, or one that is much larger, in any style.
func FuzzTree(f *testing.F) {
	for _, l := range draftListings {
		f.Add(read(f, draftDir, l.object))
	}
	f.Add(certificateDER(f, "x509text/testdata/extensions.pem"))
	f.Add([]byte("\x30\x80\x24\x80\x04\x02\xab\xcd\x04\x02\x01\x02\x00\x00\xa0\x81\x03\x02\x01\x05\x80\x00\x00\x00"))
	f.Add([]byte("\x30\x20\x0c\x05\x1b[2J\x9b\x06\x01\x80\x03\x02\x09\x01\x17\x0dabc\x00\x7f\xff1234567\x1e\x03abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		nodes, _ := ber.Walk(data, ber.Limits{Encapsulated: true})
		for _, style := range cms.TreeStyles {
			tree := cms.AppendTree(nil, data, nodes, cms.TreeOptions{Style: style})
			if i := bytes.IndexFunc(tree, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }); i >= 0 || !utf8.Valid(tree) {
				t.Fatalf("%v: octet %d of %q", style, i, tree)
			}
			// A node has a line, a closing line and two of errors at most, none longer than the
			// deepest indentation and 200 columns; an octet of a name is nine of an escape, and
			// an octet in hex has the indentation of its line.
			if bound := 5*(2*ber.MaxDepth+200)*len(nodes) + 24*len(data); len(tree) > bound {
				t.Fatalf("%v: %d octets for %d nodes of %d octets", style, len(tree), len(nodes), len(data))
			}
		}
	})
}
