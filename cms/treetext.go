package cms

import (
	"bytes"
	"strings"

	"sipsecdump/cms/ber"
)

// textKind says how the octets of a string are read as characters.
type textKind uint8

const (
	notText textKind = iota
	textPlain
	textPrintable  // and what PrintableString does not have is an error
	textIA5        // and what IA5String does not have is an error
	textBMP        // two octets a character
	textBMPSwapped // the same with the lower octet first, as some Windows software does
	textUTCTime
	textGeneralizedTime
)

const (
	utcTimeOctets         = 13 // YYMMDDhhmmssZ
	generalizedTimeOctets = 15 // YYYYMMDDhhmmssZ
	guessOctets           = 16 // octets that guessText judges by
)

// guessText tells whether octets without a type of their own look like text, by dumpasn1's
// rules: at least 3 octets, the first 16 of which are printable ASCII, or such with a zero
// before or behind each.
func guessText(octets []byte) textKind {
	switch n := len(octets); {
	case n <= 2:
		return notText
	case n == 3:
		for _, b := range octets {
			if !isAlphanumeric(b) && b != ' ' && (b < '\t' || b > '\r') {
				return notText
			}
		}
		return textIA5
	case (n == utcTimeOctets || n == generalizedTimeOctets) && octets[n-1] == 'Z' && allDigits(octets[:n-1]):
		if n == utcTimeOctets {
			return textUTCTime
		}
		return textGeneralizedTime
	}
	sample := octets[:min(len(octets), guessOctets)]
	bmp, swapped := false, false
	for i, b := range sample {
		even := i%2 == 0
		switch {
		case b == 0 && even && !swapped:
			bmp = bmp || i < len(sample)-2
		case b == 0 && !even && !bmp:
			swapped = true
		case b == 0, even && bmp, !even && swapped, b < 0x20, b > 0x7e:
			return notText
		}
	}
	switch {
	case swapped:
		return textBMPSwapped
	case bmp:
		return textBMP
	}
	return textIA5
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

func allDigits(octets []byte) bool {
	for _, b := range octets {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}

// appendVisible appends text with a '.' for all that is not printable ASCII.
func appendVisible(dst, text []byte) []byte {
	for _, b := range text {
		if b < 0x20 || b > 0x7e {
			b = '.'
		}
		dst = append(dst, b)
	}
	return dst
}

// charString prints a string: behind the name if it is short, else in lines of their own.
func (p *treePrinter) charString(n *ber.Node, octets []byte, kind textKind) {
	shown := octets
	if p.abridged {
		shown = octets[:min(len(octets), abridgedText)]
	}
	skipped := len(octets) - len(shown)
	level := min(n.Depth, maxTextLevel)
	if len(octets) > inlineText {
		level = p.textLevel(n.Depth, len("''")+textColumns)
	}
	if kind == textBMP || kind == textBMPSwapped {
		shown = narrow(shown, kind)
	}
	if len(octets) <= inlineText {
		p.text(" '")
		p.inline(shown)
	} else {
		for line := shown; len(line) > 0; {
			cut := min(textColumns, len(line))
			p.end()
			p.next(level + 1)
			p.text("'")
			p.dst = appendVisible(p.dst, line[:cut])
			if line = line[cut:]; len(line) > 0 {
				p.text("'")
			}
		}
	}
	p.text("'\n")
	p.skipped(level, skipped, " characters skipped ]\n")
	switch {
	case kind == textPrintable && bytes.ContainsFunc(octets, notPrintableString):
		p.complain(level, "PrintableString contains illegal character(s)")
	case kind == textIA5 && bytes.ContainsFunc(octets, notIA5String):
		p.complain(level, "IA5String contains illegal character(s)")
	case (kind == textBMP || kind == textBMPSwapped) && len(octets)%2 != 0:
		p.complain(level, "BMPString has missing final byte/half character")
	}
}

// narrow turns characters of two octets into such of one; what does not fit becomes one that is
// not printable.
func narrow(octets []byte, kind textKind) []byte {
	text := make([]byte, 0, len(octets)/2+1)
	for len(octets) >= 2 {
		high, low := octets[0], octets[1]
		if kind == textBMPSwapped {
			high, low = low, high
		}
		if high != 0 {
			low = 0
		}
		text = append(text, low)
		octets = octets[2:]
	}
	return append(text, octets...)
}

// inline prints text that stands behind the element's name and an opening quote. A style that
// folds breaks it at the last blank that lets the line fit, and goes on under its first
// character.
func (p *treePrinter) inline(text []byte) {
	column := len(p.dst) - p.line
	if !p.fold {
		p.dst = appendVisible(p.dst, text)
		return
	}
	for room := p.width - column; len(text)+1 > room && room > 0; {
		cut := bytes.LastIndexByte(text[:min(room+1, len(text))], ' ')
		if cut <= 0 {
			break
		}
		p.dst = appendVisible(p.dst, text[:cut])
		p.end()
		for range column {
			p.text(" ")
		}
		text = text[cut+1:]
	}
	p.dst = appendVisible(p.dst, text)
}

// time prints a UTCTime or GeneralizedTime of that many octets, day first; one of another length
// as it is.
func (p *treePrinter) time(n *ber.Node, octets []byte, want int) {
	level := min(n.Depth, maxTextLevel)
	damaged := len(octets) != want
	for _, b := range octets {
		damaged = damaged || b != 'Z' && (b < '0' || b > '9')
	}
	if len(octets) != want {
		p.charString(n, octets, textPlain)
	} else {
		century, t := "", appendVisible(nil, octets)
		if want == utcTimeOctets {
			century = "19"
			if t[0] < '5' {
				century = "20"
			}
		} else {
			century, t = string(t[:2]), t[2:]
		}
		p.dst = append(p.dst, ' ', t[4], t[5], '/', t[2], t[3], '/')
		p.text(century)
		p.dst = append(p.dst, t[0], t[1], ' ', t[6], t[7], ':', t[8], t[9], ':', t[10], t[11])
		p.text(" GMT\n")
	}
	if damaged {
		p.complain(level, "Time is encoded incorrectly")
	}
}

// notPrintableString tells whether a character is outside X.680, Section 41.4, table 10.
func notPrintableString(r rune) bool {
	return r >= 0x80 || !isAlphanumeric(byte(r)) && !strings.ContainsRune(" '()+,-./:=?", r)
}

// notIA5String tells whether a character has no place in an IA5String of a certificate. The
// type has control characters, but dumpasn1 calls them an error.
func notIA5String(r rune) bool { return r < 0x20 || r > 0x7e }
