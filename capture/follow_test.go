package capture_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"sipsecdump/capture"
)

// TestFollow reads a file while it is written, octet by octet.
func TestFollow(t *testing.T) {
	for name, file := range map[string][]byte{
		"pcap":   newPcap(le, magicMicro, 1).packet(1, 2, 3, []byte("abc")).packet(1, 2, 3, []byte("def")).b,
		"pcapng": newPcapng(le).iface(1, 0).enhanced(0, 1, 3, []byte("abc")).enhanced(0, 1, 3, []byte("def")).b,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "growing")
			out, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			ctx, cancel := context.WithCancel(t.Context())
			written, waits := 0, 0
			idle := func() {
				waits++
				if written == len(file) {
					cancel()
					return
				}
				if _, err := out.Write(file[written : written+1]); err != nil {
					t.Error(err)
				}
				written++
			}
			r, err := capture.NewReader(capture.Follow(ctx, in, time.Microsecond, idle))
			if err != nil {
				t.Fatal(err)
			}
			var p capture.Packet
			for _, want := range []string{"abc", "def"} {
				if err := r.Next(&p); err != nil || string(p.Data) != want {
					t.Fatalf("packet %q, %v", p.Data, err)
				}
			}
			if err := r.Next(&p); err != io.EOF {
				t.Errorf("error %v", err)
			}
			if waits != len(file)+1 {
				t.Errorf("idle was called %d times for %d octets", waits, len(file))
			}
		})
	}
}

func TestFollowError(t *testing.T) {
	broken := errors.New("input/output error")
	f := capture.Follow(t.Context(), iotest.ErrReader(broken), time.Hour, nil)
	if _, err := f.Read(make([]byte, 1)); err != broken {
		t.Errorf("error %v", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	f = capture.Follow(done, iotest.DataErrReader(io.LimitReader(zeros{}, 1)), time.Hour, nil)
	for _, want := range []error{nil, io.EOF} {
		if _, err := f.Read(make([]byte, 1)); err != want {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
