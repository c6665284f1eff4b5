package listing

import (
	"strconv"

	"sipsecdump/amount"
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
	p := printer{b: dst, o: o}
	p.verdictWords(v)
	return p.b
}

func (p *printer) verdictWords(v *tlsparse.Verdict) {
	before := len(p.b)
	l := p.startList(depthVerdict, "")
	add := func(on bool, lead, word string) {
		if on {
			l.add(lead, word)
		}
	}
	add(v.Version != 0, "", v.Version.String())
	add(v.HasSuite, "", v.CipherSuite.String())
	add(v.Resumed, "", "resumed")
	add(v.ServerName != "", "server name ", v.ServerName)
	add(v.ALPN != "", "protocol ", v.ALPN)
	add(v.ExtendedMasterSecret, "", "extended master secret")
	add(v.EncryptThenMAC, "", "encrypt-then-MAC")
	add(v.RecordsEncrypted > 0, "", strconv.Itoa(v.RecordsDecrypted)+" of "+strconv.Itoa(v.RecordsEncrypted)+" encrypted records decrypted")
	add(v.BytesDecrypted > 0, "", amount.Octets(int(v.BytesDecrypted))+" of content")
	add(v.History != "", "messages ", v.History)
	add(v.JA3 != "", "JA3 ", v.JA3)
	add(v.JA3S != "", "JA3S ", v.JA3S)
	add(v.JA4 != "", "JA4 ", v.JA4)
	if l.words == 0 {
		p.b = p.b[:before]
		return
	}
	p.b = append(p.b, '\n')
}
