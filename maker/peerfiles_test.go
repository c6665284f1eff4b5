package maker_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPeerCaptures: what make.sh of testdata/peers recorded is whole, small, documented, and
// opens with the key log beside it.
func TestPeerCaptures(t *testing.T) {
	dir := filepath.Join("..", "testdata", "peers")
	captures, err := filepath.Glob(filepath.Join(dir, "*.pcap"))
	if err != nil || len(captures) < 30 {
		t.Fatalf("%d captures, %v", len(captures), err)
	}
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	// tshark 4.0 has neither ARIA nor SIP in DTLS.
	closed := []string{"aria-gcm", "aria256-gcm", "dtls12"}
	for _, path := range captures {
		name := strings.TrimSuffix(filepath.Base(path), ".pcap")
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(readme), "`"+name+"`") {
				t.Error("the README does not tell of it")
			}
			if info, err := os.Stat(path); err != nil || info.Size() > 30<<10 {
				t.Errorf("%v, %v", info.Size(), err)
			}
			if slices.Contains(closed, name) {
				t.Skip("tshark does not open it")
			}
			out := peer(t, "tshark", "-r", path, "-n", "-o", "tls.keylog_file:"+strings.TrimSuffix(path, ".pcap")+".keylog", "-Y", "sip")
			if !strings.Contains(out, "Request: MESSAGE sips:kumiko@example.net") {
				t.Errorf("no MESSAGE in %q", out)
			}
			if !strings.HasPrefix(name, "gnutls-") && !strings.Contains(out, "Status: 200 OK (MESSAGE)") {
				t.Errorf("no 200 in %q", out)
			}
		})
	}
}
