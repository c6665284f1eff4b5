package tlsparse

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"math/big"
	"testing"

	"sipsecdump/cms/pki"
)

// oldPeers play both sides of SSL 3.0 or TLS 1.0, which no peer at hand speaks with all suites
// any more. They are written from RFC 6101 and RFC 2246, and share with what they test the
// ciphers and the PRF of TLS only.
type oldPeers struct {
	t       testing.TB
	version Version
	suite   CipherSuite
	key     *rsa.PrivateKey // the one that the premaster secret is encrypted to
	// temporary is set if key is not the certificate's, but sent in a ServerKeyExchange.
	temporary    bool
	compression  CompressionMethod
	certificate  []byte
	clientRandom []byte
	serverRandom []byte
	handshake    []byte
	flow         []piece
}

func (p *oldPeers) send(d Dir, typ ContentType, fragment []byte) {
	p.flow = append(p.flow, piece{d, rec(typ, p.version, string(fragment))})
}

// message sends a handshake message in the clear.
func (p *oldPeers) message(d Dir, typ HandshakeType, body ...[]byte) {
	m := p.framed(typ, body...)
	p.send(d, Handshake, m)
}

func (p *oldPeers) framed(typ HandshakeType, body ...[]byte) []byte {
	content := bytes.Join(body, nil)
	m := append(binary.BigEndian.AppendUint32(nil, uint32(typ)<<24|uint32(len(content))), content...)
	p.handshake = append(p.handshake, m...)
	return m
}

func opaque16(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}

// stretch is RFC 6101, Section 6.1: MD5(secret + SHA('A' + secret + seed)) and so on.
func stretch(n int, secret []byte, seed ...[]byte) (out []byte) {
	for i := 1; len(out) < n; i++ {
		salt := testOctets(byte('A'-1+i), i)
		inner := sha1.Sum(bytes.Join(append([][]byte{salt, secret}, seed...), nil))
		outer := md5.Sum(append(bytes.Clone(secret), inner[:]...))
		out = append(out, outer[:]...)
	}
	return out[:n]
}

// finished30 is RFC 6101, Section 5.6.9.
func finished30(master, handshake []byte, sender string) []byte {
	hash := func(h crypto.Hash, n int) []byte {
		inner := h.New()
		inner.Write(bytes.Join([][]byte{handshake, []byte(sender), master, testOctets(0x36, n)}, nil))
		outer := h.New()
		outer.Write(bytes.Join([][]byte{master, testOctets(0x5c, n), inner.Sum(nil)}, nil))
		return outer.Sum(nil)
	}
	return append(hash(crypto.MD5, 48), hash(crypto.SHA1, 40)...)
}

// run makes the flow of one connection.
func (p *oldPeers) run() []piece {
	s, ok := lookupSuite(p.suite)
	if !ok {
		p.t.Fatalf("%v is not implemented", p.suite)
	}
	p.clientRandom, p.serverRandom = testOctets(0xc1, 32), testOctets(0x5e, 32)
	version := []byte{byte(p.version >> 8), byte(p.version)}
	suite := binary.BigEndian.AppendUint16(nil, uint16(p.suite))
	p.message(ClientToServer, TypeClientHello, version, p.clientRandom, []byte{0}, []byte{0, 2}, suite, []byte{2, byte(p.compression), 0})
	p.message(ServerToClient, TypeServerHello, version, p.serverRandom, []byte{0}, suite, []byte{byte(p.compression)})
	n := len(p.certificate)
	p.message(ServerToClient, TypeCertificate, []byte{0, byte((n + 3) >> 8), byte(n + 3), 0, byte(n >> 8), byte(n)}, p.certificate)
	if p.temporary {
		p.message(ServerToClient, TypeServerKeyExchange, opaque16(p.key.N.Bytes()), opaque16([]byte{1, 0, 1}), opaque16(testOctets(7, 128)))
	}
	p.message(ServerToClient, TypeServerHelloDone)
	preMaster := append(version, testOctets(0x99, 46)...)
	encrypted := encryptPKCS1v15(p.key, preMaster)
	if p.version == SSL30 {
		p.message(ClientToServer, TypeClientKeyExchange, encrypted)
	} else {
		p.message(ClientToServer, TypeClientKeyExchange, opaque16(encrypted))
	}

	b := s.bulk
	macLen := s.mac.Size()
	length := 2 * (macLen + b.material + b.blockSize)
	var master, block []byte
	if p.version == SSL30 {
		master = stretch(48, preMaster, p.clientRandom, p.serverRandom)
		block = stretch(length, master, p.serverRandom, p.clientRandom)
	} else {
		master, block = make([]byte, 48), make([]byte, length)
		prf10(master, preMaster, "master secret", p.clientRandom, p.serverRandom)
		prf10(block, master, "key expansion", p.serverRandom, p.clientRandom)
	}
	var sealers [2]*sealer
	for d := range sealers {
		macKey := block[d*macLen:][:macLen]
		key := block[2*macLen+d*b.material:][:b.material]
		iv := block[2*(macLen+b.material)+d*b.blockSize:][:b.blockSize]
		if s.export {
			key, iv = p.export(d, key, b.keyLen, b.blockSize)
		}
		sealers[d] = newSealer(p.t, &protection{suite: s, version: p.version, compression: p.compression}, macKey, key, iv)
	}
	for d, sender := range []string{"CLNT", "SRVR"} {
		p.send(Dir(d), ChangeCipherSpec, []byte{1})
		var data []byte
		if p.version == SSL30 {
			data = finished30(master, p.handshake, sender)
		} else {
			data = make([]byte, 12)
			sum, sha := md5.Sum(p.handshake), sha1.Sum(p.handshake)
			prf10(data, master, [...]string{"client finished", "server finished"}[d], sum[:], sha[:])
		}
		p.send(Dir(d), Handshake, sealers[d].seal(Handshake, p.version, p.framed(TypeFinished, data)))
	}
	for d, text := range opened {
		half := len(text) / 2
		for _, part := range []string{text[:half], text[half:]} {
			p.send(Dir(d), ApplicationData, sealers[d].seal(ApplicationData, p.version, []byte(part)))
		}
		p.send(Dir(d), Alert, sealers[d].seal(Alert, p.version, []byte{1, 0}))
	}
	return p.flow
}

// export is RFC 6101, Section 6.2.2.1, and RFC 2246, Section 6.3.1.
func (p *oldPeers) export(d int, material []byte, keyLen, ivLen int) (key, iv []byte) {
	randoms := [2][]byte{p.clientRandom, p.serverRandom}
	if p.version == SSL30 {
		k := md5.Sum(bytes.Join([][]byte{material, randoms[d], randoms[1-d]}, nil))
		v := md5.Sum(bytes.Join([][]byte{randoms[d], randoms[1-d]}, nil))
		return k[:keyLen], v[:ivLen]
	}
	key, ivs := make([]byte, keyLen), make([]byte, 2*ivLen)
	prf10(key, material, [...]string{"client write key", "server write key"}[d], p.clientRandom, p.serverRandom)
	prf10(ivs, nil, "IV block", p.clientRandom, p.serverRandom)
	return key, ivs[d*ivLen:][:ivLen]
}

// encryptPKCS1v15 takes keys that crypto/rsa refuses.
func encryptPKCS1v15(key *rsa.PrivateKey, secret []byte) []byte {
	padded := append([]byte{0, 2}, testOctets(0xa5, key.Size()-3-len(secret))...)
	padded = append(append(padded, 0), secret...)
	m := new(big.Int).SetBytes(padded)
	return m.Exp(m, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
}

// shortKey makes a key of 512 bits.
func shortKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			t.Fatal(err)
		}
		q, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			t.Fatal(err)
		}
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		if d := new(big.Int).ModInverse(big.NewInt(65537), phi); d != nil {
			return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, D: d, Primes: []*big.Int{p, q}}
		}
	}
}

// TestOldPeers opens SSL 3.0 and TLS 1.0 with every suite of RSA key exchange that they have.
func TestOldPeers(t *testing.T) {
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	certificate := selfSigned(t, rsaKey()).Certificate[0]
	count := 0
	for _, row := range cipherSuiteNames {
		suite := CipherSuite(row.value)
		s, ok := lookupSuite(suite)
		if !ok || !suite.KeyExchange().rsa() || s.mac != crypto.MD5 && s.mac != crypto.SHA1 {
			continue
		}
		for _, version := range []Version{SSL30, TLS10} {
			for _, compression := range []CompressionMethod{0, compressionDeflate} {
				count++
				t.Run(fmt.Sprintf("%v %v %v", version, suite, compression), func(t *testing.T) {
					p := &oldPeers{t: t, version: version, suite: suite, key: rsaKey(), certificate: certificate, compression: compression}
					session := NewSession(&Config{Keys: keys})
					records := feed(session, p.run())
					v := session.Close()
					want{Verdict{Version: version, CipherSuite: suite, HasSuite: true, KeyExchange: suite.KeyExchange(),
						Outcome: Decrypted, Reason: ReasonRSAKey, History: "CsxnGIFifLl"}, opened}.check(t, records, v)
				})
			}
		}
	}
	if count < 60 {
		t.Errorf("%d cases only", count)
	}
}

// TestTemporaryKey: an export suite whose server sent a key of 512 bits.
func TestTemporaryKey(t *testing.T) {
	short := shortKey(t)
	certificate := selfSigned(t, rsaKey()).Certificate[0]
	own := privateKey(rsaKey(), "server.pem")
	for _, version := range []Version{SSL30, TLS10} {
		for _, tt := range []struct {
			name    string
			keys    []*pki.PrivateKey
			outcome Outcome
			reason  Reason
			detail  string
		}{
			{"found", []*pki.PrivateKey{own, privateKey(short, "factored.pem")}, Decrypted, ReasonRSAKey,
				"the temporary RSA key of 512 bits that the server sent (factored.pem), proved by both Finished messages"},
			{"not found", []*pki.PrivateKey{own}, NotDecrypted, ReasonEphemeral,
				"the premaster secret is encrypted to the temporary RSA key of 512 bits that the server sent: only that key or a key log of one of the peers opens it"},
		} {
			t.Run(fmt.Sprint(version, " ", tt.name), func(t *testing.T) {
				p := &oldPeers{t: t, version: version, suite: 0x0003, key: short, temporary: true, certificate: certificate}
				s := NewSession(&Config{Keys: &pki.Keyring{Keys: tt.keys}})
				records := feed(s, p.run())
				v := s.Close()
				if v.Outcome != tt.outcome || v.Reason != tt.reason || v.Detail != tt.detail {
					t.Errorf("%s, %s: %s\n%q", v.Outcome, v.Reason, v.Detail, summaries(records))
				}
			})
		}
	}
}

// TestNamedKeyExchanges: what a server's key cannot open, and what is said.
func TestNamedKeyExchanges(t *testing.T) {
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}
	for _, tt := range []struct {
		suite  CipherSuite
		reason Reason
		detail string
	}{
		{0x0031, ReasonSuite, "TLS_DH_RSA_WITH_AES_128_CBC_SHA agrees on keys with the Diffie-Hellman key of the server's certificate, which is not implemented: a key log opens it"},
		{0xc00e, ReasonSuite, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA agrees on keys with the Diffie-Hellman key of the server's certificate, which is not implemented: a key log opens it"},
		{0x0081, ReasonSuite, "records of the cipher suite TLS_GOSTR341001_WITH_28147_CNT_IMIT cannot be decrypted yet"},
		{0x0033, ReasonEphemeral, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA takes its keys from an ephemeral exchange: only a key log of one of the peers opens it"},
	} {
		n := newNegotiation(&ClientHello{Random: testOctets(1, 32)})
		n.setServerHello(&ServerHello{Version: TLS12, Random: testOctets(2, 32), CipherSuite: tt.suite})
		got := n.exchange(&ClientKeyExchange{PublicValue: testOctets(3, 65)}, &Config{Keys: keys})
		if got == nil || got.reason != tt.reason || got.detail != tt.detail {
			t.Errorf("%v: %+v", tt.suite, got)
		}
	}
}
