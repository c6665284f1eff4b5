package interop_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/maker"
	"sipsecdump/maker/certs"
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/tlsparse"
)

var tlsCases = slices.Concat(tlsVersionCases, tlsSuiteCases, tlsExtensionCases, tlsCertificateCases, tlsChainCases, tlsEndCases, tlsRecordCases)

var tlsVersionCases = []ruleCase{
	{rule: "tls-ssl2-hello", trigger: talked(func(k *talk) { k.sslv2 = true }), clean: talked(), text: "has the form of SSL 2.0"},
	{rule: "tls-ssl3-only", trigger: talked(offering(0x0300)), clean: talked(offering(0x0301)), text: "nothing newer than SSL 3.0"},
	{rule: "tls-version-offered", trigger: talked(offering(0x0301)), clean: talked(), text: "nothing newer than TLS 1.0"},
	{rule: "tls-version", trigger: talked(func(k *talk) { k.server.version = 0x0302 }), clean: talked(), text: "chose TLS 1.1"},
	{rule: "tls-fallback", trigger: talked(offeringSuites(0xc02f, 0x5600)), clean: talked(offeringSuites(0xc02f, 0x00ff)), text: "TLS_FALLBACK_SCSV"},
}

var tlsSuiteCases = []ruleCase{
	{rule: "tls-suite-null", trigger: talked(choosing(0xc010)), clean: talked(), text: "TLS_ECDHE_RSA_WITH_NULL_SHA, which does not encrypt"},
	{rule: "tls-suite-anonymous", trigger: talked(choosing(0xc018)), clean: talked(), text: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"},
	{rule: "tls-suite-export", trigger: talked(choosing(0x0003)), clean: talked(choosing(0x0005)), text: "TLS_RSA_EXPORT_WITH_RC4_40_MD5"},
	{rule: "tls-suite-rc4", trigger: talked(choosing(0xc011)), clean: talked(), text: "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
	{rule: "tls-suite-short", trigger: talked(choosing(0x0009)), clean: talked(choosing(0x000a)), text: "TLS_RSA_WITH_DES_CBC_SHA"},
	{rule: "tls-suite-3des", trigger: talked(choosing(0xc012)), clean: talked(choosing(0xc013)), text: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
	{rule: "tls-suite-static", trigger: talked(choosing(0x009c)), clean: talked(), text: "TLS_RSA_WITH_AES_128_GCM_SHA256, which has no forward secrecy"},
	{rule: "tls-suite-dhe", trigger: talked(choosing(0x009e), withGroup(2048)), clean: talked(), text: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
	{rule: "tls-suite-cbc", trigger: talked(choosing(0xc013)), clean: talked(choosing(0xc013), func(k *talk) {
		k.server.extensions = append(k.server.extensions, extension{22, nil})
	}), text: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA without encrypt_then_mac"},
	{rule: "tls-suites-offered", trigger: talked(offeringSuites(0xc02f, 0x0005, 0x0004, 0x0003)), clean: talked(), text: "1 for export (TLS_RSA_EXPORT_WITH_RC4_40_MD5), 2 with RC4 (TLS_RSA_WITH_RC4_128_SHA, ...)"},
	{rule: "tls-dh-group", trigger: talked(choosing(0x009e), withGroup(1024)), clean: talked(choosing(0x009e), withGroup(2048)), text: "has 1024 bits"},
	{rule: "tls-curve", trigger: talked(withCurve(19)), clean: talked(withCurve(21)), text: "secp192r1"},
	{rule: "tls-signature-hash", trigger: talked(signing(0x0201)), clean: talked(signing(0x0401)), text: "the server signed with rsa_pkcs1_sha1"},
	{rule: "tls-signature-algorithms", trigger: talked(dropping(13)), clean: talked(), text: "TLS 1.2 without signature_algorithms"},
}

var tlsExtensionCases = []ruleCase{
	{rule: "tls-compression", trigger: talked(func(k *talk) {
		k.client.compression, k.server.compression = []byte{1, 0}, []byte{1}
	}), clean: talked(), text: "the server chose the compression DEFLATE"},
	{rule: "tls-renegotiation-info", trigger: talked(dropping(0xff01)), clean: talked(dropping(0xff01), offeringSuites(0xc02f, 0x00ff)), text: "neither renegotiation_info nor"},
	{rule: "tls-renegotiation-info-refused", trigger: talked(refusing(0xff01)), clean: talked(), text: "has no renegotiation_info"},
	{rule: "tls-extended-master-secret", trigger: talked(refusing(23)), clean: talked(), text: "the server does not take extended_master_secret"},
	{rule: "tls-truncated-hmac", trigger: talked(func(k *talk) {
		k.server.extensions = append(k.server.extensions, extension{4, nil})
	}), clean: talked(), text: "takes truncated_hmac"},
	{rule: "tls-early-data", trigger: peers("tls13-early-data"), clean: peers("tls13-resume"), text: "offers early data"},
	{rule: "tls-server-name-absent", trigger: draftTLS(nil), clean: peers("rsa-etm"), text: `goes to "sips:kumiko@example.net"`},
	{rule: "tls-server-name-form", trigger: talked(naming("192.0.2.2")), clean: talked(naming("example.net")), text: `by the address "192.0.2.2"`},
	{rule: "tls-renegotiation", trigger: peers("renegotiation"), clean: peers("rsa-etm"), text: "of its own accord"},
	{rule: "tls-ticket-lifetime", trigger: ticketOf(604801), clean: ticketOf(604800), text: "lives for 604801 seconds"},
}

var tlsCertificateCases = []ruleCase{
	{rule: "tls-certificate-validity", trigger: talked(at(2036)), clean: talked(at(2026)), text: "was valid until 2035-01-01 00:00:00 UTC, and it was 2036-01-02 12:00:00; the client went on with the handshake"},
	{rule: "tls-certificate-validity", trigger: talked(at(2036)), clean: untimed(talked(at(2036))), text: "was valid until 2035-01-01 00:00:00 UTC, and it was 2036-01-02 12:00:00; the client went on with the handshake"},
	{rule: "tls-certificate-name", trigger: talked(naming("example.org")), clean: talked(), text: `the certificate is not one for "example.org"`},
	{rule: "tls-certificate-domain", trigger: saidTo("example.org"), clean: saidTo("example.net"), text: `its first request goes to "sip:b@example.org": the certificate is not one for "example.org"`},
	{rule: "tls-certificate-common-name", trigger: showing(func(c *handmade) { c.extensions = nil }), clean: showing(), text: `the common name "example.net"`},
	{rule: "tls-certificate-wildcard", trigger: showing(func(c *handmade) {
		c.extensions = [][]byte{altNames(6, "sip:example.net", "sip:*.example.net")}
	}), clean: showing(), text: `the name "sip:*.example.net"`},
	{rule: "tls-certificate-address", trigger: showing(func(c *handmade) {
		c.extensions = [][]byte{altNames(7, "\xc0\x00\x02\x02")}
	}), clean: showing(), text: "the address 192.0.2.2"},
	{rule: "tls-certificate-self-signed", trigger: chained(false, root), clean: chained(true, root), text: "is signed with its own key"},
	{rule: "tls-certificate-order", trigger: chained(true, good, root, sub), clean: chained(true, good, sub, root), text: `certificate 1 is that of "CN=example.net" and followed by that of "CN=Root", though issued by "CN=Sub"`},
	{rule: "tls-certificate-key-usage", trigger: talked(usedFor(1<<5), choosing(0xc02f)), clean: talked(usedFor(1<<7), choosing(0xc02f)), text: `the key usage of "CN=example.net" of the server lacks digitalSignature`},
	{rule: "tls-certificate-extended-usage", trigger: showing(extended(2, 20)), clean: showing(extended(1, 20)), text: "neither serverAuth nor"},
	{rule: "tls-certificate-sip-usage", trigger: showing(extended(1)), clean: showing(extended(1, 20)), text: "neither sipDomain nor"},
	{rule: "tls-client-certificate-empty", trigger: talked(asking(), func(k *talk) { k.own = [][]byte{} }), clean: talked(asking()), text: "the client has none"},
	{rule: "tls-client-certificate-absent", trigger: talked(asking(), func(k *talk) { k.own = nil }), clean: talked(asking()), text: "without such a message"},
}

var tlsChainCases = []ruleCase{
	{rule: "tls-chain-incomplete", trigger: chained(true, good), clean: chained(true, good, sub), text: "no certificate at hand is that of the issuer"},
	{rule: "tls-chain-untrusted", trigger: chained(true, stranger, strange), clean: chained(true, good, sub), text: "this certificate is not trusted"},
	{rule: "tls-chain-signature", trigger: chained(true, forged, sub), clean: chained(true, good, sub), text: `it names "CN=Sub" as its issuer, but`},
	{rule: "tls-chain-revoked", trigger: scenario("tls-revoked"), clean: scenario("tls-good"), text: "revoked it on"},
	{rule: "tls-chain-not-ca", trigger: chained(true, upstart, good, sub), clean: chained(true, good, sub), text: "it signed a certificate, but is not a CA"},
	{rule: "tls-chain-invalid", trigger: later(chained(true, good, sub)), clean: chained(true, good, sub), text: `"CN=Root": the certificate was valid until 2030`},
}

var tlsEndCases = []ruleCase{
	{rule: "tls-alert", trigger: talked(func(k *talk) { k.clientCloses, k.insteadOfFinish = true, alertOf(2, 48) }), clean: talked(), text: `the client sent the fatal alert unknown_ca in the handshake; the likely cause: the client does not trust the CA "CN=CA" of the server's certificate`},
	{rule: "tls-alert-warning", trigger: talked(func(k *talk) { k.insteadOfFinish = alertOf(1, 112) }), clean: talked(), text: `unrecognized_name as a warning in the handshake; the likely cause: the server has no certificate for the name that the client asks for, "example.net"`},
	{rule: "tls-handshake-unfinished", trigger: talked(func(k *talk) {
		k.clientCloses, k.insteadOfFinish, k.end = true, handshakeOf(16, bytes1(make([]byte, 32))), "rst"
	}), clean: talked(func(k *talk) {
		k.clientCloses, k.insteadOfFinish, k.end = true, handshakeOf(16, bytes1(make([]byte, 32))), "none"
	}), text: "the client reset the connection in the handshake; the last message was the client's client_key_exchange"},
	{rule: "tls-close-notify", trigger: talked(func(k *talk) {
		k.insteadOfFinish = slices.Concat(recordOf(20, []byte{1}), recordOf(22, sealed), recordOf(23, sealed))
	}), clean: talked(), text: "closed the connection without close_notify"},
}

var tlsRecordCases = []ruleCase{
	{rule: "tls-record-header", trigger: talked(answering([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))), clean: talked(answering(alertOf(2, 40))), text: "no record starts here"},
	{rule: "tls-record-length", trigger: talked(answering(recordOf(21, nil))), clean: talked(answering(alertOf(2, 40))), text: "is zero, which only application data may be"},
	{rule: "tls-record-mac", trigger: draftTLS(func(file []byte) { file[len(file)-600] ^= 1 }), clean: draftTLS(nil), text: "MAC"},
	{rule: "tls-message-length", trigger: talked(answering(handshakeOf(2, append(goodTalk().server.octets(false), 0)))), clean: talked(), text: "1 octet follows its end"},
	{rule: "tls-message-value", trigger: talked(func(k *talk) { k.exchange[0] = 1 }), clean: talked(), text: "only named_curve is allowed"},
	{rule: "tls-message-size", trigger: talked(answering(recordOf(22, []byte{11, 0x7f, 0xff, 0xff, 0}))), clean: talked(), text: "messages of more than 262144 octets are not read"},
	{rule: "tls-message-interrupted", trigger: talked(answering(slices.Concat(recordOf(22, []byte{2, 0, 0, 70, 3, 3}), recordOf(20, []byte{1})))), clean: talked(), text: "comes before the end of a handshake message that has begun"},
	{rule: "tls-finished", trigger: draftTLS(func(file []byte) {
		// Another cipher suite in the client's list: the keys are the same, what was agreed is not.
		i := bytes.Index(file, []byte{0x16, 0x03, 0x01})
		file[i+5+4+2+32+1+2+5] ^= 1
	}), clean: draftTLS(nil), text: "is not what the handshake"},
}

func offering(version uint16) func(*talk) {
	return func(k *talk) { k.client.version, k.server.version = version, version }
}

func offeringSuites(suites ...uint16) func(*talk) { return func(k *talk) { k.client.suites = suites } }

func choosing(suite uint16) func(*talk) {
	return func(k *talk) {
		k.server.suites = []uint16{suite}
		if suite < 0xc000 {
			k.exchange = nil // of ECDHE
		}
	}
}

func withGroup(bits int) func(*talk) {
	return func(k *talk) {
		p := make([]byte, bits/8)
		p[0], p[len(p)-1] = 0x80, 1
		k.exchange = slices.Concat(bytes2(p), bytes2([]byte{2}), bytes2([]byte{4}), []byte{4, 1, 0, 1, 9})
	}
}

func withCurve(curve byte) func(*talk) { return func(k *talk) { k.exchange[2] = curve } }

func signing(scheme uint16) func(*talk) {
	return func(k *talk) { binary.BigEndian.PutUint16(k.exchange[4+32:], scheme) }
}

func dropping(extension uint16) func(*talk) {
	return func(k *talk) { k.client.extensions = without(k.client.extensions, extension) }
}

func refusing(extension uint16) func(*talk) {
	return func(k *talk) { k.server.extensions = without(k.server.extensions, extension) }
}

func naming(host string) func(*talk) {
	return func(k *talk) { k.client.extensions[0] = serverName(host) }
}

func at(year int) func(*talk) {
	return func(k *talk) { k.start = time.Date(year, 1, 2, 12, 0, 0, 0, time.UTC) }
}

// untimed is a capture as a pcapng file of simple packets, which do not tell their time.
func untimed(c capture) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		file, o := c(t)
		out := []byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00")
		block := func(kind uint32, fields ...[]byte) {
			body := slices.Concat(fields...)
			body = append(body, make([]byte, -len(body)&3)...)
			length := binary.LittleEndian.AppendUint32(nil, uint32(12+len(body)))
			out = slices.Concat(out, binary.LittleEndian.AppendUint32(nil, kind), length, body, length)
		}
		block(1, file[20:24], make([]byte, 4))
		for record := file[24:]; len(record) > 0; {
			n := 16 + binary.LittleEndian.Uint32(record[8:])
			block(3, record[12:n])
			record = record[n:]
		}
		return out, o
	}
}

// usedFor gives the server's certificate the key usage of one octet.
func usedFor(bits byte) func(*talk) {
	return func(k *talk) {
		c := goodCertificate()
		c.extensions = append(c.extensions, extensionOf(true, []byte{3, 2, 0, bits}, 2, 5, 29, 15))
		k.certificates = [][]byte{c.der()}
	}
}

func extended(last ...int) func(*handmade) {
	return func(c *handmade) { c.extensions = append(c.extensions, usages(last...)) }
}

// asking has the server ask for the client's certificate, and the client show one.
func asking() func(*talk) {
	return func(k *talk) {
		k.request = true
		k.own = [][]byte{goodCertificate().der()}
		k.verify = []byte{4, 1, 0, 1, 9}
	}
}

func answering(octets []byte) func(*talk) {
	return func(k *talk) { k.insteadOfAnswer = octets }
}

// peers is a capture of testdata/peers with its key log.
func peers(name string) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		secrets := readFile(t, "peers", name+".keylog")
		log := &tlsparse.KeyLog{}
		if _, _, err := log.Read(name, bytes.NewReader(secrets)); err != nil {
			t.Fatal(err)
		}
		return readFile(t, "peers", name+".pcap"), sipsecdump.Options{KeyLog: log}
	}
}

func readFile(t *testing.T, path ...string) []byte {
	t.Helper()
	octets, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// draftTLS is the draft's capture with the server's key, and a change.
func draftTLS(change func([]byte)) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		m, err := pki.ParseFile("key", readFile(t, "draft-sec-flows", "certs", "domain_key_example.net.pem"), nil)
		if err != nil {
			t.Fatal(err)
		}
		file := readFile(t, "draft-sec-flows", "tls", "tls1.pcap")
		if change != nil {
			change(file)
		}
		ring := &pki.Keyring{}
		ring.Add(m)
		return file, sipsecdump.Options{Keyring: ring}
	}
}

// saidTo is a request over TLS to a domain, of a client that named no server; the server is that of
// example.net.
func saidTo(domain string) capture {
	return made(maker.Options{
		Scenario: "script", Transport: "tls", Secrets: true, TLS: maker.TLS{NoServerName: true},
		Script: maker.Script(request("OPTIONS", "/OPTIONS sip:b@"+domain+" SIP/2.0"), response("200 OK", "OPTIONS")),
	})
}

// ticketOf is a capture of TLS 1.3 whose first ticket has another lifetime: the record is opened
// with the key log's secret, changed and closed again.
func ticketOf(seconds uint32) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		file, o := peers("tls13-aes256")(t)
		m := regexp.MustCompile(`SERVER_TRAFFIC_SECRET_0 \w+ (\w+)`).FindSubmatch(readFile(t, "peers", "tls13-aes256.keylog"))
		secret, err := hex.DecodeString(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		expand := func(label string, n int) []byte { // RFC 8446, Section 7.1
			info := slices.Concat(binary.BigEndian.AppendUint16(nil, uint16(n)), bytes1([]byte("tls13 "+label)), []byte{0})
			out, err := hkdf.Expand(sha512.New384, secret, string(info), n)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		block, err := aes.NewCipher(expand("key", 32))
		if err != nil {
			t.Fatal(err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		nonce := expand("iv", 12) // of the first record
		for i := 0; ; i++ {
			next := bytes.Index(file[i:], []byte{23, 3, 3})
			if next < 0 {
				t.Fatal("no ticket")
			}
			i += next
			header := file[i : i+5]
			n := int(binary.BigEndian.Uint16(header[3:]))
			if i+5+n > len(file) {
				continue
			}
			plain, err := aead.Open(nil, nonce, file[i+5:i+5+n], header)
			if err != nil || plain[0] != 4 {
				continue
			}
			binary.BigEndian.PutUint32(plain[4:], seconds)
			copy(file[i+5:], aead.Seal(nil, nonce, plain, header))
			return file, o
		}
	}
}

// The certificates that chains of tests are made of.
type link struct{ name, issuer string }

var (
	root     = link{"Root", "Root"}
	sub      = link{"Sub", "Root"}
	good     = link{"example.net", "Sub"}
	forged   = link{"forged", "Sub"}          // signed with another key
	upstart  = link{"upstart", "example.net"} // by one that is no CA
	strange  = link{"Strange", "Strange"}     // a CA that nobody trusts
	stranger = link{"stranger", "Strange"}    //
	links    = []link{root, sub, strange, good, stranger, forged, upstart}
)

// chained is the good handshake with other certificates; the root is given as trusted, or not.
func chained(trusted bool, shown ...link) capture { return linked(trusted, nil, shown) }

// chainedTo is chained without trust, and with a change.
func chainedTo(change func(*talk), shown ...link) capture { return linked(false, change, shown) }

func linked(trusted bool, change func(*talk), shown []link) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		made := map[string][]byte{}
		keys := map[string]*ecdsa.PrivateKey{}
		for i, l := range links {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			keys[l.name] = key
			ca := l == root || l == sub || l == strange
			template := &x509.Certificate{
				SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: l.name},
				NotBefore: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
				BasicConstraintsValid: ca, IsCA: ca, DNSNames: []string{"example.net"},
			}
			if l == root {
				template.NotAfter = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			parent, signer := &x509.Certificate{Subject: pkix.Name{CommonName: l.issuer}}, keys[l.issuer]
			if l == forged {
				signer = key
			}
			made[l.name], err = x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
			if err != nil {
				t.Fatal(err)
			}
		}
		k := goodTalk()
		k.certificates = nil
		for _, l := range shown {
			k.certificates = append(k.certificates, made[l.name])
		}
		if change != nil {
			change(k)
		}
		ring := &pki.Keyring{}
		if trusted {
			ring.Trust(&pki.Material{Certificates: []*pki.Certificate{parsed(t, made[root.name])}})
		}
		return k.capture(t), sipsecdump.Options{Keyring: ring}
	}
}

func parsed(t *testing.T, der []byte) *pki.Certificate {
	t.Helper()
	c, err := pki.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// later judges as of a time after the root's.
func later(of capture) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		capture, o := of(t)
		o.At = time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
		return capture, o
	}
}

// scenario is one of RFC 6216, Section 6.
func scenario(name string) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		s, err := certs.FindScenario(name)
		if err != nil {
			t.Fatal(err)
		}
		set, err := s.Make(certs.ScenarioOptions{Key: certs.ECDSAP256, Clock: func() time.Time { return maker.DefaultStart }})
		if err != nil {
			t.Fatal(err)
		}
		ring := &pki.Keyring{CAs: []*pki.Certificate{parsed(t, set.Trusted.Certificate().Raw)}}
		for _, der := range set.CRLs {
			l, err := pki.ParseCRL(der)
			if err != nil {
				t.Fatal(err)
			}
			ring.CRLs = append(ring.CRLs, l)
		}
		k := goodTalk()
		k.certificates = set.Identity.Presented()
		return k.capture(t), sipsecdump.Options{Keyring: ring}
	}
}

// TestGoodTalk: the handshake that the cases change has nothing wrong.
func TestGoodTalk(t *testing.T) {
	capture, o := talked()(t)
	for _, f := range check(t, capture, o) {
		t.Errorf("%s: %s", f.Rule, f.Text)
	}
}

// TestTLSClean: nothing but notes on what the maker makes by default, and on what today's peers
// say to each other.
func TestTLSClean(t *testing.T) {
	for name, of := range map[string]capture{
		"TLS 1.2":            made(maker.Options{Scenario: "tls"}),
		"TLS 1.3":            made(maker.Options{Scenario: "tls", TLS: maker.TLS{Version: "1.3"}}),
		"client certificate": made(maker.Options{Scenario: "tls", TLS: maker.TLS{Version: "1.3", ClientAuth: true}}),
		"openssl 1.2":        peers("chacha20"), "openssl 1.3": peers("tls13-client-auth"), "gnutls 1.3": peers("gnutls-tls13"),
		"resumed": peers("resume-by-ticket"), "resumed 1.3": peers("tls13-resume"), "DTLS": peers("dtls12"),
		"HelloRetryRequest": peers("tls13-hello-retry"), "KeyUpdate": peers("tls13-key-update"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range checkCase(t, of) {
				if f.Severity > report.Note && (strings.HasPrefix(f.Rule, "tls-") || strings.HasPrefix(f.Rule, "certificate-")) {
					t.Errorf("%s: %s", f.Rule, f.Text)
				}
			}
		})
	}
}

// TestTLSCodes: each code of package tlsparse has a rule, but for those that tell of gaps in the
// capture.
func TestTLSCodes(t *testing.T) {
	source := readFile(t, "..", "tlsparse", "errors.go")
	gaps := []string{tlsparse.CodeRecordDamaged, tlsparse.CodeOctetsSkipped, tlsparse.CodeChainLost, tlsparse.CodeMessageLost}
	told := interop.CodesOfTLS()
	codes := regexp.MustCompile(`\bCode\w+ += "([a-z-]+)"`).FindAllSubmatch(source, -1)
	if len(codes) < 15 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for _, m := range codes {
		code := string(m[1])
		if slices.Contains(told, code) == slices.Contains(gaps, code) {
			t.Errorf("%s: told %v", code, slices.Contains(told, code))
		}
	}
}

// TestAlertCauses: the likely cause of an alert goes by who sent it and what came before.
func TestAlertCauses(t *testing.T) {
	fromServer := func(description byte) func(*talk) {
		return func(k *talk) { k.insteadOfFinish = alertOf(2, description) }
	}
	fromClient := func(description byte) func(*talk) {
		return func(k *talk) { k.clientCloses, k.insteadOfFinish = true, alertOf(2, description) }
	}
	noOwn := func(k *talk) { k.request, k.own = true, [][]byte{} }
	for name, tt := range map[string]struct {
		of   capture
		want string
	}{
		"no suite":              {talked(answering(alertOf(2, 40))), "the server sent the fatal alert handshake_failure in answer to the ClientHello; the likely cause: the server takes none of the cipher suites"},
		"version":               {talked(answering(alertOf(2, 70))), "the server does not take the client's version, of which TLS 1.2 is the newest"},
		"server's":              {talked(fromClient(70)), "the client does not take the server's version, TLS 1.2"},
		"no certificate":        {talked(noOwn, fromServer(40)), "the server demands a certificate, and the client has none"},
		"unknown empty":         {talked(noOwn, fromServer(42)), "the client showed no certificate"},
		"client's CA":           {talked(asking(), fromServer(48)), `the server does not trust the CA "CN=CA" of the client's certificate, "CN=example.net"`},
		"self-signed":           {chainedTo(fromClient(48), root), `the client does not trust the server's certificate, "CN=Root", which is signed with its own key`},
		"no renegotiation_info": {talked(refusing(0xff01), fromClient(40)), "the server does not answer renegotiation_info"},
		"refused":               {talked(fromClient(40)), "the client does not take what the server chose"},
		"expired":               {talked(at(2036), fromClient(45)), "the certificate was valid until 2035"},
		"clock":                 {talked(fromClient(45)), "the client's clock is wrong"},
		"name or use":           {talked(fromClient(46)), "it is for another name or use"},
		"no farewell":           {hungUp(alertOf(2, 50)), "the client closed the connection without close_notify, which OpenSSL 3 answers like this"},
		"not read":              {talked(fromServer(50)), "a message could not be read"},
		"damaged":               {talked(fromServer(20)), "the two sides have different keys"},
		"unexplained":           {talked(fromServer(255)), "the server sent the fatal alert 255 in the handshake"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := 0
			for _, f := range checkCase(t, tt.of) {
				if f.Rule != "tls-alert" {
					continue
				}
				told++
				if !strings.Contains(f.Text, tt.want) {
					t.Errorf("%s\nwant %s", f.Text, tt.want)
				}
			}
			if told != 1 {
				t.Errorf("told %d times", told)
			}
		})
	}
}

// TestCertificateOnce: what is wrong with a certificate is told once for each side that shows it.
func TestCertificateOnce(t *testing.T) {
	odd := goodCertificate()
	serial(0)(odd)
	of := talked(asking(), func(k *talk) {
		k.certificates = [][]byte{odd.der(), odd.der(), odd.der()}
		k.own = k.certificates
	})
	var whose []string
	for _, f := range checkCase(t, of) {
		if f.Rule == "certificate-serial" {
			whose = append(whose, f.Text[strings.Index(f.Text, "of the"):strings.IndexByte(f.Text, ':')])
		}
	}
	if !slices.Equal(whose, []string{"of the server", "of the client"}) {
		t.Errorf("%q", whose)
	}
}
