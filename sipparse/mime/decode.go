package mime

import (
	"bytes"

	"sipsecdump/amount"
)

// decode undoes the part's Content-Transfer-Encoding (RFC 2045, Section 6). What cannot be decoded
// is left out (base64) or kept as it is (quoted-printable), and told.
func (p *Part) decode() {
	switch p.Encoding {
	case "", "binary", "8bit":
		p.Content = p.Body
	case "7bit":
		p.Content = p.Body
		for i, c := range p.Body {
			if c >= 0x80 {
				p.issue(encodingDamaged, p.bodyOffset()+i, "an octet 0x%02X in a 7bit body", c)
				break
			}
		}
	case "base64":
		p.decodeBase64()
	case "quoted-printable":
		p.decodeQuotedPrintable()
	default:
		p.Content = p.Body
		p.issue(encodingUnknown, p.bodyOffset(), "unknown Content-Transfer-Encoding %q", p.Encoding)
	}
}

// base64Value maps an octet to its six bits, or to 0xFF (RFC 2045, Section 6.8).
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xFF
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

// decodeBase64 is lenient where encoding/base64 gives up: RFC 2045 has a decoder ignore foreign
// octets, and a dump shows what there is.
func (p *Part) decodeBase64() {
	content := make([]byte, 0, len(p.Body)/4*3+3)
	var bits uint32
	var n int // six-bit groups in bits
	junk, first := 0, 0
	pads := 0
	for i, c := range p.Body {
		v := base64Value[c]
		switch {
		case v != 0xFF && pads == 0:
			bits = bits<<6 | uint32(v)
			if n++; n == 4 {
				content = append(content, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		case c == '=':
			pads++
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		default:
			if junk++; junk == 1 {
				first = i
			}
		}
	}
	switch n {
	case 2:
		content = append(content, byte(bits>>4))
	case 3:
		content = append(content, byte(bits>>10), byte(bits>>2))
	}
	p.Content = content
	if junk > 0 {
		p.issue(encodingDamaged, p.bodyOffset()+first, "%s left out", amount.Of(junk, "octet is not base64, or follows its end, and was", "octets are not base64, or follow its end, and were"))
	}
	if n == 1 || (n+pads)%4 != 0 {
		p.issue(encodingDamaged, p.bodyOffset()+len(p.Body), "the base64 text is cut: %d of 4 digits in its last group and %d of padding", n, pads)
	}
}

// decodeQuotedPrintable is lenient where mime/quotedprintable gives up (RFC 2045, Section 6.7).
func (p *Part) decodeQuotedPrintable() {
	content := make([]byte, 0, len(p.Body))
	damaged, first := 0, 0
	offset := 0
	for rest := p.Body; len(rest) > 0; {
		n := len(rest)
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			n = i + 1
		}
		line, end := rest[:n], lineEnd(rest[:n])
		text := bytes.TrimRight(line[:n-end], " \t") // white space there was added in transit
		soft := false
		for i := 0; i < len(text); i++ {
			if text[i] != '=' {
				content = append(content, text[i])
				continue
			}
			if i == len(text)-1 {
				soft = true
				break
			}
			if i+2 < len(text) {
				hi, lo := hexValue(text[i+1]), hexValue(text[i+2])
				if hi|lo < 16 {
					content = append(content, hi<<4|lo)
					i += 2
					continue
				}
			}
			if damaged++; damaged == 1 {
				first = offset + i
			}
			content = append(content, '=')
		}
		if !soft {
			content = append(content, line[n-end:]...)
		}
		rest = rest[n:]
		offset += n
	}
	p.Content = content
	if damaged > 0 {
		p.issue(encodingDamaged, p.bodyOffset()+first, "%s as they are", amount.Of(damaged, "equals sign without two hexadecimal digits was kept", "equals signs without two hexadecimal digits were kept"))
	}
}

// hexValue returns a digit's value, or 0xFF.
func hexValue(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 0xFF
}
