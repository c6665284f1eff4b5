package x509text

const (
	// maxOneline is the number of octets that OpenSSL shows of a name in one line between
	// slashes; attributes that would exceed it are left out.
	maxOneline = 255
	// maxDecimalBits bounds the integers shown in decimal, in bits, as OpenSSL does: others are
	// in hex.
	maxDecimalBits = 128
)
