package maker

import (
	"fmt"
	"io"
	"net/netip"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

var links = []struct {
	name string
	link capture.LinkType
}{
	{"ethernet", capture.LinkEthernet},
	{"null", capture.LinkNull},
	{"loop", capture.LinkLoop},
	{"ppp", capture.LinkPPP},
	{"raw", capture.LinkRaw},
	{"ipv4", capture.LinkIPv4},
	{"ipv6", capture.LinkIPv6},
	{"sll", capture.LinkSLL},
	{"sll2", capture.LinkSLL2},
}

// Links returns the names of the link types.
func Links() []string {
	var names []string
	for _, l := range links {
		names = append(names, l.name)
	}
	return names
}

func linkType(name string) capture.LinkType {
	for _, l := range links {
		if l.name == name {
			return l.link
		}
	}
	panic("maker: link " + name + " was not resolved")
}

var tunnelKinds = []frame.TunnelKind{frame.IPinIP, frame.GRE, frame.VXLAN, frame.Geneve, frame.GTPU}

// TunnelKinds returns the names of the tunnels.
func TunnelKinds() []string {
	var names []string
	for _, k := range tunnelKinds {
		names = append(names, k.String())
	}
	return names
}

// tunnelID is the key, network identifier or endpoint identifier of every tunnel.
const tunnelID = 42

// layers returns what is around the packets that the side sends.
func (n *Network) layers(from side) frame.Layers {
	l := frame.Layers{Link: linkType(n.Link), MTU: n.MTU}
	for _, id := range n.VLAN {
		l.VLAN = append(l.VLAN, frame.VLAN{ID: id})
	}
	for i, name := range n.Tunnels {
		// TEST-NET-2 (RFC 5737), two addresses a tunnel.
		ends := [2]netip.Addr{
			client: netip.AddrFrom4([4]byte{198, 51, 100, byte(2*i + 1)}),
			server: netip.AddrFrom4([4]byte{198, 51, 100, byte(2*i + 2)}),
		}
		for _, kind := range tunnelKinds {
			if kind.String() == name {
				l.Tunnels = append(l.Tunnels, frame.Tunnel{Kind: kind, Src: ends[from], Dst: ends[from.peer()], ID: tunnelID})
			}
		}
	}
	return l
}

// builders returns one builder of frames for each side.
func (n *Network) builders() (b [2]*frame.Builder, err error) {
	for _, from := range []side{client, server} {
		if b[from], err = frame.NewBuilder(n.layers(from)); err != nil {
			return b, &OptionError{Option: "Network", Reason: err.Error()}
		}
	}
	return b, nil
}

// endpoints returns the addresses of a connection, out of the blocks for documentation
// (RFC 5737, RFC 3849). Another client begins when one has used all its ports.
func (p *plan) endpoints(connection int) [2]netip.AddrPort {
	addr := [2]netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, 1}), netip.AddrFrom4([4]byte{192, 0, 2, 2})}
	if p.Network.IPv6 {
		addr = [2]netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")}
	}
	if n := connection / clientPorts; n > 0 {
		host := addr[server].AsSlice()
		host[len(host)-1] += byte(n)
		addr[client], _ = netip.AddrFromSlice(host)
	}
	return [2]netip.AddrPort{
		client: netip.AddrPortFrom(addr[client], uint16(firstClientPort+connection%clientPorts)),
		server: netip.AddrPortFrom(addr[server], serverPorts[p.Transport]),
	}
}

// serverPorts are the ports that RFC 3261, Section 19.1.2 and RFC 7118, Section 4.1 make
// the default.
var serverPorts = map[string]uint16{"udp": 5060, "tcp": 5060, "tls": 5061, "ws": 80, "wss": 443}

// side is an end of a connection.
type side int

const (
	client side = iota
	server
)

func (s side) peer() side { return 1 - s }

func (s side) String() string { return [...]string{"client", "server"}[s] }

func newWriter(p *plan, w io.Writer) (*frame.Writer, error) {
	link := linkType(p.Network.Link)
	switch p.Format {
	case "pcap":
		return frame.NewPcapWriter(w, link, false)
	case "pcapng":
		return frame.NewPcapngWriter(w, link)
	}
	return nil, fmt.Errorf("maker: format %s was not resolved", p.Format)
}
