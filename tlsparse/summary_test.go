package tlsparse

import (
	"fmt"
	"strings"
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
		switch body := m.Body.(type) {
		case *AlertMessage:
			fmt.Fprintf(&b, " %v %v", body.Level, body.Description)
		case *Finished:
			fmt.Fprintf(&b, " %v", m.Type)
			if body.Verified {
				b.WriteString(" verified")
			}
		default:
			if m.Content == Handshake {
				fmt.Fprintf(&b, " %v", m.Type)
			} else {
				fmt.Fprintf(&b, " %v", m.Content)
			}
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
