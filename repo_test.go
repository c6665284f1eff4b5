package sipsecdump_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms is the plan of the house: what each package may import of ours. It is the table of
// ARCHITECTURE.md; a change here is a change there.
var rooms = map[string][]string{
	"capture":           {},
	"capture/frame":     {"capture"},
	"reassembly":        {"amount", "capture"},
	"tlsparse":          {"amount", "cipher/aescbc", "cipher/aria", "cipher/camellia", "cipher/ccm", "cipher/gcm", "cipher/idea", "cipher/seed", "cms/pki", "cms/pki/rc2"},
	"cipher/aescbc":     {},
	"cipher/aria":       {},
	"cipher/camellia":   {},
	"cipher/ccm":        {},
	"cipher/ciphertest": {},
	"cipher/gcm":        {},
	"cipher/idea":       {},
	"cipher/rsadp":      {},
	"cipher/seed":       {},
	"sipparse":          {"amount", "sipparse/mime"},
	"sipparse/mime":     {"amount"},
	"sipparse/dialog":   {"sipparse", "sipparse/mime", "sipparse/sdp"},
	"sipparse/identity": {"amount", "cms/pki", "sipparse"},
	"sipparse/sdp":      {},
	"sipparse/ws":       {},
	"cms":               {"amount", "cipher/ccm", "cms/ber", "cms/pki", "cms/pki/rc2", "cms/schema", "escape"},
	"cms/ber":           {},
	"cms/pki":           {"cipher/rsadp", "cms/ber", "cms/pki/rc2"},
	"cms/pki/rc2":       {},
	"cms/schema":        {"cms/ber"},
	"cms/x509text":      {"cms/ber", "cms/pki", "escape"},
	"report":            {"cms", "cms/ber", "cms/pki", "escape", "report/listing", "sipparse", "sipparse/dialog", "sipparse/identity", "sipparse/mime", "sipparse/sdp", "tlsparse"},
	"report/interop":    {"amount", "cms", "cms/ber", "cms/pki", "report", "sipparse", "sipparse/dialog", "sipparse/identity", "sipparse/mime", "tlsparse"},
	"report/findings":   {"escape", "report", "report/interop", "report/table"},
	"report/table":      {},
	"report/document":   {"cms", "cms/pki", "report", "escape", "report/listing", "tlsparse"},
	"escape":            {},
	"amount":            {},
	"report/listing":    {"amount", "cms/ber", "cms/pki", "cms/x509text", "escape", "tlsparse"},
	"maker":             {"capture", "capture/frame", "maker/certs"},
	"maker/certs":       {},
	".":                 {"amount", "capture", "cms", "cms/pki", "reassembly", "report", "report/interop", "sipparse", "sipparse/dialog", "sipparse/identity", "sipparse/mime", "sipparse/ws", "tlsparse"},
	"cmd/sipsecdump":    {".", "cms", "cms/pki", "cms/x509text", "maker", "maker/certs", "report", "report/document", "report/findings", "report/interop", "report/table", "escape", "report/listing", "sipparse/dialog", "tlsparse"},
}

// goFiles calls f for every Go file that is not a test's.
func goFiles(t *testing.T, f func(dir string, file *ast.File, path string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(filepath.Dir(path)), file, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ignored(f *ast.File) bool {
	for _, g := range f.Comments {
		for _, c := range g.List {
			if c.Pos() < f.Package && strings.HasPrefix(c.Text, "//go:build ignore") {
				return true
			}
		}
	}
	return false
}

func TestImportArrows(t *testing.T) {
	met := map[string]bool{}
	goFiles(t, func(dir string, file *ast.File, path string) {
		if ignored(file) {
			return
		}
		met[dir] = true
		allowed, ok := rooms[dir]
		if !ok {
			t.Errorf("%s: package %s is not in the plan", path, dir)
			return
		}
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			if strings.HasPrefix(name, "github.com/gopacket/") {
				t.Errorf("%s imports %s: only tests may", path, name)
			}
			ours := ""
			switch {
			case name == "sipsecdump":
				ours = "."
			case strings.HasPrefix(name, "sipsecdump/"):
				ours = strings.TrimPrefix(name, "sipsecdump/")
			default:
				continue
			}
			if !slices.Contains(allowed, ours) {
				t.Errorf("%s: %s may not import %s", path, dir, ours)
			}
		}
	})
	for dir := range rooms {
		if !met[dir] {
			t.Errorf("the plan names %s, which does not exist", dir)
		}
	}
}

func TestPackageDocs(t *testing.T) {
	docs := map[string]bool{}
	goFiles(t, func(dir string, file *ast.File, _ string) {
		if ignored(file) {
			return
		}
		docs[dir] = docs[dir] || file.Doc != nil && len(file.Doc.Text()) > 40
	})
	for dir, ok := range docs {
		if !ok {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// TestCorpora: a directory of seeds without its target tests nothing.
func TestCorpora(t *testing.T) {
	targets := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !strings.HasPrefix(d.Name(), "Fuzz") {
			return err
		}
		pkg := filepath.Dir(filepath.Dir(filepath.Dir(path))) // pkg/testdata/fuzz/FuzzX
		files, err := filepath.Glob(filepath.Join(pkg, "*_test.go"))
		if err != nil {
			return err
		}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			for _, m := range targets.FindAllSubmatch(src, -1) {
				if string(m[1]) == d.Name() {
					return nil
				}
			}
		}
		t.Errorf("%s has no fuzz target", path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoForeignPaths: code, tests and documents stand on what is in the repository.
func TestNoForeignPaths(t *testing.T) {
	foreign := regexp.MustCompile(`/(home|root|work)/`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Name() == ".git" {
			return nil // of a second work tree
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if m := foreign.Find(src); m != nil && filepath.Base(path) != "repo_test.go" {
			t.Errorf("%s names %s", path, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDependencies: a module that is used has its reason in ARCHITECTURE.md and its line in README.md.
func TestDependencies(t *testing.T) {
	module := regexp.MustCompile(`^(golang\.org/x/[^/]+|[^/]+/[^/]+/[^/]+(/v\d+)?)`)
	pages := map[string]string{"ARCHITECTURE.md": "", "README.md": ""}
	for name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(text)
	}
	told := map[string]bool{}
	goFiles(t, func(_ string, file *ast.File, path string) {
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			used := module.FindString(name)
			if host, _, _ := strings.Cut(name, "/"); !strings.Contains(host, ".") || told[used] {
				continue
			}
			told[used] = true
			for page, text := range pages {
				if !strings.Contains(text, "`"+used) {
					t.Errorf("%s imports %s, of which %s does not tell", path, used, page)
				}
			}
		}
	})
}

// TestProvenance: testdata/README.md says where every file that tests read comes from.
func TestProvenance(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("testdata", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	told := func(path string) {
		if !strings.Contains(string(page), "`"+filepath.ToSlash(path)) {
			t.Errorf("testdata/README.md does not tell of %s", path)
		}
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch {
		case e.Name() == "README.md":
		case e.Name() == "goldens":
			told("goldens/draft-")
			told("goldens/rfc6216-")
		case e.IsDir():
			told(e.Name() + "/")
		default:
			told(e.Name())
		}
	}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		switch {
		case d.Name() == ".git" || path == "testdata":
			return filepath.SkipDir
		case d.Name() == "testdata":
			told(path)
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
