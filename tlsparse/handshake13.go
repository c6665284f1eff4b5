package tlsparse

import (
	"bytes"
	"compress/zlib"
	"io"
)

// parseHandshake13 reads the messages that have another form in TLS 1.3, or are in it alone.
// ok is false if raw is none of them.
func parseHandshake13(raw []byte) (body any, err error, ok bool) {
	content := raw[messageHeader:]
	read := func(name, section string) *reader {
		return newReader(content, messageHeader, name, section)
	}
	var r *reader
	switch typ := HandshakeType(raw[0]); typ {
	case TypeNewSessionTicket:
		r = read("NewSessionTicket", "RFC 8446, Section 4.6.1")
		m := &NewSessionTicket{
			Lifetime: r.u32("ticket_lifetime"),
			AgeAdd:   r.u32("ticket_age_add"),
			Nonce:    r.opaque("ticket_nonce", 1),
			Ticket:   r.opaque("ticket", 2),
		}
		m.Extensions = readExtensions13(r, typ)
		body = m
	case TypeEndOfEarlyData:
		r = read("EndOfEarlyData", "RFC 8446, Section 4.5")
	case TypeEncryptedExtensions:
		r = read("EncryptedExtensions", "RFC 8446, Section 4.3.1")
		body = &EncryptedExtensions{readExtensions13(r, typ)}
	case TypeCertificate:
		r = read("Certificate", "RFC 8446, Section 4.4.2")
		body = parseCertificate13(r)
	case TypeCertificateRequest:
		r = read("CertificateRequest", "RFC 8446, Section 4.3.2")
		m := &CertificateRequest{Context: r.opaque("certificate_request_context", 1)}
		m.Extensions = readExtensions13(r, typ)
		m.SignatureAlgorithms = SignatureSchemes(m.Extensions, ExtSignatureAlgorithms)
		m.Authorities = CertificateAuthorities(m.Extensions)
		body = m
	case TypeKeyUpdate:
		r = read("KeyUpdate", "RFC 8446, Section 4.6.3")
		m := &KeyUpdate{r.u8("request_update")}
		if m.Request > 1 {
			r.fail(CodeUnexpectedValue, "request_update", "is %d, only 0 and 1 are allowed", m.Request)
		}
		body = m
	case TypeCompressedCertificate:
		r = read("CompressedCertificate", "RFC 8879, Section 4")
		body = parseCompressedCertificate(r)
	default:
		return nil, nil, false
	}
	r.done()
	return body, r.failed(), true
}

// readExtensions13 reads a list of extensions that must be there, if only empty.
func readExtensions13(r *reader, message HandshakeType) []Extension {
	if r.empty() {
		r.short("extensions", 2)
		return nil
	}
	list, _ := readExtensions(r, message)
	return list
}

// parseCertificate13 leaves it to the caller to look for what follows.
func parseCertificate13(r *reader) *Certificate {
	m := &Certificate{Context: r.opaque("certificate_request_context", 1)}
	list := r.vector("certificate_list", 3)
	for !list.empty() {
		der := list.opaque("cert_data", 3)
		if len(der) == 0 {
			list.fail(CodeBadLength, "cert_data", "is empty")
			break
		}
		m.Chain = append(m.Chain, der)
		m.Extensions = append(m.Extensions, readExtensions13(&list, TypeCertificate))
	}
	return m
}

// parseCompressedCertificate reads the certificates inside, if their compression is zlib.
func parseCompressedCertificate(r *reader) *CompressedCertificate {
	m := &CompressedCertificate{
		Algorithm:          CertificateCompression(r.u16("algorithm")),
		UncompressedLength: r.u24("uncompressed_length"),
		Compressed:         r.opaque("compressed_certificate_message", 3),
	}
	switch {
	case m.Algorithm != CompressionZlib:
		return m
	case m.UncompressedLength > maxMessage:
		r.fail(CodeMessageTooLong, "uncompressed_length", "is %d; messages of more than %d octets are not read", m.UncompressedLength, maxMessage)
		return m
	}
	content, err := inflate(m.Compressed, int(m.UncompressedLength))
	if err != nil {
		r.fail(CodeCompression, "compressed_certificate_message", "is no zlib stream of %d octets", m.UncompressedLength)
		return m
	}
	in := newReader(content, 0, "CompressedCertificate", "RFC 8446, Section 4.4.2")
	m.Certificate = parseCertificate13(in)
	in.done()
	if err := in.failure.err; err != nil && r.failure.err == nil {
		r.failure.err = err
	}
	return m
}

// inflate gives exactly n octets, or an error.
func inflate(compressed []byte, n int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	// The buffer grows with what is there, not with what is declared.
	content, err := io.ReadAll(io.LimitReader(z, int64(n)+1))
	if err == nil && len(content) != n {
		err = io.ErrUnexpectedEOF
	}
	return content, err
}
