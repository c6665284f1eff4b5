package document

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// TestLimits: a section and an archive that are full take nothing more, and say so.
func TestLimits(t *testing.T) {
	o := &Options{Show: report.LayerSet(0).With(report.LayerTLS)}
	record := func(connection uint64) *report.Event {
		return &report.Event{
			Flow: &report.Flow{Number: connection, Transport: "tcp"},
			Body: &report.Record{Record: &tlsparse.Record{Number: 1, Type: tlsparse.ApplicationData, Version: tlsparse.TLS12}},
		}
	}
	d := New(o)
	d.size = maxFigures - figureOctets - 100
	for n := range uint64(1000) {
		d.Add(record(n + 1))
	}
	if !d.Cut() || len(d.figures) != 1 || len(d.flows) != 1 {
		t.Errorf("cut: %t; %d figures and %d connections, want one", d.Cut(), len(d.figures), len(d.flows))
	}
	d.Add(record(1))
	var text strings.Builder
	if _, err := d.WriteTo(&text); err != nil || strings.Count(text.String(), "\n") != 2 {
		t.Errorf("%v, %q", err, &text)
	}

	a := &archive{size: maxArchive - 2*fileOctets - 10}
	for _, octets := range []string{"one", "too many octets", "two", ""} {
		a.add(octets, []byte(octets), time.Time{})
	}
	if !a.cut || len(a.files) != 1 || !bytes.Equal(a.files[0].octets, []byte("one")) {
		t.Errorf("cut: %t; files %v", a.cut, a.files)
	}
}

// TestFlowsOnly: connections without records are none of the section's, and take no room.
func TestFlowsOnly(t *testing.T) {
	d := New(&Options{Show: report.LayerSet(0).With(report.LayerTLS)})
	flow := &report.Flow{Number: 1, Transport: "tcp"}
	d.Add(&report.Event{Flow: flow, Body: &report.Connection{}})
	d.Add(&report.Event{Flow: flow, Body: &report.Close{How: "fin"}})
	if len(d.flows)+len(d.figures)+d.size != 0 {
		t.Errorf("%d flows, %d figures, %d octets", len(d.flows), len(d.figures), d.size)
	}
}
