package pki

import (
	"slices"
	"testing"
	"unicode"

	"sipsecdump/cms/ber"
)

// attribute encodes a relative distinguished name of one attribute.
func attribute(t testing.TB, oid string, tag byte, value string) []byte {
	return tlv(0x31, tlv(0x30, tlv(6, octets(t, oid)), tlv(tag, []byte(value))))
}

func readName(t testing.TB, rdns ...[]byte) Name {
	t.Helper()
	c := ber.NewCursor(tlv(0x30, rdns...))
	n, err := ReadName(&c)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	cn       = "55 04 03"
	org      = "55 04 0A"
	country  = "55 04 06"
	uid      = "09 92 26 89 93 F2 2C 64 01 01"
	private  = "2A 03 04"
	utf8Tag  = ber.TagUTF8String
	printTag = ber.TagPrintableString
)

func TestNameString(t *testing.T) {
	tests := []struct {
		name    string
		in      Name
		rfc4514 string
		openssl string
	}{
		{"empty", Name{}, "", ""},
		{"order", readName(t, attribute(t, country, printTag, "US"), attribute(t, org, utf8Tag, "sipit"), attribute(t, cn, utf8Tag, "x")),
			"CN=x,O=sipit,C=US", "C = US, O = sipit, CN = x"},
		{"several values", readName(t, tlv(0x31, tlv(0x30, tlv(6, octets(t, cn)), tlv(utf8Tag, []byte("a"))), tlv(0x30, tlv(6, octets(t, uid)), tlv(utf8Tag, []byte("b"))))),
			"CN=a+UID=b", "CN = a + UID = b"},
		{"specials", readName(t, attribute(t, cn, utf8Tag, `a,b+c"d\e<f>g;h=i`)),
			`CN=a\,b\+c\"d\\e\<f\>g\;h=i`, `CN = "a,b+c\"d\\e<f>g;h=i"`},
		{"space and number sign", readName(t, attribute(t, cn, utf8Tag, " # "), attribute(t, cn, utf8Tag, "#1#")),
			`CN=\#1#,CN=\ #\ `, `CN = " # ", CN = "#1#"`},
		{"RFC 4514, Section 4: control characters", readName(t, attribute(t, cn, utf8Tag, "Before\rAfter\x00")),
			`CN=Before\0DAfter\00`, `CN = Before\0DAfter\00`},
		{"RFC 4514, Section 4: letters", readName(t, attribute(t, cn, utf8Tag, "Lu\u010di\u0107")),
			"CN=Lu\u010di\u0107", `CN = Lu\C4\8Di\C4\87`},
		{"reversed text", readName(t, attribute(t, cn, utf8Tag, "a\u202eb")), `CN=a\E2\80\AEb`, `CN = a\E2\80\AEb`},
		{"unknown type", readName(t, attribute(t, private, utf8Tag, "x")), "1.2.3.4=#0c0178", "1.2.3.4 = x"},
		{"not a string", readName(t, attribute(t, cn, ber.TagOctetString, "x")), "2.5.4.3=#040178", "CN = #040178"},
		{"Teletex as ISO 8859-1", readName(t, attribute(t, cn, ber.TagTeletexString, "M\xfcller")), "CN=M\u00fcller", `CN = M\C3\BCller`},
		{"BMP", readName(t, attribute(t, cn, ber.TagBMPString, "\x00A\x6f\x22")), "CN=A\u6f22", `CN = A\E6\BC\A2`},
		{"Universal", readName(t, attribute(t, cn, ber.TagUniversalString, "\x00\x00\x00A\x00\x01\xf6\x00")), "CN=A\U0001f600", `CN = A\F0\9F\98\80`},
		{"undecodable", readName(t, attribute(t, cn, utf8Tag, "a\xffb"), attribute(t, cn, ber.TagBMPString, "\x00A\x00"), attribute(t, cn, printTag, "\xe4")),
			"CN=\ufffd,CN=A\ufffd,CN=a\ufffdb", `CN = a\EF\BF\BDb, CN = A\EF\BF\BD, CN = \C3\A4`},
		{"ISO 8859-1 under another name", readName(t, attribute(t, cn, printTag, "M\xfcller"), attribute(t, uid, ber.TagIA5String, "\xfc@x")),
			"UID=\ufffd@x,CN=M\ufffdller", `CN = M\C3\BCller, UID = \C3\BC@x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.rfc4514 {
				t.Errorf("RFC 4514: %s, want %s", got, tt.rfc4514)
			}
			if got := tt.in.OpenSSL(); got != tt.openssl {
				t.Errorf("OpenSSL: %s, want %s", got, tt.openssl)
			}
			checkPrintable(t, tt.in.String())
			checkPrintable(t, tt.in.OpenSSL())
		})
	}
}

// checkPrintable holds that a string is safe on a terminal.
func checkPrintable(t testing.TB, s string) {
	t.Helper()
	for _, r := range s {
		if !unicode.IsPrint(r) && r != unicode.ReplacementChar {
			t.Fatalf("%q has %U", s, r)
		}
	}
}

func TestNameEqual(t *testing.T) {
	one := func(tag byte, value string) Name { return readName(t, attribute(t, cn, tag, value)) }
	pair := func(a, b string) Name {
		return readName(t, tlv(0x31, tlv(0x30, tlv(6, octets(t, cn)), tlv(utf8Tag, []byte(a))), tlv(0x30, tlv(6, octets(t, cn)), tlv(utf8Tag, []byte(b)))))
	}
	for _, tt := range []struct {
		name string
		a, b Name
		want bool
	}{
		{"same octets", one(utf8Tag, "x"), one(utf8Tag, "x"), true},
		{"other string type", one(utf8Tag, "x"), one(printTag, "x"), true},
		{"Teletex", one(ber.TagTeletexString, "M\xfcller"), one(utf8Tag, "M\u00fcller"), true},
		{"case", one(utf8Tag, "\u00c4B"), one(utf8Tag, "\u00e4b"), true},
		{"white space", one(utf8Tag, " a  b "), one(utf8Tag, "a b"), true},
		{"other value", one(utf8Tag, "x"), one(utf8Tag, "y"), false},
		{"space or none", one(utf8Tag, "a b"), one(utf8Tag, "ab"), false},
		{"other attribute", one(utf8Tag, "x"), readName(t, attribute(t, org, utf8Tag, "x")), false},
		{"more", one(utf8Tag, "x"), readName(t, attribute(t, cn, utf8Tag, "x"), attribute(t, cn, utf8Tag, "x")), false},
		{"order", readName(t, attribute(t, cn, utf8Tag, "x"), attribute(t, org, utf8Tag, "y")), readName(t, attribute(t, org, utf8Tag, "y"), attribute(t, cn, utf8Tag, "x")), false},
		{"order within a set", pair("x", "y"), pair("y", "x"), true},
		{"multiplicity within a set", pair("x", "x"), pair("x", "y"), false},
		{"not strings", one(ber.TagOctetString, "x"), one(ber.TagOctetString, "X"), false},
		{"a string and none", one(ber.TagOctetString, "x"), one(utf8Tag, "x"), false},
		{"both empty", readName(t), Name{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.Equal(tt.b) != tt.want || tt.b.Equal(tt.a) != tt.want {
				t.Errorf("want %v", tt.want)
			}
		})
	}
}

func TestNameGet(t *testing.T) {
	n := readName(t, attribute(t, cn, utf8Tag, "a"), attribute(t, org, utf8Tag, "b"), attribute(t, cn, utf8Tag, "c"))
	if got := n.CommonNames(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("%q", got)
	}
}
