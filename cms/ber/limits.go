package ber

// Bounds on what hostile input may cost.
const (
	// MaxDepth is the deepest nesting, in levels, that a walk descends to; it is also the
	// default of Limits.Depth. CMS objects need about 20, with certificates about 25.
	MaxDepth = 64
	// DefaultNodes is the default of Limits.Nodes, in elements. The smallest element takes two
	// octets, its Node about a hundred, so the number of octets does not bound memory well.
	DefaultNodes = 1 << 16
	// maxOIDOctets bounds the content of an OBJECT IDENTIFIER that is converted to text, since
	// that takes more than linear time. The longest in use, of 2.25, have 20.
	maxOIDOctets = 512
	// maxSegmentDepth bounds the nesting, in levels, of a string in segments. Real encoders
	// use one level.
	maxSegmentDepth = 8
)

// Limits bounds a walk and says how far it goes. The zero value means the defaults.
type Limits struct {
	Depth int // levels to descend to; MaxDepth if 0 or more than MaxDepth
	Nodes int // elements to list; DefaultNodes if 0
	// Encapsulated has BIT STRINGs and OCTET STRINGs walked whose content looks like an
	// encoding (see Node.Encapsulated).
	Encapsulated bool
}

func (l Limits) orDefaults() Limits {
	if l.Depth <= 0 || l.Depth > MaxDepth {
		l.Depth = MaxDepth
	}
	if l.Nodes <= 0 {
		l.Nodes = DefaultNodes
	}
	return l
}
