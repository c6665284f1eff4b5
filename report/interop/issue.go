package interop

import "fmt"

// issue names what a parser finds by the parser and the stable code.
type issue struct {
	room room
	code string
}

// room is a parser whose issues are findings.
type room uint8

const (
	sipIssue room = iota + 1 // package sipparse
	mimeIssue
	cmsIssue
	certificateIssue // package pki
	identityIssue
	tlsIssue
)

// told tells an issue, if there is a rule for it. Its own section and text say more than the
// rule's.
func (f *finder) told(s *Set, from room, code, part, section, text string, offset int) {
	a, ok := s.issues[issue{from, code}]
	if !ok {
		return
	}
	if section != "" {
		r := *a.Rule
		r.Sections = []string{section}
		a.Rule = &r
	}
	f.rule = a
	text = sentence(text) // it may quote the capture
	if offset >= 0 {
		text = fmt.Sprintf("%s, at offset %d", text, offset)
	}
	f.foundIn(part, "%s", text)
}
