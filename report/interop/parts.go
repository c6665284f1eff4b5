package interop

import (
	"strings"

	"sipsecdump/report"
)

// treeOf is what the paths of all parts of one MIME tree begin with.
func treeOf(path string) string { return path[:strings.LastIndexByte(path, '/')+1] }

// around returns the place of the multipart that a part is in, or -1.
func (m *message) around(place int) int {
	p := &m.Parts[place]
	for i := place - 1; i >= 0 && p.Depth > 0; i-- {
		if q := &m.Parts[i]; q.Multipart && q.Depth == p.Depth-1 && treeOf(q.Path) == treeOf(p.Path) {
			return i
		}
	}
	return -1
}

// children returns the first two parts of a multipart, nil if they are not there, and how many it
// has.
func (m *message) children(place int) (first, second *report.Part, n int) {
	p := &m.Parts[place]
	tree := treeOf(p.Path)
	for i := place + 1; i < len(m.Parts); i++ {
		q := &m.Parts[i]
		if treeOf(q.Path) != tree {
			if !strings.HasPrefix(q.Path, tree) {
				break // behind the tree
			}
			continue // inside of a part of it
		}
		if q.Depth <= p.Depth {
			break
		}
		if q.Depth > p.Depth+1 {
			continue
		}
		switch n++; n {
		case 1:
			first = q
		case 2:
			second = q
		}
	}
	return first, second, n
}

// signedMultipart is a multipart/signed of S/MIME (RFC 8551, Section 3.5.3).
type signedMultipart struct {
	*report.Part
	signed, signature *report.Part // nil if not there
	parts             int
}

// multipartsSigned is a check of each multipart/signed of S/MIME.
func multipartsSigned(check func(m *message, s signedMultipart)) func(*message) {
	return func(m *message) {
		for i := range m.Parts {
			if p := &m.Parts[i]; p.Multipart && p.MediaType == "multipart/signed" {
				s := signedMultipart{Part: p}
				s.signed, s.signature, s.parts = m.children(i)
				if s.smime() {
					check(m, s)
				}
			}
		}
	}
}

// smime tells whether the signature is one of S/MIME: other kinds are not looked at.
func (s *signedMultipart) smime() bool {
	protocol, _ := s.Param("protocol")
	return isSignatureType(protocol) || s.signature != nil && s.signature.CMS != nil
}

// isSignatureType tells whether a media type is that of detached signatures (RFC 8551, Section
// 3.5.3.1), or its older name.
func isSignatureType(mediaType string) bool {
	return strings.EqualFold(mediaType, typeSignature) || strings.EqualFold(mediaType, "application/x-pkcs7-signature")
}

// isObjectType tells the same of the type of all other objects (RFC 8551, Section 3.2).
func isObjectType(mediaType string) bool {
	return mediaType == typeObject || mediaType == "application/x-pkcs7-mime"
}

const (
	typeSignature = "application/pkcs7-signature"
	typeObject    = "application/pkcs7-mime"
)

// inSigned tells whether a part is what a multipart/signed signs, or in that.
func (m *message) inSigned(place int) bool {
	for place >= 0 {
		outer := m.around(place)
		if outer >= 0 && m.Parts[outer].MediaType == "multipart/signed" {
			return place == outer+1 // a multipart's first part is behind it
		}
		place = outer
	}
	return false
}

// repaired tells whether damage was taken out of the body: what is told of signatures is over
// octets that nobody sent then.
func (m *message) repaired() bool {
	for i := range m.Parts {
		if m.Parts[i].Repaired > 0 {
			return true
		}
	}
	return false
}

// secured tells whether there is a CMS object in the body.
func (m *message) secured() bool {
	for i := range m.Parts {
		if m.Parts[i].CMS != nil {
			return true
		}
	}
	return false
}

// opensDialog tells whether a message is a request outside of a dialog: its To has no tag.
func (m *message) opensDialog() bool { return m.Message.Request && m.Message.To.Tag == "" }
