package sipsecdump

import (
	"io"
	"runtime"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/tlsparse"
)

// Source is a capture to read. Several are one capture, in their order.
type Source struct {
	Name   string // as the user named it
	Reader io.Reader
}

// Options tell how captures are analysed. The zero value, and nil, are good.
type Options struct {
	// Keyring holds the private keys and certificates to use. It is not changed.
	Keyring *pki.Keyring
	// KeyLog holds the secrets of key logs; those of the captures are used beside it. It is
	// not changed.
	KeyLog *tlsparse.KeyLog
	// ExportKeyLog takes the secrets that opened records, as a key log, in the order of the
	// events; nil takes none. They are in no other output.
	ExportKeyLog io.Writer
	// Plaintext asks for Plaintext events.
	Plaintext bool
	// At is when the validity of certificates is judged; the zero time stands for the time of
	// the packet that carries the signature.
	At time.Time
	// Rules are those of interoperability that findings are about; nil is none.
	Rules *interop.Set
	// Want, if not nil, tells which events Analyze yields; the others are not copied. It is
	// called by several goroutines, and by the shard that made the event.
	Want func(*report.Event) bool
	// Follow, if not 0, is how often the last capture is looked at for more when its end is
	// reached; it ends with the context then.
	Follow time.Duration
	// Dedupe leaves out packets that came by before, as captures of several interfaces or of
	// mirror ports have them. They are counted.
	Dedupe bool
	// Jobs is the number of shards; 0 stands for the number of processors, and more than 64 for
	// 64: each has buffers of its own. The output does not depend on it.
	Jobs int
	// BatchBytes is the payload octets handed to the shards at once; 0 stands for
	// DefaultBatchBytes. It changes nothing but speed.
	BatchBytes int
}

func (o *Options) orDefault() Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Keyring == nil {
		c.Keyring = &pki.Keyring{}
	}
	if c.KeyLog == nil {
		c.KeyLog = &tlsparse.KeyLog{}
	}
	if c.Jobs <= 0 {
		c.Jobs = runtime.GOMAXPROCS(0)
	}
	c.Jobs = min(c.Jobs, maxJobs)
	if c.BatchBytes <= 0 {
		c.BatchBytes = DefaultBatchBytes
	}
	return c
}
