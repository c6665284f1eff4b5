package maker

import (
	"slices"

	"sipsecdump/maker/certs"
)

// plan is Options with every default filled in and every name resolved.
type plan struct {
	Options
	scenario scenario
	suite    suite // valid if secure
}

// secure reports whether there is TLS.
func (p *plan) secure() bool { return p.Transport == "tls" || p.Transport == "wss" }

// webSocket reports whether SIP travels in WebSocket frames.
func (p *plan) webSocket() bool { return p.Transport == "ws" || p.Transport == "wss" }

func (o Options) resolve() (*plan, error) {
	p := &plan{Options: o}
	for _, step := range []func() error{
		p.resolveScenario, p.resolveTLS, p.CMS.resolve, p.resolveFormat, p.resolveNetwork,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plan) resolveScenario() (err error) {
	if p.scenario, err = findScenario(p.Scenario); err != nil {
		return err
	}
	if p.Transport, err = known("transport", p.Transport, p.scenario.transport, Transports()); err != nil {
		return err
	}
	if p.scenario.Name == "tls" && !p.secure() {
		return optionError("Transport", "scenario tls needs tls or wss, not %s", p.Transport)
	}
	if p.Keys == "" {
		return optionError("Keys", "a folder is needed: the keys of a test capture are to be known")
	}
	if script := p.scenario.Name == scriptScenario; script != (len(p.Script) > 0) {
		return optionError("Script", "scenario script plays it, and needs something to play")
	} else if script && p.Connections > 1 {
		return optionError("Connections", "a script says itself where one begins")
	}
	if p.Calls < 0 || p.Calls > 0 && p.scenario.Name != "calls" {
		return optionError("Calls", "scenario calls makes them, %d times or once", max(p.Calls, 0))
	}
	if p.Connections < 0 || p.Connections > maxConnections {
		return optionError("Connections", "%d is not between 0 and %d", p.Connections, maxConnections)
	}
	if p.TLS.Resume != "" && p.Connections == 1 {
		return optionError("Connections", "resumption needs two at least")
	}
	if p.Calls == 0 {
		p.Calls = 1
	}
	if p.Connections == 0 {
		p.Connections = 1
		if p.TLS.Resume != "" {
			p.Connections = 2
		}
	}
	return nil
}

func (p *plan) resolveTLS() (err error) {
	if !p.secure() {
		switch {
		case p.TLS != TLS{}:
			return optionError("TLS", "there is none with transport %s", p.Transport)
		case p.Secrets:
			return optionError("Secrets", "there are none without TLS; transport is %s", p.Transport)
		}
		return nil
	}
	if p.TLS.Renegotiate {
		return optionError("TLS.Renegotiate", "crypto/tls servers start no handshake inside a connection; testdata/peers has a capture from openssl")
	}
	if p.TLS.NoServerName && p.TLS.Resume != "" {
		return optionError("TLS.NoServerName", "crypto/tls finds the sessions that it resumes by that name")
	}
	switch p.TLS.Resume {
	case "", "ticket":
	case "id":
		return optionError("TLS.Resume", "crypto/tls resumes by ticket only; testdata/peers has a capture by session identifier from openssl")
	default:
		return &certs.UnknownError{What: "kind of resumption", Name: p.TLS.Resume, Have: []string{"ticket"}}
	}
	p.suite, err = findSuite(p.TLS.Version, p.TLS.Suite)
	return err
}

func (p *plan) resolveFormat() (err error) {
	fallback := "pcap"
	if p.Secrets {
		fallback = "pcapng"
	}
	if p.Format, err = known("format", p.Format, fallback, Formats()); err != nil {
		return err
	}
	if p.Secrets && p.Format == "pcap" {
		return optionError("Secrets", "pcap has no place for them; pcapng does")
	}
	return nil
}

// tcpOption returns the name of an option that is set and speaks of TCP only, or "".
func (n *Network) tcpOption() string {
	switch {
	case n.MSS != 0:
		return "MSS"
	case n.Coalesce:
		return "Coalesce"
	case n.Overlap != 0:
		return "Overlap"
	case n.Start != "":
		return "Start"
	case n.End != "":
		return "End"
	}
	return ""
}

func (p *plan) resolveNetwork() (err error) {
	n := &p.Network
	if name := n.tcpOption(); name != "" && p.Transport == "udp" {
		return optionError("Network."+name, "UDP has no segments and no connections")
	}
	if n.Link, err = known("link type", n.Link, "ethernet", Links()); err != nil {
		return err
	}
	for _, t := range n.Tunnels {
		if _, err := known("tunnel", t, "", TunnelKinds()); err != nil {
			return err
		}
	}
	switch {
	case slices.Contains(n.Tunnels, ""):
		return optionError("Network.Tunnels", "an empty name")
	case len(n.Tunnels) > maxTunnels:
		return optionError("Network.Tunnels", "%d are more than %d", len(n.Tunnels), maxTunnels)
	case len(n.VLAN) > maxVLAN:
		return optionError("Network.VLAN", "%d tags are more than %d", len(n.VLAN), maxVLAN)
	case n.MTU != 0 && (n.MTU < minMTU || n.MTU > maxMTU):
		return optionError("Network.MTU", "%d octets are not between %d and %d", n.MTU, minMTU, maxMTU)
	case n.OverlapDiffers && n.Overlap == 0:
		return optionError("Network.OverlapDiffers", "nothing overlaps")
	case n.OverlapDiffers && n.Reorder+n.Loss+n.Drop > 0:
		return optionError("Network.OverlapDiffers", "with segments out of order or missing, which octets came first would be chance")
	}
	outer := "ipv4"
	if n.IPv6 && len(n.Tunnels) == 0 {
		outer = "ipv6"
	}
	if n.Link != outer && (n.Link == "ipv4" || n.Link == "ipv6") {
		return optionError("Network.Link", "%s does not carry %s", n.Link, outer)
	}
	for _, rate := range []struct {
		name    string
		percent int
	}{
		{"Reorder", n.Reorder}, {"Loss", n.Loss}, {"Drop", n.Drop}, {"Duplicate", n.Duplicate}, {"Overlap", n.Overlap},
	} {
		if rate.percent < 0 || rate.percent > 100 {
			return optionError("Network."+rate.name, "%d percent is not between 0 and 100", rate.percent)
		}
	}
	if n.Start, err = known("start", n.Start, "syn", Starts()); err != nil {
		return err
	}
	if n.End, err = known("end", n.End, "fin", Ends()); err != nil {
		return err
	}
	if n.MTU == 0 {
		n.MTU = defaultMTU
	}
	if n.MSS != 0 && (n.MSS < minMSS || n.MSS > maxMTU-ipv6Headers) {
		return optionError("Network.MSS", "%d octets are not between %d and %d", n.MSS, minMSS, maxMTU-ipv6Headers)
	}
	if n.MSS == 0 {
		n.MSS = n.defaultMSS()
	}
	return nil
}

const (
	defaultMTU = 1500 // Ethernet's
	// ipv4Headers and ipv6Headers are the octets of an IP and a TCP header without options.
	ipv4Headers = 20 + 20
	ipv6Headers = 40 + 20
	// tunnelHeaders is more than any of the tunnels puts before a packet.
	tunnelHeaders = 64
	// shortMSS makes several segments of a SIP message.
	shortMSS = 256
)

// defaultMSS is what the MTU leaves.
func (n *Network) defaultMSS() int {
	if n.Reorder+n.Loss+n.Overlap > 0 {
		return shortMSS
	}
	headers := ipv4Headers
	if n.IPv6 {
		headers = ipv6Headers
	}
	return max(n.MTU-headers-tunnelHeaders*len(n.Tunnels), minMSS)
}
