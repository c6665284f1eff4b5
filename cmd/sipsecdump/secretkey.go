package main

import (
	"bytes"
	"encoding/hex"
	"errors"

	"sipsecdump/cms/pki"
)

// maxSecretKey bounds the octets of a symmetric key and of its identifier: no algorithm takes
// more.
const maxSecretKey = 64

var errSecretKey = errors.New("not a key of 1 to 64 octets in hex, with or without an identifier in hex and a colon in front")

// parseSecretKey reads [ID:]HEX. What it read is in no error: it may be a key with a typing error.
func parseSecretKey(text []byte) (k pki.SymmetricKey, err error) {
	id, key, named := bytes.Cut(text, []byte{':'})
	if !named {
		id, key = nil, text
	} else if k.ID, err = parseSecret(id); err != nil {
		return pki.SymmetricKey{}, err
	}
	k.Key, err = parseSecret(key)
	return k, err
}

func parseSecret(text []byte) ([]byte, error) {
	octets, err := hex.AppendDecode(nil, text)
	if err != nil || len(octets) == 0 || len(octets) > maxSecretKey {
		return nil, errSecretKey
	}
	return octets, nil
}

// addSecretKeys reads the keys that the command line has.
func (l *keyLoader) addSecretKeys(list []string) {
	for _, text := range list {
		k, err := parseSecretKey([]byte(text))
		if err != nil {
			l.fail("--secret-key: %s", err)
			continue
		}
		l.ring.SymmetricKeys = append(l.ring.SymmetricKeys, k)
	}
}

// readSecretKeys reads a file of keys, one a line; lines that are empty or begin with # are passed
// over.
func (l *keyLoader) readSecretKeys(name string) {
	data, err := readLimited(name)
	if err != nil {
		l.fail("%s", describe(err))
		return
	}
	found, number := false, 0
	for line := range bytes.Lines(data) {
		number++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		k, err := parseSecretKey(line)
		if err != nil {
			l.fail("%s: line %d: %s", name, number, err)
			return
		}
		found, k.Source = true, name
		l.ring.SymmetricKeys = append(l.ring.SymmetricKeys, k)
	}
	if !found {
		l.fail("%s: holds no key", name)
	}
}
