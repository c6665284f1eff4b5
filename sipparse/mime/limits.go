package mime

// Limits bound what a hostile body can cost. A zero field means its default.
type Limits struct {
	// Depth is how many multiparts may lie in each other; a deeper one is kept as a leaf
	// (issue "depth-limit"). Each level scans its octets again, so this also bounds time.
	Depth int
	// Parts is how many parts a body may have; the octets of those beyond are the
	// Epilogue of their multipart (issue "parts-limit").
	Parts int
	// Fields is how many header fields a part may have; the rest of its header is kept as
	// one field without a name (issue "fields-limit").
	Fields int
	// Inflated is how many octets all decompressed Contents of a body may have together;
	// what is beyond is left out (issue "inflate-limit").
	Inflated int
}

// The defaults of Limits. Real messages nest two or three levels: a signature around an
// encryption around a mix of parts.
const (
	DefaultDepth    = 8       // multiparts
	DefaultParts    = 256     // parts
	DefaultFields   = 128     // header fields
	DefaultInflated = 1 << 20 // octets; as large as a body may be that comes as it is
)

// maxCodings is how many compressions of one part are undone. Nobody has a use for two.
const maxCodings = 4

// maxBoundary is the length RFC 2046, Section 5.1.1, allows a boundary, in octets. A longer one
// is used all the same, and told.
const maxBoundary = 70

func (l Limits) orDefaults() Limits {
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	if l.Parts == 0 {
		l.Parts = DefaultParts
	}
	if l.Fields == 0 {
		l.Fields = DefaultFields
	}
	if l.Inflated == 0 {
		l.Inflated = DefaultInflated
	}
	return l
}

const (
	// maxMendSteps bounds the search for ways to mend an object, in elements and CRLF pairs
	// passed: some milliseconds. Objects that were really damaged take a few hundred.
	maxMendSteps = 1 << 18
	// maxMendDepth is the deepest nesting of an object that is mended, in levels; CMS objects
	// with certificates need about 25.
	maxMendDepth = 64
	// maxTailLines is how many line ends may follow an object that is mended.
	maxTailLines = 2
)
