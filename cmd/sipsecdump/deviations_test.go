package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// deviation is a way in which --style ssldump is not what ssldump 1.5 prints, since that is a defect of
// ssldump, or of the library it stands on.
type deviation struct {
	name, theirs, ours, why string
	// apply takes the deviation off a pair that differs, and tells whether it was there; nil if it
	// is not one of blocks.
	apply func(*pair) bool
}

// deviations are all there are, in the order in which they are taken off.
var deviations = []deviation{
	{
		"crash", "a signal ends it, and with it the listing", "the listing goes on",
		"it reads or frees memory that is not its own: renegotiation with CBC, RC4 or Camellia-GCM where OpenSSL 3 has no such cipher", nil,
	},
	{
		"connection pool", "`Cleaned 1 remaining connection(s) from connection pool`", "nothing",
		"tells of the program, not of the capture", nil,
	},
	{
		"JA3", "`ja3 string`, `ja3 fingerprint`, `ja3s …` below hellos", "JA3, JA3S and JA4 in the verdict",
		"its JA3 has the GREASE values (RFC 8701) that others leave out", dropTheirs(`(?m)^ *ja3s? (string|fingerprint): .*\n`),
	},
	{
		"lines glued together", "no line's end behind a record that ends in the middle of a message; the message is not read", "a line for each record, the message below the one that completes it",
		"a handshake message may be spread over records (RFC 5246, 6.2.1)", gluedLines,
	},
	{
		"extended master secret with such messages", "`bad MAC`", "what the record holds", "messages that it does not read are missing in its session hash (RFC 7627, 3)", badSessionHash,
	},
	{
		"TLS 1.3 is not decrypted", "`application_data`", "what it holds", "traffic secrets of RFC 8446, 7.1 are not known to it", notDecrypted(func(c *connection) bool { return c.Version == "3.4" }),
	},
	{
		"hellos after HelloRetryRequest", "`Handshake` alone", "ClientHello and ServerHello", "the ChangeCipherSpec between them changes nothing in TLS 1.3 (RFC 8446, Appendix D.4)", secondHellos,
	},
	{
		"cipher suites without their key exchange", "no fields of ServerKeyExchange and ClientKeyExchange, and nothing decrypted", "both",
		"AES-CCM (RFC 6655), ChaCha20-Poly1305 (RFC 7905), ARIA (RFC 6209) and pre-shared keys (RFC 4279) are names only to it", unknownSuites,
	},
	{
		"public value of DHE", "`DiffieHellmanClientPublicValue` with one octet or none", "the value",
		"its length is two octets (RFC 5246, 7.4.7.2), of ECDHE one", shortPublicValue,
	},
	{
		"client certificate types", "the list, and the message, end at a type above 4", "the name of the type, and what follows",
		"ecdsa_sign (64, RFC 8422, 5.5) and those after it have no name there", unknownCertificateType,
	},
	{
		"signatures of TLS 1.2", "`signature` and `Signature` are missing", "they are there",
		"an algorithm stands before them (RFC 5246, 4.7), which it takes for their length", signatures12,
	},
	{
		"parameters of ECDHE", "`params` without content", "curve, point and signature", "it takes them for those of DHE (RFC 8422, 5.4)", ecdheParameters,
	},
	{
		"Triple DES", "`application_data`", "what it holds", "it asks OpenSSL for it by a name that is none there",
		notDecrypted(func(c *connection) bool { return strings.Contains(c.Suite, "DES") }),
	},
	{
		"sessions resumed by ticket", "`application_data`", "what it holds", "it looks for a secret when the client sends a key exchange or names a session, and here it need do neither (RFC 5077, 3.4)",
		notDecrypted(func(c *connection) bool { return c.Resumed && c.Version != "3.4" }),
	},
	{
		"wandering columns", "after a ServerKeyExchange of ECDHE all columns of the connection are indented by two more", "the columns stay",
		"it does not step back after an error", wanderingColumns,
	},
	{
		"record half decrypted", "below `Packet data` the plaintext, then what was behind it of the ciphertext", "the record as it was on the wire",
		"it decrypts in place", decryptedInPlace,
	},
}

func dropTheirs(pattern string) func(*pair) bool {
	re := regexp.MustCompile(pattern)
	return func(p *pair) bool {
		before := p.theirs
		p.theirs = re.ReplaceAllString(p.theirs, "")
		return p.theirs != before
	}
}

func gluedLines(p *pair) bool {
	if !strings.Contains(p.theirs, glueMark) {
		return false
	}
	p.theirs = strings.Replace(p.theirs, glueMark, "", 1)
	p.ours = firstLine(p.ours)
	p.glued = true
	return true
}

func badSessionHash(p *pair) bool {
	line, bad := strings.CutSuffix(p.theirs, "  bad MAC\n")
	if !bad || !p.glued || !strings.HasPrefix(p.ours, line+"  ") {
		return false
	}
	p.ours = p.theirs
	return true
}

func firstLine(s string) string { return s[:strings.IndexByte(s, '\n')+1] }

// notDecrypted takes what we print without keys, if the condition holds.
func notDecrypted(cond func(*connection) bool) func(*pair) bool {
	return func(p *pair) bool {
		if !p.keys || !cond(p.connection) || p.ours == p.bare {
			return false
		}
		p.ours = p.bare
		return true
	}
}

func secondHellos(p *pair) bool {
	if p.Version != "3.4" || !strings.Contains(p.History, "j") || firstLine(p.ours) != firstLine(p.theirs) {
		return false
	}
	p.ours = firstLine(p.ours)
	return true
}

var unknownSuite = regexp.MustCompile(`_CCM|_CHACHA20_|_ARIA_|_PSK_`)

func unknownSuites(p *pair) bool {
	if p.Version == "3.4" || !unknownSuite.MatchString(p.Suite) {
		return false
	}
	before := p.ours
	p.ours = keyExchangeFields.ReplaceAllString(p.bare, "$1")
	return p.ours != before
}

var keyExchangeFields = regexp.MustCompile(`((?:Server|Client)KeyExchange\n)(?: {8,}.*\n)+`)

const octetLines = `(?: *(?:[0-9a-f]{2} ?)+\n)+`

// replaceOurs takes what a pattern matches in ours for something else.
func replaceOurs(p *pair, re *regexp.Regexp, with string) bool {
	before := p.ours
	p.ours = re.ReplaceAllString(p.ours, with)
	return p.ours != before
}

var publicValue = regexp.MustCompile(`( +DiffieHellmanClientPublicValue)\[(\d+)\]=\n` + octetLines)

func shortPublicValue(p *pair) bool {
	m := publicValue.FindStringSubmatch(p.ours)
	if m == nil || strings.Contains(p.Suite, "ECDH") {
		return false
	}
	length, _ := strconv.Atoi(m[2])
	if length >= 512 {
		return false
	}
	with := m[1] + "[0]=\n\n"
	if length >= 256 { // the first octet of the length is 1, and the second is 0
		with = m[1] + "[1]=\n          00 \n"
	}
	return replaceOurs(p, publicValue, with)
}

var unknownType = regexp.MustCompile(`(?s)( +certificate_types {9}) {10}(?:ecdsa_sign|rsa_fixed_ecdh|ecdsa_fixed_ecdh)\n.*`)

func unknownCertificateType(p *pair) bool {
	// Messages behind it in the record are read.
	request, rest, more := strings.Cut(p.ours, "      ServerHelloDone\n")
	q := pair{ours: request}
	if !replaceOurs(&q, unknownType, "$1\n") {
		return false
	}
	p.ours = q.ours
	if more {
		p.ours += "      ServerHelloDone\n" + rest
	}
	return true
}

var signature = regexp.MustCompile(` +[sS]ignature\[\d+\]=\n` + octetLines)

func signatures12(p *pair) bool {
	return p.Version == "3.3" && !strings.Contains(p.ours, "ECDH_point") && replaceOurs(p, signature, "")
}

var ecdheFields = regexp.MustCompile(` +namedcurve .*\n +ECDH_point\[\d+\]=\n` + octetLines + `(?: +signature\[\d+\]=\n` + octetLines + `)?`)

func ecdheParameters(p *pair) bool { return replaceOurs(p, ecdheFields, "") }

var packetData = regexp.MustCompile(`Packet data\[\d+\]=\n` + octetLines)

func decryptedInPlace(p *pair) bool {
	ours, theirs := packetData.FindString(p.ours), packetData.FindString(p.theirs)
	if !p.keys || ours == "" || theirs == "" {
		return false
	}
	// The header of the record is the same.
	const words = 2 + 5
	if a, b := strings.Fields(ours), strings.Fields(theirs); !slices.Equal(a[:words], b[:words]) || len(a) != len(b) {
		return false
	}
	p.theirs = strings.Replace(p.theirs, theirs, ours, 1)
	return true
}

var gaps = regexp.MustCompile(`(?m)^ +| +$|( ) +`)

func wanderingColumns(p *pair) bool {
	if p.Version == "3.4" || !strings.Contains(p.Suite, "_ECDHE_") {
		return false
	}
	p.ours, p.theirs = gaps.ReplaceAllString(p.ours, "$1"), gaps.ReplaceAllString(p.theirs, "$1")
	return p.ours == p.theirs
}
