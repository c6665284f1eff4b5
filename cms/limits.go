package cms

import "sipsecdump/cms/ber"

// Bounds on what hostile input may cost. One that is hit becomes an Issue, or is told in the
// Detail of a result.
const (
	// DefaultSigners is the default of Limits.Signers, in SignerInfos. Each costs public key
	// operations; RFC 3261, Section 23.3 allows one.
	DefaultSigners = 16
	// DefaultRecipients is the default of Limits.Recipients, in RecipientInfos. Each costs
	// private key operations.
	DefaultRecipients = 128
	// DefaultCertificates is the default of Limits.Certificates, in certificates of one
	// object. A chain has 3 or 4.
	DefaultCertificates = 64
	// maxAttributes bounds the attributes read of one SignerInfo. About 5 are usual.
	maxAttributes = 64
	// maxNamedCertificates bounds how many certificates that name the signer are tried for one
	// signature. RFC 6216 has a case of 2.
	maxNamedCertificates = 8
	// maxOtherCertificates bounds how many that do not name the signer are tried for all
	// signatures of an object, in public key operations. One takes about 30 microseconds with
	// RSA, but milliseconds with the largest keys that someone may send.
	maxOtherCertificates = 256
	// DefaultDecompressed is the default of CompressedData.Decompress, in octets. What a message
	// carries fits; zlib makes up to a thousand octets of one.
	DefaultDecompressed = 8 << 20
	// maxDerivations bounds the key derivations from passphrases for one object, in iterations
	// times blocks of output: about half a second. OpenSSL uses 2048 iterations.
	maxDerivations = 1_000_000
	// maxCountersignatures bounds the nesting of countersignatures on countersignatures, in
	// levels. More than one is not met.
	maxCountersignatures = 3
	// maxUnwraps bounds the private key operations of one object (about a millisecond each).
	maxUnwraps = 256
	// maxDecimalOctets bounds the INTEGERs that TreeNode shows in decimal, in octets, since the
	// conversion takes more than linear time. Keys' moduli are more readable in hex anyway.
	maxDecimalOctets = 32
)

// Limits bounds what Parse reads. The zero value means the defaults.
type Limits struct {
	Depth        int // levels of nesting; ber.MaxDepth if 0
	Nodes        int // elements listed; ber.DefaultNodes if 0
	Signers      int // DefaultSigners if 0
	Recipients   int // DefaultRecipients if 0
	Certificates int // DefaultCertificates if 0
}

func (l Limits) orDefaults() Limits {
	for _, d := range []struct {
		field *int
		value int
	}{
		{&l.Signers, DefaultSigners},
		{&l.Recipients, DefaultRecipients},
		{&l.Certificates, DefaultCertificates},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return l
}

func (l Limits) walk() ber.Limits {
	return ber.Limits{Depth: l.Depth, Nodes: l.Nodes, Encapsulated: true}
}
