package escape

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// MaxGrowth is how many octets one octet of text becomes at most: \xff.
const MaxGrowth = 4

// AppendText appends s as a piece of one line and returns the extended slice. Nothing that
// it appends is a control character, not even a tab or a line end. It keeps nothing of s.
func AppendText[T ~[]byte | ~string](dst []byte, s T) []byte {
	start := len(dst)
	dst = append(dst, s...)
	n := graphicRun(dst[start:]) // all of it, nearly always
	return appendGraphic(dst[:start+n], s[n:], false)
}

// AppendLines appends p as lines of their own, each with indent in front and a line feed
// behind; a line that holds nothing stays empty. LF and CR LF end a line, and so does the
// end of p. A carriage return elsewhere is shown as \r; tabs pass. It keeps nothing of p.
func AppendLines(dst, p []byte, indent string) []byte {
	for len(p) > 0 {
		n := graphicRun(p) // up to the line end, nearly always
		if n > 0 {
			dst = append(append(dst, indent...), p[:n]...)
			p = p[n:]
		}
		end, next := 0, 2
		if len(p) < 2 || p[0] != '\r' || p[1] != '\n' {
			if end, next = lineEnd(p); end > 0 {
				if n == 0 {
					dst = append(dst, indent...)
				}
				dst = appendGraphic(dst, p[:end], true)
			}
		}
		dst = append(dst, '\n')
		p = p[next:]
	}
	return dst
}

// graphicRun returns how many octets p begins with that are graphic characters of ASCII, looking at
// eight at a time.
func graphicRun(p []byte) (n int) {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	for n <= len(p)-8 {
		x := binary.LittleEndian.Uint64(p[n : n+8])
		// The high bit of an octet is set by what is less than a blank, by DEL, and by what is
		// beyond ASCII. It may be set by mistake only above an octet that set its own.
		if other := ((x - ' '*ones) | (x + ones) | x) & highs; other != 0 {
			return n + bits.TrailingZeros64(other)/8
		}
		n += 8
	}
	for n < len(p) && p[n] >= ' ' && p[n] < 0x7f {
		n++
	}
	return n
}

// IsText tells whether AppendLines shows p as it is, without an escape: valid UTF-8 of graphic
// characters, tabs and line ends. What is not is better shown as a dump.
func IsText(p []byte) bool {
	for {
		p = p[graphicRun(p):]
		switch {
		case len(p) == 0:
			return true
		case p[0] == '\t' || p[0] == '\n':
			p = p[1:]
		case len(p) > 1 && p[0] == '\r' && p[1] == '\n':
			p = p[2:]
		default:
			r, n := utf8.DecodeRune(p)
			if r == utf8.RuneError && n == 1 || !unicode.IsGraphic(r) {
				return false
			}
			p = p[n:]
		}
	}
}

// lineEnd returns where the first line of p ends, and where the next begins.
func lineEnd(p []byte) (end, next int) {
	end = bytes.IndexByte(p, '\n')
	switch {
	case end < 0:
		return len(p), len(p)
	case end > 0 && p[end-1] == '\r':
		return end - 1, end + 1
	}
	return end, end + 1
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
