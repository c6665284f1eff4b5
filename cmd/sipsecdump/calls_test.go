package main

import (
	"bytes"
	"encoding/csv"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/sipparse/dialog"
)

// TestHostileCells: what a capture says is no control sequence, no formula, no markup and no other
// column, in any format.
func TestHostileCells(t *testing.T) {
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := b.UDP(frame.UDPDatagram{
		Src: netip.MustParseAddrPort("192.0.2.1:5060"), Dst: netip.MustParseAddrPort("192.0.2.2:5060"),
		Payload: []byte("MESSAGE sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n" +
			"From: <=HYPERLINK(\"http://x\",\"y\")>;tag=1\r\nTo: <x|y`*_<script>[a](http://b)\x1b[31m\xff>\r\n" +
			"Call-ID: =1+1\"\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\nWarning: @SUM(1)\r\nReason: -2\r\nContent-Length: 0\r\n\r\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WritePacket(time.Unix(1e9, 0), frames[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "hostile.pcap")
	if err := os.WriteFile(name, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, format := range callFormats {
		t.Run(format, func(t *testing.T) {
			args := []string{"calls", name, "--format", format}
			if format != "json" {
				args = append(args, "--columns", "callid,from,to,warning,reason")
			}
			var out, complaints bytes.Buffer
			if code := run(t.Context(), args, nil, &out, &complaints); code != 0 {
				t.Fatalf("exit %d: %s", code, &complaints)
			}
			for _, c := range out.Bytes() {
				if c < ' ' && c != '\n' || c == 0x7f || c == 0xff {
					t.Errorf("octet %#02x in %q", c, out.String())
				}
			}
			switch format {
			case "csv":
				rows, err := csv.NewReader(&out).ReadAll()
				if err != nil || len(rows) != 2 || len(rows[1]) != 5 {
					t.Fatalf("%v, %q", err, rows)
				}
				for _, cell := range rows[1] {
					if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
						t.Errorf("a formula: %s", cell)
					}
				}
			case "markdown":
				lines := strings.Split(strings.TrimSpace(out.String()), "\n")
				if len(lines) != 3 {
					t.Fatalf("%q", lines)
				}
				if n := strings.Count(strings.ReplaceAll(lines[2], `\|`, ""), "|"); n != 6 {
					t.Errorf("%d bars in %s", n, lines[2])
				}
				if strings.Contains(lines[2], "<script") || strings.Contains(lines[2], "](") && !strings.Contains(lines[2], `\](`) {
					t.Errorf("markup in %s", lines[2])
				}
			}
		})
	}
}

// TestLegsCell: that there are more legs than are listed is told.
func TestLegsCell(t *testing.T) {
	c := &dialog.Call{Legs: []dialog.Leg{{CallID: "2", By: "replaces"}}}
	if got := legs(c); got != "2 (replaces)" {
		t.Error(got)
	}
	if c.LegsOmitted = true; legs(c) != "2 (replaces), ..." {
		t.Error(legs(c))
	}
}
