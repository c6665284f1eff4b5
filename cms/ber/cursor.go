package ber

// Cursor steps over elements that stand one behind the other: the content of a constructed
// element, or a whole encoding. It is the place where bounds are checked; decoders that use it
// never index octets themselves. Copying a Cursor saves its position.
//
// Reading stops for good at damage: a Cursor that has returned an error is empty.
type Cursor struct {
	data []byte // what is left
	off  int    // offset of data[0], for errors and Element.Offset
}

// NewCursor returns a Cursor over data. Elements alias data.
func NewCursor(data []byte) Cursor { return Cursor{data: data} }

// NewCursorAt is like [NewCursor], for data that was cut out at an offset which Element.Offset
// and errors are to count from.
func NewCursorAt(data []byte, offset int) Cursor { return Cursor{data: data, off: offset} }

// Empty tells whether nothing is left.
func (c *Cursor) Empty() bool { return len(c.data) == 0 }

// Offset is the offset of what is read next.
func (c *Cursor) Offset() int { return c.off }

// Rest is what is left; it aliases the input.
func (c *Cursor) Rest() []byte { return c.data }

// Element is an element as read by a [Cursor]. Its slices alias the input.
type Element struct {
	Offset      int // of the identifier octet
	Header      int // octets of identifier and length
	Class       Class
	Tag         uint32
	Constructed bool
	Indefinite  bool
	NonMinimal  bool   // tag or length took more octets than needed
	Raw         []byte // the whole element, its end-of-contents octets included
	Content     []byte // without end-of-contents octets
}

// Is tells whether the element has this tag.
func (e *Element) Is(class Class, tag uint32) bool { return e.Class == class && e.Tag == tag }

// Next reads an element. If it is damaged the error is an *[Error], and the Element has what is
// there of it: all that is left, if its length says more.
func (c *Cursor) Next() (Element, error) {
	if len(c.data) == 0 {
		return Element{Offset: c.off}, errMissing.at(c.off)
	}
	var h header
	h.read(c.data)
	size, missing := skip(c.data, &h)
	if h.isEOC() {
		h.damage = errEOCUnexpected
	}
	e := Element{
		Offset: c.off, Header: h.size, Class: h.class, Tag: h.tag, Constructed: h.constructed,
		Indefinite: h.length < 0, NonMinimal: h.nonMinimal, Raw: c.data[:size:size],
	}
	end := size
	if e.Indefinite && h.constructed && missing == nil {
		end -= 2
	}
	e.Content = c.data[h.size:end:end]
	if h.damage == nil {
		h.damage = missing
	}
	if h.damage != nil {
		c.advance(len(c.data))
		return e, h.damage.at(e.Offset)
	}
	c.advance(size)
	return e, nil
}

func (c *Cursor) advance(n int) {
	c.data, c.off = c.data[n:], c.off+n
}

// Peek tells the tag of what is read next; ok is false if nothing is left or it is damaged.
func (c *Cursor) Peek() (class Class, tag uint32, ok bool) {
	if len(c.data) == 0 {
		return 0, 0, false
	}
	var h header
	h.read(c.data)
	return h.class, h.tag, h.damage == nil
}

// PeekIs tells whether an element of this tag is read next.
func (c *Cursor) PeekIs(class Class, tag uint32) bool {
	gotClass, gotTag, ok := c.Peek()
	return ok && gotClass == class && gotTag == tag
}

// Expect reads an element that must have this tag. If it has another, it is not read.
func (c *Cursor) Expect(class Class, tag uint32) (Element, error) {
	before := *c
	e, err := c.Next()
	if err == nil && !e.Is(class, tag) {
		*c = before
		return Element{Offset: e.Offset}, errUnexpectedTag.at(e.Offset)
	}
	return e, err
}

// Optional reads an element if it has this tag. Without it, ok is false and nothing is read;
// damage is left to the next read to find.
func (c *Cursor) Optional(class Class, tag uint32) (e Element, ok bool, err error) {
	if !c.PeekIs(class, tag) {
		return Element{Offset: c.off}, false, nil
	}
	e, err = c.Next()
	return e, true, err
}

// Sequence reads a SEQUENCE and returns a cursor over its components.
func (c *Cursor) Sequence() (Cursor, error) { return c.constructed(Universal, TagSequence) }

// Set reads a SET and returns a cursor over its components.
func (c *Cursor) Set() (Cursor, error) { return c.constructed(Universal, TagSet) }

// Explicit reads an element of a context-specific tag, as explicit tagging puts around another,
// and returns a cursor over its content.
func (c *Cursor) Explicit(tag uint32) (Cursor, error) { return c.constructed(ContextSpecific, tag) }

func (c *Cursor) constructed(class Class, tag uint32) (Cursor, error) {
	e, err := c.Expect(class, tag)
	if err != nil {
		return Cursor{off: e.Offset}, err
	}
	if !e.Constructed {
		return Cursor{off: e.Offset}, errNotConstructed.at(e.Offset)
	}
	return e.Children(), nil
}

// OID reads an OBJECT IDENTIFIER and returns it in dotted form.
func (c *Cursor) OID() (string, error) {
	e, err := c.Expect(Universal, TagOID)
	if err != nil {
		return "", err
	}
	return e.OID()
}

// Int reads an INTEGER that fits an int.
func (c *Cursor) Int() (int, error) {
	e, err := c.Expect(Universal, TagInteger)
	if err != nil {
		return 0, err
	}
	return e.Int()
}

// OctetString reads an OCTET STRING; see [Element.Octets].
func (c *Cursor) OctetString() ([]byte, error) {
	e, err := c.Expect(Universal, TagOctetString)
	if err != nil {
		return nil, err
	}
	return e.Octets()
}

// Finish returns an *[Error] if something is left: the type has no more.
func (c *Cursor) Finish() error {
	if len(c.data) == 0 {
		return nil
	}
	return errTrailingElements.at(c.off)
}
