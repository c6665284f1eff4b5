package document

import (
	"fmt"
	"net/netip"

	"sipsecdump/escape"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// names are what the capture calls its endpoints: the names that clients asked for, and those in
// certificates.
type names struct {
	asked, certified map[netip.AddrPort]string // "" if there are several
}

// several stands for more than one name.
const several = ""

func note(m *map[netip.AddrPort]string, a netip.AddrPort, name string) {
	if *m == nil {
		*m = map[netip.AddrPort]string{}
	}
	if old, ok := (*m)[a]; ok && old != name {
		name = several
	}
	(*m)[a] = name
}

// record takes the names from the handshake messages of a record.
func (n *names) record(f *report.Flow, r *tlsparse.Record) {
	for i := range r.Messages {
		switch b := r.Messages[i].Body.(type) {
		case *tlsparse.ClientHello:
			if name := b.ServerName(); name != "" {
				note(&n.asked, f.Server, name)
			}
		case *tlsparse.Certificate:
			if len(b.Chain) == 0 {
				continue
			}
			c, err := b.Parsed(0)
			if err != nil || len(c.DNSNames) != 1 {
				continue
			}
			if r.Dir == tlsparse.ClientToServer {
				note(&n.certified, f.Client, c.DNSNames[0])
			} else {
				note(&n.certified, f.Server, c.DNSNames[0])
			}
		}
	}
}

// settle returns the names that stand for one endpoint alone, by endpoint. A name that a client
// asked for goes before one of a certificate.
func (n *names) settle(o *Options) map[string]string {
	settled := map[string]string{}
	if o.Numeric {
		return settled
	}
	hosts := map[string]netip.Addr{}
	shared := map[string]bool{} // names of more than one host
	put := func(a netip.AddrPort, name string) {
		if name == several {
			return
		}
		if host, ok := hosts[name]; ok && host != a.Addr() {
			shared[name] = true
		}
		hosts[name] = a.Addr()
		settled[a.String()] = name
	}
	for a, name := range n.certified {
		if _, ok := n.asked[a]; !ok {
			put(a, name)
		}
	}
	for a, name := range n.asked {
		put(a, name)
	}
	for a, name := range settled {
		if shared[name] {
			delete(settled, a)
		}
	}
	return settled
}

// endpoint gives an endpoint as the listing writes it: its alias, name(port) or address(port).
func endpoint(o *Options, names map[string]string, a netip.AddrPort) string {
	if n, ok := o.Aliases[a]; ok {
		return string(escape.AppendText(nil, n))
	}
	name := a.Addr().String()
	if n, ok := names[a.String()]; ok {
		name = n
	}
	if n, ok := o.Aliases[netip.AddrPortFrom(a.Addr(), 0)]; ok {
		name = n
	}
	return fmt.Sprintf("%s(%d)", escape.AppendText(nil, name), a.Port())
}
