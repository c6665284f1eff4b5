package escape

// dumpWidth is how many octets a line of a dump shows.
const dumpWidth = 16

// AppendHex appends p as lines of at most 16 octets in hexadecimal, "0d 0a", each with
// indent in front and end behind, which holds the line feed: ssldump leaves a blank before
// it.
func AppendHex(dst, p []byte, indent, end string) []byte {
	var line [dumpWidth * len("0d ")]byte
	for len(p) > 0 {
		n := min(dumpWidth, len(p))
		for i, c := range p[:n] {
			octet := line[3*i:][:3]
			octet[0], octet[1], octet[2] = hexDigits[c>>4], hexDigits[c&15], ' '
		}
		dst = append(dst, indent...)
		dst = append(dst, line[:3*n-1]...)
		dst = append(dst, end...)
		p = p[n:]
	}
	return dst
}

// AppendDump appends p as lines of at most 16 octets, in hexadecimal and then as ASCII with a
// dot for what is not printable, each with indent in front: ssldump's layout.
func AppendDump(dst, p []byte, indent string) []byte {
	for len(p) > 0 {
		n := min(dumpWidth, len(p))
		dst = append(dst, indent...)
		for _, c := range p[:n] {
			dst = append(dst, hexDigits[c>>4], hexDigits[c&15], ' ')
		}
		for range dumpWidth - n {
			dst = append(dst, "   "...)
		}
		dst = append(dst, "   "...)
		for _, c := range p[:n] {
			if c < ' ' || c >= 0x7f {
				c = '.'
			}
			dst = append(dst, c)
		}
		dst = append(dst, '\n')
		p = p[n:]
	}
	return dst
}
