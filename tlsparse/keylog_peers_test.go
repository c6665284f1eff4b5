package tlsparse

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// keyLogOf reads a key log that a test made.
func keyLogOf(t testing.TB, text []byte) *KeyLog {
	t.Helper()
	var l KeyLog
	lines, malformed, err := l.Read("keys.log", bytes.NewReader(text))
	if err != nil || malformed > 0 {
		t.Fatal(err, lines)
	}
	return &l
}

// TestGoKeyLog lets crypto/tls write the key log.
func TestGoKeyLog(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaCertificate, ecdsaCertificate := selfSigned(t, rsaKey()), selfSigned(t, key)
	tests := []struct {
		name        string
		version     uint16
		suite       uint16
		certificate tls.Certificate
		kx          KeyExchange
		clientAuth  bool
		curves      []tls.CurveID
		history     string
	}{
		{name: "RSA TLS 1.0", version: tls.VersionTLS10, suite: tls.TLS_RSA_WITH_AES_128_CBC_SHA, certificate: rsaCertificate, kx: "RSA", history: "CsxnGIFifLl"},
		{name: "ECDHE TLS 1.0", version: tls.VersionTLS10, suite: tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, certificate: rsaCertificate, kx: "ECDHE_RSA", history: "CsxknGIFifLl"},
		{name: "ECDHE TLS 1.1", version: tls.VersionTLS11, suite: tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, certificate: rsaCertificate, kx: "ECDHE_RSA", history: "CsxknGIFifLl"},
		{name: "ECDHE_RSA GCM", version: tls.VersionTLS12, suite: tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, certificate: rsaCertificate, kx: "ECDHE_RSA", history: "CsxknGIFifLl"},
		{name: "ECDHE_ECDSA GCM", version: tls.VersionTLS12, suite: tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, certificate: ecdsaCertificate, kx: "ECDHE_ECDSA", history: "CsxknGIFifLl"},
		{name: "ECDHE client certificate", version: tls.VersionTLS12, suite: tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, certificate: rsaCertificate, kx: "ECDHE_RSA", clientAuth: true, history: "CsxkrnXGYIFifLl"},
		{name: "TLS 1.3", version: tls.VersionTLS13, certificate: rsaCertificate, history: "CsioxyfIFLl"},
		{name: "TLS 1.3 client certificate", version: tls.VersionTLS13, certificate: rsaCertificate, clientAuth: true, history: "CsiorxyfIXYFLl"},
		{name: "TLS 1.3 HelloRetryRequest", version: tls.VersionTLS13, certificate: rsaCertificate, curves: []tls.CurveID{tls.CurveP384}, history: "CjiICsoxyfFLl"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			server := &tls.Config{
				Certificates: []tls.Certificate{tt.certificate}, NextProtos: []string{"sip"},
				MinVersion: tt.version, MaxVersion: tt.version, KeyLogWriter: &log,
				CurvePreferences:       tt.curves,
				SessionTicketsDisabled: tt.version < tls.VersionTLS13,
			}
			if tt.suite != 0 {
				server.CipherSuites = []uint16{tt.suite}
			}
			if tt.clientAuth {
				server.ClientAuth = tls.RequireAnyClientCert
			}
			client := &tls.Config{
				InsecureSkipVerify: true, NextProtos: []string{"sip"}, ServerName: "sip.example.org", CipherSuites: server.CipherSuites,
				MinVersion: tt.version, MaxVersion: tt.version, Certificates: []tls.Certificate{rsaCertificate},
			}
			flow := converse(t, server, client)
			check := func(cfg *Config, v Verdict, texts [2]string) {
				t.Helper()
				s := NewSession(cfg)
				records := feed(s, flow)
				want{v, texts}.check(t, records, s.Close())
			}
			v := Verdict{Version: Version(tt.version), HasSuite: true, KeyExchange: tt.kx, ServerName: "sip.example.org", ALPN: "sip",
				ExtendedMasterSecret: tt.version < tls.VersionTLS13, Outcome: Decrypted, Reason: ReasonKeyLog, History: tt.history}
			check(&Config{Secrets: keyLogOf(t, log.Bytes())}, v, opened)
		})
	}
}

var _ = []any{os.Args, exec.Command, filepath.Join, strings.Cut}
