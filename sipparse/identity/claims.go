package identity

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// judgeClaims tells whether the claims are said of this message. It does so before the signature is
// looked at: what is wrong is wrong whoever signed it.
func (c *checker) judgeClaims(r *Result) {
	ppt := r.Header.text("ppt")
	c.judgeOrig(r)
	c.judgeDest(r, strings.HasPrefix(ppt, "div"))
	if iat, ok := numericDate(r.Claims); ok {
		c.judgeTime(r, iat)
	} else {
		r.wrong("iat-missing", "RFC 8225, Section 5.1.1", "there is no claim iat that is a time")
	}
	c.judgeMediaKeys(r)
	switch ppt {
	case "":
	case "shaken":
		judgeShaken(r)
	case "div", "div-o":
		judgeDiv(r)
	case "rph":
		c.judgeResourcePriority(r)
	default:
		r.issue("ppt-unknown", "RFC 8224, Section 6.2", "what the extension %q claims was not judged", ppt)
	}
}

// judgeOrig compares who calls with From (RFC 8224, Section 6.2), and where that differs with
// P-Asserted-Identity, which takes its place between providers that trust each other.
func (c *checker) judgeOrig(r *Result) {
	v, _ := r.Claims.Get("orig")
	orig, _ := v.(Object)
	kind, value := "", ""
	for _, k := range []string{"tn", "uri"} {
		if s := orig.text(k); s != "" {
			kind, value = k, s
			break
		}
	}
	switch {
	case kind == "":
		r.wrong("orig-missing", "RFC 8225, Section 5.2.1", "there is no claim orig with a tn or uri")
	case c.from.is(kind, value):
	case slices.ContainsFunc(c.asserted, func(p party) bool { return p.is(kind, value) }):
		r.issue("orig-asserted", "RFC 8224, Section 6.2", "orig is %q, which is not From, but P-Asserted-Identity", value)
	default:
		r.wrong("orig-mismatch", "RFC 8224, Section 6.2", "orig is %q, From is %q", value, c.m.From.URI)
	}
}

// judgeDest compares who is called with To, or if the call was diverted with the Request-URI
// (RFC 8224, Section 6.2; RFC 8946, Section 4).
func (c *checker) judgeDest(r *Result, diverted bool) {
	v, _ := r.Claims.Get("dest")
	dest, _ := v.(Object)
	called, header, uri := c.to, "To", c.m.To.URI
	if diverted {
		called, header, uri = c.target, "the Request-URI", c.m.URI
	}
	found, first := false, ""
	for _, kind := range []string{"tn", "uri"} {
		v, _ := dest.Get(kind)
		list, _ := v.([]any)
		for _, e := range list {
			s, _ := e.(string)
			if called.is(kind, s) {
				return
			}
			if !found {
				found, first = true, s
			}
		}
	}
	if !found {
		r.wrong("dest-missing", "RFC 8225, Section 5.2.1", "there is no claim dest with a list of tn or uri")
		return
	}
	section := "RFC 8224, Section 6.2"
	if diverted {
		section = "RFC 8946, Section 4"
	}
	r.wrong("dest-mismatch", section, "dest is %q, %s is %q", first, header, uri)
}

// numericDate reads claim iat (RFC 7519, Section 2).
func numericDate(claims Object) (time.Time, bool) {
	v, _ := claims.Get("iat")
	n, _ := v.(json.Number)
	seconds, err := n.Float64() // whole numbers are exact
	if err != nil || !(seconds >= 0 && seconds <= 1<<40) {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*float64(time.Second))).UTC(), true
}

// judgeTime tells whether the PASSporT is fresh. That it is not keeps nobody from having signed it.
func (c *checker) judgeTime(r *Result, iat time.Time) {
	const section = "RFC 8224, Section 6.2"
	const window = freshness * time.Second
	switch age := c.at.Sub(iat); {
	case age > window:
		r.issue("iat-stale", section, "it was made %v before the message was seen", age.Round(time.Second))
	case age < -window:
		r.issue("iat-future", section, "it was made %v after the message was seen", (-age).Round(time.Second))
	}
	if date, ok := parseDate(c.date); ok && date.Sub(iat).Abs() > window {
		r.issue("date-mismatch", section, "iat is %s, Date is %s", iat.Format(time.RFC3339), date.Format(time.RFC3339))
	}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// judgeShaken judges the claims of RFC 8588.
func judgeShaken(r *Result) {
	switch attest := r.Claims.text("attest"); attest {
	case "":
		r.wrong("attest-missing", "RFC 8588, Section 4", "there is no claim attest")
	case "A", "B", "C":
	default:
		r.wrong("attest-invalid", "RFC 8588, Section 4", "the attestation is %q, none of A, B and C", attest)
	}
	switch origid := r.Claims.text("origid"); {
	case origid == "":
		r.wrong("origid-missing", "RFC 8588, Section 5", "there is no claim origid")
	case !uuid.MatchString(origid):
		r.issue("origid-not-uuid", "RFC 8588, Section 5", "origid is %q, no UUID", origid)
	}
}

// judgeDiv judges the claim of RFC 8946, Section 3.
func judgeDiv(r *Result) {
	if div := diverting(r.Claims); div.text("tn") == "" && div.text("uri") == "" {
		r.wrong("div-missing", "RFC 8946, Section 3", "there is no claim div with a tn or uri")
	}
}

func diverting(claims Object) Object {
	v, _ := claims.Get("div")
	o, _ := v.(Object)
	return o
}

// linkDiversions looks for the PASSporT that each diverted one goes on from: its dest names who
// diverted (RFC 8946, Section 4.2).
func (c *checker) linkDiversions(results []Result) {
	for i := range results {
		r := &results[i]
		if r.Header.text("ppt") != "div" {
			continue
		}
		div := diverting(r.Claims)
		kind := "tn"
		value := div.text(kind)
		if value == "" {
			kind = "uri"
			value = div.text(kind)
		}
		if value == "" || slices.ContainsFunc(results, func(o Result) bool { return o.Offset != r.Offset && names(o.Claims, kind, value) }) {
			continue
		}
		r.issue("div-unlinked", "RFC 8946, Section 4.2", "no other PASSporT of the message has the dest %q that diverted the call", value)
	}
}

// names tells whether claim dest has a party in it.
func names(claims Object, kind, value string) bool {
	p := party{tn: telephone(value)}
	if kind == "uri" {
		p = parseParty(value)
	}
	v, _ := claims.Get("dest")
	dest, _ := v.(Object)
	for _, k := range []string{"tn", "uri"} {
		v, _ := dest.Get(k)
		list, _ := v.([]any)
		for _, e := range list {
			if s, _ := e.(string); p.is(k, s) {
				return true
			}
		}
	}
	return false
}

// judgeResourcePriority compares claim rph with the Resource-Priority header fields (RFC 8443,
// Section 4).
func (c *checker) judgeResourcePriority(r *Result) {
	v, _ := r.Claims.Get("rph")
	rph, _ := v.(Object)
	v, _ = rph.Get("auth")
	auth, _ := v.([]any)
	if len(auth) == 0 {
		r.wrong("rph-missing", "RFC 8443, Section 3", "there is no claim rph with a list of what is authorized")
		return
	}
	used := 0
	for i := range c.m.Headers {
		if c.m.Headers[i].Kind != "resource-priority" {
			continue
		}
		for value := range strings.SplitSeq(c.m.Headers[i].Value, ",") {
			value = strings.TrimSpace(value)
			used++
			if !slices.ContainsFunc(auth, func(e any) bool { s, _ := e.(string); return strings.EqualFold(s, value) }) {
				r.wrong("rph-mismatch", "RFC 8443, Section 4", "Resource-Priority has %q, which rph does not authorize", value)
				return
			}
		}
	}
	if used == 0 {
		r.wrong("rph-mismatch", "RFC 8443, Section 4", "the message has no Resource-Priority that rph could authorize")
	}
}
