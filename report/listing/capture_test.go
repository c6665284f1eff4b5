package listing

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

const (
	draftCapture = "../../testdata/draft-sec-flows/tls/tls1.pcap"
	draftKey     = "../../testdata/draft-sec-flows/certs/domain_key_example.net.pem"
	ownKey       = "testdata/key.pem"
)

// sample is a capture with the key of its servers.
type sample struct{ name, capture, key string }

// samples are the draft's capture and those in testdata, which are described in the README
// there.
func samples(t testing.TB) []sample {
	t.Helper()
	list := []sample{{"tls1", draftCapture, draftKey}}
	files, err := filepath.Glob("testdata/*.pcap")
	if err != nil || len(files) == 0 {
		t.Fatal("no captures in testdata: ", err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		list = append(list, sample{name[:len(name)-len(".pcap")], f, ownKey})
	}
	return list
}

// keyring reads one PEM key; none if the name is empty.
func keyring(t testing.TB, file string) *pki.Keyring {
	t.Helper()
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		t.Fatalf("%s: no PEM", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	k := key.(*rsa.PrivateKey)
	return &pki.Keyring{Keys: []*pki.PrivateKey{{Key: k, Public: k.Public(), Source: filepath.Base(file)}}}
}

// segment is a TCP segment over IPv4.
type segment struct {
	time          time.Time
	src, dst      netip.AddrPort
	syn, fin, rst bool
	payload       []byte
}

// readCapture reads a pcap file of TCP over IPv4 whose segments are whole and in order, which
// is what the samples are.
func readCapture(t testing.TB, file string) (segments []segment) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 0xa1 {
		order = binary.BigEndian
	}
	link := 4 // DLT_NULL
	if order.Uint32(b[20:]) == 1 {
		link = 14
	}
	for b = b[24:]; len(b) > 0; {
		at := time.Unix(int64(order.Uint32(b)), int64(order.Uint32(b[4:]))*1000)
		n := order.Uint32(b[8:])
		ip := b[16+link : 16+n]
		b = b[16+n:]
		ip = ip[:binary.BigEndian.Uint16(ip[2:])]
		tcp := ip[ip[0]&15*4:]
		end := func(addr, port []byte) netip.AddrPort {
			a, _ := netip.AddrFromSlice(addr)
			return netip.AddrPortFrom(a, binary.BigEndian.Uint16(port))
		}
		segments = append(segments, segment{
			time: at, src: end(ip[12:16], tcp), dst: end(ip[16:20], tcp[2:]),
			fin: tcp[13]&1 != 0, syn: tcp[13]&2 != 0, rst: tcp[13]&4 != 0,
			payload: tcp[tcp[12]>>4*4:],
		})
	}
	return segments
}

// flow is a connection under way in list.
type flow struct {
	conn    *Conn
	session *tlsparse.Session
	opened  bool
	ended   [2]bool
}

// sessions is a cache of master secrets.
type sessions map[string][]byte

func (s sessions) Store(id, master []byte) { s[string(id)] = bytes.Clone(master) }

func (s sessions) Lookup(id []byte) ([]byte, bool) {
	m, ok := s[string(id)]
	return m, ok
}

// list lists a capture.
func list(t testing.TB, file string, keys *pki.Keyring, o *Options, verdicts bool) string {
	t.Helper()
	cfg := &tlsparse.Config{Keys: keys, Sessions: sessions{}}
	flows := map[[2]netip.AddrPort]*flow{}
	var out []byte
	number := uint64(0)
	for _, s := range readCapture(t, file) {
		f, d := flows[[2]netip.AddrPort{s.src, s.dst}], tlsparse.ClientToServer
		if f == nil {
			f, d = flows[[2]netip.AddrPort{s.dst, s.src}], tlsparse.ServerToClient
		}
		if s.syn {
			if f == nil {
				number++
				flows[[2]netip.AddrPort{s.src, s.dst}] = &flow{
					conn:    NewConn(number, "tcp", endpoint(s.src), endpoint(s.dst), s.time),
					session: tlsparse.NewSession(cfg),
				}
			}
			continue
		}
		if !f.opened {
			f.opened = true
			out = f.conn.AppendOpen(out, o)
		}
		f.session.Feed(d, s.payload, func(r *tlsparse.Record) {
			out = f.conn.AppendRecord(out, o, s.time, r)
		})
		if (s.fin || s.rst) && !f.ended[d] {
			f.ended[d] = true
			how := "fin"
			if s.rst {
				how, f.ended[d^1] = "rst", true
			}
			out = f.conn.AppendClose(out, o, s.time, d, how)
			if f.ended[d^1] && verdicts {
				v := f.session.Close()
				out = f.conn.AppendVerdict(out, o, v)
			}
		}
	}
	if len(flows) == 0 {
		t.Fatalf("%s: no connection", file)
	}
	return string(out)
}

func endpoint(a netip.AddrPort) string { return fmt.Sprintf("%s(%d)", a.Addr(), a.Port()) }
