package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// tap writes what two peers say to each other as a capture of one TCP connection.
type tap struct {
	t   *testing.T
	mu  sync.Mutex
	b   *frame.Builder
	w   *frame.Writer
	at  time.Time
	end [2]netip.AddrPort
	seq [2]uint32
}

func newTap(t *testing.T, file io.Writer) *tap {
	t.Helper()
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	w, err := frame.NewPcapWriter(file, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	return &tap{
		t: t, b: b, w: w, at: time.Now(), seq: [2]uint32{1000, 2000},
		end: [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:50000"), netip.MustParseAddrPort("192.0.2.2:5061")},
	}
}

func (p *tap) segment(from int, f capture.Flags, payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.After(p.at) {
		p.at = now
	}
	s := frame.TCPSegment{
		Src: p.end[from], Dst: p.end[1-from], Flags: f, Payload: payload,
		Seq: p.seq[from], Ack: p.seq[1-from],
	}
	p.seq[from] += uint32(len(payload))
	if f.Has(capture.SYN) || f.Has(capture.FIN) {
		p.seq[from]++
	}
	frames, err := p.b.TCP(s)
	if err != nil {
		p.t.Error(err)
		return
	}
	for _, data := range frames {
		if err := p.w.WritePacket(p.at, data); err != nil {
			p.t.Error(err)
		}
	}
}

// copy passes on what one side says, until it ends.
func (p *tap) copy(to, from net.Conn, side int) {
	buf := make([]byte, 8192)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			p.segment(side, capture.ACK|capture.PSH, buf[:n])
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			p.segment(side, capture.FIN|capture.ACK, nil)
			_ = to.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

// record lets openssl's client talk to its server and returns the capture and the server's key.
func record(t *testing.T, suite string, serverArgs, clientArgs []string) (file, key string) {
	t.Helper()
	dir := t.TempDir()
	key, cert := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")
	out, err := exec.Command("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
		"-subj", "/CN=example.net", "-days", "2").CombinedOutput()
	if err != nil {
		t.Fatalf("openssl req: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	server := exec.CommandContext(t.Context(), "openssl", append([]string{
		"s_server", "-accept", address, "-key", key, "-cert", cert, "-quiet", "-naccept", "1", "-cipher", suite + ":@SECLEVEL=0",
	}, serverArgs...)...)
	answer, err := server.StdinPipe() // held open: the server ends with its input
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client := exec.CommandContext(t.Context(), "openssl", append([]string{
		"s_client", "-connect", listener.Addr().String(), "-quiet", "-no_ign_eof", "-cipher", suite + ":@SECLEVEL=0", "-servername", "example.net",
	}, clientArgs...)...)
	say, err := client.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	near, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	var far net.Conn
	for range 100 {
		if far, err = net.Dial("tcp", address); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}

	var captured bytes.Buffer
	p := newTap(t, &captured)
	p.segment(0, capture.SYN, nil)
	p.segment(1, capture.SYN|capture.ACK, nil)
	p.segment(0, capture.ACK, nil)
	var both sync.WaitGroup
	both.Go(func() { p.copy(far, near, 0) })
	both.Go(func() { p.copy(near, far, 1) })
	message := "OPTIONS sip:example.net SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n" +
		"To: <sip:example.net>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
	fmt.Fprint(say, message)
	fmt.Fprint(answer, "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n"+
		"To: <sip:example.net>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
	time.Sleep(300 * time.Millisecond) // openssl's tools tell nobody when they have spoken
	say.Close()
	answer.Close()
	_ = client.Wait()
	near.Close()
	both.Wait()
	_ = server.Wait()
	if err := p.w.Flush(); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "fresh.pcap")
	if err := os.WriteFile(file, captured.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return file, key
}

var ja3 = regexp.MustCompile(`(?m)^ *ja3s? (string|fingerprint): .*\n`)

// TestAgainstSsldump: --style ssldump prints what ssldump does, but for its JA3 lines and for
// its documented defects, none of which these handshakes meet.
func TestAgainstSsldump(t *testing.T) {
	for _, program := range []string{"ssldump", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: nothing to compare with", program)
		}
	}
	// 1.5 calls itself 1.4.
	if v, _ := exec.Command("ssldump", "-v").CombinedOutput(); !bytes.HasPrefix(v, []byte("ssldump 1.4")) && !bytes.HasPrefix(v, []byte("ssldump 1.5")) {
		t.Skipf("ssldump is another version than 1.5: %.40q", v)
	}
	draft := filepath.Join("..", "..", "testdata", "draft-sec-flows")
	for _, c := range []struct {
		name   string
		record func(t *testing.T) (file, key string)
		opened bool // ssldump decrypts it
	}{
		{"draft", func(*testing.T) (string, string) {
			return filepath.Join(draft, "tls", "tls1.pcap"), filepath.Join(draft, "certs", "domain_key_example.net.pem")
		}, true},
		{"TLS 1.0 AES256-SHA", func(t *testing.T) (string, string) {
			return record(t, "AES256-SHA", []string{"-tls1"}, []string{"-tls1"})
		}, true},
		{"TLS 1.2 AES128-SHA256", func(t *testing.T) (string, string) {
			return record(t, "AES128-SHA256", []string{"-tls1_2", "-no_ticket"}, []string{"-tls1_2"})
		}, true},
		{"TLS 1.2 AES256-GCM-SHA384", func(t *testing.T) (string, string) {
			return record(t, "AES256-GCM-SHA384", []string{"-tls1_2"}, []string{"-tls1_2"})
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, key := c.record(t)
			for _, args := range [][]string{
				{"-n", "-A"}, {"-n"}, {"-n", "-A", "-e"}, {"-n", "-A", "-d", "-k", key},
			} {
				want, err := exec.Command("ssldump", append(args, "-r", file)...).Output()
				if err != nil {
					t.Fatalf("ssldump %v: %v", args, err)
				}
				want = ja3.ReplaceAll(want, nil)
				var got, complaints bytes.Buffer
				if code := run(t.Context(), append([]string{"--style", "ssldump", file}, args...), nil, &got, &complaints); code != 0 {
					t.Fatalf("exit %d: %s", code, &complaints)
				}
				if d := cmp.Diff(strings.SplitAfter(string(want), "\n"), strings.SplitAfter(got.String(), "\n")); d != "" {
					t.Errorf("ssldump %v (-), sipsecdump (+)\n%s", args, d)
				}
				if c.opened && len(args) > 4 && !strings.Contains(got.String(), "---------------") {
					t.Error("nothing was decrypted")
				}
			}
		})
	}
}
