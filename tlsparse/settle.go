package tlsparse

import (
	"bytes"
	"slices"
	"sync"
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

// keptExtensions are those whose content matters after the handshake.
var keptExtensions = [...]ExtensionType{
	ExtMaxFragmentLength, ExtTruncatedHMAC, ExtEncryptThenMAC, ExtExtendedMasterSecret, ExtRecordSizeLimit,
	ExtPreSharedKey, ExtEarlyData, ExtSupportedVersions, ExtPostHandshakeAuth,
}

// essence is what of a hello matters after the handshake. It aliases no message.
func (h *ClientHello) essence() *ClientHello {
	if h == nil {
		return nil
	}
	k := keeper{make([]byte, 0, len(h.Random)+len(h.SessionID))}
	return &ClientHello{Version: h.Version, Random: k.keep(h.Random), SessionID: k.keep(h.SessionID),
		Extensions: essential(h.Extensions)}
}

func (h *ServerHello) essence() *ServerHello {
	if h == nil {
		return nil
	}
	k := keeper{make([]byte, 0, len(h.Random)+len(h.SessionID))}
	return &ServerHello{Version: h.Version, Random: k.keep(h.Random), SessionID: k.keep(h.SessionID),
		CipherSuite: h.CipherSuite, Compression: h.Compression, Extensions: essential(h.Extensions)}
}

// essential keeps the first of each: a hello cannot make it long.
func essential(list []Extension) []Extension {
	kept := make([]Extension, 0, len(keptExtensions))
	for _, typ := range keptExtensions {
		i := slices.IndexFunc(list, func(e Extension) bool { return e.Type == typ })
		if i >= 0 && len(list[i].Data) <= maxEssential {
			kept = append(kept, Extension{typ, bytes.Clone(list[i].Data)})
		}
	}
	return slices.Clone(kept) // as long as it is, in one piece
}

// keeper has room for copies of what is kept together.
type keeper struct{ room []byte }

func (k *keeper) keep(p []byte) []byte {
	n := len(k.room)
	k.room = append(k.room, p...)
	return k.room[n:len(k.room):len(k.room)]
}

// buffers are for the octets of records that are not complete. A stream has one only while it
// waits for the rest of a record.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// rest is called when everything that next gave has been used.
func (st *stream) rest() {
	if st.buffer == nil || len(st.pending) > 0 && !st.consumed {
		return
	}
	*st.buffer = st.pending[:0]
	buffers.Put(st.buffer)
	st.buffer, st.pending, st.consumed = nil, nil, false
}
