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
	oidIssuerAltName    OID = "2.5.29.18"
	oidNameConstraints  OID = "2.5.29.30"
	oidCRLDistribution  OID = "2.5.29.31"
	oidPolicies         OID = "2.5.29.32"
	oidAnyPolicy        OID = "2.5.29.32.0"
	oidPolicyMappings   OID = "2.5.29.33"
	oidPolicyConstraint OID = "2.5.29.36"
	oidInhibitAnyPolicy OID = "2.5.29.54"

	oidCRLNumber                OID = "2.5.29.20"
	oidCRLReason                OID = "2.5.29.21"
	oidDeltaCRL                 OID = "2.5.29.27"
	oidIssuingDistributionPoint OID = "2.5.29.28"

	oidAnyExtKeyUsage  OID = "2.5.29.37.0"
	oidServerAuth      OID = "1.3.6.1.5.5.7.3.1"
	oidClientAuth      OID = "1.3.6.1.5.5.7.3.2"
	oidEmailProtection OID = "1.3.6.1.5.5.7.3.4"
	oidSIPDomain       OID = "1.3.6.1.5.5.7.3.20"

	oidEmailAddress OID = "1.2.840.113549.1.9.1"
	oidCommonName   OID = "2.5.4.3"
)
