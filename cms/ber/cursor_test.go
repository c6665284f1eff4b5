package ber

import (
	"bytes"
	"math/big"
	"testing"
	"time"
)

func TestCursor(t *testing.T) {
	// SEQUENCE { INTEGER 5, [0] EXPLICIT { OID 1.2.840 }, OCTET STRING (segments "A", "B") }
	data := octets(t, "30 80 02 01 05 A0 05 06 03 2A 86 48 24 80 04 01 41 04 01 42 00 00 00 00")
	c := NewCursor(data)
	seq, err := c.Sequence()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(); err != nil {
		t.Error(err)
	}
	if n, err := seq.Int(); n != 5 || err != nil {
		t.Error(n, err)
	}
	if _, ok, err := seq.Optional(ContextSpecific, 1); ok || err != nil {
		t.Error(ok, err)
	}
	explicit, err := seq.Explicit(0)
	if err != nil {
		t.Fatal(err)
	}
	if oid, err := explicit.OID(); oid != "1.2.840" || err != nil {
		t.Error(oid, err)
	}
	if seq.Offset() != 12 {
		t.Error(seq.Offset())
	}
	checkCode(t, seq.Finish(), "trailing-elements")
	if s, err := seq.OctetString(); string(s) != "AB" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	if !seq.Empty() || seq.Finish() != nil {
		t.Error("not at the end")
	}
	_, err = seq.Next()
	checkCode(t, err, "element-missing")
}

func TestCursorErrors(t *testing.T) {
	tests := []struct {
		name, input string
		read        func(*Cursor) error
		code        string
		offset      int
	}{
		{"another tag", "0500", func(c *Cursor) error { _, err := c.Int(); return err }, "unexpected-tag", 0},
		{"primitive sequence", "10 02 05 00", func(c *Cursor) error { _, err := c.Sequence(); return err }, "not-constructed", 0},
		{"constructed integer", "22 03 02 01 05", func(c *Cursor) error { _, err := c.Int(); return err }, "not-primitive", 0},
		{"cut off", "02 02 05", func(c *Cursor) error { _, err := c.Int(); return err }, "length-beyond-end", 0},
		{"end-of-contents missing", "30 80 05 00", func(c *Cursor) error { _, err := c.Sequence(); return err }, "eoc-missing", 0},
		{"end-of-contents unexpected", "00 00", func(c *Cursor) error { _, err := c.Next(); return err }, "eoc-unexpected", 0},
		{"integer without octets", "02 00", func(c *Cursor) error { _, err := c.Int(); return err }, "integer-empty", 0},
		{"integer too large", "02 09 01 00 00 00 00 00 00 00 00", func(c *Cursor) error { _, err := c.Int(); return err }, "integer-too-large", 0},
		{"OID cut off", "06 02 2A 86", func(c *Cursor) error { _, err := c.OID(); return err }, "bad-object-identifier", 0},
		{"segment that is a sequence", "24 02 30 00", func(c *Cursor) error { _, err := c.OctetString(); return err }, "bad-segment", 2},
		{"segment cut off", "24 03 04 05 41", func(c *Cursor) error { _, err := c.OctetString(); return err }, "length-beyond-end", 2},
		{"segments nested too deep", "24 10 24 0E 24 0C 24 0A 24 08 24 06 24 04 24 02 24 00", func(c *Cursor) error { _, err := c.OctetString(); return err }, "depth-limit", 16},
		{"no unused bits", "03 00", readBits, "bit-string-unused", 0},
		{"too many unused bits", "03 02 08 00", readBits, "bit-string-unused", 0},
		{"unused bits of nothing", "03 01 01", readBits, "bit-string-unused", 0},
		{"unused bits before the last segment", "23 08 03 02 01 00 03 02 00 00", readBits, "bit-string-unused", 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := NewCursorAt(octets(t, tt.input), 100)
			err := tt.read(&c)
			checkCode(t, err, tt.code)
			if e, ok := err.(*Error); ok && e.Offset != 100+tt.offset {
				t.Errorf("offset %d, want %d", e.Offset, 100+tt.offset)
			}
		})
	}
}

func readBits(c *Cursor) error {
	e, err := c.Next()
	if err == nil {
		_, _, err = e.BitString()
	}
	return err
}

// What is there of a damaged element is handed out, and nothing behind it.
func TestCursorDamage(t *testing.T) {
	c := NewCursor(octets(t, "04 05 41 42"))
	e, err := c.Next()
	checkCode(t, err, "length-beyond-end")
	if string(e.Content) != "AB" || !c.Empty() {
		t.Errorf("%q", e.Content)
	}
	c = NewCursor(octets(t, "05 00"))
	if _, err := c.Expect(Universal, TagInteger); err == nil || c.Empty() {
		t.Error("an element of another tag was read")
	}
}

func TestElementBitString(t *testing.T) {
	for _, tt := range []struct {
		input  string
		octets string
		unused int
		named  string
	}{
		{"03 01 00", "", 0, ""},
		{"03 02 05 A0", "A0", 5, "A0"},
		{"03 02 07 85", "85", 7, "80"},
		{"03 03 01 FF FF", "FF FF", 1, "FF FE"},
		{"23 08 03 02 00 41 03 02 01 42", "41 42", 1, "41 42"},
		{"23 08 03 02 00 41 03 02 02 43", "41 43", 2, "41 40"},
		{"23 80 03 02 00 41 03 02 00 42 00 00", "41 42", 0, "41 42"},
	} {
		c := NewCursor(octets(t, tt.input))
		e, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		got, unused, err := e.BitString()
		if !bytes.Equal(got, octets(t, tt.octets)) || unused != tt.unused || err != nil {
			t.Errorf("%s: %x, %d, %v", tt.input, got, unused, err)
		}
		named, err := e.NamedBits()
		if !bytes.Equal(named, octets(t, tt.named)) || err != nil {
			t.Errorf("%s: named bits %x, %v", tt.input, named, err)
		}
		if again, _, _ := e.BitString(); !bytes.Equal(again, got) {
			t.Errorf("%s: the input was changed", tt.input)
		}
	}
}

func TestElementInteger(t *testing.T) {
	for content, want := range map[string]int64{
		"00": 0, "01": 1, "7F": 127, "00 80": 128, "80": -128, "FF": -1, "FF FF": -1, "FF 7F": -129,
		"00 00 05": 5, "7F FF FF FF FF FF FF FF": 1<<63 - 1, "80 00 00 00 00 00 00 00": -1 << 63,
		"00 00 7F FF FF FF FF FF FF FF": 1<<63 - 1,
	} {
		e := Element{Content: octets(t, content)}
		if n, err := e.Int(); int64(n) != want || err != nil {
			t.Errorf("%s: Int %d, %v, want %d", content, n, err, want)
		}
		if n, err := e.Integer(); n.Cmp(big.NewInt(want)) != 0 || err != nil {
			t.Errorf("%s: Integer %d, %v, want %d", content, n, err, want)
		}
	}
}

func TestElementBool(t *testing.T) {
	for content, want := range map[string]bool{"00": false, "FF": true, "01": true} {
		e := Element{Content: octets(t, content)}
		if got, err := e.Bool(); got != want || err != nil {
			t.Errorf("%s: %v, %v", content, got, err)
		}
	}
	e := Element{Content: []byte{0, 0}}
	_, err := e.Bool()
	checkCode(t, err, "boolean-length")
}

func TestElementTime(t *testing.T) {
	for _, tt := range []struct {
		tag  uint32
		text string
		want string // RFC 3339; "" if it cannot be read
	}{
		{TagUTCTime, "110207193217Z", "2011-02-07T19:32:17Z"},
		{TagUTCTime, "500101000000Z", "1950-01-01T00:00:00Z"},
		{TagUTCTime, "491231235959Z", "2049-12-31T23:59:59Z"},
		{TagUTCTime, "680229120000Z", "1968-02-29T12:00:00Z"},
		{TagUTCTime, "491231235959-0100", "2050-01-01T00:59:59Z"},
		{TagUTCTime, "1102071932Z", "2011-02-07T19:32:00Z"},
		{TagUTCTime, "110207193217+0130", "2011-02-07T18:02:17Z"},
		{TagGeneralizedTime, "21110114193217Z", "2111-01-14T19:32:17Z"},
		{TagGeneralizedTime, "20110207193217.25Z", "2011-02-07T19:32:17.25Z"},
		{TagGeneralizedTime, "20110207193217,25Z", "2011-02-07T19:32:17.25Z"},
		{TagGeneralizedTime, "2011020719Z", "2011-02-07T19:00:00Z"},
		{TagGeneralizedTime, "00010101000000Z", "0001-01-01T00:00:00Z"},
		{TagUTCTime, "", ""},
		{TagUTCTime, "110207193217", ""},
		{TagUTCTime, "110230193217Z", ""},
		{TagUTCTime, "110207193217Zx", ""},
		{TagUTCTime, "20110207193217Z", ""},
		{TagGeneralizedTime, "110207193217Z", ""},
		{TagIA5String, "110207193217Z", ""},
	} {
		e := Element{Tag: tt.tag, Content: []byte(tt.text)}
		got, err := e.Time()
		if tt.want == "" {
			if err == nil {
				t.Errorf("%s is read as %v", tt.text, got)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339Nano) != tt.want {
			t.Errorf("%s: %v, %v, want %s", tt.text, got, err, tt.want)
		}
	}
}

func FuzzCursor(f *testing.F) {
	for _, tt := range walkTests {
		f.Add(octets(f, tt.input))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := NewCursorAt(data, 7)
		for read := 0; !c.Empty(); {
			before := c.Offset()
			e, err := c.Next()
			if e.Offset != before || len(e.Content) > len(e.Raw) || len(e.Raw) == 0 {
				t.Fatalf("element %+v at %d", e, before)
			}
			if joined, err := e.Octets(); err == nil && len(joined) > len(e.Content) {
				t.Fatal("more octets than content")
			}
			_, _, _ = e.BitString()
			_, _ = e.Int()
			_, _ = e.OID()
			e.Tag = TagUTCTime
			if at, err := e.Time(); err == nil && (at.Year() < 1949 || at.Year() > 2050) {
				t.Fatalf("%q is %v", e.Content, at)
			}
			if err != nil {
				if !c.Empty() {
					t.Fatal("reading goes on behind damage")
				}
				break
			}
			read += len(e.Raw)
			if c.Offset() != 7+read || !bytes.Equal(c.Rest(), data[read:]) {
				t.Fatal("octets lost")
			}
		}
	})
}
