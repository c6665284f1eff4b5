package sipsecdump

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"slices"

	"sipsecdump/cms/pki"
	"sipsecdump/reassembly"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
	"sipsecdump/tlsparse"
)

// shared is what the shards have in common: the keys, and what connections learn from each
// other.
type shared struct {
	options      *Options
	progress     *progress
	sessions     *ledger[[]byte]           // master secrets by session id or ticket
	certificates *ledger[*pki.Certificate] // by issuer and serial number, or by key identifier
	secrets      *captureSecrets
}

func newShared(o *Options) *shared {
	return &shared{
		options:      o,
		progress:     newProgress(o.Jobs),
		sessions:     newLedger(maxSessions, bytes.Equal),
		certificates: newLedger(maxCertificates, sameCertificate),
		secrets:      &captureSecrets{},
	}
}

func sameCertificate(a, b *pki.Certificate) bool { return a.SHA256 == b.SHA256 }

// shard has some of the connections, for good, and does everything for them.
type shard struct {
	*shared
	k     int
	in    chan *batch
	conns map[uint64]*conn
	open  []uint64                       // of conns at the end of the capture, in their order; nil before
	met   map[[sha256.Size]byte]struct{} // certificates this shard has met, by their SHA-256
	cache pki.Cache
	// config is what the sessions of its connections ask for keys.
	config tlsparse.Config
	paths  pki.PathCache
	tally  tally

	// The entry at hand: what the events that it causes are told with.
	place  place
	file   int
	number uint64
	out    *output
	// Reused for each event: collectors keep none.
	event   report.Event
	record  report.Record
	sip     report.SIP
	message sipparse.Message
	// summarizer makes the notes for the ordered stage.
	summarizer dialog.Summarizer
	opener     opener
}

func newShard(k int, common *shared, in chan *batch) *shard {
	s := &shard{
		shared: common, k: k, in: in,
		conns: make(map[uint64]*conn), met: make(map[[sha256.Size]byte]struct{}),
		paths: pki.PathCache{Trusted: common.options.Keyring.CAs, CRLs: common.options.Keyring.CRLs},
	}
	s.config = tlsparse.Config{
		Keys: s.options.Keyring, Sessions: &sessionView{s}, Secrets: &secretsView{s},
		Certificates: &s.cache, Export: s.options.ExportKeyLog != nil,
	}
	return s
}

func (s *shard) run() {
	for b := range s.in {
		s.out = b.out[s.k]
		for i := range b.work[s.k] {
			s.do(&b.work[s.k][i])
		}
		if b.last != nil {
			s.end(b.last)
		}
		s.progress.advance(s.k, b.next)
		b.done.Done()
	}
}

func (s *shard) do(e *entry) {
	s.progress.advance(s.k, e.place.packet)
	s.place, s.file, s.number = e.place, e.file, e.number
	c := s.conns[e.place.conn]
	switch {
	case e.first:
		c = newConn(s, e)
		s.conns[e.place.conn] = c
	case c == nil:
		return // it is over; late segments of its last moments
	case e.end:
		c.end(e.seg.Packet, e.seg.Time, e.how)
		delete(s.conns, e.place.conn)
		return
	}
	if e.seg.Datagram() {
		c.datagram(e)
		return
	}
	if !c.segment(e) {
		delete(s.conns, e.place.conn)
	}
}

// end ends what is still open, in the order of connections.
func (s *shard) end(at *end) {
	s.progress.advance(s.k, at.place)
	s.file, s.number = at.file, 0
	if s.open == nil {
		s.open = slices.Sorted(maps.Keys(s.conns))
	}
	for len(s.open) > 0 && s.open[0] < at.before {
		id := s.open[0]
		s.open = s.open[1:]
		s.place = place{at.place, id}
		s.conns[id].end(0, at.time, reassembly.EndOfCapture)
		delete(s.conns, id)
	}
}
