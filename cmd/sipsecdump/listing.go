package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sipsecdump"
	"sipsecdump/report"
	"sipsecdump/report/document"
	"sipsecdump/report/listing"
)

// listingOptions are the flags of listing, as given.
type listingOptions struct {
	dumpOptions
	edit   []string
	indent int
}

var (
	// listingFormats are what --format of listing takes.
	listingFormats = []string{"text", "rfcxml"}
	// listingLayers are what --show of listing takes.
	listingLayers = []string{"tls", "sip", "cms"}
)

// newListing is the command that writes the flow section of a document.
func newListing(s *streams) *cobra.Command {
	var o listingOptions
	c := &cobra.Command{
		Use:   "listing CAPTURE...",
		Short: "write the flow section of a document, as RFC 6216 has it",
		Long: `listing writes what captures hold as the figures of an Internet-Draft: the flow
of each TLS or DTLS connection as ssldump lists it, the SIP messages with lines
that are too long broken between the tags of RFC 4475, a numbered box for each
part that is no text, or base64 in lines that are too long, and the tree of each
CMS object. No line is longer than 72 columns, and nothing but figures and the
captions of trees is written.

Endpoints have the names that clients asked for or that their certificates give,
where that is one name for one host; --alias gives others, -n none.`,
		Example: `  sipsecdump listing tls.pcap --key example.net.pem --edit epms,random
  sipsecdump listing signed.pcap --format rfcxml --archive appendix-c.txt
  base64 -d appendix-c.txt | tar -tz
  sipsecdump listing signed.pcap -o out.txt --archive - | base64 -d | tar -xz`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeListing(cmd.Context(), s, &o, args)
		},
	}
	f := c.Flags()
	addCaptureFlags(f, &o.dumpOptions)
	f.StringSliceVar(&o.show, "show", listingLayers, "what to write figures of, of the `list` "+strings.Join(listingLayers, ", "))
	f.StringVar(&o.style, "style", "rfc6216", "`name` of the style: rfc6216, draft (lines broken without tags, trees with offsets only) or full (everything in the records that could be decoded)")
	addSuiteNamesFlag(f, &o.dumpOptions)
	f.StringSliceVar(&o.edit, "edit", nil, "leave out of TLS flows the `list`: "+strings.Join(listing.OmitNames, ", "))
	f.IntVar(&o.indent, "indent", 3, "margin in `columns`")
	f.StringVar(&o.format, "format", "text", "`name` of the format: text, or rfcxml, a section of sourcecode elements for xml2rfc")
	f.StringVarP(&o.output, "output", "o", "", "write to this `file`, not to standard output")
	f.StringVar(&o.archive, "archive", "", "write all messages, blobs and signed parts to this `file`, as they were on the wire: base64 of a compressed tar file; - is standard output, where the section is not then")
	f.BoolVarP(&o.numeric, "numeric", "n", false, "no names but those of --alias")
	addAliasFlag(f, &o.dumpOptions)
	addAnalysisFlags(f, &o.dumpOptions)
	completeFlags(c, map[string][]string{
		"show": listingLayers, "style": document.Styles, "edit": listing.OmitNames, "format": listingFormats,
	})
	return c
}

// documentOptions reads the flags that shape the section.
func (o *listingOptions) documentOptions() (*document.Options, error) {
	d := document.Options{Numeric: o.numeric, Indent: o.indent, XML: o.format == "rfcxml", Archive: o.archive != ""}
	if !slices.Contains(listingFormats, o.format) {
		return nil, unknown("--format", o.format, listingFormats)
	}
	var ok bool
	if d.Style, ok = document.ParseStyle(o.style); !ok {
		return nil, unknown("--style", o.style, document.Styles)
	}
	if o.indent < 0 || o.indent > document.MaxIndent {
		return nil, usageError{fmt.Errorf("--indent: %d is not from 0 to %d", o.indent, document.MaxIndent)}
	}
	if o.archive == standardOutput && (o.output == "" || o.output == standardOutput) {
		return nil, usageError{errors.New("--archive: - is standard output, and the section goes there; --output gives it a file")}
	}
	var err error
	if d.SuiteNames, err = parseSuiteNames(o.suiteNames); err != nil {
		return nil, err
	}
	for _, name := range o.edit {
		i := slices.Index(listing.OmitNames, name)
		if i < 0 {
			return nil, unknown("--edit", name, listing.OmitNames)
		}
		d.Omit |= 1 << i
	}
	for _, name := range o.show {
		if !slices.Contains(listingLayers, name) {
			return nil, unknown("--show", name, listingLayers)
		}
		d.Show = d.Show.With(report.Layers[slices.Index(layerNames(), name)])
	}
	d.Aliases, err = parseAliases(o.aliases)
	return &d, err
}

// writeListing is the listing command.
func writeListing(ctx context.Context, s *streams, o *listingOptions, args []string) error {
	options, err := o.documentOptions()
	if err != nil {
		return err
	}
	d := document.New(options)
	var (
		archive       io.Writer
		finishArchive func() error
	)
	way := func(ctx context.Context, w io.Writer, captures []sipsecdump.Source, options *sipsecdump.Options, watch *watcher) (*report.Summary, error) {
		if o.archive != "" {
			var err error
			if archive, finishArchive, err = s.create(o.archive); err != nil {
				return nil, err
			}
		}
		return collect(d.Add)(ctx, w, captures, options, watch)
	}
	return o.analyseWith(ctx, s, args, way, func(w io.Writer) error {
		if d.Cut() {
			s.warnf("the section or its archive is too large: what came later is left out")
		}
		switch count, first := d.Incomplete(); count {
		case 0:
		case 1:
			s.warnf("message %d is not complete, which no figure shows", first)
		default:
			s.warnf("%d messages are not complete, which no figure shows; the first is message %d", count, first)
		}
		_, err := d.WriteTo(w)
		if archive == nil {
			return err
		}
		return errors.Join(err, d.WriteArchive(archive), finishArchive())
	})
}
