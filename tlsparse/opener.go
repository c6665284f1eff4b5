package tlsparse

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/binary"
	"hash"
)

const sectionCiphertext = "RFC 5246, Section 6.2.3"

// opener opens the records of one direction under one set of keys. It allocates nothing per
// record.
type opener struct {
	mode    mode
	version Version // negotiated
	// encryptThenMAC reverses the order of the two for CBC (RFC 7366).
	encryptThenMAC bool

	seq uint64 // of the next record
	// uncertain is set after a gap: the sequence number is seq or a little more.
	uncertain bool
	// misses counts the records since the gap that opened with none of the numbers tried.
	misses int
	// proved is set once a MAC or tag was right.
	proved bool

	mac hash.Hash // HMAC; nil for AEAD
	sum []byte    // scratch of mac

	cbc blockMode
	// iv is the initialisation vector of the next record in TLS 1.0, which chains CBC over
	// records; empty if it is lost.
	iv []byte

	aead  cipher.AEAD
	nonce [12]byte // the first four octets are the implicit part (RFC 5288, Section 3)

	header [13]byte // sequence number, type, version, length: what MAC and tag cover
}

// blockMode is a CBC decrypter that can be used for many records.
type blockMode interface {
	cipher.BlockMode
	SetIV([]byte)
}

// newOpener makes the opener of one direction from its part of the key block (RFC 5246,
// Section 6.3).
func newOpener(version Version, s suite, encryptThenMAC bool, macKey, key, iv []byte) (*opener, error) {
	o := &opener{mode: s.bulk.mode, version: version}
	if s.mac != 0 {
		o.mac = hmac.New(s.mac.New, macKey)
		o.sum = make([]byte, 0, o.mac.Size())
	}
	if o.mode == modeNull {
		return o, nil
	}
	block, err := s.bulk.block(key)
	if err != nil {
		return nil, err
	}
	switch o.mode {
	case modeCBC:
		o.encryptThenMAC = encryptThenMAC
		o.cbc = cipher.NewCBCDecrypter(block, make([]byte, block.BlockSize())).(blockMode)
		o.iv = append([]byte(nil), iv...)
	case modeGCM:
		copy(o.nonce[:], iv)
		if o.aead, err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// newOpeners cuts the key block (RFC 5246, Section 6.3) and makes the openers of both
// directions from it.
func newOpeners(f prf, master, clientRandom, serverRandom []byte, version Version, s suite, encryptThenMAC bool) (pair [2]*opener, err error) {
	macLen, ivLen := 0, 0
	if s.mac != 0 {
		macLen = s.mac.Size()
	}
	switch {
	case s.bulk.mode == modeGCM:
		ivLen = 4
	case version == TLS10:
		ivLen = s.bulk.blockSize
	}
	keyLen := s.bulk.keyLen
	keys := make([]byte, 2*(macLen+keyLen+ivLen))
	f(keys, master, "key expansion", serverRandom, clientRandom)
	macs, rest := keys[:2*macLen], keys[2*macLen:]
	bulkKeys, ivs := rest[:2*keyLen], rest[2*keyLen:]
	for i := range pair {
		pair[i], err = newOpener(version, s, encryptThenMAC,
			macs[i*macLen:(i+1)*macLen], bulkKeys[i*keyLen:(i+1)*keyLen], ivs[i*ivLen:(i+1)*ivLen])
		if err != nil {
			return pair, err
		}
	}
	return pair, nil
}

// open decrypts the fragment of the record into buf, which must have room for it, and checks
// its MAC or tag. What it returns aliases buf or the fragment. A record that fails counts in
// the sequence: its successors may still open.
func (o *opener) open(r *Record, fragment, buf []byte) (plain []byte, err *Error) {
	tries := 1
	if o.uncertain {
		tries = maxLostRecords
	}
	var lost int
	switch {
	case o.mode == modeGCM:
		plain, lost, err = o.openGCM(r, fragment, buf, tries)
	case o.mode == mode13:
		plain, lost, err = o.open13(r, fragment, buf, tries)
	case o.mode == modeNull:
		plain, lost, err = o.checkMAC(r, fragment, tries)
	case o.encryptThenMAC:
		plain, lost, err = o.openEncryptThenMAC(r, fragment, buf, tries)
	default:
		plain, lost, err = o.openCBC(r, fragment, buf, tries)
	}
	o.seq++
	if err == nil {
		o.seq += uint64(lost)
		o.uncertain, o.misses, o.proved = false, 0, true
	} else if o.uncertain && err.Code == CodeBadMAC {
		o.misses++
	}
	return plain, err
}

// setHeader fills in what MAC and tag cover besides the content (RFC 5246, Sections 6.2.3.1
// and 6.2.3.3).
func (o *opener) setHeader(r *Record, seq uint64, length int) {
	binary.BigEndian.PutUint64(o.header[:8], seq)
	o.header[8] = byte(r.Type)
	binary.BigEndian.PutUint16(o.header[9:], uint16(r.Version))
	binary.BigEndian.PutUint16(o.header[11:], uint16(length))
}

// checkMAC takes the MAC off the end of data, and tries to verify it with the sequence number
// and as many of the following as tries allows. lost tells which one it was.
func (o *opener) checkMAC(r *Record, data []byte, tries int) (content []byte, lost int, err *Error) {
	n := len(data) - o.mac.Size()
	if n < 0 {
		return nil, 0, tooShort(len(data))
	}
	content, want := data[:n], data[n:]
	for lost = range tries {
		o.setHeader(r, o.seq+uint64(lost), len(content))
		o.mac.Reset()
		o.mac.Write(o.header[:])
		o.mac.Write(content)
		o.sum = o.mac.Sum(o.sum[:0])
		if subtle.ConstantTimeCompare(o.sum, want) == 1 {
			return content, lost, nil
		}
	}
	return nil, 0, badMAC("the MAC is wrong")
}

// openCBC is GenericBlockCipher (RFC 5246, Section 6.2.3.2): MAC, then padding, then
// encryption.
func (o *opener) openCBC(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	plain, err := o.decryptCBC(fragment, buf)
	if err != nil {
		return nil, 0, err
	}
	n, ok := unpad(plain)
	if !ok || n < o.mac.Size() {
		return nil, 0, badMAC("the padding is wrong")
	}
	return o.checkMAC(r, plain[:n], tries)
}

// openEncryptThenMAC is RFC 7366, Section 3: padding, then encryption, then MAC.
func (o *opener) openEncryptThenMAC(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	ciphertext, lost, macErr := o.checkMAC(r, fragment, tries)
	if macErr != nil {
		// The chain of TLS 1.0 goes on from this record all the same.
		if n := len(fragment) - o.mac.Size(); n > 0 {
			o.chain(fragment[:n])
		}
		return nil, 0, macErr
	}
	plain, err := o.decryptCBC(ciphertext, buf)
	if err != nil {
		return nil, 0, err
	}
	n, ok := unpad(plain)
	if !ok {
		return nil, 0, badMAC("the padding is wrong")
	}
	return plain[:n], lost, nil
}

// decryptCBC leaves the padding in place. From TLS 1.1 on the vector is the first block.
func (o *opener) decryptCBC(ciphertext, buf []byte) ([]byte, *Error) {
	size := o.cbc.BlockSize()
	iv := o.iv
	if o.version >= TLS11 && len(ciphertext) >= size {
		iv, ciphertext = ciphertext[:size], ciphertext[size:]
	}
	if len(ciphertext) == 0 {
		return nil, tooShort(len(ciphertext))
	}
	if len(ciphertext)%size != 0 {
		return nil, &Error{Code: CodeCiphertext, Offset: recordHeader, Field: "TLSCiphertext.fragment",
			Section: sectionCiphertext, Text: "is no multiple of the block"}
	}
	if len(iv) != size {
		o.chain(ciphertext)
		return nil, &Error{Code: CodeChainLost, Offset: recordHeader, Field: "TLSCiphertext.fragment",
			Section: "RFC 2246, Section 6.2.3.2", Text: "the block before it is lost, which it is chained to"}
	}
	o.cbc.SetIV(iv)
	o.chain(ciphertext)
	plain := buf[:len(ciphertext)]
	o.cbc.CryptBlocks(plain, ciphertext)
	return plain, nil
}

// chain keeps the last block of a record's ciphertext for the next record of TLS 1.0.
func (o *opener) chain(ciphertext []byte) {
	if o.version != TLS10 || o.cbc == nil {
		return
	}
	size := o.cbc.BlockSize()
	o.iv = append(o.iv[:0], ciphertext[max(0, len(ciphertext)-size):]...)
}

// resume tells that records are lost, of which tail are the last octets before the next
// record, as many as there are; lost is how many records they are, -1 if that is not known.
func (o *opener) resume(tail []byte, lost int) {
	if lost < 0 {
		o.uncertain = true
	} else {
		o.seq += uint64(lost)
	}
	if o.encryptThenMAC {
		tail = tail[:max(0, len(tail)-o.mac.Size())]
	}
	o.chain(tail)
}

// unpad finds the length without padding (RFC 5246, Section 6.2.3.2): every octet of the
// padding is the number of octets before the last. plain is not empty.
func unpad(plain []byte) (n int, ok bool) {
	last := plain[len(plain)-1]
	n = len(plain) - 1 - int(last)
	if n < 0 {
		return 0, false
	}
	var wrong byte
	for _, b := range plain[n:] {
		wrong |= b ^ last
	}
	return n, wrong == 0
}

// openGCM is GenericAEADCipher (RFC 5246, Section 6.2.3.3) with the nonce of RFC 5288,
// Section 3.
func (o *opener) openGCM(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	const explicit = 8
	n := len(fragment) - explicit - o.aead.Overhead()
	if n < 0 {
		return nil, 0, tooShort(len(fragment))
	}
	copy(o.nonce[len(o.nonce)-explicit:], fragment)
	for lost := range tries {
		o.setHeader(r, o.seq+uint64(lost), n)
		if plain, err := o.aead.Open(buf[:0], o.nonce[:], fragment[explicit:], o.header[:]); err == nil {
			return plain, lost, nil
		}
	}
	return nil, 0, badMAC("the tag is wrong")
}

func tooShort(n int) *Error {
	return &Error{Code: CodeCiphertext, Offset: recordHeader + int64(n), Field: "TLSCiphertext.fragment",
		Section: sectionCiphertext, Text: "is too short for what the cipher suite adds"}
}

func badMAC(text string) *Error {
	return &Error{Code: CodeBadMAC, Offset: recordHeader, Field: "TLSCiphertext.fragment",
		Section: sectionCiphertext, Text: text}
}
