package escape

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// texts are pieces of text and how they appear in one line, and as lines.
var texts = []struct{ in, text, lines string }{
	{"", "", ""},
	{"INVITE sip:a@b SIP/2.0", "INVITE sip:a@b SIP/2.0", "> INVITE sip:a@b SIP/2.0\n"},
	{"a\r\nb\n", `a\r\nb\n`, "> a\n> b\n"},
	{"a\r\n\r\nb", `a\r\n\r\nb`, "> a\n\n> b\n"},
	{"\r\n\n", `\r\n\n`, "\n\n"},
	{"a\rb\r", `a\rb\r`, "> a\\rb\\r\n"},
	{"a\r\r\nb", `a\r\r\nb`, "> a\\r\n> b\n"},
	{"a\tb", `a\tb`, "> a\tb\n"},
	{"\x1b[2J\x07\x00\x7f", `\x1b[2J\x07\x00\x7f`, "> \\x1b[2J\\x07\\x00\\x7f\n"},
	{"gr\u00fc\u00dfe \u65e5\u672c \U0001f600", "gr\u00fc\u00dfe \u65e5\u672c \U0001f600", "> gr\u00fc\u00dfe \u65e5\u672c \U0001f600\n"},
	{"\u0085\u009b1m", `\u0085\u009b1m`, "> \\u0085\\u009b1m\n"},
	{"user\u202egnp.exe", `user\u202egnp.exe`, "> user\\u202egnp.exe\n"},
	{"\u2028\u2029\u200b\ufeff\u00ad", `\u2028\u2029\u200b\ufeff\u00ad`, "> \\u2028\\u2029\\u200b\\ufeff\\u00ad\n"},
	{"\U000e0041\ue000", `\U000e0041\ue000`, "> \\U000e0041\\ue000\n"},
	{"\xff\xc3(\xed\xa0\x80\xf4\x90", `\xff\xc3(\xed\xa0\x80\xf4\x90`, "> \\xff\\xc3(\\xed\\xa0\\x80\\xf4\\x90\n"},
	{"\ufffd", "\ufffd", "> \ufffd\n"},
	{"0000000\x1f", `0000000\x1f`, "> 0000000\\x1f\n"},
	{`a\x1b`, `a\x1b`, "> a\\x1b\n"},
}

func TestText(t *testing.T) {
	for _, c := range texts {
		if got := string(AppendText([]byte("|"), []byte(c.in))); got != "|"+c.text {
			t.Errorf("text of %q: %q, want %q", c.in, got, c.text)
		}
		if got := string(AppendText(nil, c.in)); got != c.text {
			t.Errorf("text of the string %q: %q, want %q", c.in, got, c.text)
		}
		if got := string(AppendLines([]byte("|"), []byte(c.in), "> ")); got != "|"+c.lines {
			t.Errorf("lines of %q: %q, want %q", c.in, got, c.lines)
		}
	}
}

func TestIsText(t *testing.T) {
	for in, want := range map[string]bool{
		"": true, "a\r\n\tb\n": true, "gr\u00fcn": true,
		"a\rb": false, "a\r": false, "\x1b": false, "\xff": false, "\u202e": false, "\u0085": false, "\x7f": false,
	} {
		if IsText([]byte(in)) != want {
			t.Errorf("%q: %t, want %t", in, !want, want)
		}
	}
}

func TestDumps(t *testing.T) {
	data := []byte("\x00\x01abcdefghijklmnopqrstuvwxyz\xc3\xa9~")
	for name, c := range map[string]struct{ got, want string }{
		"hex": {string(AppendHex([]byte("|"), data, "  ", " \n")),
			"|  00 01 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e \n" +
				"  6f 70 71 72 73 74 75 76 77 78 79 7a c3 a9 7e \n"},
		"dump": {string(AppendDump([]byte("|"), data, "  ")),
			"|  00 01 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e    ..abcdefghijklmn\n" +
				"  6f 70 71 72 73 74 75 76 77 78 79 7a c3 a9 7e       opqrstuvwxyz..~\n"},
		"no octets": {string(AppendDump(AppendHex(nil, nil, "  ", "\n"), nil, "  ")), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, c.got, c.want)
		}
	}
}

func TestAllocations(t *testing.T) {
	dst := make([]byte, 0, 4096)
	in := []byte("Via: \x1b[1mSIP/2.0/UDP\r\n\xff gr\u00fcn \u202e\r\n")
	if n := testing.AllocsPerRun(100, func() {
		AppendText(dst, in)
		AppendLines(dst, in, "    ")
		AppendHex(dst, in, "    ", "\n")
		AppendDump(dst, in, "    ")
		IsText(in)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// harmless reports whether text holds nothing that a terminal obeys, but for what may stay.
func harmless(text []byte, stay string) bool {
	for _, r := range string(text) {
		if !unicode.IsGraphic(r) && !strings.ContainsRune(stay, r) {
			return false
		}
	}
	return utf8.Valid(text)
}

func FuzzAppend(f *testing.F) {
	for _, c := range texts {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		const indent = "    "
		text, lines := AppendText(nil, in), AppendLines(nil, in, indent)
		if !harmless(text, "") || len(text) > MaxGrowth*len(in) {
			t.Errorf("text of %q: %q", in, text)
		}
		// A line has a line end of its own in the input, but for the last, and if it has an
		// indent, an octet more.
		if limit := MaxGrowth*len(in) + (len(in)+1)/2*len(indent) + 1; !harmless(lines, "\t\n") || len(lines) > limit {
			t.Errorf("lines of %q: %q", in, lines)
		}
		if len(in) > 0 && lines[len(lines)-1] != '\n' {
			t.Errorf("lines of %q do not end: %q", in, lines)
		}
		if IsText(in) {
			plain := strings.ReplaceAll(strings.TrimSuffix(string(in), "\n"), "\r\n", "\n")
			if got := strings.TrimSuffix(string(AppendLines(nil, in, "")), "\n"); strings.TrimSuffix(plain, "\r") != got {
				t.Errorf("lines of the text %q: %q", in, got)
			}
		}
		if !harmless(AppendDump(nil, in, indent), "\n") || !harmless(AppendHex(nil, in, indent, "\n"), "\n") {
			t.Errorf("dump of %q", in)
		}
	})
}

func BenchmarkAppendText(b *testing.B) {
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		AppendText(dst, "sip:service@pc33.atlanta.example.com:5061")
	}
}

func BenchmarkAppendLines(b *testing.B) {
	in := []byte(strings.Repeat("Via: SIP/2.0/TLS pc33.atlanta.example.com;branch=z9hG4bKnashds8;received=192.0.2.1\r\n", 12))
	dst := make([]byte, 0, 4096)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		AppendLines(dst, in, "        ")
	}
}
