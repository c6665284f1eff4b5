package escape

import (
	"unicode"
	"unicode/utf8"
)

// MaxGrowth is how many octets one octet of text becomes at most: \xff.
const MaxGrowth = 4

// AppendText appends s as a piece of one line and returns the extended slice. Nothing that
// it appends is a control character, not even a tab or a line end. It keeps nothing of s.
func AppendText[T ~[]byte | ~string](dst []byte, s T) []byte {
	return appendGraphic(dst, s, false)
}

// AppendLines appends s as lines of their own, each with indent in front and a line feed
// behind; a line that holds nothing stays empty. LF and CR LF end a line, and so does the
// end of s. A carriage return elsewhere is shown as \r; tabs pass. It keeps nothing of s.
func AppendLines[T ~[]byte | ~string](dst []byte, s T, indent string) []byte {
	for len(s) > 0 {
		end, next := lineEnd(s)
		if end > 0 {
			dst = append(dst, indent...)
			dst = appendGraphic(dst, s[:end], true)
		}
		dst = append(dst, '\n')
		s = s[next:]
	}
	return dst
}

// IsText tells whether AppendLines shows p as it is, without an escape: valid UTF-8 of graphic
// characters, tabs and line ends. What is not is better shown as a dump.
func IsText(p []byte) bool {
	for i := 0; i < len(p); {
		switch c := p[i]; {
		case c >= ' ' && c < 0x7f || c == '\t' || c == '\n':
			i++
		case c == '\r' && i+1 < len(p) && p[i+1] == '\n':
			i += 2
		case c < utf8.RuneSelf:
			return false
		default:
			r, n := utf8.DecodeRune(p[i:])
			if r == utf8.RuneError && n == 1 || !unicode.IsGraphic(r) {
				return false
			}
			i += n
		}
	}
	return true
}

// lineEnd returns where the first line of s ends, and where the next begins.
func lineEnd[T ~[]byte | ~string](s T) (end, next int) {
	for i := range len(s) {
		if s[i] != '\n' {
			continue
		}
		if i > 0 && s[i-1] == '\r' {
			return i - 1, i + 1
		}
		return i, i + 1
	}
	return len(s), len(s)
}

// appendGraphic appends s with everything escaped that is not graphic, but for tabs if they
// may stay.
func appendGraphic[T ~[]byte | ~string](dst []byte, s T, tabs bool) []byte {
	for i := 0; i < len(s); {
		run := i
		for run < len(s) && (s[run] >= ' ' && s[run] < 0x7f || s[run] == '\t' && tabs) {
			run++
		}
		dst = append(dst, s[i:run]...)
		if run == len(s) {
			break
		}
		i = run
		if s[i] < utf8.RuneSelf {
			dst = appendControl(dst, s[i])
			i++
			continue
		}
		var buf [utf8.UTFMax]byte
		r, n := utf8.DecodeRune(buf[:copy(buf[:], s[i:])])
		switch {
		case r == utf8.RuneError && n == 1:
			dst = appendOctet(dst, s[i])
		case unicode.IsGraphic(r):
			dst = append(dst, s[i:i+n]...)
		default:
			dst = appendRune(dst, r)
		}
		i += n
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// appendControl appends an escape for a control character of ASCII.
func appendControl(dst []byte, c byte) []byte {
	switch c {
	case '\t':
		return append(dst, `\t`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	}
	return appendOctet(dst, c)
}

// appendOctet appends \xff.
func appendOctet(dst []byte, c byte) []byte {
	return append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
}

// appendRune appends \u202e or \U000e0041.
func appendRune(dst []byte, r rune) []byte {
	digits := 4
	if r > 0xffff {
		digits = 8
		dst = append(dst, '\\', 'U')
	} else {
		dst = append(dst, '\\', 'u')
	}
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[r>>shift&15])
	}
	return dst
}
