package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

// makeOptions are the flags of make, as given.
type makeOptions struct {
	maker.Options
	key    string
	start  string
	vlan   []uint
	output string
	keylog string
}

// newMake is the command that makes test captures.
func newMake(s *streams) *cobra.Command {
	var o makeOptions
	c := &cobra.Command{
		Use:   "make SCENARIO -o FILE",
		Short: "make a test capture with known keys",
		Long: `make plays a scenario between fluffy@example.com and kumiko@example.net and
writes it as a capture. Its TLS is spoken by two real endpoints. Random values
differ from run to run; structure, keys, plaintext and times do not.

The scenarios:
` + scenarioHelp(),
		Example: `  sipsecdump make tls -o tls.pcap
  sipsecdump make tls --tls 1.3 --secrets -o tls13.pcapng
  sipsecdump make signed --transport udp --no-certificates -o signed.pcap
  sipsecdump make script invite.sip ok.sip ack.sip --transport udp -o call.pcap
  sipsecdump make calls 1000 --connections 10 --reorder 5 --loss 1 -o calls.pcap`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.read(args, cmd.Flags().Changed("keylog")); err != nil {
				return err
			}
			return o.make(cmd.Context(), s)
		},
	}
	o.addFlags(c)
	return c
}

func scenarioHelp() string {
	var b strings.Builder
	for _, i := range maker.Scenarios() {
		name := i.Name
		switch name {
		case "calls":
			name += " [N]"
		case "script":
			name += " FILE..."
		}
		fmt.Fprintf(&b, "  %-16s %s\n", name, i.Help)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (o *makeOptions) addFlags(c *cobra.Command) {
	list := func(names []string) string { return strings.Join(names, ", ") }
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&o.output, "output", "o", "", "`file` to write the capture to; - is standard output")
	f.StringVar(&o.Keys, "keys", keysFolder, "`directory` of keys and certificates; what is needed and not there is made there")
	f.StringVar(&o.key, "key", certs.KeyKinds()[0], "kind of the servers' keys, where they are made: "+list(certs.KeyKinds()))
	f.StringVar(&o.Transport, "transport", "", list(maker.Transports())+" (default tls for scenario tls, else tcp)")
	f.IntVar(&o.Connections, "connections", 0, "connections; calls are dealt out to them (default 1, with --resume 2)")
	f.StringVar(&o.TLS.Version, "tls", "", "TLS version: "+list(maker.TLSVersions())+" (default the latest that has the suite, or 1.2)")
	f.StringVar(&o.TLS.Suite, "suite", "", "cipher suite, by IANA's `name` (default one that the server's RSA key opens)")
	f.BoolVar(&o.TLS.ClientAuth, "client-auth", false, "the client presents a certificate")
	f.StringVar(&o.TLS.Resume, "resume", "", "later connections resume the first one's session: by ticket")
	f.BoolVar(&o.TLS.Renegotiate, "renegotiate", false, "a second handshake inside the first; tells where captures of it are")
	f.StringVar(&o.CMS.Digest, "digest", "", "digest of signed bodies: "+list(maker.Digests())+" (default sha256)")
	f.StringVar(&o.CMS.Encryption, "encryption", "", "encryption of bodies: "+list(maker.Encryptions())+" (default aes128-cbc)")
	f.BoolVar(&o.CMS.NoCertificates, "no-certificates", false, "signed bodies without the signer's certificate")
	f.BoolVar(&o.CMS.NullParameters, "null-parameters", false, "the digest's AlgorithmIdentifier has NULL parameters, not none")
	f.BoolVar(&o.CMS.NoAttributes, "no-attributes", false, "signed bodies without signed attributes")
	f.BoolVar(&o.CMS.Base64, "base64", false, "bodies in base64, not binary")
	f.BoolVar(&o.Network.IPv6, "ipv6", false, "IPv6 between the endpoints")
	f.StringVar(&o.Network.Link, "link", "", "link type: "+list(maker.Links())+" (default ethernet)")
	f.UintSliceVar(&o.vlan, "vlan", nil, "VLAN `tags`, outermost first")
	f.StringSliceVar(&o.Network.Tunnels, "tunnel", nil, "tunnels, outermost first: "+list(maker.TunnelKinds()))
	f.IntVar(&o.Network.MTU, "mtu", 0, "longest IP packet, in `octets`; longer ones are fragmented (default 1500)")
	f.IntVar(&o.Network.MSS, "mss", 0, "longest TCP segment, in `octets` (default what the MTU leaves; 256 with --reorder, --loss or --overlap)")
	f.BoolVar(&o.Network.Coalesce, "coalesce", false, "TCP segments do not end where messages and records do")
	f.IntVar(&o.Network.Reorder, "reorder", 0, "`percent` of packets and fragments that change places with the next")
	f.IntVar(&o.Network.Loss, "loss", 0, "`percent` of packets that are lost and come again later")
	f.IntVar(&o.Network.Drop, "drop", 0, "`percent` of packets that the capture misses")
	f.IntVar(&o.Network.Duplicate, "duplicate", 0, "`percent` of packets that come twice")
	f.IntVar(&o.Network.Overlap, "overlap", 0, "`percent` of TCP segments that repeat the end of the one before")
	f.BoolVar(&o.Network.OverlapDiffers, "overlap-differs", false, "what is repeated has other values; the first are true")
	f.StringVar(&o.Network.Start, "begin", "", "the capture begins with the TCP handshake (syn), after it (data), or after all handshakes (mid) (default syn)")
	f.StringVar(&o.Network.End, "end", "", "connections end by: "+list(maker.Ends())+" (default fin)")
	f.StringVar(&o.Format, "format", "", list(maker.Formats())+" (default pcapng with --secrets, else pcap)")
	f.BoolVar(&o.Secrets, "secrets", false, "write the TLS secrets into the capture")
	f.StringVar(&o.keylog, "keylog", "", "`file` for the TLS key log (default FILE.keylog beside the capture; - is none)")
	f.StringVar(&o.start, "start", "", "`time` of the first packet (default "+maker.DefaultStart.Format(time.RFC3339)+", or when the keys became valid)")
	f.Uint64Var(&o.Seed, "seed", 0, "varies identifiers and which packets the network conditions hit")

	f.Lookup("vlan").DefValue = "" // pflag would tell []

	completeFlags(c, map[string][]string{
		"key": certs.KeyKinds(), "transport": maker.Transports(), "tls": maker.TLSVersions(), "suite": maker.Suites(),
		"resume": {"ticket"}, "digest": maker.Digests(), "encryption": maker.Encryptions(), "link": maker.Links(),
		"tunnel": maker.TunnelKinds(), "begin": maker.Starts(), "end": maker.Ends(), "format": maker.Formats(),
	})
}

// makeFlags are the flags that stand for the fields of maker.Options.
var makeFlags = map[string]string{
	"Transport": "--transport", "Keys": "--keys", "Calls": "calls N", "Connections": "--connections",
	"Script": "script FILE...", "Secrets": "--secrets", "TLS": "--tls", "TLS.Suite": "--suite", "TLS.Resume": "--resume",
	"TLS.Renegotiate": "--renegotiate", "Network.Link": "--link", "Network.VLAN": "--vlan",
	"Network.Tunnels": "--tunnel", "Network.MTU": "--mtu", "Network.MSS": "--mss",
	"Network.Coalesce": "--coalesce", "Network.Reorder": "--reorder", "Network.Loss": "--loss",
	"Network.Drop": "--drop", "Network.Duplicate": "--duplicate", "Network.Overlap": "--overlap",
	"Network.OverlapDiffers": "--overlap-differs", "Network.Start": "--begin", "Network.End": "--end",
	"Network": "--link and --vlan",
}

// readScript reads the files of messages.
func (o *makeOptions) readScript(names []string) error {
	messages := make([][]byte, len(names))
	for i, name := range names {
		var err error
		if messages[i], err = os.ReadFile(name); err != nil {
			return err
		}
	}
	o.Script = maker.Script(messages...)
	return nil
}

// read reads the arguments, and the flags that are not maker's as they stand.
func (o *makeOptions) read(args []string, keylogGiven bool) (err error) {
	switch {
	case len(args) == 0:
		return usageError{errors.New("no scenario given")}
	case len(args) == 2 && args[0] == "calls":
		if o.Calls, err = strconv.Atoi(args[1]); err != nil || o.Calls < 1 {
			return usageError{fmt.Errorf("calls: %q is no number of calls", args[1])}
		}
	case args[0] == "script":
		if err := o.readScript(args[1:]); err != nil {
			return err
		}
	case len(args) > 1:
		extra := args[1]
		if args[0] == "calls" {
			extra = args[2] // behind the number
		}
		return usageError{fmt.Errorf("one scenario at a time; %q is one too many", extra)}
	}
	o.Scenario = args[0]
	if o.output == "" {
		return usageError{errors.New("-o FILE is needed")}
	}
	if o.Options.Key, err = certs.ParseKeyKind(o.key); err != nil {
		return usageError{err}
	}
	for _, id := range o.vlan {
		if id > 0xfff {
			return usageError{fmt.Errorf("--vlan: %d has more than 12 bits", id)}
		}
		o.Network.VLAN = append(o.Network.VLAN, uint16(id))
	}
	if o.start != "" {
		if o.Start, err = time.Parse(time.RFC3339Nano, o.start); err != nil {
			return usageError{fmt.Errorf("--start: %q is no RFC 3339 time", o.start)}
		}
	}
	switch {
	case o.keylog == "-", !keylogGiven && o.output == "-":
		o.keylog = ""
	case !keylogGiven:
		o.keylog = o.output + ".keylog"
	}
	return nil
}

func (o *makeOptions) make(ctx context.Context, s *streams) error {
	capture := &lateFile{path: o.output}
	if o.output == "-" {
		if isTerminal(s.out) {
			return usageError{errors.New("-o -: a capture is not for a terminal")}
		}
		capture.to = s.out
	}
	keylog := &lateFile{path: o.keylog, mode: 0o600}
	if o.keylog != "" {
		o.KeyLog = keylog
	}
	result, err := maker.Make(ctx, capture, o.Options)
	for _, f := range []*lateFile{capture, keylog} {
		if cerr := f.close(); err == nil {
			err = cerr
		}
	}
	var option *maker.OptionError
	switch {
	case errors.As(err, &option):
		return usageError{fmt.Errorf("%s: %s", makeFlags[option.Option], option.Reason)}
	case errors.Is(err, context.Canceled):
		return exitError(exitInterrupted)
	case err != nil:
		return certsError(err)
	}
	o.tell(s, result, keylog.file != nil)
	return nil
}

// tell says on standard error what was made and what opens it.
func (o *makeOptions) tell(s *streams, r *maker.Result, keylog bool) {
	say := func(format string, args ...any) { fmt.Fprintln(s.err, printable(fmt.Sprintf(format, args...))) }
	if len(r.Made) > 0 {
		s.warnf("%s", certs.Warning)
		say("keys made in %s: %s", o.Keys, count(len(r.Made), "file"))
	}
	say("%s: %s, %s, %s, from %s", o.output, count(r.Packets, "packet"), count(r.Messages, "message"),
		count(r.Connections, "connection"), r.Start.Format(time.RFC3339))
	for _, k := range r.Keys {
		say("key: %s", k)
	}
	for _, c := range r.Certs {
		say("signer's certificate: %s", c)
	}
	if r.CA != "" && len(r.Certs)+len(r.Keys) > 0 {
		say("authority: %s", r.CA)
	}
	if keylog {
		say("key log: %s", o.keylog)
	} else if r.KeyLog && !o.Secrets {
		s.warnf("nothing opens the TLS connections: no key log was written")
	}
}

func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// lateFile is created when something is written to it: a command that is wrong leaves no
// file behind and destroys none.
type lateFile struct {
	path string
	mode os.FileMode // 0: 0666
	file *os.File
	to   io.Writer
}

func (f *lateFile) Write(p []byte) (int, error) {
	if f.to == nil {
		mode := f.mode
		if mode == 0 {
			mode = 0o666
		}
		var err error
		if f.file, err = os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode); err != nil {
			return 0, err
		}
		f.to = f.file
	}
	return f.to.Write(p)
}

func (f *lateFile) close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
