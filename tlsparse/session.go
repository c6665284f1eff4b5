package tlsparse

import (
	"encoding/binary"
	"fmt"
	"sync"

	"sipsecdump/amount"
	"sipsecdump/cms/pki"
)

// Config is what sessions share.
type Config struct {
	// Keys are the private keys and certificates at hand; nil is an empty ring.
	Keys *pki.Keyring
	// Sessions finds and keeps master secrets across connections; nil if there is none.
	Sessions SessionCache
	// Secrets are those of key logs; nil if there is none.
	Secrets Secrets
	// Certificates and Fingerprints remember those of handshakes; nil if nothing does. They are
	// what sessions change here.
	Certificates *pki.Cache
	Fingerprints *FingerprintCache
	// Export asks for Verdict.Export.
	Export bool
}

// SessionCache keeps master secrets for resumption. The pipeline gives each session a view
// of it that is consistent with the packet at hand.
type SessionCache interface {
	// Store keeps the master secret for a session id or ticket. Both are copied. A Session
	// calls it only for a secret that has opened a record.
	Store(id, master []byte)
	// Lookup returns the master secret for a session id or ticket.
	Lookup(id []byte) (master []byte, ok bool)
}

// Session is one TLS connection, both directions. It is fed with the octets of each in the
// order of the capture and gives back records. It is not safe for concurrent use.
type Session struct {
	cfg  *Config
	dirs [2]direction
	// current is the latest negotiation, under way or done; nil before the first.
	current *negotiation
	tls13   bool // records tell by their type whether they are encrypted

	*scratch // while Feed runs

	verdict verdictState
}

// scratch is what sessions need only while they are fed.
type scratch struct {
	rec   Record
	plain []byte // what rec.Plaintext points into
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// direction is the state of one direction.
type direction struct {
	stream   stream
	messages assembler
	alert    []byte // the first octet of an alert that is cut in two

	switched bool         // a ChangeCipherSpec was sent
	opener   *opener      // nil if the direction's records cannot be opened
	keys     *negotiation // whose keys opener has, or would have
	traffic  traffic      // in TLS 1.3
	// sealed counts the encrypted records since the keys changed, those before a gap only if
	// unsure is set.
	sealed uint64
	unsure bool
	misses int // records since the keys changed that none of several opened
	// hopeless is set if all keys at hand have been tried in vain.
	hopeless bool
	// lost is set after a gap until the next record has been read.
	lost bool
}

// NewSession makes the session of one connection. The configuration is only read; nil is an
// empty one.
func NewSession(cfg *Config) *Session {
	if cfg == nil {
		cfg = &Config{}
	}
	s := &Session{cfg: cfg}
	s.dirs[ClientToServer].stream.mayBeSSLv2 = true
	return s
}

// StartAt tells how many octets of a direction came before the first that is fed: plaintext, as
// before STARTTLS. Offsets of records count them.
func (s *Session) StartAt(d Dir, offset int64) { s.dirs[d&1].stream.offset = offset }

// Feed takes the next octets of one direction, in any portions, and yields exactly the records
// that they complete. It keeps nothing of p. The record is valid until yield returns.
func (s *Session) Feed(d Dir, p []byte, yield func(*Record)) {
	st := &s.dirs[d&1].stream
	for {
		f, ok := st.next(&p)
		if !ok {
			break
		}
		s.acquire()
		s.read(d&1, &f)
		yield(&s.rec)
	}
	st.rest()
	s.settle()
	s.release()
}

func (s *Session) acquire() {
	if s.scratch == nil {
		s.scratch = scratches.Get().(*scratch)
	}
}

func (s *Session) release() {
	if s.scratch != nil {
		clear(s.rec.Messages)
		s.rec = Record{Messages: s.rec.Messages[:0]}
		scratches.Put(s.scratch)
		s.scratch = nil
	}
}

// Gap tells that n octets of a direction are lost, between those fed before and those fed
// after. If they belong to one record, it is yielded with an error when its last octet has
// come; else the next header that fits the connection is searched for, and the record that
// it starts says in Skipped and Err what is missing before it.
func (s *Session) Gap(d Dir, n int64) {
	if n <= 0 {
		return
	}
	dir := &s.dirs[d&1]
	at := dir.stream.gap(n)
	be := "are"
	if n == 1 {
		be = "is"
	}
	s.verdict.lost(fmt.Sprintf("%s of %v from offset %d on %s lost", amount.Of(n, "octet", "octets"), d&1, at, be))
	s.lose(dir)
}

// lose forgets what is half read of the messages of a direction.
func (s *Session) lose(dir *direction) {
	dir.messages = assembler{}
	dir.alert = nil
	dir.lost = true
	if s.current != nil {
		s.current.transcript.broken = true
	}
}

// read fills s.rec from the frame and reads what is in it.
func (s *Session) read(d Dir, f *frame) {
	dir := &s.dirs[d]
	s.verdict.records++
	rec := &s.rec
	clear(rec.Messages)
	*rec = Record{
		Number:   s.verdict.records,
		Dir:      d,
		Offset:   f.offset,
		Skipped:  f.skipped,
		Raw:      f.raw,
		SSLv2:    f.sslv2,
		Messages: rec.Messages[:0],
	}
	if f.sslv2 {
		rec.Type, rec.Version, rec.Length = Handshake, SSL20, sslv2Length(f.raw)
		rec.Plaintext = f.raw[2:]
		s.readSSLv2Hello(f.raw[2:])
		return
	}
	rec.Type = ContentType(f.raw[0])
	rec.Version = Version(binary.BigEndian.Uint16(f.raw[1:]))
	rec.Length = int(binary.BigEndian.Uint16(f.raw[3:]))
	if f.err != nil && f.err.Code != CodeRecordDamaged {
		rec.fail(f.err)
		s.verdict.foreign(d, f, dir.stream.versions[d] != 0)
		s.verdict.lost(fmt.Sprintf("no record starts at offset %d of %v", f.offset, d))
		s.lose(dir)
		return
	}
	for i := range s.dirs {
		s.dirs[i].stream.versions[d] = rec.Version
	}
	if !dir.switched && s.pastHandshake(dir, rec) {
		s.changeCipherSpec(d) // it is lost, and with it the Finished after it
	}
	rec.Encrypted = s.encrypted(dir, rec.Type)
	if rec.Encrypted {
		s.verdict.encrypted++
	}
	if f.found {
		dir.unsure = true
		rec.fail(&Error{Code: CodeOctetsSkipped, Field: "TLSPlaintext", Section: "RFC 5246, Section 6.2.1",
			Text: amount.Of(rec.Skipped, "octet before it is lost or belongs", "octets before it are lost or belong") + " to no record"})
		if dir.opener != nil {
			dir.opener.resume(f.tail, -1)
		}
		s.verdict.lossEncrypted = s.verdict.lossEncrypted || rec.Encrypted
	}
	if f.err != nil {
		rec.fail(f.err)
		if dir.opener != nil {
			dir.opener.skip(f.tail, rec.Length)
		}
		dir.sealed++
		if rec.Type == ChangeCipherSpec {
			s.changeCipherSpec(d) // its content says no more
		}
		return
	}
	fragment := f.raw[recordHeader:]
	if !rec.Encrypted {
		rec.Plaintext = fragment
	} else {
		s.open(d, fragment)
		dir.sealed++
	}
	s.verdict.carries(d, s)
	if rec.Plaintext != nil {
		s.readContent(d, rec.Plaintext)
	} else if rec.Type == ChangeCipherSpec {
		s.changeCipherSpec(d) // the content type is not encrypted, and says it all
	}
	dir.lost = false
}

// pastHandshake tells whether a record is one that comes behind a ChangeCipherSpec only, which was
// lost or came before the capture began.
func (s *Session) pastHandshake(dir *direction, rec *Record) bool {
	switch rec.Type {
	case ApplicationData:
		return dir.lost || s.current == nil
	case Alert:
		return s.current == nil && rec.Length >= sealedAlert
	}
	return false
}

// encrypted tells whether a record is.
func (s *Session) encrypted(dir *direction, typ ContentType) bool {
	// Application data is encrypted wherever it comes: before a ChangeCipherSpec that was
	// not captured, or in TLS 1.3.
	return typ == ApplicationData || dir.switched && !s.tls13
}

// readContent reads the messages in a record that is readable.
func (s *Session) readContent(d Dir, content []byte) {
	rec := &s.rec
	if limit, section := s.contentLimit(d); len(content) > limit {
		rec.fail(&Error{Code: CodeFragmentTooLong, Offset: 3, Field: "TLSPlaintext.length", Section: section,
			Text: fmt.Sprintf("the content has %d octets, %d are the most", len(content), limit)})
	}
	switch rec.Content() {
	case ChangeCipherSpec, Alert, Handshake:
		if len(content) == 0 {
			rec.fail(&Error{Code: CodeEmptyFragment, Offset: 3, Field: "TLSPlaintext.length", Section: "RFC 5246, Section 6.2.1",
				Text: "is zero, which only application data may be"})
		}
	}
	switch rec.Content() {
	case ChangeCipherSpec:
		s.readChangeCipherSpec(d, content)
	case Alert:
		s.readAlerts(d, content)
	case Handshake:
		s.readHandshake(d, content)
	}
}

// fail records the first thing that is wrong with the record.
func (r *Record) fail(err *Error) {
	if r.Err == nil {
		r.Err = err
	}
}
