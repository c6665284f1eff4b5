package identity

import (
	"fmt"
	"strings"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/sipparse"
)

// Check judges the Identity header fields of a message, in wire order; there is a Result for each,
// and none if the message has none. body is what the digest-string covers: m.Body, or what it was
// before damage. The keyring's certificates are those that may be the signers', its CAs those that
// are trusted; it may be nil. at is when the message was seen, for freshness and validity.
//
// Results share nothing with the message but strings, and certificates with the keyring.
func Check(m *sipparse.Message, body []byte, k *pki.Keyring, at time.Time) []Result {
	if _, any := m.Get("identity"); !any {
		return nil // as nearly always
	}
	var results []Result
	c := checker{m: m, body: body, at: at}
	c.prepare(k)
	offset := len(m.Leading) + len(m.StartLine)
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Kind == "identity" {
			if len(results) == maxHeaders {
				last := &results[maxHeaders-1]
				last.issue("identity-limit", "", "the message has more than %d Identity header fields; the rest was not judged", maxHeaders)
				break
			}
			results = append(results, Result{Offset: offset})
			c.check(&results[len(results)-1], h.Value)
		}
		offset += len(h.Raw)
	}
	c.linkDiversions(results)
	return results
}

// checker judges the header fields of one message.
type checker struct {
	m    *sipparse.Message
	body []byte
	at   time.Time

	keyring  *pki.Keyring
	from, to party
	target   party // of the Request-URI
	asserted []party
	date     string // as written; "" if absent
	digests  digests
}

func (c *checker) prepare(k *pki.Keyring) {
	if c.keyring = k; k == nil {
		c.keyring = new(pki.Keyring)
	}
	c.from, c.to, c.target = parseParty(c.m.From.URI), parseParty(c.m.To.URI), parseParty(c.m.URI)
	for i := range c.m.Headers {
		if h := &c.m.Headers[i]; h.Kind == "p-asserted-identity" {
			// Two at most: a SIP URI and a tel URI (RFC 3325, Section 9.1).
			first := sipparse.ParseAddress(h.Value)
			c.asserted = append(c.asserted, parseParty(first.URI))
			if rest := h.Value[len(first.Value):]; rest != "" {
				c.asserted = append(c.asserted, parseParty(sipparse.ParseAddress(rest[1:]).URI))
			}
			break
		}
	}
	c.date, _ = c.m.Get("date")
}

func (c *checker) check(r *Result, value string) {
	if len(value) > maxValue {
		r.Form = RFC8224
		r.fail("identity-too-long", "the Identity header field has %d octets; %d are read", len(value), maxValue)
		return
	}
	f := parseField(value)
	if f.spaced {
		r.issue("identity-spaced", "RFC 8224, Section 4", "there is white space in the value of Identity")
	}
	if strings.Contains(f.token, ".") || f.param("info") != "" {
		r.Form = RFC8224
		c.passport(r, &f)
	} else {
		c.digestString(r, &f)
	}
	if r.SignatureVerified {
		c.judgeCertificate(r)
	}
	r.conclude()
}

// judgeCertificate tells whether the signer may speak for the sender, and who vouches for it.
func (c *checker) judgeCertificate(r *Result) {
	cert := r.Certificate
	if ok, reason, detail := cert.ValidAt(c.at); !ok {
		r.issue("certificate-"+reason, "RFC 5280, Section 4.1.2.5", "%s", detail)
	}
	r.Chain = pki.BuildChain(cert, c.keyring.Certificates, c.keyring.CAs, c.at)

	if numbers, ok := authority(cert); ok {
		orig, _ := r.Claims.Get("orig")
		o, _ := orig.(Object)
		if tn := telephone(o.text("tn")); tn != "" && len(numbers.codes) == 0 && !numbers.cover(tn) {
			r.issue("certificate-number", "RFC 8224, Section 8.2", "the certificate is not for the number %q", tn)
		}
		return
	}
	if r.Form != RFC8224 || c.from.tn == "" {
		if !isFor(cert, c.from.domain) {
			r.issue("certificate-domain", domainSection(r.Form), "the certificate is not for %q, the domain of From", c.from.domain)
		}
	}
}

func domainSection(form string) string {
	if form == RFC8224 {
		return "RFC 8224, Section 8.4"
	}
	return "RFC 4474, Section 13.4"
}

// signer says where the certificate should be looked for.
func (c *checker) signer(r *Result) string {
	s := "From names nobody"
	if c.from.domain != "" {
		s = fmt.Sprintf("From is of the domain %q", c.from.domain)
	} else if c.from.tn != "" {
		s = fmt.Sprintf("From is the number %q", c.from.tn)
	}
	if r.Info != "" {
		s += fmt.Sprintf("; the message says that the certificate is at %q", r.Info)
	}
	return s
}
