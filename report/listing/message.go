package listing

import (
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/tlsparse"
)

// message appends a message: an alert, a handshake message or a ChangeCipherSpec, which has
// no lines of its own.
func (p *printer) message(r *tlsparse.Record, m *tlsparse.Message) {
	switch m.Content {
	case tlsparse.Handshake:
		if m.Type == tlsparse.TypeNewSessionTicket && p.o.omits(OmitNewSessionTicket) ||
			m.Type == tlsparse.TypeFinished && p.o.omits(OmitFinished) {
			return
		}
		p.handshake(r, m)
	case tlsparse.Alert:
		if a, ok := m.Body.(*tlsparse.AlertMessage); ok {
			p.alert(a)
		}
	}
	if p.o.Style == Full {
		p.errorLine(depthField, m.Err)
	}
}

func (p *printer) alert(a *tlsparse.AlertMessage) {
	level, value := a.Level.String(), a.Description.String()
	if p.o.Style == RFC6216 {
		level, value = a.Level.Name(), a.Description.Name()
	}
	p.enum(depthAlert, "level", level)
	p.enum(depthAlert, "value", value)
}

// handshake appends a handshake message. The quoted programs know those that SSL 3.0 had, and
// print nothing for others.
func (p *printer) handshake(r *tlsparse.Record, m *tlsparse.Message) {
	switch m.Type {
	case tlsparse.TypeHelloRequest, tlsparse.TypeClientHello, tlsparse.TypeServerHello,
		tlsparse.TypeCertificate, tlsparse.TypeServerKeyExchange, tlsparse.TypeCertificateRequest,
		tlsparse.TypeServerHelloDone, tlsparse.TypeCertificateVerify,
		tlsparse.TypeClientKeyExchange, tlsparse.TypeFinished:
		p.camel(depthMessage, m.Type.Name())
	default:
		if p.o.Style != Full {
			return
		}
		if name := m.Type.Name(); name != "" {
			p.camel(depthMessage, name)
		} else {
			p.textf(depthMessage, "unknown handshake type: %d", m.Type)
		}
	}
	p.body(r, m)
}

func (p *printer) body(r *tlsparse.Record, m *tlsparse.Message) {
	switch b := m.Body.(type) {
	case *tlsparse.ClientHello:
		p.clientHello(b)
	case *tlsparse.HelloVerifyRequest:
		if p.o.Style == Full {
			p.helloVersion(depthField, b.Version)
			p.octets(depthField, "cookie", b.Cookie)
		}
	case *tlsparse.ServerHello:
		p.serverHello(b)
	case *tlsparse.Certificate:
		switch {
		case p.o.omits(OmitCertificate):
		case p.o.Style == Full:
			p.certificates(b)
		case p.o.Certificates:
			p.ssldumpCertificates(b)
		}
	case *tlsparse.ServerKeyExchange:
		if p.o.allFields() {
			p.serverKeyExchange(b)
		}
	case *tlsparse.CertificateRequest:
		p.certificateRequest(b)
	case *tlsparse.CertificateVerify:
		if p.o.Style == Full && b.Algorithm != 0 {
			p.textf(depthField, "algorithm: %v", b.Algorithm)
		}
		if !p.o.omits(OmitSignature) {
			p.octets(depthField, "Signature", b.Signature)
		}
	case *tlsparse.ClientKeyExchange:
		p.clientKeyExchange(b)
	case *tlsparse.Finished:
		p.finished(r, b)
	case *tlsparse.NewSessionTicket:
		if p.o.Style == Full {
			p.ticket(b)
		}
	case *tlsparse.EncryptedExtensions:
		p.extensions(b.Extensions, m.Type)
	case *tlsparse.CompressedCertificate:
		p.compressedCertificate(b)
	case *tlsparse.KeyUpdate:
		p.textf(depthField, "request_update: %s", [...]string{"update_not_requested", "update_requested"}[b.Request&1])
	case *tlsparse.CertificateStatus:
		p.textf(depthField, "status_type: %d", b.StatusType)
		p.sized("response", b.Response)
	case *tlsparse.ClientCertificateURL:
		p.textf(depthField, "type: %d", b.ChainType)
		for _, u := range b.URLs {
			p.list(depthField, "url:", []string{u.URL})
			p.octets(depthExtension, "SHA1Hash", u.SHA1)
		}
	case *tlsparse.SupplementalData:
		for _, e := range b.Entries {
			p.octets(depthField, fmt.Sprintf("supp_data type %d", e.Type), e.Data)
		}
	case nil:
		if body := m.Octets(); p.o.Style == Full && len(body) > 0 {
			p.octets(depthField, "body", body)
		}
	}
}

// ticket appends what TLS 1.2 has, and what TLS 1.3 has besides.
func (p *printer) ticket(m *tlsparse.NewSessionTicket) {
	if m.Nonce == nil {
		p.textf(depthField, "ticket_lifetime_hint: %d s", m.Lifetime)
	} else {
		p.textf(depthField, "ticket_lifetime: %d s", m.Lifetime)
		p.textf(depthField, "ticket_age_add: %d", m.AgeAdd)
		p.octets(depthField, "ticket_nonce", m.Nonce)
	}
	p.sized("ticket", m.Ticket)
	p.extensions(m.Extensions, tlsparse.TypeNewSessionTicket)
}

// sized appends the length of a field, and with AllFields its octets.
func (p *printer) sized(name string, octets []byte) {
	p.textf(depthField, "%s: %s", name, amount.Octets(len(octets)))
	if p.o.AllFields {
		p.hex(depthExtension, octets)
	}
}

func (p *printer) compressedCertificate(m *tlsparse.CompressedCertificate) {
	p.textf(depthField, "algorithm: %v", m.Algorithm)
	p.textf(depthField, "uncompressed_length: %d", m.UncompressedLength)
	p.sized("compressed_certificate_message", m.Compressed)
	if m.Certificate != nil && !p.o.omits(OmitCertificate) {
		p.certificates(m.Certificate)
	}
}

// finished appends the hashes. ssldump has no field for those of TLS 1.1 and later.
func (p *printer) finished(r *tlsparse.Record, f *tlsparse.Finished) {
	switch {
	case !p.o.allFields():
	case r.Version == tlsparse.SSL30 && len(f.VerifyData) == 36:
		p.octets(depthField, "md5_hash", f.VerifyData[:16])
		p.octets(depthField, "sha_hash", f.VerifyData[16:])
	case p.o.Style == Full || r.Version == tlsparse.TLS10:
		p.octets(depthField, "verify_data", f.VerifyData)
		if p.o.Style != Full {
			p.b = append(p.b, '\n')
		}
	}
	if p.o.Style != Full || !f.Checked {
		return
	}
	if f.Verified {
		p.text(depthField, "verified: it is what the handshake gives")
	} else {
		p.text(depthField, "not verified: the handshake gives another")
	}
}

func (p *printer) clientKeyExchange(m *tlsparse.ClientKeyExchange) {
	if len(m.EncryptedPreMasterSecret) > 0 && p.o.allFields() && !p.o.omits(OmitEPMS) {
		p.octets(depthField, "EncryptedPreMasterSecret", m.EncryptedPreMasterSecret)
	}
	if len(m.PublicValue) > 0 {
		p.octets(depthField, "DiffieHellmanClientPublicValue", m.PublicValue)
	}
}

func (p *printer) serverKeyExchange(m *tlsparse.ServerKeyExchange) {
	switch {
	case len(m.Point) > 0:
		p.text(depthField, "params")
		p.enum(depthExtension, "namedcurve", m.Group.String())
		p.octets(depthExtension, "ECDH_point", m.Point)
	case len(m.Ys) > 0:
		p.text(depthField, "params")
		p.octets(depthExtension, "DH_p", m.P)
		p.octets(depthExtension, "DH_g", m.G)
		p.octets(depthExtension, "DH_Ys", m.Ys)
	case len(m.P) > 0:
		p.text(depthField, "params")
		p.octets(depthExtension, "RSA_modulus", m.P)
		p.octets(depthExtension, "RSA_exponent", m.G)
	default:
		if p.o.Style == Full {
			p.octets(depthField, "body", m.Raw)
		}
		return
	}
	if len(m.Signature) == 0 {
		return
	}
	if p.o.Style == Full && m.SignatureAlgorithm != 0 {
		p.textf(depthField, "algorithm: %v", m.SignatureAlgorithm)
	}
	if !p.o.omits(OmitSignature) {
		p.octets(depthField, "signature", m.Signature)
	}
}

func (p *printer) certificateRequest(m *tlsparse.CertificateRequest) {
	if m.Extensions != nil {
		p.context(m.Context)
		p.extensions(m.Extensions, tlsparse.TypeCertificateRequest)
	}
	for _, t := range m.Types {
		name := t.String()
		if p.o.Style == RFC6216 && t > lastOldCertificateType {
			name = ""
		}
		p.enum(depthField, "certificate_types", name)
	}
	if p.o.Style == Full && m.Extensions == nil && len(m.SignatureAlgorithms) > 0 {
		p.list(depthField, "supported_signature_algorithms:", names(m.SignatureAlgorithms))
	}
	if p.o.Style == Full && m.Extensions != nil && !p.o.omits(OmitExtensions) {
		return // they are in an extension
	}
	for _, dn := range m.Authorities {
		p.text(depthField, "certificate_authority")
		switch {
		case p.o.Style == Full:
			p.name(depthExtension, dn)
		case p.o.Certificates:
			p.ssldumpName(depthExtension, dn)
		default:
			p.hex(depthExtension, dn)
		}
	}
}

// lastOldCertificateType is the last client certificate type that ssldump 0.9b3 names, of the
// four of SSL 3.0 that TLS kept.
const lastOldCertificateType tlsparse.ClientCertificateType = 4
