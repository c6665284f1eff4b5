package tlsparse

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summary is a record in one line.
func summary(r *Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v %v %v(%d)", r.Number, r.Dir, r.Type, r.Version, r.Length)
	if r.Skipped > 0 {
		fmt.Fprintf(&b, " skipped %d", r.Skipped)
	}
	switch {
	case r.Decrypted:
		b.WriteString(" decrypted")
	case r.Encrypted:
		b.WriteString(" encrypted")
	}
	for _, m := range r.Messages {
		switch {
		case m.Content == Handshake:
			fmt.Fprintf(&b, " %v", m.Type)
		case m.Body != nil:
			fmt.Fprintf(&b, " %v", m.Body.(*AlertMessage).Description)
		default:
			fmt.Fprintf(&b, " %v", m.Content)
		}
		if f, ok := m.Body.(*Finished); ok && f.Verified {
			b.WriteString(" verified")
		}
		if m.Err != nil {
			fmt.Fprintf(&b, " {%s}", m.Err.(*Error).Code)
		}
	}
	if r.Err != nil {
		fmt.Fprintf(&b, " [%s]", r.Err.(*Error).Code)
	}
	return b.String()
}

func summaries(records []*Record) []string {
	var list []string
	for _, r := range records {
		list = append(list, summary(r))
	}
	return list
}

func TestDraftCapture(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	handshake := []string{
		"1 C>S handshake TLS 1.0(49) client_hello",
		"2 S>C handshake TLS 1.0(74) server_hello",
	}
	_ = handshake
	s := NewSession(&Config{Keys: ring(t, "domain_key_example.com.pem", "domain_key_example.net.pem")})
	records := feed(s, flow)
	for _, l := range summaries(records) {
		t.Log(l)
	}
	t.Logf("%+v", s.Close())
	_ = cmp.Diff
	_ = bytes.Equal
	_ = os.ReadFile
}
