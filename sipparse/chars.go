package sipparse

// classes of octets (RFC 3261, Section 25.1).
const (
	classToken = 1 << iota
	classHost  // of a host name, and the underscore that many have
	classSpace // white space within a line
	classBlank // white space and line ends
	classNoURI // in no URI: white space, controls, quotes and angle brackets
	classParam // ends a parameter, or its name, or begins a quoted-string
	classURI   // in a URI, begins what most have not: an IPv6 reference, parameters, header fields
)

var classes = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case '0' <= c && c <= '9':
			t[c] = classToken | classHost
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			t[c] = classToken | classHost
		}
	}
	for _, c := range []byte("-.!%*_+`'~") {
		t[c] |= classToken
	}
	for _, c := range []byte("-._") {
		t[c] |= classHost
	}
	for _, c := range []byte(" \t") {
		t[c] |= classSpace
	}
	for _, c := range []byte(" \t\r\n") {
		t[c] |= classBlank
	}
	for c := range byte(' ') {
		t[c] |= classNoURI
	}
	for _, c := range []byte(" <>\"") {
		t[c] |= classNoURI
	}
	for _, c := range []byte(";,=\"") {
		t[c] |= classParam
	}
	for _, c := range []byte("[;?") {
		t[c] |= classURI
	}
	return t
}()

func isToken(c byte) bool { return classes[c]&classToken != 0 }
func isDigit(c byte) bool { return c-'0' < 10 }
func isHost(c byte) bool  { return classes[c]&classHost != 0 }
func isSpace(c byte) bool { return classes[c]&classSpace != 0 }
func isBlank(c byte) bool { return classes[c]&classBlank != 0 }

func tokenLen[T string | []byte](s T) int {
	n := 0
	for n < len(s) && isToken(s[n]) {
		n++
	}
	return n
}

func digitsLen[T string | []byte](s T) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// decimal reads a number that is all of s. A number beyond 2^63-1 is given as that.
func decimal[T string | []byte](s T) (n int64, ok bool) {
	const largest = 1<<63 - 1
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		if d := int64(s[i] - '0'); n > largest/10 || n == largest/10 && d > largest%10 {
			n = largest
		} else {
			n = n*10 + d
		}
	}
	return n, len(s) > 0
}

// indexEither returns where the first of two characters is, or -1: in the short pieces of a message
// it is found before IndexAny has begun.
func indexEither[T string | []byte](s T, a, b byte) int {
	for i := range len(s) {
		if s[i] == a || s[i] == b {
			return i
		}
	}
	return -1
}

// trim returns s without white space and line ends around it.
func trim[T string | []byte](s T) T {
	i, j := 0, len(s)
	for i < j && isBlank(s[i]) {
		i++
	}
	for j > i && isBlank(s[j-1]) {
		j--
	}
	return s[i:j]
}
