package listing

// Style is the dialect of a listing.
type Style uint8

// The styles. The package comment tells them apart.
const (
	Full Style = iota
	RFC6216
	Ssldump
)

// Options shape a listing.
type Options struct {
	Style Style
	// AllFields shows in Ssldump what ssldump -A does: the record header, randoms,
	// parameters, hashes. In Full, which has those always, it adds the octets of extensions,
	// certificates and tickets. RFC6216 has all its fields always.
	AllFields bool
	Data      bool // decrypted application data, between two rules
	Hex       bool // each record as it was on the wire
	Absolute  bool // seconds since 1970 instead of since the connection's start
	// RawCR lets the carriage returns of application data through in Ssldump, as ssldump does.
	// It is for files: a terminal would obey them.
	RawCR bool
}

// allFields tells whether the fields are printed that ssldump keeps for -A.
func (o *Options) allFields() bool { return o.AllFields || o.Style != Ssldump }
