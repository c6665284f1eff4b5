package maker_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

// serverHello is what the server chose, read from the wire.
func serverHello(t *testing.T, m made) (version, suite uint16) {
	t.Helper()
	for f, s := range streams(t, m.segments(t)) {
		if f.src.Port() != 5061 {
			continue
		}
		// Record header 5, handshake header 4, version 2, random 32, session id, suite.
		id := int(s[43])
		version = binary.BigEndian.Uint16([]byte(s[9:11]))
		suite = binary.BigEndian.Uint16([]byte(s[44+id:]))
		if strings.Contains(s[44+id:min(len(s), 140)], "\x00\x2b\x00\x02\x03\x04") {
			version = tls.VersionTLS13 // supported_versions (RFC 8446, Section 4.2.1)
		}
		return version, suite
	}
	t.Fatal("no server")
	return
}

// TestSuites: crypto/tls speaks each suite in each version that has it when asked for by
// name, also those that are off by default.
func TestSuites(t *testing.T) {
	ids := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	spoken := 0
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		for _, version := range maker.TLSVersions() {
			if !slices.Contains(s.SupportedVersions, ids[version]) {
				continue
			}
			t.Run(version+"/"+s.Name, func(t *testing.T) {
				o := maker.Options{Scenario: "tls", TLS: maker.TLS{Version: version, Suite: s.Name}}
				if strings.Contains(s.Name, "_ECDSA_") {
					o.Keys = keys.ec()
				}
				if version == "1.3" && s.Name != "TLS_AES_128_GCM_SHA256" {
					o.Keys = keys.rsa()
					_, err := maker.Make(t.Context(), new(bytes.Buffer), o)
					if err != nil && !strings.Contains(err.Error(), "crypto/tls chooses among those of TLS 1.3") {
						t.Error(err)
					}
					return
				}
				m := makeCapture(t, o)
				gotVersion, gotSuite := serverHello(t, m)
				if gotVersion != ids[version] || gotSuite != s.ID {
					t.Errorf("version %x, suite %s", gotVersion, tls.CipherSuiteName(gotSuite))
				}
				static := strings.HasPrefix(s.Name, "TLS_RSA_")
				if static == m.Result.KeyLog || static != (len(m.Keys) == 1) {
					t.Errorf("key log: %t, keys: %v", m.Result.KeyLog, m.Keys)
				}
				spoken++
			})
		}
	}
	if spoken < 40 {
		t.Errorf("only %d", spoken)
	}
}

func TestDefaultSuite(t *testing.T) {
	tests := []struct {
		tls            maker.TLS
		version, suite uint16
	}{
		{maker.TLS{}, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		{maker.TLS{Version: "1.0"}, tls.VersionTLS10, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		{maker.TLS{Version: "1.3"}, tls.VersionTLS13, tls.TLS_AES_128_GCM_SHA256},
		{maker.TLS{Suite: "TLS_RSA_WITH_RC4_128_SHA"}, tls.VersionTLS12, tls.TLS_RSA_WITH_RC4_128_SHA},
		{maker.TLS{Suite: "TLS_AES_128_GCM_SHA256"}, tls.VersionTLS13, tls.TLS_AES_128_GCM_SHA256},
	}
	for _, test := range tests {
		version, suite := serverHello(t, makeCapture(t, maker.Options{Scenario: "tls", TLS: test.tls}))
		if version != test.version || suite != test.suite {
			t.Errorf("%+v: version %x, suite %s", test.tls, version, tls.CipherSuiteName(suite))
		}
	}
}

func TestResumption(t *testing.T) {
	for _, version := range maker.TLSVersions() {
		t.Run(version, func(t *testing.T) {
			// Make itself fails if a session is not resumed.
			m := makeCapture(t, maker.Options{Scenario: "tls", TLS: maker.TLS{Version: version, Resume: "ticket"}})
			if m.Connections != 2 {
				t.Errorf("%d connections", m.Connections)
			}
			certificates := 0
			for _, s := range streams(t, m.segments(t)) {
				if strings.Contains(s, "fluffyCA") || strings.Contains(s, "sipit") {
					certificates++
				}
			}
			if want := map[bool]int{true: 0, false: 1}[version == "1.3"]; certificates != want {
				t.Errorf("%d streams show a certificate", certificates)
			}
		})
	}
	makeCapture(t, maker.Options{Scenario: "calls", Transport: "wss", Calls: 6, Connections: 3, TLS: maker.TLS{Version: "1.3", Resume: "ticket"}})
}

// TestNoServerName: the name is in the ClientHello unless it is to be left out.
func TestNoServerName(t *testing.T) {
	for _, left := range []bool{false, true} {
		m := makeCapture(t, maker.Options{Scenario: "tls", TLS: maker.TLS{NoServerName: left}})
		for f, s := range streams(t, m.segments(t)) {
			if f.src.Port() != 5061 && strings.Contains(s[:200], "example.net") == left {
				t.Errorf("left out: %v, but: %q", left, s[:200])
			}
		}
	}
	_, err := maker.Make(t.Context(), new(bytes.Buffer), maker.Options{
		Scenario: "tls", Keys: keys.rsa(), TLS: maker.TLS{NoServerName: true, Resume: "ticket"},
	})
	if _, ok := errors.AsType[*maker.OptionError](err); !ok {
		t.Errorf("with resumption: %v", err)
	}
}

func TestClientAuth(t *testing.T) {
	for _, version := range maker.TLSVersions() {
		m := makeCapture(t, maker.Options{Scenario: "tls", TLS: maker.TLS{Version: version, ClientAuth: true, Resume: "ticket"}})
		shown := 0
		for f, s := range streams(t, m.segments(t)) {
			if f.dst.Port() == 5061 && strings.Contains(s, "sip:example.com") {
				shown++
			}
		}
		if want := map[bool]int{true: 0, false: 1}[version == "1.3"]; shown != want {
			t.Errorf("%s: %d connections show the client's certificate", version, shown)
		}
	}
}

func TestKeyOfTheWrongKind(t *testing.T) {
	for _, test := range []struct{ keys, suite, want string }{
		{keys.rsa(), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "is RSA; TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 needs an elliptic curve"},
		{keys.ec(), "TLS_RSA_WITH_AES_128_CBC_SHA", "is not RSA, which TLS_RSA_WITH_AES_128_CBC_SHA needs"},
	} {
		_, err := maker.Make(t.Context(), new(bytes.Buffer), maker.Options{Scenario: "tls", Keys: test.keys, TLS: maker.TLS{Suite: test.suite}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.suite, err)
		}
	}
}

// TestKeyForTheSuite: what is made fits.
func TestKeyForTheSuite(t *testing.T) {
	m := makeCapture(t, maker.Options{Scenario: "tls", Keys: t.TempDir(), Key: certs.RSA2048,
		TLS: maker.TLS{Suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}})
	if len(m.Made) == 0 || m.CA == "" {
		t.Errorf("made %v, CA %q", m.Made, m.CA)
	}
}
