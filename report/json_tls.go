package report

import (
	"errors"
	"fmt"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

type jsonRecord struct {
	Record      int           `json:"record"`
	Dir         string        `json:"dir"`
	ContentType string        `json:"content_type"`
	InnerType   string        `json:"inner_type,omitempty"` // of a decrypted record of TLS 1.3
	Version     string        `json:"version"`
	Length      int           `json:"length"`
	Offset      int64         `json:"offset"`
	Epoch       *uint16       `json:"epoch,omitempty"` // of DTLS, and so are the next three
	Sequence    *uint64       `json:"sequence,omitempty"`
	Replayed    bool          `json:"replayed,omitempty"`
	Repeated    int           `json:"repeated,omitempty"`
	Encrypted   bool          `json:"encrypted"`
	Decrypted   bool          `json:"decrypted,omitempty"`
	Padding     int           `json:"padding,omitempty"`
	Data        []byte        `json:"data,omitempty"`
	Messages    []jsonMessage `json:"messages,omitempty"`
	Issue       *jsonTLSIssue `json:"issue,omitempty"`
}

type jsonTLSIssue struct {
	Code    string `json:"code"`
	Offset  int64  `json:"offset"`
	Field   string `json:"field,omitempty"`
	Section string `json:"section,omitempty"`
	Text    string `json:"text"`
}

// jsonMessage has the fields of every message; one has those of its type.
type jsonMessage struct {
	Type   string `json:"type"`
	Length int    `json:"length"`

	Version            string            `json:"version,omitempty"`
	Random             []byte            `json:"random,omitempty"`
	SessionID          []byte            `json:"session_id,omitempty"`
	Cookie             []byte            `json:"cookie,omitempty"`
	CipherSuites       []string          `json:"cipher_suites,omitempty"`
	CipherSuite        string            `json:"cipher_suite,omitempty"`
	CompressionMethods []string          `json:"compression_methods,omitempty"`
	CompressionMethod  string            `json:"compression_method,omitempty"`
	Extensions         []jsonExtension   `json:"extensions,omitempty"`
	ServerName         string            `json:"server_name,omitempty"`
	ALPN               []string          `json:"alpn,omitempty"`
	SupportedVersions  []string          `json:"supported_versions,omitempty"`
	Certificates       []jsonCertificate `json:"certificates,omitempty"`

	KeyExchange        string   `json:"key_exchange,omitempty"`
	DHP                []byte   `json:"dh_p,omitempty"`
	DHG                []byte   `json:"dh_g,omitempty"`
	DHYs               []byte   `json:"dh_ys,omitempty"`
	Group              string   `json:"group,omitempty"`
	Point              []byte   `json:"point,omitempty"`
	SignatureAlgorithm string   `json:"signature_algorithm,omitempty"`
	Signature          []byte   `json:"signature,omitempty"`
	CertificateTypes   []string `json:"certificate_types,omitempty"`
	SignatureSchemes   []string `json:"signature_algorithms,omitempty"`
	Authorities        []string `json:"certificate_authorities,omitempty"`

	EncryptedPreMasterSecret []byte  `json:"encrypted_pre_master_secret,omitempty"`
	PublicValue              []byte  `json:"public_value,omitempty"`
	VerifyData               []byte  `json:"verify_data,omitempty"`
	Verified                 *bool   `json:"verified,omitempty"`
	Lifetime                 *uint32 `json:"lifetime,omitempty"`
	Ticket                   []byte  `json:"ticket,omitempty"`
	AgeAdd                   *uint32 `json:"age_add,omitempty"`
	Nonce                    []byte  `json:"nonce,omitempty"`
	Level                    string  `json:"level,omitempty"`
	Description              string  `json:"description,omitempty"`

	Context            []byte              `json:"certificate_request_context,omitempty"`
	Algorithm          string              `json:"algorithm,omitempty"`
	UncompressedLength uint32              `json:"uncompressed_length,omitempty"`
	Compressed         []byte              `json:"compressed,omitempty"`
	UpdateRequested    *bool               `json:"update_requested,omitempty"`
	StatusType         *uint8              `json:"status_type,omitempty"`
	Response           []byte              `json:"response,omitempty"`
	URLs               []jsonURL           `json:"urls,omitempty"`
	Supplemental       []jsonSupplementary `json:"supplemental_data,omitempty"`

	Issue *jsonTLSIssue `json:"issue,omitempty"`
}

// jsonExtension tells the content in words, as far as it could be read.
type jsonExtension struct {
	Type    uint16   `json:"type"`
	Name    string   `json:"name,omitempty"`
	Content []string `json:"content,omitempty"`
	Data    []byte   `json:"data,omitempty"`
}

type jsonURL struct {
	URL  string `json:"url"`
	SHA1 string `json:"sha1,omitempty"`
}

type jsonSupplementary struct {
	Type uint16 `json:"type"`
	Data []byte `json:"data,omitempty"`
}

type jsonCertificate struct {
	Subject   string   `json:"subject,omitempty"`
	Issuer    string   `json:"issuer,omitempty"`
	Serial    string   `json:"serial,omitempty"`
	NotBefore string   `json:"not_before,omitempty"`
	NotAfter  string   `json:"not_after,omitempty"`
	SAN       []string `json:"san,omitempty"`
	Key       string   `json:"key,omitempty"`
	SHA256    string   `json:"sha256,omitempty"`
	DER       []byte   `json:"der,omitempty"`
	Error     string   `json:"error,omitempty"`

	Extensions []jsonExtension `json:"extensions,omitempty"` // of its entry in TLS 1.3
}

type jsonPlaintext struct {
	Dir  string `json:"dir"`
	Data []byte `json:"data"`
}

func jsonRecordOf(r *tlsparse.Record, data bool) jsonRecord {
	j := jsonRecord{
		Record: r.Number, Dir: r.Dir.String(), ContentType: contentType(r.Type), Version: wireVersion(r.Version),
		Length: r.Length, Offset: r.Offset, Encrypted: r.Encrypted, Decrypted: r.Decrypted, Issue: jsonTLSIssueOf(r.Err),
	}
	if r.InnerType != 0 {
		j.InnerType = contentType(r.InnerType)
	}
	if r.Datagram {
		j.Epoch, j.Sequence, j.Replayed, j.Repeated = &r.Epoch, &r.Sequence, r.Replayed, r.Repeated
	}
	j.Padding = r.Padding
	if data && r.Content() == tlsparse.ApplicationData && r.Decrypted {
		j.Data = r.Plaintext
	}
	for i := range r.Messages {
		j.Messages = append(j.Messages, jsonMessageOf(&r.Messages[i]))
	}
	return j
}

// contentType gives the names of the event stream, which are those of ssldump's listings.
func contentType(t tlsparse.ContentType) string {
	switch t {
	case tlsparse.ChangeCipherSpec:
		return "ChangeCipherSpec"
	case tlsparse.Alert:
		return "Alert"
	case tlsparse.Handshake:
		return "Handshake"
	}
	return t.String()
}

func wireVersion(v tlsparse.Version) string { return fmt.Sprintf("%d.%d", v>>8, v&0xff) }

func jsonTLSIssueOf(err error) *jsonTLSIssue {
	var e *tlsparse.Error
	if !errors.As(err, &e) {
		return nil
	}
	return &jsonTLSIssue{e.Code, e.Offset, e.Field, e.Section, e.Text}
}

func jsonMessageOf(m *tlsparse.Message) jsonMessage {
	j := jsonMessage{Type: messageType(m), Length: len(m.Raw), Issue: jsonTLSIssueOf(m.Err)}
	switch b := m.Body.(type) {
	case *tlsparse.ClientHello:
		j.Version, j.Random, j.SessionID = wireVersion(b.Version), b.Random, b.SessionID
		j.Cookie = b.Cookie
		j.CipherSuites = names(b.CipherSuites)
		j.CompressionMethods = names(b.Compression)
		j.Extensions = jsonExtensions(b.Extensions, m.Type)
		j.ServerName, j.ALPN, j.SupportedVersions = b.ServerName(), b.ALPN(), versions(b.SupportedVersions())
	case *tlsparse.HelloVerifyRequest:
		j.Version, j.Cookie = wireVersion(b.Version), b.Cookie
	case *tlsparse.ServerHello:
		j.Version, j.Random, j.SessionID = wireVersion(b.Version), b.Random, b.SessionID
		j.CipherSuite, j.CompressionMethod = b.CipherSuite.String(), b.Compression.String()
		j.Extensions = jsonExtensions(b.Extensions, m.Type)
		if p := b.ALPN(); p != "" {
			j.ALPN = []string{p}
		}
		if v := b.SelectedVersion(); v != b.Version {
			j.SupportedVersions = versions([]tlsparse.Version{v})
		}
	case *tlsparse.Certificate:
		j.Context, j.Certificates = b.Context, jsonCertificates(b)
	case *tlsparse.CompressedCertificate:
		j.Algorithm, j.UncompressedLength, j.Compressed = b.Algorithm.String(), b.UncompressedLength, b.Compressed
		if b.Certificate != nil {
			j.Certificates = jsonCertificates(b.Certificate)
		}
	case *tlsparse.EncryptedExtensions:
		j.Extensions = jsonExtensions(b.Extensions, m.Type)
		if p := b.ALPN(); p != "" {
			j.ALPN = []string{p}
		}
	case *tlsparse.KeyUpdate:
		requested := b.Request == 1
		j.UpdateRequested = &requested
	case *tlsparse.CertificateStatus:
		j.StatusType, j.Response = &b.StatusType, b.Response
	case *tlsparse.ClientCertificateURL:
		for _, u := range b.URLs {
			j.URLs = append(j.URLs, jsonURL{u.URL, hexOf(u.SHA1)})
		}
	case *tlsparse.SupplementalData:
		for _, e := range b.Entries {
			j.Supplemental = append(j.Supplemental, jsonSupplementary{e.Type, e.Data})
		}
	case *tlsparse.ServerKeyExchange:
		j.KeyExchange, j.DHP, j.DHG, j.DHYs, j.Point = string(b.KeyExchange), b.P, b.G, b.Ys, b.Point
		if b.Point != nil {
			j.Group = b.Group.String()
		}
		j.Signature = b.Signature
		if b.SignatureAlgorithm != 0 {
			j.SignatureAlgorithm = b.SignatureAlgorithm.String()
		}
	case *tlsparse.CertificateRequest:
		j.Context, j.Extensions = b.Context, jsonExtensions(b.Extensions, m.Type)
		j.CertificateTypes, j.SignatureSchemes = names(b.Types), names(b.SignatureAlgorithms)
		for _, dn := range b.Authorities {
			j.Authorities = append(j.Authorities, distinguishedName(dn))
		}
	case *tlsparse.CertificateVerify:
		j.Signature = b.Signature
		if b.Algorithm != 0 {
			j.SignatureAlgorithm = b.Algorithm.String()
		}
	case *tlsparse.ClientKeyExchange:
		j.EncryptedPreMasterSecret, j.PublicValue = b.EncryptedPreMasterSecret, b.PublicValue
	case *tlsparse.Finished:
		j.VerifyData = b.VerifyData
		if b.Checked {
			j.Verified = &b.Verified
		}
	case *tlsparse.NewSessionTicket:
		j.Lifetime, j.Ticket = &b.Lifetime, b.Ticket
		if b.Nonce != nil {
			j.AgeAdd, j.Nonce, j.Extensions = &b.AgeAdd, b.Nonce, jsonExtensions(b.Extensions, m.Type)
		}
	case *tlsparse.AlertMessage:
		j.Level, j.Description = b.Level.String(), b.Description.String()
	}
	return j
}

func messageType(m *tlsparse.Message) string {
	if m.Content == tlsparse.Handshake {
		return m.Type.String()
	}
	return contentType(m.Content)
}

func names[T fmt.Stringer](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, v.String())
	}
	return out
}

func versions(list []tlsparse.Version) []string {
	var out []string
	for _, v := range list {
		out = append(out, wireVersion(v))
	}
	return out
}

func jsonExtensions(list []tlsparse.Extension, in tlsparse.HandshakeType) []jsonExtension {
	var out []jsonExtension
	for _, e := range list {
		words, _ := e.Words(in)
		out = append(out, jsonExtension{uint16(e.Type), e.Type.Name(), words, e.Data})
	}
	return out
}

func jsonCertificates(m *tlsparse.Certificate) []jsonCertificate {
	var out []jsonCertificate
	for i, der := range m.Chain {
		var j jsonCertificate
		if c, err := m.Parsed(i); err == nil {
			j = jsonCertificateOf(c)
		} else {
			j.Error = err.Error()
		}
		j.DER = der
		if i < len(m.Extensions) {
			j.Extensions = jsonExtensions(m.Extensions[i], tlsparse.TypeCertificate)
		}
		out = append(out, j)
	}
	return out
}

func jsonCertificateOf(c *pki.Certificate) jsonCertificate {
	j := jsonCertificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), Serial: SerialHex(c.SerialOctets),
		NotBefore: c.NotBefore.Format(time.RFC3339), NotAfter: c.NotAfter.Format(time.RFC3339),
		Key: c.KeyName(), SHA256: hexOf(c.SHA256[:]), DER: c.Raw,
	}
	for _, n := range c.DNSNames {
		j.SAN = append(j.SAN, "DNS:"+n)
	}
	for _, n := range c.URIs {
		j.SAN = append(j.SAN, "URI:"+n)
	}
	for _, n := range c.EmailAddresses {
		j.SAN = append(j.SAN, "email:"+n)
	}
	for _, n := range c.IPAddresses {
		j.SAN = append(j.SAN, "IP:"+n.String())
	}
	return j
}

// distinguishedName gives a name of a CertificateRequest in the form of RFC 4514.
func distinguishedName(der []byte) string {
	n, err := pki.ParseName(der)
	if err != nil {
		return fmt.Sprintf("not a distinguished name: %s", err)
	}
	return n.String()
}

type jsonVerdict struct {
	Version              string `json:"version,omitempty"`
	CipherSuite          string `json:"cipher_suite,omitempty"`
	KeyExchange          string `json:"key_exchange,omitempty"`
	ServerName           string `json:"server_name,omitempty"`
	ALPN                 string `json:"alpn,omitempty"`
	Resumed              bool   `json:"resumed,omitempty"`
	ExtendedMasterSecret bool   `json:"extended_master_secret,omitempty"`
	EncryptThenMAC       bool   `json:"encrypt_then_mac,omitempty"`
	Verdict              string `json:"verdict"`
	Reason               string `json:"reason"`
	Detail               string `json:"detail"`
	RecordsEncrypted     int    `json:"records_encrypted"`
	RecordsDecrypted     int    `json:"records_decrypted"`
	BytesDecrypted       int64  `json:"bytes_decrypted"`
	JA3                  string `json:"ja3,omitempty"`
	JA3S                 string `json:"ja3s,omitempty"`
	JA4                  string `json:"ja4,omitempty"`
	History              string `json:"history,omitempty"`

	CertificateIdentity    *jsonCertificateIdentity `json:"certificate_identity,omitempty"`
	CertificateChain       *jsonChain               `json:"certificate_chain,omitempty"`
	ClientCertificateChain *jsonChain               `json:"client_certificate_chain,omitempty"`
}

func jsonVerdictOf(v *Verdict) jsonVerdict {
	j := jsonVerdict{
		KeyExchange: string(v.KeyExchange), ServerName: v.ServerName, ALPN: v.ALPN, Resumed: v.Resumed,
		ExtendedMasterSecret: v.ExtendedMasterSecret, EncryptThenMAC: v.EncryptThenMAC,
		Verdict: string(v.Outcome), Reason: string(v.Reason), Detail: v.Detail,
		RecordsEncrypted: v.RecordsEncrypted, RecordsDecrypted: v.RecordsDecrypted,
		BytesDecrypted: v.BytesDecrypted, JA3: v.JA3, JA3S: v.JA3S, JA4: v.JA4, History: v.History,
	}
	if v.Version != 0 {
		j.Version = wireVersion(v.Version)
	}
	if v.HasSuite {
		j.CipherSuite = v.CipherSuite.String()
	}
	j.CertificateIdentity = jsonCertificateIdentityOf(v.Identity)
	if v.Chain != nil {
		j.CertificateChain = jsonChainOf(v.Chain)
	}
	if v.ClientChain != nil {
		j.ClientCertificateChain = jsonChainOf(v.ClientChain)
	}
	return j
}
