package maker

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"
)

// duplex joins two crypto/tls endpoints in memory and writes down what they say, in the
// order in which they say it.
type duplex struct {
	mu      sync.Mutex
	arrived sync.Cond
	in      [2]bytes.Buffer // what each side has not read
	said    []saying
	// impatient makes a read that finds nothing return errNothing instead of waiting.
	impatient bool
	closed    bool
}

// saying is one write.
type saying struct {
	from side
	data []byte
}

func newDuplex() *duplex {
	d := &duplex{}
	d.arrived.L = &d.mu
	return d
}

// hearken returns what was said since the last call.
func (d *duplex) hearken() []saying {
	d.mu.Lock()
	defer d.mu.Unlock()
	said := d.said
	d.said = nil
	return said
}

// setImpatient changes how reads treat nothing.
func (d *duplex) setImpatient() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.impatient = true
	d.arrived.Broadcast()
}

// hangUp lets every read that finds nothing return io.EOF.
func (d *duplex) hangUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	d.arrived.Broadcast()
}

// errNothing is what an impatient read finds. crypto/tls takes it for a state that passes.
var errNothing net.Error = nothing{}

type nothing struct{}

func (nothing) Error() string   { return "maker: nothing to read" }
func (nothing) Timeout() bool   { return true }
func (nothing) Temporary() bool { return true }

// duplexEnd is one side's net.Conn.
type duplexEnd struct {
	*duplex
	side side
}

func (e duplexEnd) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	in := &e.in[e.side]
	for in.Len() == 0 {
		switch {
		case e.closed:
			return 0, io.EOF
		case e.impatient:
			return 0, errNothing
		}
		e.arrived.Wait()
	}
	return in.Read(p)
}

func (e duplexEnd) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.said = append(e.said, saying{e.side, bytes.Clone(p)})
	e.in[e.side.peer()].Write(p)
	e.arrived.Broadcast()
	return len(p), nil
}

func (e duplexEnd) Close() error                     { return nil }
func (e duplexEnd) LocalAddr() net.Addr              { return memoryAddr(e.side) }
func (e duplexEnd) RemoteAddr() net.Addr             { return memoryAddr(e.side.peer()) }
func (e duplexEnd) SetDeadline(time.Time) error      { return nil }
func (e duplexEnd) SetReadDeadline(time.Time) error  { return nil }
func (e duplexEnd) SetWriteDeadline(time.Time) error { return nil }

type memoryAddr side

func (memoryAddr) Network() string  { return "memory" }
func (a memoryAddr) String() string { return side(a).String() }
