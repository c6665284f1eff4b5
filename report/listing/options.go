package listing

// Style is the dialect of a listing.
type Style uint8

// The styles. The package comment tells them apart.
const (
	Full Style = iota
	RFC6216
	Ssldump
)

// SuiteNames is whose names cipher suites have.
type SuiteNames uint8

// The names.
const (
	// Registered are the registry's; in Ssldump, those of that program.
	Registered SuiteNames = iota
	// RFC6216Names are the registry's but for four, which the listing of RFC 6216, Section 3.1
	// has otherwise.
	RFC6216Names
)

// SuiteNameNames are the values of SuiteNames in words, by SuiteNames.
var SuiteNameNames = []string{Registered: "iana", RFC6216Names: "rfc6216"}

// Omit is a set of fields that authors leave out of listings.
type Omit uint8

// What can be left out.
const (
	OmitRandom           Omit = 1 << iota // of the hellos
	OmitEPMS                              // EncryptedPreMasterSecret
	OmitSessionID                         // of the hellos, resume too
	OmitExtensions                        // of all messages
	OmitNewSessionTicket                  // the message
	OmitCertificate                       // the content of the message
	OmitFinished                          // the message, where it could be decrypted
	OmitSignature                         // of CertificateVerify and ServerKeyExchange
)

// OmitNames are the names of what can be left out: the one at i is that of 1<<i.
var OmitNames = []string{"random", "epms", "session_id", "extensions", "newsessionticket", "certificate", "finished", "signature"}

// Options shape a listing.
type Options struct {
	Style Style
	// SuiteNames does not change Ssldump.
	SuiteNames SuiteNames
	// Omit is what to leave out.
	Omit Omit
	// AllFields shows in Ssldump what ssldump -A does: the record header, randoms,
	// parameters, hashes. In Full, which has those always, it adds the octets of extensions,
	// certificates and tickets. RFC6216 has all its fields always.
	AllFields bool
	// Certificates shows certificates in full: in Full as "openssl x509 -text" does, in the other
	// styles what ssldump -N does, which also puts the names of a CertificateRequest in words.
	Certificates bool
	Data         bool // decrypted application data, and plaintext, between two rules
	Hex          bool // each record as it was on the wire
	Absolute     bool // seconds since 1970 instead of since the connection's start
	// RawCR lets the carriage returns of application data through in Ssldump, as ssldump does.
	// It is for files: a terminal would obey them.
	RawCR bool
}

// allFields tells whether the fields are printed that ssldump keeps for -A.
func (o *Options) allFields() bool { return o.AllFields || o.Style != Ssldump }

// omits tells whether what is left out.
func (o *Options) omits(what Omit) bool { return o.Omit&what != 0 }
