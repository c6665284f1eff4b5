package tlsparse

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"sipsecdump/amount"
)

// SecretKind is what a line of a key log holds.
type SecretKind uint8

// The kinds of secrets that open records, with what each is found by.
const (
	// SecretMaster is the master secret of SSL 3.0 to TLS 1.2, by client random: CLIENT_RANDOM.
	SecretMaster SecretKind = iota + 1
	// SecretSessionMaster is the same by session id: RSA Session-ID:... Master-Key:...
	SecretSessionMaster
	// SecretRSAPreMaster is the premaster secret by the first eight octets of the
	// EncryptedPreMasterSecret: RSA.
	SecretRSAPreMaster
	// SecretPreMaster is the premaster secret by client random: PMS_CLIENT_RANDOM.
	SecretPreMaster
	// The traffic secrets of TLS 1.3 (RFC 8446, Section 7.1), by client random.
	SecretClientEarly
	SecretClientHandshake
	SecretServerHandshake
	SecretClientTraffic
	SecretServerTraffic
)

// keyLogLabels are the labels of RFC 9850, Section 2.1 and 2.2, and those that older logs have;
// kind 0 opens no record.
var keyLogLabels = map[string]SecretKind{
	"RSA":                             SecretRSAPreMaster,
	"CLIENT_RANDOM":                   SecretMaster,
	"PMS_CLIENT_RANDOM":               SecretPreMaster,
	"CLIENT_EARLY_TRAFFIC_SECRET":     SecretClientEarly,
	"CLIENT_HANDSHAKE_TRAFFIC_SECRET": SecretClientHandshake,
	"SERVER_HANDSHAKE_TRAFFIC_SECRET": SecretServerHandshake,
	"CLIENT_TRAFFIC_SECRET_0":         SecretClientTraffic,
	"SERVER_TRAFFIC_SECRET_0":         SecretServerTraffic,
	"EARLY_EXPORTER_SECRET":           0,
	"EARLY_EXPORTER_MASTER_SECRET":    0,
	"EXPORTER_SECRET":                 0,
	"ECH_SECRET":                      0,
	"ECH_CONFIG":                      0,
}

// label is the one under which a secret is written.
func (k SecretKind) label() string {
	switch k {
	case SecretMaster:
		return "CLIENT_RANDOM"
	case SecretClientEarly:
		return "CLIENT_EARLY_TRAFFIC_SECRET"
	case SecretClientHandshake:
		return "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
	case SecretServerHandshake:
		return "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	case SecretClientTraffic:
		return "CLIENT_TRAFFIC_SECRET_0"
	}
	return "SERVER_TRAFFIC_SECRET_0"
}

// Secrets finds what key logs hold. Like SessionCache it is a view as of the packet at hand.
type Secrets interface {
	// Secret returns the secret of a kind under the identifier that the kind is found by. The
	// octets stay as they are.
	Secret(kind SecretKind, id []byte) (s Secret, ok bool)
	// Len is how many secrets there are.
	Len() int
}

// Secret is one secret of a key log.
type Secret struct {
	Octets []byte
	// Source is the name of the log.
	Source string
	// InCapture is set if the log came in the capture itself, in a Decryption Secrets Block of
	// pcapng.
	InCapture bool
}

// String names the source. The secret itself is in no text.
func (s Secret) String() string { return "a secret of " + s.Source }

// Format implements fmt.Formatter, with String for all verbs.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// KeyLog holds the secrets of key logs in the format of NSS (RFC 9850), indexed. It implements
// Secrets. The zero value is empty. Reading and looking up at the same time is the caller's to
// prevent.
//
// Of several secrets under one name the last counts. Labels and digits may be in any case,
// lines may end in LF or CRLF, the last need not end at all; a line that begins with "#" is a
// comment.
type KeyLog struct {
	index   map[secretKey]uint32 // the latest entry under the key
	entries []secretEntry
	octets  []byte // of all secrets, one after the other
	sources []keyLogSource

	ignored  int
	overflow int
}

// secretKey has identifiers of all kinds: a random, a session id or eight octets, behind which
// are zeros.
type secretKey struct {
	kind SecretKind
	n    uint8
	id   [32]byte
}

type secretEntry struct {
	at       uint32 // in octets
	previous uint32 // entry under the same key, +1; 0 is none
	place    uint64 // the first packet that may use it
	length   uint16
	source   uint16
}

type keyLogSource struct {
	name      string
	inCapture bool
}

// LineError is a line of a key log that cannot be used. It never quotes the line.
type LineError struct {
	Source string
	Line   int // from 1
	Text   string
}

func (e *LineError) Error() string { return fmt.Sprintf("%s, line %d: %s", e.Source, e.Line, e.Text) }

// Read adds a key log. Lines that cannot be used are told in lines, at most maxLineErrors of
// them, malformed counts all; err is r's.
func (l *KeyLog) Read(name string, r io.Reader) (lines []*LineError, malformed int, err error) {
	return l.read(keyLogSource{name: name}, 0, r)
}

// ReadCapture adds a key log that came in the capture, for packets from place on. Places do
// not descend from call to call.
func (l *KeyLog) ReadCapture(name string, place uint64, r io.Reader) (lines []*LineError, malformed int, err error) {
	return l.read(keyLogSource{name, true}, place, r)
}

func (l *KeyLog) read(source keyLogSource, place uint64, r io.Reader) (lines []*LineError, malformed int, err error) {
	if l.index == nil {
		l.index = make(map[secretKey]uint32)
	}
	if n := len(l.sources); n == 0 || l.sources[n-1] != source && n <= maxKeyLogSources {
		l.sources = append(l.sources, source)
	}
	in := bufio.NewReaderSize(r, maxKeyLogLine)
	for number := 1; ; number++ {
		line, tooLong, rerr := readLine(in)
		if rerr != nil && rerr != io.EOF {
			return lines, malformed, rerr
		}
		var text string
		if tooLong {
			text = fmt.Sprintf("has more than %d octets", maxKeyLogLine)
		} else {
			text = l.line(line, place)
		}
		if text != "" {
			malformed++
			if len(lines) < maxLineErrors {
				lines = append(lines, &LineError{source.name, number, text})
			}
		}
		if rerr == io.EOF {
			return lines, malformed, nil
		}
	}
}

// readLine reads a line without its end. It aliases in's buffer. What is longer than that is
// passed over.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	line, err = in.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		tooLong = true
		line, err = in.ReadSlice('\n')
	}
	return line, tooLong, err
}

// line takes one line; what is wrong with it is returned.
func (l *KeyLog) line(line []byte, place uint64) (wrong string) {
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
	if len(line) == 0 || line[0] == '#' {
		return ""
	}
	label, rest := cutField(line)
	var upper [40]byte // longer than any label
	if len(label) > len(upper) {
		return "begins with no label of the format"
	}
	kind, known := keyLogLabels[string(upperCase(upper[:0], label))]
	id, secret := cutField(rest)
	if kind == SecretRSAPreMaster && hasPrefixFold(id, "Session-ID:") {
		kind = SecretSessionMaster
		id = id[len("Session-ID:"):]
		if !hasPrefixFold(secret, "Master-Key:") {
			return "has no Master-Key after its Session-ID"
		}
		secret = secret[len("Master-Key:"):]
	}
	switch {
	case !known && !isLabel(label):
		return "begins with no label of the format"
	case kind == 0: // a label that opens no record, or of the future (RFC 9850, Section 2)
		l.ignored++
		return ""
	}
	return l.add(kind, id, secret, place)
}

// add keeps a secret, both in hexadecimal.
func (l *KeyLog) add(kind SecretKind, id, secret []byte, place uint64) (wrong string) {
	key := secretKey{kind: kind}
	n := hex.DecodedLen(len(id))
	if n > len(key.id) || !kind.validID(n) {
		return fmt.Sprintf("its identifier has %s, which is not what its label asks", amount.Octets(n))
	}
	if _, err := hex.Decode(key.id[:], id); err != nil {
		return "its identifier is not in hexadecimal"
	}
	key.n = uint8(n)
	n = hex.DecodedLen(len(secret))
	if !kind.validLength(n) {
		return fmt.Sprintf("its secret has %s, which is not what its label asks", amount.Octets(n))
	}
	at := len(l.octets)
	if len(l.entries) >= maxKeyLogEntries || at+n > maxKeyLogOctets {
		l.overflow++
		return ""
	}
	l.octets = append(l.octets, make([]byte, n)...)
	if _, err := hex.Decode(l.octets[at:], secret); err != nil {
		l.octets = l.octets[:at]
		return "its secret is not in hexadecimal"
	}
	entry := secretEntry{at: uint32(at), length: uint16(n), place: place, source: uint16(len(l.sources) - 1)}
	i, met := l.index[key]
	switch {
	case met && bytes.Equal(l.secret(&l.entries[i]), l.octets[at:]):
		l.octets = l.octets[:at] // it says the same once more
		return ""
	case met && l.entries[i].place == place:
		entry.previous = l.entries[i].previous
		l.entries[i] = entry
		return ""
	case met:
		entry.previous = i + 1
	}
	l.index[key] = uint32(len(l.entries))
	l.entries = append(l.entries, entry)
	return ""
}

// validID tells whether an identifier of a kind can have n octets.
func (k SecretKind) validID(n int) bool {
	switch k {
	case SecretSessionMaster:
		return n > 0
	case SecretRSAPreMaster:
		return n == rsaIDLength
	}
	return n == 32
}

// validLength tells whether a secret of a kind can have n octets.
func (k SecretKind) validLength(n int) bool {
	switch k {
	case SecretMaster, SecretSessionMaster:
		return n == masterLength
	case SecretRSAPreMaster:
		return n == preMasterLength
	case SecretPreMaster:
		return n > 0 && n <= maxPreMaster
	}
	return n >= 32 && n <= 64 // the output of the suite's hash
}

func (l *KeyLog) secret(e *secretEntry) []byte {
	return l.octets[e.at:][:e.length:e.length]
}

// Secret implements Secrets, with what was read for any place.
func (l *KeyLog) Secret(kind SecretKind, id []byte) (Secret, bool) {
	return l.SecretAt(^uint64(0), kind, id)
}

// SecretAt is Secret for a packet: what was read for later places does not count.
func (l *KeyLog) SecretAt(place uint64, kind SecretKind, id []byte) (Secret, bool) {
	key := secretKey{kind: kind, n: uint8(len(id))}
	if len(id) > len(key.id) {
		return Secret{}, false
	}
	copy(key.id[:], id)
	i, ok := l.index[key]
	if !ok {
		return Secret{}, false
	}
	e := &l.entries[i]
	for e.place > place {
		if e.previous == 0 {
			return Secret{}, false
		}
		e = &l.entries[e.previous-1]
	}
	source := l.sources[e.source]
	return Secret{l.secret(e), source.name, source.inCapture}, true
}

// Len implements Secrets.
func (l *KeyLog) Len() int { return len(l.entries) }

// LenAt is Len for a packet.
func (l *KeyLog) LenAt(place uint64) int {
	n, _ := slices.BinarySearchFunc(l.entries, place, func(e secretEntry, place uint64) int {
		if e.place <= place {
			return -1
		}
		return 1
	})
	return n
}

// Ignored counts the lines whose label opens no record.
func (l *KeyLog) Ignored() int { return l.ignored }

// Overflow counts the secrets that are not kept, because there were more than
// maxKeyLogEntries or maxKeyLogOctets.
func (l *KeyLog) Overflow() int { return l.overflow }

// cutField takes the first field off the line.
func cutField(line []byte) (field, rest []byte) {
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return line, nil
	}
	return line[:i], bytes.TrimLeft(line[i:], " \t")
}

func upperCase(dst, label []byte) []byte {
	for _, b := range label {
		if 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}

// isLabel tells whether the word could be a label (RFC 9850, Section 2).
func isLabel(word []byte) bool {
	for _, b := range word {
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_') {
			return false
		}
	}
	return true
}

func hasPrefixFold(s []byte, prefix string) bool {
	return len(s) >= len(prefix) && bytes.EqualFold(s[:len(prefix)], []byte(prefix))
}

// rsaIDLength is how many octets of an EncryptedPreMasterSecret name it in a key log.
const rsaIDLength = 8
