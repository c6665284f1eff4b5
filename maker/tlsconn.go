package maker

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"time"
)

// security is what the TLS connections of a capture share: certificates, the server's
// ticket key and the client's tickets.
type security struct {
	suite   suite
	end     string // how connections end, one of Ends
	resume  bool
	configs [2]*tls.Config
	keylog  bytes.Buffer // of the handshake that runs
	master  []byte       // in hexadecimal: what later connections resume, up to TLS 1.2
	// secrets takes a connection's key log lines, before its packets.
	secrets func(lines []byte) error
}

func newSecurity(p *plan, ids map[string]*identity, now func() time.Time) *security {
	s := &security{suite: p.suite, end: p.Network.End, resume: p.TLS.Resume != ""}
	base := tls.Config{
		MinVersion: p.suite.version,
		MaxVersion: p.suite.version,
		// Listed, a suite is used even if it is off by default; 1.3 chooses for itself.
		CipherSuites: []uint16{p.suite.id},
		// Of one size on all machines and in all versions of crypto/tls.
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
		Time:             now,
		// Certificates are here to be recorded, also those that nobody should accept.
		InsecureSkipVerify:     true,
		ServerName:             calleeDomain,
		SessionTicketsDisabled: !s.resume,
	}
	s.configs[client], s.configs[server] = base.Clone(), base.Clone()
	s.configs[server].Certificates = []tls.Certificate{ids[calleeDomain].Certificate}
	s.configs[client].KeyLogWriter = &s.keylog
	if p.TLS.NoServerName {
		s.configs[client].ServerName = ""
	}
	if s.resume {
		s.configs[client].ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	if p.TLS.ClientAuth {
		s.configs[server].ClientAuth = tls.RequireAnyClientCert
		own := ids[callerDomain].Certificate
		s.configs[client].GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &own, nil
		}
	}
	return s
}

// tlsConn carries octets in TLS records that two crypto/tls endpoints make and read.
type tlsConn struct {
	conn
	*security
	first   bool // no connection was before this one
	duplex  *duplex
	ends    [2]*tls.Conn
	scratch []byte
}

func (c *tlsConn) open() error {
	if err := c.conn.open(); err != nil {
		return err
	}
	c.keylog.Reset()
	c.duplex = newDuplex()
	c.ends[client] = tls.Client(duplexEnd{c.duplex, client}, c.configs[client])
	c.ends[server] = tls.Server(duplexEnd{c.duplex, server}, c.configs[server])
	if err := c.handshake(); err != nil {
		return err
	}
	said := c.duplex.hearken()
	if err := c.completeKeyLog(said[0].data); err != nil {
		return err
	}
	if c.secrets != nil {
		if err := c.secrets(c.keylog.Bytes()); err != nil {
			return err
		}
	}
	if err := c.pass(said); err != nil {
		return err
	}
	return c.flush()
}

func (c *tlsConn) handshake() error {
	result := make(chan error, 1)
	go func() {
		err := c.ends[server].Handshake()
		if err != nil {
			c.duplex.hangUp()
		}
		result <- err
	}()
	err := c.ends[client].Handshake()
	if err != nil {
		c.duplex.hangUp()
	}
	if serverErr := <-result; serverErr != nil || err != nil {
		return fmt.Errorf("TLS handshake: client: %v; server: %v", err, serverErr)
	}
	c.duplex.setImpatient()
	// The tickets of TLS 1.3 come behind the handshake (RFC 8446, Section 4.6.1).
	if _, err := c.ends[client].Read(make([]byte, 1)); !errors.Is(err, errNothing) {
		return fmt.Errorf("TLS: after the handshake the client reads: %v", err)
	}
	return c.check()
}

// check compares what was negotiated with what was asked for.
func (c *tlsConn) check() error {
	got := c.ends[client].ConnectionState()
	if got.CipherSuite != c.suite.id {
		return optionError("TLS.Suite", "crypto/tls chooses among those of TLS 1.3 by the machine, here %s, not %s", tls.CipherSuiteName(got.CipherSuite), c.suite.name)
	}
	if want := c.resume && !c.first; got.DidResume != want {
		return fmt.Errorf("TLS: resumed: %t, wanted: %t", got.DidResume, want)
	}
	return nil
}

// completeKeyLog adds the line of a session that is resumed in TLS 1.2 or less: crypto/tls
// logs it only once, by the random of the handshake that made it.
func (c *tlsConn) completeKeyLog(hello []byte) error {
	if c.suite.tls13() {
		return nil
	}
	if c.first {
		fields := bytes.Fields(c.keylog.Bytes())
		if len(fields) != 3 {
			return errors.New("TLS: crypto/tls logged no master secret")
		}
		c.master = bytes.Clone(fields[2])
	}
	if c.keylog.Len() > 0 {
		return nil
	}
	const random = 5 + 4 + 2 // behind the headers of record and handshake and the version (RFC 5246, Section 7.4.1.2)
	if len(hello) < random+32 {
		return errors.New("TLS: the client's first write is no ClientHello")
	}
	fmt.Fprintf(&c.keylog, "CLIENT_RANDOM %x %s\n", hello[random:random+32], c.master)
	return nil
}

// pass hands on what the endpoints said.
func (c *tlsConn) pass(said []saying) error {
	for _, s := range said {
		if err := c.conn.send(s.from, s.data); err != nil {
			return err
		}
	}
	return nil
}

func (c *tlsConn) send(from side, data []byte) error {
	if _, err := c.ends[from].Write(data); err != nil {
		return err
	}
	if cap(c.scratch) < len(data) {
		c.scratch = make([]byte, len(data))
	}
	got := c.scratch[:len(data)]
	if _, err := io.ReadFull(c.ends[from.peer()], got); err != nil {
		return err
	}
	if !bytes.Equal(got, data) {
		return errors.New("TLS: the peer read something else than was sent")
	}
	return c.pass(c.duplex.hearken())
}

func (c *tlsConn) close() error {
	if c.end == "fin" {
		for _, from := range []side{client, server} {
			if err := c.ends[from].Close(); err != nil {
				return err
			}
		}
		if err := c.pass(c.duplex.hearken()); err != nil {
			return err
		}
	}
	return c.conn.close()
}
