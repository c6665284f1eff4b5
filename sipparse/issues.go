package sipparse

import "fmt"

// Issue is something a message should not have. The message is kept all the same.
type Issue struct {
	Code    string // stable: "body-short", "header-no-colon", ...
	Offset  int    // in Message.Raw, or in Item.Raw
	Section string // "RFC 3261, Section 20.14"; "" for a limit of this package
	Text    string // one sentence, lower case, without a full stop
}

// code is the stable name of an issue and the section it offends.
type code struct{ name, section string }

// Issues of messages.
var (
	startLineMalformed = code{"start-line-malformed", "RFC 3261, Section 7"}
	startLineSpaces    = code{"start-line-spaces", "RFC 3261, Section 7"}
	methodMalformed    = code{"method-malformed", "RFC 3261, Section 7.1"}
	versionUnsupported = code{"version-unsupported", "RFC 3261, Section 7.1"}
	statusOutOfRange   = code{"status-out-of-range", "RFC 3261, Section 7.2"}
	requestURIHeaders  = code{"request-uri-headers", "RFC 3261, Section 19.1.1"}
	uriMalformed       = code{"uri-malformed", "RFC 3261, Section 19.1.1"}
	uriBrackets        = code{"uri-brackets", "RFC 3261, Section 7.1"}
	uriSpace           = code{"uri-space", "RFC 3261, Section 19.1.1"}
	hostMalformed      = code{"host-malformed", "RFC 3261, Section 25.1"}

	lineEndLF        = code{"line-end-lf", "RFC 3261, Section 7"}
	separatorMissing = code{"separator-missing", "RFC 3261, Section 7"}
	headerNoColon    = code{"header-no-colon", "RFC 3261, Section 7.3.1"}
	headerName       = code{"header-name-malformed", "RFC 3261, Section 7.3.1"}
	headerRepeated   = code{"header-repeated", "RFC 3261, Section 7.3.1"}
	headerMissing    = code{"header-missing", "RFC 3261, Section 8.1.1"}

	callIDMalformed   = code{"call-id-malformed", "RFC 3261, Section 20.8"}
	cseqMalformed     = code{"cseq-malformed", "RFC 3261, Section 20.16"}
	cseqOutOfRange    = code{"cseq-out-of-range", "RFC 3261, Section 8.1.1.5"}
	cseqMethod        = code{"cseq-method-mismatch", "RFC 3261, Section 8.1.1.5"}
	maxForwards       = code{"max-forwards-out-of-range", "RFC 3261, Section 20.22"}
	numberOutOfRange  = code{"number-out-of-range", "RFC 3261, Section 25.1"}
	dateMalformed     = code{"date-malformed", "RFC 3261, Section 20.17"}
	warningMalformed  = code{"warning-malformed", "RFC 3261, Section 20.43"}
	viaMalformed      = code{"via-malformed", "RFC 3261, Section 20.42"}
	viaBranchMissing  = code{"via-branch-missing", "RFC 3261, Section 8.1.1.7"}
	fromTagMissing    = code{"from-tag-missing", "RFC 3261, Section 8.1.1.3"}
	addressMalformed  = code{"address-malformed", "RFC 3261, Section 20.10"}
	addressBrackets   = code{"address-brackets-missing", "RFC 3261, Section 20"}
	displayName       = code{"display-name-malformed", "RFC 3261, Section 25.1"}
	quotedStringOpen  = code{"quoted-string-open", "RFC 3261, Section 25.1"}
	parameterEmpty    = code{"parameter-empty", "RFC 3261, Section 7.3.1"}
	contentTypeAbsent = code{"content-type-missing", "RFC 3261, Section 20.15"}

	contentLengthMalformed = code{"content-length-malformed", "RFC 3261, Section 20.14"}
	contentLengthConflict  = code{"content-length-conflict", "RFC 3261, Section 20.14"}
	bodyShort              = code{"body-short", "RFC 3261, Section 18.3"}
	bodyTrailing           = code{"body-trailing", "RFC 3261, Section 18.3"}
	issuesLimit            = code{"issues-limit", ""}
)

// Issues of items of a stream.
var (
	contentLengthMissing = code{"content-length-missing", "RFC 3261, Section 20.14"}
	contentLengthLarge   = code{"content-length-too-large", "RFC 3261, Section 18.3"}
	streamGarbage        = code{"stream-garbage", "RFC 3261, Section 18.3"}
	streamHTTP           = code{"stream-http", "RFC 9112, Section 2"}
	streamSTUN           = code{"stream-stun", "RFC 8489, Section 5"}
	streamTLS            = code{"stream-tls", "RFC 5246, Section 7.2"}
	streamGap            = code{"stream-gap", "RFC 3261, Section 18.3"}
	streamEnd            = code{"stream-end", "RFC 3261, Section 18.3"}
	headerLimit          = code{"header-limit", ""}
	bodyLimit            = code{"body-limit", ""}
)

func (m *Message) issue(c code, offset int, format string, args ...any) {
	if len(m.Issues) >= maxIssues {
		m.unsaid++
		return
	}
	m.Issues = append(m.Issues, Issue{c.name, offset, c.section, fmt.Sprintf(format, args...)})
}
