package interop_test

// mixed is a multipart/mixed of one part.
const mixed = "Content-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello!\r\n--b--\r\n"

// entity is a request with an entity for a body, with edits.
func entity(text string, edits ...string) func() []byte {
	return func() []byte { return ask(eager(string(amended([]byte(text), edits...))))() }
}

var mimeCases = []ruleCase{
	{
		rule:    "mime-media-type",
		trigger: sent(entity(greeting, "text/plain", "plain")),
		clean:   sent(entity(greeting)),
		text:    `"plain" is not type/subtype`,
	},
	{
		rule:    "mime-parameter",
		trigger: sent(entity(greeting, "text/plain", "text/plain;charset")),
		clean:   sent(entity(greeting, "text/plain", "text/plain;charset=UTF-8")),
		text:    `a parameter of "text/plain;charset" cannot be read`,
	},
	{
		rule:    "mime-boundary-missing",
		trigger: sent(entity(mixed, ";boundary=b", "")),
		clean:   sent(entity(mixed)),
		text:    `a multipart without a boundary parameter; the body's first such line gives "b"`,
	},
	{
		rule:    "mime-boundary-length",
		trigger: sent(entity(mixed, "=b", "="+long, "--b\r", "--"+long+"\r", "--b--", "--"+long+"--")),
		clean:   sent(entity(mixed)),
		text:    "a boundary of 80 octets; at most 70 are allowed",
	},
	{
		rule:    "mime-boundary-not-found",
		trigger: sent(entity(mixed, "boundary=b", "boundary=a")),
		clean:   sent(entity(mixed)),
		text:    `no line of the body is the boundary "a", but some are "b"`,
	},
	{
		rule:    "mime-boundary-not-closed",
		trigger: sent(entity(mixed, "--b--\r\n", "")),
		clean:   sent(entity(mixed)),
		text:    `the body ends without a closing boundary "b"`,
	},
	{
		rule:    "mime-header-line",
		trigger: sent(entity(mixed, "text/plain\r\n", "text/plain\r\nnothing\r\n")),
		clean:   sent(entity(mixed)),
		text:    "a header line without a colon",
	},
	{
		rule:    "mime-header-missing",
		trigger: sent(entity(mixed, "Content-Type: text/plain\r\n\r\n", "")),
		clean:   sent(entity(mixed, "Content-Type: text/plain\r\n\r\n", "\r\n")),
		text:    "the part has neither header fields nor an empty line",
	},
	{
		rule:    "mime-encoding-damaged",
		trigger: sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-Transfer-Encoding: base64\r\n", "Hello!", "SGVsbG8h!")),
		clean:   sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-Transfer-Encoding: base64\r\n", "Hello!", "SGVsbG8h")),
		text:    "1 octet is not base64, or follows its end, and was left out",
	},
	{
		rule:    "mime-encoding-unknown",
		trigger: sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-Transfer-Encoding: none\r\n")),
		clean:   sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-Transfer-Encoding: Binary\r\n")),
		text:    `unknown Content-Transfer-Encoding "none"`,
	},
	{
		rule:    "mime-encoding-multipart",
		trigger: sent(entity(mixed, "=b\r\n", "=b\r\nContent-Transfer-Encoding: base64\r\n")),
		clean:   sent(entity(mixed, "=b\r\n", "=b\r\nContent-Transfer-Encoding: binary\r\n")),
		text:    `a multipart is encoded in "base64"`,
	},
	{
		rule:    "mime-disposition",
		trigger: sent(entity(greeting, "text/plain\r\n", "text/plain\r\nContent-Disposition: render handling=required\r\n")),
		clean:   sent(entity(greeting, "text/plain\r\n", "text/plain\r\nContent-Disposition: render;handling=required\r\n")),
		text:    `the Content-Disposition "render handling=required" cannot be read`,
	},
	{
		rule:    "mime-content-id",
		trigger: sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-ID: 1@192.0.2.1\r\n")),
		clean:   sent(entity(mixed, "text/plain\r\n", "text/plain\r\nContent-ID: <1@192.0.2.1>\r\n")),
		text:    `the Content-ID "1@192.0.2.1" is not one word in angle brackets`,
	},
	{
		rule:    "mime-content-encoding-damaged",
		trigger: sent(entity(greeting, "text/plain\r\n", "text/plain\r\nContent-Encoding: gzip\r\n")),
		clean:   sent(entity(greeting, "text/plain\r\n", "text/plain\r\nContent-Encoding: identity\r\n")),
		text:    "the gzip stream is damaged behind 0 octets of content",
	},
	{
		rule:    "mime-content-encoding-unknown",
		trigger: sent(entity(greeting, "text/plain\r\n", "text/plain\r\nContent-Encoding: brotli\r\n")),
		clean:   sent(entity(greeting)),
		text:    `unknown Content-Encoding "brotli"`,
	},
}

// long is a boundary that nobody may have.
const long = "--------------------------------------------------------------------------------"
