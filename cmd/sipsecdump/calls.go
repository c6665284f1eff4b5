package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sipsecdump/report"
)

// callsOptions are the flags of calls, as given.
type callsOptions struct {
	dumpOptions
	columns []string
	sort    string
}

// callFormats are what --format of calls takes, in the order they are told.
var callFormats = []string{"text", "json", "csv", "markdown"}

// newCalls is the command that lists calls.
func newCalls(s *streams) *cobra.Command {
	var o callsOptions
	c := &cobra.Command{
		Use:   "calls CAPTURE...",
		Short: "list calls, registrations, subscriptions and other requests",
		Long: `calls puts the SIP messages of captures together into calls, by Call-ID,
whatever connections they came on, and lists them with their state and how
they were secured: sessions, registrations, subscriptions, and requests that
begin nothing. States are CALL SETUP, RINGING, IN CALL, CANCELLED, REJECTED,
BUSY, DIVERTED, COMPLETED and UNKNOWN; for what is no session also TRYING,
REGISTERED, UNREGISTERED, EXPIRED, PENDING, ACTIVE and TERMINATED. Times are
UTC, spans seconds; the line below the table has the metrics of RFC 6076 over
all calls. JSON is the event stream without the events of connections and
messages.

` + fill("Columns: "+strings.Join(columnNames(), ", ")+"."),
		Example: `  sipsecdump calls capture.pcap
  sipsecdump calls tls.pcap --key example.net.pem --columns idx,from,state,tls
  sipsecdump calls capture.pcap --sort -duration --format csv -o calls.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return calls(cmd.Context(), s, &o, args)
		},
	}
	addCallsFlags(c, &o)
	return c
}

func addCallsFlags(c *cobra.Command, o *callsOptions) {
	f := c.Flags()
	addCaptureFlags(f, &o.dumpOptions)
	f.StringSliceVar(&o.columns, "columns", nil, "columns to show, as a `list` in their order (default "+strings.Join(defaultColumns, ", ")+")")
	f.StringVar(&o.sort, "sort", "idx", "`column` to sort by; with a hyphen in front, the other way round")
	f.StringVar(&o.format, "format", "text", "`name` of the format: "+strings.Join(callFormats, ", "))
	addWhereFlags(f, &o.dumpOptions)
	addAliasFlag(f, &o.dumpOptions)
	addAnalysisFlags(f, &o.dumpOptions)
	completeFlags(c, map[string][]string{"columns": columnNames(), "sort": columnNames(), "format": callFormats})
}

// calls is the calls command.
func calls(ctx context.Context, s *streams, o *callsOptions, args []string) error {
	if o.json {
		o.format = "json"
	}
	if !slices.Contains(callFormats, o.format) {
		return unknown("--format", o.format, callFormats)
	}
	table, err := newCallTable(o.columns, o.sort)
	if err != nil {
		return err
	}
	names, err := parseAliases(o.aliases)
	if err != nil {
		return err
	}
	table.alias(names)
	if o.format == "json" {
		if len(o.columns) > 0 || o.sort != "idx" || len(names) > 0 {
			return usageError{errors.New("--columns, --sort and --alias shape tables; --format json has every field, in the order of the event stream")}
		}
		return o.analyse(ctx, s, args, func() report.Renderer {
			return &eventsOf[*report.Call]{report.JSON{Version: programVersion()}}
		}, nil)
	}
	return o.analyse(ctx, s, args, func() report.Renderer { return table }, func(w io.Writer) error {
		return table.write(w, o.format)
	})
}
