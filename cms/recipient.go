package cms

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// RecipientInfo is RFC 5652, Section 6.2. The recipient of "ktri" and "kari" is named by Issuer
// and SerialOctets or by SKI, that of "kekri" by KeyID.
type RecipientInfo struct {
	Kind                   string // "ktri", "kari", "kekri", "pwri", "ori"
	Version                int
	Issuer                 pki.Name
	SerialOctets           []byte // nil if named by SKI
	SKI                    []byte
	KeyID                  []byte                  // kekri: of the key encryption key
	Originator             Originator              // kari
	UKM                    []byte                  // kari: the user keying material; nil if absent
	KeyDerivationAlgorithm pki.AlgorithmIdentifier // pwri; zero if absent
	KeyEncryptionAlgorithm pki.AlgorithmIdentifier
	EncryptedKey           []byte
	OtherType              pki.OID // ori

	incomplete bool // not all could be read
}

// Originator is RFC 5652, Section 6.2.2's OriginatorIdentifierOrKey: a certificate named in one
// of two ways, or a public key.
type Originator struct {
	Issuer       pki.Name
	SerialOctets []byte // nil if not named so
	SKI          []byte // nil if not named so
	Algorithm    pki.AlgorithmIdentifier
	PublicKey    []byte // nil if a certificate is named
}

func (p *parser) recipientInfos(c *ber.Cursor) (recipients []RecipientInfo) {
	const section = "RFC 5652, Section 6.2"
	list, ok := p.set(c, section, "recipientInfos")
	for ok && !list.Empty() {
		if len(recipients) >= p.limits.Recipients {
			p.issue("recipient-limit", list.Offset(), "", "there are more than %d recipients; the rest is not read", p.limits.Recipients)
			break
		}
		element, err := list.Next()
		if err != nil {
			p.damage(err, section, "recipientInfos")
			if element.Raw == nil || !element.Constructed {
				break
			}
		}
		if element.Is(ber.ContextSpecific, 1) {
			recipients = p.keyAgreement(recipients, element, err == nil)
			continue
		}
		r := p.recipientInfo(element)
		r.incomplete = r.incomplete || err != nil
		recipients = append(recipients, r)
	}
	return recipients
}

// recipientInfo reads all alternatives of RFC 5652, Section 6.2 but kari:
//
//	RecipientInfo ::= CHOICE {
//	  ktri KeyTransRecipientInfo,
//	  kari [1] KeyAgreeRecipientInfo,
//	  kekri [2] KEKRecipientInfo,
//	  pwri [3] PasswordRecipientInfo,
//	  ori [4] OtherRecipientInfo }
func (p *parser) recipientInfo(e ber.Element) RecipientInfo {
	r := RecipientInfo{incomplete: true}
	in := e.Children()
	switch {
	case e.Is(ber.Universal, ber.TagSequence):
		p.keyTransport(&r, &in)
	case e.Is(ber.ContextSpecific, 2):
		p.keyEncryptionKey(&r, &in)
	case e.Is(ber.ContextSpecific, 3):
		p.password(&r, &in)
	case e.Is(ber.ContextSpecific, 4):
		p.otherRecipient(&r, &in)
	default:
		p.issue("unexpected-tag", e.Offset, "RFC 5652, Section 6.2", "recipientInfos: there is no such alternative")
	}
	return r
}

// recipientVersion reads the version and notes one that is not wanted.
func (p *parser) recipientVersion(r *RecipientInfo, c *ber.Cursor, want int, section, name string) (ok bool) {
	at := c.Offset()
	if r.Version, ok = p.version(c, section); ok && r.Version != want {
		p.issue("version-mismatch", at, section, "the version of %s is %d, and must be %d", name, r.Version, want)
	}
	return ok
}

// encryptedKey reads the two fields that most alternatives end in.
func (p *parser) encryptedKey(r *RecipientInfo, c *ber.Cursor, section, name string) {
	var ok bool
	if r.KeyEncryptionAlgorithm, ok = p.algorithm(c, section, "keyEncryptionAlgorithm"); !ok {
		return
	}
	if r.EncryptedKey, ok = p.octets(c, section, "encryptedKey"); !ok {
		return
	}
	if err := c.Finish(); err != nil {
		p.damage(err, section, name)
	}
	r.incomplete = false
}

// keyTransport reads RFC 5652, Section 6.2.1:
//
//	KeyTransRecipientInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  rid RecipientIdentifier,
//	  keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
//	  encryptedKey EncryptedKey }
func (p *parser) keyTransport(r *RecipientInfo, c *ber.Cursor) {
	const section = "RFC 5652, Section 6.2.1"
	r.Kind = "ktri"
	at := c.Offset()
	var ok bool
	if r.Version, ok = p.version(c, section); !ok {
		return
	}
	if r.Issuer, r.SerialOctets, r.SKI, ok = p.identifier(c, section, "rid"); !ok {
		return
	}
	want := 0
	if r.SerialOctets == nil {
		want = 2
	}
	if r.Version != want {
		p.issue("version-mismatch", at, section, "the version of KeyTransRecipientInfo is %d, its rid asks for %d", r.Version, want)
	}
	p.encryptedKey(r, c, section, "KeyTransRecipientInfo")
}

// keyAgreement reads RFC 5652, Section 6.2.2, and appends an entry for each recipient; one if
// none could be read.
//
//	KeyAgreeRecipientInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  originator [0] EXPLICIT OriginatorIdentifierOrKey,
//	  ukm [1] EXPLICIT OCTET STRING OPTIONAL,
//	  keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
//	  recipientEncryptedKeys SEQUENCE OF SEQUENCE {
//	    rid KeyAgreeRecipientIdentifier,
//	    encryptedKey EncryptedKey } }
func (p *parser) keyAgreement(list []RecipientInfo, e ber.Element, whole bool) []RecipientInfo {
	const section = "RFC 5652, Section 6.2.2"
	r := RecipientInfo{Kind: "kari", incomplete: true}
	in := e.Children()
	if !p.recipientVersion(&r, &in, 3, section, "KeyAgreeRecipientInfo") || !p.originator(&r, &in) {
		return append(list, r)
	}
	if in.PeekIs(ber.ContextSpecific, 1) {
		ukm, err := in.Explicit(1)
		if err == nil {
			r.UKM, err = ukm.OctetString()
		}
		if err != nil {
			p.damage(err, section, "ukm")
			return append(list, r)
		}
	}
	var ok bool
	if r.KeyEncryptionAlgorithm, ok = p.algorithm(&in, section, "keyEncryptionAlgorithm"); !ok {
		return append(list, r)
	}
	keys, ok := p.sequence(&in, section, "recipientEncryptedKeys")
	if !ok || keys.Empty() {
		return append(list, r)
	}
	for !keys.Empty() {
		if len(list) >= p.limits.Recipients {
			p.issue("recipient-limit", keys.Offset(), "", "there are more than %d recipients; the rest is not read", p.limits.Recipients)
			return list
		}
		each := r
		key, ok := p.sequence(&keys, section, "RecipientEncryptedKey")
		if ok {
			each.incomplete = !p.agreedKey(&each, &key) || !whole
		}
		list = append(list, each)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "KeyAgreeRecipientInfo")
	}
	return list
}

// originator reads RFC 5652, Section 6.2.2:
//
//	OriginatorIdentifierOrKey ::= CHOICE {
//	  issuerAndSerialNumber IssuerAndSerialNumber,
//	  subjectKeyIdentifier [0] SubjectKeyIdentifier,
//	  originatorKey [1] SEQUENCE { algorithm AlgorithmIdentifier, publicKey BIT STRING } }
func (p *parser) originator(r *RecipientInfo, c *ber.Cursor) (ok bool) {
	const section = "RFC 5652, Section 6.2.2"
	choice, ok := p.constructed(c, ber.ContextSpecific, 0, section, "originator")
	if !ok {
		return false
	}
	o := &r.Originator
	key, present, err := choice.Optional(ber.ContextSpecific, 1)
	if !present {
		o.Issuer, o.SerialOctets, o.SKI, ok = p.identifier(&choice, section, "originator")
		return ok
	}
	if err == nil {
		in := key.Children()
		if o.Algorithm, err = pki.ReadAlgorithmIdentifier(&in); err == nil {
			var bits ber.Element
			if bits, err = in.Expect(ber.Universal, ber.TagBitString); err == nil {
				o.PublicKey, _, err = bits.BitString()
			}
		}
	}
	if err != nil {
		p.damage(err, section, "originatorKey")
	}
	return err == nil
}

// agreedKey reads what is each recipient's own:
//
//	KeyAgreeRecipientIdentifier ::= CHOICE {
//	  issuerAndSerialNumber IssuerAndSerialNumber,
//	  rKeyId [0] IMPLICIT SEQUENCE { subjectKeyIdentifier OCTET STRING, ... } }
func (p *parser) agreedKey(r *RecipientInfo, c *ber.Cursor) (ok bool) {
	const section = "RFC 5652, Section 6.2.2"
	id, present, err := c.Optional(ber.ContextSpecific, 0)
	switch {
	case err != nil:
		p.damage(err, section, "rKeyId")
		return false
	case present:
		in := id.Children()
		if r.SKI, ok = p.octets(&in, section, "rKeyId"); !ok {
			return false
		}
	default:
		if r.Issuer, r.SerialOctets, _, ok = p.identifier(c, section, "rid"); !ok {
			return false
		}
	}
	if r.EncryptedKey, ok = p.octets(c, section, "encryptedKey"); !ok {
		return false
	}
	if err := c.Finish(); err != nil {
		p.damage(err, section, "RecipientEncryptedKey")
	}
	return true
}

// keyEncryptionKey reads RFC 5652, Section 6.2.3:
//
//	KEKRecipientInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  kekid SEQUENCE {
//	    keyIdentifier OCTET STRING,
//	    date GeneralizedTime OPTIONAL,
//	    other OtherKeyAttribute OPTIONAL },
//	  keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
//	  encryptedKey EncryptedKey }
func (p *parser) keyEncryptionKey(r *RecipientInfo, c *ber.Cursor) {
	const section = "RFC 5652, Section 6.2.3"
	r.Kind = "kekri"
	if !p.recipientVersion(r, c, 4, section, "KEKRecipientInfo") {
		return
	}
	id, ok := p.sequence(c, section, "kekid")
	if !ok {
		return
	}
	if r.KeyID, ok = p.octets(&id, section, "keyIdentifier"); !ok {
		return
	}
	p.encryptedKey(r, c, section, "KEKRecipientInfo")
}

// password reads RFC 5652, Section 6.2.4:
//
//	PasswordRecipientInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  keyDerivationAlgorithm [0] IMPLICIT KeyDerivationAlgorithmIdentifier OPTIONAL,
//	  keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
//	  encryptedKey EncryptedKey }
func (p *parser) password(r *RecipientInfo, c *ber.Cursor) {
	const section = "RFC 5652, Section 6.2.4"
	r.Kind = "pwri"
	if !p.recipientVersion(r, c, 0, section, "PasswordRecipientInfo") {
		return
	}
	derivation, present, err := c.Optional(ber.ContextSpecific, 0)
	if err == nil && present {
		r.KeyDerivationAlgorithm, err = pki.ReadImplicitAlgorithm(&derivation)
	}
	if err != nil {
		p.damage(err, section, "keyDerivationAlgorithm")
		return
	}
	p.encryptedKey(r, c, section, "PasswordRecipientInfo")
}

// otherRecipient reads RFC 5652, Section 6.2.5, and of it the type only:
//
//	OtherRecipientInfo ::= SEQUENCE { oriType OBJECT IDENTIFIER, oriValue ANY DEFINED BY oriType }
func (p *parser) otherRecipient(r *RecipientInfo, c *ber.Cursor) {
	r.Kind = "ori"
	var ok bool
	if r.OtherType, ok = p.oid(c, "RFC 5652, Section 6.2.5", "oriType"); ok {
		r.incomplete = false
	}
}
