package mime

import "fmt"

// Issue is something a body should not have. Codes are stable.
type Issue struct {
	Code    string // "boundary-not-closed", "encoding-damaged", ...
	Offset  int    // in the body that was parsed
	Section string
	Text    string // one sentence, lower case, without a full stop
}

// code is the stable name of an issue and the section it offends.
type code struct{ name, section string }

var (
	mediaTypeMalformed     = code{"media-type-malformed", "RFC 2045, Section 5.1"}
	parameterMalformed     = code{"parameter-malformed", "RFC 2045, Section 5.1"}
	boundaryMissing        = code{"boundary-missing", "RFC 2046, Section 5.1.1"}
	boundaryTooLong        = code{"boundary-too-long", "RFC 2046, Section 5.1.1"}
	boundaryNotFound       = code{"boundary-not-found", "RFC 2046, Section 5.1.1"}
	boundaryNotClosed      = code{"boundary-not-closed", "RFC 2046, Section 5.1.1"}
	fieldNoColon           = code{"field-no-colon", "RFC 5322, Section 2.2"}
	separatorMissing       = code{"separator-missing", "RFC 2045, Section 3"}
	encodingDamaged        = code{"encoding-damaged", "RFC 2045, Section 6"}
	encodingUnknown        = code{"encoding-unknown", "RFC 2045, Section 6.3"}
	encodingOnMultipart    = code{"encoding-on-multipart", "RFC 2045, Section 6.4"}
	dispositionMalformed   = code{"disposition-malformed", "RFC 2183, Section 2"}
	contentIDMalformed     = code{"content-id-malformed", "RFC 2045, Section 7"}
	contentEncodingDamaged = code{"content-encoding-damaged", "RFC 3261, Section 20.12"}
	contentEncodingUnknown = code{"content-encoding-unknown", "RFC 3261, Section 20.12"}
	inflateLimit           = code{"inflate-limit", ""}
	depthLimit             = code{"depth-limit", ""}
	partsLimit             = code{"parts-limit", ""}
	fieldsLimit            = code{"fields-limit", ""}
)

func (p *Part) issue(c code, offset int, format string, args ...any) {
	p.Issues = append(p.Issues, Issue{c.name, offset, c.section, fmt.Sprintf(format, args...)})
}
