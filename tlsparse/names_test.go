package tlsparse

import (
	"cmp"
	"fmt"
	"testing"
)

// TestTables holds the number of rows of each generated table, so that a registry that shrinks
// or grows is seen, and their order, which the search relies on.
func TestTables(t *testing.T) {
	for _, tt := range []struct {
		name  string
		table nameTable
		rows  int
	}{
		{"contentTypeNames", contentTypeNames, 7},
		{"handshakeTypeNames", handshakeTypeNames, 24},
		{"alertLevelNames", alertLevelNames, 2},
		{"alertDescriptionNames", alertDescriptionNames, 37},
		{"cipherSuiteNames", cipherSuiteNames, 422},
		{"compressionMethodNames", compressionMethodNames, 3},
		{"extensionTypeNames", extensionTypeNames, 88},
		{"namedGroupNames", namedGroupNames, 70},
		{"signatureSchemeNames", signatureSchemeNames, 30},
		{"clientCertificateTypeNames", clientCertificateTypeNames, 12},
		{"curveTypeNames", curveTypeNames, 3},
	} {
		if len(tt.table) != tt.rows {
			t.Errorf("%s has %d rows, want %d", tt.name, len(tt.table), tt.rows)
		}
		for i, row := range tt.table {
			if row.name == "" || i > 0 && cmp.Compare(tt.table[i-1].value, row.value) >= 0 {
				t.Errorf("%s: row %d, %#x %q", tt.name, i, row.value, row.name)
			}
		}
	}
}

func TestNames(t *testing.T) {
	type named interface {
		fmt.Stringer
		Name() string
	}
	for _, tt := range []struct {
		value        named
		name, string string
	}{
		{CipherSuite(0x0035), "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"},
		{CipherSuite(0x1301), "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"},
		{CipherSuite(0x0a0a), "GREASE", "GREASE"},
		{CipherSuite(0x00fe), "", "0x00fe"},
		{TypeClientHello, "client_hello", "client_hello"},
		{TypeServerHelloDone, "server_hello_done", "server_hello_done"},
		{HandshakeType(24), "key_update", "key_update"},
		{HandshakeType(99), "", "99"},
		{ApplicationData, "application_data", "application_data"},
		{ContentType(99), "", "99"},
		{AlertFatal, "fatal", "fatal"},
		{AlertLevel(7), "", "7"},
		{AlertDescription(40), "handshake_failure", "handshake_failure"},
		{AlertDescription(48), "unknown_ca", "unknown_ca"},
		{AlertDescription(120), "no_application_protocol", "no_application_protocol"},
		{AlertDescription(255), "", "255"},
		{CompressionMethod(0), "NULL", "NULL"},
		{CompressionMethod(1), "DEFLATE", "DEFLATE"},
		{CompressionMethod(9), "", "9"},
		{ExtServerName, "server_name", "server_name"},
		{ExtensionType(65281), "renegotiation_info", "renegotiation_info"},
		{ExtensionType(0x7777), "", "0x7777"},
		{NamedGroup(29), "x25519", "x25519"},
		{NamedGroup(4588), "X25519MLKEM768", "X25519MLKEM768"},
		{NamedGroup(0x7777), "", "0x7777"},
		{SignatureScheme(0x0804), "rsa_pss_rsae_sha256", "rsa_pss_rsae_sha256"},
		{SignatureScheme(0x0402), "dsa_sha256", "dsa_sha256"},
		{SignatureScheme(0x0303), "ecdsa_sha224", "ecdsa_sha224"},
		{SignatureScheme(0x0700), "", "0x0700"},
		{ClientCertificateType(64), "ecdsa_sign", "ecdsa_sign"},
		{ClientCertificateType(99), "", "99"},
		{CurveType(3), "named_curve", "named_curve"},
		{CurveType(9), "", "9"},
		{TLS10, "TLS 1.0", "TLS 1.0"},
		{SSL20, "SSL 2.0", "SSL 2.0"},
		{Version(0x7f1c), "", "0x7f1c"},
	} {
		if tt.value.Name() != tt.name || tt.value.String() != tt.string {
			t.Errorf("%T: %q and %q, want %q and %q", tt.value, tt.value.Name(), tt.value, tt.name, tt.string)
		}
	}
}

func TestKeyExchange(t *testing.T) {
	for suite, want := range map[CipherSuite]KeyExchange{
		0x0035: "RSA",
		0x0003: "RSA_EXPORT",
		0x0016: "DHE_RSA",
		0x0018: "DH_anon",
		0xc00a: "ECDHE_ECDSA",
		0xc014: "ECDHE_RSA",
		0x008c: "PSK",
		0xfeff: "RSA",
		0x1301: "",
		0xfafa: "",
	} {
		if got := suite.KeyExchange(); got != want {
			t.Errorf("%v: %q, want %q", suite, got, want)
		}
	}
	for kx, want := range map[KeyExchange]bool{
		"RSA": false, "DHE_RSA": true, "ECDHE_RSA": true, "DH_anon": true, "DH_anon_EXPORT": true, "ECDH_anon": true,
		"DH_RSA": false, "ECDH_RSA": false, "PSK": false, "DHE_PSK": true, "": false,
	} {
		if got := kx.Ephemeral(); got != want {
			t.Errorf("%s: %v", kx, got)
		}
	}
}

func TestSniff(t *testing.T) {
	const no, yes, more = "no", "yes", "more"
	sslv2 := "\x80\x2e\x01\x03\x01"
	for _, tt := range []struct {
		data, want string
		sender     string
	}{
		{"\x16\x03\x01\x00\x31\x01", yes, "C>S"},
		{"\x16\x03\x03\x00\x31\x02", yes, "S>C"},
		{"\x16\x03\x03\x00\x31\x0e", yes, "S>C"},
		{"\x16\x03\x03\x00\x31\x10", yes, "C>S"},
		{"\x16\x03\x03\x00\x31\x0b", yes, ""},
		{"\x17\x03\x03\x00\x31\x01", yes, ""},
		{"\x17\x03\x03\x00\x00", yes, ""},
		{"\x16\x03\x03\x00\x00", no, ""},
		{"\x16\x03\x03\xff\xff", no, ""},
		{"\x16\x02\x03", no, ""},
		{"\x16\x03\x09", no, ""},
		{sslv2, yes, "C>S"},
		{"\x80\x2e\x02", no, ""},
		{"\x80\x0e\x01\x03\x01", no, ""},
		{"\x80\x2e\x01\x05\x01", no, ""},
		{"OPTIONS sip:", no, ""},
		{"\r\n\r\n", no, ""},
		{"", more, ""},
	} {
		answer := func(p string) string {
			isTLS, enough := Sniff([]byte(p))
			switch {
			case !enough:
				return more
			case isTLS:
				return yes
			}
			return no
		}
		if got := answer(tt.data); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.data, got, tt.want)
		}
		for n := range len(tt.data) {
			if got := answer(tt.data[:n]); got != more && got != tt.want {
				t.Errorf("%q: %s, later %s", tt.data[:n], got, tt.want)
			}
		}
		sender := ""
		if d, known := SniffSender([]byte(tt.data)); known {
			sender = d.String()
		}
		if sender != tt.sender {
			t.Errorf("%q: sender %q, want %q", tt.data, sender, tt.sender)
		}
	}
}
