package maker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/maker"
)

// TestNetworks: whatever the network does but to lose for good, what was said can be put
// together again.
func TestNetworks(t *testing.T) {
	tests := map[string]maker.Network{
		"short segments":      {MSS: 16},
		"coalesced":           {Coalesce: true, MSS: 300},
		"reorder":             {Reorder: 50},
		"loss":                {Loss: 30},
		"duplicates":          {Duplicate: 30},
		"overlap":             {Overlap: 50},
		"overlap differing":   {Overlap: 100, OverlapDiffers: true},
		"all at once":         {Reorder: 30, Loss: 20, Duplicate: 30, Overlap: 30},
		"fragments":           {MTU: 300, MSS: 1000},
		"fragments, IPv6":     {MTU: 300, MSS: 1000, IPv6: true},
		"disordered":          {MTU: 300, MSS: 1000, Reorder: 100},
		"smallest MTU":        {MTU: 68},
		"VLAN":                {VLAN: []uint16{7}},
		"QinQ":                {VLAN: []uint16{7, 4095}},
		"IPv6":                {IPv6: true},
		"all tunnels":         {Tunnels: maker.TunnelKinds()},
		"tunnels, fragments":  {Tunnels: maker.TunnelKinds(), MTU: 600, MSS: 700},
		"tunnels round IPv6":  {Tunnels: maker.TunnelKinds(), IPv6: true, VLAN: []uint16{1}},
		"null, reset":         {Link: "null", End: "rst"},
		"no end":              {End: "none"},
		"no handshake":        {Start: "data"},
		"mid-stream is plain": {Start: "mid"},
	}
	for name, network := range tests {
		t.Run(name, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "calls", Calls: 6, Connections: 2, Network: network})
			m.checkStreams(t)
		})
	}
	for _, link := range maker.Links() {
		t.Run(link, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "calls", Network: maker.Network{Link: link, IPv6: link == "ipv6"}})
			m.checkStreams(t)
		})
	}
}

func calls(t *testing.T, network maker.Network) (made, []capture.Segment) {
	t.Helper()
	m := makeCapture(t, maker.Options{Scenario: "calls", Calls: 20, Network: network})
	return m, m.segments(t)
}

// data returns the segments that carry something, of one direction.
func data(list []capture.Segment, toServer bool) []capture.Segment {
	var out []capture.Segment
	for _, s := range list {
		if len(s.Payload) > 0 && (s.Dst.Port() == 5060) == toServer {
			out = append(out, s)
		}
	}
	return out
}

// TestConditionsHappen: a rate above zero does what it says.
func TestConditionsHappen(t *testing.T) {
	_, plain := calls(t, maker.Network{MSS: 256})
	n := len(data(plain, true))
	t.Run("reorder", func(t *testing.T) {
		_, list := calls(t, maker.Network{Reorder: 50})
		back := 0
		d := data(list, true)
		for i := 1; i < len(d); i++ {
			if d[i].Seq < d[i-1].Seq {
				back++
			}
		}
		if back == 0 || len(d) != n {
			t.Errorf("%d of %d segments out of order, %d without the condition", back, len(d), n)
		}
	})
	t.Run("loss", func(t *testing.T) {
		_, list := calls(t, maker.Network{Loss: 30})
		late := 0
		d := data(list, true)
		for i := 1; i < len(d); i++ {
			if d[i].Seq < d[i-1].Seq && d[i].Time.Sub(d[i-1].Time) >= 500*time.Millisecond {
				late++
			}
		}
		if late == 0 || len(d) != n {
			t.Errorf("%d of %d segments late, %d without the condition", late, len(d), n)
		}
	})
	t.Run("drop", func(t *testing.T) {
		if _, list := calls(t, maker.Network{Drop: 20, MSS: 256}); len(data(list, true)) >= n {
			t.Errorf("%d segments, %d without the condition", len(data(list, true)), n)
		}
	})
	t.Run("duplicate", func(t *testing.T) {
		_, list := calls(t, maker.Network{Duplicate: 100, MSS: 256})
		d := data(list, true)
		if len(d) != 2*n {
			t.Fatalf("%d segments, %d without the condition", len(d), n)
		}
		for i := 0; i < len(d); i += 2 {
			if d[i].Seq != d[i+1].Seq || string(d[i].Payload) != string(d[i+1].Payload) {
				t.Errorf("segments %d and %d are not the same", i, i+1)
			}
		}
	})
	t.Run("overlap", func(t *testing.T) {
		for _, differs := range []bool{false, true} {
			_, list := calls(t, maker.Network{Overlap: 100, OverlapDiffers: differs})
			d := data(list, true)
			overlaps := 0
			for i := 1; i < len(d); i++ {
				before, s := d[i-1], d[i]
				if n := int(before.Seq) + len(before.Payload) - int(s.Seq); n > 0 {
					overlaps++
					same := strings.HasSuffix(string(before.Payload), string(s.Payload[:n]))
					if n != 8 || same == differs {
						t.Fatalf("an overlap of %d octets, the same: %t", n, same)
					}
				}
			}
			if overlaps == 0 {
				t.Error("nothing overlaps")
			}
		}
	})
	t.Run("coalesce", func(t *testing.T) {
		_, list := calls(t, maker.Network{Coalesce: true})
		found := slices.ContainsFunc(list, func(s capture.Segment) bool {
			return strings.Count(string(s.Payload), "SIP/2.0 1") == 2
		})
		if !found {
			t.Error("no segment with both 100 and 180")
		}
	})
}

// TestConditionsOfDatagrams: what UDP can suffer.
func TestConditionsOfDatagrams(t *testing.T) {
	count := func(n maker.Network) (int, []string) {
		m := makeCapture(t, maker.Options{Scenario: "calls", Calls: 20, Transport: "udp", Network: n})
		var order []string
		for _, s := range m.segments(t) {
			order = append(order, string(s.Payload))
		}
		return len(order), order
	}
	n, plain := count(maker.Network{})
	if n != 140 {
		t.Fatalf("%d datagrams", n)
	}
	if got, _ := count(maker.Network{Drop: 50}); got >= n {
		t.Errorf("drop: %d", got)
	}
	if got, _ := count(maker.Network{Duplicate: 100}); got != 2*n {
		t.Errorf("duplicate: %d", got)
	}
	for name, network := range map[string]maker.Network{"reorder": {Reorder: 50}, "loss": {Loss: 50}} {
		got, order := count(network)
		if got != n || slices.Equal(order, plain) {
			t.Errorf("%s: %d datagrams, as without: %t", name, got, slices.Equal(order, plain))
		}
		slices.Sort(order)
		want := slices.Sorted(slices.Values(plain))
		if !slices.Equal(order, want) {
			t.Errorf("%s: other datagrams", name)
		}
	}
}

// TestNetworkChangesNoWord: network conditions leave what is said alone.
func TestNetworkChangesNoWord(t *testing.T) {
	words := func(n maker.Network) []string {
		var list []string
		for _, msg := range makeCapture(t, maker.Options{Scenario: "calls", Calls: 3, Network: n}).messages {
			list = append(list, msg.data)
		}
		return list
	}
	want := words(maker.Network{})
	for _, n := range []maker.Network{{Reorder: 50}, {Loss: 50, Duplicate: 20}, {MTU: 100}, {Overlap: 50, Tunnels: []string{"gre"}}} {
		if !slices.Equal(words(n), want) {
			t.Errorf("%+v", n)
		}
	}
}

func TestStartsAndEnds(t *testing.T) {
	first := func(transport, start string) capture.Segment {
		m := makeCapture(t, maker.Options{Scenario: "calls", Transport: transport, Network: maker.Network{Start: start}})
		return m.segments(t)[0]
	}
	if s := first("tls", "syn"); s.Flags != capture.SYN {
		t.Errorf("syn starts with %v", s.Flags)
	}
	if s := first("tls", "data"); len(s.Payload) == 0 || s.Payload[0] != 22 {
		t.Errorf("data starts with %x", s.Payload)
	}
	if s := first("tls", "mid"); len(s.Payload) == 0 || s.Payload[0] != 23 {
		t.Errorf("mid starts with %x", s.Payload)
	}
	if s := first("ws", "mid"); len(s.Payload) == 0 || s.Payload[0] != 0x81 {
		t.Errorf("mid starts with %x", s.Payload)
	}
	last := func(end string) capture.Segment {
		m := makeCapture(t, maker.Options{Scenario: "calls", Transport: "tls", Network: maker.Network{End: end}})
		list := m.segments(t)
		for _, s := range list {
			if n := len(s.Payload); end != "fin" && n == 31 && s.Payload[0] == 21 {
				t.Errorf("%s: there is an alert", end)
			}
		}
		return list[len(list)-1]
	}
	for end, want := range map[string]capture.Flags{"fin": capture.ACK, "rst": capture.RST | capture.ACK, "none": capture.ACK} {
		if s := last(end); s.Flags != want {
			t.Errorf("%s ends with %b", end, s.Flags)
		}
	}
}
