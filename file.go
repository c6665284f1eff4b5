package sipsecdump

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strconv"
	"strings"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// File is a file that is no capture: what it holds in ASN.1.
type File struct {
	Name string // as the user named it
	// Form is the kind of file: "der", "pem", "base64", "mime" or "sip".
	Form    string
	Objects []FileObject
	// Withheld is the number of private keys. What they are made of is not in Objects.
	Withheld int

	sip   *sipparse.Message // nil if the file is none
	parts []*mime.Part      // of a MIME entity; nil if the file is none
}

// FileObject is an encoding in ASN.1 that a file holds. What it is, and whether it is whole, is
// not known.
type FileObject struct {
	// Path is its place: the path of a MIME part, or, for the blocks of a PEM file, "1", "2"
	// and so on; "1" if the file holds nothing else.
	Path string
	// Label is that of a PEM block ("CERTIFICATE") or the media type of a MIME part; else "".
	Label string
	// Octets alias the data that was read, or are the object's own if an encoding was undone.
	Octets []byte
}

// ErrFileForm tells that a file is of no form that ReadFile knows.
var ErrFileForm = errors.New("this is neither DER, PEM nor base64, nor a MIME or SIP message")

// ErrFileEmpty tells that a file has no octets.
var ErrFileEmpty = errors.New("the file is empty")

// ReadFile finds the objects in a file, whose form is told by its content: a SIP message, DER or
// BER, PEM with any labels, a MIME entity with its header (an S/MIME message as RFC 8551 has it),
// or base64. Objects are the CMS objects in a message, and whatever there is in the other forms.
// The error is ErrFileForm or ErrFileEmpty.
func ReadFile(name string, data []byte) (*File, error) {
	f := &File{Name: name}
	switch {
	case len(data) == 0:
		return nil, ErrFileEmpty
	case sipparse.Sniff(data):
		f.Form, f.sip = "sip", sipparse.Parse(data)
		f.message(f.sip.Parts)
	case isEncoding(data):
		f.Form = "der"
		f.add("1", "", data)
	case bytes.HasPrefix(data, pemBegin) || bytes.Contains(data, append([]byte{'\n'}, pemBegin...)):
		f.pem(data)
	case isEntity(data):
		f.Form, f.parts = "mime", mime.ParseEntity(data, mime.Limits{})
		f.message(f.parts)
	default:
		decoded, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(data), nil)))
		if err != nil || !isEncoding(decoded) {
			return nil, ErrFileForm
		}
		f.Form = "base64"
		f.add("1", "", decoded)
	}
	return f, nil
}

var pemBegin = []byte("-----BEGIN ")

// isEncoding tells whether data are in BER: one element and no more; or a damaged SEQUENCE.
func isEncoding(data []byte) bool {
	if isPrintable(data) {
		return false // tags of universal types are control characters
	}
	if data[0] == 0x30 {
		return true
	}
	o := cms.Parse(data, cms.Limits{})
	return len(o.Raw) == len(data) && o.Nodes[0].Err == nil
}

func isPrintable(data []byte) bool {
	for _, b := range data {
		if (b < ' ' || b > '~') && b != '\t' && b != '\r' && b != '\n' {
			return false
		}
	}
	return true
}

// add adds an object, but not a private key, be it one that package pki can use or not; of a file that
// holds one and that no passphrase protects, the certificates.
func (f *File) add(path, label string, octets []byte) {
	if strings.HasSuffix(label, "PRIVATE KEY") {
		f.Withheld++
		return
	}
	m, _ := pki.ParseFile(f.Name, octets, nil)
	if len(m.Keys) == 0 && !pki.IsPrivateKey(octets) {
		f.Objects = append(f.Objects, FileObject{Path: path, Label: label, Octets: octets})
		return
	}
	f.Withheld += max(len(m.Keys), 1)
	for _, c := range m.Certificates {
		f.Objects = append(f.Objects, FileObject{Path: path, Label: "CERTIFICATE", Octets: c.Raw})
	}
}

func (f *File) pem(data []byte) {
	f.Form = "pem"
	for n := 1; n <= maxFileObjects; n++ {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return
		}
		f.add(strconv.Itoa(n), block.Type, block.Bytes)
	}
}

func (f *File) message(parts []*mime.Part) {
	for _, p := range parts {
		if !p.Multipart && mime.IsCMS(p) {
			f.add(p.Path, p.MediaType, p.Content)
		}
	}
}

// isEntity tells whether data begin with a header field.
func isEntity(data []byte) bool {
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	name, _, ok := bytes.Cut(line, []byte{':'})
	return ok && len(name) > 0 && !bytes.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`()<>@,;\"/[]?={}`, r)
	})
}
