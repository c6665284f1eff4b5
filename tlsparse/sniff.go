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
	switch HandshakeType(p[recordHeader]) {
	case TypeClientHello, TypeClientKeyExchange, TypeCertificateVerify:
		return ClientToServer, true
	case TypeHelloRequest, TypeServerHello, TypeNewSessionTicket, TypeServerKeyExchange,
		TypeCertificateRequest, TypeServerHelloDone, TypeCertificateStatus:
		return ServerToClient, true
	}
	return 0, false
}
