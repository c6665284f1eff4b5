package main

import (
	"bufio"
	"io"
	"os"

	"github.com/spf13/pflag"

	"sipsecdump/tlsparse"
)

// keyLogOptions are the flags about key logs.
type keyLogOptions struct {
	keyLogs      []string
	exportKeyLog string
}

func addKeyLogFlags(f *pflag.FlagSet, o *keyLogOptions) {
	f.VarP((*repeated)(&o.keyLogs), "keylog", "l", "NSS key log `file` (SSLKEYLOGFILE); env is the file that this variable names. Secrets inside a pcapng capture are used without it")
	f.StringVar(&o.exportKeyLog, "export-keylog", "", "write the secrets that opened records to this `file`, as a key log that other tools read")
}

// keyLogVariable is where TLS libraries find the name of the log to write.
const keyLogVariable = "SSLKEYLOGFILE"

// loadKeyLogs reads the key logs. What is unusable is told, and the rest is used; failed is set
// if a file could not be read.
func (o *keyLogOptions) loadKeyLogs(s *streams) (log *tlsparse.KeyLog, failed bool) {
	log = &tlsparse.KeyLog{}
	empty := len(o.keyLogs) > 0
	for _, name := range o.keyLogs {
		if name == "env" {
			if name = os.Getenv(keyLogVariable); name == "" {
				s.errorf("--keylog env: %s is not set", keyLogVariable)
				failed = true
				continue
			}
		}
		malformed, err := readKeyLog(s, log, name)
		if err != nil {
			s.errorf("%s", describe(err))
			failed = true
		}
		empty = empty && malformed == 0
	}
	if empty && !failed && log.Len() == 0 {
		s.warnf("no key log holds a secret that opens a record")
	}
	if n := log.Overflow(); n > 0 {
		s.warnf("the key logs hold %d secrets more than are kept", n)
	}
	return log, failed
}

func readKeyLog(s *streams, log *tlsparse.KeyLog, name string) (malformed int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	before := log.Len() + log.Ignored()
	lines, malformed, err := log.Read(name, f)
	for _, l := range lines {
		s.warnf("%s", l)
	}
	if more := malformed - len(lines); more > 0 {
		s.warnf("%s: %d more lines cannot be used", name, more)
	}
	if err == nil && malformed > 0 && log.Len()+log.Ignored() == before {
		s.hintf("%s does not look like a key log; a private key goes with --key", name)
	}
	return malformed, err
}

// openExport opens --export-keylog; w is nil if there is none. Others than the user have no
// business with what is in it.
func (o *keyLogOptions) openExport() (w io.Writer, finish func() error, err error) {
	if o.exportKeyLog == "" {
		return nil, func() error { return nil }, nil
	}
	f, err := os.OpenFile(o.exportKeyLog, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, err
	}
	b := bufio.NewWriter(f)
	return b, func() error {
		err := b.Flush()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	}, nil
}
