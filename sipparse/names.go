package sipparse

import "strings"

// field is a header field that Parse reads, or a group of them that it reads alike.
type field uint8

const (
	otherField field = iota
	fieldVia
	fieldFrom
	fieldTo
	fieldCallID
	fieldCSeq
	fieldMaxForwards
	fieldContact
	fieldContentLength
	fieldContentType
	fieldContentDisposition
	fieldContentTransferEncoding
	fieldContentEncoding
	fieldContentID
	fieldContentLanguage
	fieldDate
	fieldExpires
	fieldMinExpires
	fieldRetryAfter
	fieldWarning
	fieldAddresses // a list of addresses
)

// fieldNames are the names that Parse reads, those that have a compact form in the IANA registry
// "Session Initiation Protocol (SIP) Parameters", and those that are met often: to know a name spares
// the way through lower case.
var fieldNames = [...]struct {
	long    string
	compact byte // 0 if there is none
	field   field
}{
	{"Via", 'v', fieldVia},
	{"From", 'f', fieldFrom},
	{"To", 't', fieldTo},
	{"Call-ID", 'i', fieldCallID},
	{"CSeq", 0, fieldCSeq},
	{"Max-Forwards", 0, fieldMaxForwards},
	{"Contact", 'm', fieldContact},
	{"Content-Length", 'l', fieldContentLength},
	{"Content-Type", 'c', fieldContentType},
	{"Content-Disposition", 0, fieldContentDisposition},
	{"Content-Transfer-Encoding", 0, fieldContentTransferEncoding},
	{"Content-Encoding", 'e', fieldContentEncoding},
	{"Content-ID", 0, fieldContentID},
	{"Content-Language", 0, fieldContentLanguage},
	{"Date", 0, fieldDate},
	{"Expires", 0, fieldExpires},
	{"Min-Expires", 0, fieldMinExpires},
	{"Retry-After", 0, fieldRetryAfter},
	{"Warning", 0, fieldWarning},
	{"Route", 0, fieldAddresses},
	{"Record-Route", 0, fieldAddresses},
	{"Path", 0, fieldAddresses},
	{"Service-Route", 0, fieldAddresses},
	{"Refer-To", 'r', fieldAddresses},
	{"Referred-By", 'b', fieldAddresses},
	{"Reply-To", 0, fieldAddresses},

	{"Accept", 0, otherField},
	{"Accept-Contact", 'a', otherField},
	{"Allow", 0, otherField},
	{"Allow-Events", 'u', otherField},
	{"Authorization", 0, otherField},
	{"Event", 'o', otherField},
	{"Identity", 'y', otherField},
	{"Identity-Info", 'n', otherField},
	{"Min-SE", 0, otherField},
	{"P-Asserted-Identity", 0, otherField},
	{"Privacy", 0, otherField},
	{"Proxy-Authenticate", 0, otherField},
	{"Proxy-Authorization", 0, otherField},
	{"Reason", 0, otherField},
	{"Reject-Contact", 'j', otherField},
	{"Request-Disposition", 'd', otherField},
	{"Require", 0, otherField},
	{"Server", 0, otherField},
	{"Session-Expires", 'x', otherField},
	{"Session-ID", 0, otherField},
	{"Subject", 's', otherField},
	{"Subscription-State", 0, otherField},
	{"Supported", 'k', otherField},
	{"User-Agent", 0, otherField},
	{"WWW-Authenticate", 0, otherField},
}

// fieldName is the name of a header field that is known.
type fieldName struct {
	long  string // as the standards write it
	kind  string // in lower case
	field field
}

// compactForms are the known names by their compact form, longForms by the hash of the long one, or
// behind another of that hash.
var compactForms, longForms = func() (compact, long [256]*fieldName) {
	for _, n := range fieldNames {
		known := &fieldName{n.long, strings.ToLower(n.long), n.field}
		if c := n.compact; c != 0 {
			compact[c], compact[c-'a'+'A'] = known, known
		}
		h := nameHash(n.long)
		for long[h] != nil {
			h++
		}
		long[h] = known
	}
	return compact, long
}()

// nameHash is the same for a name in any case, and not often that of another name.
func nameHash[T string | []byte](name T) uint8 {
	n := len(name)
	return uint8(n)*7 + (name[0]|0x20)*9 + (name[n-1]|0x20)*5
}

// knownName returns what is known of the header fields that have a name, or nil.
func knownName[T string | []byte](name T) *fieldName {
	switch len(name) {
	case 0:
		return nil
	case 1:
		return compactForms[name[0]]
	}
	for h := nameHash(name); longForms[h] != nil; h++ {
		if known := longForms[h]; string(name) == known.long || isKind(name, known.kind) {
			return known
		}
	}
	return nil
}

// fieldOf returns what Parse takes header fields of a name for.
func fieldOf(name []byte) field {
	if known := knownName(name); known != nil {
		return known.field
	}
	return otherField
}

// isKind reports whether a name is a kind, in any case.
func isKind[T string | []byte](name T, kind string) bool {
	if len(name) != len(kind) {
		return false
	}
	for i := range len(name) {
		if c, k := name[i], kind[i]; c != k && (c|0x20 != k || k < 'a') {
			return false
		}
	}
	return true
}
