package cms_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// certificateDER returns the first certificate of a PEM file.
func certificateDER(t testing.TB, path string) []byte {
	t.Helper()
	m, err := pki.ParseFile(path, read(t, path), nil)
	if err != nil || len(m.Certificates) == 0 {
		t.Fatalf("%s: %v", path, err)
	}
	return m.Certificates[0].Raw
}

// treeOf returns the tree of an encoding.
func treeOf(data []byte, style cms.TreeStyle) []byte {
	nodes, _ := ber.Walk(data, ber.Limits{Encapsulated: true})
	return cms.AppendTree(nil, data, nodes, cms.TreeOptions{Style: style})
}

// asn1parse runs the program, or skips the test.
func asn1parse(t *testing.T, data []byte) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed: the trees are not compared with its")
	}
	path := filepath.Join(t.TempDir(), "object")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command("openssl", "asn1parse", "-inform", "DER", "-i", "-dump", "-in", path)
	cmd.Stdout = &out
	_ = cmd.Run() // it fails where it stops
	return out.String()
}

func TestParseTreeLikeOpenSSL(t *testing.T) {
	objects := listed(t)
	objects["tags"] = appendElement(nil, 0x30, "\x61\x02\x05\x00\xdf\x81\x00\x01\x05\x5f\x1f\x01\x05\x1d\x01\x41\x1f\x1f\x01\x41\x0b\x02ab\x0d\x01\x05")
	objects["integers"] = appendElement(nil, 0x30, "\x02\x01\x00\x02\x01\xff\x02\x02\xff\x00\x02\x02\xff\x01\x02\x01\x80\x02\x03\x80\x00\x00"+
		"\x02\x09\x00\x96\xa3\x84\x17\x4e\xef\x8a\x4c\x0a\x01\x05\x0a\x02\x00\x01\x02\x02\x00\x01\x02\x02\xff\xff\x02\x03\x81\x00\x00")
	objects["octets"] = appendElement(nil, 0x30, "\x04\x00\x03\x00\x04\x05hello\x04\x02\x01\x02\x04\x08\x01\x02\x03\x04\x05\x06\x07\x08\x0c\x03\xc3\xa9 "+
		"\x06\x02\x80\x01\x06\x03\x2a\x03\x04\x06\x03\x55\x04\x03\x01\x01\xff\x01\x00\x13\x00\x06\x00\x04\x03\x01  \x03\x03\x00  ")
	paths, err := filepath.Glob("../testdata/*/*.pem")
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob("../testdata/*/*/*_cert_*.pem")
	for _, path := range append(append(paths, more...), "x509text/testdata/extensions.pem") {
		if !strings.Contains(path, "_key_") {
			objects[path] = certificateDER(t, path)
		}
	}
	for name, data := range objects {
		t.Run(name, func(t *testing.T) {
			// It hands on what terminals obey; the listed objects have one such octet.
			want := strings.ReplaceAll(asn1parse(t, data), "\x01", `\x01`)
			if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(treeOf(data, cms.StyleASN1Parse)), "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestParseTreeEscapes has the strings that are not shown as openssl does.
func TestParseTreeEscapes(t *testing.T) {
	for data, want := range map[string]string{
		"\x0c\x06\xc3\xa9 \xc3\x1b[": `UTF8STRING        :é \xc3\x1b[`,
		"\x04\x05a\r\n\tb":           `OCTET STRING      :a\r\n\tb`,
		"\x0c\x03\xe2\x80\xae":       `UTF8STRING        :\u202e`,
		"\x16\x01\x7f":               `IA5STRING         :\x7f`,
	} {
		if got := string(treeOf([]byte(data), cms.StyleASN1Parse)); !strings.HasSuffix(got, want+"\n") || strings.Count(got, "\n") != 1 {
			t.Errorf("%x: %q, want %q", data, got, want)
		}
	}
}

func TestParseTreeDamage(t *testing.T) {
	got := string(treeOf([]byte("\x30\x05\x02\x03\x01"), cms.StyleASN1Parse))
	const want = "    0:d=0  hl=2 l=   5 cons: SEQUENCE          \n" +
		"Error in encoding: the length exceeds what the enclosing element holds\n" +
		"    2:d=1  hl=2 l=   3 prim:  INTEGER           :01\n" +
		"Error in encoding: the length exceeds what the enclosing element holds\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
