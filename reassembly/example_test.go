package reassembly_test

import (
	"fmt"
	"net/netip"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/reassembly"
)

// printer prints what an Assembler tells.
type printer struct{ conn reassembly.ConnID }

func (p printer) Open(o *reassembly.Open) {
	fmt.Printf("%d: open at packet %d\n", p.conn, o.Packet)
}

func (p printer) Data(c *reassembly.Chunk) {
	fmt.Printf("%d: packet %d, direction %d, octet %d: %q\n", p.conn, c.Packet, c.Dir, c.Offset, c.Data)
}

func (p printer) Anomaly(a *reassembly.Anomaly) {
	fmt.Printf("%d: packet %d: %s: %s\n", p.conn, a.Packet, a.Code, a.Text)
}

func (p printer) Close(c *reassembly.Close) {
	fmt.Printf("%d: packet %d, direction %d: %v\n", p.conn, c.Packet, c.Dir, c.How)
}

// A connection whose second and third segment were swapped on the way.
func Example() {
	client := netip.MustParseAddrPort("192.0.2.1:50000")
	server := netip.MustParseAddrPort("198.51.100.1:5060")
	segments := []capture.Segment{
		{Src: client, Dst: server, Seq: 99, Flags: capture.SYN},
		{Src: server, Dst: client, Seq: 499, Ack: 100, Flags: capture.SYN | capture.ACK},
		{Src: client, Dst: server, Seq: 100, Ack: 500, Flags: capture.ACK},
		{Src: client, Dst: server, Seq: 120, Ack: 500, Flags: capture.ACK, Payload: []byte("net SIP/2.0\r\n")},
		{Src: client, Dst: server, Seq: 100, Ack: 500, Flags: capture.ACK, Payload: []byte("OPTIONS sip:example.")},
		{Src: server, Dst: client, Seq: 500, Ack: 133, Flags: capture.ACK | capture.RST},
	}

	table := reassembly.NewTable(reassembly.Limits{})
	assemblers := make(map[reassembly.ConnID]*reassembly.Assembler)
	for i := range segments {
		s := &segments[i]
		s.Packet, s.Proto = uint64(i+1), capture.TCP
		r, ok := table.Route(s)
		if !ok {
			continue
		}
		if r.New {
			assemblers[r.Conn] = reassembly.NewAssembler(reassembly.Limits{}, printer{r.Conn})
		}
		assemblers[r.Conn].Segment(r.Dir, s)
	}
	// Output:
	// 1: open at packet 3
	// 1: packet 5, direction 0, octet 0: "OPTIONS sip:example."
	// 1: packet 5, direction 0, octet 20: "net SIP/2.0\r\n"
	// 1: packet 6, direction 1: rst
}

// speaker prints what an SCTP tells.
type speaker struct{ printer }

func (p speaker) Message(m *reassembly.Message) {
	fmt.Printf("%d: packet %d, direction %d, stream %d: %q\n", p.conn, m.Packet, m.Dir, m.Stream, m.Data)
}

// A message in two fragments, the second of which came first.
func ExampleSCTP() {
	a := reassembly.NewSCTP(reassembly.Limits{}, speaker{printer{1}})
	for i, data := range []frame.Data{
		{TSN: 1, Stream: 3, Flags: frame.DataBegin | frame.DataEnd, Payload: []byte("BYE")},
		{TSN: 3, Stream: 3, Sequence: 1, Flags: frame.DataEnd, Payload: []byte("IONS")},
		{TSN: 2, Stream: 3, Sequence: 1, Flags: frame.DataBegin, Payload: []byte("OPT")},
	} {
		a.Segment(reassembly.ClientToServer, &capture.Segment{
			Packet: uint64(i + 1), Proto: capture.SCTP, Seq: 99, Payload: frame.AppendData(nil, data),
		})
	}
	a.Segment(reassembly.ServerToClient, &capture.Segment{
		Packet: 4, Proto: capture.SCTP, Seq: 98, Payload: frame.AppendChunk(nil, 6, 0, nil), // ABORT
	})
	// Output:
	// 1: open at packet 1
	// 1: packet 1, direction 0, stream 3: "BYE"
	// 1: packet 3, direction 0, stream 3: "OPTIONS"
	// 1: packet 4, direction 1: rst
}
