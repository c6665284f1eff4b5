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
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
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

// elements is the part of the grammar of RFC 7991, Appendix C that a section may use here:
// Sections 2.46 (section), 2.32 (name), 2.53 (t) and 2.48 (sourcecode). All attributes are
// optional; nil values are any text.
var elements = map[string]struct {
	children   []string // in this order
	text       bool
	attributes map[string][]string
}{
	"": {children: []string{"section"}},
	"section": {children: []string{"name", "t|sourcecode"}, attributes: map[string][]string{
		"anchor": nil, "numbered": boolean, "removeInRFC": boolean, "title": nil, "toc": {"include", "exclude", "default"},
	}},
	"name": {text: true},
	"t": {text: true, attributes: map[string][]string{
		"anchor": nil, "hangText": nil, "keepWithNext": boolean, "keepWithPrevious": boolean,
	}},
	"sourcecode": {text: true, attributes: map[string][]string{"anchor": nil, "name": nil, "src": nil, "type": nil}},
}

var boolean = []string{"false", "true"}

// sourceCode checks a section against the grammar, and returns the text of its sourcecode elements
// by their names.
func sourceCode(t *testing.T, section string) map[string]string {
	t.Helper()
	type element struct {
		name string
		at   int // of the children that may come next, the index
	}
	stack := []element{{}}
	var name string // of the figure
	figures := map[string]string{}
	d := xml.NewDecoder(strings.NewReader(section))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return figures
		}
		if err != nil {
			t.Fatal(err)
		}
		top := &stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := token.Name.Local
			next := slices.IndexFunc(elements[top.name].children, func(c string) bool {
				return slices.Contains(strings.Split(c, "|"), e)
			})
			if token.Name.Space != "" || next < top.at {
				t.Errorf("<%s> has no place here in <%s>", e, top.name)
			}
			top.at = max(next, 0)
			for _, a := range token.Attr {
				values, ok := elements[e].attributes[a.Name.Local]
				if !ok || values != nil && !slices.Contains(values, a.Value) {
					t.Errorf("<%s> has an attribute %s of %q", e, a.Name.Local, a.Value)
				}
				if a.Name.Local == "name" {
					name = a.Value
				}
			}
			if _, ok := figures[name]; e == "sourcecode" && ok {
				t.Errorf("two figures are called %q", name)
			}
			stack = append(stack, element{name: e})
		case xml.EndElement:
			if top.name == "sourcecode" {
				figures[name] = strings.TrimPrefix(figures[name], "\n")
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			switch {
			case !elements[top.name].text && strings.TrimSpace(string(token)) != "":
				t.Errorf("text in <%s>: %q", top.name, token)
			case top.name == "sourcecode":
				figures[name] += string(token)
			}
		default:
			t.Errorf("%T in <%s>", token, top.name)
		}
	}
}

// TestXML checks a section against the grammar, and its figures against those of the text.
func TestXML(t *testing.T) {
	files := append([]string{tls}, smimes...)
	figures := sourceCode(t, text(t, analyse(t, &document.Options{Show: allFigures, XML: true}, 2, 1000, files...)))
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

// hostile is a message with what XML forbids, or takes for its own. The line that is too long has
// "]]>" where it breaks.
const hostile = "MESSAGE sip:kumiko@example.net SIP/2.0\r\n" +
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n" +
	"To: <sip:kumiko@example.net>\r\nFrom: \"]]>]]]]>>\" <sip:fluffy@example.com>;tag=1\r\n" +
	"Call-ID: 1]]>\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\n" +
	"Subject: <![CDATA[ &amp; </sourcecode> <!-- <?x?> \x01\x0b\x1b \ufffe \uffff \ufffd \xff \xed\xa0\x80 \u2028\U0001f600\r\n" +
	"X-Long: 1234567890123456789012345678901234567890123456789012345678]]>]]>\r\n" +
	"Content-Type: text/plain\r\nContent-Length: 11\r\n\r\n]]>\r\n&]]>\r\n"

// TestXMLHostile: whatever a message holds, the section is well-formed and says what the text says.
func TestXMLHostile(t *testing.T) {
	builder, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	frames, err := builder.UDP(frame.UDPDatagram{
		Src: netip.MustParseAddrPort("192.0.2.1:5060"), Dst: netip.MustParseAddrPort("192.0.2.2:5060"), Payload: []byte(hostile),
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hostile.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := frame.NewPcapWriter(f, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.WritePacket(time.Unix(0, 0), frames[0]), w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	figures := sourceCode(t, text(t, analyse(t, &document.Options{Show: allFigures, XML: true}, 1, 1000, file)))
	plain := text(t, analyse(t, &document.Options{Show: allFigures, Indent: 3}, 1, 1000, file))
	if want := strings.ReplaceAll(plain[3:], "\n   ", "\n"); figures["message-1.txt"] != want || strings.Count(want, "]]>") < 5 {
		t.Errorf("got\n%s\nwant\n%s", figures["message-1.txt"], want)
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
