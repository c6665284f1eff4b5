package mime

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// convert is what a text-mode conversion does: every LF without a CR gets one.
func convert(b []byte) []byte {
	var out []byte
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

// mendings returns the first few ways to mend b.
func mendings(b []byte, most int) []Mending {
	var all []Mending
	for m := range Mendings(b) {
		if all = append(all, m); len(all) == most {
			break
		}
	}
	return all
}

func TestMend(t *testing.T) {
	for _, tt := range []struct {
		b    string
		drop []int
		want string
	}{
		{"", nil, ""}, {"abc", nil, "abc"}, {"abc", []int{0}, "bc"}, {"abc", []int{2}, "ab"}, {"abc", []int{0, 1, 2}, ""},
	} {
		if got := Mend([]byte(tt.b), tt.drop); string(got) != tt.want {
			t.Errorf("%q without %v is %q", tt.b, tt.drop, got)
		}
	}
}

func TestMendings(t *testing.T) {
	for _, tt := range []struct {
		name, damaged string
		want          []string
	}{
		{"primitive", "\x04\x02a\r\n", []string{"\x04\x02a\n"}},
		{"length", "\x04\r\n0123456789", []string{"\x04\n0123456789"}},
		{"length of 0x0D, genuine", "\x04\r\n0123456789ab", nil}, // its 13 octets begin with a LF
		{"tag", "\x30\x03\r\n\x01\x05", []string{"\x30\x03\n\x01\x05"}},
		{"two, one made", "\x04\x05a\r\nb\r\n", []string{"\x04\x05a\nb\r\n", "\x04\x05a\r\nb\n"}},
		{"the first made", "\x30\x09\x04\x02a\r\n\x04\x03b\r\n", []string{"\x30\x09\x04\x02a\n\x04\x03b\r\n"}},
		{"the second made", "\x30\x09\x04\x03a\r\n\x04\x02b\r\n", []string{"\x30\x09\x04\x03a\r\n\x04\x02b\n"}},
		{"indefinite", "\x30\x80\x04\x02a\r\n\x00\x00", []string{"\x30\x80\x04\x02a\n\x00\x00"}},
		{"a line end behind", "\x04\x02a\r\n\r\n", []string{"\x04\x02a\n"}},
		{"two line ends behind", "\x04\x02a\r\n\r\n\r\n", []string{"\x04\x02a\n"}},
		{"whole", "\x04\x03a\r\n", nil},
		{"whole, line ends behind", "\x04\x03a\r\n\r\n\r\n\r\n\r\n", nil},
		{"a lone LF", "\x04\x03a\r\n\n", nil},
		{"one too many", "\x04\x02a\r\nb", nil},
		{"cut", "\x04\x20a\r\n", nil},
		{"no pair", "\x04\x01ab", nil},
		{"no object", "hello\r\nyou\r\n", nil},
		{"nothing", "", nil},
	} {
		var got []string
		for m := range Mendings([]byte(tt.damaged)) {
			s := Mend([]byte(tt.damaged), m.Drop)
			if m.Length > len(s) {
				t.Errorf("%s: %+v", tt.name, m)
			}
			got = append(got, string(s[:m.Length]))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// draftObjects are CMS objects of the draft's archive.
func draftObjects(t testing.TB) [][]byte {
	t.Helper()
	var all [][]byte
	for _, name := range []string{"dataSig/resip-sign-out-sig", "dataEnc/resip-encrypt-out", "dataEncSig/resip-sign-out-sig", "dataEncSig/resip-encrypt-out"} {
		b, err := os.ReadFile("../../testdata/draft-sec-flows/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// TestMendingsDraft damages the draft's objects: each comes back from the first way, since none has
// a CRLF of its own.
func TestMendingsDraft(t *testing.T) {
	for i, b := range draftObjects(t) {
		damaged := convert(b)
		if len(damaged) == len(b) {
			t.Fatalf("object %d has no LF", i)
		}
		all := mendings(damaged, 100)
		if len(all) != 1 || !bytes.Equal(Mend(damaged, all[0].Drop), b) || all[0].Kept != 0 || all[0].Length != len(b) {
			t.Errorf("object %d: %+v", i, all)
		}
		if all := mendings(b, 1); all != nil {
			t.Errorf("object %d is whole: %+v", i, all)
		}
		if all := mendings(append(damaged, "\r\n"...), 100); len(all) != 1 || all[0].Length != len(b) {
			t.Errorf("object %d with a line end behind: %+v", i, all)
		}
	}
}

// randomDER makes an element of at most so many octets and levels, full of line ends.
func randomDER(r *rand.Rand, size, depth int) []byte {
	var content []byte
	tag := byte(0x04)
	if depth > 0 && r.IntN(4) > 0 {
		tag = 0x30
		for len(content) < size && r.IntN(5) > 0 {
			content = append(content, randomDER(r, size/2, depth-1)...)
		}
	} else {
		for range r.IntN(size + 1) {
			switch r.IntN(12) {
			case 0:
				content = append(content, '\n')
			case 1:
				content = append(content, "\r\n"...)
			default:
				content = append(content, byte(r.Uint32()))
			}
		}
	}
	out := []byte{tag}
	switch n := len(content); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	return append(out, content...)
}

// TestMendingsProperty: a whole object is never mended, whatever it holds and if line ends follow;
// one that was converted has its own octets among the ways, if there are few.
func TestMendingsProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	damagedOnes, missed := 0, 0
	for range 20000 {
		b := randomDER(r, 60, 3)
		for _, tail := range []string{"", "\r\n", "\r\n\r\n"} {
			if all := mendings(append(bytes.Clone(b), tail...), 1); all != nil {
				t.Fatalf("%q and %q: mended with %+v", b, tail, all)
			}
		}
		// The same without LFs of its own: now nothing tells it from a converted one but lengths.
		pure := bytes.ReplaceAll(b, []byte("\r\n"), []byte("\r\r"))
		pure = bytes.ReplaceAll(pure, []byte("\n"), []byte("\r"))
		if all := mendings(pure, 1); all != nil {
			t.Fatalf("%q: mended with %+v", pure, all)
		}
		damaged := convert(b)
		if len(damaged) == len(b) {
			continue
		}
		damagedOnes++
		if !slices.ContainsFunc(mendings(damaged, 2000), func(m Mending) bool { return bytes.Equal(Mend(damaged, m.Drop), b) }) {
			missed++
		}
	}
	t.Logf("%d damaged, %d not found again", damagedOnes, missed)
	if missed*50 > damagedOnes {
		t.Errorf("%d of %d were not found again", missed, damagedOnes)
	}
}

// TestMendingsBounded: the search ends soon on what is made to be ambiguous.
func TestMendingsBounded(t *testing.T) {
	pairs := bytes.Repeat([]byte("\r\n"), 30000)
	nested := bytes.Repeat([]byte("\x30\x80"), 60)
	for _, b := range [][]byte{
		append([]byte("\x04\x82\xC3\x50"), pairs...),
		append([]byte("\x30\x80"), pairs...),
		append(nested, pairs...),
		append([]byte("\x30\x80"), bytes.Repeat([]byte("\x04\x02\r\n\r\n"), 9000)...),
		append([]byte("\x30\x83\x00\xA0\x00"), bytes.Repeat([]byte("\x04\x01\r\n\x05\x00"), 9000)...),
	} {
		began := time.Now()
		n := 0
		for m := range Mendings(b) {
			if !slices.IsSorted(m.Drop) || m.Length > len(b) {
				t.Fatalf("%+v", m)
			}
			if n++; n == 50 {
				break
			}
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("%d ways took %v", n, d)
		}
	}
}

func FuzzMendings(f *testing.F) {
	for _, b := range draftObjects(f) {
		f.Add(b)
		f.Add(convert(b))
	}
	f.Add([]byte("\x30\x80\x04\x82\r\n\r\n\x00\x00\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		for m := range Mendings(b) {
			mended := Mend(b, m.Drop)
			if len(m.Drop) == 0 || m.Length > len(mended) || len(mended)-m.Length > 2*maxTailLines {
				t.Fatalf("%+v", m)
			}
			for i, at := range m.Drop {
				if string(b[at:at+2]) != "\r\n" || i > 0 && at <= m.Drop[i-1] {
					t.Fatalf("%+v", m)
				}
			}
			w := walker{b: mended[:m.Length]}
			if !w.walk() || w.pos != m.Length {
				t.Fatalf("%q is not whole after %+v", mended, m)
			}
			if n++; n == 20 {
				break
			}
		}
	})
}

func BenchmarkMendings(b *testing.B) {
	whole := draftObjects(b)[1]
	for _, bb := range []struct {
		name   string
		object []byte
	}{{"whole", whole}, {"damaged", convert(whole)}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.object)))
			for b.Loop() {
				mendings(bb.object, 1)
			}
		})
	}
}
