package listing

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"sipsecdump/tlsparse"
)

// madeCapture is a capture of TCP connections whose segments are given whole.
type madeCapture struct {
	file   []byte
	millis uint32
	port   uint16
}

func newCapture() *madeCapture {
	m := &madeCapture{port: 10000}
	for _, v := range []uint32{0xa1b2c3d4, 2 | 4<<16, 0, 0, 1 << 18, 1} {
		m.file = binary.LittleEndian.AppendUint32(m.file, v)
	}
	return m
}

// payload is what one side sends in one segment.
type payload struct {
	dir  tlsparse.Dir
	data []byte
}

func client(data ...[]byte) payload { return payload{tlsparse.ClientToServer, join(data)} }
func server(data ...[]byte) payload { return payload{tlsparse.ServerToClient, join(data)} }

func join(parts [][]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

const (
	tcpFIN = 1 << iota
	tcpSYN
	_
	tcpPSH
	tcpACK
)

// connection adds a connection from handshake to FIN.
func (m *madeCapture) connection(payloads ...payload) {
	m.port++
	seq := [2]uint32{1000, 5000}
	send := func(d tlsparse.Dir, flags byte, data []byte) {
		m.segment(d, flags, seq[d], seq[d^1], data)
		seq[d] += uint32(len(data))
		if flags&(tcpSYN|tcpFIN) != 0 {
			seq[d]++
		}
	}
	send(tlsparse.ClientToServer, tcpSYN, nil)
	send(tlsparse.ServerToClient, tcpSYN|tcpACK, nil)
	send(tlsparse.ClientToServer, tcpACK, nil)
	for _, p := range payloads {
		send(p.dir, tcpACK|tcpPSH, p.data)
	}
	send(tlsparse.ClientToServer, tcpACK|tcpFIN, nil)
	send(tlsparse.ServerToClient, tcpACK|tcpFIN, nil)
}

func (m *madeCapture) segment(d tlsparse.Dir, flags byte, seq, ack uint32, data []byte) {
	const headers = 14 + 20 + 20
	m.millis++
	for _, v := range []uint32{1e9 + m.millis/1000, m.millis % 1000 * 1000, uint32(headers + len(data)), uint32(headers + len(data))} {
		m.file = binary.LittleEndian.AppendUint32(m.file, v)
	}
	ports, hosts := [2]uint16{m.port, 5061}, [2]byte{1, 2}
	m.file = append(m.file, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0)
	m.file = append(m.file, 0x45, 0)
	m.file = binary.BigEndian.AppendUint16(m.file, uint16(headers-14+len(data)))
	m.file = append(m.file, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, hosts[d], 192, 0, 2, hosts[d^1])
	m.file = binary.BigEndian.AppendUint16(m.file, ports[d])
	m.file = binary.BigEndian.AppendUint16(m.file, ports[d^1])
	m.file = binary.BigEndian.AppendUint32(m.file, seq)
	m.file = binary.BigEndian.AppendUint32(m.file, ack)
	m.file = append(m.file, 5<<4, flags, 0xff, 0xff, 0, 0, 0, 0)
	m.file = append(m.file, data...)
}

// write puts the capture into a file of the test.
func (m *madeCapture) write(t testing.TB) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "made.pcap")
	if err := os.WriteFile(name, m.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// record makes a record of the version.
func record(typ tlsparse.ContentType, v tlsparse.Version, content ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddUint8(uint8(typ))
	b.AddUint16(uint16(v))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(join(content)) })
	return b.BytesOrPanic()
}

// handshake makes a handshake message.
func handshake(typ tlsparse.HandshakeType, body ...byte) []byte {
	var b cryptobyte.Builder
	b.AddUint8(uint8(typ))
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(body) })
	return b.BytesOrPanic()
}

// hello holds the parts of either hello.
type hello struct {
	version     tlsparse.Version
	sessionID   string
	suites      []uint16
	compression []byte
	extensions  []tlsparse.Extension
	bare        bool // without the field for extensions
}

func (h hello) body(fromClient bool) []byte {
	var b cryptobyte.Builder
	b.AddUint16(uint16(h.version))
	for i := range 32 {
		b.AddUint8(uint8(i))
	}
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.sessionID)) })
	if h.compression == nil {
		h.compression = []byte{0}
	}
	if fromClient {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, s := range h.suites {
				b.AddUint16(s)
			}
		})
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.compression) })
	} else {
		b.AddUint16(h.suites[0])
		b.AddUint8(h.compression[0])
	}
	if !h.bare {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, e := range h.extensions {
				b.AddUint16(uint16(e.Type))
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(e.Data) })
			}
		})
	}
	return b.BytesOrPanic()
}

func (h hello) client() []byte { return handshake(tlsparse.TypeClientHello, h.body(true)...) }
func (h hello) server() []byte { return handshake(tlsparse.TypeServerHello, h.body(false)...) }
