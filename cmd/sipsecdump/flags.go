package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/report/listing"
)

// dumpOptions are the flags of dump, as given.
type dumpOptions struct {
	keyLogOptions
	inputs                 []string // of -r and -I
	keys, certs, cas, crls []string
	passphrases, passFiles []string
	secrets, secretFiles   []string
	show                   []string
	style, asn1            string
	suiteNames             string
	format, output, color  string
	archive                string // of listing
	json                   bool
	all, data, hex         bool
	certificates           bool
	absolute, numeric      bool
	aliases                []string
	follow, dedupe         bool
	at                     string
	jobs                   int
	failOn                 []string
	findings               bool // that findings are told, or were asked about
	rules                  []string
	severity               string
}

func addDumpFlags(c *cobra.Command, o *dumpOptions) {
	f := c.Flags()
	addCaptureFlags(f, o)
	f.StringSliceVar(&o.show, "show", nil, "layers to show, of the `list` "+strings.Join(layerNames(), ", ")+" (default all but finding; with --style rfc6216 or ssldump: tls)")
	f.StringVar(&o.style, "style", "full", "`name` of the TLS listing: full, rfc6216 (what the RFC's ssldump printed) or ssldump (the layout of 1.5)")
	addSuiteNamesFlag(f, o)
	addTreeFlag(f, o)
	addOutputFlags(f, o)
	f.BoolVarP(&o.all, "all", "A", false, "all fields of records (style full shows them anyway)")
	f.BoolVarP(&o.certificates, "certificates", "N", false, "certificates in full, as openssl x509 -text prints them (style ssldump: what ssldump -N prints)")
	f.BoolVarP(&o.data, "data", "d", false, "decrypted application data, and what TCP carries without TLS or before it, as ssldump dumps them; also where they are shown as SIP")
	f.BoolVarP(&o.hex, "hex", "x", false, "octets of each record, as on the wire")
	f.BoolVarP(&o.absolute, "absolute", "e", false, "absolute times")
	f.BoolVarP(&o.numeric, "numeric", "n", false, "no effect: names are never looked up")
	addAliasFlag(f, o)
	addAnalysisFlags(f, o)

	completeFlags(c, map[string][]string{"show": layerNames(), "style": styleNames()})
}

// The flags that other commands have too.

// addCaptureFlags adds those of all commands that read captures, which come first.
func addCaptureFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.SortFlags = false
	addInputFlags(f, o)
	addKeyFlags(f, o)
	addPassphraseFlags(f, o)
	addKeyLogFlags(f, &o.keyLogOptions)
}

func addInputFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.VarP((*repeated)(&o.inputs), "read", "r", "read this capture `file`, as if it were an argument; - is standard input")
	f.VarP((*repeated)(&o.inputs), "input", "I", "the same (`file`), for fingers that know sngrep")
}

func addAnalysisFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.StringVar(&o.at, "at", "capture", "when the validity of certificates is judged: an RFC 3339 `time`, now, or capture (each packet's time)")
	f.BoolVar(&o.dedupe, "dedupe", false, "leave out packets that came by before, as captures of several interfaces or mirror ports have them; they are counted")
	f.BoolVar(&o.follow, "follow", false, "when the last capture ends, wait for more, until interrupted")
	f.IntVar(&o.jobs, "jobs", 0, "`number` of workers; the output does not depend on it (default: the processors)")
	f.Var((*repeated)(&o.rules), "rule", "how much findings of a rule matter, as `ID=SEVERITY`: "+strings.Join(interop.SettingNames(), ", ")+"; ID may end in * and stand for several")
	f.StringVar(&o.severity, "severity", "note", "least `severity` of findings: note, warning or error; others are not looked for")
	f.StringSliceVar(&o.failOn, "fail-on", nil, "exit with 3 if there is any of the `list`: "+strings.Join(failNames, ","))
}

func addKeyFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.VarP((*repeated)(&o.keys), "key", "k", "private key `file`, or a directory of them: PEM, DER or PKCS#12; used wherever it fits")
	f.Var((*repeated)(&o.certs), "cert", "certificate `file`, or a directory of them: PEM, DER, PKCS#7 or PKCS#12")
	f.Var((*repeated)(&o.cas), "ca", "certificates to trust, in a `file` or directory")
	f.Var((*repeated)(&o.crls), "crl", "certificate revocation lists, in a `file` or directory: PEM or DER")
	f.Var((*repeated)(&o.secrets), "secret-key", "symmetric `key` in hex, of recipients that have one and of EncryptedData; [ID:]HEX if it has an identifier")
	f.Var((*repeated)(&o.secretFiles), "secret-key-file", "`file` whose lines are symmetric keys, as [ID:]HEX")
}

func addPassphraseFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.VarP((*repeated)(&o.passphrases), "passphrase", "p", "passphrase `text` of encrypted keys, and of recipients that have one; each one given is tried")
	f.Var((*repeated)(&o.passFiles), "passphrase-file", "`file` whose lines are passphrases")
}

func addTreeFlag(f *pflag.FlagSet, o *dumpOptions) {
	f.StringVar(&o.asn1, "asn1", "rfc6216", "`name` of the style of ASN.1 trees: "+strings.Join(treeNames(), ", "))
}

func addSuiteNamesFlag(f *pflag.FlagSet, o *dumpOptions) {
	f.StringVar(&o.suiteNames, "suite-names", "iana", "`whose` names cipher suites have: iana, or rfc6216 (the registry's but for the four that the RFC's listing has otherwise)")
}

func addAliasFlag(f *pflag.FlagSet, o *dumpOptions) {
	f.Var((*repeated)(&o.aliases), "alias", "name for an endpoint, as `ADDR[:PORT]=NAME`")
}

func addOutputFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.StringVar(&o.format, "format", "text", "`name` of the format: text, or json, one event a line")
	addWhereFlags(f, o)
	addColorFlag(f, o)
}

func addColorFlag(f *pflag.FlagSet, o *dumpOptions) {
	f.StringVar(&o.color, "color", "auto", "`when` to colour: auto, always or never; NO_COLOR is honoured")
}

func addWhereFlags(f *pflag.FlagSet, o *dumpOptions) {
	f.BoolVarP(&o.json, "json", "j", false, "short for --format json")
	f.StringVarP(&o.output, "output", "o", "", "write to this `file`, not to standard output")
}

// completeFlags tells the shell the values of flags: those that the command alone has or takes,
// and those of the flags that commands share.
func completeFlags(c *cobra.Command, own map[string][]string) {
	complete := func(name string, values []string) {
		if c.Flags().Lookup(name) == nil {
			return
		}
		err := c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(slices.Clone(values), cobra.ShellCompDirectiveNoFileComp))
		if err != nil {
			panic(err) // only a flag that is not defined, or twice, is an error
		}
	}
	for name, values := range own {
		complete(name, values)
	}
	for name, values := range map[string][]string{
		"asn1": treeNames(), "format": {"text", "json"}, "color": {"auto", "always", "never"},
		"at": {"now", "capture"}, "severity": interop.SeverityNames(), "fail-on": failNames, "suite-names": listing.SuiteNameNames,
	} {
		if own[name] == nil {
			complete(name, values)
		}
	}
}

// repeated is a flag that may be repeated, under more than one name. Its values may hold any character.
type repeated []string

func (l *repeated) String() string { return strings.Join(*l, ",") }
func (l *repeated) Type() string   { return "list" }

func (l *repeated) Set(s string) error {
	*l = append(*l, s)
	return nil
}

var failNames = []string{"undecrypted", "badsig", "malformed", "anomaly", "finding"}

// styles, by name, in the order they are told.
var styles = []struct {
	name  string
	style listing.Style
}{
	{"full", listing.Full}, {"rfc6216", listing.RFC6216}, {"ssldump", listing.Ssldump},
}

func styleNames() []string {
	var names []string
	for _, s := range styles {
		names = append(names, s.name)
	}
	return names
}

func layerNames() []string {
	var names []string
	for _, l := range report.Layers {
		names = append(names, l.String())
	}
	return names
}

// textOptions reads the flags that shape text.
func (o *dumpOptions) textOptions() (report.TextOptions, error) {
	var t report.TextOptions
	i := slices.Index(styleNames(), o.style)
	if i < 0 {
		return t, unknown("--style", o.style, styleNames())
	}
	t.Listing.Style = styles[i].style
	t.Listing.AllFields, t.Listing.Data, t.Listing.Hex, t.Listing.Absolute = o.all, o.data, o.hex, o.absolute
	t.Listing.Certificates = o.certificates
	var err error
	if t.Listing.SuiteNames, err = parseSuiteNames(o.suiteNames); err != nil {
		return t, err
	}
	if t.Tree, err = treeStyle(o.asn1); err != nil {
		return t, err
	}
	if t.Show, err = o.layers(t.Listing.Style); err != nil {
		return t, err
	}
	t.Aliases, err = parseAliases(o.aliases)
	return t, err
}

// parseSuiteNames reads --suite-names.
func parseSuiteNames(name string) (listing.SuiteNames, error) {
	i := slices.Index(listing.SuiteNameNames, name)
	if i < 0 {
		return 0, unknown("--suite-names", name, listing.SuiteNameNames)
	}
	return listing.SuiteNames(i), nil
}

// layers reads --show. The styles that imitate a listing show what it showed.
func (o *dumpOptions) layers(style listing.Style) (report.LayerSet, error) {
	if len(o.show) == 0 {
		if style == listing.Full {
			return report.ListingLayers, nil
		}
		return report.ListingLayers.Only(report.LayerTLS), nil
	}
	var set report.LayerSet
	for _, name := range o.show {
		i := slices.Index(layerNames(), name)
		if i < 0 {
			return 0, unknown("--show", name, layerNames())
		}
		set = set.With(report.Layers[i])
	}
	return set, nil
}

func unknown(flag, value string, known []string) error {
	return usageError{fmt.Errorf("%s: %q is not one of %s", flag, value, strings.Join(known, ", "))}
}

// parseAliases reads ADDR[:PORT]=NAME. An alias without a port has port 0 and stands for
// every port of the address.
func parseAliases(list []string) (map[netip.AddrPort]string, error) {
	m := make(map[netip.AddrPort]string, len(list))
	for _, a := range list {
		addr, name, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--alias: %q is not ADDR[:PORT]=NAME", a)}
		}
		if ap, err := netip.ParseAddrPort(addr); err == nil {
			m[ap] = name
		} else if ip, err := netip.ParseAddr(strings.Trim(addr, "[]")); err == nil {
			m[netip.AddrPortFrom(ip, 0)] = name
		} else {
			return nil, usageError{fmt.Errorf("--alias: %q is not an address, nor an address and a port", addr)}
		}
	}
	return m, nil
}

// parseAt reads --at. The zero time stands for each packet's own.
func parseAt(s string) (time.Time, error) {
	switch s {
	case "capture":
		return time.Time{}, nil
	case "now":
		return time.Now().UTC(), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("--at: %q is neither an RFC 3339 time, nor a date, nor now or capture", s)}
}
