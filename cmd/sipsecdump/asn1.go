package main

import (
	"github.com/spf13/cobra"

	"sipsecdump"
	"sipsecdump/cms"
	"sipsecdump/report"
)

// newASN1 is the command that prints files as trees.
func newASN1(s *streams) *cobra.Command {
	var o dumpOptions
	c := &cobra.Command{
		Use:   "asn1 FILE...",
		Short: "print files as ASN.1 trees",
		Long: `asn1 prints the elements of files in DER or BER: certificates, CMS objects,
whatever there is. The files may also be PEM, base64, S/MIME messages or SIP
messages, whose CMS parts are shown; - is standard input. Private keys are not
shown.`,
		Example: `  sipsecdump asn1 certificate.pem --asn1 schema
  sipsecdump asn1 message.dat --asn1 dumpasn1`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error { return showTrees(s, &o, args) },
	}
	f := c.Flags()
	f.SortFlags = false
	addTreeFlag(f, &o)
	addOutputFlags(f, &o)
	completeFlags(c, nil)
	return c
}

func showTrees(s *streams, o *dumpOptions, names []string) error {
	style, err := treeStyle(o.asn1)
	if err != nil {
		return err
	}
	r, err := newFileRun(s, o, names)
	if err != nil {
		return err
	}
	return r.each(names, func(f *sipsecdump.File) {
		if len(f.Objects) == 0 {
			r.fail("%s: holds nothing in ASN.1 that can be shown", f.Name)
		}
		for i := range f.Objects {
			object := &f.Objects[i]
			parsed := cms.Parse(object.Octets, cms.Limits{})
			if r.json {
				r.event(&report.Tree{Name: f.Name, Path: object.Path, Label: object.Label, Object: parsed})
				continue
			}
			r.title(f, object)
			r.buf.B = parsed.AppendTree(r.buf.B, cms.TreeOptions{Style: style, Color: r.color})
			for _, issue := range parsed.Issues {
				if issue.Code == "trailing-octets" { // all that the tree does not show
					r.warnf("%s: %s, at octet %d, not shown", r.place(f, object), issue.Text, issue.Offset)
				}
			}
		}
	})
}
