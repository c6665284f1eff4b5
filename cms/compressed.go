package cms

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"sipsecdump/amount"
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// CompressedData is RFC 3274, Section 1.1.
type CompressedData struct {
	Version              int
	CompressionAlgorithm pki.AlgorithmIdentifier
	EncapsulatedContentInfo

	incomplete bool // not all could be read
}

// Decompression is what came out of a CompressedData.
type Decompression struct {
	// Content is a copy; nil if there is a Reason.
	Content []byte
	// Reason is the stable code of why there is no content; "" if there is:
	//
	//	bad-compression     the octets are not what the algorithm makes, or damaged
	//	decompression-limit there is more than may be
	//	algorithm-not-implemented, no-content, malformed
	Reason string
	Detail string // a sentence: lower case, without a full stop; "" if there is content
}

const oidZlib pki.OID = "1.2.840.113549.1.9.16.3.8"

// compressedData reads RFC 3274, Section 1.1:
//
//	CompressedData ::= SEQUENCE {
//	  version CMSVersion,
//	  compressionAlgorithm CompressionAlgorithmIdentifier,
//	  encapContentInfo EncapsulatedContentInfo }
func (p *parser) compressedData(c *ber.Cursor) *CompressedData {
	const section = "RFC 3274, Section 1.1"
	in, ok := p.sequence(c, section, "CompressedData")
	if !ok {
		return nil
	}
	d := &CompressedData{incomplete: true}
	start := in.Offset()
	if d.Version, ok = p.version(&in, section); !ok {
		return d
	}
	if d.CompressionAlgorithm, ok = p.algorithm(&in, section, "compressionAlgorithm"); !ok {
		return d
	}
	if !p.encapContentInfo(&in, &d.EncapsulatedContentInfo) {
		return d
	}
	d.incomplete = false
	if d.Version != 0 {
		p.issue("version-mismatch", start, section, "the version of CompressedData is %d, and must be 0", d.Version)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "CompressedData")
	}
	return d
}

// Decompress returns the content, of at most limit octets; [DefaultDecompressed] if limit is 0.
func (d *CompressedData) Decompress(limit int) Decompression {
	if limit <= 0 {
		limit = DefaultDecompressed
	}
	fail := func(reason, format string, args ...any) Decompression {
		return Decompression{Reason: reason, Detail: fmt.Sprintf(format, args...)}
	}
	f := d.usable()
	switch {
	case d.incomplete:
		return fail("malformed", "not all of the object could be read")
	case f.reason != "":
		return fail(f.reason, "%s", f.detail)
	case d.CompressionAlgorithm.OID != oidZlib:
		return fail("algorithm-not-implemented", "the compression algorithm %s is not implemented", algorithmName(d.CompressionAlgorithm.OID))
	}
	compressed := bytes.NewReader(d.EContent)
	r, err := zlib.NewReader(compressed)
	if err != nil {
		return fail("bad-compression", "the content does not begin as zlib's does (RFC 1950, Section 2.2)")
	}
	content, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case len(content) > limit:
		return fail("decompression-limit", "the content has more than %d octets, from %s", limit, amount.Octets(len(d.EContent)))
	case errors.Is(err, zlib.ErrChecksum):
		return fail("bad-compression", "the checksum of the content is wrong")
	case err != nil:
		return fail("bad-compression", "the compressed content is damaged or cut off after %s", amount.Octets(len(content)))
	case compressed.Len() > 0:
		return fail("bad-compression", "%s behind the compressed content", amount.Octets(compressed.Len()))
	}
	return Decompression{Content: content}
}
