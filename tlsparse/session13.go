package tlsparse

import (
	"crypto/subtle"
	"fmt"
	"hash"
)

// stage is whose keys a direction uses in TLS 1.3 (RFC 8446, Section 7.1).
type stage uint8

const (
	stageEarly stage = iota // of a client that sends early data
	stageHandshake
	stageApplication
)

// traffic is the state of one direction in TLS 1.3. Which secret is in use is seen from the
// messages that change it, as long as they can be read; when they cannot, the tags tell.
type traffic struct {
	stage  stage
	secret []byte // of the opener; nil if there is none
	hash   suite13
}

// offersEarlyData tells whether encrypted records may come before the ServerHello.
func (s *Session) offersEarlyData() bool {
	n := s.current
	return n != nil && n.server == nil && n.client != nil && n.client.has(ExtEarlyData)
}

// firstStage is whose keys the first encrypted record of a direction has.
func (n *negotiation) firstStage(d Dir) stage {
	if n != nil && n.early && d == ClientToServer {
		return stageEarly
	}
	return stageHandshake
}

// secretKinds are the kinds of the traffic secrets; 0 is none.
var secretKinds = [2][3]SecretKind{
	ClientToServer: {SecretClientEarly, SecretClientHandshake, SecretClientTraffic},
	ServerToClient: {0, SecretServerHandshake, SecretServerTraffic},
}

// open13 decrypts a record of TLS 1.3.
func (s *Session) open13(d Dir, fragment []byte) {
	dir, n := &s.dirs[d], s.current
	if dir.keys != n {
		dir.forgetKeys()
		dir.keys, dir.traffic = n, traffic{stage: n.firstStage(d)}
	}
	if n == nil || n.client == nil || len(n.client.Random) == 0 {
		s.verdict.trouble(noHello("ClientHello"))
		return
	}
	buf := s.plain[:cap(s.plain)]
	var failure *Error
	if dir.opener != nil {
		plain, err := dir.opener.open(&s.rec, fragment, buf)
		if err == nil {
			s.opened13(dir, plain)
			return
		}
		failure = err
		if dir.opener.misses >= maxMisses {
			dir.opener.uncertain = false // it costs too much to go on searching
		}
	}
	// The keys may have changed unseen, or have become known only now.
	known := dir.opener != nil // the keys that the direction must have
	for _, c := range s.candidates(d) {
		o, err := newOpener13(c.suite, c.secret)
		if err != nil {
			continue
		}
		known = known || c.stage == dir.traffic.stage && c.stage != stageEarly
		o.uncertain = dir.misses < maxMisses && (dir.sealed > 0 || dir.unsure)
		plain, oerr := o.open(&s.rec, fragment, buf)
		if oerr == nil {
			dir.opener, dir.sealed, dir.unsure, dir.misses = o, 0, false, 0
			dir.traffic = traffic{c.stage, c.secret, c.suite}
			if !n.proved {
				n.origin = c.origin
			}
			s.opened13(dir, plain)
			if s.cfg.Export && c.kind != 0 {
				s.verdict.Export.add(c.kind, n.client.Random, c.logged)
			}
			return
		}
		if failure == nil {
			failure = oerr
		}
	}
	s.unopened13(d, known, failure)
}

// candidate is a traffic secret that may have come into use.
type candidate struct {
	stage  stage
	kind   SecretKind // 0 if it is in no key log
	logged []byte     // the secret of the key log
	secret []byte     // what it has become by a KeyUpdate
	suite  suite13
	origin origin
}

// candidates are the secrets of what may follow the direction's stage.
func (s *Session) candidates(d Dir) (list []candidate) {
	dir, n := &s.dirs[d], s.current
	t := &dir.traffic
	if dir.opener != nil && t.stage == stageApplication {
		// A KeyUpdate may have been lost.
		if dir.opener.uncertain {
			list = append(list, candidate{stage: stageApplication, secret: nextTrafficSecret(t.hash.hash, t.secret), suite: t.hash})
		}
		return list
	}
	from := t.stage
	if dir.opener != nil {
		from++
	}
	for st := from; st <= stageApplication; st++ {
		kind := secretKinds[d][st]
		if kind == 0 || s.cfg.Secrets == nil {
			continue
		}
		secret, ok := s.cfg.Secrets.Secret(kind, n.client.Random)
		if !ok {
			continue
		}
		for _, suite := range n.suites13(st) {
			if suite.hash.Size() != len(secret.Octets) {
				continue
			}
			c := candidate{st, kind, secret.Octets, secret.Octets, suite, secret.origin()}
			list = append(list, c)
			if st == stageApplication && (dir.unsure || dir.sealed > 0) {
				c.secret = nextTrafficSecret(suite.hash, c.secret)
				list = append(list, c)
			}
		}
	}
	return list
}

// suites13 are the suites that a stage can have: that of early data is the one of the earlier
// connection, which only the client's offer limits (RFC 8446, Section 4.2.10).
func (n *negotiation) suites13(st stage) (list []suite13) {
	if st != stageEarly {
		if n.server != nil {
			if suite, ok := suites13[n.server.CipherSuite]; ok {
				list = append(list, suite)
			}
		}
		return list
	}
	for i, c := range n.client.CipherSuites {
		if suite, ok := suites13[c]; ok && i < maxEarlySuites {
			list = append(list, suite)
		}
	}
	return list
}

// unopened13 tells why the record at hand stays closed; known tells that the right secret should
// have been among those tried.
func (s *Session) unopened13(d Dir, known bool, failure *Error) {
	dir, n := &s.dirs[d], s.current
	if failure != nil {
		dir.misses++
	}
	early := dir.traffic.stage == stageEarly
	switch {
	case dir.opener == nil && n.server != nil && !n.server.IsHelloRetryRequest() && suites13[n.server.CipherSuite].aead == nil:
		s.verdict.trouble(&trouble{ReasonSuite, fmt.Sprintf("records of the cipher suite %v cannot be decrypted yet", n.server.CipherSuite)})
	case s.cfg.secrets() == 0:
		s.verdict.trouble(n.ephemeral13())
	case !known:
		t := notInKeyLog(s.cfg)
		if early {
			t.detail = fmt.Sprintf("record %d (%v) may be early data, and the key log has no secret that opens it", s.rec.Number, d)
		} else if n.proved || failure != nil {
			t.detail = fmt.Sprintf("the key log has other secrets of this connection, but none that opens record %d (%v)", s.rec.Number, d)
		} else if n.client.has(ExtEncryptedClientHello) {
			t.detail += "; that of the hello inside encrypted_client_hello, if it was accepted, may be"
		}
		s.verdict.trouble(t)
	default:
		s.rec.fail(failure)
		reason := ReasonMAC
		if dir.unsure || dir.opener != nil && dir.opener.uncertain {
			reason = ReasonGap
		}
		s.verdict.trouble(s.unopened(reason, failure))
	}
}

// ephemeral13 is for a connection without a key log. Beside a pre-shared key, which a session that is
// resumed is too, there need be no ephemeral exchange (RFC 8446, Section 4.2.9).
func (n *negotiation) ephemeral13() *trouble {
	switch {
	case n.server == nil || !n.server.has(ExtPreSharedKey):
		return ephemeral(TLS13.String())
	case !n.server.has(ExtKeyShare):
		return preShared("a session of TLS 1.3 without key_share")
	}
	return ephemeral("a session of TLS 1.3 that resumes another one, or has a pre-shared key,")
}

// takesTicket tells whether the pre-shared key that the server took is one of a session before: those
// that were agreed upon by other means have no age (RFC 8446, Section 4.2.11).
func (n *negotiation) takesTicket() bool {
	if n.client == nil {
		return false
	}
	taken, ok := find(n.server.Extensions, ExtPreSharedKey)
	if !ok {
		return false
	}
	selected := int(taken.u16("selected_identity"))
	offered, _ := find(n.client.Extensions, ExtPreSharedKey)
	identities := offered.vector("identities", 2)
	for i := 0; !identities.empty(); i++ {
		identities.opaque("identity", 2)
		if age := identities.u32("obfuscated_ticket_age"); i == selected {
			return age != 0
		}
	}
	return false
}

// opened13 takes what is in the record: content, type and padding.
func (s *Session) opened13(dir *direction, inner []byte) {
	rec := &s.rec
	content, typ, padding, err := unpad13(inner)
	s.opened(dir.keys, content)
	if err != nil {
		rec.fail(err)
		return
	}
	rec.InnerType, rec.Padding = typ, padding
}

// enter changes the keys of a direction: those of the stage come into use with its next record.
func (dir *direction) enter(st stage) {
	dir.forgetKeys()
	dir.traffic = traffic{stage: st}
}

// handshake13 moves the state on by a message of TLS 1.3 that is in the transcript.
func (s *Session) handshake13(d Dir, m *Message) {
	dir := &s.dirs[d]
	switch body := m.Body.(type) {
	case *EncryptedExtensions:
		s.verdict.encryptedExtensions(body)
		s.current.encrypted = body.Extensions
	case *KeyUpdate:
		if t := dir.traffic; s.rec.Decrypted && t.stage == stageApplication && t.secret != nil {
			secret := nextTrafficSecret(t.hash.hash, t.secret)
			if o, err := newOpener13(t.hash, secret); err == nil {
				dir.forgetKeys()
				dir.opener, dir.traffic.secret = o, secret
			}
		}
	}
	switch m.Type {
	case TypeEndOfEarlyData:
		if d == ClientToServer && dir.traffic.stage == stageEarly {
			dir.enter(stageHandshake)
		}
	case TypeFinished:
		if s.rec.Decrypted && dir.traffic.stage == stageHandshake {
			dir.enter(stageApplication)
		}
	}
}

// finished13 checks verify_data (RFC 8446, Section 4.4.4) against the messages before it.
func (s *Session) finished13(n *negotiation, d Dir, f *Finished, m *Message) {
	t, transcript := &s.dirs[d].traffic, &n.transcript
	if n.post != nil && d == ClientToServer {
		transcript = n.post
	} else {
		n.finished[d] = true
	}
	sum := transcript.sum()
	if !s.rec.Decrypted || sum == nil || t.secret == nil {
		return
	}
	f.Checked = true
	f.Verified = subtle.ConstantTimeCompare(verifyData13(t.hash.hash, t.secret, sum), f.VerifyData) == 1
	if transcript == &n.transcript {
		n.verified[d] = f.Verified
	}
	if !f.Verified {
		m.Err = &Error{Code: CodeFinished, Offset: messageHeader, Field: "Finished.verify_data", Section: "RFC 8446, Section 4.4.4",
			Text: fmt.Sprintf("is not what the handshake and its traffic secret give for the %s", side(d))}
	}
}

// record13 adds a message to the transcripts that it belongs to. After the handshake that is
// those of an authentication that the server asks for (RFC 8446, Section 4.6.2).
func (n *negotiation) record13(d Dir, m *Message) {
	over := n.finished[ClientToServer] && n.finished[ServerToClient]
	switch m.Type {
	case TypeNewSessionTicket, TypeKeyUpdate:
	case TypeCertificateRequest:
		if !over {
			n.transcript.add(m.Raw)
		} else if d == ServerToClient {
			n.post = n.transcript.clone()
			n.post.add(m.Raw)
		}
	default:
		if n.post == nil {
			n.transcript.add(m.Raw)
		} else if d == ClientToServer {
			n.post.add(m.Raw)
			if m.Type == TypeFinished {
				n.post = nil
			}
		}
	}
}

// restart replaces the first ClientHello by a message of its hash (RFC 8446, Section 4.4.1).
func (t *transcript) restart() {
	sum := t.sum()
	if sum == nil {
		return
	}
	for _, h := range t.hashes {
		h.Reset()
	}
	t.add(append([]byte{byte(TypeMessageHash), 0, 0, byte(len(sum))}, sum...))
}

// clone copies a transcript whose hash is chosen.
func (t *transcript) clone() *transcript {
	c := &transcript{broken: t.broken}
	for _, h := range t.hashes {
		copied, err := h.(hash.Cloner).Clone()
		if err != nil {
			return &transcript{broken: true}
		}
		c.hashes = append(c.hashes, copied.(hash.Hash))
	}
	return c
}
