package tlsparse

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sipsecdump/cms/pki"
)

// whatIsSent compares messages, and not what was taken apart of them beside.
var whatIsSent = cmpopts.IgnoreUnexported(Certificate{})

// message builds a handshake message from hexadecimal with spaces.
func message(typ HandshakeType, content string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(content, " ", ""))
	if err != nil {
		panic(err)
	}
	return append([]byte{byte(typ), byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

var (
	random32    = strings.Repeat("ab", 32)
	rawRandom32 = bytes.Repeat([]byte{0xab}, 32)
)

// messageTests has one message of every form, and is the fuzz target's seed.
var messageTests = []struct {
	name    string
	raw     []byte
	version Version
	kx      KeyExchange
	want    any
}{
	{"HelloRequest", message(TypeHelloRequest, ""), TLS12, "", nil},
	{"ServerHelloDone", message(TypeServerHelloDone, ""), TLS12, "", nil},
	{"ClientHello", message(TypeClientHello, "0301"+random32+"02 0102 0004 0035002f 01 00"), 0, "",
		&ClientHello{Version: TLS10, Random: rawRandom32, SessionID: []byte{1, 2},
			CipherSuites: []CipherSuite{0x0035, 0x002f}, Compression: []CompressionMethod{0}}},
	{"ClientHello with no extension", message(TypeClientHello, "0301"+random32+"00 0002 0035 02 0001 0000"), 0, "",
		&ClientHello{Version: TLS10, Random: rawRandom32, SessionID: []byte{},
			CipherSuites: []CipherSuite{0x0035}, Compression: []CompressionMethod{0, 1}, HasExtensions: true}},
	{"ClientHello with extensions", message(TypeClientHello, "0303"+random32+"00 0002 1301 01 00 0039"+
		"0000 0010 000e 00 000b 6578616d706c652e6e6574"+ // server_name
		"0010 0006 0004 03 736970"+ // ALPN
		"0023 0002 7777"+ // session_ticket
		"002b 0005 04 0304 0303"+ // supported_versions
		"0017 0000 0016 0000 7777 0000"), 0, "",
		&ClientHello{Version: TLS12, Random: rawRandom32, SessionID: []byte{},
			CipherSuites: []CipherSuite{0x1301}, Compression: []CompressionMethod{0}, HasExtensions: true,
			Extensions: []Extension{
				{ExtServerName, []byte("\x00\x0e\x00\x00\x0bexample.net")},
				{ExtALPN, []byte("\x00\x04\x03sip")},
				{ExtSessionTicket, []byte("ww")},
				{ExtSupportedVersions, []byte("\x04\x03\x04\x03\x03")},
				{ExtExtendedMasterSecret, []byte{}}, {ExtEncryptThenMAC, []byte{}}, {0x7777, []byte{}},
			}}},
	{"ServerHello", message(TypeServerHello, "0301"+random32+"01 77 0035 00"), 0, "",
		&ServerHello{Version: TLS10, Random: rawRandom32, SessionID: []byte{0x77}, CipherSuite: 0x0035}},
	{"ServerHello of TLS 1.3", message(TypeServerHello, "0303"+random32+"00 1301 00 0006 002b 0002 0304"), 0, "",
		&ServerHello{Version: TLS12, Random: rawRandom32, SessionID: []byte{}, CipherSuite: 0x1301, HasExtensions: true,
			Extensions: []Extension{{ExtSupportedVersions, []byte{3, 4}}}}},
	{"Certificate", message(TypeCertificate, "000009 000002 3000 000001 31"), TLS12, "",
		&Certificate{Chain: [][]byte{{0x30, 0}, {0x31}}}},
	{"no certificate", message(TypeCertificate, "000000"), TLS12, "", &Certificate{}},
	{"ServerKeyExchange DHE", message(TypeServerKeyExchange, "0002 aabb 0001 02 0002 ccdd 0401 0003 010203"), TLS12, "DHE_RSA",
		&ServerKeyExchange{KeyExchange: "DHE_RSA", P: []byte{0xaa, 0xbb}, G: []byte{2}, Ys: []byte{0xcc, 0xdd},
			SignatureAlgorithm: 0x0401, Signature: []byte{1, 2, 3}}},
	{"ServerKeyExchange DHE TLS 1.1", message(TypeServerKeyExchange, "0001 aa 0001 02 0001 cc 0003 010203"), TLS11, "DHE_DSS",
		&ServerKeyExchange{KeyExchange: "DHE_DSS", P: []byte{0xaa}, G: []byte{2}, Ys: []byte{0xcc}, Signature: []byte{1, 2, 3}}},
	{"ServerKeyExchange anonymous", message(TypeServerKeyExchange, "0001 aa 0001 02 0001 cc"), TLS12, "DH_anon",
		&ServerKeyExchange{KeyExchange: "DH_anon", P: []byte{0xaa}, G: []byte{2}, Ys: []byte{0xcc}}},
	{"ServerKeyExchange ECDHE", message(TypeServerKeyExchange, "03 001d 02 eeff 0804 0001 09"), TLS12, "ECDHE_RSA",
		&ServerKeyExchange{KeyExchange: "ECDHE_RSA", CurveType: 3, Group: 29, Point: []byte{0xee, 0xff},
			SignatureAlgorithm: 0x0804, Signature: []byte{9}}},
	{"ServerKeyExchange export", message(TypeServerKeyExchange, "0002 aabb 0003 010001 0001 09"), TLS10, "RSA_EXPORT",
		&ServerKeyExchange{KeyExchange: "RSA_EXPORT", P: []byte{0xaa, 0xbb}, G: []byte{1, 0, 1}, Signature: []byte{9}}},
	{"ServerKeyExchange of another family", message(TypeServerKeyExchange, "0102"), TLS12, "SRP_SHA",
		&ServerKeyExchange{KeyExchange: "SRP_SHA"}},
	{"CertificateRequest", message(TypeCertificateRequest, "03 010240 0004 0002 3000"), TLS10, "",
		&CertificateRequest{Types: []ClientCertificateType{1, 2, 64}, Authorities: [][]byte{{0x30, 0}}}},
	{"CertificateRequest TLS 1.2", message(TypeCertificateRequest, "01 01 0004 0401 0403 0000"), TLS12, "",
		&CertificateRequest{Types: []ClientCertificateType{1}, SignatureAlgorithms: []SignatureScheme{0x0401, 0x0403}}},
	{"CertificateVerify", message(TypeCertificateVerify, "0002 aabb"), TLS11, "",
		&CertificateVerify{Signature: []byte{0xaa, 0xbb}}},
	{"CertificateVerify TLS 1.2", message(TypeCertificateVerify, "0401 0002 aabb"), TLS12, "",
		&CertificateVerify{Algorithm: 0x0401, Signature: []byte{0xaa, 0xbb}}},
	{"ClientKeyExchange RSA", message(TypeClientKeyExchange, "0002 aabb"), TLS10, "RSA",
		&ClientKeyExchange{EncryptedPreMasterSecret: []byte{0xaa, 0xbb}}},
	{"ClientKeyExchange RSA SSL 3.0", message(TypeClientKeyExchange, "aabb"), SSL30, "RSA",
		&ClientKeyExchange{EncryptedPreMasterSecret: []byte{0xaa, 0xbb}}},
	{"ClientKeyExchange DH", message(TypeClientKeyExchange, "0002 aabb"), TLS10, "DHE_RSA",
		&ClientKeyExchange{PublicValue: []byte{0xaa, 0xbb}}},
	{"ClientKeyExchange ECDH", message(TypeClientKeyExchange, "02 aabb"), TLS10, "ECDHE_RSA",
		&ClientKeyExchange{PublicValue: []byte{0xaa, 0xbb}}},
	{"ClientKeyExchange implicit", message(TypeClientKeyExchange, ""), TLS10, "DH_RSA", &ClientKeyExchange{}},
	{"ClientKeyExchange of another family", message(TypeClientKeyExchange, "aabb"), TLS12, "PSK", nil},
	{"NewSessionTicket", message(TypeNewSessionTicket, "00000e10 0002 7777"), TLS12, "",
		&NewSessionTicket{Lifetime: 3600, Ticket: []byte("ww")}},
	{"Finished", message(TypeFinished, "aabb"), TLS12, "", &Finished{VerifyData: []byte{0xaa, 0xbb}}},
	{"CertificateStatus", message(TypeCertificateStatus, "01 000001 aa"), TLS12, "",
		&CertificateStatus{StatusType: 1, Response: []byte{0xaa}}},
	{"CertificateURL", message(TypeClientCertificateURL, "01 0018 0001 61 01"+strings.Repeat("cd", 20)), TLS12, "",
		&ClientCertificateURL{ChainType: 1, URLs: []CertificateURL{{URL: "a", Padding: 1, SHA1: bytes.Repeat([]byte{0xcd}, 20)}}}},
	{"SupplementalData", message(TypeSupplementalData, "000005 4002 0001 aa"), TLS12, "",
		&SupplementalData{Entries: []SupplementalEntry{{0x4002, []byte{0xaa}}}}},
	{"EncryptedExtensions", message(TypeEncryptedExtensions, "000a 0010 0006 0004 03 736970"), TLS13, "",
		&EncryptedExtensions{[]Extension{{ExtALPN, []byte("\x00\x04\x03sip")}}}},
	{"EndOfEarlyData", message(TypeEndOfEarlyData, ""), TLS13, "", nil},
	{"NewSessionTicket of TLS 1.3", message(TypeNewSessionTicket, "00000e10 00000001 01 05 0002 7777 0008 002a 0004 00004000"), TLS13, "",
		&NewSessionTicket{Lifetime: 3600, AgeAdd: 1, Nonce: []byte{5}, Ticket: []byte("ww"),
			Extensions: []Extension{{ExtEarlyData, []byte{0, 0, 0x40, 0}}}}},
	{"Certificate of TLS 1.3", message(TypeCertificate, "01 09 00000b 000002 aabb 0004 0012 0000"), TLS13, "",
		&Certificate{Context: []byte{9}, Chain: [][]byte{{0xaa, 0xbb}}, Extensions: [][]Extension{{{ExtSCT, []byte{}}}}}},
	{"CertificateRequest of TLS 1.3", message(TypeCertificateRequest, "00 0013 000d 0004 0002 0403 002f 0007 0005 0003 300100"), TLS13, "",
		&CertificateRequest{Context: []byte{}, SignatureAlgorithms: []SignatureScheme{0x0403}, Authorities: [][]byte{{0x30, 1, 0}},
			Extensions: []Extension{{ExtSignatureAlgorithms, []byte{0, 2, 4, 3}}, {ExtAuthorities, []byte{0, 5, 0, 3, 0x30, 1, 0}}}}},
	{"CertificateVerify of TLS 1.3", message(TypeCertificateVerify, "0804 0001 aa"), TLS13, "",
		&CertificateVerify{Algorithm: 0x0804, Signature: []byte{0xaa}}},
	{"KeyUpdate", message(TypeKeyUpdate, "01"), TLS13, "", &KeyUpdate{Request: 1}},
	{"CompressedCertificate", message(TypeCompressedCertificate, "0001 00000b 000013 789c636060606760605ab59b8101000526016f"), TLS13, "",
		&CompressedCertificate{Algorithm: CompressionZlib, UncompressedLength: 11,
			Compressed:  unhex("789c636060606760605ab59b8101000526016f"),
			Certificate: &Certificate{Context: []byte{}, Chain: [][]byte{{0xaa, 0xbb}}, Extensions: [][]Extension{nil}}}},
	{"CompressedCertificate of brotli", message(TypeCompressedCertificate, "0002 00000b 000001 aa"), TLS13, "",
		&CompressedCertificate{Algorithm: 2, UncompressedLength: 11, Compressed: []byte{0xaa}}},
	{"an unknown type", message(99, "aabb"), TLS12, "", nil},
}

func TestMessages(t *testing.T) {
	for _, tt := range messageTests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseHandshake(tt.raw, tt.version.datagram(), tt.version, tt.kx)
			if err != nil {
				t.Fatal(err)
			}
			if m, ok := got.(*ServerKeyExchange); ok {
				if !bytes.Equal(m.Raw, tt.raw[messageHeader:]) {
					t.Errorf("Raw is %x", m.Raw)
				}
				m.Raw = nil
			}
			if diff := cmp.Diff(tt.want, got, whatIsSent); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// lenient are the messages that any octets are, or that end where their extensions may start.
func lenient(name string, cut int, raw []byte) bool {
	switch {
	case strings.HasSuffix(name, "another family"), name == "Finished",
		name == "an unknown type", name == "ClientKeyExchange RSA SSL 3.0":
		return true
	case strings.HasPrefix(name, "ClientKeyExchange "): // implicit
		return cut == messageHeader
	case strings.HasPrefix(name, "ClientHello with"), strings.HasPrefix(name, "ServerHello of"):
		_, err := parseHandshake(raw[:cut], false, TLS12, "")
		return err == nil && !hasExtensions(raw[:cut])
	}
	return false
}

func hasExtensions(raw []byte) bool {
	body, _ := parseHandshake(raw, false, TLS12, "")
	switch h := body.(type) {
	case *ClientHello:
		return h.HasExtensions
	case *ServerHello:
		return h.HasExtensions
	}
	return false
}

// TestMessagePrefixes cuts every message at every octet and puts one more at its end: neither
// is ever silent.
func TestMessagePrefixes(t *testing.T) {
	for _, tt := range messageTests {
		for n := messageHeader; n < len(tt.raw); n++ {
			body, err := parseHandshake(tt.raw[:n], tt.version.datagram(), tt.version, tt.kx)
			if err == nil && !lenient(tt.name, n, tt.raw) {
				t.Errorf("%s, %d octets of %d: no error, %+v", tt.name, n, len(tt.raw), body)
			}
			if e, ok := err.(*Error); ok && (e.Offset < messageHeader || e.Offset > int64(n) || e.Field == "" || e.Section == "" || e.Text == "") {
				t.Errorf("%s, %d octets: %+v", tt.name, n, e)
			}
		}
		longer := append(bytes.Clone(tt.raw), 0)
		if _, err := parseHandshake(longer, tt.version.datagram(), tt.version, tt.kx); err == nil && !lenient(tt.name, messageHeader, longer) {
			t.Errorf("%s with one octet more: no error", tt.name)
		}
	}
}

// TestMessageErrors holds where an error is said to be, and what is read in spite of it.
func TestMessageErrors(t *testing.T) {
	hello := func(extensions string) []byte {
		return message(TypeClientHello, "0303"+random32+"00 0002 1301 01 00"+extensions)
	}
	const extensions = 4 + 2 + 32 + 1 + 4 + 2
	tests := []struct {
		name    string
		raw     []byte
		code    string
		offset  int64
		field   string
		section string
		text    string
	}{
		{"random", message(TypeClientHello, "0303 abab"), CodeShort, 6, "ClientHello.random",
			"RFC 5246, Section 7.4.1.2", "needs 32 octets, 2 are left"},
		{"odd suites", message(TypeClientHello, "0303"+random32+"00 0003 130100 01 00"), CodeTrailing, 43, "ClientHello.cipher_suites",
			"RFC 5246, Section 7.4.1.2", "1 octet follows its end"},
		{"long session id", message(TypeServerHello, "0303"+random32+"21"+random32+"00 1301 00"), CodeBadLength, 72, "ServerHello.session_id",
			"RFC 5246, Section 7.4.1.3", "has 33 octets, 32 are the most"},
		{"extensions too long", hello("0005 7777 0000"), CodeShort, extensions + 2, "ClientHello.extensions",
			"RFC 5246, Section 7.4.1.2", "needs 5 octets, 4 are left"},
		{"server_name", hello("0008 0000 0004 0003 0000"), CodeShort, extensions + 8, "ClientHello.server_name.server_name_list",
			"RFC 6066, Section 3", "needs 3 octets, 2 are left"},
		{"ALPN", hello("0008 0010 0004 0001 00 00"), CodeTrailing, extensions + 9, "ClientHello.application_layer_protocol_negotiation",
			"RFC 7301, Section 3.1", "1 octet follows its end"},
		{"extended_master_secret", hello("0005 0017 0001 00"), CodeTrailing, extensions + 6, "ClientHello.extended_master_secret",
			"RFC 5246, Section 7.4.1.2", "1 octet follows its end"},
		{"an empty certificate", message(TypeCertificate, "000003 000000"), CodeBadLength, 10, "Certificate.certificate_list.ASN.1Cert",
			"RFC 5246, Section 7.4.2", "is empty"},
		{"HelloRequest", message(TypeHelloRequest, "00"), CodeTrailing, 4, "HelloRequest",
			"RFC 5246, Section 7.4.1.1", "1 octet follows its end"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseHandshake(tt.raw, false, TLS12, "")
			want := &Error{Code: tt.code, Offset: tt.offset, Field: tt.field, Section: tt.section, Text: tt.text}
			if diff := cmp.Diff(error(want), err); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("an explicit curve", func(t *testing.T) {
		_, err := parseHandshake(message(TypeServerKeyExchange, "01 00"), false, TLS12, "ECDHE_RSA")
		if e, ok := err.(*Error); !ok || e.Code != CodeUnexpectedValue {
			t.Error(err)
		}
	})
	t.Run("what follows a bad extension", func(t *testing.T) {
		body, err := parseHandshake(hello("000d 0000 0001 ff 0010 0004 0002 01 78"), false, TLS12, "")
		if h := body.(*ClientHello); err == nil || len(h.Extensions) != 2 || !cmp.Equal(h.ALPN(), []string{"x"}) {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

func TestHelloHelpers(t *testing.T) {
	c := &ClientHello{Extensions: []Extension{
		{ExtServerName, []byte("\x00\x0e\x00\x00\x0bexample.net")},
		{ExtALPN, []byte("\x00\x07\x03sip\x02ws")},
		{ExtSupportedVersions, []byte("\x04\x03\x04\x03\x03")},
	}}
	if got := c.ServerName(); got != "example.net" {
		t.Errorf("ServerName %q", got)
	}
	if got := c.ALPN(); !cmp.Equal(got, []string{"sip", "ws"}) {
		t.Errorf("ALPN %q", got)
	}
	if got := c.SupportedVersions(); !cmp.Equal(got, []Version{TLS13, TLS12}) {
		t.Errorf("SupportedVersions %v", got)
	}
	var none ClientHello
	if none.ServerName() != "" || none.ALPN() != nil || none.SupportedVersions() != nil {
		t.Error("an empty hello has extensions")
	}
	s := &ServerHello{Version: TLS12, Random: helloRetryRequest, Extensions: []Extension{
		{ExtALPN, []byte("\x00\x04\x03sip")}, {ExtSupportedVersions, []byte{3, 4}},
	}}
	if s.ALPN() != "sip" || s.SelectedVersion() != TLS13 || !s.IsHelloRetryRequest() {
		t.Errorf("%q, %v, %v", s.ALPN(), s.SelectedVersion(), s.IsHelloRetryRequest())
	}
	s = &ServerHello{Version: TLS12, Random: rawRandom32}
	if s.ALPN() != "" || s.SelectedVersion() != TLS12 || s.IsHelloRetryRequest() {
		t.Errorf("%q, %v, %v", s.ALPN(), s.SelectedVersion(), s.IsHelloRetryRequest())
	}
}

// TestHelloRetryRequest lets a server ask for another group.
func TestHelloRetryRequest(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server := &tls.Config{Certificates: []tls.Certificate{selfSigned(t, key)}, CurvePreferences: []tls.CurveID{tls.CurveP384}}
	client := &tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP384}}
	_, v := run(nil, converse(t, server, client))
	if v.Version != TLS13 || !v.HasSuite || v.Reason != ReasonEphemeral || !strings.HasPrefix(v.History, "Cj") ||
		strings.Count(v.History, "C") != 2 || strings.Count(v.History, "s") != 1 {
		t.Errorf("%+v", v)
	}
}

// sslv2Hello is a hello that offers TLS 1.0, with a cipher of SSL 2.0 beside two of TLS.
func sslv2Hello() []byte {
	content := "\x01\x03\x01\x00\x09\x00\x00\x00\x10" + "\x00\x00\x35\x01\x00\x80\x00\x00\x2f" + "0123456789abcdef"
	return append([]byte{0x80, byte(len(content))}, content...)
}

func TestSSLv2Hello(t *testing.T) {
	flow := []piece{
		{ClientToServer, sslv2Hello()},
		{ServerToClient, rec(Handshake, TLS10, string(message(TypeServerHello, "0301"+random32+"00 0035 00")))},
		{ClientToServer, rec(Alert, TLS10, "\x02\x28")},
	}
	records, v := run(nil, flow)
	if diff := cmp.Diff([]string{
		"1 C>S handshake SSL 2.0(34) client_hello",
		"2 S>C handshake TLS 1.0(42) server_hello",
		"3 C>S alert TLS 1.0(2) fatal handshake_failure",
	}, summaries(records)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := &ClientHello{Version: TLS10, Random: append(make([]byte, 16), "0123456789abcdef"...), SessionID: []byte{},
		CipherSuites: []CipherSuite{0x0035, 0x002f}, Compression: []CompressionMethod{0},
		SSLv2CipherSpecs: []uint32{0x35, 0x010080, 0x2f}}
	if diff := cmp.Diff(want, records[0].Messages[0].Body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !records[0].SSLv2 || v.Version != TLS10 || v.Reason != ReasonAlert || v.History != "CsL" {
		t.Errorf("%+v", v)
	}
	bytewise, _ := run(nil, split(flow, 1))
	if diff := cmp.Diff(records, bytewise, whatIsSent); diff != "" {
		t.Errorf("octet by octet (-whole +bytewise):\n%s", diff)
	}
	for n := range 34 { // a hello that is cut, with a length that says so
		data := sslv2Hello()[:2+n]
		r := newReader(data[2:], 0, "ClientHello", "")
		parseSSLv2Hello(r)
		if r.failed() == nil {
			t.Errorf("%d octets: no error", n)
		}
	}
}

func BenchmarkClientHello(b *testing.B) {
	flow := readCapture(b, filepath.Join(draft, "tls/tls1.pcap"))
	hello := flow[0].data[recordHeader:]
	modern := messageTests[4].raw
	for name, raw := range map[string][]byte{"2005": hello, "with extensions": modern} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := parseHandshake(raw, false, TLS12, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkClosed reads a connection of TLS 1.2 whose key is not known, with a certificate that is.
func BenchmarkClosed(b *testing.B) {
	flow := talk(b, tls.VersionTLS12, tls.TLS_RSA_WITH_AES_256_CBC_SHA, 1)
	cfg := &Config{Certificates: new(pki.Cache), Fingerprints: new(FingerprintCache)}
	b.ReportAllocs()
	for b.Loop() {
		s := NewSession(cfg)
		for _, p := range flow {
			s.Feed(p.dir, p.data, func(*Record) {})
		}
		s.Close()
	}
}

// BenchmarkConnection reads a whole connection, with the private key operation.
func BenchmarkConnection(b *testing.B) {
	flow := readCapture(b, filepath.Join(draft, "tls/tls1.pcap"))
	for _, bench := range []struct {
		name string
		keys []string
	}{{"with its key", []string{"domain_key_example.net.pem"}}, {"without a key", nil}} {
		b.Run(bench.name, func(b *testing.B) {
			cfg := &Config{Keys: ring(b, bench.keys...)}
			n := 0
			for _, p := range flow {
				n += len(p.data)
			}
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				s := NewSession(cfg)
				for _, p := range flow {
					s.Feed(p.dir, p.data, func(*Record) {})
				}
				s.Close()
			}
		})
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestAuthorityWords(t *testing.T) {
	name := "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01a"
	data := "\x00\x13\x00\x0e" + name + "\x00\x01\x30"
	words, ok := Extension{ExtAuthorities, []byte(data)}.Words(TypeClientHello)
	if want := []string{`"CN=a"`, "1 octet of what is no name"}; !ok || !slices.Equal(words, want) {
		t.Errorf("%q, want %q", words, want)
	}
}
