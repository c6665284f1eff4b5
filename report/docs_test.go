package report_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sipsecdump/report"
)

// documented gives the words that docs/json-events.md sets as code.
func documented(t *testing.T) map[string]bool {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "json-events.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := make(map[string]bool)
	for _, m := range regexp.MustCompile("`([a-z0-9_]+)`").FindAllSubmatch(page, -1) {
		words[string(m[1])] = true
	}
	return words
}

// TestDocumentedFields holds the fields of the event stream against the page that makes them a
// contract.
func TestDocumentedFields(t *testing.T) {
	words := documented(t)
	files, err := filepath.Glob("json*.go")
	if err != nil {
		t.Fatal(err)
	}
	fields := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			f, ok := n.(*ast.Field)
			if !ok || f.Tag == nil {
				return true
			}
			tag, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				t.Fatal(err)
			}
			field, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			if field == "" || field == "-" {
				return true
			}
			fields++
			if !words[field] {
				t.Errorf("%s: docs/json-events.md does not name the field %s", name, field)
			}
			return true
		})
	}
	if fields == 0 {
		t.Fatal("no fields found")
	}
}

func TestDocumentedEvents(t *testing.T) {
	words := documented(t)
	for _, body := range []report.Body{
		(*report.Capture)(nil), (*report.Comment)(nil), (*report.Connection)(nil), (*report.Close)(nil),
		(*report.Record)(nil), (*report.Verdict)(nil), (*report.SIP)(nil), (*report.Identity)(nil),
		(*report.CMS)(nil), (*report.Tree)(nil), (*report.Certificate)(nil), (*report.Call)(nil),
		(*report.Anomaly)(nil), (*report.Summary)(nil),
	} {
		if kind := body.Kind(); !words[kind] {
			t.Errorf("docs/json-events.md does not name the event %s", kind)
		}
	}
}
