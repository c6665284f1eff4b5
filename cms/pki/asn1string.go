package pki

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"sipsecdump/cms/ber"
)

// isString tells whether a universal tag is that of a character string type.
func isString(tag uint32) bool {
	switch tag {
	case ber.TagUTF8String, ber.TagNumericString, ber.TagPrintableString, ber.TagTeletexString,
		ber.TagVideotexString, ber.TagIA5String, ber.TagGraphicString, ber.TagVisibleString,
		ber.TagGeneralString, ber.TagUniversalString, ber.TagBMPString:
		return true
	}
	return false
}

// decodeString returns the characters of a string of the type with this universal tag; "" if it
// is not a string type. What cannot be decoded becomes U+FFFD. TeletexString is read as
// ISO 8859-1, as everybody writes it, and not as T.61.
func decodeString(tag uint32, octets []byte) string {
	switch tag {
	case ber.TagUTF8String:
		return strings.ToValidUTF8(string(octets), string(utf8.RuneError))
	case ber.TagTeletexString:
		return decode(octets, 1, func(b []byte) rune { return rune(b[0]) })
	case ber.TagBMPString:
		return decode(octets, 2, func(b []byte) rune {
			r := rune(binary.BigEndian.Uint16(b))
			if utf16.IsSurrogate(r) { // a BMPString has no characters beyond the plane
				return utf8.RuneError
			}
			return r
		})
	case ber.TagUniversalString:
		return decode(octets, 4, func(b []byte) rune {
			if u := binary.BigEndian.Uint32(b); u <= unicode.MaxRune {
				return rune(u)
			}
			return utf8.RuneError
		})
	}
	if !isString(tag) {
		return ""
	}
	return decode(octets, 1, func(b []byte) rune {
		if b[0] >= utf8.RuneSelf {
			return utf8.RuneError
		}
		return rune(b[0])
	})
}

// decode converts characters of width octets each.
func decode(octets []byte, width int, char func([]byte) rune) string {
	var b strings.Builder
	b.Grow(len(octets) / width)
	for len(octets) >= width {
		b.WriteRune(char(octets[:width]))
		octets = octets[width:]
	}
	if len(octets) > 0 {
		b.WriteRune(utf8.RuneError)
	}
	return b.String()
}

// foldString lowers letters, takes away white space at the ends and makes one space of any
// other, for comparison.
func foldString(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// validString tells whether octets are what the string type with this universal tag allows. It
// takes all of what is not a string, and all of a TeletexString.
func validString(tag uint32, octets []byte) bool {
	switch tag {
	case ber.TagUTF8String:
		return utf8.Valid(octets)
	case ber.TagPrintableString: // X.680, Section 41.4
		return !slices.ContainsFunc(octets, func(b byte) bool { return !isAlphanumeric(b) && !strings.ContainsRune(" '()+,-./:=?", rune(b)) })
	case ber.TagNumericString: // X.680, Section 41.2
		return !slices.ContainsFunc(octets, func(b byte) bool { return (b < '0' || b > '9') && b != ' ' })
	case ber.TagIA5String:
		return !slices.ContainsFunc(octets, func(b byte) bool { return b >= utf8.RuneSelf })
	case ber.TagBMPString, ber.TagUniversalString:
		return !strings.ContainsRune(decodeString(tag, octets), utf8.RuneError)
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
