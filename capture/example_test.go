package capture_test

import (
	"fmt"
	"io"
	"log"
	"os"

	"sipsecdump/capture"
)

// The transport payloads of a capture, and what was odd on the way to them.
func Example() {
	f, err := os.Open("../testdata/draft-sec-flows/dataSig/ethereal")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	r, err := capture.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	d := capture.NewDecoder()
	var p capture.Packet
	var s capture.Segment
	for {
		err := r.Next(&p)
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err) // what was read before it stands
		}
		if d.Decode(&p, &s) {
			fmt.Println(p.Number, s.Src, ">", s.Dst, len(s.Payload))
		}
		for _, n := range d.Notes() {
			fmt.Println(p.Number, n.Code, "at", n.Offset)
		}
	}
	// Output:
	// 1 127.0.0.1:5070 > 127.0.0.1:5080 1428
	// 1 wrong-ip-checksum at 4
	// 2 127.0.0.1:5080 > 127.0.0.1:5070 330
	// 2 wrong-ip-checksum at 4
}
