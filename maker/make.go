package maker

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"sipsecdump/maker/certs"
)

// Make plays the scenario and writes the capture to w. On error what was written is not a
// whole capture.
func Make(ctx context.Context, w io.Writer, o Options) (*Result, error) {
	p, err := o.resolve()
	if err != nil {
		return nil, err
	}
	m := &machine{plan: p, result: &Result{}}
	if m.network.builders, err = p.Network.builders(); err != nil {
		return nil, err
	}
	if err := m.openIdentities(); err != nil {
		return nil, err
	}
	if m.network.out, err = newWriter(p, w); err != nil {
		return nil, err
	}
	m.network.options = p.Network
	m.network.now = m.result.Start
	m.network.fate = m.stream(fateStream)
	m.words = m.stream(wordStream)
	if p.secure() {
		m.security = newSecurity(p, m.identities, func() time.Time { return m.network.now })
		m.security.secrets = m.secrets
	}
	if err := m.play(ctx); err != nil {
		return nil, err
	}
	m.result.Packets = m.network.packets
	return m.result, m.network.out.Flush()
}

// machine is one run of Make.
type machine struct {
	*plan
	identities map[string]*identity
	security   *security // nil without TLS
	network    network
	words      *rand.Rand // identifiers in messages
	result     *Result
}

// The streams of random numbers. They are apart, so that network conditions do not change
// what is said.
const (
	wordStream = iota
	fateStream
	socketStream
	numberStream
)

func (m *machine) stream(n uint64) *rand.Rand { return rand.New(rand.NewPCG(m.Seed, n)) }

// openIdentities loads or makes what the scenario needs and decides when it plays.
func (m *machine) openIdentities() error {
	k, err := openKeys(m.Keys, m.Start)
	if err != nil {
		return err
	}
	m.identities = map[string]*identity{}
	load := func(name string, kind certs.KeyKind) *identity {
		if err != nil {
			return nil
		}
		var id *identity
		id, err = k.identity(name, kind)
		m.identities[name] = id
		return id
	}
	r := m.result
	if m.secure() {
		kind := m.Key
		if m.suite.ecdsa() && kind == certs.RSA2048 {
			kind = certs.ECDSAP256
		}
		id := load(calleeDomain, kind)
		if m.TLS.ClientAuth {
			load(callerDomain, kind)
		}
		if err == nil {
			err = id.suits(m.suite)
		}
		if err == nil && m.suite.static() {
			r.Keys = append(r.Keys, id.keyFile)
		}
		r.KeyLog = !m.suite.static()
	}
	if m.scenario.signed {
		if id := load(caller, certs.RSA2048); err == nil {
			r.Certs = append(r.Certs, id.certFile)
		}
	}
	if m.scenario.encrypted {
		if id := load(callee, certs.RSA2048); err == nil {
			r.Keys = append(r.Keys, id.keyFile)
			err = id.needRSA("encryption to it")
		}
	}
	if err != nil {
		return err
	}
	r.Made, r.CA = k.made, k.rootFile()
	if r.Start = m.Start; r.Start.IsZero() {
		r.Start = startWithin(k.now, m.identities)
	}
	return nil
}

// suits returns an error if the server's key cannot serve the suite.
func (id *identity) suits(s suite) error {
	switch {
	case s.tls13():
		return nil
	case s.ecdsa():
		return id.needCurve(s.name)
	}
	return id.needRSA(s.name)
}

// secrets hands out the key log lines of a connection.
func (m *machine) secrets(lines []byte) error {
	if m.KeyLog != nil {
		if _, err := m.KeyLog.Write(lines); err != nil {
			return err
		}
	}
	if m.Secrets {
		return m.network.out.WriteSecrets(lines)
	}
	return nil
}

// association is a connection that SIP messages are sent on.
type association struct {
	conn
	number int
	base   *path
	*dialog
}

// associate opens the next connection.
func (m *machine) associate() (*association, error) {
	a := &association{number: m.result.Connections}
	m.result.Connections++
	ends := m.endpoints(a.number)
	at := path{net: &m.network, ends: ends, udp: m.Transport == "udp"}
	if at.udp {
		c := &udp{path: at}
		a.base, a.conn = &c.path, c
	} else {
		numbers := rand.New(rand.NewPCG(m.Seed+uint64(a.number), numberStream))
		c := &tcp{path: at, next: [2]uint32{numbers.Uint32(), numbers.Uint32()}}
		a.base, a.conn = &c.path, c
	}
	if m.secure() {
		a.conn = &tlsConn{conn: a.conn, security: m.security, first: a.number == 0}
	}
	if m.webSocket() {
		sockets := rand.New(rand.NewPCG(m.Seed+uint64(a.number), socketStream))
		a.conn = &webSocket{conn: a.conn, host: calleeDomain, end: m.Network.End, random: sockets}
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	a.base.unseen = false
	return a, nil
}

// say sends one message.
func (m *machine) say(a *association, from side, message []byte) error {
	m.result.Messages++
	if m.OnMessage != nil {
		m.OnMessage(Message{Connection: a.number, Response: from == server, Time: m.network.now, Data: message})
	}
	return a.send(from, message)
}

// pause lets time pass.
func (m *machine) pause(d time.Duration) { m.network.now = m.network.now.Add(d) }

func (m *machine) play(ctx context.Context) error {
	if m.scenario.play != nil {
		return m.scenario.play(m, ctx)
	}
	for range m.Connections {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.playMessage(); err != nil {
			return err
		}
	}
	return nil
}

// playMessage is a connection with a MESSAGE and its 200 (RFC 3428).
func (m *machine) playMessage() error {
	a, err := m.associate()
	if err != nil {
		return err
	}
	a.dialog = newDialog(m.plan, a.base.ends, m.words)
	bodies := smime{m.CMS, m.identities[caller], m.identities[callee], m.words, m.network.now}
	body, err := m.scenario.body(&bodies)
	if err != nil {
		return err
	}
	if err := m.say(a, client, a.request("MESSAGE", m.network.now, body)); err != nil {
		return err
	}
	if err := m.say(a, server, a.response("200 OK", "MESSAGE", entity{})); err != nil {
		return err
	}
	if err := a.flush(); err != nil {
		return err
	}
	m.pause(time.Second)
	return a.close()
}

// playCalls deals the calls out to the connections. Calls of different connections run at
// the same time, message by message.
func (m *machine) playCalls(ctx context.Context) error {
	all := make([]*association, min(m.Connections, m.Calls))
	for i := range all {
		var err error
		if all[i], err = m.associate(); err != nil {
			return err
		}
	}
	for made := 0; made < m.Calls; made += len(all) {
		now := all[:min(len(all), m.Calls-made)]
		for i, a := range now {
			a.dialog = newDialog(m.plan, a.base.ends, m.words)
			a.callID = fmt.Sprintf("%d-%s", made+i, a.callID)
		}
		for _, step := range callSteps {
			if err := ctx.Err(); err != nil {
				return err
			}
			for _, a := range now {
				if err := step.messages(m, a); err != nil {
					return err
				}
				if err := a.flush(); err != nil {
					return err
				}
			}
			m.pause(step.then)
		}
	}
	for _, a := range all {
		if err := a.close(); err != nil {
			return err
		}
	}
	return nil
}

// callSteps are what happens in a call without waiting for a person.
var callSteps = []struct {
	messages func(*machine, *association) error
	then     time.Duration
}{
	{func(m *machine, a *association) error {
		if err := m.say(a, client, a.request("INVITE", m.network.now, a.sdp(client, 49170))); err != nil {
			return err
		}
		if err := m.say(a, server, a.response("100 Trying", "INVITE", entity{})); err != nil {
			return err
		}
		return m.say(a, server, a.response("180 Ringing", "INVITE", entity{}))
	}, 2 * time.Second},
	{func(m *machine, a *association) error {
		if err := m.say(a, server, a.response("200 OK", "INVITE", a.sdp(server, 49172))); err != nil {
			return err
		}
		return m.say(a, client, a.request("ACK", m.network.now, entity{}))
	}, 10 * time.Second},
	{func(m *machine, a *association) error {
		if err := m.say(a, client, a.request("BYE", m.network.now, entity{})); err != nil {
			return err
		}
		return m.say(a, server, a.response("200 OK", "BYE", entity{}))
	}, time.Second},
}
