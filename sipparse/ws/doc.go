// Package ws decodes WebSocket connections (RFC 6455), as SIP runs over them (RFC 7118).
//
//	SniffUpgrade, SniffFrames   is this a WebSocket connection: from its start, or in its midst?
//	Conn                        the octets of both directions → HTTP heads, messages, pings, ...
//
// Each WebSocket message of subprotocol "sip" holds one SIP message. Masks, fragments and
// permessage-deflate (RFC 7692) are undone.
//
// Nothing is refused: what the RFCs forbid becomes an Issue. When it is not known where a frame
// begins, in a capture that starts late, behind a gap or behind octets that are no frame, the next
// frame that holds the start of a SIP message is looked for, and what was skipped is counted.
package ws
