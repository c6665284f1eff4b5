package capture_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/pcapgo"

	"sipsecdump/capture"
)

// gopacketRead reads a capture with another reader than ours; ok is false if it is none of its formats.
func gopacketRead(file []byte) (list []capture.Packet, ok bool) {
	var source interface {
		ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	}
	r, err := pcapgo.NewReader(bytes.NewReader(file))
	source = r
	link := func(gopacket.CaptureInfo) capture.LinkType { return capture.LinkType(r.LinkType()) }
	if err != nil {
		ng, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
		if err != nil {
			return nil, false
		}
		source = ng
		link = func(ci gopacket.CaptureInfo) capture.LinkType {
			i, err := ng.Interface(ci.InterfaceIndex)
			if err != nil {
				return 0
			}
			return capture.LinkType(i.LinkType)
		}
	}
	for {
		data, ci, err := source.ReadPacketData()
		if err != nil {
			return list, errors.Is(err, io.EOF)
		}
		list = append(list, capture.Packet{
			Number: uint64(len(list) + 1), Time: ci.Timestamp.UTC(), Link: link(ci), Length: ci.Length, Data: data,
		})
	}
}

// TestAsGopacket: the captures of the tests have the packets that gopacket reads from them.
func TestAsGopacket(t *testing.T) {
	compared := 0
	err := filepath.WalkDir("../testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want, ok := gopacketRead(file)
		if !ok || len(want) == 0 {
			return nil
		}
		compared++
		got, err := packets(file)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		if g, w := lines(got), lines(want); g != w {
			t.Errorf("%s: other packets than gopacket's", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if compared < 40 {
		t.Errorf("%d captures compared, want all", compared)
	}
}
