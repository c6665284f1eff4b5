package schema

import "sipsecdump/cms/ber"

// The types of the modules, by their names there. Those that refer to themselves are completed by
// init.

func seq(name string, fields ...field) *Type { return &Type{Name: name, fields: fields} }

func listOf(name string, of *Type) *Type { return &Type{Name: name, of: of} }

func choice(name string, alternatives ...field) *Type {
	return &Type{Name: name, choice: alternatives}
}

func one(name string, t tag, typ *Type) field {
	return field{name: name, tag: t, typ: typ}
}

// inside is a field whose type is that of the only element inside.
func inside(name string, t tag, typ *Type) field {
	return field{name: name, tag: t, typ: typ, wrapped: true}
}

// RFC 5280, Appendix A.
var (
	text       = &Type{Form: Text}
	implicitID = &Type{Form: OID}
	number     = &Type{Form: Integer}

	directoryString       = &Type{}
	attributeTypeAndValue = seq("AttributeTypeAndValue", one("type", ber.TagOID, nil), one("value", anyTag, directoryString))
	rdn                   = listOf("RelativeDistinguishedName", attributeTypeAndValue)
	distinguishedName     = &Type{Name: "Name", of: rdn, Form: Name}

	algorithmIdentifier = seq("AlgorithmIdentifier", one("algorithm", ber.TagOID, nil),
		field{name: "parameters", tag: anyTag, byOID: algorithmParameters})
	algorithmIdentifiers = listOf("", algorithmIdentifier)

	certificateVersion = &Type{Names: []string{"v1", "v2", "v3"}}
	validity           = seq("Validity", one("notBefore", timeTag, nil), one("notAfter", timeTag, nil))
	rsaPublicKey       = seq("RSAPublicKey", one("modulus", ber.TagInteger, nil), one("publicExponent", ber.TagInteger, nil))
	ecdsaSigValue      = seq("ECDSA-Sig-Value", one("r", ber.TagInteger, nil), one("s", ber.TagInteger, nil))

	subjectPublicKeyInfo = seq("SubjectPublicKeyInfo", one("algorithm", ber.TagSequence, algorithmIdentifier),
		inside("subjectPublicKey", ber.TagBitString, rsaPublicKey))

	// RFC 5958, Section 3.
	encryptedPrivateKeyInfo = seq("EncryptedPrivateKeyInfo", one("encryptionAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("encryptedData", ber.TagOctetString, nil))

	extension = seq("Extension", one("extnID", ber.TagOID, nil), one("critical", ber.TagBoolean, nil),
		field{name: "extnValue", tag: ber.TagOctetString, byOID: extensionTypes, wrapped: true})
	extensions = listOf("Extensions", extension)

	tbsCertificate = seq("TBSCertificate",
		inside("version", context(0), certificateVersion),
		one("serialNumber", ber.TagInteger, nil),
		one("signature", ber.TagSequence, algorithmIdentifier),
		one("issuer", ber.TagSequence, distinguishedName),
		one("validity", ber.TagSequence, validity),
		one("subject", ber.TagSequence, distinguishedName),
		one("subjectPublicKeyInfo", ber.TagSequence, subjectPublicKeyInfo),
		one("issuerUniqueID", context(1), nil),
		one("subjectUniqueID", context(2), nil),
		inside("extensions", context(3), extensions))
	certificate = seq("Certificate",
		one("tbsCertificate", ber.TagSequence, tbsCertificate),
		one("signatureAlgorithm", ber.TagSequence, algorithmIdentifier),
		inside("signatureValue", ber.TagBitString, ecdsaSigValue))

	revokedCertificate = seq("", one("userCertificate", ber.TagInteger, nil), one("revocationDate", timeTag, nil),
		one("crlEntryExtensions", ber.TagSequence, extensions))
	tbsCertList = seq("TBSCertList",
		one("version", ber.TagInteger, certificateVersion),
		one("signature", ber.TagSequence, algorithmIdentifier),
		one("issuer", ber.TagSequence, distinguishedName),
		one("thisUpdate", timeTag, nil),
		one("nextUpdate", timeTag, nil),
		one("revokedCertificates", ber.TagSequence, listOf("", revokedCertificate)),
		inside("crlExtensions", context(0), extensions))
	certificateList = seq("CertificateList",
		one("tbsCertList", ber.TagSequence, tbsCertList),
		one("signatureAlgorithm", ber.TagSequence, algorithmIdentifier),
		inside("signatureValue", ber.TagBitString, ecdsaSigValue))

	// RFC 2986, Section 4.
	certificationRequest = seq("CertificationRequest",
		one("certificationRequestInfo", ber.TagSequence, seq("CertificationRequestInfo",
			one("version", ber.TagInteger, &Type{Names: []string{"v1"}}),
			one("subject", ber.TagSequence, distinguishedName),
			one("subjectPKInfo", ber.TagSequence, subjectPublicKeyInfo),
			one("attributes", context(0), attributes))),
		one("signatureAlgorithm", ber.TagSequence, algorithmIdentifier),
		inside("signature", ber.TagBitString, ecdsaSigValue))

	otherName = seq("OtherName", one("type-id", ber.TagOID, nil), inside("value", context(0), nil))

	generalName = choice("GeneralName",
		one("otherName", context(0), otherName),
		one("rfc822Name", context(1), text),
		one("dNSName", context(2), text),
		one("x400Address", context(3), nil),
		inside("directoryName", context(4), distinguishedName),
		one("ediPartyName", context(5), nil),
		one("uniformResourceIdentifier", context(6), text),
		one("iPAddress", context(7), &Type{Form: Address}),
		one("registeredID", context(8), implicitID))
	generalNames = listOf("GeneralNames", generalName)

	distributionPointName = choice("",
		one("fullName", context(0), generalNames),
		one("nameRelativeToCRLIssuer", context(1), rdn))
	distributionPoint = seq("DistributionPoint",
		inside("distributionPoint", context(0), distributionPointName),
		one("reasons", context(1), &Type{Form: Bits, Names: reasonFlags}),
		one("cRLIssuer", context(2), generalNames))

	policyQualifier = seq("PolicyQualifierInfo", one("policyQualifierId", ber.TagOID, nil), one("qualifier", anyTag, nil))
	policy          = seq("PolicyInformation", one("policyIdentifier", ber.TagOID, nil),
		one("policyQualifiers", ber.TagSequence, listOf("", policyQualifier)))

	generalSubtree = seq("GeneralSubtree", one("base", anyTag, generalName),
		one("minimum", context(0), number), one("maximum", context(1), number))

	accessDescription = seq("AccessDescription", one("accessMethod", ber.TagOID, nil), one("accessLocation", anyTag, generalName))

	reasonFlags = []string{"unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "privilegeWithdrawn", "aACompromise"}
	keyUsageFlags = []string{"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment",
		"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}
)

// extensionTypes are those of extnValue.
var extensionTypes = map[string]*Type{
	"2.5.29.14": {Name: "SubjectKeyIdentifier"},
	"2.5.29.15": {Name: "KeyUsage", Form: Bits, Names: keyUsageFlags},
	"2.5.29.17": generalNames,
	"2.5.29.18": generalNames,
	"2.5.29.19": seq("BasicConstraints", one("cA", ber.TagBoolean, nil), one("pathLenConstraint", ber.TagInteger, nil)),
	"2.5.29.20": {Name: "CRLNumber"},
	"2.5.29.21": {Name: "CRLReason", Names: []string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged",
		"superseded", "cessationOfOperation", "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"}},
	"2.5.29.30": seq("NameConstraints", one("permittedSubtrees", context(0), listOf("", generalSubtree)),
		one("excludedSubtrees", context(1), listOf("", generalSubtree))),
	"2.5.29.31": listOf("CRLDistributionPoints", distributionPoint),
	"2.5.29.32": listOf("CertificatePolicies", policy),
	"2.5.29.33": listOf("PolicyMappings", seq("", one("issuerDomainPolicy", ber.TagOID, nil), one("subjectDomainPolicy", ber.TagOID, nil))),
	"2.5.29.35": seq("AuthorityKeyIdentifier", one("keyIdentifier", context(0), nil),
		one("authorityCertIssuer", context(1), generalNames), one("authorityCertSerialNumber", context(2), number)),
	"2.5.29.36":          seq("PolicyConstraints", one("requireExplicitPolicy", context(0), number), one("inhibitPolicyMapping", context(1), number)),
	"2.5.29.37":          listOf("ExtKeyUsageSyntax", &Type{Name: "KeyPurposeId"}),
	"2.5.29.46":          listOf("FreshestCRL", distributionPoint),
	"2.5.29.54":          {Name: "InhibitAnyPolicy"},
	"1.3.6.1.5.5.7.1.1":  listOf("AuthorityInfoAccessSyntax", accessDescription),
	"1.3.6.1.5.5.7.1.11": listOf("SubjectInfoAccessSyntax", accessDescription),
}

// algorithmParameters are those of AlgorithmIdentifier that have components, or a name.
var algorithmParameters = map[string]*Type{}

// RFC 5652, Section 12.1 and the modules of RFC 5083 and RFC 3274.
var (
	cmsVersion = &Type{Name: "CMSVersion", Names: []string{"v0", "v1", "v2", "v3", "v4", "v5"}}
	octets     = &Type{}

	contentInfo = seq("ContentInfo", one("contentType", ber.TagOID, nil),
		field{name: "content", tag: context(0), byOID: contentTypes, wrapped: true})
	encapsulatedContentInfo = seq("EncapsulatedContentInfo", one("eContentType", ber.TagOID, nil), inside("eContent", context(0), octets))
	encryptedContentInfo    = seq("EncryptedContentInfo", one("contentType", ber.TagOID, nil),
		one("contentEncryptionAlgorithm", ber.TagSequence, algorithmIdentifier), one("encryptedContent", context(0), nil))

	attribute = seq("Attribute", one("attrType", ber.TagOID, nil),
		field{name: "attrValues", tag: ber.TagSet, byOID: attributeTypes})
	attributes = listOf("Attributes", attribute)

	issuerAndSerialNumber = seq("IssuerAndSerialNumber", one("issuer", ber.TagSequence, distinguishedName), one("serialNumber", ber.TagInteger, nil))
	signerIdentifier      = choice("", one("issuerAndSerialNumber", ber.TagSequence, issuerAndSerialNumber), one("subjectKeyIdentifier", context(0), nil))

	certificateChoices = choice("", one("certificate", ber.TagSequence, certificate), one("extendedCertificate", context(0), nil),
		one("v1AttrCert", context(1), nil), one("v2AttrCert", context(2), nil), one("other", context(3), nil))
	revocationInfoChoice = choice("", one("crl", ber.TagSequence, certificateList), one("other", context(1), nil))

	signerInfo = seq("SignerInfo",
		one("version", ber.TagInteger, cmsVersion),
		one("sid", anyTag, signerIdentifier),
		one("digestAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("signedAttrs", context(0), attributes),
		one("signatureAlgorithm", ber.TagSequence, algorithmIdentifier),
		inside("signature", ber.TagOctetString, ecdsaSigValue),
		one("unsignedAttrs", context(1), attributes))
	signedData = seq("SignedData",
		one("version", ber.TagInteger, cmsVersion),
		one("digestAlgorithms", ber.TagSet, algorithmIdentifiers),
		one("encapContentInfo", ber.TagSequence, encapsulatedContentInfo),
		one("certificates", context(0), listOf("", certificateChoices)),
		one("crls", context(1), listOf("", revocationInfoChoice)),
		one("signerInfos", ber.TagSet, listOf("", signerInfo)))

	keyTransRecipientInfo = seq("KeyTransRecipientInfo",
		one("version", ber.TagInteger, cmsVersion),
		one("rid", anyTag, signerIdentifier),
		one("keyEncryptionAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("encryptedKey", ber.TagOctetString, nil))
	recipientKeyIdentifier = seq("RecipientKeyIdentifier", one("subjectKeyIdentifier", ber.TagOctetString, nil),
		one("date", ber.TagGeneralizedTime, nil), one("other", ber.TagSequence, nil))
	recipientEncryptedKey = seq("RecipientEncryptedKey",
		one("rid", anyTag, choice("", one("issuerAndSerialNumber", ber.TagSequence, issuerAndSerialNumber), one("rKeyId", context(0), recipientKeyIdentifier))),
		one("encryptedKey", ber.TagOctetString, nil))
	originatorPublicKey = seq("OriginatorPublicKey", one("algorithm", ber.TagSequence, algorithmIdentifier), one("publicKey", ber.TagBitString, nil))
	originator          = choice("", one("issuerAndSerialNumber", ber.TagSequence, issuerAndSerialNumber),
		one("subjectKeyIdentifier", context(0), nil), one("originatorKey", context(1), originatorPublicKey))
	keyAgreeRecipientInfo = seq("KeyAgreeRecipientInfo",
		one("version", ber.TagInteger, cmsVersion),
		inside("originator", context(0), originator),
		one("ukm", context(1), nil),
		one("keyEncryptionAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("recipientEncryptedKeys", ber.TagSequence, listOf("", recipientEncryptedKey)))
	kekRecipientInfo = seq("KEKRecipientInfo",
		one("version", ber.TagInteger, cmsVersion),
		one("kekid", ber.TagSequence, seq("KEKIdentifier", one("keyIdentifier", ber.TagOctetString, nil),
			one("date", ber.TagGeneralizedTime, nil), one("other", ber.TagSequence, nil))),
		one("keyEncryptionAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("encryptedKey", ber.TagOctetString, nil))
	passwordRecipientInfo = seq("PasswordRecipientInfo",
		one("version", ber.TagInteger, cmsVersion),
		one("keyDerivationAlgorithm", context(0), algorithmIdentifier),
		one("keyEncryptionAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("encryptedKey", ber.TagOctetString, nil))
	recipientInfos = listOf("RecipientInfos", choice("",
		one("ktri", ber.TagSequence, keyTransRecipientInfo), one("kari", context(1), keyAgreeRecipientInfo),
		one("kekri", context(2), kekRecipientInfo), one("pwri", context(3), passwordRecipientInfo), one("ori", context(4), nil)))
	originatorInfo = seq("OriginatorInfo", one("certs", context(0), listOf("", certificateChoices)), one("crls", context(1), listOf("", revocationInfoChoice)))
	envelopedData  = seq("EnvelopedData",
		one("version", ber.TagInteger, cmsVersion),
		one("originatorInfo", context(0), originatorInfo),
		one("recipientInfos", ber.TagSet, recipientInfos),
		one("encryptedContentInfo", ber.TagSequence, encryptedContentInfo),
		one("unprotectedAttrs", context(1), attributes))
)

// contentTypes are the contents of ContentInfo.
var contentTypes = map[string]*Type{
	"1.2.840.113549.1.7.1": octets,
	"1.2.840.113549.1.7.2": signedData,
	"1.2.840.113549.1.7.3": envelopedData,
	"1.2.840.113549.1.7.5": seq("DigestedData", one("version", ber.TagInteger, cmsVersion), one("digestAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("encapContentInfo", ber.TagSequence, encapsulatedContentInfo), one("digest", ber.TagOctetString, nil)),
	"1.2.840.113549.1.7.6": seq("EncryptedData", one("version", ber.TagInteger, cmsVersion),
		one("encryptedContentInfo", ber.TagSequence, encryptedContentInfo), one("unprotectedAttrs", context(1), attributes)),
	"1.2.840.113549.1.9.16.1.2": seq("AuthenticatedData",
		one("version", ber.TagInteger, cmsVersion),
		one("originatorInfo", context(0), originatorInfo),
		one("recipientInfos", ber.TagSet, recipientInfos),
		one("macAlgorithm", ber.TagSequence, algorithmIdentifier),
		one("digestAlgorithm", context(1), algorithmIdentifier),
		one("encapContentInfo", ber.TagSequence, encapsulatedContentInfo),
		one("authAttrs", context(2), attributes),
		one("mac", ber.TagOctetString, nil),
		one("unauthAttrs", context(3), attributes)),
	"1.2.840.113549.1.9.16.1.9": seq("CompressedData", one("version", ber.TagInteger, cmsVersion),
		one("compressionAlgorithm", ber.TagSequence, algorithmIdentifier), one("encapContentInfo", ber.TagSequence, encapsulatedContentInfo)),
	"1.2.840.113549.1.9.16.1.23": seq("AuthEnvelopedData",
		one("version", ber.TagInteger, cmsVersion),
		one("originatorInfo", context(0), originatorInfo),
		one("recipientInfos", ber.TagSet, recipientInfos),
		one("authEncryptedContentInfo", ber.TagSequence, encryptedContentInfo),
		one("authAttrs", context(1), attributes),
		one("mac", ber.TagOctetString, nil),
		one("unauthAttrs", context(2), attributes)),
}

// attributeTypes are the SETs of values of attributes.
var attributeTypes = map[string]*Type{}

func init() {
	hash := inside("hashAlgorithm", context(0), algorithmIdentifier)
	mask := inside("maskGenAlgorithm", context(1), algorithmIdentifier)
	pss := seq("RSASSA-PSS-params", hash, mask, inside("saltLength", context(2), octets), inside("trailerField", context(3), octets))
	oaep := seq("RSAES-OAEP-params", hash, mask, inside("pSourceAlgorithm", context(2), algorithmIdentifier))
	gcm := seq("GCMParameters", one("aes-nonce", ber.TagOctetString, nil), one("aes-ICVlen", ber.TagInteger, nil))
	pbkdf2 := seq("PBKDF2-params", one("salt", ber.TagOctetString, nil), one("iterationCount", ber.TagInteger, nil),
		one("keyLength", ber.TagInteger, nil), one("prf", ber.TagSequence, algorithmIdentifier))
	curve, iv := &Type{Name: "ECParameters namedCurve"}, &Type{Name: "IV"}
	for oid, t := range map[string]*Type{
		"1.2.840.113549.1.1.7":   oaep,
		"1.2.840.113549.1.1.8":   algorithmIdentifier, // MGF1: its hash function
		"1.2.840.113549.1.1.10":  pss,
		"1.2.840.113549.1.5.12":  pbkdf2,
		"1.2.840.10045.2.1":      curve,
		"1.2.840.113549.3.7":     iv,                                                               // DES-EDE3-CBC
		"1.3.14.3.2.7":           iv,                                                               // DES-CBC
		"2.16.840.1.101.3.4.1.2": iv, "2.16.840.1.101.3.4.1.22": iv, "2.16.840.1.101.3.4.1.42": iv, // AES-CBC
		"2.16.840.1.101.3.4.1.6": gcm, "2.16.840.1.101.3.4.1.26": gcm, "2.16.840.1.101.3.4.1.46": gcm,
		"2.16.840.1.101.3.4.1.7": gcm, "2.16.840.1.101.3.4.1.27": gcm, "2.16.840.1.101.3.4.1.47": gcm, // CCM's are the same
		"1.2.840.113549.1.9.16.3.9": algorithmIdentifier, // PWRI-KEK
		"1.3.132.1.11.0":            algorithmIdentifier, "1.3.132.1.11.1": algorithmIdentifier, "1.3.132.1.11.2": algorithmIdentifier, "1.3.132.1.11.3": algorithmIdentifier,
		"1.3.133.16.840.63.0.2": algorithmIdentifier, // ECDH: the key wrap
	} {
		algorithmParameters[oid] = t
	}
	for oid, t := range map[string]*Type{
		"1.2.840.113549.1.9.3":  {Name: "ContentType"},
		"1.2.840.113549.1.9.4":  {Name: "MessageDigest"},
		"1.2.840.113549.1.9.5":  {Name: "SigningTime"},
		"1.2.840.113549.1.9.6":  signerInfo, // countersignature
		"1.2.840.113549.1.9.14": extensions, // extensionRequest
		"1.2.840.113549.1.9.15": listOf("SMIMECapabilities", seq("SMIMECapability", one("capabilityID", ber.TagOID, nil),
			field{name: "parameters", tag: anyTag})),
	} {
		attributeTypes[oid] = listOf("", t)
	}
}
