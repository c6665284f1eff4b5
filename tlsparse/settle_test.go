package tlsparse

import (
	"bytes"
	"crypto/tls"
	"runtime"
	"testing"

	"sipsecdump/cms/pki"
)

// BenchmarkOpenSession tells how much memory a connection keeps after its handshake and some
// records, its ciphers included.
func BenchmarkOpenSession(b *testing.B) {
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	var log bytes.Buffer
	tls13 := &tls.Config{Certificates: []tls.Certificate{selfSigned(b, rsaKey())}, MinVersion: tls.VersionTLS13, KeyLogWriter: &log}
	flow13 := converse(b, tls13, &tls.Config{InsecureSkipVerify: true})
	secrets := keyLogOf(b, log.Bytes())
	cases := []struct {
		name string
		cfg  *Config
		flow []piece
	}{
		{"TLS 1.2 CBC", &Config{Keys: keys}, talk(b, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA, 3)},
		{"TLS 1.2 GCM", &Config{Keys: keys}, talk(b, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, 3)},
		{"TLS 1.2 closed", &Config{}, talk(b, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, 3)},
		{"TLS 1.3", &Config{Secrets: secrets}, flow13},
		{"TLS 1.3 closed", &Config{}, flow13},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			const sessions = 500
			var kept uint64
			for b.Loop() {
				open := make([]*Session, sessions)
				before := heap()
				for i := range open {
					open[i] = NewSession(c.cfg)
					for _, p := range c.flow {
						open[i].Feed(p.dir, p.data, func(*Record) {})
					}
				}
				kept = heap() - before
				runtime.KeepAlive(open)
			}
			b.ReportMetric(float64(kept)/sessions, "B/session")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
