package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sipsecdump"
	"sipsecdump/report"
)

// newCMS is the command that opens CMS objects in files.
func newCMS(s *streams) *cobra.Command {
	var (
		o       dumpOptions
		content string
	)
	c := &cobra.Command{
		Use:   "cms FILE...",
		Short: "open CMS objects: decrypt, verify, show",
		Long: `cms opens the CMS objects of files as the captures' are opened: it prints their
trees, verifies and decrypts them, and opens what is inside. The files are
S/MIME messages, SIP messages, DER, PEM or base64; - is standard input.`,
		Example: `  sipsecdump cms message.eml -k kumiko.pem --cert fluffy.pem --ca root.pem
  sipsecdump cms signature.p7s --content signed.txt --fail-on badsig`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error { return openObjects(s, &o, content, args) },
	}
	f := c.Flags()
	f.SortFlags = false
	addKeyFlags(f, &o)
	addPassphraseFlags(f, &o)
	f.StringVar(&content, "content", "", "`file` that a detached signature covers, if it is not in a multipart/signed")
	addTreeFlag(f, &o)
	addOutputFlags(f, &o)
	f.StringVar(&o.at, "at", "now", "when the validity of certificates is judged: an RFC 3339 `time`, or now")
	f.StringSliceVar(&o.failOn, "fail-on", nil, "exit with 3 if there is any of the `list`: badsig")
	completeFlags(c, map[string][]string{"at": {"now"}, "fail-on": fileFailNames})
	return c
}

var fileFailNames = []string{"badsig"}

func openObjects(s *streams, o *dumpOptions, contentName string, names []string) error {
	r, err := newFileRun(s, o, names)
	if err != nil {
		return err
	}
	var text report.TextOptions
	if text.Tree, err = treeStyle(o.asn1); err != nil {
		return err
	}
	text.Show, text.Color = report.ListingLayers, r.color
	var options sipsecdump.Options
	if options.At, err = parseFileAt(o.at); err != nil {
		return err
	}
	for _, f := range o.failOn {
		if !slices.Contains(fileFailNames, f) {
			return unknown("--fail-on", f, fileFailNames)
		}
	}
	keys := keyLoader{streams: s}
	options.Keyring = keys.load(o)
	r.failed = keys.failed
	var content *sipsecdump.Content
	if contentName != "" {
		octets, err := r.octets(contentName)
		if err != nil {
			return err
		}
		content = &sipsecdump.Content{Name: contentName, Octets: octets}
	}
	bad := false
	err = r.each(names, func(f *sipsecdump.File) {
		events := sipsecdump.OpenFile(f, content, &options)
		if len(events) == 0 {
			r.fail("%s: holds no CMS object", f.Name)
		}
		for _, e := range events {
			bad = bad || hasBadSignature(e)
			if r.json {
				r.event(e.Body)
			} else {
				report.NewText(&text).Render(&r.buf, e)
			}
		}
	})
	if err == nil && bad && len(o.failOn) > 0 {
		return exitError(exitFailOn)
	}
	return err
}

func hasBadSignature(e *report.Event) bool {
	c, ok := e.Body.(*report.CMS)
	if !ok {
		return false
	}
	for i := range c.Signers {
		if !c.Signers[i].Verified {
			return true
		}
	}
	return false
}

// parseFileAt reads --at where there is no capture that had a time.
func parseFileAt(s string) (time.Time, error) {
	if t, err := parseAt(s); err == nil && !t.IsZero() {
		return t, nil
	}
	return time.Time{}, usageError{fmt.Errorf("--at: %q is neither an RFC 3339 time, nor a date, nor now", s)}
}
