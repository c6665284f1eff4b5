package interop_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/maker"
)

// Parts of a PASSporT that is right for request: iat is when captures begin.
const (
	passportHeader = `{"alg":"ES256","typ":"passport","x5u":"https://example.com/c"}`
	passportClaims = `{"dest":{"uri":["sip:b@example.net"]},"iat":1767355200,"orig":{"uri":"sip:a@example.com"}}`
	identityInfo   = ";info=<https://example.com/c>"
	identityDate   = "Date: Fri, 02 Jan 2026 12:00:00 GMT"
)

// passport is a PASSporT whose signature nobody made.
func passport(header, claims string) string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(header)) + "." + e([]byte(claims)) + "." + e(make([]byte, 64))
}

func identified(value string, lines ...string) func(*testing.T) ([]byte, sipsecdump.Options) {
	return over("udp", request("INVITE", append(lines, "Identity: "+value)...))
}

// sound is a request with everything right but the signature.
var sound = identified(passport(passportHeader, passportClaims)+identityInfo, identityDate)

// claimed is a case of something wrong with a PASSporT: from stands in its header or its claims.
func claimed(rule, from, to, text string) ruleCase {
	r := strings.NewReplacer(from, to)
	return ruleCase{
		rule:    rule,
		trigger: identified(passport(r.Replace(passportHeader), r.Replace(passportClaims))+identityInfo, identityDate),
		clean:   sound, text: text,
	}
}

var sipIdentityCases = []ruleCase{
	claimed("sip-identity-signature", `"alg"`, `"crit":["exp"],"alg"`, `crit-not-understood: the header of the PASSporT demands by crit that ["exp"] be understood`),
	{
		rule:    "sip-identity-signature",
		trigger: vouched("example.com", true),
		clean:   vouched("example.com", false),
		text:    "signature-mismatch: ",
	},
	{
		rule:    "sip-identity-signature",
		trigger: identified("x.y" + identityInfo),
		clean:   sound,
		text:    "header-malformed: the PASSporT has 2 parts",
	},
	claimed("sip-identity-algorithm", "ES256", "RS256", "the algorithm is RS256"),
	claimed("sip-identity-claims", "sip:a@example.com", "sip:c@example.com", `orig is "sip:c@example.com"`),
	claimed("sip-identity-claims", "sip:b@example.net", "sip:c@example.com", `dest is "sip:c@example.com"`),
	claimed("sip-identity-claims-missing", `"iat"`, `"iau"`, "no claim iat"),
	claimed("sip-identity-fresh", "1767355200", "1767355000", "before the message was seen"),
	claimed("sip-identity-fresh", "1767355200", "1767355400", "after the message was seen"),
	claimed("sip-identity-iat", "1767355200", "1767355000", "iat is 2026-01-02T11:56:40Z, Date is 2026-01-02T12:00:00Z"),
	{
		rule:    "sip-identity-date-missing",
		trigger: identified(`"YWJj"`),
		clean:   identified(`"YWJj"`, identityDate),
		text:    "the message has no Date, which the signature covers",
	},
	claimed("sip-identity-form", `"typ":`, `"typ": `, "white space"),
	{
		rule:    "sip-identity-parameters",
		trigger: identified(passport(passportHeader, passportClaims), identityDate),
		clean:   sound,
		text:    "the parameter info is missing",
	},
	claimed("sip-identity-parameters", `"typ":"passport"`, `"typ":"jwt"`, `the type is "jwt"`),
	claimed("sip-identity-unusual", `"alg":"ES256",`, `"alg":"ES256","ppt":"new",`, `the extension "new"`),
	{
		rule:    "sip-identity-certificate",
		trigger: vouched("example.org", false),
		clean:   vouched("example.com", false),
		text:    `the certificate is not for "example.com"`,
	},
	{
		rule:    "sip-identity-limit",
		trigger: identifiedTimes(9),
		clean:   identifiedTimes(8),
		text:    "the message has more than 8 Identity header fields",
	},
}

func identifiedTimes(n int) func(*testing.T) ([]byte, sipsecdump.Options) {
	lines := []string{identityDate}
	for range n {
		lines = append(lines, "+Identity: "+passport(passportHeader, passportClaims)+identityInfo)
	}
	return over("udp", request("INVITE", lines...))
}

// vouched is a capture of a request that a domain signed, with its certificate at hand. Spoiled, the
// signature is over another claim.
func vouched(domain string, spoiled bool) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: domain}, DNSNames: []string{domain},
			NotBefore: maker.DefaultStart.AddDate(-1, 0, 0), NotAfter: maker.DefaultStart.AddDate(1, 0, 0),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := pki.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		unsigned := passport(passportHeader, passportClaims)
		input := unsigned[:strings.LastIndexByte(unsigned, '.')]
		digest := sha256.Sum256([]byte(input))
		if spoiled {
			digest[0] ^= 1
		}
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		var signature [64]byte
		r.FillBytes(signature[:32])
		s.FillBytes(signature[32:])
		value := fmt.Sprintf("%s.%s%s", input, base64.RawURLEncoding.EncodeToString(signature[:]), identityInfo)
		capture, o := identified(value, identityDate)(t)
		o.Keyring = &pki.Keyring{Certificates: []*pki.Certificate{cert}, CAs: []*pki.Certificate{cert}}
		return capture, o
	}
}
