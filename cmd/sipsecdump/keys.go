package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"sipsecdump/cms/pki"
)

// maxKeyFile bounds a file of key material: more than any chain, far less than a capture
// that is given by mistake.
const maxKeyFile = 16 << 20

// keyLoader fills a keyring from files. What is unusable is told, and the rest is used.
type keyLoader struct {
	*streams
	ring        pki.Keyring
	passphrases [][]byte
	failed      bool // a file was unusable
	hinted      bool // that there are passphrases to give
}

// load reads what the flags name. Every file's keys and certificates are used wherever they
// fit; the flags tell what a file has to hold.
func (l *keyLoader) load(o *dumpOptions) *pki.Keyring {
	for _, p := range o.passphrases {
		l.passphrases = append(l.passphrases, []byte(p))
	}
	for _, name := range o.passFiles {
		l.readPassphrases(name)
	}
	l.ring.Passphrases = l.passphrases
	for _, name := range o.keys {
		l.each(name, l.addKey)
	}
	for _, name := range o.certs {
		l.each(name, l.addCertificate)
	}
	for _, name := range o.cas {
		l.each(name, l.addCA)
	}
	for _, name := range o.crls {
		l.each(name, l.addCRL)
	}
	l.addSecretKeys(o.secrets)
	for _, name := range o.secretFiles {
		l.readSecretKeys(name)
	}
	return &l.ring
}

func (l *keyLoader) fail(format string, args ...any) {
	l.failed = true
	l.errorf(format, args...)
}

func (l *keyLoader) readPassphrases(name string) {
	data, err := readLimited(name)
	if err != nil {
		l.fail("%s", describe(err))
		return
	}
	for line := range bytes.Lines(data) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			l.passphrases = append(l.passphrases, line)
		}
	}
}

// each calls use for the file, or takes all there is from the files of the directory that hold
// key material. A file with an error lacks nothing beyond what the error tells.
func (l *keyLoader) each(name string, use purpose) {
	info, err := os.Stat(name)
	if err != nil {
		l.fail("%s", describe(err))
		return
	}
	if !info.IsDir() {
		m, whole := l.parse(name, false)
		if m == nil {
			return
		}
		if lack, hint := use(m); lack != "" && whole {
			l.fail("%s: %s", name, lack)
			if hint != "" {
				l.hintf("%s", hint)
			}
		}
		return
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		l.fail("%s", describe(err))
		return
	}
	found := false
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		if m, _ := l.parse(filepath.Join(name, e.Name()), true); m != nil {
			l.ring.Add(m)
			found = true
		}
	}
	if !found {
		l.fail("%s: no file in this directory holds a key or a certificate", name)
	}
}

// parse reads a file, and tells whether it could be read whole; what could be is material all the
// same. In a directory, a file that is no key material is passed over.
func (l *keyLoader) parse(name string, inDirectory bool) (m *pki.Material, whole bool) {
	data, err := readLimited(name)
	if err != nil {
		l.fail("%s", describe(err))
		return nil, false
	}
	m, err = pki.ParseFile(name, data, l.passphrases)
	if err == nil {
		return m, true
	}
	var ke *pki.KeyError
	errors.As(err, &ke)
	switch {
	case !inDirectory:
		l.fail("%s", err)
	case ke != nil && ke.Code == "not-a-key":
		return nil, false
	default:
		l.warnf("%s", err) // the user did not ask for this very file
	}
	if ke != nil && ke.Code == "encrypted-no-passphrase" && !l.hinted {
		l.hinted = true
		l.hintf("give its passphrase with --passphrase or --passphrase-file")
	}
	return m, false
}

func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err == nil && len(data) > maxKeyFile {
		err = &os.PathError{Op: "read", Path: name, Err: errors.New("too large for a key file")}
	}
	return data, err
}

// A purpose takes what a file was given for. It tells what the file lacks for that, or "", and
// what the user may have meant, or "".
type purpose func(m *pki.Material) (lack, hint string)

func (l *keyLoader) addKey(m *pki.Material) (lack, hint string) {
	l.ring.Add(m)
	switch {
	case len(m.Keys) > 0:
		return "", ""
	case len(m.Certificates) > 0:
		return "holds a certificate, but no private key", "a certificate goes with --cert"
	}
	return "holds no private key", ""
}

func (l *keyLoader) addCertificate(m *pki.Material) (lack, hint string) {
	l.ring.Add(m)
	switch {
	case len(m.Certificates) > 0:
		return "", ""
	case len(m.Keys) > 0:
		return "holds a private key, but no certificate", "a private key goes with --key"
	}
	return "holds no certificate", ""
}

func (l *keyLoader) addCRL(m *pki.Material) (lack, hint string) {
	l.ring.Revoke(m)
	if len(m.CRLs) == 0 {
		return "holds no certificate revocation list", ""
	}
	return "", ""
}

func (l *keyLoader) addCA(m *pki.Material) (lack, hint string) {
	l.ring.Trust(m)
	if len(m.Certificates) == 0 {
		return "holds no certificate to trust", ""
	}
	return "", ""
}
