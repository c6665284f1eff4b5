package pki

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// Material is what a file holds, in its order.
type Material struct {
	Keys         []*PrivateKey
	Certificates []*Certificate
	CRLs         []*CRL
}

// KeyError tells why a file, or a part of it, could not be used. It never holds key material or a
// passphrase.
type KeyError struct {
	File string // as named by the user
	// Code is stable:
	//
	//	empty                    the file has no octets
	//	too-large                it has too many
	//	not-a-key                it is no key or certificate in a form that is known
	//	unreadable               it, or a part, is in one of them, but damaged
	//	encrypted-no-passphrase  it is encrypted, and there is no passphrase
	//	wrong-passphrase         none of the passphrases opens it
	//	unsupported-algorithm    the key's or the encryption's algorithm is not implemented
	//	iteration-limit          opening it would take too long
	Code string
	Text string // one sentence, lower case, without a full stop
}

func (e *KeyError) Error() string { return fmt.Sprintf("%s: %s", e.File, e.Text) }

// ParseFile reads private keys and certificates from a file that the user gave. The forms are
// told by the content, not by the name, which is for errors and Source only:
//
//   - PEM, any number of blocks with text around them: private keys as of PKCS#1, PKCS#8, SEC 1,
//     encrypted in PKCS#8 or in the old way of OpenSSL; certificates; CRLs; PKCS#7
//   - DER of any of these
//   - PKCS#12, with 3DES and RC2 or with PBES2
//   - PKCS#7 that holds certificates
//
// If something is encrypted each passphrase is tried, in order, and the empty one last. data is
// kept: certificates may alias it. The material is never nil; it has what could be read even if
// there is an error, which is the first *[KeyError] then. A file without keys is none: what is
// needed of it the caller knows.
func ParseFile(name string, data []byte, passphrases [][]byte) (*Material, error) {
	return parseFile(name, data, passphrases, MaxKDFIterations)
}

func parseFile(name string, data []byte, passphrases [][]byte, iterations int) (*Material, error) {
	l := &loader{file: name, passphrases: passphrases, iterations: iterations}
	switch {
	case len(data) == 0:
		l.fail("empty", "the file is empty")
	case len(data) > MaxFileOctets:
		l.fail("too-large", "the file has more than %d octets", MaxFileOctets)
	case bytes.Contains(data, []byte("-----BEGIN ")):
		l.pem(data)
	default:
		l.der(data)
	}
	m := &l.material
	if l.err == nil && len(m.Keys)+len(m.Certificates)+len(m.CRLs) == 0 {
		l.fail("not-a-key", "the file holds neither a private key nor a certificate")
	}
	if l.err != nil {
		return m, l.err
	}
	return m, nil
}

// loader collects what one file holds.
type loader struct {
	file        string
	passphrases [][]byte
	iterations  int // of key derivation that may still be spent
	material    Material
	err         *KeyError // the first
}

func (l *loader) fail(code, format string, args ...any) {
	if l.err == nil {
		l.err = &KeyError{l.file, code, fmt.Sprintf(format, args...)}
	}
}

// full tells whether the file has given all that is taken from one.
func (l *loader) full() bool {
	m := &l.material
	if len(m.Keys)+len(m.Certificates)+len(m.CRLs) < maxFileObjects {
		return false
	}
	l.fail("too-large", "the file has more than %d keys and certificates", maxFileObjects)
	return true
}

func (l *loader) certificate(der []byte) {
	if l.full() {
		return
	}
	c, err := ParseCertificate(der)
	if err != nil {
		l.fail("unreadable", "%v", err)
		return
	}
	c.Source = l.file
	l.material.Certificates = append(l.material.Certificates, c)
}

func (l *loader) crl(der []byte) {
	if l.full() {
		return
	}
	list, err := ParseCRL(der)
	if err != nil {
		l.fail("unreadable", "%v", err)
		return
	}
	list.Source = l.file
	l.material.CRLs = append(l.material.CRLs, list)
}

// privateKey takes a key in the clear, in one of the three forms.
func (l *loader) privateKey(parse keyParser, der []byte) {
	if l.full() {
		return
	}
	key, err := parse(der)
	if err != nil {
		l.failure(err)
		return
	}
	l.addKey(key)
}

func (l *loader) addKey(key *PrivateKey) {
	key.Source = l.file
	l.material.Keys = append(l.material.Keys, key)
}

// formError is a KeyError in the making: those who find it do not know the file.
type formError struct{ code, text string }

func (e *formError) Error() string { return e.text }

func unreadable(format string, args ...any) error {
	return &formError{"unreadable", fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &formError{"unsupported-algorithm", fmt.Sprintf(format, args...)}
}

// failure records an error of a part.
func (l *loader) failure(err error) {
	if e, ok := errors.AsType[*formError](err); ok {
		l.fail(e.code, "%s", e.text)
		return
	}
	l.fail("unreadable", "%v", err)
}

// errWrongPassphrase is what an attempt to open returns that another passphrase may mend.
var errWrongPassphrase = errors.New("wrong passphrase")

// tryPassphrases calls open with one passphrase after the other until it does not return
// errWrongPassphrase. Last come the empty one and nil, which stands for no passphrase at all:
// PKCS#12 distinguishes the two, others need not try nil. cost is what a call spends on key
// derivation (see MaxKDFIterations).
func (l *loader) tryPassphrases(what string, cost int, open func(passphrase []byte) error) error {
	for _, passphrase := range slices.Concat(l.passphrases, [][]byte{{}, nil}) {
		if cost > l.iterations {
			return &formError{"iteration-limit", what + " demands more iterations of key derivation than are allowed"}
		}
		l.iterations -= cost
		if err := open(passphrase); !errors.Is(err, errWrongPassphrase) {
			return err
		}
	}
	if len(l.passphrases) == 0 {
		return &formError{"encrypted-no-passphrase", what + " is encrypted, and no passphrase was given"}
	}
	return &formError{"wrong-passphrase", what + " is encrypted, and no passphrase given opens it"}
}
