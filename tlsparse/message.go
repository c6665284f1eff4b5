package tlsparse

import "sipsecdump/cms/pki"

// HandshakeType is the type of a handshake message (RFC 5246, Section 7.4).
type HandshakeType uint8

// The handshake types of the registry that this package reads.
const (
	TypeHelloRequest          HandshakeType = 0
	TypeClientHello           HandshakeType = 1
	TypeServerHello           HandshakeType = 2
	TypeHelloVerifyRequest    HandshakeType = 3
	TypeNewSessionTicket      HandshakeType = 4
	TypeEndOfEarlyData        HandshakeType = 5
	TypeEncryptedExtensions   HandshakeType = 8
	TypeCertificate           HandshakeType = 11
	TypeServerKeyExchange     HandshakeType = 12
	TypeCertificateRequest    HandshakeType = 13
	TypeServerHelloDone       HandshakeType = 14
	TypeCertificateVerify     HandshakeType = 15
	TypeClientKeyExchange     HandshakeType = 16
	TypeFinished              HandshakeType = 20
	TypeClientCertificateURL  HandshakeType = 21
	TypeCertificateStatus     HandshakeType = 22
	TypeSupplementalData      HandshakeType = 23
	TypeKeyUpdate             HandshakeType = 24
	TypeCompressedCertificate HandshakeType = 25
	TypeMessageHash           HandshakeType = 254 // in transcripts only
)

// ExtensionType is the type of a hello extension by its number in the registry.
type ExtensionType uint16

// The extensions that this package reads.
const (
	ExtServerName            ExtensionType = 0      // RFC 6066, Section 3
	ExtMaxFragmentLength     ExtensionType = 1      // RFC 6066, Section 4
	ExtTruncatedHMAC         ExtensionType = 4      // RFC 6066, Section 7
	ExtStatusRequest         ExtensionType = 5      // RFC 6066, Section 8
	ExtSupportedGroups       ExtensionType = 10     // RFC 8446, Section 4.2.7
	ExtECPointFormats        ExtensionType = 11     // RFC 8422, Section 5.1.2
	ExtSignatureAlgorithms   ExtensionType = 13     // RFC 8446, Section 4.2.3
	ExtUseSRTP               ExtensionType = 14     // RFC 5764, Section 4.1.1
	ExtHeartbeat             ExtensionType = 15     // RFC 6520, Section 2
	ExtALPN                  ExtensionType = 16     // RFC 7301, Section 3.1
	ExtStatusRequestV2       ExtensionType = 17     // RFC 6961, Section 2.2
	ExtSCT                   ExtensionType = 18     // RFC 6962, Section 3.3.1
	ExtClientCertificateType ExtensionType = 19     // RFC 7250, Section 3
	ExtServerCertificateType ExtensionType = 20     // RFC 7250, Section 3
	ExtPadding               ExtensionType = 21     // RFC 7685, Section 3
	ExtEncryptThenMAC        ExtensionType = 22     // RFC 7366, Section 2
	ExtExtendedMasterSecret  ExtensionType = 23     // RFC 7627, Section 5.1
	ExtCompressCertificate   ExtensionType = 27     // RFC 8879, Section 3
	ExtRecordSizeLimit       ExtensionType = 28     // RFC 8449, Section 4
	ExtDelegatedCredential   ExtensionType = 34     // RFC 9345, Section 4.1.1
	ExtSessionTicket         ExtensionType = 35     // RFC 5077, Section 3.2
	ExtPreSharedKey          ExtensionType = 41     // RFC 8446, Section 4.2.11
	ExtEarlyData             ExtensionType = 42     // RFC 8446, Section 4.2.10
	ExtSupportedVersions     ExtensionType = 43     // RFC 8446, Section 4.2.1
	ExtCookie                ExtensionType = 44     // RFC 8446, Section 4.2.2
	ExtPSKKeyExchangeModes   ExtensionType = 45     // RFC 8446, Section 4.2.9
	ExtAuthorities           ExtensionType = 47     // RFC 8446, Section 4.2.4
	ExtOIDFilters            ExtensionType = 48     // RFC 8446, Section 4.2.5
	ExtPostHandshakeAuth     ExtensionType = 49     // RFC 8446, Section 4.2.6
	ExtSignatureAlgsCert     ExtensionType = 50     // RFC 8446, Section 4.2.3
	ExtKeyShare              ExtensionType = 51     // RFC 8446, Section 4.2.8
	ExtConnectionID          ExtensionType = 54     // RFC 9146, Section 3
	ExtTicketRequest         ExtensionType = 58     // RFC 9149, Section 3
	ExtEncryptedClientHello  ExtensionType = 0xfe0d // RFC 9849, Section 5
	ExtRenegotiationInfo     ExtensionType = 0xff01 // RFC 5746, Section 3.2
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
	// CertificateCompression is RFC 8879, Section 7.3.
	CertificateCompression uint16
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
	Cookie       []byte // of DTLS (RFC 6347, Section 4.2.1); nil otherwise
	CipherSuites []CipherSuite
	Compression  []CompressionMethod
	// HasExtensions tells an empty list from none at all.
	HasExtensions bool
	Extensions    []Extension
	// SSLv2CipherSpecs are all cipher specs of an SSLv2-compatible hello, three octets each;
	// those whose first octet is zero are in CipherSuites too.
	SSLv2CipherSpecs []uint32
}

// HelloVerifyRequest is RFC 6347, Section 4.2.1: the client is to repeat its hello with the
// cookie.
type HelloVerifyRequest struct {
	Version Version
	Cookie  []byte
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

// Certificate is RFC 5246, Section 7.4.2: the chain as sent, each DER as on the wire; in TLS
// 1.3, RFC 8446, Section 4.4.2.
type Certificate struct {
	Chain [][]byte
	// Context and Extensions are those of TLS 1.3. There is one list for each certificate of
	// the chain.
	Context    []byte
	Extensions [][]Extension

	parsed []parsedCertificate // those of Chain; nil if they are still to be taken apart
}

type parsedCertificate struct {
	certificate *pki.Certificate
	err         error
}

// Parsed is certificate i of the chain, taken apart, or what is wrong with it. Messages may share
// it: it is not to be changed.
func (m *Certificate) Parsed(i int) (*pki.Certificate, error) {
	if m.parsed == nil {
		return pki.ParseCertificate(m.Chain[i])
	}
	return m.parsed[i].certificate, m.parsed[i].err
}

// parse takes the certificates apart, for all who ask for them.
func (m *Certificate) parse(c *pki.Cache) {
	m.parsed = make([]parsedCertificate, len(m.Chain))
	for i, der := range m.Chain {
		p := &m.parsed[i]
		p.certificate, p.err = c.Parse(der)
	}
}

// CompressedCertificate is RFC 8879, Section 4.
type CompressedCertificate struct {
	Algorithm          CertificateCompression
	UncompressedLength uint32 // as declared
	Compressed         []byte
	// Certificate is the message inside; nil if it could not be read.
	Certificate *Certificate
}

// EncryptedExtensions is RFC 8446, Section 4.3.1.
type EncryptedExtensions struct {
	Extensions []Extension
}

// KeyUpdate is RFC 8446, Section 4.6.3.
type KeyUpdate struct {
	// Request is 1 if the sender asks its peer to update its keys, too, else 0.
	Request uint8
}

// CertificateStatus is RFC 6066, Section 8.
type CertificateStatus struct {
	StatusType uint8  // 1 is ocsp, 2 ocsp_multi (RFC 6961, Section 2.2)
	Response   []byte // DER of an OCSPResponse; of several, with their lengths of three octets
}

// ClientCertificateURL is RFC 6066, Section 5.
type ClientCertificateURL struct {
	ChainType uint8 // 0 is individual_certs, 1 pkipath
	URLs      []CertificateURL
}

// CertificateURL is where a certificate of a chain, or all of it, is to be had.
type CertificateURL struct {
	URL     string
	Padding uint8  // must be 1
	SHA1    []byte // 20 octets
}

// SupplementalData is RFC 4680, Section 2.
type SupplementalData struct {
	Entries []SupplementalEntry
}

// SupplementalEntry is an entry of SupplementalData.
type SupplementalEntry struct {
	Type uint16
	Data []byte
}

// ServerKeyExchange is RFC 5246, Section 7.4.3. Its fields are filled where the key exchange is
// known; Raw is always the whole body.
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

// CertificateRequest is RFC 5246, Section 7.4.4; in TLS 1.3, RFC 8446, Section 4.3.2.
type CertificateRequest struct {
	Types               []ClientCertificateType // until TLS 1.2
	SignatureAlgorithms []SignatureScheme       // from TLS 1.2 on
	Authorities         [][]byte                // DER of each distinguished name
	// Context and Extensions are those of TLS 1.3; the two lists above are then from the
	// extensions signature_algorithms and certificate_authorities.
	Context    []byte
	Extensions []Extension
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

// NewSessionTicket is RFC 5077, Section 3.3; in TLS 1.3, RFC 8446, Section 4.6.1.
type NewSessionTicket struct {
	Lifetime uint32 // seconds; before TLS 1.3 a hint, of which 0 tells nothing
	Ticket   []byte
	// AgeAdd, Nonce and Extensions are those of TLS 1.3.
	AgeAdd     uint32
	Nonce      []byte
	Extensions []Extension
}

// AlertMessage is RFC 5246, Section 7.2.
type AlertMessage struct {
	Level       AlertLevel
	Description AlertDescription
}
