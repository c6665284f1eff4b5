package tlsparse

import (
	"bytes"
	"cmp"
)

// Dir is the direction of a record.
type Dir uint8

// The directions. The client is the side that sends the ClientHello.
const (
	ClientToServer Dir = iota
	ServerToClient
)

func (d Dir) String() string { return [...]string{"C>S", "S>C"}[d&1] }

// Version is a protocol version as on the wire: 0x0301 is TLS 1.0.
type Version uint16

// The versions by name.
const (
	SSL20 Version = 0x0002
	SSL30 Version = 0x0300
	TLS10 Version = 0x0301
	TLS11 Version = 0x0302
	TLS12 Version = 0x0303
	TLS13 Version = 0x0304

	DTLS10 Version = 0xfeff // RFC 4347, which speaks of TLS 1.1
	DTLS12 Version = 0xfefd // RFC 6347
	DTLS13 Version = 0xfefc // RFC 9147
)

// ContentType is the type of a record (RFC 5246, Section 6.2.1).
type ContentType uint8

// The content types of the registry.
const (
	ChangeCipherSpec ContentType = 20
	Alert            ContentType = 21
	Handshake        ContentType = 22
	ApplicationData  ContentType = 23
	Heartbeat        ContentType = 24
	// ConnectionID records are of DTLS (RFC 9146, Section 3), and so are ACKs (RFC 9147,
	// Section 7).
	ConnectionID ContentType = 25
	ACK          ContentType = 26
)

// Record is one record of a connection. A Session reuses it: the record and everything it
// points to are valid until the function that received it returns, unless a field says
// otherwise; Clone makes a copy that stays.
type Record struct {
	// Number counts the records of the connection, both directions together, from 1.
	Number int
	Dir    Dir
	Type   ContentType // as in the header
	// InnerType is what a decrypted record of TLS 1.3 says about its content (RFC 8446, Section
	// 5.2); 0 in all others.
	InnerType ContentType
	Version   Version // as in the header
	Length    int     // as in the header: octets after it, encrypted or not
	Offset    int64   // of the header in the direction's stream, lost octets counted
	// Skipped counts the octets before the header that belong to no record of the list: lost
	// in the capture, or passed over to find a header again.
	Skipped int64
	// SSLv2 is set if this is an SSLv2-compatible ClientHello (RFC 5246, Appendix E.2). It has
	// the header of that protocol: Type is Handshake and Version SSL20 by courtesy, Raw is the
	// two octets of the length and the message.
	SSLv2 bool
	// Datagram is set if this is a record of DTLS: Offset then counts the octets of the
	// datagrams. Epoch and Sequence are those of its header (RFC 6347, Section 4.1).
	Datagram bool
	Epoch    uint16
	Sequence uint64
	// Replayed is set if a record with the same epoch and sequence number came before in the
	// direction, or may have (RFC 6347, Section 4.1.2.6): it has no Messages.
	Replayed bool
	// Repeated counts the handshake fragments of the record that are of messages which have
	// been read: retransmissions (RFC 6347, Section 4.2.4).
	Repeated int
	// Raw is the whole record as on the wire, header included; if Err says that octets are
	// missing, the header alone.
	Raw []byte
	// Encrypted is set if the direction's cipher was switched on before this record.
	Encrypted bool
	// Decrypted is set if it was encrypted and is now readable, its MAC or tag verified.
	Decrypted bool
	// Padding is how many octets of zero followed the content (RFC 8446, Section 5.4).
	Padding int
	// Plaintext is the readable content: the fragment itself, or what decryption made of it
	// without padding and MAC. It is nil if the record could not be decrypted.
	Plaintext []byte
	// Messages are the messages that end in this record, in order: handshake messages,
	// alerts, ChangeCipherSpec. Their contents do not alias the record: they stay valid.
	Messages []Message
	// Err is the first thing that was wrong with the record itself; nil or *Error.
	Err error
}

// Message is a handshake message, an alert or a ChangeCipherSpec.
type Message struct {
	Content ContentType
	// Type is valid if Content is Handshake.
	Type     HandshakeType
	Datagram bool // the header is that of DTLS (RFC 6347, Section 4.2.2)
	// Raw is the whole message with its header, put together if it came in several records; in
	// DTLS with the header that it would have in one fragment (RFC 6347, Section 4.2.6).
	Raw []byte
	// Body is one of *ClientHello, *ServerHello, *HelloVerifyRequest, *Certificate, *ServerKeyExchange,
	// *CertificateRequest, *CertificateVerify, *ClientKeyExchange, *Finished,
	// *NewSessionTicket, *EncryptedExtensions, *CompressedCertificate, *KeyUpdate,
	// *CertificateStatus, *ClientCertificateURL, *SupplementalData, *AlertMessage, or nil if the
	// type has no content or none that is known.
	Body any
	// Err tells what could not be read; Body then holds what came before it. nil or *Error.
	Err error
}

// Content is the type of the content, as far as it can be seen: InnerType if there is one, else
// Type.
func (r *Record) Content() ContentType { return cmp.Or(r.InnerType, r.Type) }

// Octets are those of the message without the header that only handshake messages have. They alias
// Raw.
func (m *Message) Octets() []byte {
	n := 0
	if m.Content == Handshake {
		n = messageHeader
	}
	if m.Datagram {
		n = datagramMessageHeader
	}
	return m.Raw[min(n, len(m.Raw)):]
}

// Clone copies the record with all that it points to.
func (r *Record) Clone() *Record {
	c := *r
	c.Raw = bytes.Clone(r.Raw)
	c.Plaintext = bytes.Clone(r.Plaintext)
	c.Messages = append([]Message(nil), r.Messages...)
	return &c
}
