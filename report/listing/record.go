package listing

import (
	"strconv"

	"sipsecdump/amount"
	"sipsecdump/tlsparse"
)

// record appends a record from its header on.
func (p *printer) record(r *tlsparse.Record) {
	p.header(r)
	if p.o.Style == Full {
		p.recordError(r)
	}
	switch {
	case !readable(r):
	case r.Content() == tlsparse.ApplicationData:
		if p.o.Data {
			p.data(depthAlert, r.Plaintext)
		}
	case r.SSLv2 && p.o.Style != Full:
		p.sslv2Hello(r)
	default:
		for i := range r.Messages {
			p.message(r, &r.Messages[i])
		}
	}
	if p.o.Hex {
		p.raw(r)
	}
}

// readable tells whether the content of a record is at hand: it was never encrypted, or could
// be decrypted.
func readable(r *tlsparse.Record) bool { return !r.Encrypted || r.Decrypted }

// header appends the rest of a record's line, from behind its direction.
func (p *printer) header(r *tlsparse.Record) {
	if r.SSLv2 && p.o.Style != Full {
		p.b = append(p.b, " SSLv2 compatible client hello\n"...)
		return
	}
	if p.o.allFields() {
		if p.o.Style == Ssldump {
			p.b = append(p.b, ' ')
		}
		p.b = append(p.b, 'V')
		p.version(r.Version)
		p.b = append(p.b, '(')
		p.b = strconv.AppendInt(p.b, int64(r.Length), 10)
		p.b = append(p.b, ')')
	}
	if p.o.Style != Full && hasCode(r.Err, tlsparse.CodeBadMAC) {
		if p.o.Style == Ssldump {
			p.b = append(p.b, ' ')
		}
		p.b = append(p.b, " bad MAC\n"...)
		return
	}
	p.b = append(p.b, "  "...)
	p.contentType(r.Content())
	if p.o.Style == Full && r.Encrypted {
		if r.Decrypted {
			p.b = append(p.b, "  (decrypted)"...)
		} else {
			p.b = append(p.b, "  (encrypted)"...)
		}
	}
	p.b = append(p.b, '\n')
}

// version appends "3.1".
func (p *printer) version(v tlsparse.Version) {
	p.b = strconv.AppendUint(p.b, uint64(v>>8), 10)
	p.b = append(p.b, '.')
	p.b = strconv.AppendUint(p.b, uint64(v&0xff), 10)
}

func (p *printer) contentType(t tlsparse.ContentType) {
	switch t {
	case tlsparse.ChangeCipherSpec:
		p.b = append(p.b, "ChangeCipherSpec"...)
	case tlsparse.Alert:
		p.b = append(p.b, "Alert"...)
	case tlsparse.Handshake:
		p.b = append(p.b, "Handshake"...)
	case tlsparse.ApplicationData:
		p.b = append(p.b, "application_data"...)
	default:
		if name := t.Name(); name != "" && p.o.Style == Full {
			p.b = append(p.b, name...)
			return
		}
		p.b = append(p.b, "unknown record type: "...)
		p.b = strconv.AppendUint(p.b, uint64(t), 10)
	}
}

// recordError tells what is wrong with a record, and that octets are missing before it.
func (p *printer) recordError(r *tlsparse.Record) {
	if r.Skipped > 0 {
		p.textf(depthMessage, "! %s before it in no record: lost, or passed over", amount.Octets(int(r.Skipped)))
	}
	switch {
	case r.Replayed:
		p.textf(depthMessage, "! a record with number %d of epoch %d came before, or may have: it is passed over (RFC 6347, Section 4.1.2.6)", r.Sequence, r.Epoch)
	case r.Repeated > 0:
		p.textf(depthMessage, "sent again: fragments of messages that have been read")
	}
	p.errorLine(depthMessage, r.Err)
}

// errorLine appends "! text (section)", or nothing if err is nil.
func (p *printer) errorLine(depth int, err error) {
	if err != nil {
		p.textf(depth, "! %v", err)
	}
}

// raw appends a record's octets as they were on the wire.
func (p *printer) raw(r *tlsparse.Record) {
	if p.o.Style == Full {
		p.octets(depthMessage, "record", r.Raw)
		if r.Decrypted {
			p.octets(depthMessage, "plaintext", r.Plaintext)
		}
		return
	}
	p.octets(0, "Packet data", r.Raw)
	p.b = append(p.b, "\n\n"...)
}

// hasCode tells whether a record's error has the code.
func hasCode(err error, code string) bool {
	e, ok := err.(*tlsparse.Error)
	return ok && e.Code == code
}
