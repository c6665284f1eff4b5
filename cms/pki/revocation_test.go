package pki

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestRevocationScope has CRLs that are limited in what they speak of (RFC 5280, Sections 5.2 and
// 5.3): what they list counts, and what is told of the others is true.
func TestRevocationScope(t *testing.T) {
	var self *authority
	root, rootCert := self.issue(t, "root", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCRLSign })
	_, leaf := root.issue(t, "leaf", func(c *x509.Certificate) {
		endEntity(c)
		c.SerialNumber = big.NewInt(7)
		// c://y, and c://z of another issuer of CRLs.
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: octets(t, "302c300ba009a0078605633a2f2f79301da009a0078605633a2f2f7aa210a40e300c310a300806035504030c017a")}}
	})

	distribution := func(hex string) pkix.Extension {
		return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: octets(t, hex)}
	}
	delta := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: octets(t, "020101")}
	own := distribution("300ba009a0078605633a2f2f79")
	point, reasons := distribution("300ba009a0078605633a2f2f78"), distribution("300483020640")
	critical := []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: octets(t, "0500")}}

	for _, tt := range []struct {
		name    string
		serial  int64
		code    int // why
		entry   []pkix.Extension
		list    []pkix.Extension
		status  RevocationStatus
		reason  string
		details string
	}{
		{"complete", 7, 0, nil, nil, Revoked, "", `"CN=root" revoked it on 2025-12-01 00:00:00 UTC`},
		{"complete, of another", 8, 0, nil, nil, NotRevoked, "", `the CRL of "CN=root" does not have it`},
		{"one point", 7, 0, nil, []pkix.Extension{point}, Revoked, "", `"CN=root" revoked it on 2025-12-01 00:00:00 UTC`},
		{"one point, of another", 8, 0, nil, []pkix.Extension{point}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" does not have it, which proves nothing: it is only for certificates of its distribution point, which this one does not name (RFC 5280, Section 5.2.5)`},
		{"its point", 7, 0, nil, []pkix.Extension{own}, Revoked, "", `"CN=root" revoked it on 2025-12-01 00:00:00 UTC`},
		{"its point, of another", 8, 0, nil, []pkix.Extension{own}, NotRevoked, "", `the CRL of "CN=root" does not have it`},
		{"its point, some reasons, of another", 8, 0, nil, []pkix.Extension{distribution("300fa009a0078605633a2f2f7983020640")}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" does not have it, which proves nothing: it is only for some reasons (RFC 5280, Section 5.2.5)`},
		{"its point by another CRL issuer", 8, 0, nil, []pkix.Extension{distribution("300ba009a0078605633a2f2f7a")}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" does not have it, which proves nothing: it is only for certificates of its distribution point, which this one does not name (RFC 5280, Section 5.2.5)`},
		{"some reasons", 7, 1, nil, []pkix.Extension{reasons}, Revoked, "", `"CN=root" revoked it on 2025-12-01 00:00:00 UTC, for the reason keyCompromise`},
		{"some reasons, of another", 8, 0, nil, []pkix.Extension{reasons}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" does not have it, which proves nothing: it is only for some reasons (RFC 5280, Section 5.2.5)`},
		{"delta", 7, 0, nil, []pkix.Extension{delta}, Revoked, "", `"CN=root" revoked it on 2025-12-01 00:00:00 UTC`},
		{"delta, of another", 8, 0, nil, []pkix.Extension{delta}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" does not have it, which proves nothing: it only has what changed since another (RFC 5280, Section 5.2.4)`},
		{"delta, removed", 7, 8, nil, []pkix.Extension{delta}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" has it only to tell that it is no longer revoked, which proves nothing: it only has what changed since another (RFC 5280, Section 5.2.4)`},
		{"removed", 7, 8, nil, nil, NotRevoked, "", `the CRL of "CN=root" has it only to tell that it is no longer revoked`},
		{"of CAs", 7, 0, nil, []pkix.Extension{distribution("30038201ff")}, RevocationUnknown, "crl-not-found",
			`the CRL of "CN=root" is not about it: it is only for certificates of CAs, and this is none (RFC 5280, Section 5.2.5)`},
		{"of attributes", 7, 0, nil, []pkix.Extension{distribution("30038501ff")}, RevocationUnknown, "crl-not-found",
			`the CRL of "CN=root" is not about it: it is only for attribute certificates (RFC 5280, Section 5.2.5)`},
		{"indirect", 7, 0, nil, []pkix.Extension{distribution("30038401ff")}, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" cannot be used: it is indirect: it lists certificates of other issuers (RFC 5280, Section 5.2.5)`},
		{"critical entry", 7, 0, critical, nil, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" cannot be used: an entry has the critical extension 1.2.3 (RFC 5280, Section 5.3)`},
		{"critical entry, of another", 8, 0, critical, nil, RevocationUnknown, "crl-not-implemented",
			`the CRL of "CN=root" cannot be used: an entry has the critical extension 1.2.3 (RFC 5280, Section 5.3)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			template := &x509.RevocationList{
				Number: big.NewInt(1), ThisUpdate: testTime.AddDate(0, -1, 0), NextUpdate: testTime.AddDate(0, 1, 0), ExtraExtensions: tt.list,
				RevokedCertificateEntries: []x509.RevocationListEntry{{
					SerialNumber: big.NewInt(tt.serial), RevocationTime: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC), ReasonCode: tt.code, ExtraExtensions: tt.entry,
				}},
			}
			der, err := x509.CreateRevocationList(rand.Reader, template, root.cert, root.key)
			if err != nil {
				t.Fatal(err)
			}
			crl, err := ParseCRL(der)
			if err != nil || len(crl.Findings) != 0 {
				t.Fatal(err, crl)
			}
			p := BuildPath(leaf, PathOptions{Trusted: []*Certificate{rootCert}, At: testTime, CRLs: []*CRL{crl}})
			if len(p.Revocation) != 1 || p.Trusted != (tt.status != Revoked) {
				t.Fatalf("trusted: %v, %q, %+v", p.Trusted, p.Detail, p.Revocation)
			}
			r := p.Revocation[0]
			if r.Status != tt.status || r.Reason != tt.reason || r.Detail != tt.details {
				t.Errorf("%v [%s] %s", r.Status, r.Reason, r.Detail)
			}
			if tt.status == Revoked && !strings.Contains(p.Detail, r.Detail) {
				t.Errorf("the path says %q", p.Detail)
			}
		})
	}
}
