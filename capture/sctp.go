package capture

import (
	"encoding/binary"
	"hash/crc32"
	"net/netip"
)

// sctpHeaderLen is the length of the common header (RFC 9260, Section 3.1).
const sctpHeaderLen = 12

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// blankSum takes the checksum's place when it is computed.
var blankSum = make([]byte, 4)

// sctp decodes the common header (RFC 9260, Section 3.1) and leaves the chunks in v.
func (d *Decoder) sctp(v *view, c *carrier, s *Segment) bool {
	at, packet, whole := v.at, v.data, v.wire == len(v.data)
	h, ok := d.take(v, sctpHeaderLen)
	if !ok {
		return false
	}
	// Unlike a sum the check is done by one instruction for 8 octets.
	if whole && !sctpSumOK(packet) {
		d.noteAt(at, &noteSCTPChecksum)
	}
	s.Proto = SCTP
	s.Src = netip.AddrPortFrom(c.src, binary.BigEndian.Uint16(h))
	s.Dst = netip.AddrPortFrom(c.dst, binary.BigEndian.Uint16(h[2:]))
	s.Seq = binary.BigEndian.Uint32(h[4:])
	d.payload(v, s)
	return true
}

// sctpSumOK checks the CRC32c of a packet (RFC 9260, Appendix A). Zero may stand for one that
// is left out (RFC 9653).
func sctpSumOK(packet []byte) bool {
	stated := binary.LittleEndian.Uint32(packet[8:])
	if stated == 0 {
		return true
	}
	sum := crc32.Update(0, castagnoli, packet[:8])
	sum = crc32.Update(sum, castagnoli, blankSum)
	return stated == crc32.Update(sum, castagnoli, packet[sctpHeaderLen:])
}
