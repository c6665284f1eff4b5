package pki

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// pkiMaker makes certificates and CRLs with openssl.
type pkiMaker struct {
	*openssl
	serial int
}

func newPKIMaker(t testing.TB) *pkiMaker {
	m := &pkiMaker{openssl: newOpenSSL(t)}
	m.write("empty.cnf", []byte("[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\n[dn]\n"))
	m.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "shared.key")
	return m
}

// issue makes name.pem and name.key, signed by issuer, or by itself if issuer is "". Lines of
// extensions are openssl's; args go to openssl x509.
func (m *pkiMaker) issue(name, issuer, subject, extensions string, args ...string) *Certificate {
	m.t.Helper()
	m.serial++
	m.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name+".key")
	m.run("req", "-new", "-config", "empty.cnf", "-utf8", "-key", name+".key", "-subj", subject, "-out", name+".csr")
	m.write(name+".ext", []byte(extensions))
	command := []string{"x509", "-req", "-in", name + ".csr", "-extfile", name + ".ext", "-out", name + ".pem",
		"-set_serial", fmt.Sprint(m.serial), "-days", "3650"}
	if issuer == "" {
		command = append(command, "-signkey", name+".key")
	} else {
		command = append(command, "-CA", issuer+".pem", "-CAkey", issuer+".key")
	}
	m.run(append(command, args...)...)
	return m.parse(name)
}

func (m *pkiMaker) parse(name string) *Certificate {
	m.t.Helper()
	material, err := ParseFile(name+".pem", m.read(name+".pem"), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	return material.Certificates[0]
}

const version1 = "none" // extensions of a CRL of version 1

// crl makes name.crl of an authority that revokes these certificates.
func (m *pkiMaker) crl(name, issuer string, revoked []*Certificate, extensions string) *CRL {
	m.t.Helper()
	index := ""
	for _, c := range revoked {
		index += fmt.Sprintf("R\t%sZ\t%sZ,keyCompromise\t%02X\tunknown\t/CN=x\n", c.NotAfter.Format("060102150405"), time.Now().UTC().AddDate(0, 0, -1).Format("060102150405"), c.Serial)
	}
	m.write("index.txt", []byte(index))
	m.write("crlnumber", []byte("01\n"))
	config := "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n"
	if extensions != version1 {
		config += "crlnumber=crlnumber\ncrl_extensions=x\n[x]\n" + extensions
	}
	m.write("ca.cnf", []byte(config))
	m.run("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", issuer+".key", "-cert", issuer+".pem", "-out", name+".crl", "-crldays", "365")
	material, err := ParseFile(name+".crl", m.read(name+".crl"), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	return material.CRLs[0]
}

var verifyError = regexp.MustCompile(`error (\d+) at (\d+) depth lookup: ?(.*)`)

// verify asks openssl verify; the result is "" if it trusts the certificate.
func (m *pkiMaker) verify(leaf, root string, intermediates []string, at time.Time, args ...string) string {
	m.t.Helper()
	command := []string{"verify", "-no-CApath", "-no-CAstore", "-CAfile", root + ".pem", "-attime", fmt.Sprint(at.Unix())}
	for _, name := range intermediates {
		command = append(command, "-untrusted", name+".pem")
	}
	cmd := exec.Command("openssl", append(append(command, args...), leaf+".pem")...)
	cmd.Dir = m.dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	found := verifyError.FindSubmatch(out)
	if found == nil {
		m.t.Fatalf("openssl verify: %s", out)
	}
	return string(found[1]) + " " + string(found[3])
}

const (
	caExtensions   = "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
	leafExtensions = "basicConstraints=CA:false\nkeyUsage=digitalSignature\n"
)

// TestVerifyAsOpenSSL has one chain of root, CA and leaf for each rule, and compares the verdict
// with openssl verify. Where they differ, differs says why.
func TestVerifyAsOpenSSL(t *testing.T) {
	m := newPKIMaker(t)
	m.issue("root", "", "/CN=root", caExtensions)
	now := time.Now().Add(time.Hour)
	for i, tt := range []struct {
		name     string
		ca, leaf string // extensions beyond the usual; a leading "=" replaces those
		subject  string // of the leaf; /CN=leaf
		args     []string
		change   func(*PathOptions)
		reason   string // ours; "" if trusted
		openssl  string // number of openssl's error, "" if it trusts
	}{
		{name: "good"},
		{name: "path length kept", ca: "=basicConstraints=critical,CA:true,pathlen:0\n"},
		{name: "not a CA", ca: "=basicConstraints=critical,CA:false\n", reason: "not-a-ca", openssl: "79"},
		{name: "CA without keyCertSign", ca: "=basicConstraints=critical,CA:true\nkeyUsage=cRLSign\n", reason: "not-a-ca", openssl: "79"},
		{name: "unknown critical extension", leaf: "1.2.3.4=critical,DER:0500\n", reason: "critical-extension", openssl: "34"},
		{name: "unknown extension", leaf: "1.2.3.4=DER:0500\n"},
		{name: "unknown critical extension of the CA", ca: "1.2.3.4=critical,DER:0500\n", reason: "critical-extension", openssl: "34"},

		{name: "permitted DNS", ca: "nameConstraints=critical,permitted;DNS:example.com\n", leaf: "subjectAltName=DNS:a.example.com,DNS:example.com\n"},
		{name: "not permitted DNS", ca: "nameConstraints=critical,permitted;DNS:example.com\n", leaf: "subjectAltName=DNS:a.example.com,DNS:example.net\n", reason: "name-not-permitted", openssl: "47"},
		{name: "not permitted DNS, alike", ca: "nameConstraints=permitted;DNS:example.com\n", leaf: "subjectAltName=DNS:badexample.com\n", reason: "name-not-permitted", openssl: "47"},
		{name: "excluded DNS", ca: "nameConstraints=critical,excluded;DNS:example.com\n", leaf: "subjectAltName=DNS:a.EXAMPLE.com\n", reason: "name-excluded", openssl: "48"},
		{name: "constraint of another form", ca: "nameConstraints=critical,permitted;DNS:example.com\n", leaf: "subjectAltName=email:a@b.c\n"},
		{name: "common name of a host", ca: "nameConstraints=critical,permitted;DNS:example.com\n", subject: "/CN=other.example.net", reason: "name-not-permitted", openssl: "47"},
		{name: "common name of nobody", ca: "nameConstraints=critical,permitted;DNS:example.com\n", subject: "/CN=somebody else"},
		{name: "permitted mailbox", ca: "nameConstraints=critical,permitted;email:a@b.c\n", leaf: "subjectAltName=email:a@B.c\n"},
		{name: "other mailbox", ca: "nameConstraints=critical,permitted;email:a@b.c\n", leaf: "subjectAltName=email:A@b.c\n", reason: "name-not-permitted", openssl: "47"},
		{name: "mail host", ca: "nameConstraints=critical,permitted;email:b.c\n", leaf: "subjectAltName=email:x@b.c\n"},
		{name: "mail host below", ca: "nameConstraints=critical,permitted;email:b.c\n", leaf: "subjectAltName=email:x@a.b.c\n", reason: "name-not-permitted", openssl: "47"},
		{name: "mail domain", ca: "nameConstraints=critical,permitted;email:.b.c\n", leaf: "subjectAltName=email:x@a.b.c\n"},
		{name: "mail address in the subject", ca: "nameConstraints=critical,excluded;email:b.c\n", subject: "/CN=leaf/emailAddress=x@b.c", reason: "name-excluded", openssl: "48"},
		{name: "permitted URI", ca: "nameConstraints=critical,permitted;URI:.example.com\n", leaf: "subjectAltName=URI:http://a.example.com/x\n"},
		{name: "not permitted URI", ca: "nameConstraints=critical,permitted;URI:example.com\n", leaf: "subjectAltName=URI:http://a.example.com/x\n", reason: "name-not-permitted", openssl: "47"},
		{name: "excluded URI with port", ca: "nameConstraints=critical,excluded;URI:example.com\n", leaf: "subjectAltName=URI:http://example.com:80/x\n", reason: "name-excluded", openssl: "48"},
		{name: "permitted IP", ca: "nameConstraints=critical,permitted;IP:192.0.2.0/255.255.255.0\n", leaf: "subjectAltName=IP:192.0.2.7\n"},
		{name: "not permitted IP", ca: "nameConstraints=critical,permitted;IP:192.0.2.0/255.255.255.0\n", leaf: "subjectAltName=IP:192.0.3.7\n", reason: "name-not-permitted", openssl: "47"},
		{name: "excluded IPv6", ca: "nameConstraints=critical,excluded;IP:2001:db8::/ffff:ffff::\n", leaf: "subjectAltName=IP:2001:db8::1\n", reason: "name-excluded", openssl: "48"},
		{name: "IPv4 under IPv6", ca: "nameConstraints=critical,permitted;IP:2001:db8::/ffff:ffff::\n", leaf: "subjectAltName=IP:192.0.2.1\n", reason: "name-not-permitted", openssl: "47"},
		{name: "permitted directory", ca: "nameConstraints=critical,permitted;dirName:dir\n[dir]\nO=sipit\n", subject: "/O=SIPit/CN=leaf"},
		{name: "not permitted directory", ca: "nameConstraints=critical,permitted;dirName:dir\n[dir]\nO=sipit\n", subject: "/O=other/CN=leaf", reason: "name-not-permitted", openssl: "47"},
		{name: "registered ID", ca: "nameConstraints=critical,permitted;RID:1.2.3\n", leaf: "subjectAltName=RID:1.2.3.4\n", reason: "name-constraint-not-implemented", openssl: "51"},

		{name: "policy not needed", ca: "certificatePolicies=1.2.3\n", leaf: "certificatePolicies=1.2.4\n"},
		{name: "policy", ca: "certificatePolicies=1.2.3\n", leaf: "certificatePolicies=1.2.3\n", args: anyWanted, change: explicit},
		{name: "no policy", ca: "certificatePolicies=1.2.3\n", args: anyWanted, change: explicit, reason: "no-valid-policy", openssl: "43"},
		{name: "other policy", ca: "certificatePolicies=1.2.3\n", leaf: "certificatePolicies=1.2.4\n", args: anyWanted, change: explicit, reason: "no-valid-policy", openssl: "43"},
		{name: "policy under any", ca: "certificatePolicies=2.5.29.32.0\n", leaf: "certificatePolicies=1.2.4\n", args: anyWanted, change: explicit},
		{name: "any under policy", ca: "certificatePolicies=1.2.3\n", leaf: "certificatePolicies=2.5.29.32.0\n", args: anyWanted, change: explicit},
		{name: "any inhibited by the user", ca: "certificatePolicies=2.5.29.32.0\n", leaf: "certificatePolicies=1.2.3\n", args: []string{"-explicit_policy", "-inhibit_any"},
			change: func(o *PathOptions) { o.ExplicitPolicy, o.InhibitAnyPolicy = true, true }, reason: "no-valid-policy", openssl: "43"},
		{name: "policy wanted", ca: "certificatePolicies=1.2.3,1.2.4\n", leaf: "certificatePolicies=1.2.4\n", args: []string{"-explicit_policy", "-policy", "1.2.4"},
			change: func(o *PathOptions) { o.ExplicitPolicy, o.Policies = true, []OID{"1.2.4"} }},
		{name: "another wanted", ca: "certificatePolicies=1.2.3,1.2.4\n", leaf: "certificatePolicies=1.2.4\n", args: []string{"-explicit_policy", "-policy", "1.2.3"},
			change: func(o *PathOptions) { o.ExplicitPolicy, o.Policies = true, []OID{"1.2.3"} }, reason: "no-valid-policy", openssl: "43"},
		{name: "mapped", ca: "certificatePolicies=1.2.3\npolicyMappings=1.2.3:1.2.9\n", leaf: "certificatePolicies=1.2.9\n", args: []string{"-explicit_policy", "-policy", "1.2.3"},
			change: func(o *PathOptions) { o.ExplicitPolicy, o.Policies = true, []OID{"1.2.3"} }},
		{name: "mapped, inhibited", ca: "certificatePolicies=1.2.3\npolicyMappings=1.2.3:1.2.9\n", leaf: "certificatePolicies=1.2.9\n", args: []string{"-explicit_policy", "-inhibit_map"},
			change: func(o *PathOptions) { o.ExplicitPolicy, o.InhibitMapping = true, true }, reason: "no-valid-policy", openssl: "43"},
		{name: "required by the CA", ca: "certificatePolicies=1.2.3\npolicyConstraints=requireExplicitPolicy:0\n", args: []string{"-policy_check"}, reason: "no-valid-policy", openssl: "43"},
		{name: "required by the leaf", ca: "", leaf: "policyConstraints=requireExplicitPolicy:0\n", args: []string{"-policy_check"}, reason: "no-valid-policy", openssl: "43"},
		{name: "any inhibited by the CA", ca: "certificatePolicies=1.2.3\ninhibitAnyPolicy=0\n", leaf: "certificatePolicies=2.5.29.32.0\n", args: anyWanted, change: explicit, reason: "no-valid-policy", openssl: "43"},
		{name: "any mapped", ca: "certificatePolicies=1.2.3\npolicyMappings=2.5.29.32.0:1.2.9\n", leaf: "certificatePolicies=1.2.9\n", args: anyWanted, change: explicit, reason: "any-policy-mapped", openssl: "42"},

		{name: "S/MIME", leaf: "extendedKeyUsage=emailProtection\n", args: []string{"-purpose", "smimesign"}, change: purpose(SMIMESigner)},
		{name: "S/MIME, any usage", leaf: "extendedKeyUsage=serverAuth\n", args: []string{"-purpose", "smimesign"}, change: purpose(SMIMESigner), reason: "extended-key-usage", openssl: "26"},
		{name: "S/MIME, key usage", leaf: "=keyUsage=keyEncipherment\n", args: []string{"-purpose", "smimesign"}, change: purpose(SMIMESigner), reason: "key-usage", openssl: "26"},
		{name: "S/MIME, the CA's usage", ca: "extendedKeyUsage=serverAuth\n", args: []string{"-purpose", "smimesign"}, change: purpose(SMIMESigner), reason: "extended-key-usage", openssl: "26"},
		{name: "TLS", leaf: "extendedKeyUsage=serverAuth,1.3.6.1.5.5.7.3.20\n", args: []string{"-purpose", "sslserver"}, change: purpose(SIPServer)},
		{name: "TLS, usage", leaf: "extendedKeyUsage=clientAuth,1.3.6.1.5.5.7.3.20\n", args: []string{"-purpose", "sslserver"}, change: purpose(SIPServer), reason: "extended-key-usage", openssl: "26"},
		{name: "TLS client", leaf: "extendedKeyUsage=clientAuth,1.3.6.1.5.5.7.3.20\n", args: []string{"-purpose", "sslclient"}, change: purpose(SIPClient)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m.t = t
			ca, leaf := fmt.Sprint("ca", i), fmt.Sprint("leaf", i)
			with := func(usual, beyond string) string {
				if all, ok := strings.CutPrefix(beyond, "="); ok {
					return all
				}
				return usual + beyond
			}
			subject := tt.subject
			if subject == "" {
				subject = "/CN=leaf"
			}
			caCert := m.issue(ca, "root", "/CN="+ca, with(caExtensions, tt.ca))
			leafCert := m.issue(leaf, ca, subject, with(leafExtensions, tt.leaf))
			o := PathOptions{Intermediates: []*Certificate{caCert}, Trusted: []*Certificate{m.parse("root")}, At: now}
			if tt.change != nil {
				tt.change(&o)
			}
			p := BuildPath(leafCert, o)
			if p.Reason != tt.reason || p.Trusted != (tt.reason == "") || (p.Detail == "") != p.Trusted {
				t.Errorf("%s: %s, want %s", p.Reason, p.Detail, tt.reason)
			}
			theirs := m.verify(leaf, "root", []string{ca}, now, tt.args...)
			if number, _, _ := strings.Cut(theirs, " "); number != tt.openssl {
				t.Errorf("openssl: %s, want %s", theirs, tt.openssl)
			}
			for _, at := range []time.Time{now.AddDate(-1, 0, 0), now.AddDate(20, 0, 0)} {
				o.At = at
				if p := BuildPath(leafCert, o); p.Trusted || m.verify(leaf, "root", []string{ca}, at, tt.args...) == "" {
					t.Errorf("at %v: %s", at, p.Reason)
				}
			}
		})
	}
}

// anyWanted asks openssl for an explicit policy, whichever: without -policy it takes none at all.
var anyWanted = []string{"-explicit_policy", "-policy", "2.5.29.32.0"}

func explicit(o *PathOptions) { o.ExplicitPolicy = true }

func purpose(p Purpose) func(*PathOptions) { return func(o *PathOptions) { o.Purpose = p } }

// TestCRLAsOpenSSL compares verdicts with CRLs.
func TestCRLAsOpenSSL(t *testing.T) {
	m := newPKIMaker(t)
	root := m.issue("root", "", "/CN=root", caExtensions)
	ca := m.issue("ca", "root", "/CN=ca", caExtensions)
	other := m.issue("other", "", "/CN=ca", caExtensions) // another of the name
	leaf := m.issue("leaf", "ca", "/CN=leaf", leafExtensions)
	noCRL := m.issue("nocrl", "root", "/CN=nocrl", "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n")
	noCRLLeaf := m.issue("nocrlleaf", "nocrl", "/CN=leaf", leafExtensions)
	pointLeaf := m.issue("pointleaf", "ca", "/CN=leaf", leafExtensions+"crlDistributionPoints=URI:http://a/crl\n")
	const point = "issuingDistributionPoint=critical,@idp\n[idp]\nfullname=URI:http://a/crl\n"
	now := time.Now().Add(time.Hour)

	rootCRL := m.crl("rootcrl", "root", nil, "authorityKeyIdentifier=keyid\n")
	const none = ""
	for _, tt := range []struct {
		name    string
		leaf    *Certificate
		crl     *CRL // beside the root's
		at      time.Time
		reason  string
		openssl string
	}{
		{"good", leaf, m.crl("good", "ca", nil, none), now, "", ""},
		{"good, version 1", leaf, m.crl("v1", "ca", nil, version1), now, "", ""},
		{"revoked, version 1", leaf, m.crl("v1revoked", "ca", []*Certificate{leaf}, version1), now, "revoked", "23"},
		{"revoked", leaf, m.crl("revoked", "ca", []*Certificate{leaf}, none), now, "revoked", "23"},
		{"another revoked", leaf, m.crl("anotherrevoked", "ca", []*Certificate{root, noCRL}, none), now, "", ""},
		{"the CA is revoked", leaf, m.crl("carevoked", "root", []*Certificate{ca}, none), now, "crl-not-found", "3"},
		{"not found", leaf, m.crl("foreign", "nocrl", nil, none), now, "crl-not-found", "3"},
		{"expired", leaf, m.crl("expired", "ca", nil, none), now.AddDate(2, 0, 0), "crl-expired", "12"},
		{"signed by another", leaf, m.crl("forged", "other", nil, none), now, "crl-bad-signature", "8"},
		{"must not sign", noCRLLeaf, m.crl("mustnot", "nocrl", nil, none), now, "crl-not-allowed", "35"},
		{"only CAs", leaf, m.crl("onlycas", "ca", nil, "issuingDistributionPoint=critical,@idp\n[idp]\nonlyCA=TRUE\n"), now, "crl-not-found", "44"},
		{"only users", leaf, m.crl("onlyusers", "ca", nil, "issuingDistributionPoint=critical,@idp\n[idp]\nonlyuser=TRUE\n"), now, "", ""},
		{"its point", pointLeaf, m.crl("point", "ca", nil, point), now, "", ""},
		{"its point, revoked", pointLeaf, m.crl("pointrevoked", "ca", []*Certificate{pointLeaf}, point), now, "revoked", "23"},
		{"another point", leaf, m.crl("otherpoint", "ca", nil, point), now, "crl-not-implemented", "44"},
		{"indirect", leaf, m.crl("indirect", "ca", nil, "issuingDistributionPoint=critical,@idp\n[idp]\nindirectCRL=TRUE\n"), now, "crl-not-implemented", "*"},
		{"some reasons, revoked", leaf, m.crl("somereasons", "ca", []*Certificate{leaf}, "issuingDistributionPoint=critical,@idp\n[idp]\nonlysomereasons=keyCompromise\n"), now, "revoked", "*"},
		{"some reasons", leaf, m.crl("otherreasons", "ca", nil, "issuingDistributionPoint=critical,@idp\n[idp]\nonlysomereasons=keyCompromise\n"), now, "crl-not-implemented", "*"},
		{"unknown critical extension", leaf, m.crl("critical", "ca", nil, "1.2.3.4=critical,DER:0500\n"), now, "crl-not-implemented", "36"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m.t = t
			ownName := strings.TrimSuffix(filepath.Base(tt.crl.Source), ".crl")
			list := append(append([]byte{}, m.read("rootcrl.crl")...), m.read(ownName+".crl")...)
			m.write("list.crl", list)
			o := PathOptions{
				Intermediates: []*Certificate{ca, noCRL, other}, Trusted: []*Certificate{root}, At: tt.at,
				CRLs: []*CRL{rootCRL, tt.crl}, RequireCRLs: true,
			}
			p := BuildPath(tt.leaf, o)
			reasons := ""
			for _, f := range p.Failures {
				reasons += f.Reason + " "
			}
			if !strings.Contains(reasons+" ", tt.reason) || p.Trusted != (tt.reason == "") || len(p.Revocation) != 2 {
				t.Errorf("%s: %s; want %s (%d)", reasons, p.Detail, tt.reason, len(p.Revocation))
			}
			name := "leaf"
			switch tt.leaf {
			case noCRLLeaf:
				name = "nocrlleaf"
			case pointLeaf:
				name = "pointleaf"
			}
			theirs := m.verify(name, "root", []string{"ca", "nocrl"}, tt.at, "-crl_check_all", "-CRLfile", "list.crl")
			if number, _, _ := strings.Cut(theirs, " "); number != tt.openssl && (tt.openssl != "*" || number == "") {
				t.Errorf("openssl: %s, want %s", theirs, tt.openssl)
			}
			// If CRLs are not required, only revocation counts.
			o.RequireCRLs = false
			if p := BuildPath(tt.leaf, o); p.Trusted != (tt.reason != "revoked" && tt.name != "the CA is revoked") {
				t.Errorf("not required: %s", p.Detail)
			}
		})
	}
	if entry, ok := m.crl("again", "ca", []*Certificate{leaf}, none).Lookup(leaf.SerialOctets); !ok || entry.Reason != "keyCompromise" || entry.Date.IsZero() {
		t.Errorf("%+v", entry)
	}
	if v1 := m.crl("first", "ca", nil, version1); v1.Version != 1 || rootCRL.Version != 2 {
		t.Errorf("versions %d and %d", v1.Version, rootCRL.Version)
	}
}
