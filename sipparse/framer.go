package sipparse

import (
	"bytes"
	"fmt"
	"slices"

	"sipsecdump/amount"
)

// ItemKind tells what an Item is.
type ItemKind uint8

// The kinds of items. Every octet of a stream is in exactly one.
const (
	MessageItem ItemKind = iota
	// KeepAlive is one line end between messages (RFC 3261, Section 7.5). A ping of RFC 5626,
	// Section 3.5.1, is two of them with offsets in succession, a pong is one: told one by one,
	// as soon as they are there, they cannot be mistaken for each other.
	KeepAlive
	// Garbage is what belongs to no SIP message. A long run of it comes as several items. Its
	// Issue tells HTTP ("stream-http") and STUN ("stream-stun"), which share ports with SIP, and the
	// alert ("stream-tls") of a peer that is spoken to without the TLS that it expects, from the
	// rest ("stream-garbage").
	Garbage
)

func (k ItemKind) String() string { return [...]string{"message", "keep-alive", "garbage"}[k] }

// Item is a part of a stream.
type Item struct {
	Kind ItemKind
	// Raw is valid until yield returns.
	Raw []byte
	// Ends are the places in Raw behind the lines of a message's start line and header section: all of
	// them, or the first. They are valid until yield returns.
	Ends []int32
	// Offset is the place of Raw[0] in the direction's stream, gaps counted.
	Offset int64
	// Incomplete is set if the end of a message was not there: the stream ended, had a gap or
	// another message began, or a limit was hit.
	Incomplete bool
	// Issue tells what is wrong with the framing, or is nil. What is wrong with the message,
	// Parse tells. Offset in it is that in Raw.
	Issue *Issue
}

// Framer cuts one direction of a stream into messages by their Content-Length (RFC 3261,
// Section 18.3). The items do not depend on how the stream was cut into pieces.
//
// A message without a usable Content-Length ends with its headers; if it has a Content-Type, it
// ends where the next start line begins. Behind garbage or a gap a message begins at the next start
// line, also in the midst of a line.
//
// A Content-Length that is too large is found out by a message in the body that the body's end cuts,
// if that message begins a line. If it begins in the midst of one, it is garbage up to the next
// start line; if the body's type lets it hold messages, the length is believed.
//
// At any time exactly one of these holds for the octets that are not yielded yet, d:
//
//	search  d[:line] is garbage, d[line:scan] has no line end: a start line may begin there
//	header  d begins with a start line, d[:scan] has no empty line
//	body    d[:head] is a header section and len(d) < need
//	tail    d[:head] is a header section, d[head:line] has no start line in it
type Framer struct {
	limits Limits
	buf    []byte // d between calls
	offset int64  // of d[0] in the stream

	state state
	scan  int
	line  int
	head  int
	need  int

	// Of the lines in front of line, while the state is header, and of the header section then.
	fields bodyFields
	ends   []int32
}

type state uint8

const (
	search state = iota
	header
	body
	tail
)

// NewFramer returns a Framer at the start of a stream, or anywhere in it.
func NewFramer(l Limits) *Framer { return &Framer{limits: l.orDefaults()} }

// Feed takes the next octets of the stream, in any pieces, and yields what they complete. p is not
// retained, and not copied as far as whole items lie in it.
func (f *Framer) Feed(p []byte, yield func(Item)) {
	if held := len(f.buf); held > 0 {
		f.buf = append(f.buf, p...)
		n := 0
		for n < held {
			k := f.next(f.buf[n:], yield)
			if k == 0 {
				if n > 0 {
					f.buf = f.buf[:copy(f.buf, f.buf[n:])]
				}
				return
			}
			n += k
		}
		p = p[n-held:]
		f.buf = f.buf[:0]
	}
	for len(p) > 0 {
		k := f.next(p, yield)
		if k == 0 {
			break
		}
		p = p[k:]
	}
	if cap(f.buf) > maxKept {
		f.buf = nil
	}
	f.buf = append(f.buf, p...)
}

// Gap tells that the next n octets of the stream are lost. What is held is yielded.
func (f *Framer) Gap(n int64, yield func(Item)) {
	f.flush(yield, streamGap, "a gap of "+amount.Octets(n))
	f.offset += n
}

// Close tells that the stream has ended. What is held is yielded: a message that lacks its end as
// incomplete, the rest as garbage. The Framer may then be fed another stream, whose offsets go on.
func (f *Framer) Close(yield func(Item)) {
	f.flush(yield, streamEnd, "the end of the stream")
}

func (f *Framer) flush(yield func(Item), why code, what string) {
	d := f.buf
	f.buf = nil
	for len(d) > 0 && f.state == body {
		at := swallowed(d, f.head, true)
		if at == 0 {
			break
		}
		for n := f.tooLarge(d, at, yield); n > 0; n = f.next(d, yield) {
			d = d[n:]
		}
	}
	if len(d) == 0 {
		return
	}
	switch f.state {
	case search:
		if isCutStart(d[f.line:]) {
			if f.line > 0 {
				d = d[f.garbage(d[:f.line], yield):]
			}
			f.message(d, true, issueOf(why, len(d), "%s cuts the start line", what), yield)
			return
		}
		f.garbage(d, yield)
	case header:
		f.message(d, true, issueOf(why, len(d), "%s cuts the header section", what), yield)
	case body:
		f.message(d, true, issueOf(why, len(d), "%s cuts the body: %d of %s are there", what, len(d)-f.head, amount.Octets(f.need-f.head)), yield)
	case tail:
		if why == streamEnd {
			f.message(d, false, f.noLength(), yield)
			return
		}
		f.message(d, true, issueOf(why, len(d), "%s cuts the body, whose length is not known", what), yield)
	}
}

// next yields the item that d begins with and returns its length, or 0 if its end is not there yet.
// Octets that were looked at are not looked at again.
func (f *Framer) next(d []byte, yield func(Item)) int {
	for {
		switch f.state {
		case search:
			if n := f.findStart(d, yield); n > 0 || f.state == search {
				return n
			}
		case header:
			if n := f.findHeaderEnd(d, yield); n > 0 || f.state == header {
				return n
			}
		case body:
			if len(d) < f.need {
				return 0
			}
			if at := swallowed(d[:f.need], f.head, false); at > 0 {
				return f.tooLarge(d, at, yield)
			}
			return f.message(d[:f.need], false, nil, yield)
		case tail:
			return f.findTail(d, yield)
		}
	}
}

// findStart looks for a start line and goes on to the state header, or yields what is before it.
func (f *Framer) findStart(d []byte, yield func(Item)) int {
	if f.line == 0 {
		if n := emptyLine(d); n > 0 {
			return f.emit(Item{Kind: KeepAlive, Raw: d[:n]}, yield)
		}
		if n, enough := stunLen(d); !enough {
			return 0
		} else if n > 0 {
			return f.garbage(d[:n], yield)
		}
	}
	for {
		if f.line >= maxGarbage {
			return f.garbage(d[:f.line], yield)
		}
		n, whole := f.nextLine(d, f.line+2*maxStartLine)
		if !whole {
			if n < 2*maxStartLine {
				return 0
			}
			// Too long for a start line; one may still begin in its second half.
			return f.garbage(d[:f.line+maxStartLine], yield)
		}
		if k := startIn(d[f.line : f.line+n]); k >= 0 {
			if f.line += k; f.line > 0 {
				return f.garbage(d[:f.line], yield)
			}
			f.state = header
			f.line = n
			f.ends = append(f.ends, int32(n))
			return 0
		}
		f.line += n
	}
}

// nextLine returns the length of the line at d[f.line:], looking no further than limit, and whether
// its end is there.
func (f *Framer) nextLine(d []byte, limit int) (n int, whole bool) {
	end := min(len(d), limit)
	if i := bytes.IndexByte(d[f.scan:end], '\n'); i >= 0 {
		f.scan += i + 1
		return f.scan - f.line, true
	}
	f.scan = end
	return end - f.line, false
}

// findHeaderEnd looks for the empty line and goes on to a body, or yields the message if it has
// none. A start line among the headers ends the message too: its empty line got lost.
func (f *Framer) findHeaderEnd(d []byte, yield func(Item)) int {
	limit := max(f.limits.HeaderSection, f.line)
	section := d[:min(len(d), limit)]
	for at, scan := f.line, f.scan; f.head == 0; {
		i := bytes.IndexByte(section[scan:], '\n')
		if i < 0 {
			f.line, f.scan = at, len(section)
			if len(d) < limit {
				return 0
			}
			return f.message(section, true, issueOf(headerLimit, limit, "a header section of more than %d octets", f.limits.HeaderSection), yield)
		}
		scan += i + 1
		line := section[at:scan]
		switch {
		case emptyLine(line) > 0:
			f.head, f.scan = scan, scan
			f.ends = append(f.ends, int32(scan))
		case isStartLine(line):
			return f.message(d[:at], true, issueOf(separatorMissing, at, "another start line among the headers"), yield)
		default:
			f.fields.line(line, at)
			f.ends = append(f.ends, int32(scan))
			at = scan
		}
	}
	n, ok := f.fields.declared(d[:f.head])
	switch {
	case ok && n > int64(f.limits.Body):
		return f.message(d[:f.head], true, issueOf(bodyLimit, f.head, "a Content-Length of %s, more than %d", lengthText(n), f.limits.Body), yield)
	case ok:
		f.state = body
		f.need = f.head + int(n)
		return 0
	case f.fields.hasType:
		f.state = tail
		f.line = f.head
		return 0
	}
	return f.message(d[:f.head], false, f.noLength(), yield)
}

// findTail looks for the end of a body without a length: the next start line.
func (f *Framer) findTail(d []byte, yield func(Item)) int {
	limit := f.head + f.limits.Body
	for {
		n, whole := f.nextLine(d, limit)
		if whole {
			k := startIn(d[f.line : f.line+n])
			if k < 0 {
				f.line += n
				continue
			}
			return f.message(d[:f.line+k], false, f.noLength(), yield)
		}
		if len(d) < limit {
			return 0
		}
		return f.message(d[:limit], true, issueOf(bodyLimit, limit, "a body of unknown length, more than %d octets", f.limits.Body), yield)
	}
}

func (f *Framer) noLength() *Issue {
	return issueOf(contentLengthMissing, f.head, "a message on a stream without a usable Content-Length")
}

func (f *Framer) message(raw []byte, incomplete bool, issue *Issue, yield func(Item)) int {
	return f.emit(Item{Kind: MessageItem, Raw: raw, Incomplete: incomplete, Issue: issue}, yield)
}

// tooLarge yields the message that d begins with without the message at a place in its body.
func (f *Framer) tooLarge(d []byte, at int, yield func(Item)) int {
	return f.message(d[:at], true, issueOf(contentLengthLarge, f.head,
		"the Content-Length is %d, but another message begins behind %s of body", f.need-f.head, amount.Octets(at-f.head)), yield)
}

func (f *Framer) garbage(raw []byte, yield func(Item)) int {
	issue := issueOf(streamGarbage, 0, "%s to no message", amount.Of(len(raw), "octet belongs", "octets belong"))
	if n, _ := stunLen(raw); n > 0 {
		issue = issueOf(streamSTUN, 0, "%d octets are a STUN message", len(raw))
	} else if isHTTP(raw[:lineLen(raw)]) {
		issue = issueOf(streamHTTP, 0, "%d octets are HTTP", len(raw))
	} else if isTLSAlert(raw) {
		issue = issueOf(streamTLS, 0, "%d octets are a TLS alert, of a peer that expects TLS", len(raw))
	}
	return f.emit(Item{Kind: Garbage, Raw: raw, Issue: issue}, yield)
}

func (f *Framer) emit(it Item, yield func(Item)) int {
	it.Offset = f.offset
	f.offset += int64(len(it.Raw))
	f.state, f.scan, f.line, f.head, f.need = search, 0, 0, 0, 0
	f.fields = bodyFields{}
	it.Raw = slices.Clip(it.Raw) // so that an append by the caller cannot reach what follows
	it.Ends = f.ends
	yield(it)
	if f.ends = f.ends[:0]; cap(f.ends) > maxKeptEnds {
		f.ends = nil
	}
	return len(it.Raw)
}

func issueOf(c code, offset int, format string, args ...any) *Issue {
	return &Issue{c.name, offset, c.section, fmt.Sprintf(format, args...)}
}
