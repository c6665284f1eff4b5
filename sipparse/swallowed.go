package sipparse

import (
	"bytes"
	"strings"
)

// swallowed returns the place of the message that the body d[head:] has swallowed because its
// Content-Length is too large, or 0. Such a message has a start line and a Via at line starts, and
// the body ends within it, or within one that follows it. If the stream was cut in the body, what is
// there need not show that.
//
// A body that may hold messages, message/sip or a multipart, is believed, and one that holds whole
// messages is too.
func swallowed(d []byte, head int, cut bool) int {
	first, section := findMessage(d, head)
	if first == 0 || mayHoldMessages(d[:head]) {
		return 0
	}
	if cut {
		return first
	}
	start := first
	for range maxSwallowed {
		if section == 0 {
			return first
		}
		end := section
		if n, ok := declaredLength(d[start:section]); ok {
			if n > int64(len(d)-section) {
				return first
			}
			end += int(n)
		}
		end += lineEnds(d[end:])
		if rest := d[end:]; len(rest) > 0 && lineLen(rest) == len(rest) && isCutStart(rest) {
			return first
		}
		if start, section = findMessage(d, end); start != end {
			break
		}
	}
	return 0
}

// declaredLength returns what the first Content-Length of a header section is. ok is false if there
// is none or it is not a number.
func declaredLength(section []byte) (n int64, ok bool) {
	var fields bodyFields
	for at := lineLen(section); at < len(section); {
		line := section[at : at+lineLen(section[at:])]
		fields.line(line, at)
		at += len(line)
	}
	return fields.declared(section)
}

// findMessage looks in d[from:], which begins a line, for a message with a start line and a Via at
// line starts. section is the end of its headers, 0 if that is not in d.
func findMessage(d []byte, from int) (start, section int) {
	version := []byte("SIP/2.0")
	for {
		i := bytes.Index(d[from:], version)
		if i < 0 {
			return 0, 0
		}
		start = from + bytes.LastIndexByte(d[from:from+i], '\n') + 1
		from = start + lineLen(d[start:])
		if !isStartLine(d[start:from]) {
			continue
		}
		via := false
		for from < len(d) {
			if n := emptyLine(d[from:]); n > 0 {
				section = from + n
				break
			}
			line := d[from : from+lineLen(d[from:])]
			if isStartLine(line) {
				via = false
				break
			}
			if name, value := nameLen(line); value > 0 && fieldOf(line[:name]) == fieldVia {
				via = true
			}
			from += len(line)
		}
		if via {
			return start, section
		}
		section = 0
	}
}

// mayHoldMessages reports whether the Content-Type of a header section lets its body hold messages.
func mayHoldMessages(section []byte) bool {
	for b := section[lineLen(section):]; len(b) > 0; {
		field := b[:fieldLen(b)]
		b = b[len(field):]
		name, value := nameLen(field)
		if value == 0 || fieldOf(field[:name]) != fieldContentType {
			continue
		}
		t := trim(field[value:])
		for _, kind := range [...]string{"message", "multipart"} {
			if len(t) >= len(kind) && strings.EqualFold(string(t[:len(kind)]), kind) {
				return true
			}
		}
	}
	return false
}
