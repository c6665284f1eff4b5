package tlsparse

import "encoding/binary"

// Sniff tells whether a stream that starts with p looks like TLS: with the header of a record,
// or with an SSLv2-compatible ClientHello. If enough is false, p is too short to decide, and
// isTLS tells nothing yet; five octets always are enough.
func Sniff(p []byte) (isTLS, enough bool) {
	if len(p) == 0 {
		return false, false
	}
	if p[0]&0x80 != 0 {
		if len(p) >= 3 && p[2] != byte(TypeClientHello) {
			return false, true
		}
		if len(p) < recordHeader {
			return false, false
		}
		return isSSLv2Hello(p), true
	}
	typ := ContentType(p[0])
	switch {
	case typ < ChangeCipherSpec || typ > Heartbeat,
		len(p) > 1 && p[1] != 3,
		len(p) > 2 && p[2] > byte(TLS13&0xff):
		return false, true
	case len(p) < recordHeader:
		return false, false
	}
	length := binary.BigEndian.Uint16(p[3:])
	return length <= maxCiphertext && (length > 0 || typ == ApplicationData), true
}

// SniffStart is Sniff for the first octets that one side of a connection sends, which are those of a
// hello. Seven octets always are enough.
func SniffStart(p []byte) (isTLS, enough bool) {
	if isTLS, enough = Sniff(p); !isTLS || p[0]&0x80 != 0 {
		return isTLS, enough
	}
	switch length := binary.BigEndian.Uint16(p[3:]); {
	case ContentType(p[0]) != Handshake:
		return false, true
	case len(p) <= recordHeader:
		return false, false
	case p[5] != byte(TypeClientHello) && p[5] != byte(TypeServerHello):
		return false, true
	case length == 1: // the rest of the message is in records that follow
		return true, true
	case len(p) <= recordHeader+1:
		return false, false
	}
	return p[6] <= maxMessage>>16, true
}

// SniffSender tells the direction of a stream that starts with p by the first handshake
// message in it: known is false if it is one that both sides send, or none.
func SniffSender(p []byte) (d Dir, known bool) {
	if isTLS, _ := Sniff(p); !isTLS {
		return 0, false
	}
	if isSSLv2Hello(p) {
		return ClientToServer, true
	}
	if len(p) <= recordHeader || ContentType(p[0]) != Handshake {
		return 0, false
	}
	return handshakeSender(HandshakeType(p[recordHeader]))
}

// handshakeSender tells who sends a handshake message.
func handshakeSender(typ HandshakeType) (d Dir, known bool) {
	switch typ {
	case TypeClientHello, TypeClientKeyExchange, TypeCertificateVerify:
		return ClientToServer, true
	case TypeHelloRequest, TypeHelloVerifyRequest, TypeServerHello, TypeNewSessionTicket, TypeServerKeyExchange,
		TypeCertificateRequest, TypeServerHelloDone, TypeCertificateStatus:
		return ServerToClient, true
	}
	return 0, false
}

// SniffDTLS tells whether a datagram looks like one of DTLS 1.0 or 1.2 that begins an
// association or goes on with it: a record that it holds whole, of a type that exists, and if it
// is a handshake in the clear, with a fragment of one.
func SniffDTLS(p []byte) bool {
	if len(p) < datagramHeader || unified(p[0]) || !knownDatagramVersion(p[1], p[2]) {
		return false
	}
	typ := ContentType(p[0])
	if typ < ChangeCipherSpec || typ > ConnectionID {
		return false
	}
	raw, err := cutRecord(p)
	if err != nil || len(raw) == datagramHeader {
		return false
	}
	if typ != Handshake || binary.BigEndian.Uint16(p[3:]) > 0 {
		return true
	}
	f, _, err := cutFragment(raw[datagramHeader:])
	return err == nil && f.typ.Name() != ""
}

// SniffDTLSSender tells the direction of a datagram by the first handshake message in it: known is
// false if it is one that both sides send, or none.
func SniffDTLSSender(p []byte) (d Dir, known bool) {
	if !SniffDTLS(p) || ContentType(p[0]) != Handshake || binary.BigEndian.Uint16(p[3:]) > 0 {
		return 0, false
	}
	return handshakeSender(HandshakeType(p[datagramHeader]))
}
