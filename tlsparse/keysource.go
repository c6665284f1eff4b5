package tlsparse

import (
	"bytes"
	"fmt"
	"strings"

	"sipsecdump/amount"
)

// keySource is a place where the master secret of a handshake may come from, in the order in
// which they are asked: what costs least comes first.
type keySource uint8

const (
	sourceKeyLog keySource = iota
	sourceSession
	sourcePrivateKey
	noSource
)

// origin is where a secret came from.
type origin struct {
	reason Reason
	text   string // a phrase
}

// exchange takes the ClientKeyExchange, which is in the transcript, and derives the keys.
func (n *negotiation) exchange(m *ClientKeyExchange, cfg *Config) *trouble {
	n.exchanged = true
	if m != nil {
		n.encryptedPreMaster = m.EncryptedPreMasterSecret
	}
	if n.server != nil && n.extendedMasterSecret() {
		n.sessionHash = n.transcript.sum()
	}
	return n.findKeys(cfg)
}

// resume derives the keys of an abbreviated handshake (RFC 5246, Section 7.3; RFC 5077,
// Section 3.1).
func (n *negotiation) resume(cfg *Config) *trouble {
	n.resumed = true
	return n.findKeys(cfg)
}

// findKeys asks the sources that have not been asked yet, and derives the keys from the first
// secret that one of them has.
func (n *negotiation) findKeys(cfg *Config) *trouble {
	if n.server != nil && n.kx.Ephemeral() && cfg.secrets() == 0 && !n.resumed {
		return ephemeral(n.server.CipherSuite.String())
	}
	if t := n.implemented(); t != nil {
		return t
	}
	var why *trouble
	for n.next < noSource {
		source := n.next
		n.next++
		var master []byte
		switch source {
		case sourceKeyLog:
			master = n.fromKeyLog(cfg.Secrets)
		case sourceSession:
			if n.resumed {
				master = n.fromSession(cfg.Sessions)
			}
		case sourcePrivateKey:
			if n.exchanged {
				master, why = n.fromPrivateKey(cfg)
			}
		}
		if master != nil {
			return n.derive(master)
		}
	}
	if n.resumed {
		return n.notResumable(cfg)
	}
	return why
}

// fromKeyLog looks for the master secret, or what it is made of, in key logs.
func (n *negotiation) fromKeyLog(secrets Secrets) (master []byte) {
	if secrets == nil {
		return nil
	}
	for _, by := range []struct {
		kind SecretKind
		id   []byte
	}{
		{SecretMaster, n.client.Random},
		{SecretSessionMaster, n.server.SessionID},
		{SecretSessionMaster, n.client.SessionID},
		{SecretPreMaster, n.client.Random},
		{SecretRSAPreMaster, n.encryptedPreMaster[:min(rsaIDLength, len(n.encryptedPreMaster))]},
	} {
		if len(by.id) == 0 {
			continue
		}
		secret, ok := secrets.Secret(by.kind, by.id)
		if !ok {
			continue
		}
		switch by.kind {
		case SecretMaster:
			master = secret.Octets
		case SecretSessionMaster:
			// The client's id names the session only if the server takes it.
			if !bytes.Equal(by.id, n.server.SessionID) && !n.resumed {
				continue
			}
			master = secret.Octets
		default:
			if !n.exchanged {
				continue // it is the secret of another handshake
			}
			if master = n.masterFrom(secret.Octets); master == nil {
				continue
			}
		}
		n.origin = secret.origin()
		return bytes.Clone(master)
	}
	return nil
}

// origin tells of a secret of a key log.
func (s Secret) origin() origin {
	if s.InCapture {
		return origin{ReasonCaptureSecrets, "the secrets that the capture holds"}
	}
	return origin{ReasonKeyLog, "the key log " + s.Source}
}

// masterFrom makes the master secret of a premaster secret; nil if it depends on messages
// that are lost.
func (n *negotiation) masterFrom(preMaster []byte) []byte {
	if !n.extendedMasterSecret() {
		return masterSecret(n.prf, preMaster, n.client.Random, n.server.Random)
	}
	if n.sessionHash == nil {
		return nil
	}
	return extendedMasterSecret(n.prf, preMaster, n.sessionHash)
}

// fromSession is the master secret of an earlier connection that this one resumes.
func (n *negotiation) fromSession(sessions SessionCache) []byte {
	if sessions == nil {
		return nil
	}
	for _, by := range n.resumes() {
		if master, ok := sessions.Lookup(by.id); ok && len(master) == masterLength {
			n.origin = origin{ReasonSession, "the master secret of an earlier connection, found by its " + by.String()}
			return bytes.Clone(master)
		}
	}
	return nil
}

// sessionName is what a session is resumed by.
type sessionName struct {
	kind string
	id   []byte
}

func (s sessionName) String() string { return s.kind + " " + abbreviate(s.id) }

func (n *negotiation) resumes() (names []sessionName) {
	for _, s := range []sessionName{{"ticket", n.client.sessionTicket()}, {"session id", n.server.SessionID}} {
		if len(s.id) > 0 {
			names = append(names, s)
		}
	}
	return names
}

func (n *negotiation) notResumable(cfg *Config) *trouble {
	var names []string
	for _, s := range n.resumes() {
		names = append(names, s.String())
	}
	if names == nil {
		return &trouble{ReasonIncomplete, "the server switched to encryption without an exchange of keys"}
	}
	text := fmt.Sprintf("it resumes a session whose master secret is not known (%s)", strings.Join(names, ", "))
	if cfg.secrets() > 0 {
		text += ", and " + absent(cfg)
	}
	return &trouble{ReasonResumed, text}
}

// fromPrivateKey opens the EncryptedPreMasterSecret.
func (n *negotiation) fromPrivateKey(cfg *Config) ([]byte, *trouble) {
	haveKeys := cfg.Keys != nil && len(cfg.Keys.Keys) > 0
	switch {
	case cfg.secrets() > 0 && (n.kx.Ephemeral() || n.kx.preShared() || !haveKeys):
		return nil, notInKeyLog(cfg)
	case n.kx.preShared():
		return nil, preShared(n.server.CipherSuite.String())
	case n.kx.static():
		return nil, &trouble{ReasonSuite, fmt.Sprintf("%v agrees on keys with the Diffie-Hellman key of the server's certificate, which is not implemented: a key log opens it", n.server.CipherSuite)}
	case !n.kx.rsa() || n.encryptedPreMaster == nil:
		return nil, &trouble{ReasonSuite, fmt.Sprintf("the key exchange of the cipher suite %v is not implemented: a key log opens it", n.server.CipherSuite)}
	}
	preMaster, t := n.preMaster(n.encryptedPreMaster, cfg.Keys)
	if t != nil {
		return nil, t
	}
	master := n.masterFrom(preMaster)
	if master == nil {
		return nil, &trouble{ReasonGap, "a handshake message is lost, and the extended master secret depends on all of them"}
	}
	return master, nil
}

func ephemeral(what string) *trouble {
	return &trouble{ReasonEphemeral, what + " takes its keys from an ephemeral exchange: only a key log of one of the peers opens it"}
}

func preShared(what string) *trouble {
	return &trouble{ReasonPreSharedKey, what + " takes its keys from a key that the peers shared before: only a key log of one of them opens it"}
}

func notInKeyLog(cfg *Config) *trouble { return &trouble{ReasonNotInKeyLog, absent(cfg)} }

// absent tells that the key logs have nothing for a handshake.
func absent(cfg *Config) string {
	return fmt.Sprintf("its client random is not in the key log (%s)", amount.Of(cfg.secrets(), "entry", "entries"))
}

// secrets is how many secrets the key logs hold.
func (c *Config) secrets() int {
	if c.Secrets == nil {
		return 0
	}
	return c.Secrets.Len()
}
