package identity

import (
	"bytes"
	"crypto"
	"strings"

	"sipsecdump/sipparse"
)

// variant is one way of building the digest-string.
type variant struct {
	separator byte
	doubled   bool // the number of CSeq twice
	contact   contactForm
}

type contactForm uint8

const (
	contactWritten contactForm = iota
	contactEmpty               // nothing between its separators
	contactAbsent              // not even the separators, as in the first drafts
)

func (v variant) form() string {
	if v.separator == '|' {
		return RFC4474
	}
	return PreRFC4474
}

func (v variant) String() string {
	s := "rfc4474"
	if v.separator == ':' {
		s = "draft"
	}
	if v.doubled {
		s += "+cseq-doubled"
	}
	return s + [...]string{"", "+contact-empty", "+no-contact"}[v.contact]
}

// variants returns the ways to try, the RFC's first. Without a Contact its place is empty anyway.
func variants(hasContact bool) []variant {
	var all []variant
	for _, separator := range []byte("|:") {
		for _, doubled := range []bool{false, true} {
			for _, contact := range []contactForm{contactWritten, contactEmpty, contactAbsent} {
				if contact != contactEmpty || hasContact {
					all = append(all, variant{separator, doubled, contact})
				}
			}
		}
	}
	return all
}

// digests knows the digests of a message's variants, once computed.
type digests map[crypto.Hash][]variantDigest

type variantDigest struct {
	variant
	sum []byte
}

// variantDigests returns the digests of all variants.
func (c *checker) variantDigests(h crypto.Hash) []variantDigest {
	if d, ok := c.digests[h]; ok {
		return d
	}
	contact, hasContact := c.m.Get("contact")
	contact = sipparse.ParseAddress(contact).URI
	number, method := cseq(c.m)
	var all []variantDigest
	for _, v := range variants(hasContact) {
		var b bytes.Buffer
		for _, s := range []string{c.m.From.URI, c.m.To.URI, c.m.CallID} {
			b.WriteString(s)
			b.WriteByte(v.separator)
		}
		if v.doubled {
			b.WriteString(number)
		}
		b.WriteString(number + " " + method)
		b.WriteByte(v.separator)
		b.WriteString(canonicalDate(c.date))
		b.WriteByte(v.separator)
		if v.contact == contactWritten {
			b.WriteString(contact)
		}
		if v.contact != contactAbsent {
			b.WriteByte(v.separator)
		}
		hash := h.New()
		hash.Write(b.Bytes())
		hash.Write(c.body)
		all = append(all, variantDigest{v, hash.Sum(nil)})
	}
	if c.digests == nil {
		c.digests = make(digests)
	}
	c.digests[h] = all
	return all
}

// cseq returns number and method of CSeq as they are signed: without leading zeros, whatever stands
// between them (RFC 4474, Section 9).
func cseq(m *sipparse.Message) (number, method string) {
	v, _ := m.Get("cseq")
	i := 0
	for i < len(v) && '0' <= v[i] && v[i] <= '9' {
		i++
	}
	number = strings.TrimLeft(v[:i], "0")
	if number == "" && i > 0 {
		number = "0"
	}
	return number, m.CSeqMethod
}

// canonicalDate writes a Date with one space for each and "Sat" for "SAT" (RFC 4474, Section 9).
func canonicalDate(v string) string {
	words := strings.Fields(v)
	for i, w := range words {
		if (i == 0 || i == 2) && len(w) >= 3 {
			words[i] = strings.ToUpper(w[:1]) + strings.ToLower(w[1:])
		}
	}
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], "GMT") {
		words[n-1] = "GMT"
	}
	return strings.Join(words, " ")
}
