package mime

import "strings"

// Disposition is a Content-Disposition (RFC 2183; RFC 3261, Section 20.11).
type Disposition struct {
	// Type is in lower case: "render", "session", "attachment", ...; "" if it is absent.
	Type string
	// Handling is what a recipient that does not understand the part has to do, in lower
	// case: "required" or "optional"; "" if it is absent, which means "required".
	Handling string
	Filename string
	Params   []Param // all of them, names in lower case, in wire order
}

// Required reports whether a recipient that does not understand the part has to refuse the message:
// so it is unless the sender says otherwise (RFC 3261, Section 20.11; RFC 5621, Section 8.1).
func (d Disposition) Required() bool { return d.Handling != "optional" }

// ContentDisposition reads Disposition as far as it can be read.
func (p *Part) ContentDisposition() Disposition {
	d, _ := parseDisposition(p.Disposition)
	return d
}

func parseDisposition(v string) (d Disposition, ok bool) {
	typ, rest := token(skipSpace(v))
	d.Type = lower(typ)
	d.Params, ok = parseParams(rest, nil)
	for _, p := range d.Params {
		switch {
		case p.Name == "handling" && d.Handling == "":
			d.Handling = lower(p.Value)
		case p.Name == "filename" && d.Filename == "":
			d.Filename = p.Value
		}
	}
	return d, ok && d.Type != ""
}

// checkDisposition tells what is wrong with a Content-Disposition. The usual ones have no
// parameters and cost nothing.
func (p *Part) checkDisposition() {
	if strings.Trim(p.Disposition, "abcdefghijklmnopqrstuvwxyz-") == "" {
		return
	}
	d, ok := parseDisposition(p.Disposition)
	switch {
	case !ok:
		p.issue(dispositionMalformed, p.Offset, "the Content-Disposition %q cannot be read", p.Disposition)
	case d.Handling != "" && !isTokenOnly(d.Handling):
		p.issue(dispositionMalformed, p.Offset, "the handling is %q", d.Handling)
	}
}

// isTokenOnly reports whether s is a token: the syntax leaves room for other ways of handling.
func isTokenOnly(s string) bool {
	tok, rest := token(s)
	return tok != "" && rest == ""
}
