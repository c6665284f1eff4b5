package report

import (
	"time"

	"sipsecdump/cms"
	"sipsecdump/sipparse/identity"
)

type jsonIdentity struct {
	Form              string          `json:"form"`
	Verified          *bool           `json:"verified,omitempty"`
	SignatureVerified *bool           `json:"signature_verified,omitempty"`
	Variant           string          `json:"variant,omitempty"`
	Reason            string          `json:"reason,omitempty"`
	Detail            string          `json:"detail,omitempty"`
	Offset            int             `json:"offset"`
	Info              string          `json:"info,omitempty"`
	Digest            []byte          `json:"digest,omitempty"`
	Header            identity.Object `json:"header,omitempty"`
	Claims            identity.Object `json:"claims,omitempty"`
	Certificate       string          `json:"certificate,omitempty"`
	Chain             *jsonChain      `json:"chain,omitempty"`
	Issues            []jsonIssue     `json:"issues,omitempty"`
}

func jsonIdentityOf(r *identity.Result) jsonIdentity {
	j := jsonIdentity{
		Form: r.Form, Variant: r.Variant, Reason: r.Reason, Detail: r.Detail, Offset: r.Offset, Info: r.Info,
		Digest: r.Digest, Header: r.Header, Claims: r.Claims,
	}
	if r.Tried {
		j.Verified, j.SignatureVerified = &r.Verified, &r.SignatureVerified
	}
	if c := r.Certificate; c != nil {
		j.Certificate = hexOf(c.SHA256[:])
	}
	if r.SignatureVerified {
		chain := cms.ChainOf(r.Chain, time.Time{})
		j.Chain = jsonChainOf(&chain)
	}
	j.Issues = jsonIssuesOf(r.Issues)
	return j
}
