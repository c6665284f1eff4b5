package interop

import (
	"fmt"

	"sipsecdump/tlsparse"
)

// The alerts whose likely cause depends on what came before (RFC 8446, Section 6.2, and the
// documents of causes).
const (
	handshakeFailure     tlsparse.AlertDescription = 40
	noCertificate        tlsparse.AlertDescription = 41
	badCertificate       tlsparse.AlertDescription = 42
	unsupportedCert      tlsparse.AlertDescription = 43
	certificateRevoked   tlsparse.AlertDescription = 44
	certificateExpired   tlsparse.AlertDescription = 45
	certificateUnknown   tlsparse.AlertDescription = 46
	unknownCA            tlsparse.AlertDescription = 48
	accessDenied         tlsparse.AlertDescription = 49
	decodeError          tlsparse.AlertDescription = 50
	protocolVersion      tlsparse.AlertDescription = 70
	insufficientSecurity tlsparse.AlertDescription = 71
	unrecognizedName     tlsparse.AlertDescription = 112
	certificateRequired  tlsparse.AlertDescription = 116

	userCanceled tlsparse.AlertDescription = 90 // the one that is no failure, beside close_notify
)

// cause is the likely cause of an alert, with the section that says when it is sent; "" if there
// is nothing to say.
func (h *handshake) cause(a *alert) string {
	sender, other := sides[a.dir], sides[a.dir^1]
	theirs := &h.shown[a.dir^1]
	var text, section string
	switch d := a.Description; d {
	case handshakeFailure:
		text, section = h.handshakeFailureCause(a)
	case protocolVersion:
		section = "RFC 8446, Section 4.1.3; RFC 5246, Appendix E.1"
		text = fmt.Sprintf("the %s does not take the %s's version", sender, other)
		switch {
		case a.dir == tlsparse.ServerToClient && h.answer.record == 0 && h.offer.record > 0:
			text += fmt.Sprintf(", of which %v is the newest", h.offer.version)
		case a.dir == tlsparse.ClientToServer && h.answer.record > 0:
			text += fmt.Sprintf(", %v", h.answer.version)
		}
	case insufficientSecurity:
		text, section = fmt.Sprintf("what the %s has is weaker than the %s demands", other, sender), "RFC 5246, Section 7.2.2"
	case noCertificate, certificateRequired:
		text, section = "the server demands a certificate, and the client has none", "RFC 8446, Section 6.2"
	case unrecognizedName:
		section = "RFC 6066, Section 3"
		text = "the server has no certificate for the name that the client asks for"
		if h.offer.name != "" {
			text += fmt.Sprintf(", %q", short(h.offer.name))
		}
	case unknownCA, certificateExpired, badCertificate, unsupportedCert, certificateRevoked, certificateUnknown, accessDenied:
		if theirs.record == 0 {
			return ""
		}
		text, section = certificateCause(d, sender, other, theirs)
	default:
		c := causes[d]
		text, section = c.text, c.section
		if d == decodeError && h.abrupt && h.first != a.dir && !h.lost && !h.muffled[h.first] {
			text, section = fmt.Sprintf("the %s closed the connection without close_notify, which OpenSSL 3 answers like this", other), "RFC 5246, Section 7.2.1; RFC 8446, Section 6.1"
		}
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf("; the likely cause: %s (%s)", text, section)
}

// handshakeFailureCause goes by how far the handshake had come.
func (h *handshake) handshakeFailureCause(a *alert) (text, section string) {
	client := &h.shown[tlsparse.ClientToServer]
	switch {
	case a.dir == tlsparse.ServerToClient && h.answer.record == 0:
		return "the server takes none of the cipher suites, groups and signature algorithms that the client offers, or has no certificate for them", "RFC 5246, Section 7.4.1.3; RFC 8446, Section 4.1.1"
	case a.dir == tlsparse.ServerToClient && h.requested > 0 && client.record > 0 && client.count == 0:
		return "the server demands a certificate, and the client has none", "RFC 5246, Section 7.4.6"
	case a.dir == tlsparse.ClientToServer && h.answer.record > 0 && h.offer.secure && !h.answer.extensions.has(hasRenegotiation) && age(h.answer.version) <= age(tlsparse.TLS12):
		return "the server does not answer renegotiation_info", "RFC 5746, Section 3.4"
	case a.dir == tlsparse.ClientToServer && h.answer.record > 0:
		return "the client does not take what the server chose", "RFC 5246, Section 7.2.2"
	}
	return "", ""
}

// certificateCause speaks of the certificate that the other side showed.
func certificateCause(d tlsparse.AlertDescription, sender, other string, theirs *shown) (text, section string) {
	switch {
	case theirs.count == 0:
		return fmt.Sprintf("the %s showed no certificate", other), "RFC 5246, Section 7.4.6"
	case theirs.own == nil:
		return "", ""
	}
	whose := fmt.Sprintf("the %s's certificate, %s", other, name(theirs.own.Subject))
	switch d {
	case unknownCA:
		if theirs.selfSigned() {
			return fmt.Sprintf("the %s does not trust %s, which is signed with its own key", sender, whose), pathSection
		}
		return fmt.Sprintf("the %s does not trust the CA %s of %s, or lacks a certificate between them", sender, name(theirs.own.Issuer), whose), pathSection
	case certificateExpired:
		if len(theirs.invalid) > 0 {
			return theirs.invalid[0].text, "RFC 5280, Section 4.1.2.5"
		}
		return fmt.Sprintf("the %s's clock is wrong, since when the capture was made %s was valid", sender, whose), "RFC 5280, Section 4.1.2.5"
	case badCertificate, certificateUnknown:
		return fmt.Sprintf("the %s refuses %s: it cannot be read, its signature does not verify, or it is for another name or use", sender, whose), "RFC 5246, Section 7.2.2; RFC 5922, Section 7.3"
	case unsupportedCert:
		return fmt.Sprintf("%s has a key or a usage that the %s does not take", whose, sender), "RFC 5246, Section 7.2.2"
	case certificateRevoked:
		return fmt.Sprintf("the CA has revoked %s", whose), "RFC 5280, Section 6.3"
	}
	return fmt.Sprintf("the %s knows whose %s is, and does not let in whom it names", sender, whose), "RFC 5246, Section 7.2.2"
}

// causes are those of alerts that do not depend on what came before.
var causes = map[tlsparse.AlertDescription]struct{ text, section string }{
	10:  {"a message came that does not belong there", "RFC 5246, Section 7.2.2"},
	20:  {"the two sides have different keys, or a record was damaged on the way", "RFC 5246, Section 7.2.2"},
	21:  {"a record could not be decrypted; nobody should send this alert any more", "RFC 5246, Section 7.2.2"},
	22:  {"a record is longer than allowed", "RFC 5246, Section 7.2.2"},
	30:  {"compressed data could not be expanded", "RFC 5246, Section 7.2.2"},
	47:  {"a field has a value that is out of range or contradicts another", "RFC 5246, Section 7.2.2"},
	50:  {"a message could not be read", "RFC 5246, Section 7.2.2"},
	51:  {"a signature or a Finished message did not verify", "RFC 5246, Section 7.2.2"},
	60:  {"the keys do not keep to export restrictions", "RFC 5246, Section 7.2.2"},
	80:  {"something failed in the sender that has nothing to do with the peer", "RFC 5246, Section 7.2.2"},
	86:  {"the client fell back to an older version, though the server has a newer one", "RFC 7507, Section 3"},
	90:  {"a person gave up", "RFC 5246, Section 7.2.2"},
	100: {"a peer asked for another handshake in the connection, and is refused", "RFC 5246, Section 7.2.2"},
	109: {"a hello lacks an extension that it must have", "RFC 8446, Section 9.2"},
	110: {"the server answered an extension that the client did not send", "RFC 5246, Section 7.4.1.4"},
	111: {"a certificate could not be had from the URL given", "RFC 6066, Section 9"},
	113: {"the OCSP response with the certificate was not acceptable", "RFC 6066, Section 9"},
	115: {"the server does not know the pre-shared key", "RFC 8446, Section 6.2"},
	120: {"the server speaks none of the application protocols offered", "RFC 7301, Section 3.2"},
}
