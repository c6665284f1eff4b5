package tlsparse

// messageHeader is the length of a handshake message's header in octets.
const messageHeader = 4

// parseHandshake reads a whole handshake message, header included. The version and the key
// exchange are those of the handshake so far; of the latter "" leaves key exchange messages
// without their parts. Of a datagram the header is that of RFC 6347: the version does not tell, for a
// hello may name any. What it returns aliases raw.
func parseHandshake(raw []byte, datagram bool, version Version, kx KeyExchange) (body any, err error) {
	header := messageHeader
	if datagram {
		header = datagramMessageHeader
	}
	version = version.tls()
	content := raw[header:]
	read := func(name, section string) *reader {
		return newReader(content, header, name, section)
	}
	if version >= TLS13 && !datagram {
		if body, err, ok := parseHandshake13(raw); ok {
			return body, err
		}
	}
	var r *reader
	switch HandshakeType(raw[0]) {
	case TypeHelloRequest:
		r = read("HelloRequest", "RFC 5246, Section 7.4.1.1")
		r.done()
	case TypeClientHello:
		r = read("ClientHello", "RFC 5246, Section 7.4.1.2")
		body = parseClientHello(r, datagram)
	case TypeHelloVerifyRequest:
		if !datagram {
			return nil, nil
		}
		r = read("HelloVerifyRequest", "RFC 6347, Section 4.2.1")
		body = parseHelloVerifyRequest(r)
	case TypeServerHello:
		r = read("ServerHello", "RFC 5246, Section 7.4.1.3")
		body = parseServerHello(r)
	case TypeNewSessionTicket:
		r = read("NewSessionTicket", "RFC 5077, Section 3.3")
		body = parseNewSessionTicket(r)
	case TypeCertificate:
		r = read("Certificate", "RFC 5246, Section 7.4.2")
		body = parseCertificate(r)
	case TypeServerKeyExchange:
		r = read("ServerKeyExchange", "RFC 5246, Section 7.4.3")
		body = parseServerKeyExchange(r, version, kx)
	case TypeCertificateRequest:
		r = read("CertificateRequest", "RFC 5246, Section 7.4.4")
		body = parseCertificateRequest(r, version)
	case TypeServerHelloDone:
		r = read("ServerHelloDone", "RFC 5246, Section 7.4.5")
		r.done()
	case TypeCertificateVerify:
		r = read("CertificateVerify", "RFC 5246, Section 7.4.8")
		body = parseCertificateVerify(r, version)
	case TypeClientKeyExchange:
		r = read("ClientKeyExchange", "RFC 5246, Section 7.4.7")
		if c := parseClientKeyExchange(r, version, kx); c != nil {
			body = c
		}
	case TypeFinished:
		return &Finished{VerifyData: content}, nil
	case TypeClientCertificateURL:
		r = read("CertificateURL", "RFC 6066, Section 5")
		body = parseClientCertificateURL(r)
	case TypeCertificateStatus:
		r = read("CertificateStatus", "RFC 6066, Section 8")
		body = parseCertificateStatus(r)
	case TypeSupplementalData:
		r = read("SupplementalData", "RFC 4680, Section 2")
		body = parseSupplementalData(r)
	default:
		return nil, nil
	}
	return body, r.failed()
}

func parseNewSessionTicket(r *reader) *NewSessionTicket {
	m := &NewSessionTicket{Lifetime: r.u32("ticket_lifetime_hint"), Ticket: r.opaque("ticket", 2)}
	r.done()
	return m
}

func parseCertificate(r *reader) *Certificate {
	m := &Certificate{}
	list := r.vector("certificate_list", 3)
	for !list.empty() {
		if der := list.opaque("ASN.1Cert", 3); len(der) > 0 {
			m.Chain = append(m.Chain, der)
		} else {
			list.fail(CodeBadLength, "ASN.1Cert", "is empty")
		}
	}
	r.done()
	return m
}

func parseServerKeyExchange(r *reader, version Version, kx KeyExchange) *ServerKeyExchange {
	m := &ServerKeyExchange{KeyExchange: kx, Raw: r.s}
	switch {
	case kx.ecdh():
		r.section = "RFC 8422, Section 5.4"
		m.CurveType = CurveType(r.u8("curve_type"))
		if m.CurveType != curveNamed {
			r.fail(CodeUnexpectedValue, "curve_type", "is %v, only named_curve is allowed", m.CurveType)
			return m // explicit curves have another layout, and nobody sent them
		}
		m.Group = NamedGroup(r.u16("namedcurve"))
		m.Point = r.opaque("public", 1)
	case kx.dh():
		m.P = r.opaque("dh_p", 2)
		m.G = r.opaque("dh_g", 2)
		m.Ys = r.opaque("dh_Ys", 2)
	case kx.rsaExport():
		r.section = "RFC 2246, Section 7.4.3"
		m.P = r.opaque("rsa_modulus", 2)
		m.G = r.opaque("rsa_exponent", 2)
	default:
		return m
	}
	if !kx.anonymous() {
		if version >= TLS12 {
			m.SignatureAlgorithm = SignatureScheme(r.u16("algorithm"))
		}
		m.Signature = r.opaque("signature", 2)
	}
	r.done()
	return m
}

func parseCertificateRequest(r *reader, version Version) *CertificateRequest {
	m := &CertificateRequest{Types: readList8[ClientCertificateType](r, "certificate_types")}
	if version >= TLS12 {
		m.SignatureAlgorithms = readList16[SignatureScheme](r, "supported_signature_algorithms", 2)
	}
	list := r.vector("certificate_authorities", 2)
	for !list.empty() {
		m.Authorities = append(m.Authorities, list.opaque("DistinguishedName", 2))
	}
	r.done()
	return m
}

func parseCertificateVerify(r *reader, version Version) *CertificateVerify {
	m := &CertificateVerify{}
	if version >= TLS12 {
		m.Algorithm = SignatureScheme(r.u16("algorithm"))
	}
	m.Signature = r.opaque("signature", 2)
	r.done()
	return m
}

// parseClientKeyExchange returns nil if the key exchange is none that it knows.
func parseClientKeyExchange(r *reader, version Version, kx KeyExchange) *ClientKeyExchange {
	m := &ClientKeyExchange{}
	switch {
	case kx.rsa():
		r.section = "RFC 5246, Section 7.4.7.1"
		if version == SSL30 { // without the length: RFC 6101, Section 5.6.7.1
			m.EncryptedPreMasterSecret = r.rest()
		} else {
			m.EncryptedPreMasterSecret = r.opaque("encrypted_pre_master_secret", 2)
		}
	case kx.ecdh():
		r.section = "RFC 8422, Section 5.7"
		if !r.empty() { // implicit: the key is in the client's certificate
			m.PublicValue = r.opaque("ecdh_Yc", 1)
		}
	case kx.dh():
		r.section = "RFC 5246, Section 7.4.7.2"
		if !r.empty() {
			m.PublicValue = r.opaque("dh_Yc", 2)
		}
	default:
		return nil
	}
	r.done()
	return m
}

func parseClientCertificateURL(r *reader) *ClientCertificateURL {
	m := &ClientCertificateURL{ChainType: r.u8("type")}
	list := r.vector("url_and_hash_list", 2)
	for !list.empty() {
		m.URLs = append(m.URLs, CertificateURL{
			URL:     string(list.opaque("url", 2)),
			Padding: list.u8("padding"),
			SHA1:    list.bytes("SHA1Hash", 20),
		})
	}
	r.done()
	return m
}

func parseCertificateStatus(r *reader) *CertificateStatus {
	m := &CertificateStatus{StatusType: r.u8("status_type"), Response: r.opaque("response", 3)}
	r.done()
	return m
}

func parseSupplementalData(r *reader) *SupplementalData {
	m := &SupplementalData{}
	list := r.vector("supp_data", 3)
	for !list.empty() {
		m.Entries = append(m.Entries, SupplementalEntry{Type: list.u16("supp_data_type"), Data: list.opaque("data", 2)})
	}
	r.done()
	return m
}
