package interop

import (
	"fmt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// short cuts a text of the capture to a length that a sentence has room for.
func short(s string) string { return cut(s, maxText) }

// sentence cuts what a parser says of the capture.
func sentence(s string) string { return cut(s, maxSentence) }

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}

// methodWord is a method for a sentence: quoted if it is not the token that it has to be.
func methodWord(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return fmt.Sprintf("%q", short(s))
		}
	}
	return short(s)
}

// name is a distinguished name for a sentence.
func name(n pki.Name) string {
	if len(n.RDNs) == 0 {
		return "an empty name"
	}
	return fmt.Sprintf("%q", short(n.String()))
}

// oidName is the name of an object identifier, or its dotted form.
func oidName(oid pki.OID) string {
	if name, ok := ber.LongName(string(oid)); ok {
		return name
	}
	if name, ok := ber.DumpName(string(oid)); ok {
		return name
	}
	return short(string(oid))
}

// oidNames lists identifiers.
func oidNames(list []pki.OID) string {
	const most = 8
	text := ""
	for i, oid := range list {
		if i == most {
			return fmt.Sprintf("%s and %d more", text, len(list)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += oidName(oid)
	}
	return text
}
