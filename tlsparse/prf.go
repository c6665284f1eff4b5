package tlsparse

import (
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	_ "crypto/sha256" // the PRF of TLS 1.2
	_ "crypto/sha512" // SHA-384 is in it
	"crypto/subtle"
	"hash"
)

const (
	masterLength = 48 // octets of a master secret (RFC 5246, Section 8.1)
	verifyLength = 12 // octets of verify_data (RFC 5246, Section 7.4.9)
)

// prf is the pseudorandom function of one handshake. The seed is what the protocol
// concatenates: hello randoms, or a hash of the handshake.
type prf func(out, secret []byte, label string, seed ...[]byte)

// newPRF is the function of the version, SSL 3.0 to TLS 1.2, with the hash of the suite.
func newPRF(version Version, h crypto.Hash) prf {
	if version <= SSL30 {
		return prf30
	}
	if version >= TLS12 {
		return func(out, secret []byte, label string, seed ...[]byte) {
			pHash(out, h.New, secret, label, seed)
		}
	}
	return prf10
}

// prf10 is RFC 2246, Section 5: the halves of the secret overlap in one octet if its length
// is odd.
func prf10(out, secret []byte, label string, seed ...[]byte) {
	half := (len(secret) + 1) / 2
	sha := make([]byte, len(out))
	pHash(out, md5.New, secret[:half], label, seed)
	pHash(sha, sha1.New, secret[len(secret)-half:], label, seed)
	subtle.XORBytes(out, out, sha)
}

// pHash is P_hash (RFC 5246, Section 5).
func pHash(out []byte, newHash func() hash.Hash, secret []byte, label string, seed [][]byte) {
	mac := hmac.New(newHash, secret)
	labelled := []byte(label)
	for _, s := range seed {
		labelled = append(labelled, s...)
	}
	mac.Write(labelled)
	a := mac.Sum(nil)
	block := make([]byte, 0, len(a))
	for {
		mac.Reset()
		mac.Write(a)
		mac.Write(labelled)
		block = mac.Sum(block[:0])
		if out = out[copy(out, block):]; len(out) == 0 {
			return
		}
		mac.Reset()
		mac.Write(a)
		a = mac.Sum(a[:0])
	}
}

// masterSecret is RFC 5246, Section 8.1.
func masterSecret(f prf, preMaster, clientRandom, serverRandom []byte) []byte {
	master := make([]byte, masterLength)
	f(master, preMaster, "master secret", clientRandom, serverRandom)
	return master
}

// extendedMasterSecret is RFC 7627, Section 4.
func extendedMasterSecret(f prf, preMaster, sessionHash []byte) []byte {
	master := make([]byte, masterLength)
	f(master, preMaster, "extended master secret", sessionHash)
	return master
}

// verifyData is RFC 5246, Section 7.4.9; nil if a message of the handshake is lost.
func (n *negotiation) verifyData(sender Dir) []byte {
	if n.version == SSL30 {
		return verifyData30(&n.transcript, n.master, sender)
	}
	handshakeHash := n.transcript.sum()
	if handshakeHash == nil {
		return nil
	}
	label := "client finished"
	if sender == ServerToClient {
		label = "server finished"
	}
	out := make([]byte, verifyLength)
	n.prf(out, n.master, label, handshakeHash)
	return out
}
