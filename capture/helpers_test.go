package capture_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sipsecdump/capture"
)

// drafts are the captures of draft-ietf-sipping-sec-flows-00.
var drafts = []string{
	"tls/tls1.pcap",
	"dataSig/ethereal",
	"dataEnc/ethereal",
	"dataEncSig/ethereal",
}

func readDraft(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "draft-sec-flows", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// packets reads a whole file. The packets are copies.
func packets(file []byte) (list []capture.Packet, err error) {
	r, err := capture.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	for {
		var p capture.Packet
		if err := r.Next(&p); err != nil {
			if err == io.EOF {
				err = nil
			}
			return list, err
		}
		p.Data = bytes.Clone(p.Data)
		list = append(list, p)
	}
}

// segments decodes packets with one decoder. The segments hold copies and the numbers of
// their packets.
func segments(list []capture.Packet) (segs []capture.Segment, codes map[string]int) {
	d := capture.NewDecoder()
	codes = map[string]int{}
	for i := range list {
		s := capture.Segment{Packet: list[i].Number}
		if d.Decode(&list[i], &s) {
			s.Payload = bytes.Clone(s.Payload)
			segs = append(segs, s)
		}
		for _, n := range d.Notes() {
			codes[n.Code]++
		}
	}
	return segs, codes
}

func wantFormatError(t *testing.T, err error) *capture.FormatError {
	t.Helper()
	var f *capture.FormatError
	if !errors.As(err, &f) {
		t.Fatalf("error is %T (%v), want *FormatError", err, err)
	}
	return f
}
