package tlsparse

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/pki"
)

// proxy records the connections that go through it, one after the other.
type proxy struct {
	net.Listener
	tapes chan *tape
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l, make(chan *tape, 8)}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				return
			}
			go p.run(client, server)
		}
	}()
	return p
}

func (p *proxy) run(client, server net.Conn) {
	var tape tape
	done := make(chan struct{}, 2)
	pump := func(dst, src net.Conn, d Dir) {
		buf := make([]byte, 1<<14)
		for {
			n, err := src.Read(buf)
			if n > 0 {
				tape.add(d, buf[:n])
				dst.Write(buf[:n])
			}
			if err != nil {
				dst.(*net.TCPConn).CloseWrite()
				done <- struct{}{}
				return
			}
		}
	}
	go pump(server, client, ClientToServer)
	go pump(client, server, ServerToClient)
	<-done
	<-done
	client.Close()
	server.Close()
	p.tapes <- &tape
}

func (p *proxy) tape(t *testing.T) *tape {
	t.Helper()
	select {
	case tape := <-p.tapes:
		return tape
	case <-time.After(10 * time.Second):
		t.Fatal("the connection did not end")
		return nil
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// opensslServer starts an s_server that sends back each line reversed, and returns its
// address.
func opensslServer(t *testing.T, env []string, args ...string) string {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command("openssl", append([]string{"s_server", "-accept", address, "-rev"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.HasPrefix(lines.Text(), "ACCEPT") {
			go io.Copy(io.Discard, out)
			return address
		}
	}
	t.Fatalf("s_server: %s", strings.Join(said, "\n"))
	return ""
}

// opensslClient runs an s_client that sends the lines. After each that is not a command it
// waits for the reversed line.
func opensslClient(t *testing.T, env []string, address string, lines []string, args ...string) {
	t.Helper()
	cmd := exec.Command("openssl", append([]string{"s_client", "-connect", address, "-servername", "sip.example.org"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		cmd.Wait()
		w.Close()
		close(exited)
	}()
	out := make(chan string, 1<<10)
	go func() {
		for s := bufio.NewScanner(r); s.Scan(); {
			out <- s.Text()
		}
		close(out)
	}()
	await := func(what string) {
		deadline := time.After(10 * time.Second)
		var said []string
		for {
			select {
			case line, ok := <-out:
				said = append(said, line)
				if !ok {
					t.Fatalf("s_client did not say %q but\n%s", what, strings.Join(said, "\n"))
				}
				if strings.Contains(line, what) {
					return
				}
			case <-deadline:
				cmd.Process.Kill()
				t.Fatalf("s_client did not say %q but\n%s", what, strings.Join(said, "\n"))
			}
		}
	}
	for _, line := range lines {
		io.WriteString(in, line+"\n")
		if line == "R" {
			await("RENEGOTIATING")
			continue
		}
		await(reverse(line))
	}
	in.Close()
	<-exited
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// writeKeyPair writes certificate and key as PEM files.
func writeKeyPair(t *testing.T, dir, name string, c tls.Certificate) (certFile, keyFile string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	write := func(file, typ string, der []byte) {
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(certFile, "CERTIFICATE", c.Certificate[0])
	write(keyFile, "PRIVATE KEY", der)
	return certFile, keyFile
}

func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	certificate := selfSigned(t, rsaKey())
	certFile, keyFile := writeKeyPair(t, dir, "server", certificate)
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.key")}}

	// The extended master secret can be switched off by a configuration file only.
	noEMS := filepath.Join(dir, "no-ems.cnf")
	if err := os.WriteFile(noEMS, []byte("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nOptions = -ExtendedMasterSecret\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	words := func(s string) []string { return strings.Fields(s) }
	talk := []string{"first line", "second line"}
	tests := []struct {
		name    string
		server  string
		client  string
		env     []string
		lines   []string
		version Version
		suite   CipherSuite
		ems     bool
		etm     bool
		history string
	}{
		{name: "defaults", client: "-tls1_2 -cipher AES128-SHA", lines: talk,
			version: TLS12, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "TLS 1.0", server: "-cipher ALL:@SECLEVEL=0", client: "-tls1 -cipher AES256-SHA:@SECLEVEL=0", lines: talk,
			version: TLS10, suite: 0x0035, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "TLS 1.0 plain", server: "-no_etm -cipher ALL:@SECLEVEL=0", client: "-tls1 -cipher AES256-SHA:@SECLEVEL=0",
			env: []string{"OPENSSL_CONF=" + noEMS}, lines: talk,
			version: TLS10, suite: 0x0035, history: "CsxnGIFtifLl"},
		{name: "TLS 1.1", server: "-cipher ALL:@SECLEVEL=0", client: "-tls1_1 -cipher AES128-SHA:@SECLEVEL=0", lines: talk,
			version: TLS11, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "no encrypt-then-MAC", server: "-no_etm", client: "-tls1_2 -cipher AES128-SHA", lines: talk,
			version: TLS12, suite: 0x002f, ems: true, history: "CsxnGIFtifLl"},
		{name: "no extended master secret", client: "-tls1_2 -cipher AES128-SHA", env: []string{"OPENSSL_CONF=" + noEMS}, lines: talk,
			version: TLS12, suite: 0x002f, etm: true, history: "CsxnGIFtifLl"},
		{name: "AES256-SHA256", client: "-tls1_2 -cipher AES256-SHA256", lines: talk,
			version: TLS12, suite: 0x003d, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "AES128-GCM-SHA256", client: "-tls1_2 -cipher AES128-GCM-SHA256", lines: talk,
			version: TLS12, suite: 0x009c, ems: true, history: "CsxnGIFtifLl"},
		{name: "AES256-GCM-SHA384", client: "-tls1_2 -cipher AES256-GCM-SHA384", lines: talk,
			version: TLS12, suite: 0x009d, ems: true, history: "CsxnGIFtifLl"},
		{name: "NULL-SHA256", server: "-cipher ALL:eNULL:@SECLEVEL=0", client: "-tls1_2 -cipher NULL-SHA256:@SECLEVEL=0", lines: talk,
			version: TLS12, suite: 0x003b, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "no tickets", server: "-no_ticket", client: "-tls1_2 -cipher AES128-SHA", lines: talk,
			version: TLS12, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFifLl"},
		{name: "client certificate", server: "-verify 1", client: "-tls1_2 -cipher AES128-SHA -cert " + certFile + " -key " + keyFile, lines: talk,
			version: TLS12, suite: 0x002f, ems: true, etm: true, history: "CsxrnXGYIFtifLl"},
		{name: "client certificate TLS 1.0", server: "-verify 1 -cipher ALL:@SECLEVEL=0", client: "-tls1 -cipher AES128-SHA:@SECLEVEL=0 -cert " + certFile + " -key " + keyFile, lines: talk,
			version: TLS10, suite: 0x002f, ems: true, etm: true, history: "CsxrnXGYIFtifLl"},
		{name: "small fragments", client: "-tls1_2 -cipher AES128-SHA -maxfraglen 512", lines: talk,
			version: TLS12, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFtifLl"},
		{name: "renegotiation", server: "-client_renegotiation -no_etm", client: "-tls1_2 -cipher AES128-SHA", lines: []string{"before", "R", "after"},
			env:     []string{"OPENSSL_CONF=" + noEMS},
			version: TLS12, suite: 0x002f, history: "CsxnGIFtifCsxnGIFtifLl"},
		{name: "renegotiation with EMS and EtM", server: "-client_renegotiation", client: "-tls1_2 -cipher AES128-SHA", lines: []string{"before", "R", "after"},
			version: TLS12, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFtifCsxnGIFtifLl"},
		{name: "renegotiation with AEAD", server: "-client_renegotiation", client: "-tls1_2 -cipher AES128-GCM-SHA256", lines: []string{"before", "R", "after"},
			version: TLS12, suite: 0x009c, ems: true, history: "CsxnGIFtifCsxnGIFtifLl"},
		{name: "renegotiation TLS 1.0", server: "-client_renegotiation -cipher ALL:@SECLEVEL=0", client: "-tls1 -cipher AES128-SHA:@SECLEVEL=0", lines: []string{"before", "R", "after"},
			version: TLS10, suite: 0x002f, ems: true, etm: true, history: "CsxnGIFtifCsxnGIFtifLl"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := opensslServer(t, tt.env, append(words(tt.server), "-cert", certFile, "-key", keyFile)...)
			p := newProxy(t, address)
			opensslClient(t, tt.env, p.Addr().String(), tt.lines, words(tt.client)...)
			s := NewSession(&Config{Keys: keys})
			records := feed(s, p.tape(t).flow())
			var texts [2]string
			for _, line := range tt.lines {
				if line != "R" {
					texts[0] += line + "\n"
					texts[1] += reverse(line) + "\n"
				}
			}
			v := Verdict{Version: tt.version, CipherSuite: tt.suite, HasSuite: true, KeyExchange: "RSA", ServerName: "sip.example.org",
				ExtendedMasterSecret: tt.ems, EncryptThenMAC: tt.etm,
				Outcome: Decrypted, Reason: ReasonRSAKey, History: tt.history}
			want{v, texts}.check(t, records, s.Close())
		})
	}

	for _, mode := range []string{"", "-no_ticket"} {
		t.Run(strings.TrimSpace("resumption "+mode), func(t *testing.T) {
			address := opensslServer(t, nil, append(words(mode), "-cert", certFile, "-key", keyFile)...)
			p := newProxy(t, address)
			session := filepath.Join(dir, fmt.Sprintf("session%s.pem", mode))
			cfg := &Config{Keys: keys, Sessions: cache{}}
			for i, option := range []string{"-sess_out", "-sess_in"} {
				opensslClient(t, nil, p.Addr().String(), talk, "-tls1_2", "-cipher", "AES128-SHA", option, session)
				s := NewSession(cfg)
				records := feed(s, p.tape(t).flow())
				history := [2][2]string{{"CsxnGIFtifLl", "CsifIFLl"}, {"CsxnGIFifLl", "CsifIFLl"}}[len(mode)/len("-no_ticket")][i]
				v := Verdict{Version: TLS12, CipherSuite: 0x002f, HasSuite: true, KeyExchange: "RSA", ServerName: "sip.example.org",
					ExtendedMasterSecret: true, EncryptThenMAC: true, Resumed: i == 1,
					Outcome: Decrypted, Reason: []Reason{ReasonRSAKey, ReasonSession}[i], History: history}
				want{v, [2]string{"first line\nsecond line\n", "enil tsrif\nenil dnoces\n"}}.check(t, records, s.Close())
			}
		})
	}
}
