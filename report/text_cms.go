package report

import (
	"fmt"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/escape"
	"sipsecdump/sipparse"
)

// cms writes an object: its tree, then a line for each signer and recipient that says what
// was established.
func (t *Text) cms(b *Buffer, c *CMS) {
	o := c.Object
	b.B = fmt.Appendf(b.B, "%sCMS %s in part %s of ", indentName, contentTypeName(o), c.Path)
	if c.Name != "" {
		b.B = escape.AppendText(b.B, c.Name)
	} else {
		b.B = append(b.B, "message "...)
		b.Slot()
	}
	b.B = append(b.B, ": "...)
	b.B = append(b.B, octets(len(o.Raw))...)
	if c.Repaired > 0 {
		b.B = fmt.Appendf(b.B, ", repaired (%s left out)", octets(c.Repaired))
	}
	b.B = append(b.B, '\n')
	b.B = o.AppendTree(b.B, cms.TreeOptions{Style: t.o.Tree, Color: t.o.Color})
	for _, is := range o.Issues {
		t.issue(b, sipparse.Issue(is))
	}
	for i := range c.Signers {
		t.signer(b, i+1, &c.Signers[i], c.Repaired)
	}
	if c.Decrypt != nil {
		t.decryption(b, o, c.Decrypt, c.Repaired)
	}
	t.plain(b, c)
	shown := ""
	for i := range c.Inside {
		shown = t.part(b, &c.Inside[i], shown)
	}
}

// signer writes what was established about signer n, and about those who signed its signature.
// repaired is how many octets were left out of the object, here and below: a verdict about repaired
// octets says so.
func (t *Text) signer(b *Buffer, n int, r *cms.SignerResult, repaired int) {
	start := len(b.B)
	b.B = fmt.Appendf(b.B, "%ssigner %d: ", indentName, n)
	b.B = appendIdentity(b.B, r.Signer.Issuer, r.Signer.SerialOctets, r.Signer.SKI)
	b.B = append(b.B, '\n')
	b.B = append(b.B, indentField...)
	tone := red
	switch {
	case r.Verified:
		tone = green
		b.B = append(b.B, "verified over "...)
		b.B = escape.AppendText(b.B, r.Over)
	case r.Tried:
		b.B = append(b.B, "NOT verified: "...)
		b.B = appendReason(b.B, r.Detail, r.Reason)
	default:
		b.B = append(b.B, "not verified: "...)
		b.B = appendReason(b.B, r.Detail, r.Reason)
	}
	if repaired > 0 {
		b.B = append(b.B, "; the signature is read from repaired octets"...)
	}
	b.B = append(b.B, '\n')
	if r.Certificate != nil {
		t.certificate(b, r.Certificate, r.CertificateSource)
		t.chain(b, indentField+"chain: ", &r.Chain)
	}
	if r.Identity != nil {
		b.B = append(b.B, indentField+"identity: "...)
		b.B = appendCertificateIdentity(b.B, r.Identity)
	}
	t.color(b, start, tone)
	for i := range r.Countersignatures {
		b.B = fmt.Appendf(b.B, "%scountersignature of signer %d:\n", indentName, n)
		t.signer(b, i+1, &r.Countersignatures[i], repaired)
	}
}

// certificate writes whose certificate was used, and where it came from.
func (t *Text) certificate(b *Buffer, c *pki.Certificate, source string) {
	b.B = append(b.B, indentField+"certificate: "...)
	b.B = escape.AppendText(b.B, c.Subject.String())
	b.B = append(b.B, ", serial "...)
	b.B = append(b.B, SerialHex(c.SerialOctets)...)
	switch source {
	case "message":
		b.B = append(b.B, ", from the message"...)
	case "given":
		b.B = append(b.B, ", given in "...)
		b.B = escape.AppendText(b.B, c.Source)
	case "seen":
		b.B = append(b.B, ", seen earlier in the capture"...)
	}
	b.B = append(b.B, '\n')
}

func (t *Text) decryption(b *Buffer, o *cms.Object, d *cms.Decryption, repaired int) {
	recipients := o.Recipients()
	for i := range d.Recipients {
		start := len(b.B)
		ri, r := &recipients[i], &d.Recipients[i]
		b.B = fmt.Appendf(b.B, "%srecipient %d: ", indentName, i+1)
		b.B = appendRecipient(b.B, ri)
		b.B = append(b.B, '\n')
		b.B = append(b.B, indentField...)
		tone := red
		switch {
		case r.Matched && i == d.Recipient:
			tone = green
			b.B = append(b.B, "opened with "...)
			b.B = escape.AppendText(b.B, r.By)
			if r.Cert == nil && (ri.Kind == "ktri" || ri.Kind == "kari") {
				b.B = append(b.B, "; no certificate at hand names this recipient"...)
			}
		case r.Matched && r.Reason == "":
			tone = green
			b.B = append(b.B, "matches "...)
			b.B = escape.AppendText(b.B, r.By)
			if d.Recipient >= 0 {
				b.B = append(b.B, "; another recipient's was used"...)
			}
		default:
			b.B = append(b.B, "not opened: "...)
			b.B = appendReason(b.B, r.Detail, r.Reason)
		}
		b.B = append(b.B, '\n')
		t.color(b, start, tone)
	}
	start := len(b.B)
	b.B = append(b.B, indentName+"content: "...)
	tone := red
	switch {
	case d.Decrypted:
		tone = green
		b.B = fmt.Appendf(b.B, "decrypted, %s, %s", octets(len(d.Content)), oidName(o.EncryptedContent().ContentEncryptionAlgorithm.OID))
	case d.Authenticated:
		tone = green
		b.B = fmt.Appendf(b.B, "authenticated, %s, %s", octets(len(d.Content)), oidName(o.Authenticated.MACAlgorithm.OID))
	case o.Authenticated != nil:
		b.B = append(b.B, "not authenticated: "...)
		b.B = appendReason(b.B, d.Detail, d.Reason)
	default:
		b.B = append(b.B, "not decrypted: "...)
		b.B = appendReason(b.B, d.Detail, d.Reason)
	}
	if repaired > 0 {
		b.B = append(b.B, "; over repaired octets"...)
	}
	b.B = append(b.B, '\n')
	if d.Decrypted && len(recipients) == 0 {
		b.B = append(b.B, indentField...)
		b.B = escape.AppendText(b.B, d.Detail)
		b.B = append(b.B, '\n')
	}
	t.color(b, start, tone)
}

// plain writes what became of content that needs no key.
func (t *Text) plain(b *Buffer, c *CMS) {
	start := len(b.B)
	ok, reason, detail := true, "", ""
	switch {
	case c.Decompress != nil:
		ok, reason, detail = c.Decompress.Reason == "", c.Decompress.Reason, c.Decompress.Detail
		b.B = append(b.B, indentName+"content: decompressed, "...)
	case c.Digest != nil:
		ok, reason, detail = c.Digest.Matched, c.Digest.Reason, c.Digest.Detail
		b.B = append(b.B, indentName+"content: the digest matches, "...)
	default:
		return
	}
	tone := green
	if ok {
		b.B = append(b.B, octets(len(c.Content()))...)
	} else {
		tone = red
		b.B = append(b.B[:start], indentName+"content: not established: "...)
		b.B = appendReason(b.B, detail, reason)
	}
	b.B = append(b.B, '\n')
	t.color(b, start, tone)
}

// appendReason appends why something was not established: a sentence and its stable code.
func appendReason(b []byte, detail, reason string) []byte {
	b = append(escape.AppendText(b, detail), " ["...)
	return append(append(b, reason...), ']')
}

// appendRecipient names a recipient as the object does.
func appendRecipient(b []byte, r *cms.RecipientInfo) []byte {
	switch r.Kind {
	case "kekri":
		b = append(b, "key encryption key "...)
		return append(b, hexOf(r.KeyID)...)
	case "pwri":
		return append(b, "passphrase"...)
	case "ori":
		return append(append(b, "of another kind, "...), oidName(r.OtherType)...)
	}
	return appendIdentity(b, r.Issuer, r.SerialOctets, r.SKI)
}

// appendIdentity names a signer or recipient as the object does.
func appendIdentity(b []byte, issuer pki.Name, serial, ski []byte) []byte {
	if serial != nil {
		b = append(b, "serial "...)
		b = append(b, SerialHex(serial)...)
		b = append(b, " of "...)
		return escape.AppendText(b, issuer.String())
	}
	if ski != nil {
		b = append(b, "subject key identifier "...)
		return append(b, hexOf(ski)...)
	}
	return append(b, "named by neither issuer and serial nor key identifier"...)
}
