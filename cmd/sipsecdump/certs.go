package main

import (
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sipsecdump/maker/certs"
)

// keysFolder is where test keys are made and looked for.
const keysFolder = "keys"

// certsOptions are the flags of certs ca and certs make, as given.
type certsOptions struct {
	output    string
	key       string
	sha1      bool
	days      int
	daysGiven bool
	subject   string
	passout   string
	passin    string
	der       bool
	force     bool

	document string // ca
	sub      string // ca

	eku       bool     // make
	pkcs8     bool     // make
	scenarios []string // make
}

// newCerts is the command that makes test certificates.
func newCerts(s *streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "certs",
		Short: "make test certificates",
		Long: `certs makes certificates for tests of secured SIP, as the makeCA and makeCert
scripts of draft-ietf-sipping-sec-flows-00 and RFC 6216 do, with the same
files and without openssl. They are for tests only.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("certs: ca or make is to follow")}
			}
			return usageError{fmt.Errorf("certs: ca or make is to follow, not %q", args[0])}
		},
	}
	c.AddCommand(newCertsCA(s), newCertsMake(s))
	return c
}

func newCertsCA(s *streams) *cobra.Command {
	var o certsOptions
	c := &cobra.Command{
		Use:   "ca",
		Short: "make a certification authority",
		Long: `ca makes a mock certification authority: root_cert_fluffyCA.pem and demoCA/,
which openssl's ca command can work with.`,
		Example: `  sipsecdump certs ca -o keys
  sipsecdump certs ca --sub keys -o sub
  sipsecdump certs ca --document rfc6216 -o documents`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.daysGiven = cmd.Flags().Changed("days")
			return certsCA(s, &o)
		},
	}
	o.addFlags(c, certs.DefaultAuthorityDays)
	f := c.Flags()
	f.StringVar(&o.document, "document", "", "take the authority of a document: "+strings.Join(certs.Documents(), " or "))
	f.StringVar(&o.sub, "sub", "", "make one below the authority in this `directory`")
	return c
}

func newCertsMake(s *streams) *cobra.Command {
	var o certsOptions
	c := &cobra.Command{
		Use:   "make NAME...",
		Short: "make certificates",
		Long: `make makes a key and a certificate for each NAME: a host, user@host or a URI.
The authority is the one in the output directory; if there is none it is made.

With --scenario it makes the certificates of a scenario of RFC 6216, Section
6, each in a directory of its own.`,
		Example: `  sipsecdump certs make example.com example.net fluffy@example.com
  sipsecdump certs make --eku --key ecdsa-p256 sip.example.com
  sipsecdump certs make --days 0 expired.example.com
  sipsecdump certs make --scenario all -o scenarios`,
		RunE: func(cmd *cobra.Command, names []string) error {
			o.daysGiven = cmd.Flags().Changed("days")
			if len(o.scenarios) > 0 {
				return certsScenarios(s, &o, names)
			}
			return certsMake(s, &o, names)
		},
	}
	o.addFlags(c, certs.DefaultDays)
	f := c.Flags()
	f.BoolVar(&o.eku, "eku", false, "with extended key usage: id-kp-sipDomain, and serverAuth or emailProtection")
	f.BoolVar(&o.pkcs8, "pkcs8", false, "write the key as encrypted PKCS#8 too, in DER (.p8c)")
	f.StringSliceVar(&o.scenarios, "scenario", nil, "make this scenario of RFC 6216, Section 6, or all: "+strings.Join(scenarioNames(), ", "))
	return c
}

func (o *certsOptions) addFlags(c *cobra.Command, days int) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&o.output, "output", "o", keysFolder, "`directory` to write to")
	f.StringVar(&o.key, "key", certs.KeyKinds()[0], "kind of key: "+strings.Join(certs.KeyKinds(), ", "))
	f.BoolVar(&o.sha1, "sha1", false, "sign with SHA-1, as the documents do")
	f.IntVar(&o.days, "days", days, "days of validity from now; 0: valid from 1999-01-01 to 2000-01-01")
	f.StringVar(&o.subject, "subject", "", `subject, as "/C=US/O=sipit/CN=example.com" (default: the documents')`)
	f.StringVar(&o.passout, "passout", certs.Passphrase, "passphrase of what is written under one")
	f.StringVar(&o.passin, "passin", certs.Passphrase, "passphrase of the authority's key")
	f.BoolVar(&o.der, "der", false, "write certificates in DER too")
	f.BoolVar(&o.force, "force", false, "replace files that exist")
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("there is no argument to give, such as %q", args[0])}
	}
	return nil
}

func scenarioNames() []string {
	var names []string
	for _, s := range certs.Scenarios() {
		names = append(names, s.Name)
	}
	return names
}

func (o *certsOptions) writeOptions() certs.WriteOptions {
	return certs.WriteOptions{Passphrase: o.passout, PKCS8: o.pkcs8, DER: o.der, Force: o.force}
}

func (o *certsOptions) digest() crypto.Hash {
	if o.sha1 {
		return crypto.SHA1
	}
	return crypto.SHA256
}

// authorityOptions reads the flags of an authority.
func (o *certsOptions) authorityOptions() (a certs.AuthorityOptions, err error) {
	if a.Key, err = certs.ParseKeyKind(o.key); err != nil {
		return a, certsError(err)
	}
	if o.daysGiven && o.days <= 0 {
		return a, usageError{fmt.Errorf("--days: an authority of %d days makes nothing that is valid", o.days)}
	}
	if a.Subject, err = o.parseSubject(); err != nil {
		return a, err
	}
	a.Days, a.Digest = o.days, o.digest()
	return a, nil
}

func (o *certsOptions) parseSubject() (certs.Subject, error) {
	if o.subject == "" {
		return nil, nil
	}
	subject, err := certs.ParseSubject(o.subject)
	if err != nil {
		return nil, usageError{fmt.Errorf("--subject: %w", err)}
	}
	return subject, nil
}

// certsError makes a usage error of what the command line got wrong.
func certsError(err error) error {
	var name *certs.NameError
	var unknown *certs.UnknownError
	if errors.As(err, &name) || errors.As(err, &unknown) {
		return usageError{err}
	}
	return err
}

// filesWritten lists files on standard output, each once: an authority's record is written again
// whenever it makes something.
type filesWritten struct {
	*streams
	told map[string]bool
}

func newFilesWritten(s *streams) *filesWritten {
	return &filesWritten{s, make(map[string]bool)}
}

// add lists the files that are new, and returns err in the form that a command returns it.
func (s *filesWritten) add(files []string, err error) error {
	for _, f := range files {
		if s.told[f] {
			continue
		}
		s.told[f] = true
		if _, e := fmt.Fprintln(s.out, printable(f)); e != nil && err == nil {
			err = e
		}
	}
	if errors.Is(err, fs.ErrExist) {
		s.errorf("%s", describe(err))
		s.hintf("--force replaces what exists")
		return exitError(exitFailed)
	}
	return err
}

// warnAuthority tells what is to be known of an authority before it is used.
func (s *streams) warnAuthority(a *certs.Authority) {
	if end := a.Certificate().NotAfter; time.Now().After(end) {
		s.warnf("the authority has expired on %s: so will be what it makes", end.Format(time.DateOnly))
	}
}

func certsCA(s *streams, o *certsOptions) error {
	options, err := o.authorityOptions()
	if err != nil {
		return err
	}
	s.warnf("%s", certs.Warning)
	switch {
	case o.document != "" && o.sub != "":
		return usageError{errors.New("--document and --sub exclude each other")}
	case o.document != "":
		a, err := certs.DocumentAuthority(o.document, nil)
		if err != nil {
			return certsError(err)
		}
		s.warnAuthority(a)
		return newFilesWritten(s).add(a.Write(o.output, o.writeOptions()))
	case o.sub != "":
		return certsSubCA(s, o, options)
	}
	a, err := certs.NewAuthority(options)
	if err != nil {
		return err
	}
	return newFilesWritten(s).add(a.Write(o.output, o.writeOptions()))
}

func certsSubCA(s *streams, o *certsOptions, options certs.AuthorityOptions) error {
	parent, err := certs.OpenAuthority(o.sub, o.passin, nil)
	if err != nil {
		return err
	}
	s.warnAuthority(parent)
	a, err := parent.SubAuthority(options)
	if err != nil {
		return err
	}
	written := newFilesWritten(s)
	if err := written.add(a.Write(o.output, o.writeOptions())); err != nil {
		return err
	}
	// The parent has given a serial number away.
	return written.add(parent.Write(o.sub, certs.WriteOptions{Passphrase: o.passin, Force: true}))
}

func certsMake(s *streams, o *certsOptions, names []string) error {
	if len(names) == 0 {
		return usageError{errors.New("no name given")}
	}
	for _, name := range names { // before anything is made
		if err := certs.CheckName(name); err != nil {
			return certsError(err)
		}
	}
	if o.days < 0 {
		return usageError{fmt.Errorf("--days: %d is less than 0", o.days)}
	}
	kind, err := certs.ParseKeyKind(o.key)
	if err != nil {
		return certsError(err)
	}
	subject, err := o.parseSubject()
	if err != nil {
		return err
	}
	s.warnf("%s", certs.Warning)
	written := newFilesWritten(s)
	a, err := certs.OpenAuthority(o.output, o.passin, nil)
	if errors.Is(err, fs.ErrNotExist) {
		if a, err = certs.NewAuthority(certs.AuthorityOptions{Digest: o.digest()}); err == nil {
			err = written.add(a.Write(o.output, certs.WriteOptions{Passphrase: o.passin, DER: o.der}))
		}
	}
	if err != nil {
		return err
	}
	s.warnAuthority(a)
	for _, name := range names {
		id, err := a.Make(certs.Request{
			Name: name, EKU: o.eku, Subject: subject, Key: kind, Digest: o.digest(),
			Days: o.days, Expired: o.days == 0,
		})
		if err != nil {
			return certsError(err)
		}
		if err := written.add(a.WriteIdentity(o.output, id, o.writeOptions())); err != nil {
			return err
		}
	}
	return nil
}

func certsScenarios(s *streams, o *certsOptions, names []string) error {
	switch {
	case len(names) > 0:
		return usageError{fmt.Errorf("a scenario has its own names; %q is one too many", names[0])}
	case o.daysGiven || o.subject != "" || o.eku:
		return usageError{errors.New("a scenario decides on --days, --subject and --eku itself")}
	}
	kind, err := certs.ParseKeyKind(o.key)
	if err != nil {
		return certsError(err)
	}
	var list []certs.Scenario
	for _, name := range o.scenarios {
		if name == "all" {
			list = append(list, certs.Scenarios()...)
			continue
		}
		scenario, err := certs.FindScenario(name)
		if err != nil {
			return certsError(err)
		}
		list = append(list, scenario)
	}
	s.warnf("%s", certs.Warning)
	written := newFilesWritten(s)
	for _, scenario := range list {
		set, err := scenario.Make(certs.ScenarioOptions{Key: kind, Digest: o.digest()})
		if err != nil {
			return err
		}
		if err := written.add(set.Write(filepath.Join(o.output, scenario.Name), o.writeOptions())); err != nil {
			return err
		}
	}
	return nil
}
