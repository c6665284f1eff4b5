package tlsparse

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms/pki"
)

// tape records what both sides of a connection send, in order.
type tape struct {
	mu     sync.Mutex
	pieces []piece
}

func (t *tape) add(d Dir, p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pieces = append(t.pieces, piece{d, bytes.Clone(p)})
}

func (t *tape) flow() []piece {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pieces
}

// tapedConn writes to the tape before its peer can read.
type tapedConn struct {
	net.Conn
	tape *tape
	dir  Dir
}

func (c *tapedConn) Write(p []byte) (int, error) {
	c.tape.add(c.dir, p)
	return c.Conn.Write(p)
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// selfSigned makes a certificate for the key.
func selfSigned(t testing.TB, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234),
		Subject:      pkix.Name{CommonName: "sip.example.org"},
		NotBefore:    time.Unix(1e9, 0),
		NotAfter:     time.Unix(3e9, 0),
		DNSNames:     []string{"sip.example.org"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

const (
	request  = "OPTIONS sip:example.org SIP/2.0\r\n\r\n"
	response = "SIP/2.0 200 OK\r\n\r\n"
)

// sockets are the two ends of a connection. net.Pipe has no buffer: peers that write at the same
// time, as TLS allows, would wait for each other.
func sockets(t testing.TB) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// converse lets two crypto/tls endpoints send a request and a response, and returns what went
// over the wire. Errors of the endpoints are the test's to judge by the tape.
func converse(t testing.TB, server, client *tls.Config) []piece {
	t.Helper()
	var tape tape
	a, b := sockets(t)
	c := tls.Client(&tapedConn{a, &tape, ClientToServer}, client)
	s := tls.Server(&tapedConn{b, &tape, ServerToClient}, server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer s.Close()
		buf := make([]byte, len(request))
		if _, err := io.ReadFull(s, buf); err != nil {
			return
		}
		io.WriteString(s, response)
		io.ReadFull(s, buf[:1]) // until the client closes
	}()
	if _, err := io.WriteString(c, request); err == nil {
		io.ReadFull(c, make([]byte, len(response)))
	}
	c.Close()
	<-done
	return tape.flow()
}

// talk lets two crypto/tls endpoints send n lines to and fro.
func talk(t testing.TB, version, suite uint16, n int) []piece {
	t.Helper()
	const line = "a line of what is said"
	server := &tls.Config{
		Certificates: []tls.Certificate{selfSigned(t, rsaKey())},
		MinVersion:   version, MaxVersion: version,
		CipherSuites: []uint16{suite},
	}
	client := server.Clone()
	client.InsecureSkipVerify = true
	var tape tape
	a, b := sockets(t)
	c := tls.Client(&tapedConn{a, &tape, ClientToServer}, client)
	s := tls.Server(&tapedConn{b, &tape, ServerToClient}, server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer s.Close()
		for buf := make([]byte, len(line)); ; {
			if _, err := io.ReadFull(s, buf); err != nil {
				return
			}
			s.Write(buf)
		}
	}()
	for range n {
		if _, err := io.WriteString(c, line); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, len(line))); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	<-done
	return tape.flow()
}

// plaintexts joins the application data of each direction.
func plaintexts(records []*Record) [2]string {
	var text [2]string
	for _, r := range records {
		if r.Content() == ApplicationData {
			text[r.Dir] += string(r.Plaintext)
		}
	}
	return text
}

// want is what is asked of a connection.
type want struct {
	verdict Verdict // without Detail and the counts; without CipherSuite, any will do
	texts   [2]string
}

func (w want) check(t *testing.T, records []*Record, got *Verdict) {
	t.Helper()
	v := *got
	if v.Detail == "" {
		t.Error("the verdict has no detail")
	}
	if v.Outcome == Decrypted && (v.RecordsEncrypted == 0 || v.RecordsEncrypted != v.RecordsDecrypted) {
		t.Errorf("decrypted: %d of %d records", v.RecordsDecrypted, v.RecordsEncrypted)
	}
	if v.Outcome == NotDecrypted && v.RecordsDecrypted+int(v.BytesDecrypted) != 0 {
		t.Errorf("not decrypted: %d records, %d octets", v.RecordsDecrypted, v.BytesDecrypted)
	}
	if w.verdict.CipherSuite == 0 {
		v.CipherSuite = 0 // the peers' choice
	}
	if helloLetter := strings.ContainsAny(v.History, "C"); (v.JA3 != "" && v.JA4 != "") != helloLetter {
		t.Errorf("fingerprints %q, %q", v.JA3, v.JA4)
	}
	v.JA3, v.JA3S, v.JA4 = "", "", ""
	v.Detail, v.RecordsEncrypted, v.RecordsDecrypted, v.BytesDecrypted = "", 0, 0, 0
	if diff := cmp.Diff(w.verdict, v); diff != "" {
		t.Errorf("verdict (-want +got):\n%s\n%s", diff, got.Detail)
	}
	if diff := cmp.Diff(w.texts, plaintexts(records)); diff != "" {
		t.Errorf("application data (-want +got):\n%s", diff)
	}
	if t.Failed() {
		for _, line := range summaries(records) {
			t.Log(line)
		}
	}
	for _, r := range records {
		if r.Err != nil {
			t.Errorf("record %d: %v", r.Number, r.Err)
		}
		for _, m := range r.Messages {
			if m.Err != nil {
				t.Errorf("record %d, %v: %v", r.Number, m.Type, m.Err)
			}
			if f, ok := m.Body.(*Finished); ok && !f.Verified {
				t.Errorf("record %d: Finished not verified", r.Number)
			}
		}
	}
}

var opened = [2]string{request, response}

func TestGoPeers(t *testing.T) {
	certificate := selfSigned(t, rsaKey())
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	other, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	wrong := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(other, "other.pem")}}
	elliptic, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	rsaVerdict := func(version Version, suite uint16) Verdict {
		return Verdict{Version: version, CipherSuite: CipherSuite(suite), HasSuite: true, KeyExchange: "RSA",
			ServerName: "sip.example.org", ALPN: "sip", ExtendedMasterSecret: true,
			Outcome: Decrypted, Reason: ReasonRSAKey, History: "CsxnGIFifLl"}
	}
	with := func(v Verdict, change func(*Verdict)) Verdict {
		change(&v)
		return v
	}
	tests := []struct {
		name        string
		version     uint16
		suite       uint16
		certificate tls.Certificate
		keys        *pki.Keyring
		want        want
	}{
		{"TLS 1.0 AES-128-CBC", tls.VersionTLS10, tls.TLS_RSA_WITH_AES_128_CBC_SHA, certificate, keys,
			want{rsaVerdict(TLS10, 0x002f), opened}},
		{"TLS 1.0 3DES", tls.VersionTLS10, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, certificate, keys,
			want{rsaVerdict(TLS10, 0x000a), opened}},
		{"TLS 1.1 AES-256-CBC", tls.VersionTLS11, tls.TLS_RSA_WITH_AES_256_CBC_SHA, certificate, keys,
			want{rsaVerdict(TLS11, 0x0035), opened}},
		{"TLS 1.2 AES-128-CBC", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA, certificate, keys,
			want{rsaVerdict(TLS12, 0x002f), opened}},
		{"TLS 1.2 AES-128-CBC-SHA256", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA256, certificate, keys,
			want{rsaVerdict(TLS12, 0x003c), opened}},
		{"TLS 1.2 AES-128-GCM", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, certificate, keys,
			want{rsaVerdict(TLS12, 0x009c), opened}},
		{"TLS 1.2 AES-256-GCM", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_256_GCM_SHA384, certificate, keys,
			want{rsaVerdict(TLS12, 0x009d), opened}},
		{"no key", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, certificate, nil,
			want{with(rsaVerdict(TLS12, 0x009c), func(v *Verdict) {
				v.Outcome, v.Reason, v.History = NotDecrypted, ReasonNoKey, "CsxnGIi"
			}), [2]string{}}},
		{"another key", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, certificate, wrong,
			want{with(rsaVerdict(TLS12, 0x009c), func(v *Verdict) {
				v.Outcome, v.Reason, v.History = NotDecrypted, ReasonKeyMismatch, "CsxnGIi"
			}), [2]string{}}},
		{"TLS 1.2 RC4", tls.VersionTLS12, tls.TLS_RSA_WITH_RC4_128_SHA, certificate, keys,
			want{rsaVerdict(TLS12, 0x0005), opened}},
		{"ECDHE_RSA", tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, certificate, keys,
			want{with(rsaVerdict(TLS12, 0xc02f), func(v *Verdict) {
				v.KeyExchange = "ECDHE_RSA"
				v.Outcome, v.Reason, v.History = NotDecrypted, ReasonEphemeral, "CsxknGIi"
			}), [2]string{}}},
		{"ECDHE_RSA TLS 1.0", tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, certificate, keys,
			want{with(rsaVerdict(TLS10, 0xc013), func(v *Verdict) {
				v.KeyExchange = "ECDHE_RSA"
				v.Outcome, v.Reason, v.History = NotDecrypted, ReasonEphemeral, "CsxknGIi"
			}), [2]string{}}},
		{"ECDHE_ECDSA", tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, selfSigned(t, elliptic), keys,
			want{with(rsaVerdict(TLS12, 0xc02b), func(v *Verdict) {
				v.KeyExchange = "ECDHE_ECDSA"
				v.Outcome, v.Reason, v.History = NotDecrypted, ReasonEphemeral, "CsxknGIi"
			}), [2]string{}}},
		{"TLS 1.3", tls.VersionTLS13, 0, certificate, keys,
			want{Verdict{Version: TLS13, HasSuite: true, ServerName: "sip.example.org",
				Outcome: NotDecrypted, Reason: ReasonEphemeral, History: "CsiI"}, [2]string{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := &tls.Config{
				Certificates: []tls.Certificate{tt.certificate},
				MinVersion:   tt.version, MaxVersion: tt.version,
				CipherSuites:           []uint16{tt.suite},
				NextProtos:             []string{"sip"},
				SessionTicketsDisabled: true,
			}
			client := server.Clone()
			client.InsecureSkipVerify = true
			client.ServerName = "sip.example.org"
			s := NewSession(&Config{Keys: tt.keys})
			records := feed(s, converse(t, server, client))
			tt.want.check(t, records, s.Close())
		})
	}
}

// cache is a SessionCache that is a map.
type cache map[string][]byte

func (c cache) Store(id, master []byte) { c[string(id)] = bytes.Clone(master) }

func (c cache) Lookup(id []byte) ([]byte, bool) {
	master, ok := c[string(id)]
	return master, ok
}

func TestTicketResumption(t *testing.T) {
	server := &tls.Config{
		Certificates: []tls.Certificate{selfSigned(t, rsaKey())},
		MaxVersion:   tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256},
	}
	client := server.Clone()
	client.InsecureSkipVerify = true
	client.ServerName = "sip.example.org"
	client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	flows := [][]piece{converse(t, server, client), converse(t, server, client)}

	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	first := Verdict{Version: TLS12, CipherSuite: 0x009c, HasSuite: true, KeyExchange: "RSA",
		ServerName: "sip.example.org", ExtendedMasterSecret: true,
		Outcome: Decrypted, Reason: ReasonRSAKey, History: "CsxnGIFtifLl"}
	second := first
	second.Resumed, second.Reason, second.History = true, ReasonSession, "CstifIFLl"
	unknown := second
	unknown.Outcome, unknown.Reason, unknown.History = NotDecrypted, ReasonResumed, "CstiI"

	t.Run("both", func(t *testing.T) {
		cfg := &Config{Keys: keys, Sessions: cache{}}
		for i, v := range []Verdict{first, second} {
			s := NewSession(cfg)
			records := feed(s, flows[i])
			want{v, opened}.check(t, records, s.Close())
		}
	})
	t.Run("only the second", func(t *testing.T) {
		s := NewSession(&Config{Keys: keys, Sessions: cache{}})
		records := feed(s, flows[1])
		want{unknown, [2]string{}}.check(t, records, s.Close())
	})
	t.Run("no cache", func(t *testing.T) {
		s := NewSession(&Config{Keys: keys})
		records := feed(s, flows[1])
		want{unknown, [2]string{}}.check(t, records, s.Close())
	})
}

func TestHandshakeFailure(t *testing.T) {
	server := &tls.Config{
		Certificates: []tls.Certificate{selfSigned(t, rsaKey())},
		MaxVersion:   tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256},
	}
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	tests := []struct {
		name   string
		client *tls.Config
		server func(*tls.Config)
		detail string
		text   string
	}{
		{"no common suite", &tls.Config{ServerName: "sip.example.org", CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}, MaxVersion: tls.VersionTLS12}, nil,
			"the server sent the alert handshake_failure (40) in record 2", "Cl"},
		{"unknown authority", &tls.Config{ServerName: "sip.example.org", MaxVersion: tls.VersionTLS12, CipherSuites: server.CipherSuites}, nil,
			"the client sent the alert bad_certificate (42) in record 5", "CsxnL"},
		{"no client certificate", &tls.Config{ServerName: "sip.example.org", InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: server.CipherSuites},
			func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			"the server sent the alert handshake_failure (40) in record 10", "CsxrnXGIFl"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := server.Clone()
			if tt.server != nil {
				tt.server(cfg)
			}
			s := NewSession(&Config{Keys: keys})
			records := feed(s, converse(t, cfg, tt.client))
			v := s.Close()
			if v.Outcome != HandshakeFailed || v.Reason != ReasonAlert || v.Detail != tt.detail || v.History != tt.text {
				t.Errorf("got %s, %s, %q, %s", v.Outcome, v.Reason, v.Detail, v.History)
				for _, line := range summaries(records) {
					t.Log(line)
				}
			}
		})
	}
}
