package tlsparse

import (
	"cmp"
	"fmt"
)

// Outcome is what became of a connection's encrypted records.
type Outcome string

// The outcomes, as the event stream names them.
const (
	Decrypted       Outcome = "decrypted"
	PartlyDecrypted Outcome = "partly-decrypted"
	NotDecrypted    Outcome = "not-decrypted"
	HandshakeFailed Outcome = "handshake-failed"
)

// Reason is the stable code of why the outcome is what it is.
type Reason string

// The reasons. Exactly one is told for each connection.
const (
	// What the records were decrypted with, proved by Finished messages or MACs.
	ReasonRSAKey         Reason = "rsa-key"         // a server's RSA key
	ReasonKeyLog         Reason = "key-log"         // a key log
	ReasonCaptureSecrets Reason = "capture-secrets" // a key log in the capture
	ReasonSession        Reason = "resumed-session" // the master secret of an earlier connection in the capture

	// Why they were not.
	ReasonNoKey            Reason = "no-key"                 // RSA key exchange, no key given for this certificate
	ReasonKeyMismatch      Reason = "key-mismatch"           // keys given, none has the certificate's public key
	ReasonEphemeral        Reason = "ephemeral-key-exchange" // needs a key log
	ReasonPreSharedKey     Reason = "pre-shared-key"         // the peers had it before; needs a key log
	ReasonNotInKeyLog      Reason = "not-in-key-log"         // there is one, but not with this connection
	ReasonResumed          Reason = "resumed-unknown-session"
	ReasonSuite            Reason = "suite-not-implemented"
	ReasonVersion          Reason = "version-not-implemented"
	ReasonHelloNotCaptured Reason = "hello-not-captured"
	ReasonGap              Reason = "gap"
	ReasonMAC              Reason = "mac-failed"
	ReasonPreMaster        Reason = "premaster-not-decrypted" // the right key does not open the EncryptedPreMasterSecret
	ReasonAlert            Reason = "alert"
	ReasonIncomplete       Reason = "handshake-incomplete"
	ReasonNothingEncrypted Reason = "nothing-encrypted"
)

// Verdict is the one thing said about a connection at its end.
type Verdict struct {
	Version     Version // negotiated; 0 if not known
	CipherSuite CipherSuite
	HasSuite    bool
	KeyExchange KeyExchange
	ServerName  string
	ALPN        string
	Resumed     bool // an earlier session, that is: not a pre-shared key agreed upon by other means
	// ExtendedMasterSecret and EncryptThenMAC were negotiated (RFC 7627, RFC 7366).
	ExtendedMasterSecret, EncryptThenMAC bool

	Outcome Outcome
	Reason  Reason
	// Detail is a sentence: lower case, without a full stop; it names the certificate, the
	// key file, the record, the alert, whatever the reason is about.
	Detail string

	RecordsEncrypted, RecordsDecrypted int
	BytesDecrypted                     int64
	// History has one letter for each handshake message, alert and ChangeCipherSpec that could
	// be read, in order, upper case for the client's:
	//
	//	h HelloRequest          n ServerHelloDone      i ChangeCipherSpec
	//	c ClientHello           y CertificateVerify    l alert
	//	s ServerHello           g ClientKeyExchange    j HelloRetryRequest
	//	t NewSessionTicket      f Finished             e EndOfEarlyData
	//	x Certificate, also     u CertificateStatus    o EncryptedExtensions
	//	  compressed            w CertificateURL       p KeyUpdate
	//	k ServerKeyExchange     a SupplementalData     z any other handshake message
	//	r CertificateRequest    v HelloVerifyRequest
	//
	// A "+" at its end says that there were more.
	History string

	// JA3, JA3S and JA4 are the fingerprints of the first hellos; "" if there was none.
	JA3, JA3S, JA4 string

	// Export are the secrets that opened records, if Config asks for them.
	Export Export
}

// verdictState collects what the verdict is made of.
type verdictState struct {
	Verdict

	records              int // both directions
	encrypted, decrypted int
	octets               int64
	resumed              bool

	helloSeen bool
	switched  [2]bool
	first     *trouble     // why records are not decrypted, the first reason
	proved    *negotiation // the first whose keys opened a record
	failure   string       // the fatal alert that ended a handshake
	lastAlert string
	lossText  string // the first gap, or octets that are no record
	// lossEncrypted is set if that may have swallowed encrypted records.
	lossEncrypted bool
	// inUse is set by application data that nobody sends before the first handshake is over.
	inUse   bool
	endText string // how the connection was closed
	// answer tells that the server's is no TLS.
	answer  string
	history []byte
}

// trouble keeps the first reason; nil is none.
func (v *verdictState) trouble(t *trouble) {
	if v.first == nil && t != nil {
		v.first = t
	}
}

func (v *verdictState) clientHello(h *ClientHello, c *FingerprintCache) {
	if !v.helloSeen {
		v.helloSeen = true
		v.ServerName = h.ServerName()
		f := c.client(h)
		v.JA3, v.JA4 = f.ja3, f.ja4
	}
}

// serverHello takes what the first negotiation settled.
func (v *verdictState) serverHello(n *negotiation, c *FingerprintCache) {
	if v.HasSuite {
		return
	}
	h := n.server
	v.Version = h.SelectedVersion()
	v.CipherSuite, v.HasSuite = h.CipherSuite, !h.IsHelloRetryRequest()
	v.KeyExchange = n.kx
	v.JA3S = c.server(h)
	v.ALPN = h.ALPN()
	v.ExtendedMasterSecret = n.extendedMasterSecret()
	v.EncryptThenMAC = n.encryptThenMAC()
}

// encryptedExtensions takes what TLS 1.3 tells there instead of in the ServerHello.
func (v *verdictState) encryptedExtensions(m *EncryptedExtensions) {
	if v.ALPN == "" {
		v.ALPN = m.ALPN()
	}
}

func (v *verdictState) keys(n *negotiation) {
	if v.proved == nil {
		v.proved = n
	}
}

// alert takes an alert; a fatal one before the end of the first handshake is its failure.
func (v *verdictState) alert(r *Record, a *AlertMessage, n *negotiation) {
	text := fmt.Sprintf("the %s sent the alert %v (%d) in record %d", side(r.Dir), a.Description, a.Description, r.Number)
	if v.lastAlert == "" {
		v.lastAlert = text
	}
	done := v.switched[0] && v.switched[1]
	if r.Decrypted && n != nil {
		done = v.proved != n || n.finished[0] && n.finished[1]
	}
	if a.Level == AlertFatal && !done && !v.inUse && v.failure == "" {
		v.failure = text
	}
}

// carries takes a record of application data. A server sends none before the client's Finished, but in
// TLS 1.3, where the client's is behind it; the client of a full handshake may not wait for the
// server's (RFC 7918).
func (v *verdictState) carries(d Dir, s *Session) {
	n := s.current
	switch {
	case v.inUse || s.rec.Content() != ApplicationData || n == nil || n.server == nil || n.server.IsHelloRetryRequest():
	case s.tls13:
		v.inUse = d == ClientToServer && s.rec.Decrypted && s.dirs[d].traffic.stage == stageApplication
	default:
		v.inUse = d == ServerToClient || v.switched[ServerToClient]
	}
}

// foreign takes what is no record. If it is text, where the server's first record should be, nothing of
// it is lost: the client has come to a port where there is no TLS.
func (v *verdictState) foreign(d Dir, f *frame, recordBefore bool) {
	if d != ServerToClient || !v.helloSeen || recordBefore || f.skipped > 0 || v.lossText != "" {
		return
	}
	for _, b := range f.raw {
		if b < ' ' || b > '~' {
			return
		}
	}
	v.answer = fmt.Sprintf("the server's answer is no TLS: it begins with %q", f.raw)
}

// lost takes what the capture lacks, the first of it in words.
func (v *verdictState) lost(text string) {
	if v.lossText == "" {
		v.lossText = text
	}
}

// letters are those of Verdict.History.
var letters = [1 << 8]byte{
	TypeHelloRequest:       'h',
	TypeClientHello:        'c',
	TypeServerHello:        's',
	TypeHelloVerifyRequest: 'v',
	TypeNewSessionTicket:   't',
	TypeCertificate:        'x',
	TypeServerKeyExchange:  'k',
	TypeCertificateRequest: 'r',
	TypeServerHelloDone:    'n',
	TypeCertificateVerify:  'y',
	TypeClientKeyExchange:  'g',
	TypeFinished:           'f',
	TypeCertificateStatus:  'u',

	TypeEndOfEarlyData:        'e',
	TypeEncryptedExtensions:   'o',
	TypeClientCertificateURL:  'w',
	TypeSupplementalData:      'a',
	TypeKeyUpdate:             'p',
	TypeCompressedCertificate: 'x',
}

// letter adds the message to the history.
func (v *verdictState) letter(d Dir, m *Message) {
	if len(v.history) > maxHistory {
		return
	}
	if len(v.history) == maxHistory {
		v.history = append(v.history, '+')
		return
	}
	var b byte
	switch m.Content {
	case ChangeCipherSpec:
		b = 'i'
	case Alert:
		b = 'l'
	default:
		b = cmp.Or(letters[m.Type], 'z')
		if h, ok := m.Body.(*ServerHello); ok && h.IsHelloRetryRequest() {
			b = 'j'
		}
	}
	if d == ClientToServer {
		b -= 'a' - 'A'
	}
	v.history = append(v.history, b)
}

// End tells how a direction was closed, by a reset or in order. The first word counts: where one side
// closes, the other does too.
func (s *Session) End(d Dir, reset bool) {
	switch v := &s.verdict; {
	case v.endText != "":
	case reset:
		v.endText = fmt.Sprintf("the %s reset the connection", side(d&1))
	default:
		v.endText = fmt.Sprintf("the %s closed the connection", side(d&1))
	}
}

// Close ends the session and tells what became of it. It is called once, and nothing after it.
func (s *Session) Close() *Verdict {
	v := &s.verdict
	for i := range s.dirs {
		// What came after the last record that was found is not known.
		st := &s.dirs[i].stream
		v.lossEncrypted = v.lossEncrypted || st.searching || st.damaged != nil
	}
	out := v.Verdict
	out.Resumed = v.resumed
	out.RecordsEncrypted, out.RecordsDecrypted, out.BytesDecrypted = v.encrypted, v.decrypted, v.octets
	out.History = string(v.history)
	out.Outcome, out.Reason, out.Detail = v.judge()
	return &out
}

// judge gives the outcome and its reason.
func (v *verdictState) judge() (Outcome, Reason, string) {
	if v.failure != "" {
		return HandshakeFailed, ReasonAlert, v.failure
	}
	if v.encrypted > 0 && v.decrypted == v.encrypted && !v.lossEncrypted {
		return Decrypted, v.proved.origin.reason, v.proof()
	}
	outcome := NotDecrypted
	if v.decrypted > 0 {
		outcome = PartlyDecrypted
	}
	t := v.first
	switch {
	case v.records == 0:
		t = &trouble{ReasonNothingEncrypted, "no record was complete"}
	case t != nil && v.encrypted > 0:
	case v.answer != "":
		t = &trouble{ReasonIncomplete, v.answer}
	case v.lossText != "":
		t = &trouble{ReasonGap, v.lossText}
	case !v.helloSeen:
		t = &trouble{ReasonHelloNotCaptured, "the ClientHello was not captured"}
	case v.encrypted > 0 && !v.HasSuite:
		t = &trouble{ReasonHelloNotCaptured, "the ServerHello was not captured"}
	case v.lastAlert != "":
		t = &trouble{ReasonIncomplete, "the handshake did not end: " + v.lastAlert}
	case v.endText != "":
		t = &trouble{ReasonIncomplete, "the handshake did not end: " + v.endText}
	default:
		t = &trouble{ReasonIncomplete, "the capture of the connection ends before the handshake does"}
	}
	return outcome, t.reason, t.detail
}

// proof tells whose secret opened the records, and what shows that it is the right one.
func (v *verdictState) proof() string {
	by := "the MACs of its records"
	switch verified := v.proved.verified; {
	case verified[0] && verified[1]:
		by = "both Finished messages"
	case verified[0]:
		by = "the client's Finished message"
	case verified[1]:
		by = "the server's Finished message"
	}
	return fmt.Sprintf("%s, proved by %s", v.proved.origin.text, by)
}
