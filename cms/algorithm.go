package cms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Key encryption algorithms.
const (
	oidRSA  pki.OID = "1.2.840.113549.1.1.1"
	oidOAEP pki.OID = "1.2.840.113549.1.1.7"
)

// blockCipher is a content encryption algorithm in CBC mode with the padding of RFC 5652,
// Section 6.3.
type blockCipher struct {
	keyOctets, blockOctets int

	new func(key []byte) (cipher.Block, error)
}

// contentCiphers are those of RFC 3370, Section 5.1, RFC 3565, Section 4, and DES.
var contentCiphers = map[pki.OID]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {16, aes.BlockSize, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.BlockSize, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.BlockSize, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.BlockSize, des.NewTripleDESCipher},
	"1.3.14.3.2.7":            {8, des.BlockSize, des.NewCipher},
}

// algorithmName is a name for sentences: the trees' one, or the dotted form.
func algorithmName(oid pki.OID) string {
	if name, ok := ber.DumpName(string(oid)); ok {
		return name
	}
	return string(oid)
}
