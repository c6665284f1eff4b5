package maker

import (
	"io"
	"time"

	"sipsecdump/maker/certs"
)

// DefaultStart is when a capture begins if nothing else is said and the keys were valid
// then.
var DefaultStart = time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)

// Options say what is made. Only Scenario and Keys are needed. A name that does not exist
// is a *[certs.UnknownError], options that exclude each other are an *[OptionError].
type Options struct {
	Scenario  string // one of Scenarios
	Transport string // one of Transports; "": tls for scenario tls, else tcp

	// Keys is the folder of keys and certificates, laid out as package certs does. What is
	// needed and not there is made there: the authority, the domains example.com and
	// example.net, the users fluffy@example.com and kumiko@example.net.
	Keys string
	// Key is the kind of the domains' keys, if they have to be made. The zero value makes
	// what the cipher suite needs. The users' keys are RSA, as S/MIME encryption needs.
	Key certs.KeyKind

	Calls       int // of scenario calls; 0: 1
	Connections int // transport connections, one after the other except for calls; 0: 1, with TLS.Resume 2

	// Script is what scenario script plays; its connections are those of the turns.
	Script []Turn

	TLS     TLS
	CMS     CMS
	Network Network

	Format  string // one of Formats; "": pcapng if Secrets is set, else pcap
	Secrets bool   // write the TLS secrets into the capture, before each connection's packets

	// KeyLog, if set, is given the lines of the TLS key log (NSS format), whole lines at a
	// time, before the connection's packets are written.
	KeyLog io.Writer
	// OnMessage, if set, is told of each SIP message before it is sent.
	OnMessage func(Message)

	// Start is the time of the first packet. The zero time is DefaultStart, or the day after
	// the certificates in Keys became valid if they were not valid then.
	Start time.Time
	// Seed varies identifiers in messages, sequence numbers, and which packets the network
	// conditions hit.
	Seed uint64
}

// TLS says what the endpoints negotiate, for the transports tls and wss.
type TLS struct {
	Version    string // one of TLSVersions; "": the latest that has Suite, 1.2 if that is "" too
	Suite      string // IANA's name, one of Suites; "": one that the server's RSA key opens, where the version has any
	ClientAuth bool   // the client presents example.com's certificate
	// NoServerName leaves out server_name (RFC 6066, Section 3), as old clients do.
	NoServerName bool
	Resume       string // "ticket": connections after the first resume its session; "": each is new
	// Renegotiate asks for a second handshake inside the first connection. No server of ours
	// can start one; the error says where captures of it are.
	Renegotiate bool
}

// CMS says how bodies are signed and encrypted. The zero value follows RFC 3261, Section
// 23, with today's algorithms.
type CMS struct {
	Digest         string // one of Digests; "": sha256
	Encryption     string // one of Encryptions; "": aes128-cbc
	NoCertificates bool   // SignedData does not hold the signer's certificate, against RFC 3261, Section 23.2
	NullParameters bool   // the digest's AlgorithmIdentifier has NULL parameters, else none (RFC 3370, Section 2.1; RFC 5754, Section 2)
	NoAttributes   bool   // without signed attributes, as in RFC 6216
	Base64         bool   // transfer encoding base64, against RFC 3261, Section 23.4; else binary
}

// Network says how packets travel and which of them the capture sees. Rates are percent of
// the packets that carry data, 0 to 100; a packet's fate is drawn from Options.Seed.
type Network struct {
	Link    string   // one of Links; "": ethernet
	VLAN    []uint16 // IEEE 802.1Q tags, outermost first; on ethernet
	Tunnels []string // of TunnelKinds, outermost first, IPv4 outside
	IPv6    bool     // between the endpoints

	MTU      int  // of the outermost IP packet, in octets; what is longer is fragmented; 0: 1500
	MSS      int  // payload of a TCP segment, in octets; 0: what the MTU leaves, but 256 if segments are to be reordered, delayed or to overlap
	Coalesce bool // TCP segments are filled without regard to where messages and records end

	Reorder   int // neighbours in a flight, or fragments of a packet, that change places
	Loss      int // lost on the way and sent again: they arrive last of their flight
	Drop      int // not seen by the capture at all: a gap
	Duplicate int // seen twice
	Overlap   int // TCP segments that repeat the end of the one before

	// OverlapDiffers gives the repeated octets other values. The first ones are the true.
	OverlapDiffers bool

	Start string // one of Starts; "": syn
	End   string // one of Ends; "": fin
}

// Transports returns the names of the transports: RFC 3261's and, without and with TLS,
// RFC 7118's.
func Transports() []string { return []string{"udp", "tcp", "tls", "ws", "wss"} }

// Formats returns the names of the capture formats.
func Formats() []string { return []string{"pcap", "pcapng"} }

// Starts returns the names of the places where captures begin: before the connection
// ("syn"), after the TCP handshake ("data"), or after the handshakes of TCP, TLS and
// WebSocket ("mid").
func Starts() []string { return []string{"syn", "data", "mid"} }

// Ends returns the names of the ways in which connections end: closed by both, aborted by
// the client, or not within the capture.
func Ends() []string { return []string{"fin", "rst", "none"} }

// Message is a SIP message of the capture.
type Message struct {
	Connection int       // from 0
	Response   bool      // sent by the server: all requests are the client's
	Time       time.Time // when it was sent
	Data       []byte    // the message, its body included; valid until OnMessage returns
}

// Result says what was made.
type Result struct {
	Packets     int
	Messages    int
	Connections int
	Start       time.Time // of the first packet

	Made  []string // files of keys and certificates that were written
	Keys  []string // files of the private keys that open what is encrypted
	Certs []string // files of the signers' certificates
	CA    string   // file of the authority's certificate; "" if the folder has none
	// KeyLog reports that only the key log, not Keys, opens the TLS connections: they have
	// forward secrecy.
	KeyLog bool
}
