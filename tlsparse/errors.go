package tlsparse

import "fmt"

// Error tells what is wrong with a record or a message, where, and which section it offends.
type Error struct {
	Code    string // one of the Code constants
	Offset  int64  // from the start of the record or message that carries the error
	Field   string // "ClientHello.cipher_suites"
	Section string // "RFC 5246, Section 7.4.1.2"
	Text    string // one sentence, lower case, without a full stop
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Field, e.Text, e.Section) }

// The codes of an Error. They are stable.
const (
	// Of records.
	CodeRecordHeader    = "record-header"     // no record starts here
	CodeRecordTooLong   = "record-too-long"   // the header's length exceeds what the protocol allows
	CodeRecordDamaged   = "record-damaged"    // octets of the record are lost
	CodeOctetsSkipped   = "octets-skipped"    // octets before the record are lost or belong to none
	CodeFragmentTooLong = "fragment-too-long" // more than 2^14 octets of content
	CodeEmptyFragment   = "empty-fragment"    // of a type that must not have one
	CodeCiphertext      = "ciphertext-length" // too short, or no multiple of the block
	CodeChainLost       = "chain-lost"        // the end of its predecessor is lost, without which it does not open
	CodeBadMAC          = "bad-mac"           // padding, MAC or tag is wrong
	CodeInnerType       = "no-inner-type"     // the content is padding only, where a type must be

	// Of messages.
	CodeShort              = "message-short"       // a field ends after its container
	CodeTrailing           = "trailing-octets"     // a container has more than its fields
	CodeBadLength          = "bad-length"          // a length outside the range that the section gives
	CodeMessageTooLong     = "message-too-long"    // longer than this package keeps
	CodeMessageInterrupted = "message-interrupted" // its rest never came
	CodeMessageLost        = "message-lost"        // its start is lost
	CodeFinished           = "finished-mismatch"   // verify_data is not what the handshake gives
	CodeUnexpectedValue    = "unexpected-value"    // a value that the section does not allow
	CodeCompression        = "bad-compression"     // it does not decompress to what it declares
)
