package tlsparse

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
	ReasonRSAKey           Reason = "rsa-key"                // decrypted with a server's RSA key, proved by Finished or MAC
	ReasonNoKey            Reason = "no-key"                 // RSA key exchange, no key given for this certificate
	ReasonKeyMismatch      Reason = "key-mismatch"           // keys given, none has the certificate's public key
	ReasonEphemeral        Reason = "ephemeral-key-exchange" // needs a key log
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
	Resumed     bool
	// ExtendedMasterSecret and EncryptThenMAC were negotiated (RFC 7627, RFC 7366).
	ExtendedMasterSecret, EncryptThenMAC bool

	Outcome Outcome
	Reason  Reason
	// Detail is a sentence: lower case, without a full stop; it names the certificate, the
	// key file, the record, the alert, whatever the reason is about.
	Detail string

	RecordsEncrypted, RecordsDecrypted int
	BytesDecrypted                     int64
	// History has one letter for each handshake message, alert and ChangeCipherSpec, upper
	// case for the client's.
	History string
}
