package listing

import (
	"fmt"
	"strconv"

	"sipsecdump/escape"
	"sipsecdump/tlsparse"
)

// depthVerdict is the column of what stands below a verdict's line.
const depthVerdict = 7

// AppendVerdict appends what became of a TLS connection: a line with the outcome, the code of
// its reason and a sentence, and below it what was negotiated and counted.
//
//	1    TLS: not-decrypted (no-key): no key was given for CN=example.net
//	       TLS 1.0, TLS_RSA_WITH_AES_256_CBC_SHA, server name example.net,
//	         0 of 6 encrypted records decrypted, messages CsxnGIFif
//
// It has the same form in all styles; the programs that two of them quote had none.
func (c *Conn) AppendVerdict(dst []byte, o *Options, v *tlsparse.Verdict) []byte {
	dst = strconv.AppendUint(dst, c.number, 10)
	dst = append(dst, "    TLS: "...)
	dst = append(dst, v.Outcome...)
	dst = append(dst, " ("...)
	dst = append(dst, v.Reason...)
	dst = append(dst, ')')
	if v.Detail != "" {
		dst = append(dst, ": "...)
		dst = escape.AppendText(dst, v.Detail)
	}
	dst = append(dst, '\n')
	if words := verdictWords(v); len(words) > 0 {
		p := printer{b: dst, o: o}
		p.list(depthVerdict, "", words)
		dst = p.b
	}
	return dst
}

func verdictWords(v *tlsparse.Verdict) (words []string) {
	add := func(on bool, format string, args ...any) {
		if on {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(v.Version != 0, "%v", v.Version)
	add(v.HasSuite, "%v", v.CipherSuite)
	add(v.Resumed, "resumed")
	add(v.ServerName != "", "server name %s", v.ServerName)
	add(v.ALPN != "", "protocol %s", v.ALPN)
	add(v.ExtendedMasterSecret, "extended master secret")
	add(v.EncryptThenMAC, "encrypt-then-MAC")
	add(v.RecordsEncrypted > 0, "%d of %d encrypted records decrypted", v.RecordsDecrypted, v.RecordsEncrypted)
	add(v.BytesDecrypted > 0, "%s of content", countOctets(int(v.BytesDecrypted)))
	add(v.History != "", "messages %s", v.History)
	add(v.JA3 != "", "JA3 %s", v.JA3)
	add(v.JA3S != "", "JA3S %s", v.JA3S)
	add(v.JA4 != "", "JA4 %s", v.JA4)
	return words
}
