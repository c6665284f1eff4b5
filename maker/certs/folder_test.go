package certs

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"software.sslmate.com/src/go-pkcs12"
)

// tree lists the files below dir with their permissions.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files = append(files, fmt.Sprintf("%v %s", info.Mode(), filepath.ToSlash(name)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "new")
	a := newTestAuthority(t, AuthorityOptions{Serial: 0x4000000000000001})
	written, err := a.Write(dir, WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fluffy@example.com", "example.com"} {
		// Each in its own run, as a command does it.
		if a, err = OpenAuthority(dir, "", testClock); err != nil {
			t.Fatal(err)
		}
		id, _ := mustMake(t, a, Request{Name: name})
		more, err := a.WriteIdentity(dir, id, WriteOptions{PKCS8: name == "example.com", DER: name == "example.com"})
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, more...)
	}
	want := []string{
		"drwxr-xr-x demoCA",
		"-rw-r--r-- demoCA/cacert.p7c",
		"-rw-r--r-- demoCA/cacert.pem",
		"drwxr-xr-x demoCA/certs",
		"drwxr-xr-x demoCA/crl",
		"-rw-r--r-- demoCA/crlnumber",
		"-rw-r--r-- demoCA/index.txt",
		"-rw-r--r-- demoCA/index.txt.attr",
		"drwxr-xr-x demoCA/newcerts",
		"-rw-r--r-- demoCA/newcerts/4000000000000002.pem",
		"-rw-r--r-- demoCA/newcerts/4000000000000003.pem",
		"drwx------ demoCA/private",
		"-rw------- demoCA/private/cakey.pem",
		"-rw-r--r-- demoCA/serial",
		"-rw-r--r-- domain_cert_example.com.der",
		"-rw-r--r-- domain_cert_example.com.p7c",
		"-rw-r--r-- domain_cert_example.com.pem",
		"-rw------- domain_key_example.com.p8c",
		"-rw------- domain_key_example.com.pem",
		"-rw-r--r-- example.com.csr",
		"-rw------- example.com.p12",
		"-rw-r--r-- fluffy@example.com.csr",
		"-rw------- fluffy@example.com.p12",
		"-rw-r--r-- root_cert_fluffyCA.pem",
		"-rw-r--r-- user_cert_fluffy@example.com.p7c",
		"-rw-r--r-- user_cert_fluffy@example.com.pem",
		"-rw------- user_key_fluffy@example.com.pem",
	}
	got := tree(t, dir)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, path := range written {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("said to be written: %v", err)
		}
	}
	wantIndex := "V\t290101030405Z\t\t4000000000000002\tunknown\t/C=US/ST=California/L=San Jose/O=sipit/CN=fluffy@example.com\n" +
		"V\t290101030405Z\t\t4000000000000003\tunknown\t/C=US/ST=California/L=San Jose/O=sipit/CN=example.com\n"
	if diff := cmp.Diff(wantIndex, string(read(t, dir, indexFile))); diff != "" {
		t.Error(diff)
	}
	if got := string(read(t, dir, serialFile)); got != "4000000000000004\n" {
		t.Errorf("serial %q", got)
	}
	if !bytes.Equal(read(t, dir, rootFile), read(t, dir, certificateFile)) {
		t.Error("the root is not the authority's certificate")
	}
	key, certificate, chain, err := pkcs12.DecodeChain(read(t, dir, "example.com.p12"), Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(certificate.Raw, read(t, dir, "domain_cert_example.com.der")) || len(chain) != 1 || key == nil {
		t.Error("the PKCS#12 file holds other things")
	}
}

func TestPassphrase(t *testing.T) {
	dir := t.TempDir()
	a := newTestAuthority(t, AuthorityOptions{})
	id, _ := mustMake(t, a, Request{Name: "example.com"})
	o := WriteOptions{Passphrase: "other"}
	if _, err := a.Write(dir, o); err != nil {
		t.Fatal(err)
	}
	if _, err := id.Write(dir, o); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAuthority(dir, "", nil); err == nil || !strings.Contains(err.Error(), "wrong passphrase") {
		t.Errorf("opened with the documents' passphrase: %v", err)
	}
	if _, err := OpenAuthority(dir, "other", nil); err != nil {
		t.Error(err)
	}
	if _, _, _, err := pkcs12.DecodeChain(read(t, dir, "example.com.p12"), "other"); err != nil {
		t.Error(err)
	}
}

func TestOpenSubAuthority(t *testing.T) {
	dir := t.TempDir()
	root := newTestAuthority(t, AuthorityOptions{})
	sub, err := root.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sub.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	opened, err := OpenAuthority(dir, "", testClock)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sub.chain(), opened.chain()); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(read(t, dir, rootFile), certificatePEM(root.Certificate().Raw)) {
		t.Error("the root file does not hold the root")
	}
}

// TestAbove has the certificates between others' and the root's, which are in the folder, and what is not
// of the folder's authority.
func TestAbove(t *testing.T) {
	root := newTestAuthority(t, AuthorityOptions{})
	sub, err := root.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	low, err := sub.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		folder, issuer *Authority
		want           [][]byte
	}{
		"root":           {root, root, nil},
		"sub":            {sub, sub, [][]byte{sub.Certificate().Raw}},
		"two":            {low, low, [][]byte{low.Certificate().Raw, sub.Certificate().Raw}},
		"another's":      {sub, low, nil},
		"another root's": {sub, newTestAuthority(t, AuthorityOptions{}), nil},
		"no authority":   {nil, sub, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.folder != nil {
				if _, err := test.folder.Write(dir, WriteOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			id, err := test.issuer.Make(Request{Name: "example.com", Key: ECDSAP256})
			if err != nil {
				t.Fatal(err)
			}
			c, err := x509.ParseCertificate(id.Certificate)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Above(dir, c)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestUnwritableFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser may write anywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := newTestAuthority(t, AuthorityOptions{}).Write(dir, WriteOptions{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
}

// A folder that the documents' makeCA made has their key format and no list number.
func TestOpenDocumentFolder(t *testing.T) {
	dir := t.TempDir()
	for name, source := range map[string]string{certificateFile: "root_cert_fluffyCA.pem", keyFile: "ca_key_fluffyCA.pem"} {
		data, err := documentFiles.ReadFile("document/draft/" + source)
		if err != nil {
			t.Fatal(err)
		}
		writeTestFile(t, filepath.Join(dir, name), data)
	}
	writeTestFile(t, filepath.Join(dir, serialFile), []byte("0195007102330059\n"))
	line := "R\t060203184934Z\t050203184934Z,keyCompromise\t0195007102330058\tunknown\t/CN=x\n"
	writeTestFile(t, filepath.Join(dir, indexFile), []byte(line))
	a, err := OpenAuthority(dir, "", testClock)
	if err != nil {
		t.Fatal(err)
	}
	id, certificate := mustMake(t, a, Request{Name: "example.com"})
	if got := fmt.Sprintf("%X", certificate.SerialNumber); got != "195007102330059" {
		t.Errorf("serial number %s", got)
	}
	if err := os.MkdirAll(filepath.Join(dir, newCertsDir), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := a.WriteIdentity(dir, id, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := string(read(t, dir, indexFile)); !strings.HasPrefix(got, line) {
		t.Errorf("the record lost what it held:\n%s", got)
	}
	der, err := a.CRL()
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil || len(list.RevokedCertificateEntries) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func writeTestFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{})
	id, _ := mustMake(t, a, Request{Name: "example.com"})
	for _, name := range []string{"domain_key_example.com.pem", "example.com.p12", "example.com.csr"} {
		dir := t.TempDir()
		writeTestFile(t, filepath.Join(dir, name), []byte("precious"))
		_, err := id.Write(dir, WriteOptions{})
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff([]string{"-rw-r--r-- " + name}, tree(t, dir)); diff != "" {
			t.Errorf("written all the same: %s", diff)
		}
		if _, err := id.Write(dir, WriteOptions{Force: true}); err != nil {
			t.Error(err)
		}
		if string(read(t, dir, name)) == "precious" {
			t.Errorf("%s was not replaced by force", name)
		}
	}
	dir := t.TempDir()
	if _, err := a.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write(dir, WriteOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("authority: %v", err)
	}
	if _, err := a.Write(dir, WriteOptions{Force: true}); err != nil {
		t.Error(err)
	}
}

// A key replaced by force is as private as a new one, and a link in its place is
// not followed.
func TestForceKeepsKeysPrivate(t *testing.T) {
	dir := t.TempDir()
	a := newTestAuthority(t, AuthorityOptions{})
	id, _ := mustMake(t, a, Request{Name: "example.com"})
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	writeTestFile(t, elsewhere, []byte("precious"))
	if err := os.Symlink(elsewhere, filepath.Join(dir, "domain_key_example.com.pem")); err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, filepath.Join(dir, "example.com.p12"), nil)
	if _, err := id.Write(dir, WriteOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a link counts as nothing: %v", err)
	}
	if _, err := id.Write(dir, WriteOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"domain_key_example.com.pem", "example.com.p12"} {
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if string(read(t, elsewhere)) != "precious" {
		t.Error("the link was followed")
	}
}

func TestWriteErrors(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{})
	id, _ := mustMake(t, a, Request{Name: "example.com"})
	file := filepath.Join(t.TempDir(), "file")
	writeTestFile(t, file, nil)
	if _, err := id.Write(filepath.Join(file, "below"), WriteOptions{}); err == nil {
		t.Error("wrote below a file")
	}
	// A folder in a file's place; what was written before it is told.
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "example.com.p12"), 0o755); err != nil {
		t.Fatal(err)
	}
	if written, err := id.Write(dir, WriteOptions{Force: true}); err == nil || len(written) != 3 {
		t.Errorf("%v, %v", written, err)
	}
	if _, err := OpenAuthority(t.TempDir(), "", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opened nothing: %v", err)
	}
}

func TestOpenAuthorityBadRecord(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{})
	tests := []struct{ file, text, want string }{
		{serialFile, "xyz\n", "serial: no positive serial number"},
		{serialFile, "-1\n", "serial: no positive serial number"},
		{crlNumberFile, "0\n", "crlnumber: no positive number"},
		{indexFile, "V\tx\n", "index.txt:1: 2 fields"},
		{indexFile, "X\t290101030405Z\t\t01\tunknown\t/CN=x\n", `unknown status "X"`},
		{indexFile, "V\t29Z\t\t01\tunknown\t/CN=x\n", "29Z"},
		{indexFile, "R\t290101030405Z\t\t01\tunknown\t/CN=x\n", "cannot parse"},
		{indexFile, "V\t290101030405Z\t\tzz\tunknown\t/CN=x\n", "no serial number"},
		{indexFile, strings.Repeat("x", maxFile+1), "larger than"},
	}
	for _, test := range tests {
		dir := t.TempDir()
		if _, err := a.Write(dir, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		writeTestFile(t, filepath.Join(dir, test.file), []byte(test.text))
		if _, err := OpenAuthority(dir, "", nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.40q: got %v, want %q", test.text, err, test.want)
		}
	}
}

func TestIndexTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"500101000000Z":   time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC),
		"490101000000Z":   time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC),
		"20500101000000Z": time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		got, err := parseIndexTime(text)
		if err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		if again := indexTime(want); again != text {
			t.Errorf("%v: %s, want %s", want, again, text)
		}
	}
}

// What is read is written back as it was.
func FuzzIndexLine(f *testing.F) {
	f.Add("V\t290101030405Z\t\t4000000000000002\tunknown\t/CN=fluffy")
	f.Add("R\t20600101030405Z\t260102030405Z,keyCompromise\t01\tunknown\t/CN=x")
	f.Add("E\t000101000000Z\t\t0A\tunknown\t")
	f.Add("R\t00000101000000Z\t000101000000Z,\t0\t\t") // a year that two digits cannot tell
	f.Add("X\t\t\t\t\t")
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parseIndexLine(line)
		if err != nil {
			return
		}
		if got := c.indexLine(); got != line {
			t.Errorf("%q became %q", line, got)
		}
		c.line = ""
		again, err := parseIndexLine(c.indexLine())
		if err != nil {
			t.Fatalf("%q: %v", c.indexLine(), err)
		}
		if !again.notAfter.Equal(c.notAfter) || !again.revoked.Equal(c.revoked) || again.serial.Cmp(c.serial) != 0 || again.subject != c.subject {
			t.Errorf("%q became %q", line, c.indexLine())
		}
	})
}
