package ws

import "fmt"

// Dir is a direction of a connection.
type Dir uint8

// The directions.
const (
	ClientToServer Dir = iota
	ServerToClient
)

// Kind tells what a Message is. Those of frames are their opcodes (RFC 6455, Section 11.8).
type Kind uint8

// The kinds.
const (
	Continuation Kind = 0 // the rest of a message whose start is not there
	Text         Kind = 1
	Binary       Kind = 2
	CloseFrame   Kind = 8
	Ping         Kind = 9
	Pong         Kind = 10

	HTTP    Kind = 16 // the head of an HTTP request or response; Message.Head is set
	Skipped Kind = 17 // octets that are no frame, or content of an HTTP message; Message.Length counts them
)

func (k Kind) String() string {
	switch k {
	case Continuation:
		return "continuation"
	case Text:
		return "text"
	case Binary:
		return "binary"
	case CloseFrame:
		return "close"
	case Ping:
		return "ping"
	case Pong:
		return "pong"
	case HTTP:
		return "http"
	case Skipped:
		return "skipped"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Message is a WebSocket message, a control frame, an HTTP head or a run of skipped octets.
type Message struct {
	Kind Kind
	// Data is the content: unmasked, joined and inflated. It is valid until yield returns, and nil
	// if Kind is Skipped.
	Data []byte
	// Offset is the place of the first octet in the direction's stream, gaps counted.
	Offset int64
	// Length counts the octets of a Skipped run.
	Length int64
	// Head is set if Kind is HTTP, and stays valid.
	Head *Head
	// Compressed is set if permessage-deflate was used.
	Compressed bool
	// Incomplete is set if Data is not all of it: Issues tell why.
	Incomplete bool
	// Issues is valid until yield returns.
	Issues []Issue
}

// Issue is something a connection should not have, or something that keeps it from being read.
type Issue struct {
	// Code is stable:
	//
	//	http-not-upgrade        the request or response does not upgrade to WebSocket
	//	head-limit              the head is longer than anyone needs
	//	subprotocol-not-sip     the subprotocol is not "sip"
	//	accept-mismatch         Sec-WebSocket-Accept does not answer Sec-WebSocket-Key
	//	mask-missing            the client's frame is not masked; told once for a direction
	//	mask-unexpected         the server's frame is masked; told once for a direction
	//	length-not-minimal      the length is encoded in more octets than it needs
	//	frame-malformed         what follows can be no frame
	//	frame-after-close       the direction was closed before
	//	message-unfinished      another message began before the last fragment
	//	message-start-missing   the first fragment is not there
	//	message-limit           the message is larger than Limits.Message
	//	text-not-utf8           the text is not UTF-8
	//	deflate-not-negotiated  the message is compressed, but that was not agreed upon
	//	deflate-damaged         the message is no DEFLATE from some place on
	//	deflate-context-lost    the same, because what it refers to is not there
	//	inflate-limit           it becomes larger than Limits.Message
	//	stream-gap, stream-end  the stream has a gap, or ends
	Code    string
	Section string // "RFC 6455, Section 5.1"; "" for a limit of this package
	Text    string // one sentence, lower case, without a full stop
}
