package capture

import (
	"bytes"
	"net/netip"
)

// RemarkKind tells what a [Remark] is.
type RemarkKind uint8

// The texts of sections, interfaces and packets.
const (
	Comment RemarkKind = iota + 1
	SectionHardware
	SectionOS
	SectionApplication
	InterfaceName
	InterfaceDescription
)

// String returns the kind in lower case: "comment", "interface name", ...
func (k RemarkKind) String() string {
	switch k {
	case Comment:
		return "comment"
	case SectionHardware:
		return "section hardware"
	case SectionOS:
		return "section os"
	case SectionApplication:
		return "section application"
	case InterfaceName:
		return "interface name"
	case InterfaceDescription:
		return "interface description"
	}
	return "unknown"
}

// Remark is a text in an option of a pcapng block (draft-ietf-opsawg-pcapng, Section 3.5).
type Remark struct {
	Kind RemarkKind
	// Interface is the number within the section of the interface that the text is about,
	// or -1 if it is about none.
	Interface int
	Packet    uint64 // the packet that it is about, or 0
	Text      string // untrusted; UTF-8 if the writer kept to the standard
}

// Name is what a Name Resolution Block (draft-ietf-opsawg-pcapng, Section 4.5) says of an
// address. It is what the capturing host believed.
type Name struct {
	Addr netip.Addr
	Name string // untrusted
}

// textCost is what a text costs besides its octets.
const textCost = 64

// texts are those that wait for the caller.
type texts struct {
	remarks                []Remark
	names                  []Name
	remarkCost, nameCost   int
	remarksFull, namesFull bool // something was left out, and told
}

func (t *texts) takeRemarks() []Remark {
	r := t.remarks
	t.remarks, t.remarkCost, t.remarksFull = nil, 0, false
	return r
}

func (t *texts) takeNames() []Name {
	n := t.names
	t.names, t.nameCost, t.namesFull = nil, 0, false
	return n
}

// fits adds the cost of a text to what waits, if there is room. It reports the first that
// finds none.
func fits(waiting *int, full *bool, text []byte) (ok, first bool) {
	if *waiting+len(text)+textCost > MaxTexts {
		first, *full = !*full, true
		return false, first
	}
	*waiting += len(text) + textCost
	return true, false
}

// remark keeps the text of an option.
func (f *pcapngFraming) remark(r *Reader, kind RemarkKind, iface int, packet uint64, text []byte) {
	ok, first := fits(&f.texts.remarkCost, &f.texts.remarksFull, text)
	if first {
		r.damaged(r.fail(f.block.offset, "more than %d octets of texts wait: those from here on are left out", MaxTexts), 0)
	}
	if ok {
		// Some writers count a closing NUL.
		text = bytes.TrimRight(text, "\x00")
		f.texts.remarks = append(f.texts.remarks, Remark{kind, iface, packet, string(text)})
	}
}

// Record types of a Name Resolution Block.
const (
	recordEnd  = 0
	recordIPv4 = 1
	recordIPv6 = 2
)

// resolve reads a Name Resolution Block: records in the form of options, that is in pieces
// of at most lookAhead octets.
func (f *pcapngFraming) resolve(r *Reader) error {
	for f.rest > 4 {
		b, err := f.peek(r, int(min(f.rest-4, lookAhead)))
		if err != nil {
			return err
		}
		whole := int64(len(b)) == f.rest-4
		done := 0
		ended := false
		for o := (options{order: f.order, b: b}); o.next(); {
			done = len(b) - len(o.b)
			if o.code == recordEnd {
				ended = true // options follow, comments perhaps
				break
			}
			f.name(r, o.code, o.value)
		}
		switch {
		case ended:
			f.comments(r, b[done:], -1, 0)
			return nil
		case whole && done < len(b):
			return r.fail(f.block.offset, "name record ends beyond its block")
		case done == 0:
			return nil
		}
		if err := f.skip(r, int64(done)); err != nil {
			return err
		}
	}
	return nil
}

// name keeps the names in a record: an address, then texts that each end with NUL.
func (f *pcapngFraming) name(r *Reader, kind uint16, value []byte) {
	n := 0
	switch kind {
	case recordIPv4:
		n = 4
	case recordIPv6:
		n = 16
	}
	if n == 0 || len(value) < n {
		return
	}
	addr, _ := netip.AddrFromSlice(value[:n])
	for text := range bytes.SplitSeq(value[n:], []byte{0}) {
		if len(text) == 0 {
			continue
		}
		ok, first := fits(&f.texts.nameCost, &f.texts.namesFull, text)
		if first {
			r.damaged(r.fail(f.block.offset, "more than %d octets of names wait: those from here on are left out", MaxTexts), 0)
		}
		if ok {
			f.texts.names = append(f.texts.names, Name{addr, string(text)})
		}
	}
}
