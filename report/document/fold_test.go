package document

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"sipsecdump/escape"
)

// TestFold has the lines that RFC 6216, Sections 3 and 4 break, and what they do not have.
func TestFold(t *testing.T) {
	rfc := (&Options{Indent: 3}).folder()
	draft := (&Options{Indent: 3, Style: Draft}).folder()
	tagged := func(lines ...string) string {
		return "<allOneLine>\n" + strings.Join(lines, "\n") + "\n</allOneLine>\n"
	}
	for _, test := range []struct {
		name string
		f    folder
		line string
		want string
	}{
		{"short", rfc, "To: <sip:kumiko@example.net>\r\n", "To: <sip:kumiko@example.net>\n"},
		{"empty", rfc, "\r\n", "\n"},
		{"semicolons", rfc, "Content-Type: multipart/signed;boundary=3b515e121b43a911;micalg=sha1;protocol=\"application/pkcs7-signature\"\n",
			tagged("Content-Type: multipart/signed;boundary=3b515e121b43a911;", "              micalg=sha1;protocol=\"application/pkcs7-signature\"")},
		{"of 68", rfc, "Content-Disposition: attachment;handling=required;filename=smime.p7s\n",
			tagged("Content-Disposition: attachment;handling=required;", "                     filename=smime.p7s")},
		{"of 68 in the draft", draft, "Content-Disposition: attachment;handling=required;filename=smime.p7s\n",
			"Content-Disposition: attachment;handling=required;filename=smime.p7s\n"},
		{"commas", rfc, "Accept: multipart/signed, text/plain, application/pkcs7-mime, application/sdp, multipart/alternative",
			tagged("Accept: multipart/signed, text/plain, application/pkcs7-mime,", "        application/sdp, multipart/alternative")},
		{"of 66", rfc, "S: " + strings.Repeat("x", 63), "S: " + strings.Repeat("x", 63) + "\n"},
		{"of 67", rfc, "S: " + strings.Repeat("x", 64), tagged("S: "+strings.Repeat("x", 63), "x")},
		{"no field", rfc, strings.Repeat("word ", 14), tagged(strings.TrimSpace(strings.Repeat("word ", 13)), " word")},
		{"continuation", rfc, "  " + strings.Repeat("x", 70), tagged("  "+strings.Repeat("x", 64), strings.Repeat("x", 6))},
		{"of SDP", rfc, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20",
			tagged("a=crypto:1 AES_CM_128_HMAC_SHA1_80", " inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20")},
		{"of SDP in the draft", draft, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20",
			"a=crypto:1 AES_CM_128_HMAC_SHA1_80\ninline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20\n"},
		{"start line", rfc, "MESSAGE sip:" + strings.Repeat("x", 52) + " SIP/2.0", tagged("MESSAGE sip:"+strings.Repeat("x", 52), " SIP/2.0")},
		{"brackets", rfc, "Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=tls;lr>, <sip:p3.example.com;transport=tls;lr>",
			tagged("Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=tls;", "lr>, <sip:p3.example.com;transport=tls;lr>")},
		{"behind brackets", rfc, "Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=t>, <sip:p3.example.com;transport=tls;lr>",
			tagged("Route: <sip:p1.example.com;lr>, <sip:p2.example.com;transport=t>,", "       <sip:p3.example.com;transport=tls;lr>")},
		{"quotes", rfc, "Warning: 399 example.net \"the \\\" is " + strings.Repeat("very ", 7) + "long; or so, but ends", tagged("Warning: 399 example.net \"the \\\" is "+strings.TrimSpace(strings.Repeat("very ", 6)), " very long; or so, but ends")},
		{"many blanks", rfc, "x" + strings.Repeat(" ", 80) + "y", tagged("x", strings.Repeat(" ", 33)+"y")},
		{"tab", rfc, "\tx", " x\n"},
		{"control", rfc, "S: \x1b[2J", "S: \\x1b[2J\n"},
		{"long name", rfc, strings.Repeat("n", 60) + ": v v", strings.Repeat("n", 60) + ": v v\n"},
		{"longer name", rfc, strings.Repeat("n", 64) + ": v", tagged(strings.Repeat("n", 64)+":", "    v")},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(test.f.lines(nil, []byte(test.line))); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// TestTree has the lines of the draft, Section 7 that its authors broke, and others.
func TestTree(t *testing.T) {
	o := &Options{Indent: 3, Style: Draft}
	for _, test := range []struct{ name, line, want string }{
		{"fits", "     15:  [0] {\n", "  15:  [0] {\n"},
		{"string", "    143:                  PrintableString 'Sipit Test Certificate Authority'\n",
			" 143:                  PrintableString\n" + strings.Repeat(" ", 25) + "'Sipit Test Certificate Authority'\n"},
		{"identifier", "    198:            OBJECT IDENTIFIER rsaEncryption (1 2 840 113549 1 1 1)\n",
			" 198:            OBJECT IDENTIFIER rsaEncryption\n" + strings.Repeat(" ", 19) + "(1 2 840 113549 1 1 1)\n"},
		{"hex", "       :                    " + strings.Repeat("EE ", 15) + "EE\n",
			"    :                    " + strings.Repeat("EE ", 14) + "EE\n" + strings.Repeat(" ", 27) + "EE\n"},
		{"no blank", "     15:  [0] '" + strings.Repeat("x", 60) + "'\n", "  15:  [0]\n" + strings.Repeat(" ", 9) + "'" + strings.Repeat("x", 59) + "\n" + strings.Repeat(" ", 9) + "x'\n"},
		{"nothing but the value", "       :  '" + strings.Repeat("x", 70) + "'\n", "    :  '" + strings.Repeat("x", 61) + "\n         " + strings.Repeat("x", 9) + "'\n"},
		{"no colon", strings.Repeat(" ", 28) + "Authority'\n", strings.Repeat(" ", 25) + "Authority'\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(o.folder().tree(nil, []byte(test.line), o.width())); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// FuzzFold: lines that are no header fields are those that were broken, when they are put together as
// RFC 4475, Section 2.1 has it, and others but for blanks.
func FuzzFold(f *testing.F) {
	f.Add("a=crypto:1 AES_CM_128_HMAC_SHA1_80  inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20;1,4")
	f.Add("Contact: \"a, \\\" b;\" <sip:fluffy@192.0.2.1;transport=tls;ob>;+sip.instance=\"<urn:uuid:0>\"")
	f.Add(strings.Repeat(" ", 200) + "x")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.TrimRight(string(escape.AppendText(nil, []byte(text))), " ")
		f := (&Options{Indent: 3}).folder()
		got := strings.ReplaceAll(string(fold(nil, text, valueColumn(text), f.room, true)), "\n", "")
		if valueColumn(text) > 0 || strings.Contains(text, strings.Repeat(" ", f.room/2+1)) {
			got, text = strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(text, " ", "")
		}
		if got != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// FuzzTree: lines stay within their columns, and lose nothing but blanks.
func FuzzTree(f *testing.F) {
	f.Add([]byte("    198:            OBJECT IDENTIFIER rsaEncryption (1 2 840 113549 1 1 1)\n"), uint8(3))
	f.Add([]byte("   143:  PrintableString '"+strings.Repeat("' (", 40)), uint8(24))
	f.Add([]byte(strings.Repeat(" ", 100)+":x"), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, indent uint8) {
		text := string(escape.AppendLines(nil, bytes.ReplaceAll(data, []byte("\t"), []byte(" ")), ""))
		o := &Options{Indent: int(indent % (MaxIndent + 1))}
		got := string(o.folder().tree(nil, []byte(text), o.width()))
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > o.width() {
				t.Errorf("%d columns, of %d: %q", n, o.width(), line)
			}
		}
		if squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }; squeeze(got) != squeeze(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// FuzzLines: lines stay within their columns, end without blanks, and lose nothing but blanks.
func FuzzLines(f *testing.F) {
	f.Add([]byte("Via: SIP/2.0/TLS 192.0.2.2:15001;branch=z9hG4bK-d8754z-c785a077a9a8451b-1---d8754z-;rport=50738\r\n\r\nbody"), uint8(3))
	f.Add([]byte("a: "+strings.Repeat("\xff,; ", 50)), uint8(24))
	f.Add([]byte(strings.Repeat(" ", 200)+"x\t"), uint8(0))
	f.Add([]byte("a\r"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, indent uint8) {
		o := &Options{Indent: int(indent % (MaxIndent + 1))}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		for _, style := range []Style{RFC6216, Draft} {
			o.Style = style
			got := string(o.folder().lines(nil, data))
			for line := range strings.Lines(got) {
				line = strings.TrimSuffix(line, "\n")
				if n := utf8.RuneCountInString(line); n > o.width() || strings.TrimRight(line, " ") != line {
					t.Errorf("%d columns, of %d: %q", n, o.width(), line)
				}
			}
			if style == Draft {
				want := strings.ReplaceAll(string(escape.AppendLines(nil, bytes.ReplaceAll(data, []byte("\t"), []byte(" ")), "")), " ", "")
				if squeeze(got) != squeeze(want) {
					t.Errorf("%q became %q", data, got)
				}
			}
		}
	})
}
