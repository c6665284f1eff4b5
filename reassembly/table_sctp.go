package reassembly

import (
	"encoding/binary"

	"sipsecdump/capture"
)

// path is what the packets of one direction of an association have in common whatever
// addresses they go between (RFC 9260, Section 8.5.1).
type path struct {
	src, dst uint16
	tag      uint32
}

func isSCTP(s *capture.Segment) bool { return s.Proto == capture.SCTP && !s.Whole }

// chunkOf returns the type of the first chunk of an SCTP packet, and its initiate tag if it
// is an INIT or INIT ACK, which is never 0 (RFC 9260, Section 3.3.2).
func chunkOf(s *capture.Segment) (kind uint8, tag uint32, ok bool) {
	if !isSCTP(s) || len(s.Payload) < 8 {
		return 0, 0, false
	}
	if kind = s.Payload[0]; kind == chunkInit || kind == chunkInitAck {
		tag = binary.BigEndian.Uint32(s.Payload[chunkHeaderLen:])
	}
	return kind, tag, true
}

// learnSCTP notes the initiate tags of an association in the place of sequence numbers, and
// its end. The tag of one end is the verification tag of the other.
func (e *entry) learnSCTP(d Dir, s *capture.Segment) {
	kind, tag, ok := chunkOf(s)
	switch {
	case !ok:
	case kind == chunkInit || kind == chunkInitAck:
		if !e.known[d] {
			e.known[d], e.isn[d] = true, tag
		}
	case kind == chunkAbort || kind == chunkShutdownComplete:
		e.over = true // its verification tag may be the other's
		e.reset = e.reset || kind == chunkAbort
	}
	if r := d.Reverse(); e.isn[r] == 0 && !e.over && s.Seq != 0 {
		e.known[r], e.isn[r] = true, s.Seq
	}
}

// learnPaths notes the paths that a packet made known.
func (t *Table) learnPaths(at uint32, d Dir, s *capture.Segment) {
	if !isSCTP(s) {
		return
	}
	if tag := t.entries[at].isn[d.Reverse()]; tag != 0 {
		t.paths[path{s.Src.Port(), s.Dst.Port(), tag}] = at
	}
	if tag := t.entries[at].isn[d]; tag != 0 {
		t.paths[path{s.Dst.Port(), s.Src.Port(), tag}] = at
	}
}

// forgetPaths takes back what learnPaths noted of an entry.
func (t *Table) forgetPaths(at uint32) {
	e := &t.entries[at]
	if e.tuple.proto != capture.SCTP {
		return
	}
	low, high := e.tuple.lowPort, e.tuple.highPort
	for _, tag := range e.isn {
		for _, p := range [...]path{{low, high, tag}, {high, low, tag}} {
			if t.paths[p] == at {
				delete(t.paths, p)
			}
		}
	}
}

// otherPath returns the association of a packet between addresses that are not known, if
// another pair of addresses showed its tag.
func (t *Table) otherPath(s *capture.Segment) (Route, bool) {
	if !isSCTP(s) || s.Seq == 0 {
		return Route{}, false
	}
	at, ok := t.paths[path{s.Src.Port(), s.Dst.Port(), s.Seq}]
	if !ok {
		return Route{}, false
	}
	e := &t.entries[at]
	d := ClientToServer
	if e.isn[ServerToClient] != s.Seq {
		d = ServerToClient
	}
	e.learnSCTP(d, s)
	t.touch(at)
	return Route{Conn: e.id, Dir: d}, true
}
