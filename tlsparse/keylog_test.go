package tlsparse

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var (
	id32     = strings.Repeat("01", 32)
	master48 = strings.Repeat("ab", 48)
)

func TestKeyLogLines(t *testing.T) {
	hash32, hash48 := strings.Repeat("cd", 32), strings.Repeat("ef", 48)
	early := "CLIENT_EARLY_TRAFFIC_SECRET " + id32 + " " + hash32
	tests := []struct {
		name  string
		text  string
		kind  SecretKind // with id, what must be found
		id    string
		want  string
		error string // of the only line that is wrong
	}{
		{"master secret", "CLIENT_RANDOM " + id32 + " " + master48 + "\n", SecretMaster, id32, master48, ""},
		{"CRLF", "CLIENT_RANDOM " + id32 + " " + master48 + "\r\n", SecretMaster, id32, master48, ""},
		{"no end", "CLIENT_RANDOM " + id32 + " " + master48, SecretMaster, id32, master48, ""},
		{"lower case label", "client_random " + id32 + " " + master48, SecretMaster, id32, master48, ""},
		{"upper case digits", "CLIENT_RANDOM " + strings.ToUpper(strings.Repeat("ab", 32)) + " " + strings.ToUpper(master48), SecretMaster, strings.Repeat("ab", 32), master48, ""},
		{"tabs and blanks", "  CLIENT_RANDOM\t" + id32 + "   " + master48 + "  \n", SecretMaster, id32, master48, ""},
		{"byte order mark", "\ufeffCLIENT_RANDOM " + id32 + " " + master48, SecretMaster, id32, master48, ""},
		{"comments and empty lines", "# one\n\n#\n" + early + "\n", SecretClientEarly, id32, hash32, ""},
		{"premaster secret of RSA", "RSA 0102030405060708 " + master48, SecretRSAPreMaster, "0102030405060708", master48, ""},
		{"session id", "RSA Session-ID:aabb Master-Key:" + master48, SecretSessionMaster, "aabb", master48, ""},
		{"session id in another case", "rsa session-id:AABB master-key:" + master48, SecretSessionMaster, "aabb", master48, ""},
		{"premaster secret", "PMS_CLIENT_RANDOM " + id32 + " " + strings.Repeat("77", 256), SecretPreMaster, id32, strings.Repeat("77", 256), ""},
		{"early", early, SecretClientEarly, id32, hash32, ""},
		{"client handshake", "CLIENT_HANDSHAKE_TRAFFIC_SECRET " + id32 + " " + hash48, SecretClientHandshake, id32, hash48, ""},
		{"server handshake", "SERVER_HANDSHAKE_TRAFFIC_SECRET " + id32 + " " + hash48, SecretServerHandshake, id32, hash48, ""},
		{"client traffic", "CLIENT_TRAFFIC_SECRET_0 " + id32 + " " + hash48, SecretClientTraffic, id32, hash48, ""},
		{"server traffic", "SERVER_TRAFFIC_SECRET_0 " + id32 + " " + hash48, SecretServerTraffic, id32, hash48, ""},
		{"the last wins", "CLIENT_RANDOM " + id32 + " " + strings.Repeat("00", 48) + "\nCLIENT_RANDOM " + id32 + " " + master48, SecretMaster, id32, master48, ""},

		{"no label", "!? " + id32, 0, "", "", "k, line 1: begins with no label of the format"},
		{"long label", strings.Repeat("A", 41) + " 00 00", 0, "", "", "k, line 1: begins with no label of the format"},
		{"line number", "#\r\n\r\nCLIENT_RANDOM xx yy\n", 0, "", "", "k, line 3: its identifier has 1 octet, which is not what its label asks"},
		{"short random", "CLIENT_RANDOM " + id32[2:] + " " + master48, 0, "", "", "k, line 1: its identifier has 31 octets, which is not what its label asks"},
		{"long session id", "RSA Session-ID:" + id32 + "00 Master-Key:" + master48, 0, "", "", "k, line 1: its identifier has 33 octets, which is not what its label asks"},
		{"no master key", "RSA Session-ID:" + id32 + " " + master48, 0, "", "", "k, line 1: has no Master-Key after its Session-ID"},
		{"random not hexadecimal", "CLIENT_RANDOM " + strings.Repeat("zz", 32) + " " + master48, 0, "", "", "k, line 1: its identifier is not in hexadecimal"},
		{"secret not hexadecimal", "CLIENT_RANDOM " + id32 + " " + strings.Repeat("zz", 48), 0, "", "", "k, line 1: its secret is not in hexadecimal"},
		{"odd digits", "CLIENT_RANDOM " + id32 + " " + master48 + "a", 0, "", "", "k, line 1: its secret is not in hexadecimal"},
		{"short secret", "SERVER_TRAFFIC_SECRET_0 " + id32 + " " + hash32[2:], 0, "", "", "k, line 1: its secret has 31 octets, which is not what its label asks"},
		{"no secret", "CLIENT_RANDOM " + id32, 0, "", "", "k, line 1: its secret has 0 octets, which is not what its label asks"},
		{"a line beyond all", "#\nCLIENT_RANDOM " + strings.Repeat("0", 3*maxKeyLogLine) + "\n#", 0, "", "", fmt.Sprintf("k, line 2: has more than %d octets", maxKeyLogLine)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole": strings.NewReader(tt.text), "octet by octet": iotest.OneByteReader(strings.NewReader(tt.text)),
			} {
				var l KeyLog
				lines, malformed, err := l.Read("k", r)
				if err != nil {
					t.Fatal(err)
				}
				if tt.error != "" {
					if malformed != 1 || len(lines) != 1 || lines[0].Error() != tt.error || l.Len() != 0 {
						t.Errorf("%s: %d entries, wrong: %v", how, l.Len(), lines)
					}
					continue
				}
				s, ok := l.Secret(tt.kind, unhex(tt.id))
				if !ok || fmt.Sprintf("%x", s.Octets) != tt.want || s.Source != "k" || malformed != 0 {
					t.Errorf("%s: found %v, %x, wrong: %v", how, ok, s.Octets, lines)
				}
			}
		})
	}
}

func TestKeyLogCounts(t *testing.T) {
	var l KeyLog
	text := "EXPORTER_SECRET 00 00\nearly_exporter_secret 00\nECH_CONFIG x\nSOME_LABEL_OF_THE_FUTURE 1 2\n" + strings.Repeat("CLIENT_RANDOM\n", maxLineErrors+2)
	lines, malformed, err := l.Read("a", strings.NewReader(text))
	if err != nil || l.Ignored() != 4 || l.Len() != 0 || malformed != maxLineErrors+2 || len(lines) != maxLineErrors {
		t.Errorf("%d ignored, %d malformed, %d told, %v", l.Ignored(), malformed, len(lines), err)
	}
	if _, _, err := l.Read("b", iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
	if _, ok := l.Secret(SecretMaster, make([]byte, 300)); ok {
		t.Error("an identifier beyond all was found")
	}
}

// TestKeyLogPlaces: a packet finds what stood before it, and of that the last.
func TestKeyLogPlaces(t *testing.T) {
	var l KeyLog
	for place, octet := range []string{"00", "11", "11", "22"} {
		line := "CLIENT_RANDOM " + id32 + " " + strings.Repeat(octet, 48)
		if _, _, err := l.ReadCapture("c", uint64(10*place+5), strings.NewReader(line)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, place := range []uint64{0, 4, 5, 14, 15, 25, 34, 35, 1000} {
		s, ok := l.SecretAt(place, SecretMaster, unhex(id32))
		if !ok {
			got = append(got, "none")
			continue
		}
		if !s.InCapture {
			t.Error("not of the capture")
		}
		got = append(got, fmt.Sprintf("%x %d", s.Octets[:1], l.LenAt(place)))
	}
	want := []string{"none", "none", "00 1", "00 1", "11 2", "11 2", "11 2", "22 3", "22 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSecretsStaySecret: whatever prints values prints no secrets.
func TestSecretsStaySecret(t *testing.T) {
	l := keyLogOf(t, []byte("CLIENT_RANDOM "+id32+" "+master48))
	s, _ := l.Secret(SecretMaster, unhex(id32))
	var e Export
	e.add(SecretMaster, unhex(id32), s.Octets)
	v := &Verdict{Export: e}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if text := fmt.Sprintf(verb, v); strings.Contains(text, "abab") || strings.Contains(text, "6162") {
			t.Errorf("%s: %s", verb, text)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if text := fmt.Sprintf(verb, s); strings.Contains(text, "abab") || strings.Contains(text, "171 171") {
			t.Errorf("%s: %s", verb, text)
		}
	}
	if got := string(e.AppendTo(nil)); got != "CLIENT_RANDOM "+id32+" "+master48+"\n" {
		t.Errorf("lines %q", got)
	}
}

// FuzzKeyLog: what a log says is found again when its secrets are written as a log of their
// own, and it does not matter in which portions it comes.
func FuzzKeyLog(f *testing.F) {
	f.Add([]byte("CLIENT_RANDOM " + id32 + " " + master48 + "\r\n# comment\nRSA Session-ID:aa Master-Key:" + master48))
	f.Add([]byte("SERVER_TRAFFIC_SECRET_0 " + id32 + " " + id32 + "\nEXPORTER_SECRET 0 0\nRSA 0102030405060708 " + master48))
	f.Fuzz(func(t *testing.T, text []byte) {
		var a, b KeyLog
		lines, malformed, err := a.Read("k", bytes.NewReader(text))
		if err != nil || len(lines) > maxLineErrors || malformed < len(lines) {
			t.Fatalf("%v: %d lines, %d malformed", err, len(lines), malformed)
		}
		if n := a.Len() + a.Ignored() + malformed; n > bytes.Count(text, []byte{'\n'})+1 {
			t.Fatalf("%d results of %d lines", n, bytes.Count(text, []byte{'\n'})+1)
		}
		if len(a.octets) > len(text) {
			t.Fatalf("%d octets kept of %d", len(a.octets), len(text))
		}
		b.Read("k", iotest.HalfReader(bytes.NewReader(text)))
		if a.Len() != b.Len() || !bytes.Equal(a.octets, b.octets) {
			t.Fatal("portions matter")
		}
		for key, i := range a.index {
			s, ok := a.Secret(key.kind, key.id[:key.n])
			if !ok || !bytes.Equal(s.Octets, a.secret(&a.entries[i])) {
				t.Fatalf("%v %x: %v", key.kind, key.id, ok)
			}
		}
	})
}

func TestSecretAllocs(t *testing.T) {
	l := keyLogOf(t, []byte("CLIENT_RANDOM "+id32+" "+master48))
	id := unhex(id32)
	if n := testing.AllocsPerRun(100, func() {
		if _, ok := l.Secret(SecretMaster, id); !ok {
			t.Fatal("not found")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkKeyLog reads and indexes a log of a million lines.
func BenchmarkKeyLog(b *testing.B) {
	const lines = 1_000_000
	var text bytes.Buffer
	for i := range lines {
		h := sha256.Sum256(fmt.Append(nil, i))
		fmt.Fprintf(&text, "CLIENT_RANDOM %x %x%x\n", h, h, h[:16])
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	before := heap()
	var l *KeyLog
	for b.Loop() {
		l = &KeyLog{}
		if _, malformed, err := l.Read("k", bytes.NewReader(text.Bytes())); err != nil || malformed > 0 || l.Len() != lines {
			b.Fatal(malformed, err, l.Len())
		}
	}
	b.ReportMetric(float64(heap()-before)/lines, "B/line")
	runtime.KeepAlive(l)
	runtime.KeepAlive(&text)
}
