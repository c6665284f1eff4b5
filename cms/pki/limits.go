package pki

// Bounds on what hostile input may cost.
const (
	// MaxFileOctets bounds a file of keys or certificates. The largest bundles of trusted CAs
	// take less than 1 MiB.
	MaxFileOctets = 16 << 20
	// MaxKDFIterations bounds what all password-based key derivations for one file may cost, in
	// iterations times blocks of output: about ten seconds. OpenSSL uses 2048 iterations,
	// cautious users up to a million.
	MaxKDFIterations = 10_000_000
	// maxScryptOctets bounds the memory that scrypt asks for, in octets. OpenSSL's default is
	// 16 MiB, its limit 32 MiB.
	maxScryptOctets = 64 << 20
	// maxScryptParallel bounds scrypt's parallelization parameter, which multiplies its time.
	maxScryptParallel = 16
	// maxSaltOctets bounds the salt of a key derivation. Usual are 8 to 32.
	maxSaltOctets = 1024
	// maxPrivateKeyOctets bounds the DER of a private key: that of an RSA key of maxRSABits
	// takes less than 10,000.
	maxPrivateKeyOctets = 16 << 10
	// maxRSABits bounds the modulus, in bits, of keys that are used: the time grows with its
	// third power. OpenSSL's limit is the same.
	maxRSABits = 16384
	// maxSerialOctets is how many a serial number may have (RFC 5280, Section 4.1.2.2).
	maxSerialOctets = 20
	// maxSerialShown bounds, in octets, the serial numbers that are converted to a number,
	// since printing one takes more than linear time.
	maxSerialShown = 512
	// maxPath bounds a certification path, in certificates. Usual are 2 to 5.
	maxPath = 16
	// maxPathSignatures bounds the signatures that are checked to find one path.
	maxPathSignatures = 100
	// maxCRLs bounds the CRLs looked at for one certificate, and the signatures of CRLs that are
	// checked for one path search.
	maxCRLs = 32
	// maxNameChecks bounds how many names are compared with name constraints for one path search.
	maxNameChecks = 1 << 18
	// maxPathFailures bounds what is told of one path.
	maxPathFailures = 100
	// maxPolicyNodes bounds the graph of policies of one path, in nodes. Usual are fewer than 20.
	maxPolicyNodes = 1000
	// maxInherited bounds how many issuers are asked for the parameters of a DSA key.
	maxInherited = 8
	// maxDSABits and maxDSAOrderBits bound the numbers of DSA keys that are used, in bits: the
	// time grows with both. FIPS 186-4 has up to 3072 and 256.
	maxDSABits      = 4096
	maxDSAOrderBits = 512
	// maxReasons bounds the names that are told of when a certificate is somebody else's.
	maxReasons = 64
	// maxReasonsShown bounds how many names one sentence tells of: a certificate may have
	// thousands.
	maxReasonsShown = 4
	// maxSafes bounds the parts of a PKCS#12 file. Two are usual.
	maxSafes = 64
	// maxBagDepth bounds the nesting of SafeContents in PKCS#12, in levels.
	maxBagDepth = 4
	// maxRDNAttributes bounds the attributes of one relative distinguished name that is compared
	// as a set, since that takes quadratic time. More than 2 are hardly ever met.
	maxRDNAttributes = 32
	// maxCachedOctets bounds the certificates that a Cache remembers, in octets of DER: some
	// hundred. Taken apart they take about four times as much.
	maxCachedOctets = 256 << 10
	// maxCachedMatches bounds the names that a Cache remembers the certificates of, and
	// maxCachedName each of them, and what is told of it, in octets.
	maxCachedMatches = 1 << 10
	maxCachedName    = 1 << 10
	// maxFileObjects bounds the keys and certificates taken from one file.
	maxFileObjects = 10_000
)
