package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net/netip"

	"sipsecdump/capture"
)

// Errors that say what cannot be built.
var (
	ErrAddress = errors.New("frame: addresses are not of one IP version that the link carries")
	ErrTooLong = errors.New("frame: longer than an IP packet can be")
)

const (
	hopLimit       = 64
	defaultWindow  = 65535
	maxTCPOptions  = 40
	maxIPLength    = 65535
	ipv4HeaderLen  = 20
	ipv6HeaderLen  = 40
	fragHeaderLen  = 8
	ethernetLen    = 14
	minMTU         = 68 // RFC 791, Section 3.2: what every module must forward unfragmented
	protoIPv4      = 4  // IPv4 inside IP
	protoIPv6      = 41 // IPv6 inside IP
	protoGRE       = 47
	protoESP       = 50
	protoFragment  = 44
	etherTypeIPv4  = 0x0800
	etherTypeIPv6  = 0x86dd
	etherTypeVLAN  = 0x8100
	etherTypeTrans = 0x6558 // transparent Ethernet bridging
	etherTypeMPLS  = 0x8847
	etherTypePPPoE = 0x8864
)

// Builder builds frames. It keeps the IPv4 identification counter and its buffers; it is
// for one goroutine.
type Builder struct {
	layers Layers
	id     uint32
	buf    prefixBuffer
	arena  []byte
	frames [][]byte
}

// NewBuilder returns a builder of frames in the given layers, or an error that says which
// of them cannot be built.
func NewBuilder(l Layers) (*Builder, error) {
	if _, ok := linkHeaders[l.Link]; !ok {
		return nil, fmt.Errorf("frame: cannot build %v", l.Link)
	}
	if len(l.VLAN) > 0 && l.Link != capture.LinkEthernet {
		return nil, fmt.Errorf("frame: VLAN tags need Ethernet, not %v", l.Link)
	}
	for _, v := range l.VLAN {
		if v.ID > 0xfff {
			return nil, fmt.Errorf("frame: VLAN %d has more than 12 bits", v.ID)
		}
	}
	if (l.PPPoE != 0 || len(l.MPLS) > 0) && l.Link != capture.LinkEthernet {
		return nil, fmt.Errorf("frame: PPPoE and MPLS need Ethernet, not %v", l.Link)
	}
	if l.PPPoE != 0 && len(l.MPLS) > 0 {
		return nil, errors.New("frame: MPLS within PPPoE is not built")
	}
	for _, label := range l.MPLS {
		if label >= 1<<20 {
			return nil, fmt.Errorf("frame: MPLS label %d has more than 20 bits", label)
		}
	}
	if l.MTU != 0 && l.MTU < minMTU {
		return nil, fmt.Errorf("frame: MTU %d is less than %d", l.MTU, minMTU)
	}
	for _, t := range l.Tunnels {
		if t.Kind < IPinIP || t.Kind > TZSP {
			return nil, fmt.Errorf("frame: unknown %v", t.Kind)
		}
		if !sameVersion(t.Src, t.Dst) {
			return nil, fmt.Errorf("%w: %v %v to %v", ErrAddress, t.Kind, t.Src, t.Dst)
		}
		if (t.Kind == VXLAN || t.Kind == Geneve) && t.ID >= 1<<24 {
			return nil, fmt.Errorf("frame: %v identifier %d has more than 24 bits", t.Kind, t.ID)
		}
		if (t.Kind == ERSPAN2 || t.Kind == ERSPAN3) && t.ID >= 1<<10 {
			return nil, fmt.Errorf("frame: %v session %d has more than 10 bits", t.Kind, t.ID)
		}
	}
	if len(l.Tunnels) > 0 {
		if err := linkCarries(l.Link, l.Tunnels[0].Src.Unmap()); err != nil {
			return nil, err
		}
	}
	return &Builder{layers: l}, nil
}

// TCP returns the frames of one segment: one, or its fragments in order if the MTU asks for
// them. They are valid until the next call of a method of b.
func (b *Builder) TCP(seg TCPSegment) ([][]byte, error) {
	if len(seg.Options) > maxTCPOptions {
		return nil, fmt.Errorf("frame: %d octets of TCP options are more than %d", len(seg.Options), maxTCPOptions)
	}
	src, dst, err := b.endpoints(seg.Src, seg.Dst)
	if err != nil {
		return nil, err
	}
	if seg.Window == 0 {
		seg.Window = defaultWindow
	}
	b.buf.reset(seg.Payload)
	header := b.buf.prefix(20 + (len(seg.Options)+3)&^3)
	binary.BigEndian.PutUint16(header[0:], seg.Src.Port())
	binary.BigEndian.PutUint16(header[2:], seg.Dst.Port())
	binary.BigEndian.PutUint32(header[4:], seg.Seq)
	binary.BigEndian.PutUint32(header[8:], seg.Ack)
	header[12] = byte(len(header)/4) << 4
	header[13] = byte(seg.Flags)
	binary.BigEndian.PutUint16(header[14:], seg.Window)
	copy(header[20:], seg.Options)
	b.putTransportSum(header[16:18], transportSum(src, dst, uint8(capture.TCP), b.buf.bytes()))
	return b.packet(src, dst, uint8(capture.TCP))
}

// UDP returns the frames of one datagram: one, or its fragments in order if the MTU asks
// for them. They are valid until the next call of a method of b.
func (b *Builder) UDP(d UDPDatagram) ([][]byte, error) {
	src, dst, err := b.endpoints(d.Src, d.Dst)
	if err != nil {
		return nil, err
	}
	b.buf.reset(d.Payload)
	if err := b.prefixUDP(src, dst, d.Src.Port(), d.Dst.Port(), b.layers.WrongTransportChecksum); err != nil {
		return nil, err
	}
	return b.packet(src, dst, uint8(capture.UDP))
}

// SCTP returns the frames of one packet: one, or its fragments in order if the MTU asks for
// them. They are valid until the next call of a method of b.
func (b *Builder) SCTP(p SCTPPacket) ([][]byte, error) {
	src, dst, err := b.endpoints(p.Src, p.Dst)
	if err != nil {
		return nil, err
	}
	b.buf.reset(p.Chunks)
	header := b.buf.prefix(12)
	binary.BigEndian.PutUint16(header[0:], p.Src.Port())
	binary.BigEndian.PutUint16(header[2:], p.Dst.Port())
	binary.BigEndian.PutUint32(header[4:], p.Tag)
	sum := crc32.Checksum(b.buf.bytes(), castagnoli) // RFC 9260, Appendix A
	if b.layers.WrongTransportChecksum {
		sum = ^sum
	}
	binary.LittleEndian.PutUint32(header[8:], sum)
	return b.packet(src, dst, uint8(capture.SCTP))
}

// prefixUDP puts a UDP header before what the buffer holds.
func (b *Builder) prefixUDP(src, dst netip.Addr, srcPort, dstPort uint16, wrong bool) error {
	header := b.buf.prefix(8)
	if len(b.buf.bytes()) > maxIPLength {
		return ErrTooLong
	}
	binary.BigEndian.PutUint16(header[0:], srcPort)
	binary.BigEndian.PutUint16(header[2:], dstPort)
	binary.BigEndian.PutUint16(header[4:], uint16(len(b.buf.bytes())))
	s := transportSum(src, dst, uint8(capture.UDP), b.buf.bytes())
	if wrong {
		s = ^s
	}
	if s == 0 {
		s = 0xffff // RFC 768: zero would say that there is none
	}
	binary.BigEndian.PutUint16(header[6:], s)
	return nil
}

func (b *Builder) putTransportSum(at []byte, s uint16) {
	if b.layers.WrongTransportChecksum {
		s = ^s
	}
	binary.BigEndian.PutUint16(at, s)
}

// packet wraps the transport header and payload in the buffer into its tunnels, innermost
// first, and the outermost IP packet into frames.
func (b *Builder) packet(src, dst netip.Addr, proto uint8) ([][]byte, error) {
	for i := len(b.layers.Tunnels) - 1; i >= 0; i-- {
		if err := b.prefixIP(src, dst, proto); err != nil {
			return nil, err
		}
		t := &b.layers.Tunnels[i]
		var err error
		if proto, err = b.prefixTunnel(t, src, dst); err != nil {
			return nil, err
		}
		src, dst = t.Src.Unmap(), t.Dst.Unmap()
	}
	b.arena, b.frames = b.arena[:0], b.frames[:0]
	payload := b.buf.bytes()
	headerLen := ipHeaderLen(src)
	if headerLen == ipv4HeaderLen && headerLen+len(payload) > maxIPLength || len(payload) > maxIPLength {
		return nil, ErrTooLong
	}
	b.id++
	if b.layers.MTU == 0 || headerLen+len(payload) <= b.layers.MTU {
		b.reserve(1, len(payload))
		b.frame(src, dst, proto, payload, fragment{})
		return b.frames, nil
	}
	room := b.layers.MTU - headerLen
	if src.Is6() {
		room -= fragHeaderLen
	}
	room &^= 7
	b.reserve((len(payload)+room-1)/room, len(payload))
	for offset := 0; offset < len(payload); offset += room {
		end := min(offset+room, len(payload))
		b.frame(src, dst, proto, payload[offset:end], fragment{
			is:     true,
			offset: offset,
			more:   end < len(payload),
		})
	}
	return b.frames, nil
}

// reserve makes room for the frames, so that building them moves none that is built.
func (b *Builder) reserve(frames, payload int) {
	const perFrame = maxLinkHeader + ipv6HeaderLen + fragHeaderLen
	n := payload + frames*(perFrame+4*len(b.layers.VLAN)+4*len(b.layers.MPLS))
	if cap(b.arena) < n {
		b.arena = make([]byte, 0, n)
	}
}

// frame appends one frame with one IP packet, whole or a fragment.
func (b *Builder) frame(src, dst netip.Addr, proto uint8, payload []byte, f fragment) {
	start := len(b.arena)
	b.arena = appendLink(b.arena, &b.layers, src, dst, ipLen(src, len(payload), f))
	b.arena = b.appendIP(b.arena, src, dst, proto, len(payload), f)
	b.arena = append(b.arena, payload...)
	b.frames = append(b.frames, b.arena[start:len(b.arena):len(b.arena)])
}

// ipLen is the length of an IP packet, with the fragment header if IPv6 has one.
func ipLen(src netip.Addr, payload int, f fragment) int {
	n := ipHeaderLen(src) + payload
	if f.is && src.Is6() {
		n += fragHeaderLen
	}
	return n
}

// endpoints returns the addresses of a segment, if the layers can carry them.
func (b *Builder) endpoints(src, dst netip.AddrPort) (netip.Addr, netip.Addr, error) {
	if !sameVersion(src.Addr(), dst.Addr()) {
		return netip.Addr{}, netip.Addr{}, fmt.Errorf("%w: %v to %v", ErrAddress, src, dst)
	}
	if len(b.layers.Tunnels) == 0 {
		if err := linkCarries(b.layers.Link, src.Addr().Unmap()); err != nil {
			return netip.Addr{}, netip.Addr{}, err
		}
	}
	return src.Addr().Unmap(), dst.Addr().Unmap(), nil
}

func sameVersion(src, dst netip.Addr) bool {
	return src.IsValid() && dst.IsValid() && src.Unmap().Is4() == dst.Unmap().Is4()
}

// linkCarries returns an error if the link type is for the other IP version.
func linkCarries(link capture.LinkType, a netip.Addr) error {
	if link == capture.LinkIPv4 && a.Is6() || link == capture.LinkIPv6 && a.Is4() {
		return fmt.Errorf("%w: %v on %v", ErrAddress, a, link)
	}
	return nil
}
