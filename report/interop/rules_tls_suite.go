package interop

import (
	"strings"

	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

const suiteSection = "RFC 9325, Section 4.1"

// tlsSuiteRules are about cipher suites, groups and signatures.
var tlsSuiteRules = []Rule{
	{
		ID: "tls-suite-null", Severity: report.Error,
		Sections: []string{suiteSection},
		Asks:     "no cipher suite that does not encrypt",
		Advice:   "take the NULL suites out of the server's and the client's list",
		hello:    chosen(nullCipher, "which does not encrypt"),
	},
	{
		ID: "tls-suite-anonymous", Severity: report.Error,
		Sections: []string{"RFC 5246, Appendix A.5", "RFC 5246, Appendix F.1.1.1"},
		Asks:     "no anonymous key exchange unless the application wants it, since anybody can be in the middle; SIP goes by the server's certificate",
		Advice:   "take the anonymous suites out of the server's and the client's list",
		hello:    chosen(anonymous, "in which nobody shows a certificate"),
	},
	{
		ID: "tls-suite-export", Severity: report.Error,
		Sections: []string{suiteSection},
		Asks:     "no cipher suites for export, of 40 or 56 bits",
		Advice:   "take the export suites out of the server's and the client's list",
		hello:    chosen(export, "whose keys are as weak as law once demanded"),
	},
	{
		ID: "tls-suite-rc4", Severity: report.Error,
		Sections: []string{"RFC 7465, Section 2", suiteSection},
		Asks:     "no cipher suites with RC4",
		Advice:   "take the RC4 suites out of the server's and the client's list",
		hello:    chosen(rc4, "whose cipher RC4 is broken"),
	},
	{
		ID: "tls-suite-short", Severity: report.Error,
		Sections: []string{suiteSection},
		Asks:     "no cipher suites of fewer than 112 bits",
		Advice:   "take the suites with DES and RC2 out of the server's and the client's list",
		hello:    chosen(shortKey, "whose keys have at most 56 bits"),
	},
	{
		ID: "tls-suite-3des", Severity: report.Warning,
		Sections: []string{suiteSection},
		Asks:     "no cipher suites of fewer than 128 bits; three keys of DES are worth 112",
		Advice:   "prefer AES with GCM",
		hello:    chosen(tripleDES, "whose cipher is worth 112 bits"),
	},
	{
		ID: "tls-suite-static", Severity: report.Note,
		Sections: []string{suiteSection, "RFC 3261, Section 26.3.1"},
		Asks:     "forward secrecy: RFC 9325 says that key transport by RSA and fixed Diffie-Hellman should not be negotiated, while RFC 3261 demands TLS_RSA_WITH_AES_128_CBC_SHA of all that speak TLS",
		Advice:   "prefer ECDHE; only where the server's key is to open captures is RSA key transport needed",
		hello:    chosen(staticKey, "which has no forward secrecy: the key of the server's certificate opens it for ever"),
	},
	{
		ID: "tls-suite-dhe", Severity: report.Warning,
		Sections: []string{suiteSection},
		Asks:     "that in TLS 1.2 ECDHE be negotiated and not Diffie-Hellman over integers, whose groups cannot be negotiated",
		Advice:   "prefer ECDHE",
		hello:    chosen(finiteField, "with ephemeral Diffie-Hellman over integers"),
	},
	{
		ID: "tls-suite-cbc", Severity: report.Note,
		Sections: []string{"RFC 7366, Section 1", "RFC 9325, Section 4.2"},
		Asks:     "authenticated encryption, or at least encrypt-then-MAC, since CBC with the MAC inside has let plaintext be guessed again and again",
		Advice:   "prefer AES with GCM, or negotiate encrypt_then_mac",
		hello: func(h *handshake) {
			if h.answer.weak&cbc != 0 && !h.answer.extensions.has(hasEncryptThenMAC) {
				h.foundAt(h.answer.record, "the server chose %v without encrypt_then_mac", h.answer.suite)
			}
		},
	},
	{
		ID: "tls-suites-offered", Severity: report.Warning,
		Sections: []string{suiteSection, "RFC 7465, Section 2"},
		Asks:     "that suites without encryption, with RC4 or with short keys not be negotiated; RC4 not even be offered",
		Advice:   "take them out of the client's list: an attacker or a careless server may choose them",
		hello: func(h *handshake) {
			if list := h.offer.weak.String(); list != "" {
				h.foundAt(h.offer.record, "of the cipher suites that the client offers are %s", list)
			}
		},
	},
	{
		ID: "tls-dh-group", Severity: report.Error,
		Sections: []string{"RFC 9325, Section 4.5"},
		Asks:     "groups of Diffie-Hellman of 2048 bits and more",
		Advice:   "give the server a group of 2048 bits, better one of RFC 7919, or ECDHE",
		hello: func(h *handshake) {
			if g := &h.group; g.bits > 0 && g.bits < 2048 {
				h.foundAt(g.record, "the server's group of Diffie-Hellman has %d bits", g.bits)
			}
		},
	},
	{
		ID: "tls-curve", Severity: report.Error,
		Sections: []string{"RFC 9325, Section 4.5"},
		Asks:     "no curves of fewer than 224 bits",
		Advice:   "have the server take x25519 or secp256r1",
		hello: func(h *handshake) {
			if g := &h.group; g.record > 0 && shortCurve(g.curve) {
				h.foundAt(g.record, "the server's curve is %v", g.curve)
			}
		},
	},
	{
		ID: "tls-signature-hash", Severity: report.Error,
		Sections: []string{"RFC 9155, Section 4", "RFC 9155, Section 5", "RFC 9325, Section 4.5"},
		Asks:     "no handshake signatures over MD5 or SHA-1",
		Advice:   "see that both sides have SHA-256 in signature_algorithms",
		hello: func(h *handshake) {
			for d := range h.signed {
				s := &h.signed[d]
				if s.record > 0 && (s.scheme>>8 == 1 || s.scheme>>8 == 2) {
					h.foundAt(s.record, "the %s signed with %v", sides[d], s.scheme)
				}
			}
		},
	},
	{
		ID: "tls-signature-algorithms", Severity: report.Error,
		Sections: []string{"RFC 9155, Section 2", "RFC 9325, Section 4.5"},
		Asks:     "that clients say by signature_algorithms that they want SHA-256; without it SHA-1 is meant",
		Advice:   "have the client send signature_algorithms",
		hello: func(h *handshake) {
			if o := &h.offer; o.record > 0 && !old(o.version) && !o.sslv2 && !o.extensions.has(hasSignatures) {
				h.foundAt(o.record, "the client offers %v without signature_algorithms", o.version)
			}
		},
	},
}

// chosen makes the check for a weakness of the suite that the server chose.
func chosen(w weakness, why string) func(*handshake) {
	return func(h *handshake) {
		if h.answer.weak&w != 0 {
			h.foundAt(h.answer.record, "the server chose %v, %s", h.answer.suite, why)
		}
	}
}

// shortCurve tells whether a curve has fewer than 224 bits: its name has the size.
func shortCurve(g tlsparse.NamedGroup) bool {
	for _, size := range []string{"160", "163", "192", "193"} {
		if name := g.Name(); strings.HasPrefix(name, "sec") && strings.Contains(name, size) {
			return true
		}
	}
	return false
}
