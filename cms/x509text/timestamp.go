package x509text

import (
	"encoding/binary"
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// The columns of a signed certificate timestamp: of its parts, and of the lines of octets.
const (
	timestampIndent = valueIndent + 4
	timestampHex    = valueIndent + 16
	timestampOctets = 16 // in a line
)

// timestamps prints a SignedCertificateTimestampList (RFC 6962, Section 3.3), an OCTET STRING of
//
//	opaque SerializedSCT<1..2^16-1>;
//	struct { SerializedSCT sct_list<1..2^16-1>; } SignedCertificateTimestampList;
func (p *printer) timestamps(value ber.Cursor) bool {
	octets, err := value.OctetString()
	if err != nil {
		return false
	}
	list, rest, ok := opaque16(octets)
	if !ok || len(rest) > 0 {
		return false
	}
	for first := true; len(list) > 0; first = false {
		var sct []byte
		if sct, list, ok = opaque16(list); !ok || len(sct) == 0 {
			return false
		}
		if !first {
			p.text("\n")
		}
		if !p.timestamp(sct) {
			return false
		}
	}
	return true
}

// opaque16 takes octets with their length in front.
func opaque16(b []byte) (octets, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	if n > len(b) {
		return nil, nil, false
	}
	return b[2:n], b[n:], true
}

// timestamp prints one of them (RFC 6962, Section 3.2):
//
//	struct {
//	    Version sct_version; LogID id; uint64 timestamp; CtExtensions extensions;
//	    digitally-signed struct { ... };
//	} SignedCertificateTimestamp;
func (p *printer) timestamp(sct []byte) bool {
	p.indent(valueIndent)
	p.text("Signed Certificate Timestamp:")
	p.timestampPart("Version   : ")
	if sct[0] != 0 {
		p.text("unknown\n")
		p.indent(timestampHex)
		p.timestampHex(sct)
		return true
	}
	const fixed = 1 + 32 + 8
	if len(sct) < fixed {
		return false
	}
	extensions, signed, ok := opaque16(sct[fixed:])
	if !ok || len(signed) <= 4 {
		return false
	}
	var algorithm pki.OID
	switch [2]byte(signed) { // RFC 5246, Section 7.4.1.4.1; OpenSSL reads no others (RFC 6962, Section 2.1.4)
	case [2]byte{4, 3}:
		algorithm = oidECDSAWithSHA256
	case [2]byte{4, 1}:
		algorithm = oidSHA256WithRSA
	default:
		return false
	}
	signature, _, ok := opaque16(signed[2:])
	if !ok {
		return false
	}
	p.text("v1 (0x0)")
	p.timestampPart("Log ID    : ")
	p.timestampHex(sct[1:33])
	p.timestampPart("Timestamp : ")
	p.timestampTime(binary.BigEndian.Uint64(sct[33:fixed]))
	p.timestampPart("Extensions: ")
	if len(extensions) == 0 {
		p.text("none")
	}
	p.timestampHex(extensions)
	p.timestampPart("Signature : ")
	p.text(oidName(algorithm))
	p.text("\n")
	p.indent(timestampHex)
	p.timestampHex(signature)
	return true
}

func (p *printer) timestampPart(label string) {
	p.text("\n")
	p.indent(timestampIndent)
	p.text(label)
}

// timestampHex prints octets from where the line is.
func (p *printer) timestampHex(octets []byte) {
	for len(octets) > timestampOctets {
		p.colons(octets[:timestampOctets], upperHex)
		p.text(":\n")
		p.indent(timestampHex)
		octets = octets[timestampOctets:]
	}
	p.colons(octets, upperHex)
}

// timestampTime prints milliseconds since 1970, or nothing if OpenSSL cannot: its days are in 32 bits
// and its years those from 1900 to 9999.
func (p *printer) timestampTime(ms uint64) {
	const day = 24 * 60 * 60 * 1000
	t := time.UnixMilli(int64(ms%day)).UTC().AddDate(0, 0, int(int32(ms/day)))
	if t.Year() < 1900 || t.Year() > 9999 {
		return
	}
	p.b = t.AppendFormat(p.b, "Jan _2 15:04:05.000 2006 GMT")
}

// poison prints the value of the extension that keeps a precertificate from being used (RFC 6962,
// Section 3.1).
func (p *printer) poison(value ber.Cursor) bool {
	e, err := value.Expect(ber.Universal, ber.TagNull)
	if err != nil || len(e.Content) > 0 {
		return false
	}
	p.indent(valueIndent)
	p.text("NULL")
	return true
}
