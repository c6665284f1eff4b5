package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Schema is the version of the event stream. Added fields do not change it; a rename or a
// change of meaning does.
const Schema = 1

// JSON renders events as one JSON object a line. Field names are a contract; a field that is
// absent is unknown or does not apply; null is never written.
type JSON struct {
	// Version is the program's, for the capture event.
	Version string
	// Data adds decrypted application data to the records.
	Data bool

	scratch bytes.Buffer
}

// Render implements Renderer.
func (j *JSON) Render(b *Buffer, e *Event) {
	if _, ok := e.Body.(*Arrival); ok {
		return // all of it is in the SIP event
	}
	b.B = append(b.B, `{"event":"`...)
	b.B = append(b.B, e.Body.Kind()...)
	b.B = append(b.B, '"')
	if e.File > 0 {
		b.B = append(b.B, `,"file":`...)
		b.B = strconv.AppendInt(b.B, int64(e.File), 10)
	}
	if e.Packet > 0 {
		b.B = append(b.B, `,"packet":`...)
		b.B = strconv.AppendUint(b.B, e.Packet, 10)
	}
	if !e.Time.IsZero() {
		b.B = append(b.B, `,"time":"`...)
		b.B = e.Time.AppendFormat(b.B, time.RFC3339Nano)
		b.B = append(b.B, '"')
	}
	if e.Flow != nil {
		b.B = append(b.B, `,"conn":`...)
		b.B = strconv.AppendUint(b.B, e.Flow.Number, 10)
	}
	switch body := e.Body.(type) {
	case *Capture:
		j.object(b, jsonCapture{Schema, "sipsecdump", j.Version, body.Name, body.Format})
	case *Call:
		j.object(b, jsonCallOf(body.Call))
	case *Comment:
		j.object(b, jsonCommentOf(body))
	case *Connection:
		f := e.Flow
		j.object(b, jsonConnection{f.Transport, f.Client.String(), f.Server.String(), f.MidStream})
	case *Close:
		j.object(b, jsonClose{body.Dir.String(), body.How})
	case *Record:
		j.object(b, jsonRecordOf(body.Record, j.Data))
	case *Plaintext:
		j.object(b, jsonPlaintext{body.Dir.String(), body.Data})
	case *Verdict:
		j.object(b, jsonVerdictOf(body))
	case *SIP:
		j.numbered(b, "n", jsonSIPOf(body))
	case *Identity:
		j.numbered(b, "sip", jsonIdentityOf(body.Result))
	case *CMS:
		if body.Name != "" {
			j.object(b, jsonFileCMS{body.Name, jsonCMSOf(body)})
		} else {
			j.numbered(b, "sip", jsonCMSOf(body))
		}
	case *Tree:
		j.object(b, jsonTreeOf(body))
	case *Certificate:
		j.object(b, jsonFileCertificate{body.Name, jsonCertificateOf(body.Certificate), jsonIssuesOf(body.Findings)})
	case *Finding:
		if body.InMessage {
			b.B = append(b.B, `,"sip":`...)
			b.Number(body.SIP)
		}
		j.object(b, jsonFindingOf(body))
	case *Anomaly:
		j.object(b, jsonAnomalyOf(body))
	case *Summary:
		j.object(b, jsonSummaryOf(body))
	}
	b.B = append(b.B, '}', '\n')
}

// numbered writes the message's number under name, as a slot, then the fields of v.
func (j *JSON) numbered(b *Buffer, name string, v any) {
	b.B = append(b.B, ',', '"')
	b.B = append(b.B, name...)
	b.B = append(b.B, '"', ':')
	b.Slot()
	j.object(b, v)
}

// object writes the fields of v, a struct, without the braces around them.
func (j *JSON) object(b *Buffer, v any) {
	j.scratch.Reset()
	enc := json.NewEncoder(&j.scratch)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		// Only types that JSON has no form for can fail, and there are none below.
		panic(err)
	}
	fields := j.scratch.Bytes()
	fields = fields[1 : len(fields)-2] // "{" and "}\n"
	if len(fields) > 0 {
		b.B = append(b.B, ',')
		b.B = appendPrintable(b.B, fields)
	}
}

// appendPrintable appends JSON, with what a terminal might obey instead of show (DEL, C1
// controls, directional formatting) escaped as JSON allows. It stands in strings only.
func appendPrintable(dst, p []byte) []byte {
	for len(p) > 0 {
		n := 0
		for n < len(p) && p[n] < 0x7f {
			n++
		}
		dst = append(dst, p[:n]...)
		if p = p[n:]; len(p) == 0 {
			break
		}
		r, size := utf8.DecodeRune(p)
		if unicode.IsPrint(r) {
			dst = append(dst, p[:size]...)
		} else if r < 0x10000 {
			dst = fmt.Appendf(dst, `\u%04x`, r)
		} else {
			hi, lo := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, hi, lo)
		}
		p = p[size:]
	}
	return dst
}

type jsonCapture struct {
	Schema  int    `json:"schema"`
	Tool    string `json:"tool"`
	Version string `json:"version"`
	Name    string `json:"name"`
	Format  string `json:"format,omitempty"`
}

type jsonComment struct {
	About     string `json:"about"`
	Interface *int   `json:"interface,omitempty"`
	Address   string `json:"address,omitempty"`
	Text      string `json:"text"`
}

func jsonCommentOf(c *Comment) jsonComment {
	j := jsonComment{About: c.About, Address: c.Address, Text: c.Text}
	if c.Interface >= 0 {
		j.Interface = &c.Interface
	}
	return j
}

type jsonConnection struct {
	Transport string `json:"transport"`
	Client    string `json:"client"`
	Server    string `json:"server"`
	MidStream bool   `json:"mid_stream,omitempty"`
}

type jsonClose struct {
	Dir string `json:"dir"`
	How string `json:"how"`
}

type jsonAnomaly struct {
	Code    string `json:"code"`
	Text    string `json:"text"`
	Section string `json:"section,omitempty"`
	Dir     string `json:"dir,omitempty"`
	Offset  *int64 `json:"offset,omitempty"`
	Count   int64  `json:"count,omitempty"`
}

func jsonAnomalyOf(a *Anomaly) jsonAnomaly {
	j := jsonAnomaly{Code: a.Code, Text: a.Text, Section: a.Section, Count: a.Count}
	if a.HasDir {
		j.Dir = a.Dir.String()
	}
	if a.Offset >= 0 {
		j.Offset = &a.Offset
	}
	return j
}

type jsonSummary struct {
	Packets            uint64 `json:"packets"`
	Connections        uint64 `json:"connections"`
	SIPMessages        uint64 `json:"sip_messages"`
	TLSConnections     uint64 `json:"tls_connections"`
	TLSDecrypted       uint64 `json:"tls_decrypted"`
	TLSUndecrypted     uint64 `json:"tls_undecrypted"`
	CMSObjects         uint64 `json:"cms_objects"`
	SignaturesVerified uint64 `json:"signatures_verified"`
	SignaturesFailed   uint64 `json:"signatures_failed"`
	Malformed          uint64 `json:"malformed"`
	Anomalies          uint64 `json:"anomalies"`
	AfterReset         uint64 `json:"after_reset"`
	// Findings is absent if no rules were looked at.
	Findings   *uint64 `json:"findings,omitempty"`
	Calls      int     `json:"calls"`
	Truncated  bool    `json:"truncated"`
	ExitStatus int     `json:"exit_status"`
	// Metrics are those of RFC 6076 that count over all calls, in percent.
	Metrics *jsonRatios `json:"metrics,omitempty"`
}

func jsonSummaryOf(s *Summary) jsonSummary {
	j := jsonSummary{
		Packets: s.Packets, Connections: s.Connections, SIPMessages: s.SIPMessages,
		TLSConnections: s.TLSConnections, TLSDecrypted: s.TLSDecrypted, TLSUndecrypted: s.TLSUndecrypted,
		CMSObjects: s.CMSObjects, SignaturesVerified: s.SignaturesVerified, SignaturesFailed: s.SignaturesFailed,
		Malformed: s.Malformed, Anomalies: s.Anomalies, AfterReset: s.AfterReset, Calls: s.Calls.Calls,
		Truncated: s.Truncated, ExitStatus: s.ExitStatus, Metrics: jsonRatiosOf(&s.Calls),
	}
	if s.Checked {
		j.Findings = &s.Findings
	}
	return j
}

func endpoint(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
