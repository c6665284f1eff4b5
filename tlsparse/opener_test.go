package tlsparse

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// family is a bulk cipher, with a suite for each hash that it comes with.
type family struct {
	name  string
	suite CipherSuite
}

// families are all that are implemented, found by the names of all suites.
var families = func() (list []family) {
	met := map[string]bool{}
	for _, row := range cipherSuiteNames {
		c := CipherSuite(row.value)
		s, ok := lookupSuite(c)
		if !ok {
			continue
		}
		for word, b := range bulks {
			if b == s.bulk {
				name := word
				if s.mac != 0 {
					name += fmt.Sprint(" ", s.mac)
				}
				if s.export {
					name += " export"
				}
				if !met[name] {
					met[name] = true
					list = append(list, family{name, c})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b family) int { return cmp.Compare(a.name, b.name) })
	return list
}()

// TestFamilies holds the table of ciphers: every one is that of a suite that is registered.
func TestFamilies(t *testing.T) {
	used := map[*bulk]bool{}
	for _, f := range families {
		s, _ := lookupSuite(f.suite)
		used[s.bulk] = true
	}
	for word, b := range bulks {
		if !used[b] {
			t.Errorf("no suite has %s", word)
		}
	}
	implemented, missing := 0, map[string]bool{}
	for _, row := range cipherSuiteNames {
		c := CipherSuite(row.value)
		if c.KeyExchange() == "" || c == 0 {
			continue
		}
		if _, ok := lookupSuite(c); ok {
			implemented++
			continue
		}
		missing[c.Name()] = true
	}
	// What is left: GOST, Fortezza, Salsa20 of a draft, and suites with a PRF of their own.
	for name := range missing {
		if !strings.Contains(name, "GOST") && !strings.Contains(name, "SALSA20") &&
			!strings.Contains(name, "FORTEZZA") && !strings.Contains(name, "FIPS") {
			t.Errorf("%s is not implemented", name)
		}
	}
	t.Logf("%d suites of %d families implemented, %d not", implemented, len(families), len(missing))
}

// protections are all ways in which the family can protect records.
func (f family) protections() (list []*protection) {
	s, _ := lookupSuite(f.suite)
	if s.bulk.mode == modeAEAD {
		return []*protection{{suite: s, version: TLS12}, {suite: s, version: TLS12, compression: compressionDeflate}}
	}
	for _, version := range []Version{SSL30, TLS10, TLS11, TLS12} {
		if version == SSL30 && s.mac != crypto.MD5 && s.mac != crypto.SHA1 {
			continue
		}
		list = append(list, &protection{suite: s, version: version}, &protection{suite: s, version: version, compression: compressionDeflate})
		if version == SSL30 {
			continue
		}
		list = append(list, &protection{suite: s, version: version, truncatedHMAC: true})
		if s.bulk.mode == modeCBC {
			list = append(list, &protection{suite: s, version: version, encryptThenMAC: true})
		}
	}
	return list
}

func (p *protection) String() string {
	text := p.version.String()
	for _, word := range []struct {
		set  bool
		text string
	}{{p.encryptThenMAC, "encrypt-then-MAC"}, {p.truncatedHMAC, "truncated_hmac"}, {p.compression != 0, "DEFLATE"}} {
		if word.set {
			text += ", " + word.text
		}
	}
	return text
}

func (p *protection) macKeyLen() int {
	if p.mac == 0 {
		return 0
	}
	return p.mac.Size()
}

func (p *protection) ivLen() int { return p.bulk.blockSize + p.bulk.implicit }

func testOctets(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

// sealer makes records as a peer does. It is written from the RFCs, not from the opener.
type sealer struct {
	*protection
	seq    uint64
	macKey []byte
	iv     []byte
	block  cipher.Block
	stream cipher.Stream
	aead   cipher.AEAD

	compressed bytes.Buffer
	zlib       *zlib.Writer
	// padding makes the padding of a CBC record, the length octet included; nil is the shortest.
	padding func(n int) []byte
}

func newSealer(t testing.TB, p *protection, macKey, key, iv []byte) *sealer {
	t.Helper()
	s := &sealer{protection: p, macKey: macKey, iv: bytes.Clone(iv)}
	var err error
	switch b := p.bulk; {
	case b.block != nil:
		s.block, err = b.block(key)
	case b.stream != nil:
		s.stream, err = b.stream(key)
	case b.aead != nil:
		s.aead, err = b.aead(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	if p.compression != 0 {
		s.zlib = zlib.NewWriter(&s.compressed)
	}
	return s
}

func (s *sealer) header(typ ContentType, version Version, n int) []byte {
	b := binary.BigEndian.AppendUint64(nil, s.seq)
	return append(b, byte(typ), byte(version>>8), byte(version), byte(n>>8), byte(n))
}

func (s *sealer) mac(typ ContentType, version Version, data []byte) []byte {
	if s.suite.mac == 0 {
		return nil
	}
	if s.version == SSL30 { // RFC 6101, Section 5.2.3.1
		n := 48
		if s.suite.mac == crypto.SHA1 {
			n = 40
		}
		hash := func(parts ...[]byte) []byte {
			h := s.suite.mac.New()
			h.Write(bytes.Join(parts, nil))
			return h.Sum(nil)
		}
		header := s.header(typ, version, len(data))
		return hash(s.macKey, testOctets(0x5c, n), hash(s.macKey, testOctets(0x36, n), header[:9], header[11:], data))
	}
	h := hmac.New(s.suite.mac.New, s.macKey)
	h.Write(s.header(typ, version, len(data)))
	h.Write(data)
	sum := h.Sum(nil)
	if s.truncatedHMAC {
		sum = sum[:10]
	}
	return sum
}

// seal makes the fragment of the next record.
func (s *sealer) seal(typ ContentType, version Version, content []byte) []byte {
	if s.zlib != nil {
		s.compressed.Reset()
		s.zlib.Write(content)
		s.zlib.Flush()
		content = bytes.Clone(s.compressed.Bytes())
	}
	defer func() { s.seq++ }()
	switch {
	case s.aead != nil && s.bulk.explicit > 0: // RFC 5288, Section 3
		explicit := []byte{1, 2, 3, 4, 5, 6, 7, byte(s.seq)}
		return s.aead.Seal(explicit, append(s.iv[:4:4], explicit...), content, s.header(typ, version, len(content)))
	case s.aead != nil: // RFC 7905, Section 2
		nonce := bytes.Clone(s.iv)
		for i := range 8 {
			nonce[11-i] ^= byte(s.seq >> (8 * i))
		}
		return s.aead.Seal(nil, nonce, content, s.header(typ, version, len(content)))
	case s.block == nil:
		out := append(bytes.Clone(content), s.mac(typ, version, content)...)
		if s.stream != nil {
			s.stream.XORKeyStream(out, out)
		}
		return out
	}
	size := s.block.BlockSize()
	plain := bytes.Clone(content)
	if !s.encryptThenMAC {
		plain = append(plain, s.mac(typ, version, content)...)
	}
	if s.padding != nil {
		plain = append(plain, s.padding(len(plain))...)
	} else {
		n := size - len(plain)%size
		plain = append(plain, testOctets(byte(n-1), n)...)
	}
	iv := s.iv
	var out []byte
	if s.version >= TLS11 {
		iv = testOctets(byte(s.seq)+0x77, size)
		out = bytes.Clone(iv)
	}
	for ; len(plain) > 0; plain = plain[size:] { // CBC by hand
		x := bytes.Clone(plain[:size])
		for i := range x {
			x[i] ^= iv[i]
		}
		s.block.Encrypt(x, x)
		out, iv = append(out, x...), x
	}
	s.iv = iv
	if s.encryptThenMAC {
		out = append(out, s.mac(typ, version, out)...)
	}
	return out
}

// testPeers are a sealer and an opener with the same keys.
func testPeers(t testing.TB, p *protection) (*sealer, *opener) {
	t.Helper()
	macKey, key, iv := testOctets(0x11, p.macKeyLen()), testOctets(0x22, p.bulk.keyLen), testOctets(0x33, p.ivLen())
	o, err := newOpener(p, macKey, key, iv)
	if err != nil {
		t.Fatal(err)
	}
	return newSealer(t, p, macKey, key, iv), o
}

// forAll runs a test for every family and every way in which it protects records.
func forAll(t *testing.T, test func(t *testing.T, p *protection)) {
	for _, f := range families {
		for _, p := range f.protections() {
			t.Run(f.name+"/"+p.String(), func(t *testing.T) { test(t, p) })
		}
	}
}

// TestOpen opens records of many lengths, one after the other.
func TestOpen(t *testing.T) {
	buf := make([]byte, maxCiphertext)
	forAll(t, func(t *testing.T, p *protection) {
		s, o := testPeers(t, p)
		for n := range 70 {
			content := bytes.Repeat([]byte("all that is said "), 5)[:n]
			fragment := s.seal(ApplicationData, p.version, content)
			plain, err := o.open(&Record{Type: ApplicationData, Version: p.version}, fragment, buf)
			if err != nil || !bytes.Equal(plain, content) {
				t.Fatalf("%d octets: %q, %v", n, plain, err)
			}
		}
		long := bytes.Repeat([]byte("0123456789abcdef"), maxFragment/16)
		plain, err := o.open(&Record{Type: Handshake, Version: p.version}, s.seal(Handshake, p.version, long), buf)
		if err != nil || !bytes.Equal(plain, long) {
			t.Fatalf("the longest: %v", err)
		}
	})
}

// TestTruncations cuts a record of every kind at every length, flips every octet, and changes
// header and keys: none opens, nothing panics.
func TestTruncations(t *testing.T) {
	content := []byte("a text")
	buf := make([]byte, 1<<10)
	forAll(t, func(t *testing.T, p *protection) {
		s, _ := testPeers(t, p)
		// In SSL 3.0 the octets of the padding say nothing: it has none here but the length.
		if p.version == SSL30 && p.bulk.mode == modeCBC {
			s.padding = func(n int) []byte {
				size := s.block.BlockSize()
				pad := testOctets(0, size-n%size)
				pad[len(pad)-1] = byte(len(pad) - 1)
				return pad
			}
			if p.compression == 0 {
				content = testOctets('.', 2*s.block.BlockSize()-1-p.mac.Size()%s.block.BlockSize())
			}
		}
		fragment := s.seal(ApplicationData, p.version, content)
		try := func(what string, good bool, r *Record, fragment []byte) {
			t.Helper()
			_, o := testPeers(t, p)
			plain, err := o.open(r, fragment, buf)
			if good != (err == nil) || good && !bytes.Equal(plain, content) || !good && plain != nil {
				t.Fatalf("%s: %q, %v", what, plain, err)
			}
		}
		r := &Record{Type: ApplicationData, Version: p.version}
		try("whole", true, r, fragment)
		padded := p.version == SSL30 && p.bulk.mode == modeCBC && p.compression != 0
		for n := range fragment {
			try(fmt.Sprintf("cut to %d", n), false, r, fragment[:n])
			changed := bytes.Clone(fragment)
			changed[n] ^= 0x80
			if !padded {
				try(fmt.Sprintf("octet %d changed", n), false, r, changed)
			}
		}
		try("as an alert", false, &Record{Type: Alert, Version: p.version}, fragment)
		if p.version != SSL30 { // whose MAC leaves the version out
			try("of another version", false, &Record{Type: ApplicationData, Version: p.version ^ 1}, fragment)
		}
		wrong, err := newOpener(p, testOctets(0x12, p.macKeyLen()), testOctets(0x23, p.bulk.keyLen), testOctets(0x33, p.ivLen()))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := wrong.open(r, fragment, buf); err == nil || plain != nil || err.Code != CodeBadMAC {
			t.Fatalf("wrong keys: %q, %v", plain, err)
		}
	})
}

// TestPaddings tries every value of the last octet with every number of octets that agree
// with it: only a padding that is right in full opens, and the text never is another.
func TestPaddings(t *testing.T) {
	buf := make([]byte, 1<<10)
	forAll(t, func(t *testing.T, p *protection) {
		if p.bulk.mode != modeCBC || p.compression != 0 {
			t.SkipNow()
		}
		size := p.bulk.blockSize
		for last := range 256 {
			for _, wrong := range []int{-1, 0, last / 2, last - 1} {
				s, o := testPeers(t, p)
				s.padding = func(int) []byte {
					padding := testOctets(byte(last), last+1)
					if wrong >= 0 && wrong < last {
						padding[wrong] ^= 1
					}
					return padding
				}
				// The text is as long as makes the blocks whole.
				length := last + 1
				if !p.encryptThenMAC {
					length += o.macLen
				}
				text := testOctets('.', 2*size-length%size)
				plain, err := o.open(&Record{Type: ApplicationData, Version: p.version}, s.seal(ApplicationData, p.version, text), buf)
				good := wrong < 0 || wrong >= last
				if p.version == SSL30 {
					good = last < size // whatever the octets are
				}
				switch {
				case good && (err != nil || !bytes.Equal(plain, text)):
					t.Fatalf("padding %d: %q, %v", last, plain, err)
				case !good && (err == nil || plain != nil || err.Code != CodeBadMAC):
					t.Fatalf("padding %d wrong at %d: %q, %v", last, wrong, plain, err)
				}
			}
		}
	})
}

// TestSkippedRecord loses a record whose length is known: the one after it opens, unless it
// refers to what was compressed before.
func TestSkippedRecord(t *testing.T) {
	buf := make([]byte, maxCiphertext)
	forAll(t, func(t *testing.T, p *protection) {
		s, o := testPeers(t, p)
		r := &Record{Type: ApplicationData, Version: p.version}
		var err *Error
		for i, text := range []string{"one", strings.Repeat("two", 500), "three"} {
			fragment := s.seal(ApplicationData, p.version, []byte(text))
			if i == 1 {
				o.skip(fragment[max(0, len(fragment)-maxTail):], len(fragment))
				continue
			}
			var plain []byte
			if plain, err = o.open(r, fragment, buf); err == nil && string(plain) != text {
				t.Fatalf("%q becomes %q", text, plain)
			}
		}
		if (err == nil) != (p.compression == 0) {
			t.Errorf("the third record: %v", err)
		}
		// Without the length, the key stream is lost.
		o.resume(nil, -1)
		_, err = o.open(r, s.seal(ApplicationData, p.version, []byte("four")), buf)
		chained := p.bulk.mode == modeStream || p.bulk.mode == modeCBC && p.version <= TLS10
		if p.compression == 0 && chained != (err != nil && err.Code == CodeChainLost) {
			t.Errorf("the fourth record: %v", err)
		}
	})
}

// TestBombs: a record that decompresses to more than the protocol allows, to the window's end
// and beyond, or that is none.
func TestBombs(t *testing.T) {
	compress := func(flush bool, parts ...[]byte) (records [][]byte) {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		for _, p := range parts {
			w.Write(p)
			if w.Flush(); !flush {
				w.Close()
			}
			records = append(records, bytes.Clone(b.Bytes()))
			b.Reset()
		}
		return records
	}
	text := bytes.Repeat([]byte("0123456789abcdef"), 1<<10)
	for _, tt := range []struct {
		name    string
		records [][]byte
		good    int
	}{
		{"the longest", compress(true, text, text, text, text), 4},
		{"too long", compress(true, text, append(text, 0), text), 1},
		{"a bomb", compress(true, make([]byte, 1<<24)), 0},
		{"an end", compress(false, text), 0},
		{"no header", [][]byte{{1, 0, 0, 0xff, 0xff}}, 0},
		{"a dictionary", [][]byte{{0x78, 0xbb, 0, 0, 0, 0xff, 0xff}}, 0},
		{"cut", [][]byte{compress(true, text)[0][:40]}, 0},
		{"no block", [][]byte{{0x78, 0x9c, 0x07, 0, 0, 0xff, 0xff}}, 0},
		{"empty", [][]byte{{}, {}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var f inflater
			for i, r := range tt.records {
				plain, err := f.next(r, nil)
				if good := i < tt.good; good != (err == nil) || !good && err.Code != CodeCompression || len(plain) > maxFragment {
					t.Fatalf("record %d: %d octets, %v", i, len(plain), err)
				}
			}
			if cap(f.out) > window+maxFragment+1 {
				t.Errorf("%d octets are kept", cap(f.out))
			}
		})
	}
}

// testSession is a session that has keys for the client's direction, and a record of n octets
// that it opens again and again.
func testSession(t testing.TB, p *protection, n int) (s *Session, record []byte, again func()) {
	t.Helper()
	peer, o := testPeers(t, p)
	text := bytes.Repeat([]byte("0123456789abcdef"), n/16)
	record = rec(ApplicationData, p.version, string(peer.seal(ApplicationData, p.version, text)))
	s = NewSession(nil)
	dir := &s.dirs[ClientToServer]
	dir.switched, dir.opener, dir.keys = true, o, &negotiation{proved: true}
	if o.stream != nil {
		first := make([]byte, len(record))
		o.stream.XORKeyStream(first, first)
		o.stream = &still{o.stream, first}
	}
	iv := bytes.Clone(o.iv)
	return s, record, func() {
		o.seq = 0
		o.iv = append(o.iv[:0], iv...)
	}
}

// still is a key stream that costs what it costs, and always begins again.
type still struct {
	cipher.Stream
	first []byte
}

func (s *still) XORKeyStream(dst, src []byte) {
	s.Stream.XORKeyStream(dst, src)
	subtle.XORBytes(dst, src, s.first)
}

// TestRecordAllocs opens records of every kind without an allocation.
func TestRecordAllocs(t *testing.T) {
	if underRace {
		t.Skip("allocations are not the code's own under the race detector")
	}
	forAll(t, func(t *testing.T, p *protection) {
		if p.compression != 0 {
			t.SkipNow() // a block of DEFLATE brings its codes
		}
		s, record, again := testSession(t, p, 1024)
		opened := 0
		yield := func(r *Record) {
			if r.Decrypted {
				opened++
			}
		}
		feed := func() {
			again()
			s.Feed(ClientToServer, record, yield)
			again()
			s.Feed(ClientToServer, record[:100], yield)
			s.Feed(ClientToServer, record[100:], yield)
		}
		feed()
		if n := testing.AllocsPerRun(20, feed); n != 0 {
			t.Errorf("%v allocations", n)
		}
		if opened == 0 || opened%2 != 0 {
			t.Errorf("%d records opened", opened)
		}
	})
}

func BenchmarkApplicationData(b *testing.B) {
	for _, f := range families {
		su, _ := lookupSuite(f.suite)
		p := &protection{suite: su, version: TLS12}
		for _, n := range []int{512, 16384} {
			b.Run(fmt.Sprintf("%s/%d", f.name, n), func(b *testing.B) {
				s, record, again := testSession(b, p, n)
				yield := func(r *Record) {
					if !r.Decrypted {
						b.Fatal(r.Err)
					}
				}
				b.SetBytes(int64(len(record)))
				b.ReportAllocs()
				for b.Loop() {
					again()
					s.Feed(ClientToServer, record, yield)
				}
			})
		}
	}
}
