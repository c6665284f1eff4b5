package tlsparse

import (
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// readChangeCipherSpec reads RFC 5246, Section 7.1.
func (s *Session) readChangeCipherSpec(d Dir, content []byte) {
	m, r := parseChangeCipherSpec(content)
	messages := &s.dirs[d].messages
	if messages.started() {
		r.fail(CodeMessageInterrupted, "", "comes before the end of a handshake message that has begun")
		*messages = assembler{}
	}
	m.Err = r.failed()
	s.add(d, &m)
	s.changeCipherSpec(d)
}

func parseChangeCipherSpec(content []byte) (m Message, r reader) {
	m = Message{Content: ChangeCipherSpec, Raw: bytes.Clone(content)}
	r = *newReader(m.Raw, 0, "ChangeCipherSpec", "RFC 5246, Section 7.1")
	if v := r.u8("type"); v != 1 && len(m.Raw) > 0 {
		r.fail(CodeUnexpectedValue, "type", "is %d, only 1 is allowed", v)
	}
	r.done()
	m.Err = r.failed()
	return m, r
}

// changeCipherSpec switches to the keys negotiated. In TLS 1.3 it means nothing (RFC 8446,
// Section 5).
func (s *Session) changeCipherSpec(d Dir) {
	if s.tls13 {
		return
	}
	dir, n := &s.dirs[d], s.current
	if d == ServerToClient && n != nil && n.server != nil && !n.helloDone && !n.transcript.broken && n.abbreviated() {
		s.verdict.resumed = s.verdict.resumed || !dir.switched // not by a renegotiation
		s.verdict.trouble(n.resume(s.cfg))
	}
	dir.switched = true
	dir.forgetKeys()
	dir.keys = n
	s.verdict.switched[d] = true
	if n != nil {
		dir.opener, n.openers[d] = n.openers[d], nil
	}
}

// abbreviated tells whether a handshake that shows nothing of a full one is one that resumes a session.
// Where datagrams are lost unseen, that takes the client's session id in the answer (RFC 5246, Section
// 7.4.1.3), or that neither has one beside a ticket (RFC 5077, Section 3.4).
func (n *negotiation) abbreviated() bool {
	if !n.server.SelectedVersion().datagram() {
		return true
	}
	return n.client != nil && bytes.Equal(n.client.SessionID, n.server.SessionID) &&
		(len(n.server.SessionID) > 0 || len(n.client.sessionTicket()) > 0)
}

const (
	// alertOctets is the length of an alert (RFC 5246, Section 7.2).
	alertOctets = 2
	// sealedAlert is the least length of one that is encrypted: with a stream cipher and the
	// shortest of MACs (RFC 6066, Section 7). Nobody puts so many alerts into one record.
	sealedAlert = alertOctets + 10
)

// readAlerts reads the alerts that end in the record: there can be several, and one can be
// split (RFC 5246, Section 6.2.1).
func (s *Session) readAlerts(d Dir, content []byte) {
	dir := &s.dirs[d]
	for _, b := range content {
		dir.alert = append(dir.alert, b)
		if len(dir.alert) < alertOctets {
			continue
		}
		a := &AlertMessage{Level: AlertLevel(dir.alert[0]), Description: AlertDescription(dir.alert[1])}
		s.add(d, &Message{Content: Alert, Raw: dir.alert, Body: a})
		dir.alert = nil
		s.verdict.alert(&s.rec, a, s.current)
	}
}

// readSSLv2Hello reads the message of an SSLv2-compatible record.
func (s *Session) readSSLv2Hello(content []byte) {
	m := Message{Content: Handshake, Type: TypeClientHello, Raw: bytes.Clone(content)}
	r := newReader(m.Raw, 0, "ClientHello", "RFC 5246, Appendix E.2")
	m.Body = parseSSLv2Hello(r)
	m.Err = r.failed()
	s.add(ClientToServer, &m)
	s.handshake(ClientToServer, &m)
}

// readHandshake reads the handshake messages that end in the record.
func (s *Session) readHandshake(d Dir, content []byte) {
	dir := &s.dirs[d]
	if dir.lost && !startsMessage(content) {
		s.add(d, &Message{Content: Handshake, Raw: bytes.Clone(content), Err: &Error{
			Code: CodeMessageLost, Field: "Handshake", Section: "RFC 5246, Section 7.4",
			Text: "the start of the message is lost"}})
		return
	}
	for {
		raw, err, ok := dir.messages.next(&content)
		if !ok {
			return
		}
		m := Message{Content: Handshake, Type: HandshakeType(raw[0]), Raw: raw}
		if err != nil {
			m.Err = err
			if s.current != nil {
				s.current.transcript.broken = true
			}
			s.add(d, &m)
			continue
		}
		version, kx := s.rec.Version, KeyExchange("")
		if n := s.current; n != nil && n.server != nil {
			version, kx = n.version, n.kx
		}
		m.Body, m.Err = s.parseHandshake(raw, false, version, kx)
		s.handshake(d, &m)
		s.add(d, &m)
	}
}

// parseHandshake reads a handshake message and the certificates in it.
func (s *Session) parseHandshake(raw []byte, datagram bool, version Version, kx KeyExchange) (body any, err error) {
	body, err = parseHandshake(raw, datagram, version, kx)
	switch m := body.(type) {
	case *Certificate:
		m.parse(s.cfg.Certificates)
	case *CompressedCertificate:
		if m.Certificate != nil {
			m.Certificate.parse(s.cfg.Certificates)
		}
	}
	return body, err
}

// startsMessage tells, after a gap, whether a record seems to start with a message rather than
// with the rest of one: a type that is known, and a length that is not beyond reason.
func startsMessage(content []byte) bool {
	if len(content) < messageHeader {
		return false
	}
	return HandshakeType(content[0]).Name() != "" && binary.BigEndian.Uint32(content)&0xffffff <= maxFragment
}

// add puts a message under the record.
func (s *Session) add(d Dir, m *Message) {
	s.rec.Messages = append(s.rec.Messages, *m)
	s.verdict.letter(d, m)
}

// handshake moves the negotiation on by a message. What is sent by the wrong side is listed,
// and that is all.
func (s *Session) handshake(d Dir, m *Message) {
	fromClient := d == ClientToServer
	n := s.current
	switch body := m.Body.(type) {
	case *ClientHello:
		if !fromClient {
			return
		}
		if s.tls13 && n != nil && n.proved {
			return // there is no renegotiation
		}
		if n != nil && n.server != nil && n.server.IsHelloRetryRequest() {
			n.client = body // the second of the same handshake (RFC 8446, Section 4.1.4)
		} else if n != nil && n.overtook(body) {
			n.client, n.transcript.broken = body, true
		} else {
			n = newNegotiation(body)
			s.current = n
		}
		s.verdict.clientHello(body, s.cfg.Fingerprints)
	case *ServerHello:
		if fromClient {
			return
		}
		if n == nil {
			n = newNegotiation(nil)
			s.current = n
		}
		s.serverHello(n, body)
	}
	if n == nil || m.Type == TypeHelloRequest || m.Type == TypeHelloVerifyRequest {
		return // they are in no transcript
	}
	if f, ok := m.Body.(*Finished); ok {
		s.finished(n, d, f, m)
	}
	if s.tls13 {
		n.record13(d, m)
		s.handshake13(d, m)
	} else {
		n.transcript.add(m.Raw)
	}
	switch body := m.Body.(type) {
	case *Certificate:
		n.helloDone = true
		if !fromClient && len(body.Chain) > 0 {
			// What is wrong with it is said where certificates are shown.
			n.certificate, _ = body.Parsed(0)
		}
	case *ServerKeyExchange:
		if !fromClient && n.kx.rsaExport() {
			n.exportKey = body.rsaKey()
		}
	case *ClientKeyExchange:
		n.helloDone = true
		if fromClient && n.master == nil && !n.settled {
			s.verdict.trouble(n.exchange(body, s.cfg))
		}
	case *NewSessionTicket:
		if !s.tls13 {
			n.ticket = body.Ticket
		}
		if n.proved {
			s.remember(n)
		}
	}
	switch m.Type {
	case TypeServerHelloDone, TypeServerKeyExchange, TypeCertificateRequest:
		n.helloDone = true
	case TypeClientKeyExchange:
		n.helloDone = true
		if m.Body == nil && fromClient && !n.settled {
			s.verdict.trouble(n.exchange(nil, s.cfg))
		}
	}
}

// serverHello takes the ServerHello, which settles version and suite.
func (s *Session) serverHello(n *negotiation, h *ServerHello) {
	n.setServerHello(h)
	s.verdict.serverHello(n, s.cfg.Fingerprints)
	if n.version >= TLS13 {
		s.tls13 = true
		s.verdict.resumed = s.verdict.resumed || n.takesTicket()
		if h.IsHelloRetryRequest() {
			n.transcript.restart()
		}
	}
}

// finished checks verify_data (RFC 5246, Section 7.4.9) against the messages before it.
func (s *Session) finished(n *negotiation, d Dir, f *Finished, m *Message) {
	if s.tls13 {
		s.finished13(n, d, f, m)
		return
	}
	n.finished[d] = true
	if n.master == nil || !s.rec.Decrypted {
		return
	}
	want := n.verifyData(d)
	if want == nil {
		return
	}
	f.Checked = true
	f.Verified = subtle.ConstantTimeCompare(want, f.VerifyData) == 1
	n.verified[d] = f.Verified
	if !f.Verified {
		m.Err = &Error{Code: CodeFinished, Offset: messageHeader, Field: "Finished.verify_data", Section: "RFC 5246, Section 7.4.9",
			Text: fmt.Sprintf("is not what the handshake and its master secret give for the %s", side(d))}
	}
}

// remember keeps the master secret of a proved negotiation for those that resume it.
func (s *Session) remember(n *negotiation) {
	if s.cfg.Sessions == nil || n.master == nil {
		return
	}
	if id := n.server.SessionID; len(id) > 0 {
		s.cfg.Sessions.Store(id, n.master)
	}
	if len(n.ticket) > 0 {
		s.cfg.Sessions.Store(n.ticket, n.master)
	}
}

// side names the sender of a direction.
func side(d Dir) string {
	if d == ClientToServer {
		return "client"
	}
	return "server"
}
