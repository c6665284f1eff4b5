package document_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/report/document"
)

var (
	draft  = filepath.Join("..", "..", "testdata", "draft-sec-flows")
	tls    = filepath.Join(draft, "tls", "tls1.pcap")
	smimes = []string{
		filepath.Join(draft, "dataSig", "ethereal"), filepath.Join(draft, "dataEnc", "ethereal"), filepath.Join(draft, "dataEncSig", "ethereal"),
	}
	allFigures = report.LayerSet(0).With(report.LayerTLS).With(report.LayerSIP).With(report.LayerCMS)
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// analyse puts a document together.
func analyse(t testing.TB, o *document.Options, jobs, batch int, files ...string) *document.Document {
	t.Helper()
	keys := &pki.Keyring{}
	for _, n := range []string{"domain_key_example.net.pem", "user_key_kumiko@example.net.pem"} {
		m, err := pki.ParseFile(n, read(t, filepath.Join(draft, "certs", n)), nil)
		if err != nil {
			t.Fatal(err)
		}
		keys.Add(m)
	}
	var captures []sipsecdump.Source
	for _, f := range files {
		captures = append(captures, sipsecdump.Source{Name: f, Reader: bytes.NewReader(read(t, f))})
	}
	d := document.New(o)
	for e, err := range sipsecdump.Analyze(t.Context(), captures, &sipsecdump.Options{Keyring: keys, Jobs: jobs, BatchBytes: batch}) {
		if err != nil {
			t.Fatal(err)
		}
		d.Add(e)
	}
	return d
}

func text(t testing.TB, d *document.Document) string {
	t.Helper()
	var b strings.Builder
	if _, err := d.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func archiveOf(t testing.TB, d *document.Document) string {
	t.Helper()
	var b strings.Builder
	if err := d.WriteArchive(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSameBytes: neither the number of workers nor the batches change a section or its archive.
func TestSameBytes(t *testing.T) {
	files := append([]string{tls}, smimes...)
	for _, xml := range []bool{false, true} {
		o := &document.Options{Show: allFigures, Indent: 3, XML: xml, Archive: true}
		var section, archive string
		for _, jobs := range []int{1, 2, 3, 8} {
			for _, batch := range []int{1, 700, 1 << 20} {
				d := analyse(t, o, jobs, batch, files...)
				if s := text(t, d); section == "" {
					section, archive = s, archiveOf(t, d)
				} else if s != section || archiveOf(t, d) != archive {
					t.Fatalf("%d jobs, batches of %d octets: other bytes than with 1 job", jobs, batch)
				}
			}
		}
	}
}

// TestColumns: no line is longer than 72 columns, has blanks at its end, or a tab.
func TestColumns(t *testing.T) {
	for style := range document.Styles {
		for _, indent := range []int{0, 3, document.MaxIndent} {
			o := &document.Options{Style: document.Style(style), Show: allFigures, Indent: indent}
			for line := range strings.Lines(text(t, analyse(t, o, 1, 1<<20, append([]string{tls}, smimes...)...))) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > 72 || strings.TrimRight(line, " \t") != line {
					t.Errorf("%s, indent %d: %q", document.Styles[style], indent, line)
				}
			}
		}
	}
}

// children is the part of RFC 7991's grammar that a section may use here: which elements stand in
// which, in Section 2.46 (section), 2.53 (t), 2.48 (sourcecode) and 2.32 (name); and their
// attributes.
var (
	children   = map[string][]string{"": {"section"}, "section": {"name", "t", "sourcecode"}, "t": nil, "name": nil, "sourcecode": nil}
	attributes = map[string][]string{
		"section":    {"anchor", "numbered", "removeInRFC", "title", "toc"},
		"t":          {"anchor", "hangText", "keepWithNext", "keepWithPrevious"},
		"sourcecode": {"anchor", "name", "src", "type"},
	}
)

// TestXML checks the section against that grammar, and its figures against those of the text.
func TestXML(t *testing.T) {
	files := append([]string{tls}, smimes...)
	section := text(t, analyse(t, &document.Options{Show: allFigures, XML: true}, 2, 1000, files...))
	var stack []string
	var figures []string
	names := map[string]bool{}
	d := xml.NewDecoder(strings.NewReader(section))
	top := func() string {
		if len(stack) == 0 {
			return ""
		}
		return stack[len(stack)-1]
	}
	seen := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if !slices.Contains(children[top()], name) {
				t.Errorf("<%s> in <%s>", name, top())
			}
			if name == "name" && seen != 1 {
				t.Error("<name> is not the first in its section")
			}
			for _, a := range token.Attr {
				if !slices.Contains(attributes[name], a.Name.Local) {
					t.Errorf("<%s> has an attribute %s", name, a.Name.Local)
				}
				if a.Name.Local == "name" && names[a.Value] {
					t.Errorf("two figures are called %s", a.Value)
				} else {
					names[a.Value] = true
				}
			}
			stack = append(stack, name)
			seen++
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			switch top() {
			case "sourcecode":
				figures = append(figures, strings.TrimPrefix(string(token), "\n"))
			case "section", "":
				if strings.TrimSpace(string(token)) != "" {
					t.Errorf("text in <%s>: %q", top(), token)
				}
			}
		}
	}
	plain := text(t, analyse(t, &document.Options{Show: allFigures, Indent: 3}, 2, 1000, files...))
	for _, f := range figures {
		var indented strings.Builder
		for line := range strings.Lines(f) {
			if line != "\n" {
				indented.WriteString("   ")
			}
			indented.WriteString(line)
		}
		if !strings.Contains(plain, indented.String()) {
			t.Errorf("the text lacks\n%s", &indented)
		}
	}
	if len(figures) < 8 {
		t.Errorf("%d figures", len(figures))
	}
}

// TestArchive unpacks an archive: its files are the octets of the wire.
func TestArchive(t *testing.T) {
	o := &document.Options{Show: allFigures, Archive: true}
	packed := archiveOf(t, analyse(t, o, 1, 1<<20, smimes[2]))
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	var names []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		if h.ModTime.Year() != 2005 {
			t.Errorf("%s: %v is not the packet's time", h.Name, h.ModTime)
		}
		names = append(names, h.Name)
	}
	if !slices.IsSorted(names) {
		t.Errorf("%q are not in order", names)
	}
	for name, file := range map[string]string{
		"blob-1":             "resip-encrypt-out",
		"blob-2":             "resip-sign-out-sig",
		"message-1-signed-0": "resip-sign-out-data",
	} {
		if want := read(t, filepath.Join(draft, "dataEncSig", file)); !bytes.Equal(files[name], want) {
			t.Errorf("%s of %d octets is not %s, which has %d (there are %q)", name, len(files[name]), file, len(want), names)
		}
	}
	capture := read(t, smimes[2])
	for _, name := range []string{"message-1", "message-2"} {
		if len(files[name]) == 0 || !bytes.Contains(capture, files[name]) {
			t.Errorf("%s, of %d octets, is not in the capture", name, len(files[name]))
		}
	}
}

// TestNotAskedFor: layers that are not shown have no figures, and there is no archive unasked.
func TestNotAskedFor(t *testing.T) {
	d := analyse(t, &document.Options{}, 1, 1<<20, tls, smimes[0])
	if s := text(t, d); s != "" {
		t.Errorf("%q", s)
	}
	if d.Cut() {
		t.Error("something was left out")
	}
}

func BenchmarkAdd(b *testing.B) {
	o := &document.Options{Show: allFigures, Indent: 3}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := analyse(b, o, 1, 1<<20, smimes...).WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// The flow of a TLS connection, with the fields left out that authors leave out.
func Example() {
	f, err := os.Open(tls)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	d := document.New(&document.Options{Show: allFigures, Indent: 3})
	for e, err := range sipsecdump.Analyze(context.Background(), []sipsecdump.Source{{Name: tls, Reader: f}}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		d.Add(e)
	}
	var b strings.Builder
	if _, err := d.WriteTo(&b); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.SplitN(b.String(), "\n", 5)[:4], "\n"))
	// Output:
	//    New TCP connection #1: 127.0.0.1(55768) <-> example.net(5061)
	//    1 1  0.0060 (0.0060)  C>SV3.1(49)  Handshake
	//          ClientHello
	//            Version 3.1
}
