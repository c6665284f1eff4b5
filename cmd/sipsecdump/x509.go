package main

import (
	"github.com/spf13/cobra"

	"sipsecdump"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
	"sipsecdump/report"
)

// newX509 is the command that prints certificates.
func newX509(s *streams) *cobra.Command {
	var (
		o            dumpOptions
		style, names string
	)
	c := &cobra.Command{
		Use:   "x509 FILE...",
		Short: "print certificates as openssl does",
		Long: `x509 prints all certificates of files: in DER, PEM, base64, PKCS#7 or PKCS#12,
or in the signatures of S/MIME and SIP messages; - is standard input. The text
is that of "openssl x509 -text -noout", or that of the RFC.`,
		Example: `  sipsecdump x509 example.com.pem
  sipsecdump x509 example.com.pem --style rfc6216 --names rfc4514`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := certificateStyle(style, names)
			if err != nil {
				return err
			}
			return showCertificates(s, &o, text, args)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&style, "style", "openssl", "`name` of the layout: openssl, rfc6216 (that of RFC 6216, Section 2) or draft (that of the draft it began as)")
	f.StringVar(&names, "names", "openssl", "`form` of distinguished names: openssl, or rfc4514")
	addPassphraseFlags(f, &o)
	addOutputFlags(f, &o)
	completeFlags(c, map[string][]string{"style": x509text.Styles, "names": nameForms})
	return c
}

var nameForms = []string{"openssl", "rfc4514"}

func certificateStyle(style, names string) (x509text.Options, error) {
	var (
		o  x509text.Options
		ok bool
	)
	if o.Style, ok = x509text.ParseStyle(style); !ok {
		return o, unknown("--style", style, x509text.Styles)
	}
	switch names {
	case "openssl":
	case "rfc4514":
		o.RFC4514 = true
	default:
		return o, unknown("--names", names, nameForms)
	}
	return o, nil
}

func showCertificates(s *streams, o *dumpOptions, text x509text.Options, names []string) error {
	r, err := newFileRun(s, o, names)
	if err != nil {
		return err
	}
	keys := keyLoader{streams: s}
	keys.load(o) // of the passphrases only
	r.failed = keys.failed
	return r.each(names, func(f *sipsecdump.File) {
		some := false
		for i := range f.Objects {
			object := &f.Objects[i]
			for _, c := range certificatesOf(f.Name, object.Octets, keys.passphrases) {
				some = true
				if r.json {
					r.event(&report.Certificate{Name: f.Name, Certificate: c})
					continue
				}
				r.title(f, object)
				r.buf.B = x509text.Append(r.buf.B, c, text)
			}
		}
		if !some {
			r.fail("%s: holds no certificate that can be read", f.Name)
		}
	})
}

// certificatesOf returns the certificates of an object: a certificate, a file of them, or a CMS
// object.
func certificatesOf(name string, octets []byte, passphrases [][]byte) []*pki.Certificate {
	m, _ := pki.ParseFile(name, octets, passphrases)
	if len(m.Certificates) > 0 {
		return m.Certificates
	}
	if s := cms.Parse(octets, cms.Limits{}).Signed; s != nil {
		return s.Certificates
	}
	return nil
}
