package certs

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Verdict is what RFC 6216, Section 6 says is to be made of a certificate.
type Verdict string

const (
	Good Verdict = "good" // proceed
	Bad  Verdict = "bad"  // reject the request, ignore the response, do not complete the connection
)

// Use is what a scenario's certificate is presented for.
type Use string

const (
	SMIME Use = "S/MIME"
	TLS   Use = "TLS"
)

// A Scenario is one of the seventeen of RFC 6216, Section 6.
type Scenario struct {
	Number      int     // its place in the section, S/MIME first, from 1; the two that speak of a revoked certificate "or a CA above it" have an entry for each
	Name        string  // what [FindScenario] knows it by
	Use         Use     //
	Certificate string  // what is special about the certificate
	Verdict     Verdict //
	Note        string  // a reservation about the verdict, or ""
	Section     string  // where the rule comes from
	Peer        string  // the URI or host name that the peer is known by

	recipe recipe
}

// recipe is how a scenario differs from a certificate that is simply good.
type recipe struct {
	name       string // the request's, if it is not the peer's
	expired    bool
	untrusted  bool // the chain ends at a root that is not the trusted one
	subCA      bool // an authority stands between the root and the certificate
	incomplete bool // nothing above the certificate is presented
	revoke     bool
	revokeCA   bool // the sub-authority instead
	edit       func(*profile)
}

// The names the scenarios are about, the documents' own.
const (
	scenarioUser  = "fluffy@example.com"
	scenarioHost  = "example.com"
	scenarioAddr  = "192.0.2.1" // RFC 5737
	strangerUser  = "kumiko@example.net"
	strangerHost  = "example.net"
	rfc6216s6     = "RFC 6216, Section 6"
	userPeer      = "sip:" + scenarioUser
	chainRule     = "RFC 5280, Section 6.1"
	validityRule  = "RFC 5280, Section 4.1.2.5"
	revokedRule   = "RFC 5280, Section 6.3"
	untrustedName = "Untrusted Test Certificate Authority"
)

var scenarios = []Scenario{
	{
		Number: 1, Name: "smime-good", Use: SMIME, Verdict: Good, Section: "RFC 3261, Section 23.3; RFC 5280, Section 6",
		Certificate: "the peer's URI is in subjectAltName; chain, time and usage are right",
		Peer:        userPeer,
	},
	{
		Number: 2, Name: "smime-name", Use: SMIME, Verdict: Bad, Section: "RFC 3261, Section 23.3",
		Certificate: "the peer's URI is not in subjectAltName",
		Peer:        userPeer, recipe: recipe{name: strangerUser},
	},
	{
		Number: 3, Name: "smime-untrusted", Use: SMIME, Verdict: Bad, Section: chainRule,
		Certificate: "the chain is complete and ends at a CA that nobody trusts",
		Peer:        userPeer, recipe: recipe{untrusted: true},
	},
	{
		Number: 4, Name: "smime-incomplete", Use: SMIME, Verdict: Bad, Section: chainRule,
		Certificate: "the chain is incomplete",
		Peer:        userPeer, recipe: recipe{subCA: true, incomplete: true},
	},
	{
		Number: 5, Name: "smime-expired", Use: SMIME, Verdict: Bad, Section: validityRule,
		Certificate: "the time is outside the validity period",
		Peer:        userPeer, recipe: recipe{expired: true},
	},
	{
		Number: 6, Name: "smime-revoked", Use: SMIME, Verdict: Bad, Section: revokedRule,
		Certificate: "the certificate is revoked",
		Peer:        userPeer, recipe: recipe{revoke: true},
	},
	{
		Number: 6, Name: "smime-revoked-ca", Use: SMIME, Verdict: Bad, Section: revokedRule,
		Certificate: "a CA above the certificate is revoked",
		Peer:        userPeer, recipe: recipe{subCA: true, revokeCA: true},
	},
	{
		Number: 7, Name: "smime-key-usage", Use: SMIME, Verdict: Bad, Section: "RFC 5280, Section 4.2.1.3",
		Certificate: "key usage is present without digitalSignature",
		Peer:        userPeer, recipe: recipe{edit: func(p *profile) {
			p.keyUsage &^= x509.KeyUsageDigitalSignature
		}},
	},
	{
		Number: 8, Name: "tls-good", Use: TLS, Verdict: Good, Section: "RFC 5922, Section 7.1",
		Certificate: "the host name equals a dNSName in subjectAltName",
		Peer:        scenarioHost,
	},
	{
		Number: 9, Name: "tls-cn", Use: TLS, Verdict: Good, Section: rfc6216s6,
		Certificate: "no subjectAltName, the host name equals the subject's most specific CN",
		Note:        "RFC 5922, Section 7.1 looks at the CN only where there is no subjectAltName",
		Peer:        scenarioHost, recipe: recipe{edit: func(p *profile) {
			p.names = altNames{}
		}},
	},
	{
		Number: 10, Name: "tls-ip", Use: TLS, Verdict: Good, Section: rfc6216s6,
		Certificate: "no CN, subjectAltName holds the peer's address as an iPAddress",
		Note:        "inadvisable: RFC 5922, Section 7.5",
		Peer:        scenarioAddr, recipe: recipe{edit: func(p *profile) {
			p.subject = slices.Clone(sipit)
			p.names = altNames{ip: []netip.Addr{netip.MustParseAddr(scenarioAddr)}}
		}},
	},
	{
		Number: 11, Name: "tls-name", Use: TLS, Verdict: Bad, Section: "RFC 5922, Section 7.2",
		Certificate: "neither a dNSName nor the CN equals the host name",
		Peer:        scenarioHost, recipe: recipe{name: strangerHost},
	},
	{
		Number: 12, Name: "tls-untrusted", Use: TLS, Verdict: Bad, Section: chainRule,
		Certificate: "the chain is complete and ends at a CA that nobody trusts",
		Peer:        scenarioHost, recipe: recipe{untrusted: true},
	},
	{
		Number: 13, Name: "tls-incomplete", Use: TLS, Verdict: Bad, Section: chainRule,
		Certificate: "the chain is incomplete",
		Peer:        scenarioHost, recipe: recipe{subCA: true, incomplete: true},
	},
	{
		Number: 14, Name: "tls-expired", Use: TLS, Verdict: Bad, Section: validityRule,
		Certificate: "the time is outside the validity period",
		Peer:        scenarioHost, recipe: recipe{expired: true},
	},
	{
		Number: 15, Name: "tls-revoked", Use: TLS, Verdict: Bad, Section: revokedRule,
		Certificate: "the certificate is revoked",
		Peer:        scenarioHost, recipe: recipe{revoke: true},
	},
	{
		Number: 15, Name: "tls-revoked-ca", Use: TLS, Verdict: Bad, Section: revokedRule,
		Certificate: "a CA above the certificate is revoked",
		Peer:        scenarioHost, recipe: recipe{subCA: true, revokeCA: true},
	},
	{
		Number: 16, Name: "tls-eku-server", Use: TLS, Verdict: Bad, Section: "RFC 5280, Section 4.2.1.12",
		Certificate: "extended key usage is present without serverAuth",
		Peer:        scenarioHost, recipe: recipe{edit: func(p *profile) {
			p.extKeyUsage = []asn1.ObjectIdentifier{oidClientAuth, oidSIPDomain}
		}},
	},
	{
		Number: 17, Name: "tls-eku-sip", Use: TLS, Verdict: Bad, Section: "RFC 5924",
		Certificate: "extended key usage is present with neither sipDomain nor anyExtendedKeyUsage",
		Peer:        scenarioHost, recipe: recipe{edit: func(p *profile) {
			p.extKeyUsage = []asn1.ObjectIdentifier{oidServerAuth}
		}},
	},
}

// Scenarios returns the scenarios in the order of RFC 6216, Section 6.
func Scenarios() []Scenario { return slices.Clone(scenarios) }

// FindScenario returns the scenario of that name, or an [*UnknownError] that
// lists the names.
func FindScenario(name string) (Scenario, error) {
	have := make([]string, len(scenarios))
	for i, s := range scenarios {
		if s.Name == name {
			return s, nil
		}
		have[i] = s.Name
	}
	return Scenario{}, &UnknownError{What: "scenario", Name: name, Have: have}
}

// ScenarioOptions say with which algorithms and when a scenario is made.
type ScenarioOptions struct {
	Key    KeyKind     // of every key
	Digest crypto.Hash // of every certificate's signature; 0: SHA-256
	Clock  Clock
}

// A Set is a scenario made: whom the judge trusts, what the peer presents, what
// is revoked and when it is judged.
type Set struct {
	Scenario Scenario
	Trusted  *Authority   // the one root that the judge trusts
	Others   []*Authority // the sub-authority or the untrusted root, where there is one
	Identity *Identity    // the peer's; its Chain is what the peer presents beside the certificate
	CRLs     [][]byte     // DER, one of each authority, the trusted root's first; only where the scenario is about revocation
	At       time.Time    // when everything but an expired certificate is valid
}

// Make makes the scenario. Two runs differ in keys, serial numbers and signatures
// only.
func (s Scenario) Make(o ScenarioOptions) (*Set, error) {
	set := &Set{Scenario: s, At: o.Clock.now()}
	options := AuthorityOptions{Key: o.Key, Digest: o.Digest, Clock: o.Clock}
	var err error
	if set.Trusted, err = NewAuthority(options); err != nil {
		return nil, err
	}
	issuer := set.Trusted
	switch {
	case s.recipe.untrusted:
		options.Subject = append(slices.Clone(sipit), Attribute{"OU", untrustedName})
		if issuer, err = NewAuthority(options); err != nil {
			return nil, err
		}
		set.Others = []*Authority{issuer}
	case s.recipe.subCA:
		if issuer, err = set.Trusted.SubAuthority(options); err != nil {
			return nil, err
		}
		set.Others = []*Authority{issuer}
	}
	if set.Identity, err = issuer.make(s.request(o), s.recipe.edit); err != nil {
		return nil, err
	}
	if s.recipe.incomplete {
		set.Identity.Chain = nil
	}
	return set, set.revoke(issuer)
}

func (s Scenario) request(o ScenarioOptions) Request {
	r := Request{Name: s.recipe.name, EKU: true, Expired: s.recipe.expired, Key: o.Key, Digest: o.Digest}
	if r.Name != "" {
		return r
	}
	r.Name = s.Peer
	if s.Use == SMIME {
		r.Name = scenarioUser
	}
	return r
}

// revoke revokes what the recipe says and makes every authority's list.
func (set *Set) revoke(issuer *Authority) error {
	r := set.Scenario.recipe
	var err error
	switch {
	case r.revoke:
		certificate, parseErr := x509.ParseCertificate(set.Identity.Certificate)
		if parseErr != nil {
			return parseErr
		}
		err = issuer.Revoke(certificate.SerialNumber)
	case r.revokeCA:
		err = set.Trusted.Revoke(issuer.certificate.SerialNumber)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	for _, a := range append([]*Authority{set.Trusted}, set.Others...) {
		crl, err := a.CRL()
		if err != nil {
			return err
		}
		set.CRLs = append(set.CRLs, crl)
	}
	return nil
}

// Write writes the set into dir, which it makes if need be, and returns the
// paths: the trusted root's folder ([Authority.Write]), the identity's files
// ([Identity.Write]) and
//
//	chain.pem     what the peer presents, its certificate first
//	crl.pem       the revocation lists, if there are any
//	scenario.txt  the scenario in words
func (set *Set) Write(dir string, o WriteOptions) ([]string, error) {
	out := output{dir: dir}
	if err := set.Trusted.files(&out, o); err != nil {
		return nil, err
	}
	if err := set.Identity.files(&out, o); err != nil {
		return nil, err
	}
	out.add("chain.pem", modePublic, certificatePEM(set.Identity.Presented()...))
	if len(set.CRLs) > 0 {
		var lists []byte
		for _, der := range set.CRLs {
			lists = append(lists, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
		}
		out.add("crl.pem", modePublic, lists)
	}
	out.add("scenario.txt", modePublic, []byte(set.describe()))
	return out.write(o.Force)
}

func (set *Set) describe() string {
	s := set.Scenario
	text := fmt.Sprintf("%s\n\nscenario     %s (%s, number %d)\nfor          %s\npeer         %s\ncertificate  %s\nverdict      %s\n",
		Warning, s.Name, rfc6216s6, s.Number, s.Use, s.Peer, s.Certificate, s.Verdict)
	if s.Note != "" {
		text += fmt.Sprintf("note         %s\n", s.Note)
	}
	return text + fmt.Sprintf("rule         %s\njudged at    %s\n", s.Section, set.At.Format(time.RFC3339))
}
