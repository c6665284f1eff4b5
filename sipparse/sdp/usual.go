package sdp

import (
	"strings"

	pion "github.com/pion/sdp/v3"
)

// usual reads a description that pion refused in the words that it knows, and puts the others back: it
// has lists of media types, protocols and kinds of bandwidth, and lacks those of fax (RFC 3362, RFC 6466).
// A kind of bandwidth that is not known is to be ignored (RFC 8866, Section 5.8), and so is each here. The
// last line need not end.
func usual(d *pion.SessionDescription, description string) bool {
	type said struct{ media, proto string }
	var (
		b     strings.Builder
		lines []said
	)
	for line := range strings.Lines(description) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "b=") {
			continue
		}
		if media, ok := strings.CutPrefix(line, "m="); ok {
			f := strings.SplitN(media, " ", 4)
			if len(f) < 4 || !isToken(f[0]) || !isToken(strings.ReplaceAll(f[2], "/", "")) {
				return false
			}
			lines = append(lines, said{f[0], f[2]})
			line = "m=audio " + f[1] + " RTP/AVP " + f[3]
		}
		b.WriteString(line)
		b.WriteString("\r\n")
	}
	*d = pion.SessionDescription{}
	if d.UnmarshalString(b.String()) != nil || len(d.MediaDescriptions) != len(lines) {
		return false
	}
	for i, md := range d.MediaDescriptions {
		md.MediaName.Media, md.MediaName.Protos = lines[i].media, strings.Split(lines[i].proto, "/")
	}
	return true
}

// isToken reports whether s is a token (RFC 8866, Section 9).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
