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
	return &l.ring
}

func (l *keyLoader) fail(format string, args ...any) {
	l.failed = true
	l.errorf(format, args...)
}

func (l *keyLoader) readPassphrases(name string) {
	data, err := os.ReadFile(name)
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

// each calls use for the file, or for the files of the directory that hold key material.
func (l *keyLoader) each(name string, use func(string, *pki.Material)) {
	info, err := os.Stat(name)
	if err != nil {
		l.fail("%s", describe(err))
		return
	}
	if !info.IsDir() {
		if m := l.parse(name, false); m != nil {
			use(name, m)
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
		if m := l.parse(filepath.Join(name, e.Name()), true); m != nil {
			l.ring.Add(m)
			found = true
		}
	}
	if !found {
		l.fail("%s: no file in this directory holds a key or a certificate", name)
	}
}

// parse reads a file. In a directory, a file that is no key material is passed over.
func (l *keyLoader) parse(name string, inDirectory bool) *pki.Material {
	data, err := readLimited(name)
	if err != nil {
		l.fail("%s", describe(err))
		return nil
	}
	m, err := pki.ParseFile(name, data, l.passphrases)
	if err == nil {
		return m
	}
	var ke *pki.KeyError
	errors.As(err, &ke)
	switch {
	case !inDirectory:
		l.fail("%s", err)
	case ke != nil && ke.Code == "not-a-key":
		return nil
	default:
		l.warnf("%s", err) // the user did not ask for this very file
	}
	if ke != nil && ke.Code == "encrypted-no-passphrase" {
		l.hintf("give its passphrase with --passphrase or --passphrase-file")
	}
	return m // what could be read
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

func (l *keyLoader) addKey(name string, m *pki.Material) {
	l.ring.Add(m)
	if len(m.Keys) == 0 {
		l.fail("%s: holds a certificate, but no private key", name)
		l.hintf("a certificate goes with --cert")
	}
}

func (l *keyLoader) addCertificate(name string, m *pki.Material) {
	l.ring.Add(m)
	if len(m.Certificates) == 0 {
		l.fail("%s: holds a private key, but no certificate", name)
		l.hintf("a private key goes with --key")
	}
}

func (l *keyLoader) addCRL(name string, m *pki.Material) {
	l.ring.Revoke(m)
	if len(m.CRLs) == 0 {
		l.fail("%s: holds no certificate revocation list", name)
	}
}

func (l *keyLoader) addCA(name string, m *pki.Material) {
	l.ring.CAs = append(l.ring.CAs, m.Certificates...)
	if len(m.Certificates) == 0 {
		l.fail("%s: holds no certificate to trust", name)
	}
}
