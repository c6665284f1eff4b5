package interop

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/tlsparse"
)

// handshake is what a TLS connection showed of its handshakes, as checks see it. It keeps small
// facts and no messages: connections can stay open for the whole capture.
type handshake struct {
	*finder
	*report.Verdict // nil while the connection is not over

	offer  offer
	answer choice
	group  group // of the server's key exchange until TLS 1.2
	shown  [2]shown
	// What was established about them: as Identity and the chains of a report.Verdict, by direction.
	identity *pki.IdentityResult
	chains   [2]*cms.Chain
	signed   [2]signature // by the side that signed

	alerts     int // beside close_notify
	requested  int // record in which the server asked for the client's certificate; 0: in none
	exchanged  int // record of the ClientKeyExchange; 0: none came by
	again      int // record of a ClientHello inside the connection; 0: none came by
	asksAgain  bool
	ticket     lifetime
	nextHop    string // host of the next hop of the first request; "" if none could be read
	nextHopURI string

	failed  [2]bool // a fatal alert was sent
	sealed  [2]int  // encrypted records
	opened  [2]bool // one of them was decrypted
	muffled [2]bool // an alert came that could not be read
	changed [2]bool // ChangeCipherSpec
	over    [2]bool // Finished was read
	lost    bool    // octets of the connection are
	goodbye [2]bool // close_notify
	closed  [2]string
	first   tlsparse.Dir // that closed first; if closed says so
	abrupt  bool         // ... and had said nothing of it, nor had an alert ended the connection
	last    struct {     // of the messages that could be read
		what   string
		dir    tlsparse.Dir
		record int
	}

	told  []toldError
	quiet []active // rules that look at messages as they come, and have found nothing so far
}

type toldError struct {
	code string
	dir  tlsparse.Dir
}

// offer is what the first ClientHello says.
type offer struct {
	record      int // 0: none came by
	sslv2       bool
	version     tlsparse.Version // the highest offered
	oldest      tlsparse.Version // the lowest that is named beside it; 0: none is
	weak        weakSuites
	compression tlsparse.CompressionMethod // the first that does something
	extensions  extensionSet
	secure      bool // renegotiation_info, or the cipher suite that stands for it
	fallback    bool // TLS_FALLBACK_SCSV
	name        string
}

// choice is what the first ServerHello says that is no HelloRetryRequest.
type choice struct {
	record      int // 0: none came by
	version     tlsparse.Version
	suite       tlsparse.CipherSuite
	weak        weakness
	compression tlsparse.CompressionMethod
	extensions  extensionSet
}

// group is what a ServerKeyExchange agrees keys in.
type group struct {
	record int
	bits   int // of the modulus; 0: it is a curve
	curve  tlsparse.NamedGroup
}

// signature is that of a ServerKeyExchange or a CertificateVerify of TLS 1.2.
type signature struct {
	record int
	scheme tlsparse.SignatureScheme
}

// lifetime is that of the longest-lived ticket of TLS 1.3.
type lifetime struct {
	record  int
	seconds uint32
}

// alert is one that could be read.
type alert struct {
	record int
	dir    tlsparse.Dir
	tlsparse.AlertMessage
	fatal bool
}

// extensionSet is those extensions of a hello that rules ask for.
type extensionSet uint8

const (
	hasMasterSecret extensionSet = 1 << iota
	hasEncryptThenMAC
	hasTruncatedHMAC
	hasRenegotiation
	hasSignatures
	hasEarlyData
	hasServerName
)

func setOf(list []tlsparse.Extension) (s extensionSet) {
	for i := range list {
		switch list[i].Type {
		case tlsparse.ExtExtendedMasterSecret:
			s |= hasMasterSecret
		case tlsparse.ExtEncryptThenMAC:
			s |= hasEncryptThenMAC
		case tlsparse.ExtTruncatedHMAC:
			s |= hasTruncatedHMAC
		case tlsparse.ExtRenegotiationInfo:
			s |= hasRenegotiation
		case tlsparse.ExtSignatureAlgorithms:
			s |= hasSignatures
		case tlsparse.ExtEarlyData:
			s |= hasEarlyData
		case tlsparse.ExtServerName:
			s |= hasServerName
		}
	}
	return s
}

func (s extensionSet) has(e extensionSet) bool { return s&e != 0 }

// The cipher suites that are none (RFC 5746, Section 3.3; RFC 7507, Section 2).
const (
	renegotiationSCSV tlsparse.CipherSuite = 0x00ff
	fallbackSCSV      tlsparse.CipherSuite = 0x5600
)

// sides are the names of those that send in a direction.
var sides = [2]string{tlsparse.ClientToServer: "client", tlsparse.ServerToClient: "server"}

// foundAt tells what was seen in a record.
func (h *handshake) foundAt(record int, format string, args ...any) {
	h.about = report.Finding{Record: record}
	h.found(format, args...)
}

// foundOf tells what was seen of the certificates that a side showed.
func (h *handshake) foundOf(d tlsparse.Dir, sha string, format string, args ...any) {
	h.about = report.Finding{Record: h.shown[d].record, Certificate: sha}
	h.found(format, args...)
}

// Record looks at a record; the validity of what it shows is judged at some time.
func (c *Connection) Record(r *tlsparse.Record, at time.Time) {
	h := c.handshake()
	if r.Encrypted {
		h.sealed[r.Dir]++
		h.opened[r.Dir] = h.opened[r.Dir] || r.Decrypted
		h.muffled[r.Dir] = h.muffled[r.Dir] || r.Type == tlsparse.Alert && !r.Decrypted
	}
	if len(r.Messages) == 0 && r.Err == nil {
		return
	}
	c.about = report.Finding{Record: r.Number}
	for i := range r.Messages {
		m := &r.Messages[i]
		h.message(r, m)
		switch b := m.Body.(type) {
		case *tlsparse.AlertMessage:
			c.alerted(r, b)
		case *tlsparse.Certificate:
			c.presented(r, b, at)
		case *tlsparse.CompressedCertificate:
			if b.Certificate != nil {
				c.presented(r, b.Certificate, at)
			}
		}
		c.malformed(r, m.Err)
	}
	c.malformed(r, r.Err)
	kept := h.quiet[:0]
	for _, c.rule = range h.quiet {
		before := c.count
		if c.rule.hello(h); c.count == before {
			kept = append(kept, c.rule)
		}
	}
	h.quiet = kept
}

// handshake is that of the connection, from its first record on.
func (c *Connection) handshake() *handshake {
	if c.shake == nil {
		c.shake = &handshake{finder: &c.finder, quiet: slices.Clone(c.set.hello)}
	}
	return c.shake
}

// message notes what a message says.
func (h *handshake) message(r *tlsparse.Record, m *tlsparse.Message) {
	switch m.Content {
	case tlsparse.ChangeCipherSpec:
		h.changed[r.Dir] = true
	case tlsparse.Handshake:
		h.last.what, h.last.dir, h.last.record = m.Type.String(), r.Dir, r.Number
		h.asksAgain = h.asksAgain || m.Type == tlsparse.TypeHelloRequest
	}
	switch b := m.Body.(type) {
	case *tlsparse.ClientHello:
		switch {
		case h.offer.record == 0:
			h.offer = offerOf(r, b)
		case h.answer.record != 0 && h.finished() && h.again == 0: // not after a HelloRetryRequest
			h.again = r.Number
		}
	case *tlsparse.ServerHello:
		if h.answer.record == 0 && !b.IsHelloRetryRequest() {
			h.answer = choice{r.Number, b.SelectedVersion(), b.CipherSuite, weaknessOf(b.CipherSuite), b.Compression, setOf(b.Extensions)}
		}
	case *tlsparse.ServerKeyExchange:
		h.group = group{record: r.Number, curve: b.Group}
		if len(b.P) > 0 && !strings.HasPrefix(string(b.KeyExchange), "RSA") {
			h.group.bits = bitLen(b.P)
		}
		h.sign(r, b.SignatureAlgorithm)
	case *tlsparse.CertificateVerify:
		h.sign(r, b.Algorithm)
	case *tlsparse.CertificateRequest:
		h.requested = r.Number
	case *tlsparse.ClientKeyExchange:
		h.exchanged = r.Number
	case *tlsparse.Finished:
		h.over[r.Dir] = true
	case *tlsparse.NewSessionTicket:
		if b.Nonce != nil && b.Lifetime > h.ticket.seconds {
			h.ticket = lifetime{r.Number, b.Lifetime}
		}
	}
}

// alerted looks at an alert. Who sends close_notify only says goodbye.
func (c *Connection) alerted(r *tlsparse.Record, m *tlsparse.AlertMessage) {
	h := c.shake
	if m.Description == tlsparse.CloseNotify {
		h.goodbye[r.Dir] = true
		return
	}
	if h.alerts++; h.alerts > maxAlerts {
		return
	}
	// In TLS 1.3 the level says nothing (RFC 8446, Section 6).
	a := &alert{r.Number, r.Dir, *m, m.Level == tlsparse.AlertFatal || h.answer.version == tlsparse.TLS13 && m.Description != userCanceled}
	for _, c.rule = range c.set.alert {
		c.rule.alert(h, a)
	}
	h.failed[r.Dir] = h.failed[r.Dir] || a.fatal
}

func offerOf(r *tlsparse.Record, b *tlsparse.ClientHello) offer {
	o := offer{
		record: r.Number, sslv2: r.SSLv2, version: b.Version, extensions: setOf(b.Extensions), name: sentence(b.ServerName()),
		fallback: slices.Contains(b.CipherSuites, fallbackSCSV),
	}
	for _, v := range b.SupportedVersions() {
		switch {
		case age(v) == unknownAge:
			continue
		case o.oldest == 0:
			o.version, o.oldest = v, v
		}
		if age(v) > age(o.version) {
			o.version = v
		}
		if age(v) < age(o.oldest) {
			o.oldest = v
		}
	}
	for _, s := range b.CipherSuites {
		o.weak.add(s)
	}
	for _, m := range b.Compression {
		if m != 0 && o.compression == 0 {
			o.compression = m
		}
	}
	o.secure = o.extensions.has(hasRenegotiation) || slices.Contains(b.CipherSuites, renegotiationSCSV)
	return o
}

func (h *handshake) sign(r *tlsparse.Record, s tlsparse.SignatureScheme) {
	if s != 0 && h.answer.version != tlsparse.TLS13 && h.signed[r.Dir].record == 0 {
		h.signed[r.Dir] = signature{r.Number, s}
	}
}

// finished tells whether both sides have switched to the keys of a handshake, as far as can be
// seen.
func (h *handshake) finished() bool {
	if h.answer.version == tlsparse.TLS13 {
		return h.over[0] && h.over[1]
	}
	return h.changed[0] && h.changed[1]
}

// bitLen is the length of an unsigned number, in bits.
func bitLen(number []byte) int {
	for i, b := range number {
		if b != 0 {
			return 8*(len(number)-i-1) + bits.Len8(b)
		}
	}
	return 0
}

// malformed tells what is wrong with a record or a message, once for each direction. After a gap
// in the capture, or without the right key, what looks wrong need not be.
func (c *Connection) malformed(r *tlsparse.Record, err error) {
	e, ok := err.(*tlsparse.Error)
	if !ok {
		return
	}
	h := c.shake
	t := toldError{e.Code, r.Dir}
	if h.lost || slices.Contains(h.told, t) || e.Code == tlsparse.CodeBadMAC && !h.opened[r.Dir] {
		return
	}
	h.told = append(h.told, t)
	c.told(c.set, tlsIssue, e.Code, "", e.Section, "of the "+sides[r.Dir]+", "+e.Field+" "+e.Text, int(e.Offset))
}

// Peers tells what was established about the certificates of the next record: of the server's for
// whom it is, and of both sides', by the direction that they come in, whether they are trusted; nil
// where nothing was.
func (c *Connection) Peers(identity *pki.IdentityResult, chains [2]*cms.Chain) {
	h := c.handshake()
	h.identity, h.chains = identity, chains
}

// Lost tells that octets of the connection are not in the capture.
func (c *Connection) Lost() {
	c.handshake().lost = true
}

// Close tells that a direction of the connection ended: how is that of a report.Close.
func (c *Connection) Close(d tlsparse.Dir, how string) {
	h := c.shake
	if h == nil {
		return
	}
	if h.closed[0] == "" && h.closed[1] == "" {
		h.first = d
		h.abrupt = how == "fin" && !h.goodbye[d] && !h.failed[0] && !h.failed[1]
	}
	if h.closed[d] == "" {
		h.closed[d] = how
	}
}

// request notes whom the client's first request goes to.
func (h *handshake) request(s *report.SIP) {
	if h == nil || h.nextHopURI != "" || !s.Message.Request || s.Dir != tlsparse.ClientToServer {
		return
	}
	uri := s.Message.URI
	for a := range s.Message.Routes() {
		uri = a.URI
		break
	}
	h.nextHopURI = strings.Clone(short(uri))
	if u, err := sipparse.ParseURI(uri); err == nil {
		h.nextHop = strings.Clone(short(u.Host))
	}
}

// Verdict looks at the handshakes of a connection that is over.
func (c *Connection) Verdict(v *report.Verdict) {
	if c.shake == nil {
		return // not one record was complete
	}
	c.shake.Verdict = v
	for _, c.rule = range c.set.handshake {
		c.rule.handshake(c.shake)
	}
	c.about = report.Finding{}
}
