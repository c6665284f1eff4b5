package frame_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// TestAsGopacket: the files are those that gopacket writes.
func TestAsGopacket(t *testing.T) {
	const link, snaplen = capture.LinkSLL2, 5
	at := time.Date(2026, 11, 20, 1, 2, 3, 456789123, time.UTC)
	log := []byte("CLIENT_RANDOM 00 11\n")
	packets := []string{"", "a", "ab", "abc", "abcd", "abcde", "abcdefgh"}

	// write writes the packets with gopacket's, cut as ours are.
	write := func(t *testing.T, packet func(gopacket.CaptureInfo, []byte) error) {
		t.Helper()
		for _, data := range packets {
			kept := []byte(data[:min(len(data), snaplen)])
			if err := packet(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(kept), Length: len(data)}, kept); err != nil {
				t.Fatal(err)
			}
		}
	}
	pcap := func(t *testing.T, w *pcapgo.Writer) {
		t.Helper()
		if err := w.WriteFileHeader(262144, layers.LinkType(link)); err != nil {
			t.Fatal(err)
		}
		write(t, w.WritePacket)
	}
	for _, tt := range []struct {
		name   string
		ours   func(*bytes.Buffer) (*frame.Writer, error)
		theirs func(*testing.T, *bytes.Buffer)
	}{
		{
			"pcap", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapWriter(b, link, false) },
			func(t *testing.T, b *bytes.Buffer) { pcap(t, pcapgo.NewWriter(b)) },
		},
		{
			"pcap of nanoseconds", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapWriter(b, link, true) },
			func(t *testing.T, b *bytes.Buffer) { pcap(t, pcapgo.NewWriterNanos(b)) },
		},
		{
			"pcapng", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapngWriter(b, link) },
			func(t *testing.T, b *bytes.Buffer) {
				w, err := pcapgo.NewNgWriterInterface(b, pcapgo.NgInterface{LinkType: layers.LinkType(link), SnapLength: 262144}, pcapgo.NgWriterOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if err := w.WriteDecryptionSecretsBlock(pcapgo.DSB_SECRETS_TYPE_TLS, log); err != nil {
					t.Fatal(err)
				}
				write(t, w.WritePacket)
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ours, theirs bytes.Buffer
			w, err := tt.ours(&ours)
			if err != nil {
				t.Fatal(err)
			}
			w.Snaplen = snaplen
			if tt.name == "pcapng" {
				if err := w.WriteSecrets(log); err != nil {
					t.Fatal(err)
				}
			}
			for _, data := range packets {
				if err := w.WritePacket(at, []byte(data)); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if tt.theirs(t, &theirs); !bytes.Equal(ours.Bytes(), theirs.Bytes()) {
				t.Errorf("got  %x\nwant %x", ours.Bytes(), theirs.Bytes())
			}
		})
	}
}
