package sipparse

import (
	"bytes"
	"encoding/binary"
	"testing"

	"sipsecdump/sipparse/mime"
)

const draft = "../testdata/draft-sec-flows/"

// TestDraft compares the parts of the messages in the draft's captures with the files that the
// sending program wrote what it signed and made to.
func TestDraft(t *testing.T) {
	tests := []struct {
		dir   string
		paths []string
		files map[string]string // of the part at the path
	}{
		{"dataSig", []string{"0", "1", "2"}, map[string]string{"1 raw": "resip-sign-out-data", "2 content": "resip-sign-out-sig"}},
		{"dataEnc", []string{"1"}, map[string]string{"1 content": "resip-encrypt-out"}},
		{"dataEncSig", []string{"0", "1", "2"}, map[string]string{"1 raw": "resip-sign-out-data", "2 content": "resip-sign-out-sig", "1 content": "resip-encrypt-out"}},
	}
	for _, tt := range tests {
		t.Run(tt.dir, func(t *testing.T) {
			payloads := udpPayloads(t, draft+tt.dir+"/ethereal")
			if len(payloads) != 2 {
				t.Fatalf("%d datagrams", len(payloads))
			}
			m := Parse(payloads[0])
			if len(m.Issues) > 0 {
				t.Errorf("issues %+v", m.Issues)
			}
			if len(m.Parts) != len(tt.paths) {
				t.Fatalf("%d parts", len(m.Parts))
			}
			for i, p := range m.Parts {
				if p.Path != tt.paths[i] || len(p.Issues) > 0 {
					t.Errorf("part %s at the place of %s, issues %+v", p.Path, tt.paths[i], p.Issues)
				}
				for what, got := range map[string][]byte{"raw": p.Raw, "content": p.Content} {
					file := tt.files[p.Path+" "+what]
					if file == "" {
						continue
					}
					want := readFile(t, draft+tt.dir+"/"+file)
					if !bytes.Equal(got, want) {
						t.Errorf("part %s has %d octets, not the %d of %s", p.Path, len(got), len(want), file)
					}
				}
				if cms := p.MediaType == "application/pkcs7-mime" || p.MediaType == "application/pkcs7-signature"; mime.IsCMS(p) != cms {
					t.Errorf("part %s of type %s is CMS: %v", p.Path, p.MediaType, !cms)
				}
			}
		})
	}
}

// TestTortureCMS finds the signature that RFC 4475, Section 3.1.1.11, sends as octets.
func TestTortureCMS(t *testing.T) {
	parts := Parse(readFile(t, "../testdata/rfc4475/mpart01.dat")).Parts
	if len(parts) != 3 || mime.IsCMS(parts[1]) || !mime.IsCMS(parts[2]) {
		t.Errorf("%d parts", len(parts))
	}
}

// udpPayloads reads a big-endian capture of link type NULL that holds nothing but UDP over IPv4.
func udpPayloads(t *testing.T, name string) [][]byte {
	t.Helper()
	b := readFile(t, name)
	const fileHeader, packetHeader, link, udp = 24, 16, 4, 8
	var payloads [][]byte
	for b = b[fileHeader:]; len(b) >= packetHeader; {
		n := int(binary.BigEndian.Uint32(b[8:]))
		packet := b[packetHeader+link : packetHeader+n]
		ip := int(packet[0]&0x0F) * 4
		payloads = append(payloads, packet[ip+udp:])
		b = b[packetHeader+n:]
	}
	return payloads
}
