package mime

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// piece is a parameter as RFC 2231 writes it: name*, name*0, name*0*, ....
type piece struct {
	name     string // without the asterisks
	index    int    // which piece of the value; -1 if it has only one
	extended bool   // the value is percent-encoded
	value    string
}

// joinParams undoes RFC 2231 in params[first:]: values in pieces (Section 3) are joined, and
// percent-encoded ones with a charset (Section 4) are decoded to UTF-8. Each goes to the place of
// the plain parameter of its name if there is one, else to the end. ok is false if something could
// not be undone; it is kept as written.
func joinParams(params []Param, first int) (_ []Param, ok bool) {
	ok = true
	var pieces []piece
	plain := params[:first]
	for _, p := range params[first:] {
		if q, is := newPiece(p); is {
			pieces = append(pieces, q)
		} else {
			ok = ok && strings.IndexByte(p.Name, '*') < 0
			plain = append(plain, p)
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.index, b.index))
	})
	params = plain
	places := make(map[string]int, len(plain)-first)
	for i := len(plain) - 1; i >= first; i-- {
		places[plain[i].Name] = i
	}
	for len(pieces) > 0 {
		n := 1
		for n < len(pieces) && pieces[n].name == pieces[0].name {
			n++
		}
		value, valueOK := joinPieces(pieces[:n])
		ok = ok && valueOK
		joined := Param{pieces[0].name, value}
		if i, is := places[joined.Name]; is {
			params[i] = joined
		} else {
			params = append(params, joined)
		}
		pieces = pieces[n:]
	}
	return params, ok
}

func newPiece(p Param) (piece, bool) {
	name, rest, starred := strings.Cut(p.Name, "*")
	q := piece{name: name, index: -1, value: p.Value}
	if !starred || name == "" {
		return q, false
	}
	if rest == "" {
		q.extended = true
		return q, true
	}
	rest, q.extended = strings.CutSuffix(rest, "*")
	n, err := strconv.ParseUint(rest, 10, 16)
	q.index = int(n)
	return q, err == nil
}

// joinPieces joins the pieces of one value, in order.
func joinPieces(pieces []piece) (value string, ok bool) {
	ok = true
	charset := ""
	var b strings.Builder
	want := 0
	for i, q := range pieces {
		if q.index != want && (i > 0 || q.index != -1) {
			ok = false // one is missing, or there twice; what there is, is shown
		}
		want = q.index + 1
		v := q.value
		if q.extended {
			if i == 0 {
				c, rest, has := strings.Cut(v, "'")
				_, octets, hasToo := strings.Cut(rest, "'")
				if has && hasToo {
					charset, v = lower(c), octets
				} else {
					ok = false
				}
			}
			var decoded bool
			v, decoded = percentDecode(v)
			ok = ok && decoded
		}
		b.WriteString(v)
	}
	value, known := toUTF8(b.String(), charset)
	return value, ok && known
}

func percentDecode(s string) (_ string, ok bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	ok = true
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+2 < len(s) {
				if hi, lo := hexValue(s[i+1]), hexValue(s[i+2]); hi|lo < 16 {
					b = append(b, hi<<4|lo)
					i += 2
					continue
				}
			}
			ok = false
		}
		b = append(b, s[i])
	}
	return string(b), ok
}

// toUTF8 decodes the charsets that are in use in SIP. ok is false if s stays as it is though it is
// no UTF-8.
func toUTF8(s, charset string) (_ string, ok bool) {
	if charset != "iso-8859-1" {
		return s, utf8.ValidString(s)
	}
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r), true
}
