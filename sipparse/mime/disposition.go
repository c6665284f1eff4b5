package mime

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

// ContentDisposition is what could be read of Disposition. It is valid as long as the part is.
func (p *Part) ContentDisposition() Disposition { return p.disposition }

// parse reads v, and uses the memory of d.Params again.
func (d *Disposition) parse(v string) (ok bool) {
	typ, rest := token(skipSpace(v))
	*d = Disposition{Type: lower(typ), Params: d.Params[:0]}
	d.Params, ok = parseParams(rest, d.Params)
	for _, p := range d.Params {
		switch {
		case p.Name == "handling" && d.Handling == "":
			d.Handling = lower(p.Value)
		case p.Name == "filename" && d.Filename == "":
			d.Filename = p.Value
		}
	}
	return ok && d.Type != ""
}

// setDisposition takes the Content-Disposition's value.
func (p *Part) setDisposition(v string) {
	if p.Disposition = v; v == "" {
		return
	}
	d := &p.disposition
	if !d.parse(v) {
		p.issue(dispositionMalformed, p.Offset, "the Content-Disposition %q cannot be read", v)
	} else if _, rest := token(d.Handling); rest != "" {
		// The syntax leaves room for other ways of handling, if their names are tokens.
		p.issue(dispositionMalformed, p.Offset, "the handling is %q", d.Handling)
	}
}
