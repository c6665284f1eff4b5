package document

const (
	// maxFigures bounds the octets of all figures: more than any document has. What comes
	// later is left out, and Cut tells so.
	maxFigures = 64 << 20
	// figureOctets is what a figure counts beside its text: one without text takes memory too.
	figureOctets = 512
	// maxArchive bounds the octets that the archive holds before it is compressed.
	maxArchive = 256 << 20
	// fileOctets is what a file counts beside its content: a tar file has a header of that length.
	fileOctets = 512
	// MaxIndent is the deepest margin, in columns: lines need room for a name and a value.
	MaxIndent = 24
)
