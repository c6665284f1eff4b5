package tlsparse

import (
	"fmt"
)

// forgetKeys is for a change of keys: nothing is known of the new ones yet.
func (dir *direction) forgetKeys() {
	dir.opener = nil
	dir.sealed, dir.unsure, dir.misses, dir.hopeless = 0, false, 0, false
}

// open decrypts the record at hand, if there are keys for it.
func (s *Session) open(d Dir, fragment []byte) {
	if cap(s.plain) < len(fragment) {
		s.plain = make([]byte, max(len(fragment), 2*cap(s.plain)))
	}
	if s.tls13 || s.offersEarlyData() {
		s.open13(d, fragment)
	} else {
		s.open12(d, fragment)
	}
}

// open12 is open for SSL 3.0 to TLS 1.2.
func (s *Session) open12(d Dir, fragment []byte) {
	dir := &s.dirs[d]
	if dir.opener == nil {
		s.lateKeys(dir)
	}
	for dir.opener != nil {
		wasProved, uncertain := dir.opener.proved, dir.opener.uncertain
		plain, err := dir.opener.open(&s.rec, fragment, s.plain[:cap(s.plain)])
		if err == nil {
			s.opened(dir.keys, plain)
			return
		}
		if !wasProved && s.otherKeys(dir) {
			continue
		}
		s.rec.fail(err)
		reason := ReasonMAC
		if uncertain || err.Code == CodeChainLost {
			reason = ReasonGap
		}
		s.verdict.trouble(s.unopened(reason, err))
		// Keys that never opened a record are wrong for what follows, too.
		if !wasProved && reason == ReasonMAC || dir.opener.misses >= maxMisses {
			dir.opener, dir.hopeless = nil, true
		}
		return
	}
}

// unopened is the trouble with a record that the keys do not open.
func (s *Session) unopened(reason Reason, err *Error) *trouble {
	return &trouble{reason, fmt.Sprintf("record %d (%v) does not open: %s", s.rec.Number, s.rec.Dir, err.Text)}
}

// opened takes what is in the record.
func (s *Session) opened(n *negotiation, plain []byte) {
	s.rec.Decrypted = true
	s.rec.Plaintext = plain
	s.verdict.decrypted++
	s.verdict.octets += int64(len(plain))
	if !n.proved {
		n.proved = true
		s.verdict.keys(n)
		s.remember(n)
		if s.cfg.Export && n.master != nil {
			s.verdict.Export.add(SecretMaster, n.client.Random, n.master)
		}
	}
}

// lateKeys looks once more for a secret of a handshake that is over: secrets in a capture can
// come after the messages that they belong to.
func (s *Session) lateKeys(dir *direction) {
	n := dir.keys
	if n == nil || n.master != nil || n.proved || dir.hopeless || s.cfg.secrets() == 0 || n.implemented() != nil {
		return
	}
	if master := n.fromKeyLog(s.cfg.Secrets); master != nil && n.derive(master) == nil {
		s.install(n)
	}
}

// otherKeys takes the next source's secret if that of the last one opened nothing.
func (s *Session) otherKeys(dir *direction) bool {
	n := dir.keys
	if n.proved || n.next == noSource {
		return false
	}
	before := n.openers
	n.master, n.openers = nil, [2]*opener{}
	if n.findKeys(s.cfg); n.master == nil {
		n.openers = before
		return false
	}
	s.install(n)
	return true
}

// install gives the keys of a negotiation to the directions that have switched to them.
func (s *Session) install(n *negotiation) {
	for i := range s.dirs {
		dir := &s.dirs[i]
		if !dir.switched || dir.keys != n {
			continue
		}
		dir.opener, n.openers[i] = n.openers[i], nil
		if dir.sealed > 0 {
			dir.opener.resume(nil, int(dir.sealed))
		}
		dir.opener.uncertain = dir.unsure
		dir.hopeless = false
	}
}
