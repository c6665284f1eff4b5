package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/pki"
)

const draft = "../../testdata/draft-sec-flows/"

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// keyring reads certificates from PEM files.
func keyring(t testing.TB, names ...string) *pki.Keyring {
	t.Helper()
	k := new(pki.Keyring)
	for _, name := range names {
		m, err := pki.ParseFile(name, readFile(t, name), nil)
		if err != nil {
			t.Fatal(err)
		}
		k.Add(m)
	}
	return k
}

// firstDatagram reads the first packet of a big-endian capture of link type NULL.
func firstDatagram(t testing.TB, name string) []byte {
	t.Helper()
	b := readFile(t, name)
	const fileHeader, packetHeader, link, udp = 24, 16, 4, 8
	b = b[fileHeader:]
	n := int(binary.BigEndian.Uint32(b[8:]))
	packet := b[packetHeader+link : packetHeader+n]
	return packet[int(packet[0]&0x0F)*4+udp:]
}

// signer makes PASSporTs.
type signer struct {
	key  *ecdsa.PrivateKey
	cert *pki.Certificate
}

// newSigner makes a key and a certificate for a domain, with a TNAuthList unless that is nil.
func newSigner(t testing.TB, domain string, authList []byte) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{key, certificate(t, &key.PublicKey, key, domain, authList)}
}

func certificate(t testing.TB, pub *ecdsa.PublicKey, key *ecdsa.PrivateKey, domain string, authList []byte) *pki.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: domain},
		NotBefore: seen.AddDate(-1, 0, 0), NotAfter: seen.AddDate(1, 0, 0),
	}
	if authList != nil {
		template.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 5, 5, 7, 1, 26}, Value: authList}}
	} else {
		template.DNSNames = []string{domain}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func (s *signer) keyring() *pki.Keyring {
	return &pki.Keyring{Certificates: []*pki.Certificate{s.cert}, CAs: []*pki.Certificate{s.cert}}
}

// sign returns the signature of a PASSporT, in base64url.
func (s *signer) sign(t testing.TB, input string) string {
	t.Helper()
	digest := sha256.Sum256([]byte(input))
	r, sig, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	var b [64]byte
	r.FillBytes(b[:32])
	sig.FillBytes(b[32:])
	return url(string(b[:]))
}

// passport signs JSON as it is.
func (s *signer) passport(t testing.TB, header, claims string) string {
	input := url(header) + "." + url(claims)
	return input + "." + s.sign(t, input)
}

func url(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// seen is when the messages of the tests were seen.
var seen = time.Date(2015, 9, 25, 19, 12, 30, 0, time.UTC)

const date = "Fri, 25 Sep 2015 19:12:25 GMT" // 1443208345

// invite returns a message with the lines put in.
func invite(lines ...string) []byte { return inviteWith("", lines...) }

func inviteWith(sdp string, lines ...string) []byte {
	has := func(name string) bool {
		for _, l := range lines {
			if strings.HasPrefix(l, name+":") {
				return true
			}
		}
		return false
	}
	var b bytes.Buffer
	b.WriteString("INVITE sip:+12155551213@example.org SIP/2.0\r\n")
	for _, l := range []string{
		"Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKnashds8",
		"Max-Forwards: 70",
		"From: <sip:+1-215-555-1212@example.com;user=phone>;tag=1",
		"To: <tel:+12155551213>",
		"Call-ID: a84b4c76e66710",
		"CSeq: 314159 INVITE",
		"Contact: <sip:alice@pc33.example.com>",
		"Date: " + date,
	} {
		name, _, _ := strings.Cut(l, ":")
		if !has(name) {
			b.WriteString(l + "\r\n")
		}
	}
	for _, l := range lines {
		if l != "Date:" {
			b.WriteString(l + "\r\n")
		}
	}
	if sdp != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	b.WriteString("\r\n" + sdp)
	return b.Bytes()
}

func codes(r *Result) string {
	var s []string
	for _, i := range r.Issues {
		s = append(s, i.Code)
	}
	return strings.Join(s, " ")
}
