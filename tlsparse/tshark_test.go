package tlsparse

import (
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func tshark(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command("tshark", append([]string{"-n", "-r", filepath.Join(peers, name+".pcap"),
		"-o", "tls.keylog_file:" + filepath.Join(peers, name+".keylog"), "-d", "tcp.port==5061,tls", "-d", "udp.port==5061,dtls"}, args...)...).Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return string(out)
}

func unhexed(t *testing.T, s string) string {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return string(b)
}

// tsharkTexts are the octets that tshark finds in each direction of a flow of a capture of TLS.
func tsharkTexts(t *testing.T, name string, flow int) (texts [2]string) {
	t.Helper()
	first := ClientToServer // whose lines are not indented
	data := false
	for line := range strings.Lines(tshark(t, name, "-q", "-z", fmt.Sprintf("follow,tls,raw,%d", flow))) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "Node 0:") && strings.HasSuffix(line, ":5061"):
			first = ServerToClient
		case strings.HasPrefix(line, "Node 1:"):
			data = true
		case data && strings.HasPrefix(line, "\t"):
			texts[1-first] += unhexed(t, line[1:])
		case data && !strings.HasPrefix(line, "="):
			texts[first] += unhexed(t, line)
		}
	}
	return texts
}

// tsharkDatagrams does so for DTLS, by its dumps of what it decrypted.
func tsharkDatagrams(t *testing.T, name string) (texts [2]string) {
	t.Helper()
	for d, end := range []string{"dst", "src"} {
		dump := false
		for line := range strings.Lines(tshark(t, name, "-x", "-Y", "dtls.record.content_type == 23 && udp."+end+"port == 5061")) {
			switch {
			case strings.HasPrefix(line, "Decrypted DTLS"):
				dump = true
			case len(line) < 54:
				dump = false
			case dump:
				texts[d] += unhexed(t, strings.TrimSpace(line[6:53]))
			}
		}
	}
	return texts
}

// TestTshark compares what is decrypted with what tshark decrypts of the same captures with the
// same key logs.
func TestTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed")
	}
	// What tshark 4.0 cannot do.
	cannot := []string{"aria-gcm", "aria256-gcm"}
	files, err := filepath.Glob(filepath.Join(peers, "*.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcap")
		t.Run(name, func(t *testing.T) {
			flows, udp := readFlows(t, file)
			cfg := &Config{Secrets: peerLog(t, name)}
			for i, flow := range flows {
				records, _ := openFlow(cfg, udp, flow)
				ours := plaintexts(records)
				var theirs [2]string
				if udp {
					theirs = tsharkDatagrams(t, name)
				} else {
					theirs = tsharkTexts(t, name, i)
				}
				if theirs == [2]string{} && slices.Contains(cannot, name) {
					t.Skip("tshark does not open it")
				}
				if ours != theirs {
					t.Errorf("flow %d: %q, tshark %q", i, ours, theirs)
				}
			}
		})
	}
}
