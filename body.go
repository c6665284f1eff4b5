package sipsecdump

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"sipsecdump/amount"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// opener opens one message's body: MIME parts, the CMS objects in them, and the parts in
// those.
type opener struct {
	*contents
	at    time.Time // when validity is judged
	aor   string    // whose certificate a signer's should be (RFC 3261, Section 23.3); "" if nobody knows
	parts []report.Part
	// damage is what was found to have happened to the body.
	damage   []report.Anomaly
	inflated int  // octets that compressed parts have become
	limit    bool // something was left closed because of a limit
	trial    bool // a try at mending: nothing is learned from it
}

// begin makes the opener ready for a message of a time.
func (o *opener) begin(c *contents, at time.Time) {
	o.contents, o.at, o.aor = c, c.judged(at), ""
	o.parts, o.damage = o.parts[:0], o.damage[:0]
	o.inflated, o.limit, o.trial = 0, false, false
}

// open returns the parts in reading order, and the octets that those lie in which no object, no
// encoding and no other message holds: the message's body, or what mend made of it.
func (o *opener) open(m *sipparse.Message) ([]report.Part, []byte) {
	if m.Request {
		o.aor = m.From.URI
	}
	body := o.body(m, "", 0, 0)
	return o.parts, body
}

// tree is one MIME tree: that of a message, or of what is inside a part.
type tree struct {
	parts  []*mime.Part
	prefix string // of their paths
	// repairs are the places in the body where an octet was left out, ascending; see mend.
	repairs []int
}

// repaired returns how many octets were left out of a part.
func (t *tree) repaired(p *mime.Part) int {
	first, _ := slices.BinarySearch(t.repairs, p.Offset)
	last, _ := slices.BinarySearch(t.repairs, p.Offset+len(p.Raw))
	return last - first
}

// add adds the parts of a tree, and what is inside them. depth counts what holds other trees:
// objects, encodings and messages; objects counts the first alone. The recursion is as deep as
// these are nested, at most maxBodyDepth.
func (o *opener) add(t *tree, depth, objects int) {
	for i, p := range t.parts {
		if len(o.parts) >= maxParts {
			o.limit = true
			return
		}
		if p.ContentEncoding != "" {
			o.inflated += len(p.Content)
		}
		o.parts = append(o.parts, report.Part{Part: p, Path: t.prefix + p.Path, Objects: objects, Repaired: t.repaired(p)})
		at := len(o.parts) - 1
		path := o.parts[at].Path
		switch {
		case p.Multipart:
		case mime.IsCMS(p):
			c := o.object(p.Content, path, signedRanges(t, i))
			c.Repaired = o.parts[at].Repaired
			o.parts[at].CMS = c
			o.inside(c, depth)
		case p.MediaType == "message/sip" || p.MediaType == "message/sipfrag":
			m := embedded(p)
			o.parts[at].Message = m
			if o.deeper(depth) {
				o.body(m, path+"/", depth+1, objects)
			}
		default:
			if parts := p.Unpack(mime.Limits{}); parts != nil && o.deeper(depth) {
				o.add(&tree{parts: parts, prefix: path + "/"}, depth+1, objects)
			}
		}
	}
}

// inside opens what the object of the last part protects.
func (o *opener) inside(c *report.CMS, depth int) {
	content := c.Content()
	if content == nil || !o.deeper(depth) {
		return
	}
	var parts []*mime.Part
	if c.Object.HoldsData() || isEntity(content) {
		parts = mime.ParseEntity(content, mime.Limits{})
	} else {
		parts = []*mime.Part{{Path: "1", MediaType: "application/octet-stream", Raw: content, Body: content, Content: content}}
	}
	first, objects := len(o.parts), o.parts[len(o.parts)-1].Objects+1
	o.add(&tree{parts: parts, prefix: c.Path + "/"}, depth+1, objects)
	for _, in := range o.parts[first:] {
		if in.Objects == objects {
			c.Inside = append(c.Inside, in)
		}
	}
}

// deeper tells whether what is inside of something at that depth may be opened.
func (o *opener) deeper(depth int) bool {
	ok := depth+1 < maxBodyDepth && o.inflated <= maxInflated
	o.limit = o.limit || !ok
	return ok
}

// limitText tells what opener.limit means.
func limitText(body string) string {
	return fmt.Sprintf("%s has more than %d parts, content nested deeper than %d, or more than %d octets of decompressed content; the rest was not opened",
		body, maxParts, maxBodyDepth, maxInflated)
}

// embedded reads the message that a part holds (RFC 3261, Section 23.4; RFC 3420).
func embedded(p *mime.Part) *sipparse.Message {
	if p.MediaType == "message/sipfrag" {
		return sipparse.ParseFragment(p.Content)
	}
	return sipparse.Parse(p.Content)
}

// object reads, verifies and decrypts what a part holds.
func (o *opener) object(octets []byte, path string, ranges []cms.Range) *report.CMS {
	c := &report.CMS{Path: path, Object: cms.Parse(octets, cms.Limits{})}
	if s := c.Object.Signed; s != nil {
		in := cms.VerifyInput{Ranges: ranges, Keyring: o.options.Keyring, At: o.at, AOR: o.aor}
		c.Signers = s.Verify(in)
		if in.Seen = o.seenSigners(s, c.Signers); len(in.Seen) > 0 {
			c.Signers = s.Verify(in)
		}
		for _, cert := range s.Certificates {
			if !o.trial {
				o.learn(cert)
			}
		}
	}
	c.Decrypt = c.Object.Open(o.options.Keyring)
	if d := c.Object.Compressed; d != nil {
		content := d.Decompress(maxInflated)
		c.Decompress = &content
	}
	if d := c.Object.Digested; d != nil {
		check := d.Check()
		c.Digest = &check
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

// signedRanges gives the candidates for what a detached signature at t.parts[i] covers: the
// first part of the multipart/signed that both are in (RFC 1847, Section 2.1), and what
// implementations are known to take for it.
func signedRanges(t *tree, i int) []cms.Range {
	parts, multi := t.parts, -1
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
	name := "MIME part " + t.prefix + p.Path
	if t.repaired(p) > 0 {
		name = "repaired octets of " + name
	}
	ranges := []cms.Range{{
		Name:     fmt.Sprintf("%s, headers and body, %s", name, amount.Octets(len(p.Raw))),
		Octets:   p.Raw,
		Standard: true,
	}}
	if len(p.Boundary) > 0 {
		ranges = append(ranges, cms.Range{
			Code:   "crlf-included",
			Name:   fmt.Sprintf("%s with the line end before the boundary, %s", name, amount.Octets(len(p.Raw)+len(p.Boundary))),
			Octets: joined(p.Raw, p.Boundary),
		})
	}
	ranges = append(ranges, cms.Range{
		Code:   "headers-excluded",
		Name:   fmt.Sprintf("body of %s without its headers, %s", name, amount.Octets(len(p.Body))),
		Octets: p.Body,
	})
	ranges = appendCanonical(ranges, name, p.Raw)
	if text := bytes.ReplaceAll(p.Body, []byte("\r\n"), []byte("\n")); len(t.repairs) > 0 && len(text) < len(p.Body) {
		// What made CRLF of the LFs in the signature did the same to the text.
		ranges = append(ranges, cms.Range{
			Name:     fmt.Sprintf("repaired octets of MIME part %s%s, headers and body with LF for CRLF, %s", t.prefix, p.Path, amount.Octets(len(p.Raw)-len(p.Body)+len(text))),
			Octets:   joined(p.Raw[:len(p.Raw)-len(p.Body)], text),
			Standard: true,
		})
	}
	return ranges
}

// appendCanonical appends the range with the line ends that S/MIME asks for (RFC 8551, Section
// 3.1.1), if there are others.
func appendCanonical(ranges []cms.Range, name string, signed []byte) []cms.Range {
	canonical := crlf(signed)
	if bytes.Equal(canonical, signed) {
		return ranges
	}
	return append(ranges, cms.Range{
		Code:   "line-ends-changed",
		Name:   fmt.Sprintf("%s with CRLF for every line end, %s", name, amount.Octets(len(canonical))),
		Octets: canonical,
	})
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
