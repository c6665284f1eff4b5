package sipsecdump_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sipsecdump"
)

// shown collects what was written, and tells when it holds a text.
type shown struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *shown) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *shown) await(t *testing.T, want string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		w.mu.Lock()
		got := w.text.String()
		w.mu.Unlock()
		if strings.Contains(got, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %q in\n%s", want, got)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestFollow: what is there is shown while more is waited for, and a half record waits.
func TestFollow(t *testing.T) {
	before := runtime.NumGoroutine()
	data := read(t, shipped[0])
	name := filepath.Join(t.TempDir(), "grows.pcap")
	half := len(data) - 1000
	if err := os.WriteFile(name, data[:half], 0o666); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var out shown
	done := make(chan error, 1)
	go func() {
		_, err := sipsecdump.Render(ctx, &out, []sipsecdump.Source{{Name: "grows.pcap", Reader: file}},
			&sipsecdump.Options{Follow: 5 * time.Millisecond, Jobs: 2}, renderers("text"))
		done <- err
	}()
	out.await(t, "ClientKeyExchange")
	more, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer more.Close()
	if _, err := more.Write(data[half:]); err != nil {
		t.Fatal(err)
	}
	out.await(t, "S>C  TCP FIN")
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	out.await(t, "16 packets, 1 connection")
	goroutines(t, before)
}

// TestFollowWithoutTaker: the run ends when nobody takes what is shown.
func TestFollowWithoutTaker(t *testing.T) {
	before := runtime.NumGoroutine()
	file, err := os.Open(shipped[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, err = sipsecdump.Render(t.Context(), &failingWriter{100}, []sipsecdump.Source{{Name: "f", Reader: file}},
		&sipsecdump.Options{Follow: time.Millisecond, Jobs: 2}, renderers("text"))
	if err == nil || err.Error() != "disk full" {
		t.Errorf("error %v, want the writer's", err)
	}
	goroutines(t, before)
}
