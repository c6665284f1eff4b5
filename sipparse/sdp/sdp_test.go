package sdp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const offer = "v=0\r\no=alice 2890844526 2890844526 IN IP4 host.atlanta.example.com\r\ns=\r\n" +
	"c=IN IP4 192.0.2.1\r\nt=0 0\r\na=sendonly\r\n" +
	"m=audio 49170 RTP/SAVP 0 97 101\r\na=rtpmap:97 iLBC/8000\r\na=rtpmap:101 telephone-event/8000\r\n" +
	"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n" +
	"m=video 51372 UDP/TLS/RTP/SAVPF 31 32\r\nc=IN IP6 2001:db8::1\r\na=recvonly\r\n" +
	"a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB\r\n"

func TestSummarize(t *testing.T) {
	s, err := Summarize([]byte(offer))
	if err != nil {
		t.Fatal(err)
	}
	want := &Session{
		Origin: "alice 2890844526 IN IP4 host.atlanta.example.com", Version: 2890844526,
		Media: []Media{
			{Type: "audio", Address: "192.0.2.1", Port: 49170, Proto: "RTP/SAVP", Direction: "sendonly",
				Codecs: []string{"PCMU/8000", "iLBC/8000", "telephone-event/8000"},
				Keying: []string{"sdes AES_CM_128_HMAC_SHA1_80"}},
			{Type: "video", Address: "2001:db8::1", Port: 51372, Proto: "UDP/TLS/RTP/SAVPF", Direction: "recvonly",
				// The transport does not begin with RTP/, but these are RTP's numbers all the same.
				Codecs: []string{"H261/90000", "MPV/90000"},
				Keying: []string{"dtls sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"}},
		},
	}
	if d := cmp.Diff(want, s, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".keys" }, cmp.Ignore()),
		cmp.AllowUnexported(Media{})); d != "" {
		t.Error(d)
	}
}

// TestUnusual: types of media, protocols and kinds of bandwidth that the library does not know are no
// reason not to read the rest.
func TestUnusual(t *testing.T) {
	fax := strings.Replace(offer, "a=sendonly\r\n", "", 1) + "m=image 0 udptl t38\r\na=T38FaxVersion:0\r\nm=x-new.1 9/2 a/b 0 y"
	s, err := Summarize([]byte("v=0\r\n" + strings.Replace(fax[len("v=0\r\n"):], "c=IN IP4", "b=NEW:5\r\nc=IN IP4", 1)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range s.Media {
		m := &s.Media[i]
		got = append(got, fmt.Sprint(m.Type, " ", m.Address, " ", m.Port, " ", m.Proto, " ", m.Codecs, " ", m.Direction))
	}
	want := []string{
		"audio 192.0.2.1 49170 RTP/SAVP [PCMU/8000 iLBC/8000 telephone-event/8000] sendrecv",
		"video 2001:db8::1 51372 UDP/TLS/RTP/SAVPF [H261/90000 MPV/90000] recvonly",
		"image 192.0.2.1 0 udptl [t38] sendrecv",
		"x-new.1 192.0.2.1 9 a/b [0 y] sendrecv",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, line := range []string{"m=image 0 udptl\r\n", "m=im;age 0 udptl t38\r\n", "m=image x udptl t38\r\n", "m=image 0 \x1b t38\r\n", "m= 0 udptl t38\r\n", "x=1\r\n"} {
		if s, err := Summarize([]byte(offer + line)); err == nil {
			t.Errorf("%q is read as %+v", line, s.Media)
		}
	}
}

// TestNoKeys: what keys media is no part of any output.
func TestNoKeys(t *testing.T) {
	s, err := Summarize([]byte(offer))
	if err != nil {
		t.Fatal(err)
	}
	other, err := Summarize([]byte(strings.Replace(offer, "WVNf", "AAAA", 1)))
	if err != nil {
		t.Fatal(err)
	}
	changes := Diff(s, other)
	if len(changes) != 1 || changes[0].Field != "keys" {
		t.Errorf("%+v, want that the keys are others", changes)
	}
	if told := fmt.Sprintf("%v %+v %v", s, s, changes); strings.Contains(told, "WVNf") || strings.Contains(told, "inline") {
		t.Errorf("keys in %s", told)
	}
}

func TestDiff(t *testing.T) {
	edit := func(pairs ...string) *Session {
		s, err := Summarize([]byte(strings.NewReplacer(pairs...).Replace(offer)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		name string
		to   *Session
		want []Change
	}{
		{"nothing but the version", edit("2890844526 IN", "2890844527 IN"), nil},
		{"hold", edit("a=sendonly", "a=inactive"), []Change{{1, "direction", "sendonly", "inactive"}}},
		{"port and address", edit("49170", "49172", "192.0.2.1", "192.0.2.9"),
			[]Change{{1, "address", "192.0.2.1", "192.0.2.9"}, {1, "port", "49170", "49172"}}},
		{"video off", edit("m=video 51372", "m=video 0"), []Change{{2, "port", "51372", "0"}}},
		{"codecs", edit("SAVP 0 97", "SAVP 97"), []Change{{1, "codecs",
			"PCMU/8000 iLBC/8000 telephone-event/8000", "iLBC/8000 telephone-event/8000"}}},
		{"no longer secured", edit("RTP/SAVP 0", "RTP/AVP 0", "a=crypto", "a=x-crypto"),
			[]Change{{1, "proto", "RTP/SAVP", "RTP/AVP"}, {1, "keying", "sdes AES_CM_128_HMAC_SHA1_80", ""}}},
		{"a third stream", edit("31 32\r\n", "31 32\r\nm=text 4 RTP/AVP 98\r\n"),
			[]Change{{2, "address", "2001:db8::1", "192.0.2.1"}, {2, "direction", "recvonly", "sendonly"},
				{2, "keying", "dtls sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB", ""},
				{3, "media", "", "text 2001:db8::1:4 RTP/AVP recvonly"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := edit()
			if d := cmp.Diff(c.want, Diff(from, c.to)); d != "" {
				t.Error(d)
			}
			if d := Diff(c.to, c.to); d != nil {
				t.Errorf("a description differs from itself: %v", d)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	long := strings.Repeat("x", 2*MaxDescription)
	if _, err := Summarize([]byte(offer + "a=" + long)); err == nil {
		t.Error("read")
	}
	head := offer[:strings.Index(offer, "m=audio")]
	s, err := Summarize([]byte(head + strings.Repeat("m=audio 1 RTP/AVP 0\r\n", 100)))
	if err != nil || len(s.Media) != maxMedia || !s.Cut {
		t.Errorf("%v, %+v", err, s)
	}
	s, err = Summarize([]byte(head + "m=audio 1 RTP/AVP" + strings.Repeat(" 0", 1000) + "\r\n"))
	if err != nil || len(s.Media[0].Codecs) != maxCodecs || !s.Cut {
		t.Errorf("%v, %+v", err, s)
	}
	s, err = Summarize([]byte(head + "m=audio 1 " + strings.Repeat("y", 1000) + " 0\r\n"))
	if err == nil && len(s.Media[0].Proto) > maxText {
		t.Errorf("%d octets", len(s.Media[0].Proto))
	}
	for _, bad := range []string{"", "v=0", "not sdp", "v=0\r\no=\r\n", offer[:20]} {
		if s, err := Summarize([]byte(bad)); err == nil || s != nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzSummarize(f *testing.F) {
	f.Add([]byte(offer))
	f.Add([]byte(strings.ReplaceAll(offer, "\r\n", "\n")))
	f.Add([]byte(offer + "m=image 0 udptl t38\r\nb=NEW:1"))
	f.Add([]byte("v=0\no=- 1 1 IN IP4 a\ns=-\nt=0 0\nm=audio 1/2 RTP/AVP 0\nk=clear:x\na=key-mgmt:mikey AQ\na=zrtp-hash:1.10 fe\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		raw := append([]byte(nil), data...)
		s, err := Summarize(raw)
		if (s == nil) != (err != nil) {
			t.Fatal("neither a summary nor an error, or both")
		}
		if s == nil {
			return
		}
		before := fmt.Sprintf("%+v", s)
		for i := range raw {
			raw[i] = 'x'
		}
		if fmt.Sprintf("%+v", s) != before {
			t.Error("the summary aliases the description")
		}
		if n := s.Octets(); n > 64+maxText+maxMedia*(160+2*maxText+(maxCodecs+maxKeying)*(16+maxText)) {
			t.Errorf("%d octets", n)
		}
		if d := Diff(s, s); d != nil {
			t.Errorf("differs from itself: %v", d)
		}
		if again, err := Summarize(data); err != nil || fmt.Sprintf("%+v", again) != before {
			t.Error("two readings, two summaries")
		}
	})
}

func BenchmarkSummarize(b *testing.B) {
	b.SetBytes(int64(len(offer)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Summarize([]byte(offer)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleDiff() {
	from, _ := Summarize([]byte(offer))
	to, _ := Summarize([]byte(strings.Replace(offer, "a=sendonly", "a=inactive", 1)))
	for _, c := range Diff(from, to) {
		fmt.Printf("m-line %d: %s %s, was %s\n", c.Media, c.Field, c.New, c.Old)
	}
	// Output: m-line 1: direction inactive, was sendonly
}
