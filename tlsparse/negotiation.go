package tlsparse

import (
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"strings"

	"sipsecdump/cms/pki"
)

// negotiation is one handshake: the first of a connection or a renegotiation. It collects
// what the keys are made of.
type negotiation struct {
	client *ClientHello // nil if not captured
	server *ServerHello // nil before it came

	version Version     // that of server; of DTLS the one of TLS that it is made from
	kx      KeyExchange // that of the suite of server
	suite   suite       // likewise, until TLS 1.2; zero if it is not implemented
	// encrypted are those of the server's EncryptedExtensions (RFC 8446, Section 4.3.1).
	encrypted []Extension

	early       bool             // the client offers early data
	certificate *pki.Certificate // the server's; nil if not captured or not readable
	exportKey   *rsa.PublicKey   // the short one of an export suite that the server sent; nil if none
	helloDone   bool             // anything came that a resumption does not have
	ticket      []byte           // the latest NewSessionTicket's

	transcript transcript
	prf        prf
	master     []byte
	origin     origin    // of master, or of the traffic secrets
	next       keySource // to ask for master
	// What else a premaster secret is found by, and made a master secret with. sessionHash is
	// nil if a message is lost (RFC 7627, Section 3).
	exchanged          bool
	encryptedPreMaster []byte
	sessionHash        []byte

	// post is the transcript of the latest post-handshake authentication (RFC 8446, Section
	// 4.4).
	post *transcript

	openers  [2]*opener // what each ChangeCipherSpec switches on
	finished [2]bool    // a Finished was read
	verified [2]bool    // ... and was right
	resumed  bool
	proved   bool // a record was opened with these keys
	settled  bool // the handshake is over, and only its essence is kept
}

// trouble is why there are no keys.
type trouble struct {
	reason Reason
	detail string
}

func newNegotiation(client *ClientHello) *negotiation {
	return &negotiation{client: client, early: client != nil && client.has(ExtEarlyData)}
}

// setServerHello takes the ServerHello. The message itself is not yet in the transcript.
func (n *negotiation) setServerHello(h *ServerHello) {
	n.server = h
	n.version = h.SelectedVersion().tls()
	n.kx = h.CipherSuite.KeyExchange()
	if n.version >= TLS13 {
		if s, ok := suites13[h.CipherSuite]; ok {
			n.transcript.choose(n.version, s.hash)
		}
		return
	}
	n.suite, _ = lookupSuite(h.CipherSuite)
	if n.version >= TLS12 && n.suite.prf == 0 {
		return // no secret will be derived
	}
	n.prf = newPRF(n.version, n.suite.prf)
	n.transcript.choose(n.version, n.suite.prf)
}

func (n *negotiation) extendedMasterSecret() bool { return n.server.has(ExtExtendedMasterSecret) }
func (n *negotiation) encryptThenMAC() bool       { return n.server.has(ExtEncryptThenMAC) }

// noHello is for records that came when there was no hello of that name: it may come behind them.
func noHello(name string) *trouble {
	return &trouble{ReasonHelloNotCaptured, "no " + name + " was captured before the encrypted records"}
}

// implemented tells whether keys could be derived if there were a secret.
func (n *negotiation) implemented() *trouble {
	if n.client == nil || len(n.client.Random) == 0 {
		return noHello("ClientHello")
	}
	if n.server == nil || len(n.server.Random) == 0 {
		return noHello("ServerHello")
	}
	if n.version < SSL30 || n.version > TLS12 {
		return &trouble{ReasonVersion, fmt.Sprintf("records of %v cannot be decrypted yet", n.version)}
	}
	if n.suite.bulk == nil {
		return &trouble{ReasonSuite, fmt.Sprintf("records of the cipher suite %v cannot be decrypted yet", n.server.CipherSuite)}
	}
	if c := n.server.Compression; c != 0 && c != compressionDeflate {
		return &trouble{ReasonSuite, fmt.Sprintf("records compressed with %v cannot be read yet", n.server.Compression)}
	}
	return nil
}

// abbreviate gives the start of an identifier in hexadecimal.
func abbreviate(id []byte) string {
	const shown = 8
	if len(id) > shown {
		return fmt.Sprintf("%x...", id[:shown])
	}
	return fmt.Sprintf("%x", id)
}

// derive makes the openers of both directions.
func (n *negotiation) derive(master []byte) *trouble {
	schedule := keySchedule{
		protection: &protection{
			suite:          n.suite,
			version:        n.version,
			encryptThenMAC: n.encryptThenMAC(),
			truncatedHMAC:  n.server.has(ExtTruncatedHMAC),
			compression:    n.server.Compression,
		},
		prf: n.prf, master: master, clientRandom: n.client.Random, serverRandom: n.server.Random,
	}
	openers, err := schedule.openers()
	if err != nil {
		return &trouble{ReasonSuite, fmt.Sprintf("%v: %v", n.server.CipherSuite, err)}
	}
	n.master, n.openers = master, openers
	return nil
}

// preMaster opens the EncryptedPreMasterSecret with the key of the server's certificate; if
// that was not captured, with any key that fits.
func (n *negotiation) preMaster(encrypted []byte, keys *pki.Keyring) ([]byte, *trouble) {
	if n.exportKey != nil {
		return n.exportPreMaster(encrypted, keys)
	}
	if keys == nil || len(keys.Keys) == 0 {
		return nil, &trouble{ReasonNoKey, "no private key was given for " + describe(n.certificate)}
	}
	if n.certificate == nil {
		return n.anyKey(encrypted, keys)
	}
	key := keys.KeyFor(n.certificate.PublicKey)
	if key == nil {
		return nil, &trouble{ReasonKeyMismatch, fmt.Sprintf("none of the keys given (%s) belongs to %s, compared by public key",
			files(keys.Keys), describe(n.certificate))}
	}
	private, ok := key.Key.(*rsa.PrivateKey)
	if !ok {
		return nil, &trouble{ReasonPreMaster, fmt.Sprintf("the key of %s is no RSA key, as the cipher suite asks", describe(n.certificate))}
	}
	preMaster, err := decryptPreMaster(key, private.Size(), encrypted)
	if err != nil {
		return nil, &trouble{ReasonPreMaster, fmt.Sprintf("the key of %s (%s) does not open the EncryptedPreMasterSecret: %v",
			describe(n.certificate), key.Source, err)}
	}
	n.origin = origin{ReasonRSAKey, fmt.Sprintf("the RSA key of %s (%s)", describe(n.certificate), key.Source)}
	return preMaster, nil
}

// exportPreMaster opens it with the short key that the server sent in place of its own, which the
// certificate only signs (RFC 2246, Section 7.4.3). Such keys are short enough to be found.
func (n *negotiation) exportPreMaster(encrypted []byte, keys *pki.Keyring) ([]byte, *trouble) {
	name := fmt.Sprintf("the temporary RSA key of %d bits that the server sent", n.exportKey.N.BitLen())
	key := keys.KeyFor(n.exportKey)
	if key == nil {
		return nil, &trouble{ReasonEphemeral, fmt.Sprintf("the premaster secret is encrypted to %s: only that key or a key log of one of the peers opens it", name)}
	}
	private, ok := key.Key.(*rsa.PrivateKey)
	if !ok {
		return nil, &trouble{ReasonPreMaster, name + " was given in a form that cannot decrypt"}
	}
	preMaster, err := decryptPreMaster(key, private.Size(), encrypted)
	if err != nil {
		return nil, &trouble{ReasonPreMaster, fmt.Sprintf("%s (%s) does not open the EncryptedPreMasterSecret: %v", name, key.Source, err)}
	}
	n.origin = origin{ReasonRSAKey, fmt.Sprintf("%s (%s)", name, key.Source)}
	return preMaster, nil
}

func (n *negotiation) anyKey(encrypted []byte, keys *pki.Keyring) ([]byte, *trouble) {
	for _, key := range keys.Keys {
		private, ok := key.Key.(*rsa.PrivateKey)
		if !ok {
			continue
		}
		// Padding and length are right by chance once in some thousand keys; then the MACs
		// tell.
		if preMaster, err := decryptPreMaster(key, private.Size(), encrypted); err == nil {
			n.origin = origin{ReasonRSAKey, fmt.Sprintf("the RSA key of %s, which opens the EncryptedPreMasterSecret though the server's certificate is not known", key.Source)}
			return preMaster, nil
		}
	}
	return nil, &trouble{ReasonKeyMismatch, fmt.Sprintf("the server's certificate is not known, and none of the keys given (%s) opens the EncryptedPreMasterSecret",
		files(keys.Keys))}
}

// describe names a certificate as a person would look for it.
func describe(c *pki.Certificate) string {
	if c == nil {
		return "the server's certificate, which is not known"
	}
	return "the certificate of " + c.Subject.String() + ", serial " + hex.EncodeToString(c.SerialOctets)
}

// files names where the keys come from, each place once.
func files(keys []*pki.PrivateKey) string {
	var names []string
	seen := map[string]bool{}
	for _, k := range keys {
		if !seen[k.Source] {
			seen[k.Source] = true
			names = append(names, k.Source)
		}
	}
	if more := len(names) - maxFilesNamed; more > 0 {
		names = append(names[:maxFilesNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
