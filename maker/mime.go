package maker

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"time"
)

// entity is a MIME entity (RFC 2045): header lines without their CRLF, and a body.
type entity struct {
	header []string
	body   []byte
}

func (e entity) encode() []byte {
	var b bytes.Buffer
	for _, line := range e.header {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(e.body)
	return b.Bytes()
}

// smime makes the bodies of messages.
type smime struct {
	options   CMS
	sender    *identity // signs
	recipient *identity // decrypts
	random    *rand.Rand
	at        time.Time
}

// greeting is what every MESSAGE says.
const greeting = "Hello!\r\n"

// plain is the text alone.
func (m *smime) plain() (entity, error) {
	return entity{[]string{"Content-Type: text/plain"}, []byte(greeting)}, nil
}

// text is the entity that is signed or encrypted.
func (m *smime) text() entity {
	return entity{[]string{"Content-Type: text/plain", "Content-Transfer-Encoding: binary"}, []byte(greeting)}
}

func (m *smime) signed() (entity, error) { return m.sign(m.text()) }

// encrypted is RFC 8551, Section 3.3.
func (m *smime) encrypted() (entity, error) {
	cms, err := m.options.encrypt(m.text().encode(), m.recipient.Leaf)
	if err != nil {
		return entity{}, err
	}
	body, encoding := m.transferEncode(cms)
	return entity{[]string{
		"Content-Type: application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m",
		"Content-Disposition: attachment;handling=required;filename=smime.p7m",
		"Content-Transfer-Encoding: " + encoding,
	}, body}, nil
}

// signedEncrypted encrypts, then signs, as RFC 6216, Section 4.3.
func (m *smime) signedEncrypted() (entity, error) {
	e, err := m.encrypted()
	if err != nil {
		return entity{}, err
	}
	return m.sign(e)
}

// sign makes a multipart/signed entity (RFC 1847, Section 2.1; RFC 8551, Section 3.5.3).
// The CRLF before a boundary belongs to the boundary and is not signed.
func (m *smime) sign(e entity) (entity, error) {
	part := e.encode()
	cms, err := m.options.sign(part, m.sender, m.at)
	if err != nil {
		return entity{}, err
	}
	body, encoding := m.transferEncode(cms)
	signature := entity{[]string{
		"Content-Type: application/pkcs7-signature;name=smime.p7s",
		"Content-Disposition: attachment;handling=required;filename=smime.p7s",
		"Content-Transfer-Encoding: " + encoding,
	}, body}
	boundary := fmt.Sprintf("%016x", m.random.Uint64())
	var b bytes.Buffer
	fmt.Fprintf(&b, "--%s\r\n%s\r\n--%[1]s\r\n%[3]s\r\n--%[1]s--\r\n", boundary, part, signature.encode())
	return entity{[]string{
		fmt.Sprintf(`Content-Type: multipart/signed;boundary=%s;micalg=%s;protocol="application/pkcs7-signature"`, boundary, m.options.micalg()),
	}, b.Bytes()}, nil
}

func (c *CMS) micalg() string {
	for _, d := range digests {
		if d.name == c.Digest {
			return d.micalg
		}
	}
	panic("maker: digest " + c.Digest + " was not resolved")
}

// transferEncode returns the octets as they travel and the name of the encoding.
func (m *smime) transferEncode(cms []byte) ([]byte, string) {
	if !m.options.Base64 {
		return cms, "binary"
	}
	const line = 76 // RFC 2045, Section 6.8
	text := base64.StdEncoding.AppendEncode(nil, cms)
	var b bytes.Buffer
	for len(text) > line {
		b.Write(text[:line])
		b.WriteString("\r\n")
		text = text[line:]
	}
	b.Write(text)
	return b.Bytes(), "base64"
}
