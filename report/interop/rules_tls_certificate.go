package interop

import (
	"slices"
	"strings"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// Object identifiers of extended key usages (RFC 5280, Section 4.2.1.12; RFC 5924, Section 3.1).
const (
	anyUsage   pki.OID = "2.5.29.37.0"
	serverAuth pki.OID = "1.3.6.1.5.5.7.3.1"
	clientAuth pki.OID = "1.3.6.1.5.5.7.3.2"
	sipDomain  pki.OID = "1.3.6.1.5.5.7.3.20"
)

// tlsCertificateRules are about the certificates that the two sides show.
var tlsCertificateRules = []Rule{
	{
		ID: "tls-certificate-validity", Severity: report.Error,
		Sections: []string{"draft-ietf-sipping-sec-flows-00, Section 8", "RFC 5280, Section 4.1.2.5", "RFC 6216, Section 6"},
		Asks:     "certificates that are valid now; clients that accept expired ones without a word were a common problem",
		Advice:   "renew the certificate, and set the clocks; a peer that went on has to be made to refuse it",
		handshake: func(h *handshake) {
			for d := range h.shown {
				for _, c := range h.shown[d].invalid {
					and := ""
					if h.accepted(tlsparse.Dir(d)) {
						and = "; the " + sides[d^1] + " went on with the handshake"
					}
					h.foundOf(tlsparse.Dir(d), c.sha, "of the %s, %s%s", sides[d], c.text, and)
				}
			}
		},
	},
	{
		ID: "tls-certificate-name", Severity: report.Error,
		Sections: []string{"RFC 5922, Section 7.2", "RFC 5922, Section 7.3", "RFC 6216, Section 6", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "that the server's certificate be one for the domain that the client asks for",
		Advice:   "have the certificate issued with the domain as a sip URI or dNSName in subjectAltName, or have the client ask for the right one",
		shown: func(h *handshake, d tlsparse.Dir) {
			if id := h.identity; d == tlsparse.ServerToClient && id != nil && !id.Matched {
				h.foundOf(d, h.shown[d].sha(), "%s (%s)", sentence(id.Detail), id.Section)
			}
		},
	},
	{
		ID: "tls-certificate-domain", Severity: report.Warning,
		Sections: []string{"RFC 5922, Section 7.3", "RFC 5922, Section 7.2", "RFC 6216, Section 6"},
		Asks:     "that the server's certificate be one for the domain of the URI that the client resolved to find the server",
		Advice:   "have the certificate issued with that domain; if the client has an outbound proxy, have it named in a Route header field or in server_name",
		handshake: func(h *handshake) {
			s := &h.shown[tlsparse.ServerToClient]
			if s.own == nil || h.offer.record == 0 || h.offer.extensions.has(hasServerName) || !isDomain(h.nextHop) {
				return
			}
			if id := pki.MatchSIPDomain(s.own, h.nextHop); !id.Matched {
				h.foundOf(tlsparse.ServerToClient, s.sha(), "the client named no server, and its first request goes to %q: %s (%s)", h.nextHopURI, sentence(id.Detail), id.Section)
			}
		},
	},
	{
		ID: "tls-certificate-common-name", Severity: report.Warning,
		Sections: []string{"RFC 5922, Section 7.1", "RFC 5922, Section 6", "RFC 6216, Section 6"},
		Asks:     "the domain in subjectAltName: RFC 5922 has the common name count only where there are no alternative names, RFC 6216 where there is no dNSName",
		Advice:   "have the certificate issued with the domain in subjectAltName; others look nowhere else",
		shown: func(h *handshake, d tlsparse.Dir) {
			s := &h.shown[d]
			if name := s.commonName(); d == tlsparse.ServerToClient && name != "" {
				h.foundOf(d, s.sha(), "the server's certificate has no alternative names, but the common name %q", short(name))
			}
		},
	},
	{
		ID: "tls-certificate-wildcard", Severity: report.Warning,
		Sections: []string{"RFC 5922, Section 7.2", "RFC 6216, Section 6"},
		Asks:     "whole names: RFC 5922 has a wildcard match nothing, RFC 6216 one host label in a common name where there is no dNSName",
		Advice:   "have the certificate issued with each domain in full",
		shown: func(h *handshake, d tlsparse.Dir) {
			s := &h.shown[d]
			if name := s.wildcard(); d == tlsparse.ServerToClient && name != "" && (h.identity == nil || h.identity.Matched) {
				h.foundOf(d, s.sha(), "the server's certificate has the name %q", short(name))
			}
		},
	},
	{
		ID: "tls-certificate-address", Severity: report.Note,
		Sections: []string{"RFC 6216, Section 6"},
		Asks:     "names of domains; a certificate for an address is accepted, but inadvisable: it is good for as long as the host keeps the address",
		Advice:   "have the certificate issued with the domain",
		certificate: func(c *certificate) {
			if c.own(tlsparse.ServerToClient) && len(c.IPAddresses) > 0 {
				c.found("the server's certificate has the address %v", c.IPAddresses[0])
			}
		},
	},
	{
		ID: "tls-certificate-self-signed", Severity: report.Warning,
		Sections: []string{"RFC 5280, Section 6.1", "RFC 6216, Section 6"},
		Asks:     "a path to a CA that the peer trusts; to a certificate signed with its own key there is none, unless it is trusted itself",
		Advice:   "have it issued by a CA that the peers have, or give it to each of them",
		shown: func(h *handshake, d tlsparse.Dir) {
			s, chain := &h.shown[d], h.chains[d]
			if (chain == nil || !chain.Trusted) && s.selfSigned() {
				h.foundOf(d, s.sha(), "the %s's certificate, %s, is signed with its own key", sides[d], name(s.own.Subject))
			}
		},
	},
	{
		ID: "tls-certificate-order", Severity: report.Warning,
		Sections: []string{"RFC 5246, Section 7.4.2", "RFC 8446, Section 4.4.2"},
		Asks:     "that each certificate of the list be that of the issuer of the one before: until TLS 1.2 it must, in TLS 1.3 it should",
		Advice:   "put the side's own certificate first in the file, then that of its issuer, and so on",
		shown: func(h *handshake, d tlsparse.Dir) {
			if s := &h.shown[d]; s.disorder != "" {
				h.foundAt(s.record, "in the %s's list, %s", sides[d], s.disorder)
			}
		},
	},
	{
		ID: "tls-certificate-key-usage", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.4.2", "RFC 5246, Section 7.4.6", "RFC 8446, Section 4.4.2.2", "RFC 5280, Section 4.2.1.3"},
		Asks:     "that a key usage, where there is one, allow what the handshake does with the key: sign, or take the premaster secret",
		Advice:   "have it issued with digitalSignature, and keyEncipherment if suites with RSA key transport are used",
		certificate: func(c *certificate) {
			if c.shake == nil || c.position > 0 || !c.HasKeyUsage {
				return
			}
			if bit, name := c.neededUsage(); bit != 0 && c.KeyUsage&bit == 0 {
				c.found("the key usage of %s lacks %s, which %v needs", c.whose(), name, c.shake.answer.suite)
			}
		},
	},
	{
		ID: "tls-certificate-extended-usage", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.2.1.12", "RFC 6216, Section 6"},
		Asks:     "that an extended key usage, where there is one, have serverAuth, or clientAuth of a client, or anyExtendedKeyUsage",
		Advice:   "have it issued with serverAuth; with clientAuth too if the host also connects to others",
		certificate: func(c *certificate) {
			want, name := serverAuth, "serverAuth"
			if c.dir == tlsparse.ClientToServer {
				want, name = clientAuth, "clientAuth"
			}
			if c.shake != nil && c.position == 0 && c.lacksUsage(want) {
				c.found("the extended key usage of %s has neither %s nor anyExtendedKeyUsage", c.whose(), name)
			}
		},
	},
	{
		ID: "tls-certificate-sip-usage", Severity: report.Error,
		Sections: []string{"RFC 5924, Section 4", "RFC 6216, Section 6"},
		Asks:     "that an extended key usage, where there is one, have sipDomain or anyExtendedKeyUsage",
		Advice:   "have it issued with sipDomain too, or without extended key usage",
		certificate: func(c *certificate) {
			if c.shake != nil && c.position == 0 && c.lacksUsage(sipDomain) {
				c.found("the extended key usage of %s has neither sipDomain nor anyExtendedKeyUsage", c.whose())
			}
		},
	},
	{
		ID: "tls-client-certificate-empty", Severity: report.Note,
		Sections: []string{"RFC 5246, Section 7.4.6", "RFC 8446, Section 4.4.2", "RFC 5922, Section 7.4"},
		Asks:     "a certificate of the client if it has one that suits; the server may go on without, but does not know the client by TLS then",
		Advice:   "give the client a certificate of a CA that the server names, if the server is to know it",
		shown: func(h *handshake, d tlsparse.Dir) {
			if s := &h.shown[d]; d == tlsparse.ClientToServer && h.requested > 0 && s.count == 0 {
				h.foundAt(s.record, "the server asks for a certificate, the client has none")
			}
		},
	},
	{
		ID: "tls-client-certificate-absent", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.4.6"},
		Asks:     "a Certificate message, if only an empty one, of a client that is asked for it",
		Advice:   "bring the client's TLS up to date",
		hello: func(h *handshake) {
			if h.requested > 0 && h.exchanged > h.requested && h.shown[tlsparse.ClientToServer].record == 0 && !h.lost {
				h.foundAt(h.exchanged, "the server asks for a certificate, and the client sends its key exchange without such a message")
			}
		},
	},
}

// own tells whether a certificate is a side's own in a handshake.
func (c *certificate) own(d tlsparse.Dir) bool {
	return c.shake != nil && c.dir == d && c.position == 0
}

func (c *certificate) lacksUsage(want pki.OID) bool {
	return len(c.ExtKeyUsage) > 0 && !slices.Contains(c.ExtKeyUsage, want) && !slices.Contains(c.ExtKeyUsage, anyUsage)
}

// neededUsage is what the handshake does with a key; 0 if that is not known.
func (c *certificate) neededUsage() (bit uint16, name string) {
	a := &c.shake.answer
	kx := a.suite.KeyExchange()
	switch {
	case a.record == 0:
	case a.version == tlsparse.TLS13, c.dir == tlsparse.ClientToServer:
		return pki.KeyUsageDigitalSignature, "digitalSignature"
	case kx == "RSA":
		return pki.KeyUsageKeyEncipherment, "keyEncipherment"
	case kx == "ECDH_RSA", kx == "ECDH_ECDSA", kx == "DH_RSA", kx == "DH_DSS":
		return pki.KeyUsageKeyAgreement, "keyAgreement"
	case strings.HasPrefix(string(kx), "DHE_RSA"), strings.HasPrefix(string(kx), "DHE_DSS"),
		strings.HasPrefix(string(kx), "ECDHE_RSA"), strings.HasPrefix(string(kx), "ECDHE_ECDSA"):
		return pki.KeyUsageDigitalSignature, "digitalSignature"
	}
	return 0, ""
}
