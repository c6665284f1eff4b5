package maker

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"unicode/utf8"
)

// webSocket carries SIP messages in WebSocket frames (RFC 6455, RFC 7118).
type webSocket struct {
	conn
	host   string
	end    string     // how the connection ends, one of Ends
	random *rand.Rand // keys and masks: a test capture hides nothing behind them
	frame  []byte
}

// Opcodes (RFC 6455, Section 5.2).
const (
	textFrame   = 0x1
	binaryFrame = 0x2
	closeFrame  = 0x8
)

func (c *webSocket) open() error {
	if err := c.conn.open(); err != nil {
		return err
	}
	var nonce [16]byte
	binary.BigEndian.PutUint64(nonce[:8], c.random.Uint64())
	binary.BigEndian.PutUint64(nonce[8:], c.random.Uint64())
	key := base64.StdEncoding.EncodeToString(nonce[:])
	// RFC 6455, Section 1.3.
	accept := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	request := fmt.Sprintf("GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nOrigin: http://%s\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n",
		c.host, key, callerDomain)
	response := fmt.Sprintf("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: sip\r\n\r\n", base64.StdEncoding.EncodeToString(accept[:]))
	if err := c.conn.send(client, []byte(request)); err != nil {
		return err
	}
	if err := c.conn.send(server, []byte(response)); err != nil {
		return err
	}
	return c.flush()
}

// send puts a message into a frame, a text frame if the message is text (RFC 7118,
// Section 5.2.1).
func (c *webSocket) send(from side, data []byte) error {
	opcode := byte(textFrame)
	if !utf8.Valid(data) {
		opcode = binaryFrame
	}
	return c.sendFrame(from, opcode, data)
}

// sendFrame sends an unfragmented frame; the client's are masked (RFC 6455, Section 5.3).
func (c *webSocket) sendFrame(from side, opcode byte, payload []byte) error {
	const fin, masked = 0x80, 0x80
	mask := byte(0)
	if from == client {
		mask = masked
	}
	f := append(c.frame[:0], fin|opcode)
	switch n := len(payload); {
	case n < 126:
		f = append(f, mask|byte(n))
	case n <= 0xffff:
		f = binary.BigEndian.AppendUint16(append(f, mask|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, mask|127), uint64(n))
	}
	if from == client {
		var key [4]byte
		binary.BigEndian.PutUint32(key[:], c.random.Uint32())
		f = append(f, key[:]...)
		for i, b := range payload {
			f = append(f, b^key[i%4])
		}
	} else {
		f = append(f, payload...)
	}
	c.frame = f
	return c.conn.send(from, f)
}

func (c *webSocket) close() error {
	if c.end == "fin" {
		normal := binary.BigEndian.AppendUint16(nil, 1000) // RFC 6455, Section 7.4.1
		for _, from := range []side{client, server} {
			if err := c.sendFrame(from, closeFrame, normal); err != nil {
				return err
			}
		}
	}
	return c.conn.close()
}
