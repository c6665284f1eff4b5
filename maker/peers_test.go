package maker_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sipsecdump/maker"
)

// peer runs an installed program and returns what it printed.
func peer(t *testing.T, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	cmd := exec.Command(path, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

// save writes the capture and its key log into files.
func (m made) save(t *testing.T) (pcap, keylog string) {
	t.Helper()
	pcap, keylog = filepath.Join(t.TempDir(), "capture"), filepath.Join(t.TempDir(), "keylog")
	for path, data := range map[string][]byte{pcap: m.pcap, keylog: []byte(m.keylog)} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pcap, keylog
}

// tshark returns the start lines that tshark finds, and what it calls malformed.
func tshark(t *testing.T, pcap string, options ...string) (lines []string, malformed string) {
	t.Helper()
	args := []string{"-r", pcap, "-n", "-T", "fields", "-E", "separator=|", "-E", "aggregator=~",
		"-o", "tcp.reassemble_out_of_order:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
		"-e", "_ws.malformed", "-e", "ip.checksum.status", "-e", "tcp.checksum.status", "-e", "udp.checksum.status",
		"-e", "sip.Method", "-e", "sip.Status-Code"}
	for _, o := range options {
		args = append(args, "-o", o)
	}
	for line := range strings.Lines(peer(t, "tshark", args...)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		// Checksum status 0 is bad.
		if f[0] != "" || strings.Contains(f[1]+f[2]+f[3], "0") {
			malformed += line
		}
		for _, list := range f[4:6] {
			if list != "" {
				lines = append(lines, strings.Split(list, "~")...)
			}
		}
	}
	return lines, malformed
}

// want returns what tshark should find in the messages.
func (m made) want() []string {
	var list []string
	for _, msg := range m.messages {
		f := strings.Fields(msg.data)
		if msg.response {
			list = append(list, f[1])
		} else {
			list = append(list, f[0])
		}
	}
	return list
}

func agree(t *testing.T, got []string, malformed string, m made) {
	t.Helper()
	if malformed != "" {
		t.Errorf("malformed:\n%s", malformed)
	}
	if g, w := strings.Join(got, " "), strings.Join(m.want(), " "); g != w {
		t.Errorf("tshark finds %s, said was %s", g, w)
	}
}

// TestTshark: tshark reads every scenario over every transport, with the key log beside.
func TestTshark(t *testing.T) {
	each(t, func(t *testing.T, o maker.Options) {
		m := makeCapture(t, o)
		pcap, keylog := m.save(t)
		got, malformed := tshark(t, pcap, "tls.keylog_file:"+keylog)
		agree(t, got, malformed, m)
	})
}

// TestTsharkOpens: by the secrets inside, and by the server's key.
func TestTsharkOpens(t *testing.T) {
	for name, options := range map[string]maker.TLS{
		"1.0":        {Version: "1.0"},
		"1.2 GCM":    {Suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		"1.2 ChaCha": {Suite: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
		"1.3":        {Version: "1.3"},
		"1.2, resumed, client": {
			Suite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Resume: "ticket", ClientAuth: true,
		},
		"1.3, resumed, client": {Version: "1.3", Resume: "ticket", ClientAuth: true},
	} {
		t.Run(name, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "tls", TLS: options, Secrets: true})
			pcap, _ := m.save(t)
			got, malformed := tshark(t, pcap)
			agree(t, got, malformed, m)
		})
	}
	t.Run("RSA key", func(t *testing.T) {
		m := makeCapture(t, maker.Options{Scenario: "tls"})
		pcap, _ := m.save(t)
		got, malformed := tshark(t, pcap, `uat:rsa_keys:"`+m.Keys[0]+`",""`)
		agree(t, got, malformed, m)
	})
}

// TestTsharkNetworks: conditions that tshark copes with.
func TestTsharkNetworks(t *testing.T) {
	for name, n := range map[string]maker.Network{
		"short segments": {MSS: 100},
		"reorder":        {Reorder: 50},
		"loss":           {Loss: 20},
		"duplicates":     {Duplicate: 50},
		"overlap":        {Overlap: 50},
		"fragments":      {MTU: 300, MSS: 1000, IPv6: true},
		"tunnels":        {Tunnels: []string{"gre", "vxlan"}, VLAN: []uint16{7, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "tls", Network: n})
			pcap, keylog := m.save(t)
			got, malformed := tshark(t, pcap, "tls.keylog_file:"+keylog)
			agree(t, got, malformed, m)
		})
	}
}

// TestSsldump: ssldump lists what it knows, TLS 1.2 and less, and opens it with the
// key.
func TestSsldump(t *testing.T) {
	for _, version := range []string{"1.0", "1.1", "1.2"} {
		t.Run(version, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "tls", TLS: maker.TLS{Version: version, ClientAuth: true}})
			pcap, _ := m.save(t)
			out := peer(t, "ssldump", "-r", pcap, "-k", m.Keys[0], "-d", "-n")
			// In TLS 1.0 the first letter of each message has a record of its own, as crypto/tls
			// guards CBC.
			for _, want := range []string{"ClientHello", "TLS_RSA_WITH_AES_128_CBC_SHA", "CertificateRequest", "CertificateVerify", "ESSAGE sips:kumiko@example.net SIP/2.0", "IP/2.0 200 OK", "close_notify"} {
				if !strings.Contains(out, want) {
					t.Errorf("no %s in\n%s", want, out)
				}
			}
		})
	}
}
