package tlsparse

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// fragmentOf makes the piece [from, to) of a handshake message (RFC 6347, Section 4.2.2).
func fragmentOf(typ HandshakeType, seq uint16, body []byte, from, to int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(typ)<<24|uint32(len(body)))
	b = binary.BigEndian.AppendUint16(b, seq)
	b = append(b, byte(from>>16), byte(from>>8), byte(from))
	n := to - from
	b = append(b, byte(n>>16), byte(n>>8), byte(n))
	return append(b, body[from:to]...)
}

func addOctets(t testing.TB, fs *fragments, p []byte) (fresh bool, failed *Error) {
	t.Helper()
	for len(p) > 0 {
		f, rest, err := cutFragment(p)
		if err != nil {
			t.Fatal(err)
		}
		p = rest
		if fresh, failed = fs.add(&f); failed != nil {
			return fresh, failed
		}
	}
	return fresh, nil
}

func takeAll(fs *fragments) (messages [][]byte) {
	for {
		raw, ok := fs.take()
		if !ok {
			return messages
		}
		messages = append(messages, raw)
	}
}

// TestFragments puts messages together whose fragments overlap, repeat, and come in any order.
func TestFragments(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var fs fragments
		var want [][]byte
		var pieces [][]byte
		for seq := range uint16(random.IntN(5) + 1) {
			body := make([]byte, random.IntN(200))
			for i := range body {
				body[i] = byte(random.Uint32())
			}
			want = append(want, fragmentOf(TypeCertificate, seq, body, 0, len(body)))
			pieces = append(pieces, fragmentOf(TypeCertificate, seq, body, 0, 0))
			for at := 0; at < len(body); {
				to := min(len(body), at+1+random.IntN(40))
				pieces = append(pieces, fragmentOf(TypeCertificate, seq, body, max(0, at-random.IntN(10)), to))
				at = to
			}
		}
		random.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		pieces = append(pieces, pieces[:len(pieces)/2]...)
		var got [][]byte
		for _, p := range pieces {
			if _, err := addOctets(t, &fs, p); err != nil {
				t.Fatal(err)
			}
			got = append(got, takeAll(&fs)...)
		}
		if len(got) != len(want) || !bytes.Equal(bytes.Join(got, nil), bytes.Join(want, nil)) {
			t.Fatalf("%d messages, want %d", len(got), len(want))
		}
		if len(fs.pending) != 0 || fs.octets != 0 {
			t.Fatalf("%d octets are kept of %d messages", fs.octets, len(fs.pending))
		}
	}
}

// TestFragmentLimits: what is refused, and by which code.
func TestFragmentLimits(t *testing.T) {
	body := make([]byte, 1<<12)
	big := make([]byte, maxMessage+1)
	for _, tt := range []struct {
		name   string
		pieces func(yield func([]byte) bool)
		code   string
	}{
		{"far ahead", func(yield func([]byte) bool) { yield(fragmentOf(TypeFinished, maxMessagesAhead, nil, 0, 0)) }, CodeUnexpectedValue},
		{"too long", func(yield func([]byte) bool) { yield(fragmentOf(TypeCertificate, 0, big, 0, 1)) }, CodeMessageTooLong},
		{"another length", func(yield func([]byte) bool) {
			_ = yield(fragmentOf(TypeCertificate, 0, body, 0, 1)) && yield(fragmentOf(TypeCertificate, 0, body[1:], 1, 2))
		}, CodeUnexpectedValue},
		{"many pieces", func(yield func([]byte) bool) {
			for i := 1; i < len(body) && yield(fragmentOf(TypeCertificate, 0, body, i, i+1)); i += 2 {
			}
		}, CodeMessageTooLong},
		{"much in wait", func(yield func([]byte) bool) {
			for seq := uint16(1); yield(fragmentOf(TypeCertificate, seq, big[:maxMessage], 1, maxMessage/4)); seq++ {
			}
		}, CodeMessageTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var fs fragments
			var err *Error
			tt.pieces(func(p []byte) bool {
				_, err = addOctets(t, &fs, p)
				return err == nil
			})
			if err == nil || err.Code != tt.code {
				t.Errorf("%v", err)
			}
			if fs.octets > maxMessage {
				t.Errorf("%d octets are kept", fs.octets)
			}
		})
	}
	for name, p := range map[string][]byte{
		"no header":    make([]byte, 11),
		"no data":      fragmentOf(TypeFinished, 0, body, 0, 12)[:20],
		"past the end": {20, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 1, 0},
	} {
		if _, _, err := cutFragment(p); err == nil || err.Code != CodeShort {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSkip(t *testing.T) {
	var fs fragments
	whole := func(seq uint16) []byte { return fragmentOf(TypeCertificate, seq, []byte("body"), 0, 4) }
	addOctets(t, &fs, whole(3))
	addOctets(t, &fs, fragmentOf(TypeCertificate, 1, []byte("body"), 0, 2))
	addOctets(t, &fs, whole(2))
	if got := takeAll(&fs); got != nil {
		t.Fatalf("%q", got)
	}
	if !fs.skip() {
		t.Fatal("there is a whole message")
	}
	if got := takeAll(&fs); len(got) != 2 || fs.next != 4 || fs.octets != 0 || len(fs.pending) != 0 {
		t.Fatalf("%q, %+v", got, fs)
	}
	if fs.skip() {
		t.Error("there is none")
	}
	if fresh, _ := addOctets(t, &fs, whole(1)); fresh {
		t.Error("what was skipped comes too late")
	}
}

// TestWindow is RFC 6347, Section 4.1.2.6.
func TestWindow(t *testing.T) {
	var w window64
	for i, step := range []struct {
		epoch uint16
		seq   uint64
		fresh bool
	}{
		{0, 5, true}, {0, 5, false}, {0, 4, true}, {0, 4, false}, {0, 6, true}, {0, 69, true}, {0, 6, false}, {0, 7, true}, {0, 5, false},
		{0, 70, true}, {0, 6, false}, {0, 1000, true}, {0, 70, false}, {0, 937, true}, {0, 936, false}, {0, 999, true},
		{2, 0, true}, {2, 0, false}, {2, 1<<48 - 1, true}, {2, 1, false},
	} {
		if seen := w.seen(step.epoch, step.seq); seen == step.fresh {
			t.Errorf("step %d: seen %v", i, seen)
		}
		if fresh := w.add(step.epoch, step.seq); fresh != step.fresh {
			t.Errorf("step %d: fresh %v", i, fresh)
		}
	}
}
