package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// column is one of the table of calls.
type column struct {
	name, title string
	right       bool // numbers stand on the right
	cell        func(*dialog.Call) string
	// number is what numbers and times are sorted by, not known before all that are; nil for
	// columns that are sorted by their text.
	number func(*dialog.Call) (n int64, known bool)
}

// defaultColumns are those shown without --columns: what sngrep shows, when, and how secure.
var defaultColumns = []string{"idx", "method", "from", "to", "msgs", "src", "dst", "state", "start", "setup", "duration", "security"}

// columns are all there are, in the order they are told. The cell of idx is filled when the order
// of calls is known.
var columns = []column{
	{"idx", "Idx", true, func(*dialog.Call) string { return "" }, numbered(func(c *dialog.Call) uint64 { return c.First })},
	{"callid", "Call-ID", false, func(c *dialog.Call) string { return c.CallID }, nil},
	{"method", "Method", false, func(c *dialog.Call) string { return c.Method }, nil},
	{"from", "From", false, func(c *dialog.Call) string { return c.From }, nil},
	{"to", "To", false, func(c *dialog.Call) string { return c.To }, nil},
	counted("msgs", "Msgs", func(c *dialog.Call) int { return c.Messages }),
	counted("retrans", "Retrans", func(c *dialog.Call) int { return c.Retransmissions }),
	{"src", "Source", false, func(c *dialog.Call) string { return c.Src.String() }, nil},
	{"dst", "Destination", false, func(c *dialog.Call) string { return c.Dst.String() }, nil},
	{"state", "Call State", false, func(c *dialog.Call) string { return c.State.String() }, nil},
	{"status", "Status", true, status, func(c *dialog.Call) (int64, bool) { return int64(c.Status), c.Status > 0 }},
	{"start", "Start", false, func(c *dialog.Call) string { return clock(c.Started) },
		func(c *dialog.Call) (int64, bool) { return c.Started.UnixNano(), !c.Started.IsZero() }},
	{"end", "End", false, func(c *dialog.Call) string { return clock(c.Ended) },
		func(c *dialog.Call) (int64, bool) { return c.Ended.UnixNano(), !c.Ended.IsZero() }},
	spanned("setup", "Setup", (*dialog.Call).Setup),
	spanned("duration", "Duration", func(c *dialog.Call) (time.Duration, bool) { return c.Metrics.SDT.Get() }),
	spanned("total", "Total", func(c *dialog.Call) (time.Duration, bool) {
		d := c.Last.Sub(c.Started)
		return d, d >= 0
	}),
	spanned("srd", "SRD", func(c *dialog.Call) (time.Duration, bool) { return c.Metrics.SRD.Get() }),
	spanned("sdd", "SDD", func(c *dialog.Call) (time.Duration, bool) { return c.Metrics.SDD.Get() }),
	spanned("rrd", "RRD", func(c *dialog.Call) (time.Duration, bool) { return c.Metrics.RRD.Get() }),
	{"security", "Security", false, func(c *dialog.Call) string { return report.SecurityLine(&c.Security) }, nil},
	{"transport", "Transport", false, func(c *dialog.Call) string { return strings.Join(c.Security.Transports, "+") }, nil},
	{"tls", "TLS", false, tlsCell, nil},
	{"signed", "Signed", false, func(c *dialog.Call) string { return report.CheckLine(c.Security.Signed, "verified") }, nil},
	{"encrypted", "Encrypted", false, func(c *dialog.Call) string { return report.CheckLine(c.Security.Encrypted, "decrypted") }, nil},
	{"identity", "Identity", false, func(c *dialog.Call) string { return report.CheckLine(c.Security.Identity, "verified") }, nil},
	{"media", "Media", false, media, nil},
	counted("dialogs", "Dialogs", func(c *dialog.Call) int { return len(c.Dialogs) + c.DialogsOmitted }),
	{"legs", "Legs", false, legs, nil},
	{"contact", "Contact", false, func(c *dialog.Call) string { return c.Contact }, nil},
	{"reason", "Reason", false, func(c *dialog.Call) string { return c.Reason }, nil},
	{"warning", "Warning", false, func(c *dialog.Call) string { return c.Warning }, nil},
}

func columnNames() []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

func findColumn(flag, name string) (*column, error) {
	for i := range columns {
		if columns[i].name == name {
			return &columns[i], nil
		}
	}
	return nil, unknown(flag, name, columnNames())
}

func numbered[T uint64 | int](f func(*dialog.Call) T) func(*dialog.Call) (int64, bool) {
	return func(c *dialog.Call) (int64, bool) { return int64(f(c)), true }
}

func counted(name, title string, f func(*dialog.Call) int) column {
	return column{name, title, true, func(c *dialog.Call) string { return strconv.Itoa(f(c)) }, numbered(f)}
}

func spanned(name, title string, f func(*dialog.Call) (time.Duration, bool)) column {
	return column{name, title, true, func(c *dialog.Call) string {
		if d, ok := f(c); ok {
			return string(report.AppendSeconds(nil, d))
		}
		return ""
	}, func(c *dialog.Call) (int64, bool) {
		d, ok := f(c)
		return int64(d), ok
	}}
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05.000")
}

func status(c *dialog.Call) string {
	if c.Status == 0 {
		return ""
	}
	return strconv.Itoa(c.Status)
}

func tlsCell(c *dialog.Call) string {
	var list []string
	for _, t := range c.Security.TLS {
		list = append(list, t.Version+" "+t.Suite)
	}
	return strings.Join(list, ", ")
}

// media is the latest the caller offers, or the callee if the caller said nothing.
func media(c *dialog.Call) string {
	return report.MediaLine(cmp.Or(c.Media.Caller, c.Media.Callee))
}

func legs(c *dialog.Call) string {
	var list []string
	for _, l := range c.Legs {
		list = append(list, fmt.Sprintf("%s (%s)", l.CallID, l.By))
	}
	if c.LegsOmitted {
		list = append(list, "...")
	}
	return strings.Join(list, ", ")
}
