package sipparse

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"
)

const (
	empty = "OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n"
	hello = "MESSAGE sip:a SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
	reply = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"

	request = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP b;branch=z9hG4bKc\r\nl: 0\r\n\r\n"
	stun    = "\x00\x01\x00\x08\x21\x12\xA4\x42SIP/2.0 200\n\x80\x22\x00\x04abc\n"
	alert   = "\x15\x03\x01\x00\x02\x02\x0a"
)

// An item is written as its kind's letter (m, i for an incomplete message, k, g), its octets, and
// the code of its issue, but for the usual one of garbage.
func show(it Item) string {
	kind := [...]string{"m", "k", "g"}[it.Kind]
	if it.Incomplete {
		kind = "i"
	}
	s := kind + " " + string(it.Raw)
	if it.Issue != nil && it.Issue.Code != "stream-garbage" {
		s += " " + it.Issue.Code
	}
	return s
}

var framerTests = []struct {
	name   string
	stream string
	limits Limits
	want   []string
}{
	{"nothing", "", Limits{}, nil},
	{"one", hello, Limits{}, []string{"m " + hello}},
	{"several", hello + reply + empty, Limits{}, []string{"m " + hello, "m " + reply, "m " + empty}},
	{"ping alone", "\r\n\r\n", Limits{}, []string{"k \r\n", "k \r\n"}},
	{"keep-alives", "\r\n\r\n" + empty + "\r\n" + hello + "\r\n\r\n\n", Limits{},
		[]string{"k \r\n", "k \r\n", "m " + empty, "k \r\n", "m " + hello, "k \r\n", "k \r\n", "k \n"}},
	{"lf only", strings.ReplaceAll(hello+"\r\n"+reply, "\r", ""), Limits{},
		[]string{"m " + strings.ReplaceAll(hello, "\r", ""), "k \n", "m " + strings.ReplaceAll(reply, "\r", "")}},
	{"folded length", "MESSAGE sip:a SIP/2.0\r\nContent-Length \t:\r\n 5\r\n\r\nhello" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nContent-Length \t:\r\n 5\r\n\r\nhello", "m " + reply}},
	{"length in a folded line is none", "MESSAGE sip:a SIP/2.0\r\nX: y\r\n l: 5\r\n\r\n" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nX: y\r\n l: 5\r\n\r\n content-length-missing", "m " + reply}},
	{"repeated length", "MESSAGE sip:a SIP/2.0\r\nl: 5\r\nL: 5\r\n\r\nhello" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: 5\r\nL: 5\r\n\r\nhello", "m " + reply}},
	{"conflicting lengths", "MESSAGE sip:a SIP/2.0\r\nl: 5\r\nl: 0\r\n\r\nhello" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: 5\r\nl: 0\r\n\r\nhello", "m " + reply}},
	{"no length, no body", "BYE sip:a SIP/2.0\r\n\r\n" + reply, Limits{},
		[]string{"m BYE sip:a SIP/2.0\r\n\r\n content-length-missing", "m " + reply}},
	{"no length, a body", "MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhello\r\nyou" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhello\r\nyou content-length-missing", "m " + reply}},
	{"no length, a body, the end", "MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhello", Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhello content-length-missing"}},
	{"no number", "MESSAGE sip:a SIP/2.0\r\nl: -5\r\n\r\n" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: -5\r\n\r\n content-length-missing", "m " + reply}},
	{"length too small", "MESSAGE sip:a SIP/2.0\r\nl: 3\r\n\r\n<a></a>" + reply, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: 3\r\n\r\n<a>", "g </a>", "m " + reply}},
	{"length too small, request", "MESSAGE sip:a SIP/2.0\r\nl: 3\r\n\r\n<a></a>" + hello, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: 3\r\n\r\n<a>", "g </a>", "m " + hello}},
	{"length too large", "MESSAGE sip:a SIP/2.0\r\nl: 9\r\n\r\nhello" + reply + hello, Limits{},
		[]string{"m MESSAGE sip:a SIP/2.0\r\nl: 9\r\n\r\nhelloSIP/", "g " + reply[4:], "m " + hello}},
	{"huge length", "MESSAGE sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\nhello\r\n" + reply, Limits{},
		[]string{"i MESSAGE sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n body-limit", "g hello\r\n", "m " + reply}},
	{"body limit", hello + reply, Limits{Body: 4},
		[]string{"i " + hello[:len(hello)-5] + " body-limit", "g hello", "m " + reply}},
	{"body limit without length", "MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhello\r\n" + reply, Limits{Body: 4},
		[]string{"i MESSAGE sip:a SIP/2.0\r\nc: text/plain\r\n\r\nhell body-limit", "g o\r\n", "m " + reply}},
	{"header limit", hello + reply, Limits{HeaderSection: 40},
		[]string{"i " + hello[:40] + " header-limit", "g " + hello[40:], "m " + reply}},
	{"header limit in the start line", hello + reply, Limits{HeaderSection: 1},
		[]string{"i " + hello[:23] + " header-limit", "g " + hello[23:], "i SIP/2.0 200 OK\r\n header-limit", "g " + reply[16:]}},
	{"empty line lost", "BYE sip:a SIP/2.0\r\nl: 0\r\n" + reply, Limits{},
		[]string{"i BYE sip:a SIP/2.0\r\nl: 0\r\n separator-missing", "m " + reply}},
	{"mid-stream", "ch: x\r\nFoo: SIP/2.0/UDP y\r\n\r\nbody\r\n" + reply, Limits{},
		[]string{"g ch: x\r\nFoo: SIP/2.0/UDP y\r\n\r\nbody\r\n", "m " + reply}},
	{"swallowed", "MESSAGE sip:a SIP/2.0\r\nl: 68\r\n\r\nhello\r\n" + request + hello, Limits{},
		[]string{"i MESSAGE sip:a SIP/2.0\r\nl: 68\r\n\r\nhello\r\n content-length-too-large", "m " + request, "m " + hello}},
	{"swallowed at once", "BYE sip:a SIP/2.0\r\nl: 60\r\n\r\n" + request + hello, Limits{},
		[]string{"i BYE sip:a SIP/2.0\r\nl: 60\r\n\r\n content-length-too-large", "m " + request, "m " + hello}},
	{"several swallowed, the last not whole", "BYE sip:a SIP/2.0\r\nl: 150\r\n\r\n" + request + "\r\n\r\n" + request + request, Limits{},
		[]string{"i BYE sip:a SIP/2.0\r\nl: 150\r\n\r\n content-length-too-large", "m " + request, "k \r\n", "k \r\n", "m " + request, "m " + request}},
	{"swallowed with a cut start line behind", fmt.Sprintf("BYE sip:a SIP/2.0\r\nl: %d\r\n\r\n", len(request)+9) + request + request, Limits{},
		[]string{fmt.Sprintf("i BYE sip:a SIP/2.0\r\nl: %d\r\n\r\n content-length-too-large", len(request)+9), "m " + request, "m " + request}},
	{"swallowed to the end", "BYE sip:a SIP/2.0\r\nl: 9999\r\n\r\n" + request + hello, Limits{},
		[]string{"i BYE sip:a SIP/2.0\r\nl: 9999\r\n\r\n content-length-too-large", "m " + request, "m " + hello}},
	{"one in the other to the end", strings.Repeat(strings.Replace(request, "l: 0", "l: 9999", 1), 3), Limits{},
		[]string{"i " + strings.Replace(request, "l: 0", "l: 9999", 1) + " content-length-too-large", "i " + strings.Replace(request, "l: 0", "l: 9999", 1) + " content-length-too-large",
			"i " + strings.Replace(request, "l: 0", "l: 9999", 1) + " stream-end"}},
	{"a message that fits", fmt.Sprintf("INFO sip:a SIP/2.0\r\nc: text/plain\r\nl: %d\r\n\r\n", len(request)) + request + hello, Limits{},
		[]string{fmt.Sprintf("m INFO sip:a SIP/2.0\r\nc: text/plain\r\nl: %d\r\n\r\n", len(request)) + request, "m " + hello}},
	{"a message cut in a message/sip", "INFO sip:a SIP/2.0\r\nc: message/sipfrag\r\nl: 50\r\n\r\n" + request[:50] + hello, Limits{},
		[]string{"m INFO sip:a SIP/2.0\r\nc: message/sipfrag\r\nl: 50\r\n\r\n" + request[:50], "m " + hello}},
	{"a message in prose", "INFO sip:a SIP/2.0\r\nl: 53\r\n\r\nsee " + request[:49] + hello, Limits{},
		[]string{"m INFO sip:a SIP/2.0\r\nl: 53\r\n\r\nsee " + request[:49], "m " + hello}},
	{"http", "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + hello + "HTTP/1.1 200 OK\r\n\r\n", Limits{},
		[]string{"g GET / HTTP/1.1\r\nHost: a\r\n\r\n stream-http", "m " + hello, "g HTTP/1.1 200 OK\r\n\r\n stream-http"}},
	{"stun", stun + empty + stun + stun + "\r\n" + reply, Limits{},
		[]string{"g " + stun + " stream-stun", "m " + empty, "g " + stun + " stream-stun", "g " + stun + " stream-stun", "k \r\n", "m " + reply}},
	{"tls alert", alert, Limits{}, []string{"g " + alert + " stream-tls"}},
	{"tls alert and more", alert + "\x15", Limits{}, []string{"g " + alert + "\x15"}},
	{"stun cut", stun[:25], Limits{}, []string{"g " + stun[:25] + " stream-stun"}},
	{"no stun", "\x00\x01\x00\x04\x21\x12\xA4\x43" + empty, Limits{}, []string{"g \x00\x01\x00\x04\x21\x12\xA4\x43", "m " + empty}},
	{"cr alone", "\r" + empty, Limits{}, []string{"g \r", "m " + empty}},
	{"cr at the end", empty + "\r", Limits{}, []string{"m " + empty, "g \r"}},
	{"end in the start line", "INVITE sip:a SI", Limits{}, []string{"i INVITE sip:a SI stream-end"}},
	{"end in the start line after garbage", "x\r\nSIP/2.0 20", Limits{}, []string{"g x\r\n", "i SIP/2.0 20 stream-end"}},
	{"end in a word", "INVITE", Limits{}, []string{"g INVITE"}},
	{"end in the headers", "INVITE sip:a SIP/2.0\r\nVia", Limits{}, []string{"i INVITE sip:a SIP/2.0\r\nVia stream-end"}},
	{"end in the empty line", "INVITE sip:a SIP/2.0\r\nl:5\r\n\r", Limits{}, []string{"i INVITE sip:a SIP/2.0\r\nl:5\r\n\r stream-end"}},
	{"end in the body", hello[:len(hello)-1], Limits{}, []string{"i " + hello[:len(hello)-1] + " stream-end"}},
	{"long line", strings.Repeat("a", 2*maxStartLine+10) + "<" + hello, Limits{},
		[]string{"g " + strings.Repeat("a", maxStartLine), "g " + strings.Repeat("a", maxStartLine+10) + "<", "m " + hello}},
	{"much garbage", strings.Repeat("garbage\n", maxGarbage/8+1) + hello, Limits{},
		[]string{"g " + strings.Repeat("garbage\n", maxGarbage/8), "g garbage\n", "m " + hello}},
}

func TestFramer(t *testing.T) {
	for _, tt := range framerTests {
		t.Run(tt.name, func(t *testing.T) {
			want := frame(t, tt.limits, []byte(tt.stream), len(tt.stream))
			if !slices.Equal(want, tt.want) {
				t.Fatalf("got\n%q\nwant\n%q", want, tt.want)
			}
			for size := 1; size < min(64, len(tt.stream)); size++ {
				if got := frame(t, tt.limits, []byte(tt.stream), size); !slices.Equal(got, want) {
					t.Fatalf("in pieces of %d octets:\n%q\nwhole:\n%q", size, got, want)
				}
			}
			for cut := range min(256, len(tt.stream)) {
				if got := frameCuts(t, tt.limits, []byte(tt.stream), cut); !slices.Equal(got, want) {
					t.Fatalf("cut at %d:\n%q\nwhole:\n%q", cut, got, want)
				}
			}
		})
	}
}

// frame feeds a stream in pieces of a size.
func frame(t testing.TB, l Limits, stream []byte, size int) []string {
	t.Helper()
	var cuts []int
	for i := size; size > 0 && i < len(stream); i += size {
		cuts = append(cuts, i)
	}
	return frameCuts(t, l, stream, cuts...)
}

// checkEnds makes sure that an item's Ends are those of its first lines, and that a message lacks none of
// its header section's.
func checkEnds(t testing.TB, it Item) {
	t.Helper()
	at, empty := 0, false
	for _, end := range it.Ends {
		line := it.Raw[at : at+lineLen(it.Raw[at:])]
		if at += len(line); empty || at != int(end) {
			t.Fatalf("a line of %q ends at %d, not %d", it.Raw, at, end)
		}
		empty = emptyLine(line) > 0
	}
	if isMessage := it.Kind == MessageItem; !isMessage && at > 0 || isMessage && !it.Incomplete && !empty {
		t.Fatalf("lines of %v %q end at %d", it.Kind, it.Raw, it.Ends)
	}
}

// frameCuts feeds a stream cut at places in ascending order, and makes sure that each octet is in
// exactly one item.
func frameCuts(t testing.TB, l Limits, stream []byte, cuts ...int) []string {
	t.Helper()
	var items []string
	var at int64
	yield := func(it Item) {
		if it.Offset != at || string(stream[at:at+int64(len(it.Raw))]) != string(it.Raw) || len(it.Raw) == 0 {
			t.Fatalf("item %q has the offset %d, not %d", it.Raw, it.Offset, at)
		}
		at += int64(len(it.Raw))
		checkEnds(t, it)
		items = append(items, show(it))
	}
	f := NewFramer(l)
	last := 0
	for _, cut := range append(cuts, len(stream)) {
		piece := slices.Clone(stream[last:cut])
		f.Feed(piece, yield)
		clear(piece) // p is not retained
		last = cut
	}
	f.Close(yield)
	if at != int64(len(stream)) {
		t.Fatalf("%d of %d octets are in items", at, len(stream))
	}
	return items
}

func TestFramerGap(t *testing.T) {
	var got []string
	yield := func(it Item) { got = append(got, fmt.Sprint(it.Offset, " ", show(it))) }
	f := NewFramer(Limits{})
	f.Feed([]byte(hello[:len(hello)-3]), yield)
	f.Gap(10, yield)
	f.Feed([]byte("rest of it"+empty), yield)
	f.Gap(5, yield)
	f.Feed([]byte(reply+"MESSAGE sip:a SIP/2.0\r\nc: a/b\r\n\r\nx"), yield)
	f.Gap(1, yield)
	f.Close(yield)
	n := len(hello) - 3 + 10
	want := []string{
		"0 i " + hello[:len(hello)-3] + " stream-gap",
		fmt.Sprint(n, " g rest of it"),
		fmt.Sprint(n+10, " m ", empty),
		fmt.Sprint(n+10+len(empty)+5, " m ", reply),
		fmt.Sprint(n+10+len(empty)+5+len(reply), " i MESSAGE sip:a SIP/2.0\r\nc: a/b\r\n\r\nx stream-gap"),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestFramerNoCopy makes sure that a message that lies whole in a piece is not copied, even if the
// piece begins with the end of another.
func TestFramerNoCopy(t *testing.T) {
	f := NewFramer(Limits{})
	f.Feed([]byte(hello[:10]), func(Item) { t.Error("an item too early") })
	p := []byte(hello[10:] + reply + empty[:5])
	var raws [][]byte
	f.Feed(p, func(it Item) { raws = append(raws, it.Raw) })
	if len(raws) != 2 || unsafe.SliceData(raws[1]) != &p[len(hello)-10] {
		t.Errorf("%d items, or a copy", len(raws))
	}
	if cap(raws[1]) != len(raws[1]) {
		t.Error("an append to an item reaches the next one")
	}
}

// TestFramerLinear feeds hostile streams octet by octet: time must not grow with the square of
// what is held. The bound is a hundred times what is needed, and a tenth of what
// the square would take.
func TestFramerLinear(t *testing.T) {
	const size = 1 << 20
	start := "INVITE sip:a SIP/2.0\r\n"
	for _, tt := range []struct{ name, stream string }{
		{"header line", start + strings.Repeat("a", size)},
		{"header lines", start + strings.Repeat("a:b\r\n", size/5)},
		{"carriage returns", start + strings.Repeat("\r", size)},
		{"folds", start + "a:" + strings.Repeat("\r\n ", size/3)},
		{"garbage line", strings.Repeat("a", size)},
		{"garbage lines", strings.Repeat("a\n", size/2)},
		{"versions", strings.Repeat("SIP/2.0", size/7)},
		{"versions and spaces", strings.Repeat("x SIP/2.0 ", size/10)},
		{"start lines", strings.Repeat(start, size/len(start))},
		{"swallowed", strings.Repeat(strings.Replace(request, "l: 0", "l: 1000000", 1), size/len(request))},
		{"swallowed in chains", strings.Repeat(strings.Replace(request, "l: 0", "l: 9999", 1)+strings.Repeat(request, 200), size/len(request)/201)},
		{"start lines in a body", start + fmt.Sprintf("l:%d\r\n\r\n", size) + strings.Repeat(start, size/len(start))},
		{"body", start + fmt.Sprintf("l:%d\r\n\r\n", size) + strings.Repeat("a\n", size/2)},
		{"body without length", start + "c:a/b\r\n\r\n" + strings.Repeat("a SIP/2.0\n", size/10)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFramer(Limits{HeaderSection: 2 * size, Body: 2 * size})
			began := time.Now()
			for i := range len(tt.stream) {
				f.Feed([]byte{tt.stream[i]}, func(Item) {})
			}
			f.Close(func(Item) {})
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("%v", d)
			} else {
				t.Log(d)
			}
		})
	}
}

// TestParseLinear does for Parse what TestFramerLinear does for Framer.
func TestParseLinear(t *testing.T) {
	const size = 1 << 20
	for _, name := range []string{"From", "Contact", "Via", "Route", "CSeq", "X"} {
		for _, unit := range []string{"a,", ",", ";", "\"", "a;\",", "<", "<sip:a>,", "sip:a;b=\"", "\r\n ", "SIP/2.0/UDP h,", ":", "\\", "(", " "} {
			raw := []byte("INVITE sip:a SIP/2.0\r\n" + name + ": " + strings.Repeat(unit, size/len(unit)) + "\r\n\r\n")
			began := time.Now()
			checkLossless(t, Parse(raw), raw)
			if d := time.Since(began); d > 3*time.Second {
				t.Errorf("%s: %q: %v", name, unit, d)
			}
		}
	}
}

// TestFramerBounded makes sure that what is held stays below the limits.
func TestFramerBounded(t *testing.T) {
	l := Limits{HeaderSection: 1 << 14, Body: 1 << 15}
	for _, unit := range []string{"a", "a\n", "\r", "INVITE sip:a SIP/2.0\r\nl: 32768\r\n\r\n", "INVITE sip:a SIP/2.0\r\nc:a/b\r\n\r\n", "SIP/2.0 "} {
		f := NewFramer(l)
		f.Feed([]byte("INVITE sip:a SIP/2.0\r\n"), func(Item) {})
		for range 1 << 20 / len(unit) {
			f.Feed([]byte(unit), func(Item) {})
			if bound := max(l.HeaderSection+l.Body, maxGarbage+2*maxStartLine); len(f.buf) > bound {
				t.Fatalf("%q: %d octets are held, more than %d", unit, len(f.buf), bound)
			}
		}
	}
}

func TestFramerAllocs(t *testing.T) {
	f := NewFramer(Limits{})
	stream := []byte(hello + "\r\n\r\n" + reply + empty)
	n := 0
	yield := func(Item) { n++ }
	if a := testing.AllocsPerRun(100, func() { f.Feed(stream, yield) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}
