package pki

// Object identifiers that this package acts on.
const (
	oidRSAEncryption OID = "1.2.840.113549.1.1.1"
	oidRSAESOAEP     OID = "1.2.840.113549.1.1.7"
	oidMGF1          OID = "1.2.840.113549.1.1.8"
	oidRSASSAPSS     OID = "1.2.840.113549.1.1.10"
	oidECPublicKey   OID = "1.2.840.10045.2.1"
	oidDSA           OID = "1.2.840.10040.4.1"
	oidX25519        OID = "1.3.101.110"
	oidX448          OID = "1.3.101.111"
	oidEd25519       OID = "1.3.101.112"
	oidEd448         OID = "1.3.101.113"

	oidMD5    OID = "1.2.840.113549.2.5"
	oidSHA1   OID = "1.3.14.3.2.26"
	oidSHA224 OID = "2.16.840.1.101.3.4.2.4"
	oidSHA256 OID = "2.16.840.1.101.3.4.2.1"
	oidSHA384 OID = "2.16.840.1.101.3.4.2.2"
	oidSHA512 OID = "2.16.840.1.101.3.4.2.3"

	oidSubjectKeyID     OID = "2.5.29.14"
	oidKeyUsage         OID = "2.5.29.15"
	oidSubjectAltName   OID = "2.5.29.17"
	oidBasicConstraints OID = "2.5.29.19"
	oidAuthorityKeyID   OID = "2.5.29.35"
	oidExtKeyUsage      OID = "2.5.29.37"

	oidEmailAddress OID = "1.2.840.113549.1.9.1"
	oidCommonName   OID = "2.5.4.3"
)
