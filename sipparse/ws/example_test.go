package ws_test

import (
	"fmt"

	"sipsecdump/sipparse/ws"
)

func Example() {
	stream := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n" +
		"\x89\x00" + // a ping
		"\x01\x0fSIP/2.0 200 OK\r" + "\x80\x05\n\r\n\r\n") // a message of two fragments

	c := ws.NewConn(ws.Limits{})
	yield := func(m *ws.Message) {
		switch m.Kind {
		case ws.HTTP:
			fmt.Println(m.Offset, m.Kind, m.Head.Status, m.Head.Protocols)
		case ws.Skipped:
			fmt.Println(m.Offset, m.Kind, m.Length)
		default:
			fmt.Printf("%d %v %q\n", m.Offset, m.Kind, m.Data)
		}
	}
	c.Feed(ws.ServerToClient, stream[:50], yield)
	c.Feed(ws.ServerToClient, stream[50:], yield)
	c.Close(ws.ServerToClient, yield)
	// Output:
	// 0 http 101 sip
	// 106 ping ""
	// 108 text "SIP/2.0 200 OK\r\n\r\n\r\n"
}

func ExampleSniffFrames() {
	frame := append([]byte{0x81, 80}, "OPTIONS sip:bob@example.com SIP/2.0\r\n"...)
	fmt.Println(ws.SniffFrames(frame))
	fmt.Println(ws.SniffFrames(frame[:20]))
	fmt.Println(ws.SniffFrames(frame[2:]))
	// Output:
	// true true
	// true true
	// false true
}
