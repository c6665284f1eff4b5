package interop

import (
	"encoding/hex"
	"fmt"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// Connection looks at what happens in one connection. It is one goroutine's.
type Connection struct {
	set *Set
	finder
	shake *handshake // nil while there is no TLS
	seen  map[use]struct{}

	// What checks see of the message and the object at hand: the memory is used again.
	message message
	object  object
}

// NewConnection returns a Connection that has seen nothing. yield takes its findings, which
// are its own to keep.
func (s *Set) NewConnection(yield func(*report.Finding)) *Connection {
	return &Connection{set: s, finder: finder{yield: yield}}
}

// message is a SIP message as a check sees it.
type message struct {
	*finder
	*report.SIP
	time time.Time // of the packet
	at   time.Time // when validity is judged
}

// isCut tells whether the capture or the message lacks octets of the body: what is missing in it
// says nothing then.
func (m *message) isCut() bool {
	return m.Incomplete || len(m.Body) < m.Message.ContentLength
}

// object is a CMS object in a message.
type object struct {
	*message
	*report.CMS
	part  *report.Part // that holds it
	place int          // of part in Parts
}

// found tells what was seen in the object's part.
func (o *object) found(format string, args ...any) { o.foundIn(o.part.Path, format, args...) }

// certificate is a certificate that somebody showed.
type certificate struct {
	*finder
	*pki.Certificate
	// Who showed it, or signed with its key: exactly one is set. Of a handshake, dir is the side,
	// and position its place in the list, 0 the side's own.
	object   *object
	shake    *handshake
	dir      tlsparse.Dir
	position int
}

// Message looks at a message that came at some time; validity is judged at another.
func (c *Connection) Message(s *report.SIP, came, at time.Time) {
	c.about = report.Finding{InMessage: true, Record: recordOf(s)}
	c.sender = senderOf(s.Message)
	c.shake.request(s)
	m := &c.message
	*m = message{&c.finder, s, came, at}
	for _, c.rule = range c.set.message {
		c.rule.message(m)
	}
	for _, is := range s.Message.Issues {
		if s.Incomplete && !ofCut(is.Code) {
			continue // what is missing may be what was cut
		}
		c.told(c.set, sipIssue, is.Code, "", is.Section, is.Text, is.Offset)
	}
	for i := range s.Identities {
		for _, is := range s.Identities[i].Issues {
			c.told(c.set, identityIssue, is.Code, "", is.Section, is.Text, is.Offset)
		}
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		if !m.isCut() {
			for _, is := range p.Issues {
				c.told(c.set, mimeIssue, is.Code, p.Path, is.Section, is.Text, is.Offset)
			}
		}
		if p.CMS != nil {
			c.object = object{m, p.CMS, p, i}
			c.lookInto(&c.object)
		}
	}
}

// recordOf is the TLS record that completed the message; 0 if none did.
func recordOf(s *report.SIP) int {
	if s.Secured() {
		return s.Record
	}
	return 0
}

// lookInto looks at an object, and at the certificates in it.
func (c *Connection) lookInto(o *object) {
	for _, c.rule = range c.set.object {
		c.rule.object(o)
	}
	if !o.isCut() && !o.unlabelled() {
		var damage *Rule // one makes more of its kind
		for _, is := range o.Object.Issues {
			if a, ok := c.set.issues[issue{cmsIssue, is.Code}]; ok && len(a.alike) > 0 {
				if damage == a.Rule {
					continue
				}
				damage = a.Rule
			}
			c.told(c.set, cmsIssue, is.Code, o.part.Path, is.Section, is.Text, is.Offset)
		}
	}
	if o.Object.Signed == nil {
		return
	}
	about := c.about
	c.about.Part = o.part.Path
	for i, cert := range o.Object.Signed.Certificates {
		c.certificate(&certificate{finder: &c.finder, Certificate: cert, object: o, position: i})
	}
	for i := range o.Signers {
		if s := &o.Signers[i]; s.Verified { // so the certificate is the signer's, wherever it comes from
			c.certificate(&certificate{finder: &c.finder, Certificate: s.Certificate, object: o})
		}
	}
	c.about = about
}

// use is a certificate and what it was shown for.
type use struct {
	sha256 [32]byte
	tls    bool
	dir    tlsparse.Dir // the side that showed it in TLS
}

// certificate looks at a certificate, once for each thing that it is shown for. What is more than
// may be remembered is looked at again.
func (c *Connection) certificate(cert *certificate) {
	u := use{cert.SHA256, cert.shake != nil, cert.dir}
	if _, seen := c.seen[u]; seen {
		return
	}
	if len(c.seen) < maxCertificatesTold {
		if c.seen == nil {
			c.seen = make(map[use]struct{})
		}
		c.seen[u] = struct{}{}
	}
	c.about.Certificate = hex.EncodeToString(cert.SHA256[:])
	for _, c.rule = range c.set.certificate {
		c.rule.certificate(cert)
	}
	for _, f := range cert.Findings {
		c.told(c.set, certificateIssue, f.Code, "", f.Section, cert.whose()+": "+f.Text, f.Offset)
	}
	c.about.Certificate = ""
}

// whose is the certificate in words.
func (c *certificate) whose() string {
	subject := name(c.Subject)
	switch {
	case c.shake == nil:
		return subject
	case c.position > 0:
		return fmt.Sprintf("%s (number %d in the %s's list)", subject, c.position+1, sides[c.dir])
	}
	return fmt.Sprintf("%s of the %s", subject, sides[c.dir])
}
