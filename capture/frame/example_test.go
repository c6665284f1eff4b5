package frame_test

import (
	"bytes"
	"fmt"
	"log"
	"net/netip"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// A capture of one datagram, in two fragments.
func Example() {
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet, MTU: 576})
	if err != nil {
		log.Fatal(err)
	}
	frames, err := b.UDP(frame.UDPDatagram{
		Src:     netip.MustParseAddrPort("192.0.2.1:5060"),
		Dst:     netip.MustParseAddrPort("192.0.2.2:5060"),
		Payload: make([]byte, 800),
	})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range frames {
		if err := w.WritePacket(time.Unix(1132443290, 0), f); err != nil {
			log.Fatal(err)
		}
		fmt.Println("frame of", len(f))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("file of", file.Len())
	// Output:
	// frame of 586
	// frame of 290
	// file of 932
}
