package sipsecdump

import (
	"bytes"
	"maps"
	"slices"

	"sipsecdump/cms/pki"
	"sipsecdump/reassembly"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// shared is what the shards have in common: the keys, and what connections learn from each
// other.
type shared struct {
	options      *Options
	sessions     *ledger[[]byte]           // master secrets by session id or ticket
	certificates *ledger[*pki.Certificate] // by issuer and serial number, or by key identifier
	secrets      *captureSecrets
}

func newShared(o *Options) *shared {
	return &shared{
		options:      o,
		sessions:     newLedger(maxSessions, bytes.Equal),
		certificates: newLedger(maxCertificates, sameCertificate),
		secrets:      &captureSecrets{},
	}
}

// atOnce tells that the contents of a message are looked at when it is delivered, and not later by
// another goroutine.
func (s *shared) atOnce() bool { return s.options.Rules != nil }

func sameCertificate(a, b *pki.Certificate) bool { return a.SHA256 == b.SHA256 }

// shard has some of the connections, for good, and does everything for them. It has two halves: its
// own is the streams, from segments to records and messages; contents reads the messages.
type shard struct {
	worker
	in       chan *batch
	contents *contents
	conns    map[uint64]*conn
	open     []uint64 // of conns at the end of the capture, in their order; nil before
	// config is what the sessions of its connections ask for keys.
	config tlsparse.Config
	paths  pki.PathCache

	batch     *batch  // at hand
	borrowers []*conn // that were given payloads of it
	// Reused for each: collectors keep none.
	record  report.Record
	arrival report.Arrival
}

// newShards makes shards, and the channels to them have room for a number of batches.
func newShards(common *shared, room int) []*shard {
	shards := make([]*shard, common.options.Jobs)
	streams := newProgress(len(shards))
	contents := streams
	if !common.atOnce() {
		contents = newProgress(len(shards))
	}
	for k := range shards {
		shards[k] = newShard(newWorker(k, common, streams), newContents(newWorker(k, common, contents), room), room)
	}
	return shards
}

func newShard(w worker, c *contents, room int) *shard {
	s := &shard{
		worker: w, contents: c, in: make(chan *batch, room), conns: make(map[uint64]*conn),
		paths: pki.PathCache{Trusted: w.options.Keyring.CAs, CRLs: w.options.Keyring.CRLs},
	}
	s.config = tlsparse.Config{
		Keys: s.options.Keyring, Sessions: &sessionView{s}, Secrets: &secretsView{s},
		Certificates: &s.cache, Fingerprints: new(tlsparse.FingerprintCache),
		Export: s.options.ExportKeyLog != nil,
	}
	return s
}

func (s *shard) run() {
	for b := range s.in {
		s.take(b)
		if s.atOnce() {
			b.done.Done()
		} else {
			s.contents.in <- b
			stepAside()
		}
	}
	close(s.contents.in)
}

// take does what a batch has for the shard.
func (s *shard) take(b *batch) {
	s.batch, s.out = b, b.streams(s.k)
	if s.atOnce() {
		s.contents.out = b.contents(s.k)
	}
	for i := range b.work[s.k] {
		s.do(&b.work[s.k][i])
	}
	if b.last != nil {
		s.end(b.last)
	}
	s.detach()
	s.progress.advance(s.k, b.next)
}

// detach lets go of the payloads of the batch.
func (s *shard) detach() {
	for _, c := range s.borrowers {
		c.stream.Detach()
		c.borrows = false
	}
	clear(s.borrowers)
	s.borrowers = s.borrowers[:0]
}

func (s *shard) do(e *entry) {
	s.reach(position{e.place, e.file, e.number})
	c := s.conns[e.place.conn]
	switch {
	case e.first:
		c = newConn(s, e)
		s.conns[e.place.conn] = c
	case c == nil: // it is over; late segments of its last moments
		if e.reset && len(e.seg.Payload)+e.seg.Missing > 0 {
			s.tally.AfterReset++
		}
		return
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

// deliver hands a message on to contents: the caller fills in what there is to know of it.
func (s *shard) deliver(raw []byte, ends []int32) *delivery {
	d := s.batch.deliver(s.k, raw, ends)
	d.position = s.position
	s.out.delivered++
	return d
}

// end ends what is still open, in the order of connections.
func (s *shard) end(at *end) {
	if s.open == nil {
		s.open = slices.Sorted(maps.Keys(s.conns))
	}
	for len(s.open) > 0 && s.open[0] < at.before {
		id := s.open[0]
		s.open = s.open[1:]
		s.reach(position{place: place{at.place, id}, file: at.file})
		s.conns[id].end(0, at.time, reassembly.EndOfCapture)
		delete(s.conns, id)
	}
}
