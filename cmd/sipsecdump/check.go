package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sipsecdump"
	"sipsecdump/report"
	"sipsecdump/report/findings"
	"sipsecdump/report/interop"
)

// checkOptions are the flags of check, as given.
type checkOptions struct {
	dumpOptions
	explain string
}

// checkFormats are what --format of check takes, in the order they are told.
var checkFormats = []string{"text", "json", "markdown", "sarif", "junit"}

// newCheck is the command that looks for what breaks rules.
func newCheck(s *streams) *cobra.Command {
	var o checkOptions
	c := &cobra.Command{
		Use:   "check CAPTURE...",
		Short: "tell what breaks the rules of interoperability, and whose they are",
		Long: `check holds what is in captures against the standards: TLS handshakes and
certificates, SIP messages and exchanges, S/MIME bodies and CMS objects. Each
finding says what was seen and where, what which section asks, and what to do
about it. Findings come in groups, the worst first, with a table at the end.

A rule is silent where it cannot know: give keys, certificates and authorities
to be told more. docs/rules.md has all rules; --explain tells of some.`,
		Example: `  sipsecdump check capture.pcap --key example.net.pem --ca root.pem
  sipsecdump check capture.pcap --severity warning --rule 'sip-compact*=off'
  sipsecdump check capture.pcap --fail-on finding --format junit -o check.xml
  sipsecdump check --explain 'smime-*'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return check(cmd.Context(), s, &o, args)
		},
	}
	f := c.Flags()
	addCaptureFlags(f, &o.dumpOptions)
	f.StringVar(&o.format, "format", "text", "`name` of the format: "+strings.Join(checkFormats, ", "))
	addWhereFlags(f, &o.dumpOptions)
	addColorFlag(f, &o.dumpOptions)
	f.BoolVarP(&o.all, "all", "A", false, "all findings of each rule in text and Markdown, not only the first few")
	f.StringVar(&o.explain, "explain", "", "tell what the rules ask whose `ID` matches this pattern, and no more")
	addAnalysisFlags(f, &o.dumpOptions)
	completeFlags(c, map[string][]string{"format": checkFormats})
	return c
}

// check is the check command.
func check(ctx context.Context, s *streams, o *checkOptions, args []string) error {
	if o.explain != "" {
		return explain(s.out, o.explain)
	}
	if o.json {
		o.format = "json"
	}
	if !slices.Contains(checkFormats, o.format) {
		return unknown("--format", o.format, checkFormats)
	}
	coloured, err := o.colored(s)
	if err != nil {
		return err
	}
	o.findings = true
	if o.format == "json" {
		return o.analyse(ctx, s, args, func() report.Renderer {
			return &eventsOf[*report.Finding]{report.JSON{Version: programVersion()}}
		}, nil)
	}
	var list *findings.List
	way := func(ctx context.Context, w io.Writer, captures []sipsecdump.Source, options *sipsecdump.Options, watch *watcher) (*report.Summary, error) {
		list = findings.New(findings.Options{Rules: options.Rules.Rules(), Version: programVersion(), All: o.all})
		options.Want = func(e *report.Event) bool { return findings.Wants(e) || isCaptureAnomaly(e) }
		return collect(list.Add)(ctx, w, captures, options, watch)
	}
	return o.analyseWith(ctx, s, args, way, func(w io.Writer) error {
		switch o.format {
		case "markdown":
			return list.Markdown(w)
		case "sarif":
			return list.SARIF(w)
		case "junit":
			return list.JUnit(w)
		}
		return list.Text(w, coloured)
	})
}

// explain tells what rules ask.
func explain(w io.Writer, pattern string) error {
	var b strings.Builder
	for _, r := range interop.Rules() {
		ok, err := path.Match(pattern, r.ID)
		if err != nil {
			return usageError{fmt.Errorf("--explain: %q is no pattern", pattern)}
		}
		if !ok {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s\n%s\n%s\n%s\n", r.ID, r.Severity,
			fill("Sections: "+strings.Join(r.Sections, "; ")), fill("Asked: "+r.Asks), fill("To do: "+r.Advice))
	}
	if b.Len() == 0 {
		return usageError{errors.New("--explain: no rule has such an ID; --explain '*' tells all")}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
