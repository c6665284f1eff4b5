package pki

import "slices"

// Purpose is what a certificate is presented for.
type Purpose uint8

// The purposes. Extended key usages are asked of all certificates of a path, as OpenSSL does,
// though RFC 5280, Section 4.2.1.12 speaks of end entities; those of SIP of the end entity only.
const (
	AnyPurpose Purpose = iota
	// SIPServer and SIPClient are the two sides of TLS (RFC 5922, RFC 5924).
	SIPServer
	SIPClient
	// SMIMESigner signs messages (RFC 8550, Section 4.4, RFC 3261, Section 23).
	SMIMESigner
)

// purposeRule is what a purpose asks of extensions that are there.
type purposeRule struct {
	keyUsage        uint16 // one of these
	keyUsageName    string
	extended        OID // or anyExtendedKeyUsage
	extendedName    string
	extendedSection string
	sip             bool // sipDomain too, of the end entity
}

var purposeRules = map[Purpose]purposeRule{
	SIPServer: {
		KeyUsageDigitalSignature | KeyUsageKeyEncipherment | KeyUsageKeyAgreement, "digitalSignature, keyEncipherment or keyAgreement",
		oidServerAuth, "serverAuth", "RFC 5280, Section 4.2.1.12; RFC 6216, Section 6", true,
	},
	SIPClient: {
		KeyUsageDigitalSignature | KeyUsageKeyAgreement, "digitalSignature or keyAgreement",
		oidClientAuth, "clientAuth", "RFC 5280, Section 4.2.1.12", true,
	},
	SMIMESigner: {
		KeyUsageDigitalSignature, "digitalSignature",
		oidEmailProtection, "emailProtection", "RFC 8550, Section 4.4.4", false,
	},
}

// check returns what the purpose has against a certificate.
func (p Purpose) check(c *Certificate, leaf bool) (failures []PathFailure) {
	rule, ok := purposeRules[p]
	if !ok {
		return nil
	}
	fail := func(reason, section, text string) {
		failures = append(failures, PathFailure{c, reason, section, text})
	}
	if leaf && c.HasKeyUsage && c.KeyUsage&rule.keyUsage == 0 {
		text := "the key usage lacks " + rule.keyUsageName
		if p == SMIMESigner && c.KeyUsage&KeyUsageContentCommitment != 0 {
			text += "; it has contentCommitment, which RFC 8550, Section 4.4.2 takes and RFC 6216, Section 6 does not"
		}
		fail("key-usage", "RFC 5280, Section 4.2.1.3; RFC 6216, Section 6", text)
	}
	if len(c.ExtKeyUsage) == 0 || slices.Contains(c.ExtKeyUsage, oidAnyExtKeyUsage) {
		return failures
	}
	if !slices.Contains(c.ExtKeyUsage, rule.extended) {
		fail("extended-key-usage", rule.extendedSection, "the extended key usage has neither "+rule.extendedName+" nor anyExtendedKeyUsage")
	}
	if leaf && rule.sip && !slices.Contains(c.ExtKeyUsage, oidSIPDomain) {
		fail("extended-key-usage", "RFC 5924, Section 4; RFC 6216, Section 6", "the extended key usage has neither sipDomain nor anyExtendedKeyUsage")
	}
	return failures
}
