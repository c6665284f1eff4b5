package report

import (
	"net/netip"
	"strings"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report/listing"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/identity"
	"sipsecdump/sipparse/mime"
	"sipsecdump/tlsparse"
)

// Event is one thing that happened in the capture. Events come in the order of the packets
// that caused them, then of their connections, then as the connection made them.
//
// An event handed to a renderer, and everything it points to, is valid until Render returns.
// One that comes from the library's iterator is the caller's to keep.
type Event struct {
	File   int       // number of the capture file, from 1; 0 in the summary
	Packet uint64    // number in its file, from 1; 0 if no packet caused the event
	Time   time.Time // of the packet, UTC; zero if no packet caused the event
	Flow   *Flow     // nil if the event belongs to no connection
	Body   Body
}

// Body is what an event says: one of *Capture, *Comment, *Connection, *Close, *Record, *Plaintext,
// *Verdict, *Arrival, *SIP, *Identity, *CMS, *Tree, *Certificate, *Call, *Finding, *Anomaly,
// *Summary.
type Body interface {
	// Kind is the event's name in the event stream, which has all but Arrival.
	Kind() string
}

// Flow is a connection, or the datagrams between two endpoints. Its fields do not change
// after its Connection event.
type Flow struct {
	Number    uint64 // from 1, in the order of first packets
	Transport string // "tcp", "udp", "sctp"
	Client    netip.AddrPort
	Server    netip.AddrPort
	MidStream bool      // the capture holds no SYN
	Start     time.Time // of the first packet: the zero of the listing's clock

	// line is the state of the text listing; only Text touches it.
	line *listing.Conn
}

// Capture is the first event of each file.
type Capture struct {
	Name   string // as the user named it
	Format string // "pcap", "pcapng"; "" if the file could not be opened as a capture
}

// Comment is what the capture's writer said: about the capture, an interface or a packet, or
// what it called an address.
type Comment struct {
	About     string // "comment", "section os", "interface name", ..., "name"
	Interface int    // number of the interface; -1 if it is about none
	Address   string // what has the name; "" if About is not "name"
	Text      string
}

// Connection opens a flow.
type Connection struct{}

// Close tells that one direction of a flow ended, or both.
type Close struct {
	Dir tlsparse.Dir
	How string // "fin", "rst", "end-of-capture", "new-connection", "evicted"
}

// Record is a TLS record.
type Record struct{ *tlsparse.Record }

// Plaintext is octets of a TCP connection that are not TLS, or not yet, as they came: a segment's, but
// those that might have begun a handshake wait for the next. It is told on request only.
type Plaintext struct {
	Dir  tlsparse.Dir
	Data []byte
}

// Verdict is what became of a TLS connection: exactly one for each, at its close.
type Verdict struct {
	*tlsparse.Verdict
	// Identity tells whether the server's certificate is one for ServerName (RFC 5922, Section 7);
	// nil if either is not known. It does not tell whether the certificate may be trusted. Verdicts
	// may share it: it is not to be changed.
	Identity *pki.IdentityResult
	// Chain is the path of the server's certificate, judged for TLS in SIP with nothing but what
	// the server sent along with it and the CAs and CRLs that were given; ClientChain is that of
	// the client's. A chain is nil if no CAs were given, or no certificate of the side came by
	// that could be read. Names are not judged.
	Chain, ClientChain *cms.Chain
}

// Arrival tells that a SIP message came in the clear, with the line that it has in the listing, as
// TLS records have theirs. The SIP event that follows says the same and the rest: the event stream
// has no Arrival.
type Arrival struct {
	Dir    tlsparse.Dir
	Number int // of the message in its flow, from 1
	Length int // octets
}

// SIP is a SIP message with its body opened as far as the keys at hand allow.
type SIP struct {
	// N is the message's number in the capture, from 1. It is 0 in a renderer, which leaves
	// a slot instead; the library's iterator fills it.
	N         uint64
	Dir       tlsparse.Dir
	Transport string // "udp", "tcp", "sctp", "tls", "dtls", "ws", "wss"
	Src, Dst  netip.AddrPort
	Message   *sipparse.Message
	// Incomplete is set if the stream ended before the message did.
	Incomplete bool
	// Record is the number of the TLS record that completed it, or of the message in its
	// flow if it came in the clear.
	Record int
	// Parts are the parts of the body, those inside decrypted or signed content too, in
	// reading order.
	Parts []Part
	// Identities are what was established about the Identity header fields.
	Identities []identity.Result
	// Body is what the Parts that are not Inside lie in: Message.Body, with what follows it if
	// the Content-Length is contradicted, and without what damage added to it.
	Body []byte
}

// Secured tells whether the message came inside TLS or DTLS.
func (s *SIP) Secured() bool { return Secured(s.Transport) }

// Secured tells whether a transport has TLS or DTLS below it.
func Secured(transport string) bool {
	return transport == "tls" || transport == "wss" || transport == "dtls"
}

// Identity is what was established about an Identity header field. Its event follows that of
// the message that carries it.
type Identity struct {
	SIP uint64 // the message's number, as SIP.N
	*identity.Result
}

// Part is a MIME part with its place in the message.
type Part struct {
	*mime.Part
	// Path continues into decrypted or signed content: "1/1".
	Path string
	// CMS is what the part holds, if that is a CMS object.
	CMS *CMS
	// Message is what the part holds if it is of the type message/sip or message/sipfrag.
	Message *sipparse.Message
	// Objects is how many CMS objects the part is inside of.
	Objects int
	// Repaired is how many octets were left out of the part because damage in transit had
	// added them; 0 if it is as it came.
	Repaired int
}

// Inside tells whether the part came out of another one: a CMS object, a message or something
// compressed.
func (p *Part) Inside() bool { return strings.Contains(p.Path, "/") }

// CMS is what was established about a CMS object. Its event follows that of the message that
// carries it.
type CMS struct {
	SIP  uint64 // the message's number, as SIP.N
	Name string // the file that holds it, if it is in no message of a capture
	Path string // of the part in the message
	// Repaired is Part.Repaired: what is told of the object is told of repaired octets.
	Repaired int
	Object   *cms.Object
	Signers  []cms.SignerResult
	Decrypt  *cms.Decryption // nil if there was nothing that a key opens
	// What became of a CompressedData and of a DigestedData; nil for others.
	Decompress *cms.Decompression
	Digest     *cms.DigestCheck
	// Inside are the parts of what the object protects, as far as it could be read: those of
	// SIP.Parts that come out of this object and no other.
	Inside []Part
}

// Content returns what the object holds, as far as it can be read: what a key opened or was
// decompressed, or what stands in it as it is; nil if there is nothing, or it is elsewhere.
func (c *CMS) Content() []byte {
	switch o := c.Object; {
	case o.Authenticated != nil:
		return o.Authenticated.EContent // whether a key was at hand or not
	case c.Decrypt != nil:
		return c.Decrypt.Content
	case c.Decompress != nil:
		return c.Decompress.Content
	case o.Signed != nil:
		return o.Signed.EContent
	case o.Digested != nil:
		return o.Digested.EContent
	default:
		return o.Data
	}
}

// Tree is an encoding in ASN.1 that a file holds.
type Tree struct {
	Name   string // of the file
	Path   string // place in the file: of a PEM block, or of a MIME part
	Label  string // of a PEM block, or the media type of a MIME part; "" if there is neither
	Object *cms.Object
}

// Certificate is a certificate that a file holds.
type Certificate struct {
	Name string // of the file
	*pki.Certificate
}

// Anomaly is something that should not be, or a limit that was hit. Codes are stable.
type Anomaly struct {
	Code    string
	Text    string // a sentence, lower case, without a full stop
	Section string // "RFC 9293, Section 3.4"; "" if none applies
	Dir     tlsparse.Dir
	HasDir  bool
	Offset  int64 // what it counts from is in Text; -1 if it has no place
	Count   int64 // occurrences, or octets concerned; 0 if neither applies
}

// Summary is the last event.
type Summary struct {
	Packets            uint64
	Connections        uint64
	SIPMessages        uint64
	TLSConnections     uint64
	TLSDecrypted       uint64
	TLSUndecrypted     uint64 // with encrypted records, not or only partly decrypted
	CMSObjects         uint64
	SignaturesVerified uint64
	SignaturesFailed   uint64 // not verified, for whatever reason
	Malformed          uint64 // SIP, MIME, TLS and CMS issues
	Anomalies          uint64
	Findings           uint64
	AfterReset         uint64 // segments with data that came when their connection had been reset, and were not read
	Checked            bool   // rules of interoperability were looked at: else there are no findings
	Calls              Totals
	Truncated          bool // a file could not be read to its end
	ExitStatus         int
}

// Kind implements Body.
func (*Capture) Kind() string     { return "capture" }
func (*Comment) Kind() string     { return "comment" }
func (*Connection) Kind() string  { return "connection" }
func (*Close) Kind() string       { return "close" }
func (*Record) Kind() string      { return "tls_record" }
func (*Verdict) Kind() string     { return "tls_verdict" }
func (*Arrival) Kind() string     { return "arrival" }
func (*SIP) Kind() string         { return "sip" }
func (*Identity) Kind() string    { return "identity" }
func (*CMS) Kind() string         { return "cms" }
func (*Tree) Kind() string        { return "asn1" }
func (*Plaintext) Kind() string   { return "plaintext" }
func (*Certificate) Kind() string { return "certificate" }
func (*Anomaly) Kind() string     { return "anomaly" }
func (*Summary) Kind() string     { return "summary" }
