package tlsparse

import "sipsecdump/cms/pki"

// Config is what sessions share. It is not changed by them.
type Config struct {
	// Keys are the private keys and certificates at hand; nil is an empty ring.
	Keys *pki.Keyring
	// Sessions finds and keeps master secrets across connections; nil if there is none.
	Sessions SessionCache
}

// SessionCache keeps master secrets for resumption. The pipeline gives each session a view
// of it that is consistent with the packet at hand.
type SessionCache interface {
	// Store keeps the master secret for a session id or ticket. Both are copied.
	Store(id, master []byte)
	// Lookup returns the master secret for a session id or ticket.
	Lookup(id []byte) (master []byte, ok bool)
}
