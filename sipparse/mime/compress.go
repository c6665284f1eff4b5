package mime

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"

	"sipsecdump/amount"
)

// uncompress undoes the part's Content-Encoding (RFC 3261, Section 20.12), the last coding first.
// What a damaged stream gave up to the damage is kept.
func (p *Parser) uncompress(part *Part) {
	codings := strings.Split(part.ContentEncoding, ",")
	if len(codings) > maxCodings {
		part.issue(contentEncodingUnknown, part.Offset, "%d codings, one over the other; at most %d are undone", len(codings), maxCodings)
		return
	}
	for i := len(codings) - 1; i >= 0; i-- {
		coding := strings.TrimSpace(codings[i])
		if coding == "" || coding == "identity" {
			continue
		}
		r, err := inflater(coding, part.Content)
		if r == nil && err == nil {
			part.issue(contentEncodingUnknown, part.Offset, "unknown Content-Encoding %q", coding)
			return
		}
		var content []byte
		if err == nil {
			room := p.limits.Inflated - p.inflated
			content, err = io.ReadAll(io.LimitReader(r, int64(room)+1))
			if len(content) > room {
				content, err = content[:room], nil
				part.issue(inflateLimit, part.bodyOffset(), "decompressed content of more than %d octets in one body", p.limits.Inflated)
			}
			p.inflated += len(content)
		}
		if err != nil {
			part.issue(contentEncodingDamaged, part.bodyOffset(), "the %s stream is damaged behind %s of content", coding, amount.Of(len(content), "octet", "octets"))
			if len(content) == 0 {
				return // the compressed octets say more than none
			}
		}
		part.Content = content
	}
}

// inflater returns a reader of what b has compressed, or nil if the coding is not known.
func inflater(coding string, b []byte) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		z.Multistream(false) // a line end behind it is no second stream
		return z, nil
	case "deflate":
		// The name means zlib's format (RFC 9110, Section 8.4.1.2), but some take it at its word.
		z, err := zlib.NewReader(bytes.NewReader(b))
		if errors.Is(err, zlib.ErrHeader) {
			return flate.NewReader(bytes.NewReader(b)), nil
		}
		return z, err
	}
	return nil, nil
}
