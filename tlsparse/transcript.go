package tlsparse

import (
	"crypto"
	"crypto/md5"
	"crypto/sha1"
	"hash"
)

// transcript is the hash of the handshake messages of one handshake, HelloRequests left out.
// Which hash it is, the ServerHello tells: the messages before it are kept.
type transcript struct {
	before [][]byte // aliases the messages
	octets int      // of before
	hashes []hash.Hash
	// broken is set if a message is lost: no hash is right any more.
	broken bool
}

// choose fixes the hash: MD5 and SHA-1 together before TLS 1.2 (RFC 2246, Section 7.4.9), the
// PRF's from there on.
func (t *transcript) choose(version Version, h crypto.Hash) {
	if t.hashes != nil {
		return // a HelloRetryRequest was before
	}
	if version >= TLS12 {
		t.hashes = []hash.Hash{h.New()}
	} else {
		t.hashes = []hash.Hash{md5.New(), sha1.New()}
	}
	for _, m := range t.before {
		t.add(m)
	}
	t.before = nil
}

// add takes a whole message with its header. It may keep it until choose.
func (t *transcript) add(message []byte) {
	if t.broken {
		return
	}
	if t.hashes == nil {
		if t.octets += len(message); t.octets > maxMessage {
			t.broken, t.before = true, nil
			return
		}
		t.before = append(t.before, message)
		return
	}
	for _, h := range t.hashes {
		h.Write(message)
	}
}

// sum is the hash so far; nil if it is not known.
func (t *transcript) sum() []byte {
	if t.broken || t.hashes == nil {
		return nil
	}
	var sum []byte
	for _, h := range t.hashes {
		sum = h.Sum(sum)
	}
	return sum
}
