package tlsparse

// contentLimit is the longest content of a record of the direction, in octets, and the section
// that says so: the peers can agree on less than the protocol allows.
func (s *Session) contentLimit(d Dir) (limit int, section string) {
	const protocol = "RFC 5246, Section 6.2.1"
	n := s.current
	if n == nil || n.client == nil || n.server == nil {
		return maxFragment, protocol
	}
	serverSays := n.server.Extensions
	if s.tls13 {
		serverSays = n.encrypted
	}
	own, peer := n.client.Extensions, serverSays
	if d == ServerToClient {
		own, peer = peer, own
	}
	// Each side tells how much it takes, in records that are encrypted (RFC 8449, Section 4).
	if limit, ok := recordSizeLimit(peer); ok && s.rec.Encrypted {
		if _, both := recordSizeLimit(own); both {
			if s.tls13 {
				limit -= 1 + s.rec.Padding // the type and the padding count
			}
			return min(limit, maxFragment), "RFC 8449, Section 4"
		}
	}
	if r, ok := find(serverSays, ExtMaxFragmentLength); ok {
		if code := r.u8(""); code >= 1 && code <= 4 {
			return 1 << (8 + code), "RFC 6066, Section 4"
		}
	}
	return maxFragment, protocol
}

func recordSizeLimit(list []Extension) (limit int, ok bool) {
	r, ok := find(list, ExtRecordSizeLimit)
	if !ok {
		return 0, false
	}
	limit = int(r.u16(""))
	const least = 64
	return limit, limit >= least
}
