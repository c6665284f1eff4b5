package tlsparse

import (
	"encoding/binary"
	"os"
	"testing"
)

// piece is a stretch of octets of one direction, as it came.
type piece struct {
	dir  Dir
	data []byte
}

// readCapture takes the TCP payloads off a big-endian pcap file of link type NULL with IPv4
// and no disorder, which the documents' captures are. The first sender is the client.
func readCapture(t testing.TB, file string) []piece {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var flow []piece
	var client uint16
	for b = b[24:]; len(b) >= 16; {
		n := binary.BigEndian.Uint32(b[8:])
		packet := b[16 : 16+n]
		b = b[16+n:]
		ip := packet[4:]
		ip = ip[:binary.BigEndian.Uint16(ip[2:])]
		tcp := ip[ip[0]&0xf*4:]
		port := binary.BigEndian.Uint16(tcp)
		if client == 0 {
			client = port
		}
		if data := tcp[tcp[12]>>4*4:]; len(data) > 0 {
			d := ServerToClient
			if port == client {
				d = ClientToServer
			}
			flow = append(flow, piece{d, data})
		}
	}
	return flow
}

// feed runs a flow through a session and returns copies of its records.
func feed(s *Session, flow []piece) []*Record {
	var records []*Record
	for _, p := range flow {
		s.Feed(p.dir, p.data, func(r *Record) { records = append(records, r.Clone()) })
	}
	return records
}
