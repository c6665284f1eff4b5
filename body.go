package sipsecdump

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// opener opens one message's body: MIME parts, the CMS objects in them, and the parts in
// those.
type opener struct {
	*shard
	at    time.Time // when validity is judged
	parts []report.Part
	limit bool // something was left closed because of a limit
}

// open returns the parts in reading order.
func (o *opener) open(m *sipparse.Message) []report.Part {
	o.add(m.Parts, "", 0)
	return o.parts
}

// add adds parts of one MIME tree, and what is inside them. The recursion is as deep as CMS
// objects are nested, at most maxBodyDepth.
func (o *opener) add(parts []*mime.Part, prefix string, depth int) {
	for i, p := range parts {
		if len(o.parts) >= maxParts {
			o.limit = true
			return
		}
		rp := report.Part{Part: p, Path: prefix + p.Path}
		if p.Multipart || !mime.IsCMS(p) {
			o.parts = append(o.parts, rp)
			continue
		}
		rp.CMS = o.object(p, rp.Path, signedRanges(parts, i, prefix))
		o.parts = append(o.parts, rp)
		content := rp.CMS.Content()
		if content == nil {
			continue
		}
		if depth+1 >= maxBodyDepth {
			o.limit = true
			continue
		}
		first := len(o.parts)
		inside := mime.ParseEntity(content, mime.Limits{})
		o.add(inside, rp.Path+"/", depth+1)
		for _, in := range o.parts[first:] {
			if strings.Count(in.Path, "/") == depth+1 {
				rp.CMS.Inside = append(rp.CMS.Inside, in)
			}
		}
	}
}

// object reads, verifies and decrypts what a part holds.
func (o *opener) object(p *mime.Part, path string, ranges []cms.Range) *report.CMS {
	c := &report.CMS{Path: path, Object: cms.Parse(p.Content, cms.Limits{})}
	if s := c.Object.Signed; s != nil {
		in := cms.VerifyInput{Ranges: ranges, Keyring: o.options.Keyring, At: o.at}
		c.Signers = s.Verify(in)
		if in.Seen = o.seenSigners(s, c.Signers); len(in.Seen) > 0 {
			c.Signers = s.Verify(in)
		}
		for _, cert := range s.Certificates {
			o.learn(cert.Raw)
		}
	}
	if e := c.Object.Enveloped; e != nil {
		c.Decrypt = e.Decrypt(o.options.Keyring)
	}
	return c
}

// seenSigners looks for certificates that came by earlier in the capture, for signers whose
// certificate is neither in the message nor among those given.
func (o *opener) seenSigners(s *cms.SignedData, results []cms.SignerResult) []*pki.Certificate {
	var seen []*pki.Certificate
	for i := range results {
		if r := &results[i]; !r.Verified && (r.Certificate == nil || r.CertificateSource == "") {
			seen = append(seen, o.certificatesSeen(r.Signer)...)
		}
	}
	return seen
}

// signedRanges gives the candidates for what a detached signature at parts[i] covers: the
// first part of the multipart/signed that both are in (RFC 1847, Section 2.1), and what
// implementations are known to take for it.
func signedRanges(parts []*mime.Part, i int, prefix string) []cms.Range {
	multi := -1
	for j := i - 1; j >= 0; j-- {
		if parts[j].Multipart && parts[j].Depth == parts[i].Depth-1 {
			multi = j
			break
		}
	}
	if multi < 0 || multi+1 == i || parts[multi].MediaType != "multipart/signed" {
		return nil
	}
	p := parts[multi+1]
	name := "MIME part " + prefix + p.Path
	ranges := []cms.Range{{
		Name:     fmt.Sprintf("%s, headers and body, %s", name, octets(len(p.Raw))),
		Octets:   p.Raw,
		Standard: true,
	}}
	if len(p.Boundary) > 0 {
		ranges = append(ranges, cms.Range{
			Code:   "crlf-included",
			Name:   fmt.Sprintf("%s with the line end before the boundary, %s", name, octets(len(p.Raw)+len(p.Boundary))),
			Octets: joined(p.Raw, p.Boundary),
		})
	}
	ranges = append(ranges, cms.Range{
		Code:   "headers-excluded",
		Name:   fmt.Sprintf("the body of %s without its headers, %s", name, octets(len(p.Body))),
		Octets: p.Body,
	})
	if canonical := crlf(p.Raw); !bytes.Equal(canonical, p.Raw) {
		ranges = append(ranges, cms.Range{
			Code:   "line-ends-changed",
			Name:   fmt.Sprintf("%s with CRLF for every line end, %s", name, octets(len(canonical))),
			Octets: canonical,
		})
	}
	return ranges
}

func joined(a, b []byte) []byte { return append(append(make([]byte, 0, len(a)+len(b)), a...), b...) }

// crlf returns p with CRLF for every LF that has no CR before it.
func crlf(p []byte) []byte {
	out := make([]byte, 0, len(p)+bytes.Count(p, []byte{'\n'}))
	for i, c := range p {
		if c == '\n' && (i == 0 || p[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}
