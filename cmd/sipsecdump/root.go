package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"sipsecdump/report/table"
)

// version is what --version and the capture event tell; a release build sets it.
var version = ""

func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// newRoot defines the command line. Help, the man page and completion come from here.
func newRoot(s *streams) *cobra.Command {
	var o dumpOptions
	root := &cobra.Command{
		Use:   "sipsecdump [dump] CAPTURE...",
		Short: "show what secured SIP really did in a packet capture",
		Long: `sipsecdump reads packet captures and shows what secured SIP really did: TLS
records and handshakes as ssldump lists them, decrypted with the server's RSA
key, the SIP messages inside, their MIME parts, and the S/MIME bodies as ASN.1
trees, decrypted and with their signatures verified. What cannot be opened or
verified is told with its reason.`,
		Example: `  sipsecdump capture.pcap --key example.net.pem
  sipsecdump capture.pcap --show tls --style rfc6216
  sipsecdump signed.pcap --cert fluffy.pem --ca root.pem --fail-on badsig
  tcpdump -w - port 5061 | sipsecdump -k keys/ --format json -`,
		Version:       programVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          func(cmd *cobra.Command, args []string) error { return dump(cmd.Context(), s, &o, args) },
	}
	root.SetIn(s.in)
	root.SetErr(s.err)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("sipsecdump {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	addDumpFlags(root, &o)
	root.AddCommand(newCalls(s), newCheck(s), newListing(s))

	var d dumpOptions
	dumpCmd := &cobra.Command{
		Use:   "dump CAPTURE...",
		Short: "list what happened in captures (the default command)",
		Long:  "dump lists what happened in captures. sipsecdump without a command does that.",
		Args:  cobra.ArbitraryArgs,
		RunE:  func(cmd *cobra.Command, args []string) error { return dump(cmd.Context(), s, &d, args) },
	}
	addDumpFlags(dumpCmd, &d)
	root.AddCommand(dumpCmd, newASN1(s), newX509(s), newCMS(s), newMake(s), newCerts(s), newMan(s))
	return root
}

// strict adds the commands that come with the library, which write where the root does, and makes them
// refuse arguments as the others do.
func strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.RunE = func(_ *cobra.Command, args []string) error {
				of, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return usageError{fmt.Errorf("help: there is no command %q", strings.Join(args, " "))}
				}
				of.InitDefaultHelpFlag()
				of.InitDefaultVersionFlag()
				return of.Help()
			}
		case "completion":
			c.Args = cobra.ArbitraryArgs
			c.RunE = func(c *cobra.Command, args []string) error {
				if len(args) > 0 {
					return usageError{fmt.Errorf("completion: %q is not one of %s", args[0], strings.Join(names(c.Commands()), ", "))}
				}
				return c.Help()
			}
			for _, shell := range c.Commands() {
				shell.Args = noArguments
			}
		}
	}
}

func names(commands []*cobra.Command) []string {
	list := make([]string, len(commands))
	for i, c := range commands {
		list[i] = c.Name()
	}
	return list
}

// helpWidth is the longest line of help, in columns.
const helpWidth = 80

// fill breaks a text at spaces into lines of help.
func fill(text string) string {
	return string(table.AppendFilled(nil, text, "", "", helpWidth))
}

// usageTemplate is cobra's with the flags wrapped for helpWidth.
const usageTemplate = `Usage:
  {{.UseLine}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}
`
