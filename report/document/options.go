package document

import (
	"net/netip"
	"slices"

	"sipsecdump/cms"
	"sipsecdump/report"
	"sipsecdump/report/listing"
)

// Style is whose listings a section looks like.
type Style uint8

// The styles.
const (
	// RFC6216 is that of RFC 6216, Sections 3 and 4.
	RFC6216 Style = iota
	// Draft is that of draft-ietf-sipping-sec-flows-00, Sections 6 and 7: lines are broken
	// without tags and only if they must be, and trees have offsets only.
	Draft
	// Full is RFC6216 with everything in the records that could be decoded.
	Full
)

// Styles are the names of the styles, by Style.
var Styles = []string{RFC6216: "rfc6216", Draft: "draft", Full: "full"}

// ParseStyle returns the style of that name.
func ParseStyle(name string) (style Style, ok bool) {
	i := slices.Index(Styles, name)
	return Style(max(i, 0)), i >= 0
}

// Options shape a section.
type Options struct {
	Style Style
	// Show is what there are figures of: LayerTLS, LayerSIP and LayerCMS; others have none.
	Show report.LayerSet
	// SuiteNames and Omit are as in listing.Options.
	SuiteNames listing.SuiteNames
	Omit       listing.Omit
	// Aliases are names for endpoints; an address with port 0 stands for all its ports.
	Aliases map[netip.AddrPort]string
	// Numeric leaves endpoints without an alias their addresses, whatever names the capture
	// gives them.
	Numeric bool
	// Indent is the margin in columns, at most MaxIndent. Lines end within 72 columns.
	Indent int
	// XML writes a section of the RFC XML vocabulary, version 3 (RFC 7991), with each figure
	// as a sourcecode element. The margin is xml2rfc's then, and Indent is not used.
	XML bool
	// Archive keeps the octets for WriteArchive.
	Archive bool
}

// Columns of a document.
const (
	columns    = 72
	margin     = 3 // of the documents, and of what xml2rfc makes
	foldMargin = 3 // columns that the documents leave free at the end of a line they break
)

// width is the room for a line, in columns.
func (o *Options) width() int {
	if o.XML {
		return columns - margin
	}
	return columns - o.Indent
}

func (o *Options) indent() int {
	if o.XML {
		return 0
	}
	return o.Indent
}

func (o *Options) listing() listing.Options {
	l := listing.Options{Style: listing.RFC6216, SuiteNames: o.SuiteNames, Omit: o.Omit}
	if o.Style == Full {
		l.Style = listing.Full
	}
	return l
}

func (o *Options) tree() cms.TreeOptions {
	if o.Style == Draft {
		return cms.TreeOptions{Style: cms.StyleDraft}
	}
	return cms.TreeOptions{Style: cms.StyleRFC6216}
}
