package tlsparse

import (
	"crypto/md5"
)

// keySchedule is what the key block of a handshake is made of.
type keySchedule struct {
	*protection
	prf                        prf
	master                     []byte
	clientRandom, serverRandom []byte
}

// openers cuts the key block (RFC 5246, Section 6.3) and makes the openers of both directions
// from it.
func (k *keySchedule) openers() (pair [2]*opener, err error) {
	macLen, keyLen, ivLen := 0, k.bulk.material, 0
	if k.mac != 0 {
		macLen = k.mac.Size()
	}
	switch {
	case k.bulk.mode == modeAEAD:
		ivLen = k.bulk.implicit
	case k.version <= TLS10:
		ivLen = k.bulk.blockSize
	}
	block := make([]byte, 2*(macLen+keyLen+ivLen))
	k.prf(block, k.master, "key expansion", k.serverRandom, k.clientRandom)
	macs, rest := block[:2*macLen], block[2*macLen:]
	keys, ivs := rest[:2*keyLen], rest[2*keyLen:]
	for i := range pair {
		macKey, key, iv := macs[i*macLen:(i+1)*macLen], keys[i*keyLen:(i+1)*keyLen], ivs[i*ivLen:(i+1)*ivLen]
		if k.export {
			key, iv = k.exportKeys(Dir(i), key)
		}
		if pair[i], err = newOpener(k.protection, macKey, key, iv); err != nil {
			return pair, err
		}
	}
	return pair, nil
}

// exportKeys makes the final key and vector of a direction: RFC 2246, Section 6.3.1; RFC 6101,
// Section 6.2.2.1.
func (k *keySchedule) exportKeys(d Dir, material []byte) (key, iv []byte) {
	if k.version == SSL30 {
		first, second := k.clientRandom, k.serverRandom
		if d == ServerToClient {
			first, second = second, first
		}
		return md5Of(material, first, second)[:k.bulk.keyLen], md5Of(first, second)[:k.bulk.blockSize]
	}
	label := "client write key"
	if d == ServerToClient {
		label = "server write key"
	}
	key = make([]byte, k.bulk.keyLen)
	k.prf(key, material, label, k.clientRandom, k.serverRandom)
	ivs := make([]byte, 2*k.bulk.blockSize)
	k.prf(ivs, nil, "IV block", k.clientRandom, k.serverRandom)
	return key, ivs[int(d)*k.bulk.blockSize:][:k.bulk.blockSize]
}

func md5Of(parts ...[]byte) []byte {
	h := md5.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
