package capture_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"sipsecdump/capture"
)

// talkative is a pcapng file with all texts that are read.
func talkative() []byte {
	f := &ngFile{order: be}
	f.block(0x0a0d0d0a, f.join(uint32(0x1a2b3c4d), uint16(1), uint16(0), ^uint64(0),
		f.option(2, []byte("desk")), f.option(3, []byte("OS 9")), f.option(4, []byte("dumper")), f.option(1, []byte("of the section")), f.option(0, nil)))
	f.iface(1, 0, f.option(2, []byte("eth0\x00")), f.option(3, []byte("the wire")), f.option(9, []byte{9}))
	f.block(4, f.join(
		f.option(1, []byte("\xc0\x00\x02\x01one.example\x00uno.example\x00")),
		f.option(2, []byte("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01six.example\x00")),
		f.option(3, []byte("an EUI")), f.option(1, []byte("abc")), f.option(0, nil), f.option(1, []byte("of the names"))))
	f.enhanced(0, 1, 3, []byte("abc"), f.option(2, []byte{0, 0, 0, 1}), f.option(1, []byte("first")), f.option(1, []byte("second")))
	return f.enhanced(0, 2, 0, nil, f.option(1, nil), f.option(0, nil), f.option(1, []byte("behind the end"))).b
}

func TestTexts(t *testing.T) {
	r, err := capture.NewReader(bytes.NewReader(talkative()))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var p capture.Packet
	for r.Next(&p) == nil {
		for _, m := range r.Remarks() {
			fmt.Fprintf(&got, "%d: %v of interface %d, packet %d: %q\n", p.Number, m.Kind, m.Interface, m.Packet, m.Text)
		}
		for _, n := range r.Names() {
			fmt.Fprintf(&got, "%d: %v is %q\n", p.Number, n.Addr, n.Name)
		}
	}
	const want = `1: section hardware of interface -1, packet 0: "desk"
1: section os of interface -1, packet 0: "OS 9"
1: section application of interface -1, packet 0: "dumper"
1: comment of interface -1, packet 0: "of the section"
1: interface name of interface 0, packet 0: "eth0"
1: interface description of interface 0, packet 0: "the wire"
1: comment of interface -1, packet 0: "of the names"
1: comment of interface 0, packet 1: "first"
1: comment of interface 0, packet 1: "second"
1: 192.0.2.1 is "one.example"
1: 192.0.2.1 is "uno.example"
1: 2001:db8::1 is "six.example"
2: comment of interface 0, packet 2: ""
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	if d := r.Damage(); len(d) != 0 {
		t.Errorf("damage %v", d)
	}
}

// TestManyNames has a block of names that is longer than any buffer.
func TestManyNames(t *testing.T) {
	f := newPcapng(le)
	var body []byte
	const count = 20000
	for i := range count {
		body = append(body, f.option(1, fmt.Appendf([]byte{10, 0, byte(i >> 8), byte(i)}, "host%d.example\x00", i))...)
	}
	f.block(4, body).iface(1, 0).enhanced(0, 1, 1, []byte("x"))
	r, err := capture.NewReader(bytes.NewReader(f.b))
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	if err := r.Next(&p); err != nil {
		t.Fatal(err)
	}
	names := r.Names()
	if len(names) != count || names[count-1].Name != fmt.Sprintf("host%d.example", count-1) {
		t.Errorf("%d names", len(names))
	}
}

// TestTextsLimit never takes what waits.
func TestTextsLimit(t *testing.T) {
	f := newPcapng(le).iface(1, 0)
	note := f.option(1, bytes.Repeat([]byte("x"), 1<<15))
	for range 2 * capture.MaxTexts >> 15 {
		f.enhanced(0, 1, 1, []byte("x"), note)
	}
	data, damage := damages(t, f.b)
	if len(data) != 2*capture.MaxTexts>>15 || len(damage) != 1 || !strings.Contains(damage[0], "more than 4194304 octets of texts wait") {
		t.Errorf("%d packets, damage %q", len(data), damage)
	}
}
