package interop

import "sipsecdump/report"

// sipIssueRules make findings of what package sipparse finds wrong with a message. That octets of
// a stream were not captured (stream-gap) is nothing that a peer did, and what belongs to no message
// (stream-garbage, stream-http, stream-stun, stream-tls) is told as an anomaly.
var sipIssueRules = []Rule{
	{
		ID: "sip-start-line", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 7.1", "RFC 3261, Section 7.2"},
		Asks:     "a start line of three elements with one space between each, of which one is SIP/2.0",
		Advice:   "write the line as the grammar has it: peers refuse or drop anything else",
		issue:    issue{sipIssue, "start-line-malformed"},
		alike:    []string{"start-line-spaces", "method-malformed", "version-unsupported", "status-out-of-range"},
	},
	{
		ID: "sip-request-uri", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 7.1", "RFC 3261, Section 19.1.1"},
		Asks:     "a Request-URI without angle brackets, spaces and header fields",
		Advice:   "write the URI alone",
		issue:    issue{sipIssue, "uri-brackets"},
		alike:    []string{"request-uri-headers"},
	},
	{
		ID: "sip-uri", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 19.1.1", "RFC 3261, Section 25.1"},
		Asks:     "URIs of the grammar's form, with a host that is a name or an address",
		Advice:   "escape what must not stand in a URI, and put IPv6 addresses in brackets",
		issue:    issue{sipIssue, "uri-malformed"},
		alike:    []string{"uri-space", "host-malformed"},
	},
	{
		ID: "sip-line-end", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 7"},
		Asks:     "CRLF at the end of each line of the header section",
		Advice:   "send CRLF: some peers take LF alone, others find no header field at all",
		issue:    issue{sipIssue, "line-end-lf"},
	},
	{
		ID: "sip-separator", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 7"},
		Asks:     "an empty line behind the header fields, even if there is no body",
		Advice:   "send the empty line",
		issue:    issue{sipIssue, "separator-missing"},
	},
	{
		ID: "sip-header-syntax", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 7.3.1"},
		Asks:     "header fields of a name, a colon and a value, with parameters that have names",
		Advice:   "write the field as the grammar has it",
		issue:    issue{sipIssue, "header-no-colon"},
		alike:    []string{"header-name-malformed", "parameter-empty"},
	},
	{
		ID: "sip-header-repeated", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 7.3.1"},
		Asks:     "header fields whose value is no list once at most",
		Advice:   "send one: which of several counts, nobody can tell",
		issue:    issue{sipIssue, "header-repeated"},
	},
	{
		ID: "sip-header-missing", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.1.1", "RFC 3261, Section 8.2.6.2"},
		Asks:     "To, From, CSeq, Call-ID, Max-Forwards and Via in each request, Contact in INVITE too, and all but Max-Forwards and Contact in each response",
		Advice:   "add the header field: without it the request is refused with 400, or is not answered",
		issue:    issue{sipIssue, "header-missing"},
	},
	{
		ID: "sip-call-id", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.8"},
		Asks:     "a Call-ID of one word, which may have one at sign",
		Advice:   "leave out spaces",
		issue:    issue{sipIssue, "call-id-malformed"},
	},
	{
		ID: "sip-cseq", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.1.1.5", "RFC 3261, Section 20.16"},
		Asks:     "a CSeq with a number below 2**31 and the method of the request",
		Advice:   "write both as they are: by them responses are told apart",
		issue:    issue{sipIssue, "cseq-malformed"},
		alike:    []string{"cseq-out-of-range", "cseq-method-mismatch"},
	},
	{
		ID: "sip-max-forwards", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.22"},
		Asks:     "a number from 0 to 255 in Max-Forwards",
		Advice:   "begin with 70",
		issue:    issue{sipIssue, "max-forwards-out-of-range"},
	},
	{
		ID: "sip-number", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 25.1"},
		Asks:     "a number of seconds from 0 to 2**32-1 in Expires, Min-Expires and Retry-After",
		Advice:   "write a number; some peers take another value for 3600, others refuse the request",
		issue:    issue{sipIssue, "number-out-of-range"},
	},
	{
		ID: "sip-date-format", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 20.17"},
		Asks:     "a Date of the form Sat, 13 Nov 2010 23:29:00 GMT",
		Advice:   "write it so, in GMT: signatures over the Date depend on it",
		issue:    issue{sipIssue, "date-malformed"},
	},
	{
		ID: "sip-warning-format", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 20.43"},
		Asks:     "a code of three digits, an agent and a quoted text in Warning",
		Advice:   "write it so: it is how a refusal is explained",
		issue:    issue{sipIssue, "warning-malformed"},
	},
	{
		ID: "sip-via", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.42"},
		Asks:     "a protocol, a transport, a host and parameters in each Via",
		Advice:   "write it so: the response takes this way",
		issue:    issue{sipIssue, "via-malformed"},
	},
	{
		ID: "sip-branch-missing", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.1.1.7"},
		Asks:     "a branch in Via that is unique, with z9hG4bK in front of it",
		Advice:   "make a new branch for each request",
		issue:    issue{sipIssue, "via-branch-missing"},
	},
	{
		ID: "sip-from-tag", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 8.1.1.3"},
		Asks:     "a tag in From",
		Advice:   "add a tag that is unique and random: it names the dialog",
		issue:    issue{sipIssue, "from-tag-missing"},
	},
	{
		ID: "sip-address", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.10", "RFC 3261, Section 25.1"},
		Asks:     "addresses of the grammar's form: a quoted display name, and a URI in angle brackets if it has a comma, a semicolon or a question mark",
		Advice:   "quote display names and put each URI in angle brackets",
		issue:    issue{sipIssue, "address-malformed"},
		alike:    []string{"address-brackets-missing", "display-name-malformed", "quoted-string-open"},
	},
	{
		ID: "sip-content-type", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.15"},
		Asks:     "a Content-Type with each body",
		Advice:   "say what the body is",
		issue:    issue{sipIssue, "content-type-missing"},
	},
	{
		ID: "sip-content-length", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 18.3", "RFC 3261, Section 20.14"},
		Asks:     "the number of octets of the body in Content-Length",
		Advice:   "count octets, line ends of two octets too; a stream is not to be read behind a wrong number",
		issue:    issue{sipIssue, "content-length-malformed"},
		alike:    []string{"content-length-conflict", "content-length-too-large", "body-short"},
	},
	{
		ID: "sip-content-length-missing", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 18.3", "RFC 3261, Section 20.14"},
		Asks:     "a Content-Length in each message over a stream",
		Advice:   "add it, also if it is 0: nothing else tells where the message ends",
		issue:    issue{sipIssue, "content-length-missing"},
	},
	{
		ID: "sip-trailing", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 18.3"},
		Asks:     "that octets behind the body of a datagram are dropped",
		Advice:   "count the octets of the body again: the peer does not see what is behind",
		issue:    issue{sipIssue, "body-trailing"},
	},
	{
		ID: "sip-cut", Severity: report.Note,
		Sections: []string{"RFC 3261, Section 18.3"},
		Asks:     "messages that are whole",
		Advice:   "look who closed the connection, or capture for longer",
		issue:    issue{sipIssue, "stream-end"},
	},
	{
		ID: "sip-limit", Severity: report.Note,
		Sections: []string{"RFC 3261, Section 21.4.11", "RFC 3261, Section 21.5.7"},
		Asks:     "messages that the peer has room for; 413 or 513 tell that it has none",
		Advice:   "send less, or look whether it is SIP at all",
		issue:    issue{sipIssue, "header-limit"},
		alike:    []string{"body-limit", "issues-limit"},
	},
}

// ofCut tells that an issue is one of a message that is not whole for other reasons than that.
func ofCut(code string) bool {
	switch code {
	case "content-length-too-large", "stream-end", "header-limit", "body-limit":
		return true
	}
	return false
}
