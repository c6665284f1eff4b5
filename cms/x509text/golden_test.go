package x509text_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms/x509text"
)

// TestExtensions compares with what openssl printed of one of every extension, where openssl is
// not installed too.
func TestExtensions(t *testing.T) {
	want, err := os.ReadFile("testdata/extensions.txt")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text(certificates(t, "testdata/extensions.pem")[0], x509text.Options{})); d != "" {
		t.Error(d)
	}
}

func TestStyleNames(t *testing.T) {
	for _, name := range x509text.Styles {
		if style, ok := x509text.ParseStyle(name); !ok || style.String() != name {
			t.Errorf("%s: %v, %v", name, style, ok)
		}
	}
	if _, ok := x509text.ParseStyle("none"); ok {
		t.Error("none: ok")
	}
}
