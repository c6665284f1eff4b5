package report

import (
	"math/big"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
	"sipsecdump/escape"
	"sipsecdump/sipparse"
)

type jsonSIP struct {
	Dir        string       `json:"dir"`
	Transport  string       `json:"transport"`
	Src        string       `json:"src"`
	Dst        string       `json:"dst"`
	Method     string       `json:"method,omitempty"`
	RequestURI string       `json:"request_uri,omitempty"`
	Status     int          `json:"status,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	CallID     string       `json:"call_id,omitempty"`
	CSeq       string       `json:"cseq,omitempty"`
	From       string       `json:"from,omitempty"`
	To         string       `json:"to,omitempty"`
	FromTag    string       `json:"from_tag,omitempty"`
	ToTag      string       `json:"to_tag,omitempty"`
	ViaBranch  string       `json:"via_branch,omitempty"`
	Type       string       `json:"content_type,omitempty"`
	BodyLength int          `json:"body_length"`
	Incomplete bool         `json:"incomplete,omitempty"`
	Record     int          `json:"record,omitempty"`
	Headers    []jsonHeader `json:"headers"`
	Raw        []byte       `json:"raw"`
	Issues     []jsonIssue  `json:"issues,omitempty"`
	Parts      []jsonPart   `json:"parts,omitempty"`
}

type jsonHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonIssue struct {
	Code    string `json:"code"`
	Offset  int    `json:"offset"`
	Section string `json:"section,omitempty"`
	Text    string `json:"text"`
}

type jsonPart struct {
	Path            string        `json:"path"`
	ContentType     string        `json:"content_type"`
	Disposition     string        `json:"disposition,omitempty"`
	Handling        string        `json:"handling,omitempty"`
	Filename        string        `json:"filename,omitempty"`
	Encoding        string        `json:"encoding,omitempty"`
	ContentEncoding string        `json:"content_encoding,omitempty"`
	ContentID       string        `json:"content_id,omitempty"`
	Language        string        `json:"content_language,omitempty"`
	Length          int           `json:"length"`
	Repaired        int           `json:"repaired,omitempty"`
	Text            *string       `json:"text,omitempty"`
	Message         *jsonEmbedded `json:"message,omitempty"`
	Issues          []jsonIssue   `json:"issues,omitempty"`
}

// jsonEmbedded is a message that a part holds.
type jsonEmbedded struct {
	Method     string       `json:"method,omitempty"`
	RequestURI string       `json:"request_uri,omitempty"`
	Status     int          `json:"status,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	CallID     string       `json:"call_id,omitempty"`
	CSeq       string       `json:"cseq,omitempty"`
	BodyLength int          `json:"body_length"`
	Headers    []jsonHeader `json:"headers"`
	Issues     []jsonIssue  `json:"issues,omitempty"`
}

func jsonSIPOf(s *SIP) jsonSIP {
	m := s.Message
	j := jsonSIP{
		Dir: s.Dir.String(), Transport: s.Transport, Src: endpoint(s.Src), Dst: endpoint(s.Dst),
		Method: m.Method, RequestURI: m.URI, Status: m.Status, Reason: m.Reason,
		CallID: m.CallID, From: m.From.URI, To: m.To.URI, FromTag: m.From.Tag, ToTag: m.To.Tag,
		ViaBranch: m.ViaBranch, Type: m.ContentType, BodyLength: len(m.Body),
		Incomplete: s.Incomplete, Record: s.Record, Raw: m.Raw,
		Headers: jsonHeadersOf(m), Issues: jsonIssuesOf(m.Issues),
	}
	j.CSeq, _ = m.Get("cseq")
	for i := range s.Parts {
		j.Parts = append(j.Parts, jsonPartOf(&s.Parts[i]))
	}
	return j
}

func jsonPartOf(p *Part) jsonPart {
	d := p.ContentDisposition()
	j := jsonPart{
		Path: p.Path, ContentType: p.MediaType,
		Disposition: p.Disposition, Handling: d.Handling, Filename: d.Filename,
		Encoding: p.Encoding, ContentEncoding: p.ContentEncoding, ContentID: p.ID, Language: p.Language,
		Length: len(p.Content), Repaired: p.Repaired,
	}
	if !p.Multipart && escape.IsText(p.Content) {
		text := string(p.Content)
		j.Text = &text
	}
	if m := p.Message; m != nil {
		j.Message = &jsonEmbedded{
			Method: m.Method, RequestURI: m.URI, Status: m.Status, Reason: m.Reason, CallID: m.CallID,
			BodyLength: len(m.Body), Headers: jsonHeadersOf(m), Issues: jsonIssuesOf(m.Issues),
		}
		j.Message.CSeq, _ = m.Get("cseq")
	}
	j.Issues = jsonIssuesOf(p.Issues)
	return j
}

func jsonHeadersOf(m *sipparse.Message) []jsonHeader {
	list := make([]jsonHeader, len(m.Headers))
	for i, h := range m.Headers {
		list[i] = jsonHeader{h.Name, h.Value}
	}
	return list
}

// jsonIssuesOf serves the issues and findings of every room: each has a type of its own, and
// all have the same fields.
func jsonIssuesOf[I ~struct {
	Code          string
	Offset        int
	Section, Text string
}](issues []I) []jsonIssue {
	var list []jsonIssue
	for _, is := range issues {
		list = append(list, jsonIssue(is))
	}
	return list
}

type jsonCMS struct {
	Part                       string          `json:"part"`
	ContentType                string          `json:"content_type,omitempty"`
	DERLength                  int             `json:"der_length"`
	Repaired                   int             `json:"repaired,omitempty"`
	Encoding                   string          `json:"encoding"`
	Signers                    []jsonSigner    `json:"signers,omitempty"`
	Recipients                 []jsonRecipient `json:"recipients,omitempty"`
	ContentEncryptionAlgorithm string          `json:"content_encryption_algorithm,omitempty"`
	Decrypted                  *bool           `json:"decrypted,omitempty"`
	Authenticated              *bool           `json:"authenticated,omitempty"`
	DigestMatched              *bool           `json:"digest_matched,omitempty"`
	Reason                     string          `json:"reason,omitempty"`
	Detail                     string          `json:"detail,omitempty"`
	Content                    []byte          `json:"content,omitempty"`
	Issues                     []jsonIssue     `json:"issues,omitempty"`
	Tree                       []jsonNode      `json:"tree,omitempty"`
}

type jsonSigner struct {
	Issuer             string     `json:"issuer,omitempty"`
	Serial             string     `json:"serial,omitempty"`
	SKI                string     `json:"ski,omitempty"`
	Digest             string     `json:"digest,omitempty"`
	SignatureAlgorithm string     `json:"signature_algorithm,omitempty"`
	SignedAttributes   []string   `json:"signed_attributes,omitempty"`
	Verified           *bool      `json:"verified,omitempty"`
	Reason             string     `json:"reason,omitempty"`
	Detail             string     `json:"detail,omitempty"`
	VerifiedOver       string     `json:"verified_over,omitempty"`
	Certificate        string     `json:"certificate,omitempty"`
	CertificateSource  string     `json:"certificate_source,omitempty"`
	Chain              *jsonChain `json:"chain,omitempty"`

	Identity          *jsonCertificateIdentity `json:"identity,omitempty"`
	Countersignatures []jsonSigner             `json:"countersignatures,omitempty"`
}

type jsonCertificateIdentity struct {
	Matched bool     `json:"matched"`
	Name    string   `json:"name,omitempty"`
	Section string   `json:"section,omitempty"`
	Detail  string   `json:"detail,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
}

func jsonCertificateIdentityOf(id *pki.IdentityResult) *jsonCertificateIdentity {
	if id == nil {
		return nil
	}
	return &jsonCertificateIdentity{id.Matched, id.Name, id.Section, id.Detail, id.Reasons}
}

type jsonChain struct {
	Trusted bool     `json:"trusted"`
	Reason  string   `json:"reason,omitempty"`
	Detail  string   `json:"detail,omitempty"`
	Path    []string `json:"path,omitempty"`
	At      string   `json:"at,omitempty"`

	Failures   []jsonPathFailure `json:"failures,omitempty"`
	Revocation []jsonRevocation  `json:"revocation,omitempty"`
}

type jsonPathFailure struct {
	Subject string `json:"subject"`
	Reason  string `json:"reason"`
	Section string `json:"section,omitempty"`
	Detail  string `json:"detail"`
}

type jsonRevocation struct {
	Subject string `json:"subject"`
	Status  string `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

func jsonChainOf(c *cms.Chain) *jsonChain {
	j := &jsonChain{Trusted: c.Trusted, Reason: c.Reason, Detail: c.Detail}
	for _, p := range c.Path {
		j.Path = append(j.Path, p.Subject.String())
	}
	if !c.At.IsZero() {
		j.At = c.At.Format(time.RFC3339Nano)
	}
	for i := range c.Failures {
		f := &c.Failures[i]
		j.Failures = append(j.Failures, jsonPathFailure{f.Certificate.Subject.String(), f.Reason, f.Section, f.Text})
	}
	for i := range c.Revocation {
		r := &c.Revocation[i]
		j.Revocation = append(j.Revocation, jsonRevocation{r.Certificate.Subject.String(), r.Status.String(), r.Reason, r.Detail})
	}
	return j
}

type jsonRecipient struct {
	Type                   string `json:"type"`
	Issuer                 string `json:"issuer,omitempty"`
	Serial                 string `json:"serial,omitempty"`
	SKI                    string `json:"ski,omitempty"`
	KeyID                  string `json:"key_id,omitempty"`
	KeyEncryptionAlgorithm string `json:"key_encryption_algorithm,omitempty"`
	Matched                bool   `json:"matched"`
	By                     string `json:"by,omitempty"`
	Key                    string `json:"key,omitempty"`
	Reason                 string `json:"reason,omitempty"`
	Detail                 string `json:"detail,omitempty"`
}

type jsonNode struct {
	Offset int    `json:"offset"`
	Header int    `json:"header"`
	Length int    `json:"length"`
	Depth  int    `json:"depth"`
	Class  string `json:"class"`
	Tag    uint32 `json:"tag"`
	Name   string `json:"name,omitempty"`
	Value  string `json:"value,omitempty"`
}

func jsonCMSOf(c *CMS) jsonCMS {
	o := c.Object
	j := jsonCMS{
		Part: c.Path, ContentType: cms.ContentTypeName(o.ContentType),
		DERLength: len(o.Raw), Repaired: c.Repaired, Encoding: "ber",
	}
	if o.DER {
		j.Encoding = "der"
	}
	for i := range c.Signers {
		j.Signers = append(j.Signers, jsonSignerOf(&c.Signers[i]))
	}
	if e := o.EncryptedContent(); e != nil {
		j.ContentEncryptionAlgorithm = oidName(e.ContentEncryptionAlgorithm.OID)
	}
	switch d := c.Decrypt; {
	case d != nil:
		if o.Authenticated != nil || o.AuthEnveloped != nil {
			j.Authenticated = &d.Authenticated
		}
		if o.Authenticated == nil {
			j.Decrypted = &d.Decrypted
		}
		j.Reason, j.Detail, j.Content = d.Reason, d.Detail, d.Content
		recipients := o.Recipients()
		for i := range d.Recipients {
			j.Recipients = append(j.Recipients, jsonRecipientOf(&recipients[i], &d.Recipients[i]))
		}
	case c.Decompress != nil:
		j.Reason, j.Detail, j.Content = c.Decompress.Reason, c.Decompress.Detail, c.Decompress.Content
	case c.Digest != nil:
		j.DigestMatched = &c.Digest.Matched
		j.Reason, j.Detail, j.Content = c.Digest.Reason, c.Digest.Detail, c.Content()
	}
	j.Issues = jsonIssuesOf(o.Issues)
	for n := range o.Tree() {
		j.Tree = append(j.Tree, jsonNode(n))
	}
	return j
}

func jsonSignerOf(r *cms.SignerResult) jsonSigner {
	s := r.Signer
	j := jsonSigner{
		Issuer: nameOf(s.Issuer), Serial: SerialHex(s.SerialOctets), SKI: hexOf(s.SKI),
		Digest: oidName(s.DigestAlgorithm.OID), SignatureAlgorithm: oidName(s.SignatureAlgorithm.OID),
		Reason: r.Reason, Detail: r.Detail, VerifiedOver: r.Over,
	}
	for _, a := range s.SignedAttributes {
		j.SignedAttributes = append(j.SignedAttributes, oidName(a.Type))
	}
	if r.Tried {
		j.Verified = &r.Verified
	}
	if c := r.Certificate; c != nil {
		j.Certificate = hexOf(c.SHA256[:])
		j.CertificateSource = r.CertificateSource
		j.Chain = jsonChainOf(&r.Chain)
	}
	j.Identity = jsonCertificateIdentityOf(r.Identity)
	for i := range r.Countersignatures {
		j.Countersignatures = append(j.Countersignatures, jsonSignerOf(&r.Countersignatures[i]))
	}
	return j
}

func jsonRecipientOf(ri *cms.RecipientInfo, r *cms.RecipientResult) jsonRecipient {
	j := jsonRecipient{
		Type: ri.Kind, Issuer: nameOf(ri.Issuer), Serial: SerialHex(ri.SerialOctets), SKI: hexOf(ri.SKI), KeyID: hexOf(ri.KeyID),
		KeyEncryptionAlgorithm: oidName(ri.KeyEncryptionAlgorithm.OID),
		Matched:                r.Matched, By: r.By, Reason: r.Reason, Detail: r.Detail,
	}
	if r.Key != nil {
		j.Key = r.Key.Source
	}
	return j
}

func nameOf(n pki.Name) string {
	if len(n.Raw) == 0 {
		return ""
	}
	return n.String()
}

// oidName gives OpenSSL's name of an object identifier, or its dotted form.
func oidName(oid pki.OID) string {
	if oid == "" {
		return ""
	}
	if n, ok := ber.LongName(string(oid)); ok {
		return n
	}
	return string(oid)
}

// SerialHex writes a serial number from its content octets: hexadecimal, upper case, an even
// number of digits, without the octet that only keeps it positive.
func SerialHex(octets []byte) string {
	if len(octets) == 0 {
		return ""
	}
	if octets[0] == 0 && len(octets) > 1 {
		octets = octets[1:]
	} else if octets[0] >= 0x80 {
		n := new(big.Int).SetBytes(octets)
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(octets))))
		return "-" + hexOf(n.Neg(n).Bytes())
	}
	return hexOf(octets)
}

func hexOf(p []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, 2*len(p))
	for _, b := range p {
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}
