package cms

import (
	"bytes"

	"sipsecdump/cms/pki"
)

// parameterRule is what a standard asks of an algorithm's parameters.
type parameterRule struct {
	code    string
	section string
}

const (
	mustBeNull     = "parameters-not-null"
	mustBeAbsent   = "parameters-present"
	shouldBeAbsent = "parameters-null"
)

// parameterRules has the algorithms of which the parameters say nothing. Those of SHA-1 may be
// NULL or absent (RFC 6216, Section 5 asks for exactly this).
var parameterRules = map[pki.OID]parameterRule{
	"1.2.840.113549.2.5":     {mustBeNull, "RFC 3370, Section 2.2"},
	"1.3.14.3.2.26":          {shouldBeAbsent, "RFC 3370, Section 2.1"},
	"2.16.840.1.101.3.4.2.4": {shouldBeAbsent, "RFC 5754, Section 2"},
	"2.16.840.1.101.3.4.2.1": {shouldBeAbsent, "RFC 5754, Section 2"},
	"2.16.840.1.101.3.4.2.2": {shouldBeAbsent, "RFC 5754, Section 2"},
	"2.16.840.1.101.3.4.2.3": {shouldBeAbsent, "RFC 5754, Section 2"},

	oidRSA:                  {mustBeNull, "RFC 3370, Sections 3.2 and 4.2.1"},
	"1.2.840.113549.1.1.4":  {mustBeNull, "RFC 3370, Section 3.2"},
	"1.2.840.113549.1.1.5":  {mustBeNull, "RFC 3370, Section 3.2"},
	"1.2.840.113549.1.1.14": {mustBeNull, "RFC 4055, Section 5"},
	"1.2.840.113549.1.1.11": {mustBeNull, "RFC 4055, Section 5"},
	"1.2.840.113549.1.1.12": {mustBeNull, "RFC 4055, Section 5"},
	"1.2.840.113549.1.1.13": {mustBeNull, "RFC 4055, Section 5"},

	"1.2.840.10040.4.3":      {mustBeAbsent, "RFC 3370, Section 3.1"},
	"2.16.840.1.101.3.4.3.1": {mustBeAbsent, "RFC 5754, Section 3.1"},
	"2.16.840.1.101.3.4.3.2": {mustBeAbsent, "RFC 5754, Section 3.1"},
	"1.2.840.10045.4.1":      {mustBeAbsent, "RFC 5753, Section 7.1.3"},
	"1.2.840.10045.4.3.1":    {mustBeAbsent, "RFC 5754, Section 3.3"},
	"1.2.840.10045.4.3.2":    {mustBeAbsent, "RFC 5754, Section 3.3"},
	"1.2.840.10045.4.3.3":    {mustBeAbsent, "RFC 5754, Section 3.3"},
	"1.2.840.10045.4.3.4":    {mustBeAbsent, "RFC 5754, Section 3.3"},
	oidEd25519:               {mustBeAbsent, "RFC 8419, Section 2.2"},
	"1.3.101.113":            {mustBeAbsent, "RFC 8419, Section 2.2"},

	"2.16.840.1.101.3.4.1.5":  {mustBeAbsent, "RFC 3565, Section 2.3.2"},
	"2.16.840.1.101.3.4.1.25": {mustBeAbsent, "RFC 3565, Section 2.3.2"},
	"2.16.840.1.101.3.4.1.45": {mustBeAbsent, "RFC 3565, Section 2.3.2"},
}

// checkParameters notes parameters that should be other ones.
func (p *parser) checkParameters(a pki.AlgorithmIdentifier, offset int) {
	rule, ok := parameterRules[a.OID]
	if !ok {
		return
	}
	null := bytes.Equal(a.Parameters, []byte{5, 0})
	name := algorithmName(a.OID)
	switch {
	case rule.code == mustBeNull && !null:
		p.issue(rule.code, offset, rule.section, "the parameters of %s are not NULL, and must be", name)
	case rule.code == mustBeAbsent && a.Parameters != nil:
		p.issue(rule.code, offset, rule.section, "the parameters of %s are there, and must not be", name)
	case rule.code == shouldBeAbsent && a.Parameters != nil:
		p.issue(rule.code, offset, rule.section, "the parameters of %s are there, and should be absent, though NULL must be understood", name)
	}
}
