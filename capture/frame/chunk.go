package frame

import (
	"encoding/binary"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendChunk appends an SCTP chunk, padded to a multiple of 4 octets (RFC 9260, Section 3.2).
func AppendChunk(dst []byte, kind, flags uint8, value []byte) []byte {
	dst = append(dst, kind, flags)
	dst = binary.BigEndian.AppendUint16(dst, uint16(4+len(value)))
	dst = append(dst, value...)
	return append(dst, make([]byte, -len(value)&3)...)
}

// The flags of a DATA chunk (RFC 9260, Section 3.3.1).
const (
	DataEnd       = 1 << 0 // last fragment of a message
	DataBegin     = 1 << 1 // first fragment
	DataUnordered = 1 << 2
)

// Data is an SCTP DATA chunk.
type Data struct {
	TSN      uint32
	Stream   uint16
	Sequence uint16 // in the stream
	Protocol uint32 // payload protocol identifier
	Flags    uint8  // DataBegin and DataEnd for a message that is not fragmented
	Payload  []byte
}

// AppendData appends a DATA chunk.
func AppendData(dst []byte, d Data) []byte {
	value := make([]byte, 12, 12+len(d.Payload))
	binary.BigEndian.PutUint32(value, d.TSN)
	binary.BigEndian.PutUint16(value[4:], d.Stream)
	binary.BigEndian.PutUint16(value[6:], d.Sequence)
	binary.BigEndian.PutUint32(value[8:], d.Protocol)
	return AppendChunk(dst, 0, d.Flags, append(value, d.Payload...))
}
