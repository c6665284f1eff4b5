package sipsecdump

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"sipsecdump/amount"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// body opens the body of m, or what is left of the damage in it once that is undone on paper. It
// returns the octets that the parts lie in.
func (o *opener) body(m *sipparse.Message, prefix string, depth, objects int) []byte {
	body, t := m.Body, tree{parts: m.Parts, prefix: prefix}
	if len(m.Trailing) > 0 && !whole(t.parts) {
		// The Content-Length cut it, if it is whole with what follows.
		all := m.Raw[len(m.Raw)-len(m.Body)-len(m.Trailing):]
		if parts := m.ParseBody(all); whole(parts) {
			body, t.parts = all, parts
		}
	}
	first := len(o.parts)
	hurt := damaged(&t, body)
	if len(hurt) == 0 {
		o.add(&t, depth, objects)
		o.tellLength(m, body, prefix)
		return body
	}
	ways, opened := 1, 0
	for _, p := range t.parts {
		if !p.Multipart && mime.IsCMS(p) {
			opened++ // each trial opens them all
		}
	}
	for i := range hurt {
		ways = min(ways*len(hurt[i].ways), 1+maxMendTrials/opened)
	}
	mended := mend(m, body, hurt, t.prefix)
	used := 1
	if ways > 1 && !o.trial {
		best := o.score(&mended.tree, depth)
		for n := 2; n <= ways; n++ {
			nextWay(hurt)
			other := mend(m, body, hurt, t.prefix)
			if s := o.score(&other.tree, depth); s > best {
				best, used, mended = s, n, other
			}
		}
	}
	o.add(&mended.tree, depth, objects)
	o.tellRepair(m, &mended, o.parts[first:], used, ways)
	return mended.octets
}

// whole tells whether nothing is missing at the end of a body: a multipart is closed, a CMS object
// has its length, also if damage in transit made it longer. Of other types it is not known.
func whole(parts []*mime.Part) bool {
	if len(parts) == 0 {
		return true
	}
	switch p := parts[0]; {
	case p.Multipart:
		return p.CloseDelimiter != nil
	case mime.IsCMS(p):
		return mime.ObjectEnds(p.Content)
	}
	return true
}

// wound is a CMS object that a text-mode conversion made longer, and the ways to mend it.
type wound struct {
	part *mime.Part
	at   int // its place in the body
	ways []mime.Mending
	pick int // the way at hand
}

// damaged finds the objects in a body whose LFs became CRLFs. An LF without a CR anywhere in the body
// shows that no such conversion took place.
func damaged(t *tree, body []byte) []wound {
	var found []wound
	for _, p := range t.parts {
		if p.Multipart || len(p.Content) != len(p.Body) || p.ContentEncoding != "" || !mime.IsCMS(p) {
			continue // in base64 or compressed, line ends do no harm
		}
		w := wound{part: p, at: p.Offset + len(p.Raw) - len(p.Body)}
		for m := range mime.Mendings(p.Content) {
			if w.ways = append(w.ways, m); len(w.ways) == maxMendings {
				break
			}
		}
		if len(w.ways) > 0 {
			found = append(found, w)
		}
	}
	if len(found) > 0 && bytes.Count(body, []byte("\n")) != bytes.Count(body, []byte("\r\n")) {
		return nil
	}
	return found
}

// nextWay picks the next combination of ways.
func nextWay(hurt []wound) {
	for i := range hurt {
		if hurt[i].pick++; hurt[i].pick < len(hurt[i].ways) {
			return
		}
		hurt[i].pick = 0
	}
}

// repair is a body without what damage added to it.
type repair struct {
	octets []byte // a copy
	tree   tree
	drop   []int // the places in the damaged body
	each   []string
}

// mend makes the repair that the picked ways give.
func mend(m *sipparse.Message, body []byte, hurt []wound, prefix string) repair {
	var r repair
	for i := range hurt {
		w := &hurt[i]
		way := w.ways[w.pick]
		for _, at := range way.Drop {
			r.drop = append(r.drop, w.at+at)
			r.tree.repairs = append(r.tree.repairs, w.at+at-len(r.tree.repairs))
		}
		r.each = append(r.each, fmt.Sprintf("part %s%s had %d LFs where it has %d CRLFs, and %s, as its length says, where it has %d",
			prefix, w.part.Path, len(way.Drop), len(way.Drop)+way.Kept, amount.Octets(way.Length), len(w.part.Content)))
	}
	r.octets = mime.Mend(body, r.drop)
	if n := m.ContentLength; n >= 0 && n < len(r.octets) && len(bytes.Trim(r.octets[n:], "\r\n")) == 0 {
		r.octets = r.octets[:n] // now that it fits, line ends behind it are no part of it
	}
	r.tree.parts, r.tree.prefix = m.ParseBody(r.octets), prefix
	return r
}

// score tries a way and tells how much speaks for it: what is proved counts most, then that what
// comes out of an object looks like what it should be. Padding alone proves little.
func (o *opener) score(t *tree, depth int) int {
	trial := opener{contents: o.contents, at: o.at, aor: o.aor, trial: true}
	trial.add(t, depth, 0)
	const proof = 100
	s := 0
	for i := range trial.parts {
		p := &trial.parts[i]
		if p.Objects > 0 {
			s -= min(len(p.Issues), proof/2)
			if !p.Multipart && strings.HasPrefix(p.MediaType, "text/") && !utf8.Valid(p.Content) {
				s -= proof / 2
			}
		}
		if p.CMS == nil {
			continue
		}
		s -= len(p.CMS.Object.Issues)
		for j := range p.CMS.Signers {
			switch r := &p.CMS.Signers[j]; {
			case r.Verified:
				s += proof
			case r.Tried:
				s -= proof
			}
		}
		if d := p.CMS.Decrypt; d != nil && d.Decrypted {
			s += proof
		}
	}
	return s
}

// tellRepair tells what was repaired and what speaks for it.
func (o *opener) tellRepair(m *sipparse.Message, r *repair, parts []report.Part, used, ways int) {
	text := "a text-mode conversion made CRLF of every LF: " + strings.Join(r.each, "; ") +
		fmt.Sprintf("; what is told of them is over repaired octets, with %d CRs left out", len(r.drop))
	if ways > 1 {
		text += fmt.Sprintf(" in way %d of the %d that the lengths allow and that were tried", used, ways)
	}
	verified, failed, decrypted := 0, 0, 0
	for i := range parts {
		c := parts[i].CMS
		if c == nil {
			continue
		}
		for j := range c.Signers {
			if c.Signers[j].Verified {
				verified++
			} else if c.Signers[j].Tried {
				failed++
			}
		}
		if c.Decrypt != nil && c.Decrypt.Decrypted {
			decrypted++
		}
	}
	checks := []string{"the DER lengths"}
	if verified > 0 {
		checks = append(checks, "a signature")
	}
	if decrypted > 0 {
		checks = append(checks, "a decryption")
	}
	if m.ContentLength == len(r.octets) {
		checks = append(checks, "the Content-Length")
	}
	text += "; checked by " + strings.Join(checks, ", ")
	if failed > 0 && verified == 0 {
		text += ", but the signature does not verify"
	}
	o.tell(m, "line-ends-changed-in-transit", "RFC 2045, Section 6.2", r.drop[0], len(r.drop), r.tree.prefix, text)
}

// tellLength tells if the Content-Length cannot be right: the body is whole with another number of
// octets.
func (o *opener) tellLength(m *sipparse.Message, body []byte, prefix string) {
	n := m.ContentLength
	switch {
	case n < 0 || len(body) == 0 || len(m.Parts) == 0:
	case len(body) < n && onlyLF(m) && len(body)+bytes.Count(body, []byte("\n")) == n:
		o.tell(m, "line-ends-changed-in-transit", "RFC 3261, Section 7", 0, n-len(body), prefix,
			fmt.Sprintf("every CRLF became LF: the body lacks %s, as many as it has lines", amount.Octets(n-len(body))))
	case len(body) > n, len(body) < n && (m.Parts[0].Multipart || mime.IsCMS(m.Parts[0])) && whole(m.Parts):
		o.tell(m, "content-length-contradicted", "RFC 3261, Section 20.14", 0, max(n-len(body), len(body)-n), prefix,
			fmt.Sprintf("the Content-Length is %d, but the body is whole with %d octets: it was changed without its length, or the length without it", n, len(body)))
	}
}

// onlyLF tells whether no line of a message ends in CRLF. A CR elsewhere is an octet of a CMS object.
func onlyLF(m *sipparse.Message) bool { return !bytes.Contains(m.Raw, []byte("\r\n")) }

// tell adds an anomaly at a place of the body of m, which may be inside a part.
func (o *opener) tell(m *sipparse.Message, code, section string, at, count int, prefix, text string) {
	if prefix != "" {
		text = "in part " + strings.TrimSuffix(prefix, "/") + ": " + text
	}
	at += len(m.Raw) - len(m.Body) - len(m.Trailing)
	o.damage = append(o.damage, report.Anomaly{Code: code, Section: section, Offset: int64(at), Count: int64(count), Text: text})
}
