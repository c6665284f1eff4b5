package identity

import (
	"path"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"sipsecdump/cms/pki"
)

// candidate is a certificate whose key may have made a signature.
type candidate struct {
	*pki.Certificate
	// known tells that it is the signer's, if anybody's: by domain, telephone number, or the name
	// of its file.
	known bool
}

// candidates returns the certificates whose key is suitable, those known to be the signer's first.
func (c *checker) candidates(r *Result, suitable func(*pki.Certificate) bool) []candidate {
	var known, others []candidate
	for _, cert := range c.keyring.Certificates {
		if !suitable(cert) {
			continue
		}
		if c.isSigners(r, cert) {
			known = append(known, candidate{cert, true})
		} else {
			others = append(others, candidate{cert, false})
		}
	}
	return append(known, others...)
}

func (c *checker) isSigners(r *Result, cert *pki.Certificate) bool {
	if isFor(cert, c.from.domain) {
		return true
	}
	if numbers, ok := authority(cert); ok && c.from.tn != "" && numbers.cover(c.from.tn) {
		return true
	}
	// A file that is called like the URI's last part was put there to answer it.
	_, rest, _ := strings.Cut(r.Info, "://")
	_, name, slash := strings.Cut(rest, "/")
	name, _, _ = strings.Cut(name, "?")
	return slash && name != "" && cert.Source != "" && path.Base(name) == path.Base(strings.ReplaceAll(cert.Source, `\`, "/"))
}

// isFor tells whether a certificate is for a domain: a subjectAltName of type DNS or a SIP URI that
// is nothing but the domain, or else a common name (RFC 5922, Section 7.1). There are no wildcards.
func isFor(cert *pki.Certificate, domain string) bool {
	if domain == "" {
		return false
	}
	alternative := false
	for _, u := range cert.URIs {
		if p := parseParty(u); strings.HasPrefix(p.uri, "sip:") {
			alternative = true
			if p.uri == "sip:"+domain {
				return true
			}
		}
	}
	for _, d := range cert.DNSNames {
		alternative = true
		if strings.EqualFold(d, domain) {
			return true
		}
	}
	if alternative {
		return false
	}
	for _, n := range cert.Subject.CommonNames() {
		if strings.EqualFold(n, domain) {
			return true
		}
	}
	return false
}

const oidTNAuthList = pki.OID("1.3.6.1.5.5.7.1.26")

// numbers is what a TNAuthList allows (RFC 8226, Section 9).
type numbers struct {
	codes  []string // of service providers: which numbers are theirs the certificate does not say
	ranges []numberRange
}

type numberRange struct {
	start string
	count int64
}

// authority reads the TNAuthList of a certificate.
//
//	TNAuthorizationList ::= SEQUENCE SIZE (1..MAX) OF CHOICE {
//	    spc [0] EXPLICIT IA5String,
//	    range [1] EXPLICIT SEQUENCE { start IA5String, count INTEGER },
//	    one [2] EXPLICIT IA5String }
func authority(cert *pki.Certificate) (n numbers, ok bool) {
	for _, e := range cert.Extensions {
		if e.OID != oidTNAuthList {
			continue
		}
		s := cryptobyte.String(e.Value)
		var list cryptobyte.String
		if !s.ReadASN1(&list, asn1.SEQUENCE) {
			return n, false
		}
		for !list.Empty() {
			var entry, text cryptobyte.String
			var tag asn1.Tag
			if !list.ReadAnyASN1(&entry, &tag) {
				return n, false
			}
			switch tag {
			case asn1.Tag(0).ContextSpecific().Constructed():
				if !entry.ReadASN1(&text, asn1.IA5String) {
					return n, false
				}
				n.codes = append(n.codes, string(text))
			case asn1.Tag(1).ContextSpecific().Constructed():
				var r cryptobyte.String
				var count int64
				if !entry.ReadASN1(&r, asn1.SEQUENCE) || !r.ReadASN1(&text, asn1.IA5String) || !r.ReadASN1Integer(&count) {
					return n, false
				}
				n.ranges = append(n.ranges, numberRange{string(text), count})
			case asn1.Tag(2).ContextSpecific().Constructed():
				if !entry.ReadASN1(&text, asn1.IA5String) {
					return n, false
				}
				n.ranges = append(n.ranges, numberRange{string(text), 1})
			}
		}
		return n, true
	}
	return n, false
}

// cover tells whether a number is in one of the ranges. Numbers of a range have the same length.
func (n numbers) cover(tn string) bool {
	for _, r := range n.ranges {
		if tn == r.start {
			return true
		}
		first, ok1 := number(r.start)
		this, ok2 := number(tn)
		if ok1 && ok2 && len(tn) == len(r.start) && this >= first && this-first < r.count {
			return true
		}
	}
	return false
}

// number reads a telephone number of digits (E.164 has 15 at most).
func number(tn string) (n int64, ok bool) {
	if tn == "" || len(tn) > 15 {
		return 0, false
	}
	for i := range len(tn) {
		if tn[i] < '0' || tn[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(tn[i]-'0')
	}
	return n, true
}
