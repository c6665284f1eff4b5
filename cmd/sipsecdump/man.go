package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan is the command that writes the manual page, from the definition of the others.
func newMan(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Short:  "write the manual page",
		Hidden: true,
		Args:   noArguments,
		RunE:   func(cmd *cobra.Command, _ []string) error { return writeMan(s.out, cmd.Root()) },
	}
}

// writeMan writes the page in man(7) macros.
func writeMan(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	b.WriteString(".TH SIPSECDUMP 1\n.SH NAME\n")
	fmt.Fprintf(&b, "sipsecdump \\- %s\n", roff(root.Short))
	b.WriteString(".SH SYNOPSIS\n.B sipsecdump\n[\\fBdump\\fR] [\\fIflags\\fR] \\fICAPTURE\\fR...\n")
	b.WriteString(".SH DESCRIPTION\n")
	b.WriteString(roff(root.Long) + "\n")
	b.WriteString(".SH COMMANDS\n")
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", roff(c.Use), roff(c.Short))
		}
	}
	b.WriteString(".SH FLAGS\n")
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	writeManFlags(&b, root)
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "dump" { // its flags are the root's
			writeManCommand(&b, c)
		}
	}
	b.WriteString(".SH EXIT STATUS\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, ".TP\n\\fB%d\\fR\n%s\n", e.code, roff(e.text))
	}
	b.WriteString(".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nif not empty, \\-\\-color auto is \\-\\-color never\n")
	fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\nnames the key log of \\-\\-keylog env\n", keyLogVariable)
	b.WriteString(".SH EXAMPLES\n.nf\n" + roff(root.Example) + "\n.fi\n")
	b.WriteString(".SH SEE ALSO\n.BR ssldump (1),\n.BR tshark (1),\n.BR openssl (1)\n.PP\nRFC 6216, RFC 5246, RFC 3261, RFC 5652\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeManCommand writes a section about a command and those below it.
func writeManCommand(b *strings.Builder, c *cobra.Command) {
	name := strings.TrimPrefix(c.CommandPath(), "sipsecdump ")
	fmt.Fprintf(b, ".SH COMMAND %s\n.nf\n%s\n.fi\n", roff(strings.ToUpper(name)), roff(c.Long))
	writeManFlags(b, c)
	if c.Example != "" {
		fmt.Fprintf(b, ".PP\n.nf\n%s\n.fi\n", roff(c.Example))
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			writeManCommand(b, sub)
		}
	}
}

// writeManFlags writes the flags of a command.
func writeManFlags(b *strings.Builder, c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		b.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(b, "\\fB\\-%s\\fR, ", f.Shorthand)
		}
		fmt.Fprintf(b, "\\fB\\-\\-%s\\fR", roff(f.Name))
		value, usage := pflag.UnquoteUsage(f)
		if value != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(value))
		}
		b.WriteString("\n" + roff(usage) + "\n")
	})
}

var exitCodes = []struct {
	code int
	text string
}{
	{exitAnalysed, "the captures were analysed, or the output's reader went away"},
	{exitFailed, "a capture or a key file is unreadable, truncated or unusable, or the output could not be written; what could be read is shown"},
	{exitUsage, "the command line is wrong"},
	{exitFailOn, "what --fail-on names was found"},
	{exitInterrupted, "interrupted; what was read until then is shown"},
}

// roff escapes text for man(7).
func roff(s string) string {
	s = strings.ReplaceAll(s, `\`, `\e`)
	s = strings.ReplaceAll(s, "-", `\-`)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
