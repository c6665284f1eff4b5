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
	TypeCertificateStatus  HandshakeType = 22
)

// ExtensionType is the type of a hello extension by its number in the registry.
type ExtensionType uint16

// The extensions that this package reads.
const (
	ExtServerName           ExtensionType = 0  // RFC 6066, Section 3
	ExtALPN                 ExtensionType = 16 // RFC 7301, Section 3.1
	ExtEncryptThenMAC       ExtensionType = 22 // RFC 7366, Section 2
	ExtExtendedMasterSecret ExtensionType = 23 // RFC 7627, Section 5.1
	ExtSessionTicket        ExtensionType = 35 // RFC 5077, Section 3.2
	ExtPreSharedKey         ExtensionType = 41 // RFC 8446, Section 4.2.11
	ExtSupportedVersions    ExtensionType = 43 // RFC 8446, Section 4.2.1
)

// The registries' other numbers. Each has Name and String.
type (
	AlertLevel            uint8  // RFC 5246, Section 7.2
	AlertDescription      uint8  // RFC 5246, Section 7.2
	CompressionMethod     uint8  // RFC 3749, Section 2
	ClientCertificateType uint8  // RFC 5246, Section 7.4.4
	CurveType             uint8  // RFC 8422, Section 5.4
	NamedGroup            uint16 // RFC 8422, Section 5.1.1
	// SignatureScheme is RFC 8446, Section 4.2.3; in TLS 1.2 the same two octets are a hash
	// and a signature algorithm (RFC 5246, Section 7.4.1.4.1).
	SignatureScheme uint16
)

// The levels of an alert, and the description of the one that is no failure.
const (
	AlertWarning AlertLevel       = 1
	AlertFatal   AlertLevel       = 2
	CloseNotify  AlertDescription = 0
)

// CipherSuite is a cipher suite by its number in the registry.
type CipherSuite uint16

// Extension is a hello extension (RFC 6066, Section 1), in wire order, unknown ones too.
type Extension struct {
	Type ExtensionType
	Data []byte
}

// ClientHello is RFC 5246, Section 7.4.1.2; in a record with SSLv2 set, Appendix E.2.
type ClientHello struct {
	Version      Version
	Random       []byte // 32 octets
	SessionID    []byte
	CipherSuites []CipherSuite
	Compression  []CompressionMethod
	// HasExtensions tells an empty list from none at all.
	HasExtensions bool
	Extensions    []Extension
	// SSLv2CipherSpecs are all cipher specs of an SSLv2-compatible hello, three octets each;
	// those whose first octet is zero are in CipherSuites too.
	SSLv2CipherSpecs []uint32
}

// ServerHello is RFC 5246, Section 7.4.1.3.
type ServerHello struct {
	Version       Version
	Random        []byte // 32 octets
	SessionID     []byte
	CipherSuite   CipherSuite
	Compression   CompressionMethod
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
	CurveType CurveType
	Group     NamedGroup
	Point     []byte
	// SignatureAlgorithm is valid from TLS 1.2 on.
	SignatureAlgorithm SignatureScheme
	Signature          []byte
}

// CertificateRequest is RFC 5246, Section 7.4.4.
type CertificateRequest struct {
	Types               []ClientCertificateType
	SignatureAlgorithms []SignatureScheme // from TLS 1.2 on
	Authorities         [][]byte          // DER of each distinguished name
}

// CertificateVerify is RFC 5246, Section 7.4.8.
type CertificateVerify struct {
	Algorithm SignatureScheme // from TLS 1.2 on
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
	Lifetime uint32 // seconds, a hint; 0 tells nothing
	Ticket   []byte
}

// AlertMessage is RFC 5246, Section 7.2.
type AlertMessage struct {
	Level       AlertLevel
	Description AlertDescription
}
