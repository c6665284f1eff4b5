package ber

import (
	"slices"
	"strings"
)

//go:generate go run gen.go

// entry names an object identifier. The tables are sorted by it, as text: they need no
// initialization then, as maps would.
type entry struct{ oid, name string }

func lookup(table []entry, oid string) (string, bool) {
	i, ok := slices.BinarySearchFunc(table, oid, func(e entry, oid string) int {
		return strings.Compare(e.oid, oid)
	})
	if !ok {
		return "", false
	}
	return table[i].name, true
}

// DumpName returns dumpasn1's name of an object identifier in dotted form: "signedData".
func DumpName(oid string) (name string, ok bool) { return lookup(dumpNames, oid) }

// LongName returns OpenSSL's long name of an object identifier in dotted form:
// "pkcs7-signedData".
func LongName(oid string) (name string, ok bool) { return lookup(longNames, oid) }

// ShortName returns OpenSSL's short name of an object identifier in dotted form: "CN".
func ShortName(oid string) (name string, ok bool) { return lookup(shortNames, oid) }
