package sipsecdump

import (
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/cms"
	"sipsecdump/report"
	"sipsecdump/sipparse/mime"
)

// Content is what detached signatures cover.
type Content struct {
	Name   string // as the user named the file
	Octets []byte
}

// OpenFile opens the CMS objects of a file as those in captures are: it decrypts and verifies, and
// opens what is inside. The events are a CMS event with its Name for each object, and for each in
// those, in reading order, and Anomaly events for limits that were hit and damage that was found.
// Objects that are no ContentInfo, such as certificates, have none.
//
// Validity is judged at o.At, which must be set: files have no time of their own. content is what
// detached signatures cover; nil leaves that to the multipart/signed of a message.
func OpenFile(f *File, content *Content, o *Options) []*report.Event {
	options := o.orDefault()
	options.Jobs = 1
	open := opener{contents: newContents(newWorker(0, newShared(&options), newProgress(1)), 0), at: options.At}
	switch {
	case f.sip != nil:
		open.open(f.sip)
	case f.parts != nil:
		open.add(&tree{parts: f.parts}, 0, 0)
	default:
		open.add(&tree{parts: f.asParts()}, 0, 0)
	}
	var events []*report.Event
	for i := range open.parts {
		c := open.parts[i].CMS
		if c == nil || c.Object.ContentType == "" {
			continue
		}
		c.Name = f.Name
		if s := c.Object.Signed; s != nil && s.EContent == nil && content != nil {
			c.Signers = s.Verify(cms.VerifyInput{Ranges: content.ranges(), Keyring: options.Keyring, At: options.At, AOR: open.aor})
		}
		events = append(events, &report.Event{Body: c})
	}
	for i := range open.damage {
		events = append(events, &report.Event{Body: &open.damage[i]})
	}
	if open.limit {
		events = append(events, &report.Event{Body: &report.Anomaly{
			Code: "body-limit", Section: "RFC 2046, Section 5.1", Offset: -1,
			Text: limitText(f.Name),
		}})
	}
	return events
}

// asParts has the objects as if they had come in a message.
func (f *File) asParts() []*mime.Part {
	var parts []*mime.Part
	for i := range f.Objects {
		parts = append(parts, &mime.Part{
			Path: f.Objects[i].Path, MediaType: "application/pkcs7-mime", Content: f.Objects[i].Octets,
		})
	}
	return parts
}

// ranges gives the candidates for what a signature covers.
func (c *Content) ranges() []cms.Range {
	return appendCanonical([]cms.Range{{
		Name:     fmt.Sprintf("%s, %s", c.Name, amount.Octets(len(c.Octets))),
		Octets:   c.Octets,
		Standard: true,
	}}, c.Name, c.Octets)
}
