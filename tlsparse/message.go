package tlsparse

// HandshakeType is the type of a handshake message (RFC 5246, Section 7.4).
type HandshakeType uint8

// The handshake types of the registry that this package reads.
const (
	TypeHelloRequest       HandshakeType = 0
	TypeClientHello        HandshakeType = 1
	TypeServerHello        HandshakeType = 2
	TypeNewSessionTicket   HandshakeType = 4
	TypeCertificate        HandshakeType = 11
	TypeServerKeyExchange  HandshakeType = 12
	TypeCertificateRequest HandshakeType = 13
	TypeServerHelloDone    HandshakeType = 14
	TypeCertificateVerify  HandshakeType = 15
	TypeClientKeyExchange  HandshakeType = 16
	TypeFinished           HandshakeType = 20
)

// CipherSuite is a cipher suite by its number in the registry.
type CipherSuite uint16

// Extension is a hello extension (RFC 6066, Section 1), in wire order, unknown ones too.
type Extension struct {
	Type uint16
	Data []byte
}

// ClientHello is RFC 5246, Section 7.4.1.2.
type ClientHello struct {
	Version      Version
	Random       []byte // 32 octets
	SessionID    []byte
	CipherSuites []CipherSuite
	Compression  []uint8
	// HasExtensions tells an empty list from none at all.
	HasExtensions bool
	Extensions    []Extension
}

// ServerHello is RFC 5246, Section 7.4.1.3.
type ServerHello struct {
	Version       Version
	Random        []byte // 32 octets
	SessionID     []byte
	CipherSuite   CipherSuite
	Compression   uint8
	HasExtensions bool
	Extensions    []Extension
}

// Certificate is RFC 5246, Section 7.4.2: the chain as sent, each DER as on the wire.
type Certificate struct {
	Chain [][]byte
}

// ServerKeyExchange is RFC 5246, Section 7.4.3. Params and Signature are split where the
// key exchange is known; Raw is always the whole body.
type ServerKeyExchange struct {
	KeyExchange KeyExchange
	Raw         []byte
	// DH parameters (DHE), or export RSA modulus and exponent in P and G.
	P, G, Ys []byte
	// CurveType, Group and Point are the ECDHE parameters (RFC 8422, Section 5.4).
	CurveType uint8
	Group     uint16
	Point     []byte
	// SignatureAlgorithm is valid from TLS 1.2 on.
	SignatureAlgorithm uint16
	Signature          []byte
}

// CertificateRequest is RFC 5246, Section 7.4.4.
type CertificateRequest struct {
	Types               []uint8
	SignatureAlgorithms []uint16 // from TLS 1.2 on
	Authorities         [][]byte // DER of each distinguished name
}

// CertificateVerify is RFC 5246, Section 7.4.8.
type CertificateVerify struct {
	Algorithm uint16 // from TLS 1.2 on
	Signature []byte
}

// ClientKeyExchange is RFC 5246, Section 7.4.7. Exactly one of the two is set.
type ClientKeyExchange struct {
	EncryptedPreMasterSecret []byte // RSA
	PublicValue              []byte // DH, ECDH
}

// Finished is RFC 5246, Section 7.4.9. It is read only if its record was decrypted.
type Finished struct {
	VerifyData []byte
	// Verified is set if it was recomputed and found equal; Checked, if that was tried.
	Checked, Verified bool
}

// NewSessionTicket is RFC 5077, Section 3.3.
type NewSessionTicket struct {
	Lifetime uint32
	Ticket   []byte
}

// AlertMessage is RFC 5246, Section 7.2.
type AlertMessage struct {
	Level       uint8
	Description uint8
}
