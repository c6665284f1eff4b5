package schema

import "sipsecdump/cms/ber"

// Type is a type of an ASN.1 module, as far as it says something of elements.
type Type struct {
	Name string // "AlgorithmIdentifier"; "" if the module has none, or it says nothing
	// Form says how the value is read.
	Form Form
	// Names are those of numbers or bits, by value; some may be "".
	Names []string

	// At most one of these is set.
	fields []field
	of     *Type   // the elements of a SEQUENCE OF or SET OF
	choice []field // the alternatives of a CHOICE
}

// Form says how a value is read that its tag does not tell.
type Form uint8

// The forms.
const (
	Plain   Form = iota
	Name         // a distinguished name
	Text         // characters, with an implicit tag
	Address      // the octets of an IP address, or of one and a mask
	OID          // an OBJECT IDENTIFIER with an implicit tag
	Integer      // an INTEGER with an implicit tag
	Bits         // a BIT STRING whose bits have names, with whatever tag
)

// field is a component of a SEQUENCE or SET, or an alternative of a CHOICE.
type field struct {
	name string
	tag  tag
	typ  *Type // nil if nothing is known
	// byOID has the type for the object identifier that stood before it in the same type.
	byOID map[string]*Type
	// wrapped is set if the type is that of the only element inside: explicit tagging, or a
	// string that holds an encoding.
	wrapped bool
}

// tag is what a field's elements are told by: a universal tag, or one of these.
type tag int

const (
	anyTag  tag = -1
	timeTag tag = -2 // UTCTime or GeneralizedTime
	// contextTag is [0]; [n] is n more.
	contextTag tag = 1 << 16
)

func context(n int) tag { return contextTag + tag(n) }

func (t tag) matches(n *ber.Node) bool {
	switch {
	case t == anyTag:
		return true
	case t == timeTag:
		return n.Is(ber.TagUTCTime) || n.Is(ber.TagGeneralizedTime)
	case t >= contextTag:
		return n.Class == ber.ContextSpecific && int64(n.Tag) == int64(t-contextTag)
	}
	return n.Is(uint32(t))
}

// matches tells whether an element may be that of the field. A field that is a CHOICE has the tags
// of its alternatives.
func (f *field) matches(n *ber.Node) bool {
	if f.tag != anyTag || f.typ == nil || f.typ.choice == nil {
		return f.tag.matches(n)
	}
	for i := range f.typ.choice {
		if f.typ.choice[i].tag.matches(n) {
			return true
		}
	}
	return false
}

// Namer names the elements of one encoding. It takes the same time for each, and no memory beyond
// its own.
type Namer struct {
	frames [ber.MaxDepth + 1]frame // by the depth of the children
}

// frame is an element whose children are being named.
type frame struct {
	typ     *Type
	wrapped bool   // typ is that of the only child
	next    int    // index of the field that may come next
	oid     string // the object identifier that came last
}

// NewNamer returns a Namer for the nodes of a ber.Walk, which must be handed to Next in their
// order. What the encoding is, its first elements tell; if it is nothing that is known, nothing
// has a name.
func NewNamer(nodes []ber.Node) *Namer {
	r := new(Namer)
	r.frames[0] = frame{typ: outermost(nodes), wrapped: true}
	return r
}

// Next returns the name that the module gives to the next element, "" if it gives none, and the
// type of the element's value; nil if it is not known, or is that of what is inside only.
func (r *Namer) Next(n *ber.Node) (name string, t *Type) {
	depth := min(n.Depth, len(r.frames)-1)
	f := &r.frames[depth]
	name, t, wrapped := f.child(n)
	if n.Is(ber.TagOID) {
		f.oid, _ = ber.OIDString(n.Content)
	}
	if depth+1 < len(r.frames) {
		r.frames[depth+1] = frame{typ: t, wrapped: wrapped}
	}
	if wrapped {
		return name, nil
	}
	return name, t
}

// child returns the name and type of a child of the frame's element.
func (f *frame) child(n *ber.Node) (name string, t *Type, wrapped bool) {
	switch {
	case f.typ == nil:
		return "", nil, false
	case f.wrapped:
		return resolve("", f.typ, n)
	case f.typ.of != nil:
		return resolve("", f.typ.of, n)
	}
	for i := f.next; i < len(f.typ.fields); i++ {
		field := &f.typ.fields[i]
		if !field.matches(n) {
			continue
		}
		f.next = i + 1
		t := field.typ
		if field.byOID != nil {
			t = field.byOID[f.oid]
		}
		if field.wrapped {
			return field.name, t, true
		}
		return resolve(field.name, t, n)
	}
	return "", nil, false
}

// resolve finds the alternative of a CHOICE.
func resolve(name string, t *Type, n *ber.Node) (string, *Type, bool) {
	if t == nil || t.choice == nil {
		return name, t, false
	}
	for i := range t.choice {
		alternative := &t.choice[i]
		if !alternative.tag.matches(n) {
			continue
		}
		if name != "" {
			name += " "
		}
		return name + alternative.name, alternative.typ, alternative.wrapped
	}
	return name, nil, false
}

// outermost tells of which type an encoding is, by its first elements.
func outermost(nodes []ber.Node) *Type {
	if len(nodes) < 3 || !nodes[0].Is(ber.TagSequence) {
		return nil
	}
	if nodes[1].Is(ber.TagOID) {
		return contentInfo
	}
	if !nodes[1].Is(ber.TagSequence) {
		return nil
	}
	var inner [4]*ber.Node // the first elements of the first element
	count, second := 0, 0  // second is the index of the one behind the first element; 0 if there is none
	for i := 2; i < len(nodes) && second == 0 && count < len(inner); i++ {
		switch nodes[i].Depth {
		case 1:
			second = i
		case 2:
			inner[count] = &nodes[i]
			count++
		}
	}
	first := inner[0]
	switch {
	case first == nil:
		return nil
	case first.Is(ber.TagOID) && nodes[second].Is(ber.TagBitString):
		return subjectPublicKeyInfo
	case first.Is(ber.TagOID) && nodes[second].Is(ber.TagOctetString):
		return encryptedPrivateKeyInfo
	case context(0).matches(first):
		return certificate
	}
	for _, n := range inner[1:] {
		switch {
		case n == nil:
			return nil
		case timeTag.matches(n):
			return certificateList
		}
	}
	// Requests of OCSP and attribute certificates are alike, but for these.
	if !first.Is(ber.TagInteger) || !inner[1].Is(ber.TagSequence) || !inner[2].Is(ber.TagSequence) {
		return nil
	}
	switch last := inner[3]; {
	case context(0).matches(last):
		return certificationRequest
	case last.Is(ber.TagSequence):
		return certificate
	}
	return nil
}
