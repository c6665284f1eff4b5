package interop

import "hash/maphash"

// key stands for several texts together: two hashes whose seeds nobody knows, so that no capture
// can be made in which different texts have the same one.
type key [2]uint64

// keyring makes keys.
type keyring struct {
	seeds   [2]maphash.Seed
	scratch []byte
}

func newKeyring() keyring {
	return keyring{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// begin begins a key.
func (k *keyring) begin() *keyring {
	k.scratch = k.scratch[:0]
	return k
}

// text adds a text to it.
func (k *keyring) text(s string) *keyring {
	k.number(uint64(len(s)))
	k.scratch = append(k.scratch, s...)
	return k
}

// number adds a number.
func (k *keyring) number(n uint64) *keyring {
	for range 8 {
		k.scratch = append(k.scratch, byte(n))
		n >>= 8
	}
	return k
}

// end returns the key.
func (k *keyring) end() key {
	return key{maphash.Bytes(k.seeds[0], k.scratch), maphash.Bytes(k.seeds[1], k.scratch)}
}
