package tlsparse

import (
	"bytes"
	"slices"
)

// settle lets go of what only a handshake under way needs. A connection can stay open for the
// whole capture, and there can be many: what each keeps is its keys, and what the keys of the
// next records depend on.
func (s *Session) settle() {
	n := s.current
	if n == nil || n.settled || !s.over(n) {
		return
	}
	n.settled = true
	n.client, n.server = n.client.essence(), n.server.essence()
	n.certificate, n.exportKey = nil, nil
	n.encryptedPreMaster = bytes.Clone(n.encryptedPreMaster[:min(len(n.encryptedPreMaster), rsaIDLength)])
	n.openers = [2]*opener{}
	if n.proved {
		n.ticket, n.sessionHash, n.prf = nil, nil, nil
	}
	if n.client == nil || !n.client.has(ExtPostHandshakeAuth) {
		n.transcript = transcript{broken: true}
	}
}

// over tells whether a handshake is over, as far as can be seen: both Finished messages have
// been read, or must be in what cannot be read.
func (s *Session) over(n *negotiation) bool {
	if n.finished[0] && n.finished[1] {
		return true
	}
	for i := range s.dirs {
		dir := &s.dirs[i]
		if dir.keys != n || dir.sealed == 0 || s.tls13 && n.proved {
			return false
		}
	}
	return n.server != nil
}

// keeps tells whether the content of an extension matters after the handshake.
func keeps(typ ExtensionType) bool {
	switch typ {
	case ExtMaxFragmentLength, ExtTruncatedHMAC, ExtEncryptThenMAC, ExtExtendedMasterSecret, ExtRecordSizeLimit,
		ExtPreSharedKey, ExtEarlyData, ExtSupportedVersions, ExtPostHandshakeAuth:
		return true
	}
	return false
}

// essence is what of a hello matters after the handshake. It aliases no message.
func (h *ClientHello) essence() *ClientHello {
	if h == nil {
		return nil
	}
	e := &ClientHello{Version: h.Version}
	e.Random, e.SessionID, e.Extensions = essential(h.Random, h.SessionID, h.Extensions)
	return e
}

func (h *ServerHello) essence() *ServerHello {
	if h == nil {
		return nil
	}
	e := &ServerHello{Version: h.Version, CipherSuite: h.CipherSuite, Compression: h.Compression}
	e.Random, e.SessionID, e.Extensions = essential(h.Random, h.SessionID, h.Extensions)
	return e
}

// essential copies what matters, in one piece. Of extensions it takes the first of each: a hello
// cannot make it long.
func essential(random, id []byte, list []Extension) (keptRandom, keptID []byte, kept []Extension) {
	size := len(random) + len(id)
	var few [4]Extension // more are hardly ever kept
	chosen := few[:0]
	for i, e := range list {
		if keeps(e.Type) && !has(list[:i], e.Type) && len(e.Data) <= maxEssential {
			chosen = append(chosen, e)
			size += len(e.Data)
		}
	}
	kept = slices.Clone(chosen)
	room := make([]byte, 0, size)
	keep := func(p []byte) []byte {
		n := len(room)
		room = append(room, p...)
		return room[n:len(room):len(room)]
	}
	for i := range kept {
		kept[i].Data = keep(kept[i].Data)
	}
	return keep(random), keep(id), kept
}
