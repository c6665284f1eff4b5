package tlsparse

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/binary"
	"hash"
)

const sectionCiphertext = "RFC 5246, Section 6.2.3"

// protection is what a handshake settles about records besides the keys.
type protection struct {
	suite
	version Version // negotiated
	// encryptThenMAC reverses the order of the two for CBC (RFC 7366).
	encryptThenMAC bool
	// truncatedHMAC cuts the MAC to ten octets (RFC 6066, Section 7).
	truncatedHMAC bool
	compression   CompressionMethod
}

// opener opens the records of one direction under one set of keys. It allocates nothing per
// record.
type opener struct {
	mode    mode
	version Version // negotiated
	// encryptThenMAC is set for CBC only.
	encryptThenMAC bool

	seq uint64 // of the next record
	// uncertain is set after a gap: the sequence number is seq or a little more.
	uncertain bool
	// misses counts the records since the gap that opened with none of the numbers tried.
	misses int
	// proved is set once a MAC or tag was right.
	proved bool

	mac    hash.Hash // HMAC, or that of SSL 3.0; nil for AEAD
	macLen int       // octets of it that a record carries
	sum    []byte    // scratch of mac

	stream cipher.Stream // nil also if it is out of step

	cbc blockMode
	// iv is the initialisation vector of the next record up to TLS 1.0, which chains CBC over
	// records; empty if it is lost.
	iv []byte

	aead     cipher.AEAD
	explicit int      // octets of the nonce that a record carries
	nonce    [12]byte // the first octets, the others or all, are those of the key block
	mixed    [12]byte // scratch: nonce with the sequence number

	inflater *inflater // nil if records are not compressed

	header [13]byte // sequence number, type, version, length: what MAC and tag cover
}

// blockMode is a CBC decrypter that can be used for many records.
type blockMode interface {
	cipher.BlockMode
	SetIV([]byte)
}

// truncatedMAC is the length of a MAC by RFC 6066, Section 7.
const truncatedMAC = 10

// newOpener makes the opener of one direction from its part of the key block (RFC 5246,
// Section 6.3).
func newOpener(p *protection, macKey, key, iv []byte) (o *opener, err error) {
	o = &opener{mode: p.bulk.mode, version: p.version}
	if p.mac != 0 {
		if p.version == SSL30 {
			o.mac = newMAC30(p.mac, macKey)
		} else {
			o.mac = hmac.New(p.mac.New, macKey)
		}
		o.macLen = o.mac.Size()
		if p.truncatedHMAC {
			o.macLen = truncatedMAC
		}
		o.sum = make([]byte, 0, o.mac.Size())
	}
	if p.compression == compressionDeflate {
		o.inflater = new(inflater)
	}
	switch o.mode {
	case modeStream:
		o.stream, err = p.bulk.stream(key)
	case modeCBC:
		o.encryptThenMAC = p.encryptThenMAC
		o.iv = append([]byte(nil), iv...)
		o.cbc, err = p.bulk.decrypter(key)
	case modeAEAD:
		copy(o.nonce[:], iv)
		o.explicit = p.bulk.explicit
		o.aead, err = p.bulk.aead(key)
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// open decrypts the fragment of the record into buf, which must have room for it, and checks
// its MAC or tag. What it returns aliases buf or the fragment, or is valid until the next call.
// A record that fails counts in the sequence: its successors may still open.
func (o *opener) open(r *Record, fragment, buf []byte) (plain []byte, err *Error) {
	tries := 1
	if o.uncertain {
		tries = maxLostRecords
	}
	if r.Datagram { // which tells its number (RFC 6347, Section 4.1.2.1)
		o.seq, tries = uint64(r.Epoch)<<48|r.Sequence, 1
	}
	var lost int
	switch {
	case o.mode == modeAEAD:
		plain, lost, err = o.openAEAD(r, fragment, buf, tries)
	case o.mode == mode13:
		plain, lost, err = o.open13(r, fragment, buf, tries)
	case o.mode == modeNull:
		plain, lost, err = o.checkMAC(r, fragment, tries)
	case o.mode == modeStream:
		plain, lost, err = o.openStream(r, fragment, buf, tries)
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
	if o.inflater != nil {
		return o.inflater.next(plain, err)
	}
	return plain, err
}

// setHeader fills in what MAC and tag cover besides the content (RFC 5246, Sections 6.2.3.1
// and 6.2.3.3; RFC 6101, Section 5.2.3.1).
func (o *opener) setHeader(r *Record, seq uint64, length int) []byte {
	header := binary.BigEndian.AppendUint64(o.header[:0], seq)
	header = append(header, byte(r.Type))
	if o.version != SSL30 {
		header = binary.BigEndian.AppendUint16(header, uint16(r.Version))
	}
	return binary.BigEndian.AppendUint16(header, uint16(length))
}

// checkMAC takes the MAC off the end of data, and tries to verify it with the sequence number
// and as many of the following as tries allows. lost tells which one it was.
func (o *opener) checkMAC(r *Record, data []byte, tries int) (content []byte, lost int, err *Error) {
	n := len(data) - o.macLen
	if n < 0 {
		return nil, 0, tooShort(len(data))
	}
	content, want := data[:n], data[n:]
	for lost = range tries {
		o.mac.Reset()
		o.mac.Write(o.setHeader(r, o.seq+uint64(lost), len(content)))
		o.mac.Write(content)
		o.sum = o.mac.Sum(o.sum[:0])
		if subtle.ConstantTimeCompare(o.sum[:o.macLen], want) == 1 {
			return content, lost, nil
		}
	}
	return nil, 0, badMAC("the MAC is wrong")
}

// openStream is GenericStreamCipher (RFC 5246, Section 6.2.3.1).
func (o *opener) openStream(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	if o.stream == nil {
		return nil, 0, &Error{Code: CodeChainLost, Offset: recordHeader, Field: "TLSCiphertext.fragment",
			Section: "RFC 5246, Section 6.2.3.1", Text: "octets before it are lost, over which the key stream runs on"}
	}
	plain := buf[:len(fragment)]
	o.stream.XORKeyStream(plain, fragment)
	return o.checkMAC(r, plain, tries)
}

// openCBC is GenericBlockCipher (RFC 5246, Section 6.2.3.2): MAC, then padding, then
// encryption.
func (o *opener) openCBC(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	plain, err := o.decryptCBC(fragment, buf)
	if err != nil {
		return nil, 0, err
	}
	n, ok := o.unpad(plain)
	if !ok || n < o.macLen {
		return nil, 0, badMAC("the padding is wrong")
	}
	return o.checkMAC(r, plain[:n], tries)
}

// openEncryptThenMAC is RFC 7366, Section 3: padding, then encryption, then MAC.
func (o *opener) openEncryptThenMAC(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	ciphertext, lost, macErr := o.checkMAC(r, fragment, tries)
	if macErr != nil {
		// The chain of TLS 1.0 goes on from this record all the same.
		if n := len(fragment) - o.macLen; n > 0 {
			o.chain(fragment[:n])
		}
		return nil, 0, macErr
	}
	plain, err := o.decryptCBC(ciphertext, buf)
	if err != nil {
		return nil, 0, err
	}
	n, ok := o.unpad(plain)
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

// chain keeps the last block of a record's ciphertext for the next record up to TLS 1.0.
func (o *opener) chain(ciphertext []byte) {
	if o.version > TLS10 || o.cbc == nil {
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
	if lost == 0 {
		return
	}
	o.stream = nil
	if o.inflater != nil {
		o.inflater.lost = true
	}
	if o.encryptThenMAC {
		tail = tail[:max(0, len(tail)-o.macLen)]
	}
	o.chain(tail)
}

// skip tells that a record of n octets is lost, of which tail are the last, as many as there are.
func (o *opener) skip(tail []byte, n int) {
	stream := o.stream
	o.resume(tail, 1)
	if stream == nil {
		return
	}
	var lost [512]byte
	for ; n > 0; n -= len(lost) {
		part := lost[:min(n, len(lost))]
		stream.XORKeyStream(part, part)
	}
	o.stream = stream // it is in step again
}

// unpad finds the length without padding. plain is not empty. In TLS every octet of the padding
// is the number of octets before the last (RFC 5246, Section 6.2.3.2); in SSL 3.0 only the last
// one is, and the padding is the shortest possible (RFC 6101, Section 5.2.3.2).
func (o *opener) unpad(plain []byte) (n int, ok bool) {
	last := plain[len(plain)-1]
	n = len(plain) - 1 - int(last)
	if n < 0 {
		return 0, false
	}
	if o.version == SSL30 {
		return n, int(last) < o.cbc.BlockSize()
	}
	var wrong byte
	for _, b := range plain[n:] {
		wrong |= b ^ last
	}
	return n, wrong == 0
}

// openAEAD is GenericAEADCipher (RFC 5246, Section 6.2.3.3) with the nonces of RFC 5288, Section
// 3, or RFC 7905, Section 2.
func (o *opener) openAEAD(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	n := len(fragment) - o.explicit - o.aead.Overhead()
	if n < 0 {
		return nil, 0, tooShort(len(fragment))
	}
	copy(o.nonce[len(o.nonce)-o.explicit:], fragment)
	for lost := range tries {
		seq := o.seq + uint64(lost)
		nonce := o.nonce[:]
		if o.explicit == 0 {
			nonce = o.mix(seq)
		}
		if plain, err := o.aead.Open(buf[:0], nonce, fragment[o.explicit:], o.setHeader(r, seq, n)); err == nil {
			return plain, lost, nil
		}
	}
	return nil, 0, badMAC("the tag is wrong")
}

// mix is the nonce with the sequence number in its last octets (RFC 7905, Section 2; RFC 8446,
// Section 5.3).
func (o *opener) mix(seq uint64) []byte {
	o.mixed = o.nonce
	last := o.mixed[len(o.mixed)-8:]
	binary.BigEndian.PutUint64(last, binary.BigEndian.Uint64(last)^seq)
	return o.mixed[:]
}

func tooShort(n int) *Error {
	return &Error{Code: CodeCiphertext, Offset: recordHeader + int64(n), Field: "TLSCiphertext.fragment",
		Section: sectionCiphertext, Text: "is too short for what the cipher suite adds"}
}

func badMAC(text string) *Error {
	return &Error{Code: CodeBadMAC, Offset: recordHeader, Field: "TLSCiphertext.fragment",
		Section: sectionCiphertext, Text: text}
}
