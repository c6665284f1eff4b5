package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The files of an authority's folder, as the documents' makeCA lays it out and
// openssl's ca command expects it.
const (
	rootFile        = "root_cert_fluffyCA.pem"
	demoCA          = "demoCA"
	certificateFile = demoCA + "/cacert.pem"
	chainFile       = demoCA + "/cacert.p7c"
	issuersFile     = demoCA + "/issuers.pem" // ours: what is above a sub-authority
	keyFile         = demoCA + "/private/cakey.pem"
	serialFile      = demoCA + "/serial"
	crlNumberFile   = demoCA + "/crlnumber"
	indexFile       = demoCA + "/index.txt"
	indexAttrFile   = demoCA + "/index.txt.attr"
	newCertsDir     = demoCA + "/newcerts"
)

// Write lays the authority's folder out in dir and returns the paths written:
// root_cert_fluffyCA.pem and demoCA/ with cacert.pem, cacert.p7c,
// private/cakey.pem under the passphrase, and the record (serial, crlnumber,
// index.txt, newcerts/). openssl's ca command works with it. A sub-authority's
// folder also holds issuers.pem, the certificates above its own.
//
// An authority that exists there is replaced only by Force.
func (a *Authority) Write(dir string, o WriteOptions) ([]string, error) {
	out := output{dir: dir}
	if err := a.files(&out, o); err != nil {
		return nil, err
	}
	return out.write(o.Force)
}

func (a *Authority) files(out *output, o WriteOptions) error {
	protected, err := encryptedKey(a.key, o.passphrase())
	if err != nil {
		return err
	}
	chain, err := certificatesOnly(a.chain())
	if err != nil {
		return err
	}
	for _, name := range []string{"", "/certs", "/crl", "/newcerts"} {
		out.addFolder(demoCA+name, modeDir)
	}
	out.addFolder(demoCA+"/private", modePrivateDir)
	out.add(rootFile, modePublic, certificatePEM(a.Root().Raw))
	out.add(certificateFile, modePublic, certificatePEM(a.certificate.Raw))
	out.add(chainFile, modePublic, chain)
	if len(a.issuers) > 0 {
		out.add(issuersFile, modePublic, certificatePEM(a.chain()[1:]...))
	}
	out.add(keyFile, modePrivate, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: protected}))
	if o.DER {
		out.add(demoCA+"/cacert.der", modePublic, a.certificate.Raw)
	}
	a.recordFiles(out)
	return nil
}

// WriteIdentity writes an identity that a has made into a's folder dir, as
// [Identity.Write] does, then a's record, so that the next certificate gets the
// next serial number.
func (a *Authority) WriteIdentity(dir string, id *Identity, o WriteOptions) ([]string, error) {
	written, err := id.Write(dir, o)
	if err != nil {
		return written, err
	}
	record, err := a.saveRecord(dir)
	return append(written, record...), err
}

// saveRecord brings the record in dir up to date. It is the authority's own
// memory, so its files are replaced, each whole or not at all.
func (a *Authority) saveRecord(dir string) ([]string, error) {
	out := output{dir: dir}
	a.recordFiles(&out)
	return out.write(true)
}

// recordFiles adds newcerts/, index.txt, crlnumber and serial.
func (a *Authority) recordFiles(out *output) {
	var index bytes.Buffer
	for _, c := range a.issued {
		index.WriteString(c.indexLine() + "\n")
		if c.der != nil {
			out.add(newCertsDir+"/"+evenHex(c.serial)+".pem", modePublic, certificatePEM(c.der))
		}
	}
	out.add(indexFile, modePublic, index.Bytes())
	// As makeCert forgets its index each time: a name may have many certificates.
	out.add(indexAttrFile, modePublic, []byte("unique_subject = no\n"))
	out.add(crlNumberFile, modePublic, []byte(evenHex(big.NewInt(a.crlNumber))+"\n"))
	// Last: it is what says that the others are written.
	out.add(serialFile, modePublic, []byte(evenHex(a.serial)+"\n"))
}

// OpenAuthority reads an authority back from its folder, one that
// [Authority.Write] or the documents' makeCA made. An empty passphrase is the
// constant Passphrase.
func OpenAuthority(dir, passphrase string, clock Clock) (*Authority, error) {
	if passphrase == "" {
		passphrase = Passphrase
	}
	certificates, err := readFile(dir, certificateFile)
	if err != nil {
		return nil, err
	}
	issuers, err := readFile(dir, issuersFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := readFile(dir, keyFile)
	if err != nil {
		return nil, err
	}
	a, err := readAuthority(append(certificates, issuers...), key, passphrase, clock)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, demoCA), err)
	}
	return a, a.readRecord(dir)
}

// Above returns the certificates of sub-authorities above c, in DER, as far as the authority's folder
// dir has them: what a peer shows beside c, since others know the root only. It needs no key.
func Above(dir string, c *x509.Certificate) ([][]byte, error) {
	var rest []byte
	for _, name := range []string{certificateFile, issuersFile} {
		data, err := readFile(dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		}
		rest = append(rest, data...)
	}
	var above [][]byte
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return above, nil
		}
		issuer, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, demoCA), err)
		}
		isRoot := bytes.Equal(issuer.RawIssuer, issuer.RawSubject)
		otherKey := len(c.AuthorityKeyId) > 0 && !bytes.Equal(c.AuthorityKeyId, issuer.SubjectKeyId)
		if isRoot || otherKey || !bytes.Equal(c.RawIssuer, issuer.RawSubject) {
			return above, nil
		}
		above, c = append(above, issuer.Raw), issuer
	}
}

func (a *Authority) readRecord(dir string) error {
	text, err := readFile(dir, serialFile)
	if err != nil {
		return err
	}
	var ok bool
	if a.serial, ok = new(big.Int).SetString(strings.TrimSpace(string(text)), 16); !ok || a.serial.Sign() <= 0 {
		return fmt.Errorf("%s: no positive serial number in hexadecimal (RFC 5280, Section 4.1.2.2)", filepath.Join(dir, serialFile))
	}
	switch text, err := readFile(dir, crlNumberFile); {
	case errors.Is(err, fs.ErrNotExist): // the documents' makeCA makes none
	case err != nil:
		return err
	default:
		if a.crlNumber, err = strconv.ParseInt(strings.TrimSpace(string(text)), 16, 64); err != nil || a.crlNumber < 1 {
			return fmt.Errorf("%s: no positive number in hexadecimal", filepath.Join(dir, crlNumberFile))
		}
	}
	if text, err = readFile(dir, indexFile); err != nil {
		return err
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		c, err := parseIndexLine(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return fmt.Errorf("%s:%d: %w", filepath.Join(dir, indexFile), number, err)
		}
		a.issued = append(a.issued, c)
	}
	return nil
}

// readFile reads a file of at most maxFile octets.
func readFile(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d octets", path, maxFile)
	}
	return data, nil
}
