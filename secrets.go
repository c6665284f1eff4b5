package sipsecdump

import (
	"bytes"
	"fmt"
	"sync"

	"sipsecdump/capture"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// captureSecrets are the secrets that came in the captures. The reader adds to them while
// shards look them up: each has the number of the packet from which on it may be used, so that
// what a packet finds does not depend on how far the reader is ahead.
type captureSecrets struct {
	mu  sync.RWMutex
	log tlsparse.KeyLog
}

// readSecrets takes the secrets that stood before the packet at hand.
func (r *reader) readSecrets(in *capture.Reader, number uint64) {
	for _, s := range in.Secrets() {
		if s.Missed > 0 {
			r.emit(&report.Event{File: r.file, Packet: number, Body: &report.Anomaly{
				Code: "secrets-too-large", Offset: -1, Count: s.Missed,
				Text: "the capture holds more secrets in one place than are kept",
			}})
		}
		if s.Type != capture.SecretsTLS {
			continue
		}
		r.secrets.mu.Lock()
		lines, malformed, _ := r.secrets.log.ReadCapture("secrets of the capture", r.packet, bytes.NewReader(s.Data))
		r.secrets.mu.Unlock()
		if malformed > 0 {
			r.emit(&report.Event{File: r.file, Packet: number, Body: &report.Anomaly{
				Code: "secrets-malformed", Section: "RFC 9850, Section 2", Offset: -1, Count: int64(malformed),
				Text: fmt.Sprintf("secrets of the capture cannot be used: the first line of them, %d, %s", lines[0].Line, lines[0].Text),
			}})
		}
	}
}

// secretsView is the access of a shard's sessions to the key logs, as of the packet at hand: those that the
// user gave, then those of the capture. It implements tlsparse.Secrets.
type secretsView struct{ *shard }

func (v *secretsView) Secret(kind tlsparse.SecretKind, id []byte) (tlsparse.Secret, bool) {
	if s, ok := v.options.KeyLog.Secret(kind, id); ok {
		return s, true
	}
	v.secrets.mu.RLock()
	defer v.secrets.mu.RUnlock()
	return v.secrets.log.SecretAt(v.place.packet, kind, id)
}

func (v *secretsView) Len() int {
	v.secrets.mu.RLock()
	defer v.secrets.mu.RUnlock()
	return v.options.KeyLog.Len() + v.secrets.log.LenAt(v.place.packet)
}
