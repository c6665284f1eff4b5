package tlsparse

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"sipsecdump/amount"
)

const (
	// datagramHeader is the length of a record's header in octets (RFC 6347, Section 4.1).
	datagramHeader = 13
	// datagramMessageHeader is that of a handshake message (RFC 6347, Section 4.2.2).
	datagramMessageHeader = 12
)

// datagram tells whether a version is one of DTLS.
func (v Version) datagram() bool { return v>>8 == 0xfe }

// tls is the version of TLS that a version of DTLS is made from; others stay.
func (v Version) tls() Version {
	switch v {
	case DTLS10:
		return TLS11
	case DTLS12:
		return TLS12
	case DTLS13:
		return TLS13
	}
	return v
}

// DatagramSession is one association of DTLS, both directions. It is fed with datagrams as they
// come, in order or not, more than once or never. It is not safe for concurrent use.
type DatagramSession struct {
	s    Session
	dirs [2]datagramDirection
	// complete is the negotiation whose ServerHelloDone has been read.
	complete *negotiation
	// waiting are records that came before what their keys are made of. impatient is the
	// negotiation that is not waited for any more.
	waiting   []waitingRecord
	octets    int // in waiting
	impatient *negotiation
}

// waitingRecord is a copy of a whole record.
type waitingRecord struct {
	dir    Dir
	raw    []byte
	offset int64
}

// datagramDirection is what a direction has besides that of a stream.
type datagramDirection struct {
	offset int64 // of the next datagram
	// epoch is the current one (RFC 6347, Section 4.1), whose opener the session has; before is
	// what the session had for the one before it, for records that come late.
	epoch  uint16
	before struct {
		opener *opener
		keys   *negotiation
	}
	windows  [2]window64 // of even and odd epochs
	messages fragments
}

// NewDatagramSession makes the session of one association. The configuration is only read; nil
// is an empty one.
func NewDatagramSession(cfg *Config) *DatagramSession {
	return &DatagramSession{s: *NewSession(cfg)}
}

// Feed takes the next datagram of one direction and yields its records, those behind it that waited
// for it, and not yet those that overtook what their keys are made of. It keeps nothing of datagram.
// The record is valid until yield returns.
func (ds *DatagramSession) Feed(d Dir, datagram []byte, yield func(*Record)) {
	d &= 1
	ds.s.acquire()
	defer ds.s.release()
	start := ds.dirs[d].offset
	for rest := datagram; len(rest) > 0; {
		raw, err := cutRecord(rest)
		offset := start + int64(len(datagram)-len(rest))
		rest = rest[len(raw):]
		if err == nil && ds.early(d, raw, ds.waiting) {
			if ds.wait(d, raw, offset) {
				continue
			}
			ds.resume(yield)
		}
		ds.read(d, raw, offset, err)
		yield(&ds.s.rec)
		ds.resume(yield)
	}
	ds.dirs[d].offset += int64(len(datagram))
	ds.s.settle()
}

// Flush yields the records that still wait. It is called when there are no more datagrams.
func (ds *DatagramSession) Flush(yield func(*Record)) {
	ds.s.acquire()
	defer ds.s.release()
	ds.impatient = ds.s.current
	ds.resume(yield)
	ds.s.settle()
}

// early tells whether a record belongs behind what has not come: behind records that wait, those
// before it, or behind messages of the handshake under way that its keys are made of.
func (ds *DatagramSession) early(d Dir, raw []byte, before []waitingRecord) bool {
	n := ds.s.current
	if len(raw) < datagramHeader || unified(raw[0]) || ContentType(raw[0]) == ConnectionID ||
		n == nil || n == ds.impatient || n.exchanged || n.resumed || n.settled || n.finished[0] || n.finished[1] {
		return false
	}
	epoch := binary.BigEndian.Uint16(raw[3:])
	switch current := ds.dirs[d].epoch; {
	case epoch == 0 && current == 0:
		return slices.ContainsFunc(before, func(w waitingRecord) bool { return w.dir == d && binary.BigEndian.Uint16(w.raw[3:]) == 0 }) ||
			ContentType(raw[0]) == Handshake && ds.earlyMessage(d, n, raw[datagramHeader:])
	case epoch == current+1:
		// The server's may be of a handshake that resumes a session, if nothing shows a full one.
		return d == ClientToServer || n.helloDone || n.server == nil
	case epoch == current:
		return ds.s.dirs[d].keys == n && ds.s.dirs[d].opener == nil
	}
	return false
}

// earlyMessage tells whether a handshake message answers one that has not come.
func (ds *DatagramSession) earlyMessage(d Dir, n *negotiation, content []byte) bool {
	f, _, err := cutFragment(content)
	switch {
	case err != nil || f.seq < ds.dirs[d].messages.next:
		return false // or it is sent again
	case d == ServerToClient && f.typ == TypeServerHello:
		// The hello with the cookie, if there was a HelloVerifyRequest before.
		return n.server == nil && f.seq > 0 && n.client != nil && len(n.client.Cookie) == 0
	case d == ServerToClient && f.typ == TypeNewSessionTicket:
		return ds.complete == n
	case d == ClientToServer && f.typ == TypeClientKeyExchange:
		return n.server != nil && ds.complete != n
	}
	return false
}

// wait keeps a record. If there is no room, nothing is waited for any more, and it returns false.
func (ds *DatagramSession) wait(d Dir, raw []byte, offset int64) bool {
	if len(ds.waiting) >= maxWaiting || ds.octets+len(raw) > maxWaitingOctets {
		ds.impatient = ds.s.current
		return false
	}
	ds.waiting = append(ds.waiting, waitingRecord{d, bytes.Clone(raw), offset})
	ds.octets += len(raw)
	return true
}

// resume reads the records that need not wait any more, in the order in which they came.
func (ds *DatagramSession) resume(yield func(*Record)) {
	for i := 0; i < len(ds.waiting); {
		w := ds.waiting[i]
		if ds.early(w.dir, w.raw, ds.waiting[:i]) {
			i++
			continue
		}
		ds.waiting = slices.Delete(ds.waiting, i, i+1)
		ds.octets -= len(w.raw)
		ds.read(w.dir, w.raw, w.offset, nil)
		yield(&ds.s.rec)
		i = 0 // it may be what others waited for
	}
}

// Close ends the session and tells what became of it. It is called once, and nothing after it.
func (ds *DatagramSession) Close() *Verdict { return ds.s.Close() }

// cutRecord takes a record off a datagram. If err is set, what is left of the datagram is no
// whole record, and raw is all of it.
func cutRecord(p []byte) (raw []byte, err *Error) {
	if unified(p[0]) {
		return p, nil // its length can depend on what only the peers know
	}
	damaged := func(text string) ([]byte, *Error) {
		return p, &Error{Code: CodeRecordDamaged, Offset: int64(len(p)), Field: "DTLSPlaintext", Section: "RFC 6347, Section 4.1", Text: text}
	}
	if len(p) < datagramHeader {
		return damaged(amount.Of(len(p), "octet is", "octets are") + " no header")
	}
	if !knownDatagramVersion(p[1], p[2]) {
		return p, &Error{Code: CodeRecordHeader, Offset: 1, Field: "DTLSPlaintext.version", Section: "RFC 6347, Section 4.1",
			Text: fmt.Sprintf("is %#02x%02x, no version of the protocol: no record starts here", p[1], p[2])}
	}
	if ContentType(p[0]) == ConnectionID {
		return p, nil // where its length stands, a negotiation told that may not be captured
	}
	n := datagramHeader + int(binary.BigEndian.Uint16(p[11:]))
	if n > datagramHeader+maxCiphertext {
		return p, &Error{Code: CodeRecordTooLong, Offset: 11, Field: "DTLSPlaintext.length", Section: "RFC 6347, Section 4.1",
			Text: fmt.Sprintf("is %d, %d are the most", n-datagramHeader, maxCiphertext)}
	}
	if n > len(p) {
		return damaged(fmt.Sprintf("the datagram ends %s before the record", amount.Octets(n-len(p))))
	}
	return p[:n], nil
}

// unified tells whether a record begins like the encrypted ones of DTLS 1.3 (RFC 9147, Section
// 4).
func unified(first byte) bool { return first>>5 == 1 }

func knownDatagramVersion(major, minor byte) bool {
	return major == 0xfe && (minor == 0xff || minor == 0xfd || minor == 0xfc) || major == 1 && minor == 0
}

// read fills the session's record and reads what is in it.
func (ds *DatagramSession) read(d Dir, raw []byte, offset int64, err *Error) {
	s, dir, rec := &ds.s, &ds.dirs[d], &ds.s.rec
	s.verdict.records++
	clear(rec.Messages)
	*rec = Record{Number: s.verdict.records, Dir: d, Datagram: true, Offset: offset, Raw: raw, Messages: rec.Messages[:0]}
	switch {
	case unified(raw[0]):
		rec.Type, rec.Version, rec.Length = ApplicationData, DTLS13, len(raw)
		rec.Epoch = uint16(raw[0] & 3) // its last two bits
		ds.closed(ReasonVersion, "records of DTLS 1.3 (RFC 9147) cannot be decrypted yet")
		return
	case len(raw) >= datagramHeader:
		rec.Type = ContentType(raw[0])
		rec.Version = Version(binary.BigEndian.Uint16(raw[1:]))
		rec.Epoch = binary.BigEndian.Uint16(raw[3:])
		rec.Sequence = binary.BigEndian.Uint64(raw[3:]) & (1<<48 - 1)
		rec.Length = int(binary.BigEndian.Uint16(raw[11:]))
	}
	switch {
	case err != nil:
		rec.fail(err)
		s.verdict.lost(fmt.Sprintf("record %d (%v) is not whole: %s", rec.Number, d, err.Text))
		if rec.Encrypted = rec.Epoch > 0; rec.Encrypted {
			s.verdict.encrypted++
			s.verdict.lossEncrypted = true
		}
		return
	case rec.Type == ConnectionID:
		rec.Length = len(raw) - datagramHeader
		ds.closed(ReasonSuite, "records with a connection id (RFC 9146) cannot be decrypted yet")
		return
	}
	fragment := raw[datagramHeader:]
	if rec.Epoch == 0 && dir.epoch > 0 && ds.beginsAnew(d, fragment) {
		ds.restart() // a client that has lost its state (RFC 6347, Section 4.2.8)
	}
	rec.Replayed = dir.windows[rec.Epoch%2].seen(rec.Epoch, rec.Sequence)
	rec.Encrypted = rec.Epoch > 0
	if !rec.Encrypted {
		rec.Plaintext = fragment
	} else {
		s.verdict.encrypted++
		ds.open(d, fragment)
	}
	s.verdict.carries(d, s)
	if rec.Plaintext == nil {
		return
	}
	if !dir.windows[rec.Epoch%2].add(rec.Epoch, rec.Sequence) {
		rec.Replayed = true
	}
	if !rec.Replayed {
		ds.readContent(d, rec.Plaintext)
	}
}

// closed is for a record that is encrypted in a way that is not implemented.
func (ds *DatagramSession) closed(reason Reason, text string) {
	ds.s.rec.Encrypted = true
	ds.s.verdict.encrypted++
	ds.s.verdict.trouble(&trouble{reason, text})
}

// beginsAnew tells whether a record in the clear starts with a ClientHello that is not the one of
// this association, sent again.
func (ds *DatagramSession) beginsAnew(d Dir, fragment []byte) bool {
	const random = datagramMessageHeader + 2
	if d != ClientToServer || len(fragment) < random+32 || ds.s.rec.Type != Handshake ||
		HandshakeType(fragment[0]) != TypeClientHello || !bytes.Equal(fragment[6:9], []byte{0, 0, 0}) {
		return false
	}
	n := ds.s.current
	return n == nil || n.client == nil || !bytes.Equal(n.client.Random, fragment[random:random+32])
}

// restart forgets both directions' epochs for an association that begins anew.
func (ds *DatagramSession) restart() {
	for i := range ds.dirs {
		ds.dirs[i] = datagramDirection{offset: ds.dirs[i].offset}
		ds.s.dirs[i].switched = false
		ds.s.dirs[i].forgetKeys()
		ds.s.dirs[i].keys = nil
	}
}

// open decrypts the record at hand, if there are keys for its epoch.
func (ds *DatagramSession) open(d Dir, fragment []byte) {
	s, dir, sdir := &ds.s, &ds.dirs[d], &ds.s.dirs[d]
	switch epoch := s.rec.Epoch; {
	case epoch == dir.epoch:
	case epoch == dir.epoch+1:
		ds.advance(d) // its ChangeCipherSpec is late or lost
	case epoch+1 == dir.epoch:
		opener, keys := sdir.opener, sdir.keys
		sdir.opener, sdir.keys = dir.before.opener, dir.before.keys
		if sdir.keys != nil {
			defer func() { dir.before.opener, sdir.opener, sdir.keys = sdir.opener, opener, keys }()
			ds.openWith(d, fragment)
			return
		}
		sdir.opener, sdir.keys = opener, keys
		return
	default:
		s.verdict.trouble(&trouble{ReasonGap, fmt.Sprintf("record %d (%v) is of epoch %d, whose handshake was not captured", s.rec.Number, d, epoch)})
		return
	}
	// The keys may have become known only after the switch, if packets changed places.
	if n := s.current; sdir.opener == nil && n != nil && !sdir.hopeless && n.openers[d] != nil {
		sdir.opener, sdir.keys, n.openers[d] = n.openers[d], n, nil
	}
	if sdir.opener == nil && s.current == nil {
		s.verdict.trouble(noHello("ClientHello"))
	}
	ds.openWith(d, fragment)
}

func (ds *DatagramSession) openWith(d Dir, fragment []byte) {
	s := &ds.s
	if s.tls13 {
		return
	}
	before := s.rec.Err
	s.open(d, fragment)
	if e, ok := s.rec.Err.(*Error); ok && before == nil {
		e.Offset += datagramHeader - recordHeader
	}
}

// advance begins the next epoch of a direction.
func (ds *DatagramSession) advance(d Dir) {
	dir, sdir := &ds.dirs[d], &ds.s.dirs[d]
	dir.before.opener, dir.before.keys = sdir.opener, sdir.keys
	dir.epoch++
	ds.s.changeCipherSpec(d)
}

// readContent reads the messages in a record that is readable.
func (ds *DatagramSession) readContent(d Dir, content []byte) {
	s := &ds.s
	switch s.rec.Type {
	case ChangeCipherSpec:
		m, _ := parseChangeCipherSpec(content)
		s.add(d, &m)
		if s.rec.Epoch == ds.dirs[d].epoch { // else the next has begun, and this is sent again
			ds.advance(d)
		}
	case Handshake:
		ds.readHandshake(d, content)
	default:
		if s.rec.Type == ApplicationData {
			ds.skipLost(d)
		}
		s.readContent(d, content)
	}
}

// readHandshake takes the handshake fragments in a record (RFC 6347, Section 4.2.3).
func (ds *DatagramSession) readHandshake(d Dir, content []byte) {
	s, messages := &ds.s, &ds.dirs[d].messages
	if len(content) == 0 {
		s.readContent(d, content) // which tells that it must not be empty
	}
	for len(content) > 0 {
		f, rest, err := cutFragment(content)
		content = rest
		if err != nil {
			s.rec.fail(err)
			return
		}
		if ds.restarts(d, &f) {
			messages.reset()
			if other := &ds.dirs[1-d].messages; d == ClientToServer && other.next > 1 {
				other.reset() // with a HelloRequest, the server's count has begun
			}
		}
		// With a HelloVerifyRequest, which may not be captured, the hellos have the number 1.
		if messages.next == 0 && f.seq == 1 && (f.typ == TypeClientHello || f.typ == TypeServerHello) {
			messages.next = 1
		}
		switch fresh, err := messages.add(&f); {
		case err != nil:
			s.rec.fail(err)
		case !fresh:
			s.rec.Repeated++
		}
		ds.deliver(d)
	}
}

// restarts tells whether a fragment begins a renegotiation: its messages are counted from 0.
func (ds *DatagramSession) restarts(d Dir, f *fragment) bool {
	n := ds.s.current
	return f.seq == 0 && ds.dirs[d].messages.next > 0 && ds.s.rec.Epoch > 0 && n != nil && n.finished[0] && n.finished[1] &&
		(f.typ == TypeClientHello && d == ClientToServer || f.typ == TypeHelloRequest && d == ServerToClient)
}

// deliver reads the messages that are whole and next.
func (ds *DatagramSession) deliver(d Dir) {
	s := &ds.s
	for {
		raw, ok := ds.dirs[d].messages.take()
		if !ok {
			return
		}
		m := Message{Content: Handshake, Type: HandshakeType(raw[0]), Raw: raw, Datagram: true}
		version, kx := DTLS10, KeyExchange("")
		if n := s.current; n != nil && n.server != nil {
			if v := n.server.SelectedVersion(); v.datagram() {
				version = v
			}
			kx = n.kx
		}
		m.Body, m.Err = s.parseHandshake(raw, true, version, kx)
		if s.current != nil && ds.lacks(d, &m) {
			s.current.transcript.broken = true
		}
		s.handshake(d, &m)
		if m.Type == TypeServerHelloDone {
			ds.complete = s.current
		}
		s.add(d, &m)
	}
}

// lacks tells whether a message shows that the peer had got what is not here, or came late.
func (ds *DatagramSession) lacks(d Dir, m *Message) bool {
	n := ds.s.current
	full := ds.complete == n
	switch {
	case m.Type == TypeClientKeyExchange:
		return !full
	case m.Type != TypeFinished:
		return false
	case len(ds.dirs[1-d].messages.pending) > 0 || full && !n.exchanged:
		return true
	}
	// In a full handshake the client's comes first, in one that resumes a session the server's.
	second := ClientToServer
	if full {
		second = ServerToClient
	}
	return d == second && !n.finished[1-d]
}

// overtook tells whether the ServerHello came before the hello with a cookie that it answers.
func (n *negotiation) overtook(h *ClientHello) bool {
	return n.server != nil && len(h.Cookie) > 0 && n.client != nil && len(n.client.Cookie) == 0 && bytes.Equal(h.Random, n.client.Random)
}

// skipLost gives up messages that are missing: the direction has gone on without them.
func (ds *DatagramSession) skipLost(d Dir) {
	s := &ds.s
	for ds.dirs[d].messages.skip() {
		s.verdict.lost(fmt.Sprintf("a handshake message before record %d (%v) is lost", s.rec.Number, d))
		if s.current != nil {
			s.current.transcript.broken = true
		}
		ds.deliver(d)
	}
}

// window64 is the replay window of one epoch (RFC 6347, Section 4.1.2.6).
type window64 struct {
	epoch uint16
	used  bool
	last  uint64 // the highest number
	bits  uint64 // of last and the 63 before it, the lowest bit for last
}

// seen tells whether the number was added or is too old to tell.
func (w *window64) seen(epoch uint16, seq uint64) bool {
	if !w.used || w.epoch != epoch || seq > w.last {
		return false
	}
	back := w.last - seq
	return back >= 64 || w.bits>>back&1 != 0
}

// add takes a number and tells whether it is new.
func (w *window64) add(epoch uint16, seq uint64) bool {
	if w.seen(epoch, seq) {
		return false
	}
	if !w.used || w.epoch != epoch {
		*w = window64{epoch: epoch, used: true, last: seq, bits: 1}
		return true
	}
	if seq > w.last {
		w.bits = w.bits<<min(seq-w.last, 64) | 1
		w.last = seq
	} else {
		w.bits |= 1 << (w.last - seq)
	}
	return true
}
