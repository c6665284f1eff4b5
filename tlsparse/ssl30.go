package tlsparse

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/sha1"
	"hash"
)

// What SSL 3.0 has in place of HMAC, PRF and verify_data.

// The pads of its MACs (RFC 6101, Section 5.2.3.1): as many as fill, with a secret of 16 or 20
// octets, about a block of the hash.
var pad1, pad2 = bytes.Repeat([]byte{0x36}, 48), bytes.Repeat([]byte{0x5c}, 48)

// padLength is the length of a pad in octets.
func padLength(h hash.Hash) int {
	if h.Size() == sha1.Size {
		return 40
	}
	return 48
}

// mac30 is the MAC of records (RFC 6101, Section 5.2.3.1).
type mac30 struct {
	hash.Hash       // of the inner
	outer           hash.Hash
	inside, outside []byte // the secret with each pad
	innerSum        []byte // scratch
}

func newMAC30(h crypto.Hash, secret []byte) *mac30 {
	m := &mac30{Hash: h.New(), outer: h.New()}
	n := padLength(m.Hash)
	m.inside = append(bytes.Clone(secret), pad1[:n]...)
	m.outside = append(bytes.Clone(secret), pad2[:n]...)
	m.innerSum = make([]byte, 0, m.Size())
	m.Reset()
	return m
}

// Reset begins the next MAC.
func (m *mac30) Reset() {
	m.Hash.Reset()
	m.Write(m.inside)
}

// Sum appends the MAC to b.
func (m *mac30) Sum(b []byte) []byte {
	m.innerSum = m.Hash.Sum(m.innerSum[:0])
	m.outer.Reset()
	m.outer.Write(m.outside)
	m.outer.Write(m.innerSum)
	return m.outer.Sum(b)
}

// prf30 stretches a secret as SSL 3.0 does for master secret and key block (RFC 6101, Sections
// 6.1 and 6.2.2): it knows no labels. out has at most 26 times the octets of MD5.
func prf30(out, secret []byte, _ string, seed ...[]byte) {
	inner, outer := sha1.New(), md5.New()
	for letter := byte('A'); len(out) > 0; letter++ {
		inner.Reset()
		for range letter - 'A' + 1 {
			inner.Write([]byte{letter})
		}
		inner.Write(secret)
		for _, s := range seed {
			inner.Write(s)
		}
		outer.Reset()
		outer.Write(secret)
		outer.Write(inner.Sum(nil))
		out = out[copy(out, outer.Sum(nil)):]
	}
}

// verifyData30 is that of Finished (RFC 6101, Section 5.6.9): MD5, then SHA-1, over a handshake
// whose hashes t has. nil if they are not known.
func verifyData30(t *transcript, master []byte, sender Dir) []byte {
	if t.broken {
		return nil
	}
	from := "CLNT"
	if sender == ServerToClient {
		from = "SRVR"
	}
	var out []byte
	for _, h := range t.hashes {
		copied, err := h.(hash.Cloner).Clone()
		if err != nil {
			return nil
		}
		n := padLength(h)
		inner := copied.(hash.Hash)
		inner.Write([]byte(from))
		inner.Write(master)
		inner.Write(pad1[:n])
		sum := inner.Sum(nil)
		inner.Reset()
		inner.Write(master)
		inner.Write(pad2[:n])
		inner.Write(sum)
		out = inner.Sum(out)
	}
	return out
}
