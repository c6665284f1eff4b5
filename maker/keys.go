package maker

import (
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sipsecdump/maker/certs"
)

// The actors of every scenario.
const (
	caller       = "fluffy@example.com"
	callee       = "kumiko@example.net"
	callerDomain = "example.com"
	calleeDomain = "example.net"
)

// settled is how long after certificates became valid a capture begins.
const settled = 24 * time.Hour

// identity is a certificate with its key, and where they lie.
type identity struct {
	tls.Certificate
	keyFile, certFile string
}

func (id *identity) signer() crypto.Signer { return id.PrivateKey.(crypto.Signer) }

// keyring takes identities from a folder and puts there what is missing.
type keyring struct {
	dir       string
	now       time.Time        // when what is missing is made
	authority *certs.Authority // nil until something is missing
	made      []string
}

// openKeys prepares to make what is missing at start. If that is zero it is made at
// DefaultStart, or when the authority that is there had become valid.
func openKeys(dir string, start time.Time) (*keyring, error) {
	k := &keyring{dir: dir, now: start}
	if !start.IsZero() {
		return k, nil
	}
	k.now = DefaultStart
	a, err := certs.OpenAuthority(dir, "", k.clock)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k, nil
	case err != nil:
		return nil, err
	}
	k.authority = a
	if made := a.Certificate().NotBefore; made.After(k.now) {
		k.now = made.Add(settled).UTC()
	}
	return k, nil
}

func (k *keyring) clock() time.Time { return k.now }

// startWithin returns t if every certificate is valid then, else the day after the youngest
// became so.
func startWithin(t time.Time, identities map[string]*identity) time.Time {
	valid := true
	var youngest time.Time
	for _, id := range identities {
		c := id.Leaf
		valid = valid && !t.Before(c.NotBefore) && !t.After(c.NotAfter)
		if c.NotBefore.After(youngest) {
			youngest = c.NotBefore
		}
	}
	if valid {
		return t
	}
	return youngest.Add(settled).UTC()
}

// identity returns the identity of that name, a domain's or a user's.
func (k *keyring) identity(name string, kind certs.KeyKind) (*identity, error) {
	prefix := "domain"
	if strings.Contains(name, "@") {
		prefix = "user"
	}
	id := &identity{
		keyFile:  filepath.Join(k.dir, prefix+"_key_"+name+".pem"),
		certFile: filepath.Join(k.dir, prefix+"_cert_"+name+".pem"),
	}
	cert, err := os.ReadFile(id.certFile)
	if errors.Is(err, fs.ErrNotExist) {
		if err = k.make(name, kind); err == nil {
			cert, err = os.ReadFile(id.certFile)
		}
	}
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(id.keyFile)
	if err != nil {
		return nil, err
	}
	if id.Certificate, err = tls.X509KeyPair(cert, key); err != nil {
		return nil, fmt.Errorf("%s: %w", id.keyFile, err)
	}
	if len(id.Certificate.Certificate) == 1 {
		above, err := certs.Above(k.dir, id.Leaf)
		if err != nil {
			return nil, err
		}
		id.Certificate.Certificate = append(id.Certificate.Certificate, above...)
	}
	return id, nil
}

// make makes an identity, and the authority first if the folder has none.
func (k *keyring) make(name string, kind certs.KeyKind) error {
	if k.authority == nil {
		a, err := certs.OpenAuthority(k.dir, "", k.clock)
		if errors.Is(err, fs.ErrNotExist) {
			a, err = k.makeAuthority()
		}
		if err != nil {
			return err
		}
		k.authority = a
	}
	id, err := k.authority.Make(certs.Request{Name: name, Key: kind})
	if err != nil {
		return err
	}
	files, err := k.authority.WriteIdentity(k.dir, id, certs.WriteOptions{})
	k.note(files)
	return err
}

func (k *keyring) makeAuthority() (*certs.Authority, error) {
	a, err := certs.NewAuthority(certs.AuthorityOptions{Clock: k.clock})
	if err != nil {
		return nil, err
	}
	files, err := a.Write(k.dir, certs.WriteOptions{})
	k.note(files)
	return a, err
}

// note adds files to those made, each once: the authority's record is written each time.
func (k *keyring) note(files []string) {
	for _, f := range files {
		if !slices.Contains(k.made, f) {
			k.made = append(k.made, f)
		}
	}
}

// rootFile returns the path of the authority's certificate, or "".
func (k *keyring) rootFile() string {
	path := filepath.Join(k.dir, "root_cert_fluffyCA.pem")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// needRSA returns an error unless the identity's key is RSA.
func (id *identity) needRSA(why string) error {
	if _, ok := id.PrivateKey.(*rsa.PrivateKey); !ok {
		return optionError("Keys", "%s is not RSA, which %s needs", id.keyFile, why)
	}
	return nil
}

// needCurve returns an error unless the identity's key is an elliptic curve's: ECDSA's or
// Ed25519 (RFC 8422, Section 2.2).
func (id *identity) needCurve(why string) error {
	if _, ok := id.PrivateKey.(*rsa.PrivateKey); ok {
		return optionError("Keys", "%s is RSA; %s needs an elliptic curve", id.keyFile, why)
	}
	return nil
}
