package interop

import (
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// tlsRecordRules are about records and messages that are not what they should be. That octets are
// lost (record-damaged, octets-skipped, chain-lost, message-lost) is the capture's fault and no
// finding.
var tlsRecordRules = []Rule{
	{
		ID: "tls-record-header", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 6.2.1"},
		Asks:     "records one after the other, each with its header",
		Advice:   "look who writes into the connection beside TLS",
		issue:    issue{tlsIssue, tlsparse.CodeRecordHeader},
	},
	{
		ID: "tls-record-length", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 6.2.1", "RFC 5246, Section 6.2.3"},
		Asks:     "records of at most 16384 octets of content, or what the two sides agreed on, and none that are empty but of application data",
		Advice:   "correct how the side cuts its messages into records",
		issue:    issue{tlsIssue, tlsparse.CodeRecordTooLong},
		alike:    []string{tlsparse.CodeFragmentTooLong, tlsparse.CodeEmptyFragment, tlsparse.CodeCiphertext, tlsparse.CodeInnerType},
	},
	{
		ID: "tls-record-mac", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 6.2.3"},
		Asks:     "that each record open with the keys that opened those before it",
		Advice:   "look whether something on the way changes octets; the peer has to answer with bad_record_mac",
		issue:    issue{tlsIssue, tlsparse.CodeBadMAC},
	},
	{
		ID: "tls-message-length", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.4"},
		Asks:     "messages whose lengths and fields agree",
		Advice:   "correct how the side writes the message; peers have to answer with decode_error",
		issue:    issue{tlsIssue, tlsparse.CodeShort},
		alike:    []string{tlsparse.CodeTrailing, tlsparse.CodeBadLength, tlsparse.CodeCompression},
	},
	{
		ID: "tls-message-value", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.4"},
		Asks:     "fields with values that are allowed there",
		Advice:   "correct how the side writes the message; peers have to answer with illegal_parameter",
		issue:    issue{tlsIssue, tlsparse.CodeUnexpectedValue},
	},
	{
		ID: "tls-message-size", Severity: report.Note,
		Sections: []string{"RFC 5246, Section 7.4"},
		Asks:     "handshake messages of at most 16 MiB; nobody takes such long ones",
		Advice:   "send fewer certificates, or name fewer CAs",
		issue:    issue{tlsIssue, tlsparse.CodeMessageTooLong},
	},
	{
		ID: "tls-message-interrupted", Severity: report.Error,
		Sections: []string{"RFC 8446, Section 5.1", "RFC 5246, Section 6.2.1"},
		Asks:     "that a handshake message which takes several records be in records that follow each other",
		Advice:   "correct how the side cuts its messages into records",
		issue:    issue{tlsIssue, tlsparse.CodeMessageInterrupted},
	},
	{
		ID: "tls-finished", Severity: report.Error,
		Sections: []string{"RFC 5246, Section 7.4.9", "RFC 8446, Section 4.4.4"},
		Asks:     "that Finished be computed over the handshake that both sides saw",
		Advice:   "look whether something on the way changes the handshake; the peer has to answer with decrypt_error",
		issue:    issue{tlsIssue, tlsparse.CodeFinished},
	},
}
