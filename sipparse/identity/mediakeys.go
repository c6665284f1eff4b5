package identity

import (
	"bytes"
	"slices"
	"strings"
)

// mediaKeys returns the claim mky that the SDP of the message asks for (RFC 8225, Section 5.2.2):
// its fingerprints, without colons, in order.
func (c *checker) mediaKeys() []any {
	type key struct{ alg, dig string }
	var keys []key
	for _, p := range c.m.Parts {
		if p.MediaType != "application/sdp" {
			continue
		}
		for line := range bytes.Lines(p.Content) {
			v, ok := bytes.CutPrefix(line, []byte("a=fingerprint:"))
			words := bytes.Fields(v)
			if !ok || len(words) != 2 || len(keys) == maxFingerprints {
				continue
			}
			k := key{strings.ToLower(string(words[0])), digest(string(words[1]))}
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if d := strings.Compare(a.alg, b.alg); d != 0 {
			return d
		}
		return strings.Compare(a.dig, b.dig)
	})
	var claim []any
	for _, k := range keys {
		claim = append(claim, Object{{"alg", k.alg}, {"dig", k.dig}})
	}
	return claim
}

func digest(s string) string { return strings.ToUpper(strings.ReplaceAll(s, ":", "")) }

// judgeMediaKeys compares claim mky with the SDP.
func (c *checker) judgeMediaKeys(r *Result) {
	const section = "RFC 8225, Section 5.2.2"
	want := c.mediaKeys()
	v, claimed := r.Claims.Get("mky")
	if !claimed {
		if len(want) > 0 {
			r.issue("mky-missing", section, "the SDP has fingerprints, but there is no claim mky")
		}
		return
	}
	list, _ := v.([]any)
	same := len(list) == len(want)
	for _, e := range list {
		o, _ := e.(Object)
		alg, dig := strings.ToLower(o.text("alg")), digest(o.text("dig"))
		same = same && slices.ContainsFunc(want, func(w any) bool {
			return w.(Object).text("alg") == alg && w.(Object).text("dig") == dig
		})
	}
	if !same {
		r.wrong("mky-mismatch", section, "the keys in mky (%d) are not the fingerprints of the SDP (%d)", len(list), len(want))
	}
}
