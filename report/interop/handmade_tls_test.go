package interop_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	packet "sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/maker"
)

// talk is a TLS handshake until TLS 1.2 as octets, put together by hand: a good one, for a test
// to change. Nothing of it is encrypted with keys that anybody has.
type talk struct {
	client, server hello
	sslv2          bool     // the client's hello has the form of SSL 2.0
	certificates   [][]byte // the server's, DER; nil: there is no such message
	exchange       []byte   // content of ServerKeyExchange; nil: none
	request        bool     // the server asks for a certificate
	own            [][]byte // the client's; nil: there is no such message
	verify         []byte   // content of CertificateVerify; nil: none
	// extra is told by the server in place of all that comes after the ClientHello, or after its
	// own flight.
	insteadOfAnswer, insteadOfFinish []byte
	clientCloses                     bool // ... or the client says extra, after the server's flight
	end                              string
	start                            time.Time
}

// hello is a ClientHello, or the ServerHello that answers it.
type hello struct {
	version     uint16
	suites      []uint16
	compression []byte
	extensions  []extension
}

type extension struct {
	number  uint16
	content []byte
}

// without returns the extensions but for one.
func without(list []extension, number uint16) []extension {
	return slices.DeleteFunc(slices.Clone(list), func(e extension) bool { return e.number == number })
}

func bytes1(content []byte) []byte { return append([]byte{byte(len(content))}, content...) }
func bytes2(content []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(content))), content...)
}
func bytes3(content []byte) []byte {
	n := len(content)
	return append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

// serverName is the extension (RFC 6066, Section 3).
func serverName(host string) extension {
	return extension{0, bytes2(append([]byte{0}, bytes2([]byte(host))...))}
}

// goodTalk is a handshake that no rule finds anything in.
func goodTalk() *talk {
	return &talk{
		client: hello{
			version: 0x0303, suites: []uint16{0xc02f, 0xc02b}, compression: []byte{0},
			extensions: []extension{
				serverName("example.net"), {10, []byte{0, 2, 0, 29}}, {13, []byte{0, 4, 4, 1, 4, 3}}, {23, nil}, {0xff01, []byte{0}},
			},
		},
		server: hello{
			version: 0x0303, suites: []uint16{0xc02f}, compression: []byte{0},
			extensions: []extension{{23, nil}, {0xff01, []byte{0}}},
		},
		certificates: [][]byte{goodCertificate().der()},
		exchange:     slices.Concat([]byte{3, 0, 29, 32}, make([]byte, 32), []byte{4, 1, 0, 4, 1, 2, 3, 4}),
		end:          "fin",
	}
}

func (h hello) octets(client bool) []byte {
	b := binary.BigEndian.AppendUint16(nil, h.version)
	b = append(b, bytes.Repeat([]byte{7}, 32)...)
	b = append(b, 0) // session id
	var suites []byte
	for _, s := range h.suites {
		suites = binary.BigEndian.AppendUint16(suites, s)
	}
	if client {
		b = append(append(b, bytes2(suites)...), bytes1(h.compression)...)
	} else {
		b = append(append(b, suites...), h.compression...)
	}
	var list []byte
	for _, e := range h.extensions {
		list = append(binary.BigEndian.AppendUint16(list, e.number), bytes2(e.content)...)
	}
	if h.extensions == nil {
		return b
	}
	return append(b, bytes2(list)...)
}

// recordOf is a record with the version's number that its connection has.
func recordOf(typ byte, content []byte) []byte {
	return append([]byte{typ, 3, 3}, bytes2(content)...)
}

func handshakeOf(typ byte, content []byte) []byte {
	return recordOf(22, append([]byte{typ}, bytes3(content)...))
}

func alertOf(level, description byte) []byte { return recordOf(21, []byte{level, description}) }

func certificatesOf(list [][]byte) []byte {
	var all []byte
	for _, der := range list {
		all = append(all, bytes3(der)...)
	}
	return handshakeOf(11, bytes3(all))
}

// sealed is what is sent under keys: nobody can tell what it is.
var sealed = bytes.Repeat([]byte{0x5a}, 40)

// farewell is an alert under keys, which could be any.
func farewell() []byte { return recordOf(21, sealed[:26]) }

// turns are the flights of the two sides.
func (k *talk) turns() []maker.Turn {
	var turns []maker.Turn
	say := func(server bool, records ...[]byte) {
		turns = append(turns, maker.Turn{Server: server, Data: slices.Concat(records...)})
	}
	first := handshakeOf(1, k.client.octets(true))
	if k.sslv2 {
		first, _ = hex.DecodeString("801c" + "010301" + "0003" + "0000" + "0010" + "00002f" + strings.Repeat("07", 16))
	}
	say(false, first)
	if k.insteadOfAnswer != nil {
		say(true, k.insteadOfAnswer)
		return turns
	}
	flight := [][]byte{handshakeOf(2, k.server.octets(false))}
	if k.certificates != nil {
		flight = append(flight, certificatesOf(k.certificates))
	}
	if k.exchange != nil {
		flight = append(flight, handshakeOf(12, k.exchange))
	}
	if k.request {
		flight = append(flight, handshakeOf(13, []byte{1, 1, 0, 2, 4, 1, 0, 0}))
	}
	say(true, append(flight, handshakeOf(14, nil))...)
	if k.clientCloses {
		say(false, k.insteadOfFinish)
		return turns
	}
	flight = nil
	if k.own != nil {
		flight = append(flight, certificatesOf(k.own))
	}
	flight = append(flight, handshakeOf(16, bytes1(make([]byte, 32))))
	if k.verify != nil {
		flight = append(flight, handshakeOf(15, k.verify))
	}
	flight = append(flight, recordOf(20, []byte{1}), recordOf(22, sealed))
	say(false, flight...)
	if k.insteadOfFinish != nil {
		say(true, k.insteadOfFinish)
		return turns
	}
	say(true, recordOf(20, []byte{1}), recordOf(22, sealed))
	say(false, recordOf(23, sealed))
	say(true, recordOf(23, sealed))
	say(false, farewell())
	say(true, farewell())
	return turns
}

// capture is the handshake over TCP.
func (k *talk) capture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := maker.Make(t.Context(), &b, maker.Options{
		Scenario: "script", Transport: "tcp", Keys: t.TempDir(), Script: k.turns(), Start: k.start,
		Network: maker.Network{End: k.end},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type capture = func(*testing.T) ([]byte, sipsecdump.Options)

// talked is the good handshake with changes.
func talked(changes ...func(*talk)) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		k := goodTalk()
		for _, change := range changes {
			change(k)
		}
		return k.capture(t), sipsecdump.Options{}
	}
}

// hungUp is a handshake in which the client closes the connection after the server's flight, before
// the server says extra.
func hungUp(extra []byte) capture {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		var b bytes.Buffer
		builder, err := frame.NewBuilder(frame.Layers{Link: packet.LinkEthernet})
		if err != nil {
			t.Fatal(err)
		}
		w, err := frame.NewPcapngWriter(&b, packet.LinkEthernet)
		if err != nil {
			t.Fatal(err)
		}
		ends := [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40001"), netip.MustParseAddrPort("192.0.2.2:5061")}
		var sent [2]uint32
		say := func(from int, flags packet.Flags, data []byte) {
			frames, err := builder.TCP(frame.TCPSegment{Src: ends[from], Dst: ends[1-from], Seq: sent[from], Ack: sent[1-from], Flags: flags, Payload: data})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range frames {
				if err := w.WritePacket(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), f); err != nil {
					t.Fatal(err)
				}
			}
			if sent[from] += uint32(len(data)); flags&(packet.SYN|packet.FIN) != 0 {
				sent[from]++
			}
		}
		turns := goodTalk().turns()
		say(0, packet.SYN, nil)
		say(1, packet.SYN|packet.ACK, nil)
		say(0, packet.ACK, turns[0].Data)
		say(1, packet.ACK, turns[1].Data)
		say(0, packet.ACK|packet.FIN, nil)
		say(1, packet.ACK, extra)
		say(1, packet.ACK|packet.FIN, nil)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), sipsecdump.Options{}
	}
}

// showing is the good handshake in which the server shows another certificate.
func showing(changes ...func(*handmade)) capture {
	return talked(func(k *talk) {
		c := goodCertificate()
		for _, change := range changes {
			change(c)
		}
		k.certificates = [][]byte{c.der()}
	})
}

// handmade is a certificate as its elements, each in DER. Nobody signed it.
type handmade struct {
	version, serial, algorithm, issuer, notBefore, notAfter, subject, key, tail []byte
	extensions                                                                  [][]byte

	outerAlgorithm, signature, behind []byte
}

// der1 is an element with a tag of one octet.
func der1(tag byte, contents ...[]byte) []byte {
	content := bytes.Join(contents, nil)
	switch n := len(content); {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	}
}

func oid(dotted ...int) []byte {
	der, err := asn1.Marshal(asn1.ObjectIdentifier(dotted))
	if err != nil {
		panic(err)
	}
	return der
}

// commonName is a name of one attribute, with a string of the type tag.
func commonName(tag byte, name string) []byte {
	return der1(0x30, der1(0x31, der1(0x30, oid(2, 5, 4, 3), der1(tag, []byte(name)))))
}

// rsaKey is a key of that size, as a number of which nobody knows the factors.
func rsaKey(bits int) []byte {
	n := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n, E: 65537})
	if err != nil {
		panic(err)
	}
	return der
}

var null = []byte{5, 0}

func extensionOf(critical bool, value []byte, number ...int) []byte {
	var flag []byte
	if critical {
		flag = []byte{1, 1, 0xff}
	}
	return der1(0x30, oid(number...), flag, der1(4, value))
}

// altNames is the extension with names of a form.
func altNames(form byte, names ...string) []byte {
	var list [][]byte
	for _, n := range names {
		list = append(list, der1(0x80|form, []byte(n)))
	}
	return extensionOf(false, der1(0x30, list...), 2, 5, 29, 17)
}

// usages is the extension of extended key usage, with those of RFC 5280, Section 4.2.1.12 and RFC
// 5924 by their last numbers.
func usages(last ...int) []byte {
	var list [][]byte
	for _, n := range last {
		list = append(list, oid(1, 3, 6, 1, 5, 5, 7, 3, n))
	}
	return extensionOf(false, der1(0x30, list...), 2, 5, 29, 37)
}

func goodCertificate() *handmade {
	algorithm := der1(0x30, oid(1, 2, 840, 113549, 1, 1, 11), null)
	return &handmade{
		version: der1(0xa0, []byte{2, 1, 2}), serial: []byte{2, 1, 5}, algorithm: algorithm, outerAlgorithm: algorithm,
		issuer: commonName(0x0c, "CA"), subject: commonName(0x0c, "example.net"),
		notBefore: der1(0x17, []byte("250101000000Z")), notAfter: der1(0x17, []byte("350101000000Z")),
		key: rsaKey(2048), extensions: [][]byte{altNames(6, "sip:example.net")},
		signature: der1(3, []byte{0, 1, 2, 3}),
	}
}

func (c *handmade) der() []byte {
	var extensions []byte
	if len(c.extensions) > 0 {
		extensions = der1(0xa3, der1(0x30, c.extensions...))
	}
	tbs := der1(0x30, c.version, c.serial, c.algorithm, c.issuer, der1(0x30, c.notBefore, c.notAfter), c.subject, c.key, c.tail, extensions)
	return append(der1(0x30, tbs, c.outerAlgorithm, c.signature), c.behind...)
}
