package listing

import (
	"bytes"
	"time"
)

// Cache keeps lines that come again and again: of certificates and extensions the hosts of a
// capture have few, though it has many connections. The zero value is ready. It is for one goroutine,
// and for listings with the same Options.
type Cache struct {
	lines  map[string][]byte // by what they are made of
	octets int               // of all lines and what they are made of
}

// What keys of a cache begin with: what the lines are of.
const (
	keyExtension byte = iota
	keyCertificate
)

// NewConn is the function [NewConn], for a connection that has the cache in common with others.
func (c *Cache) NewConn(number uint64, transport, client, server string, start time.Time) *Conn {
	conn := NewConn(number, transport, client, server, start)
	conn.cache = c
	return conn
}

// keep keeps the lines that are made of the key. A nil Cache and an empty key keep nothing.
func (c *Cache) keep(key, lines []byte) {
	n := len(key) + len(lines)
	if c == nil || len(key) == 0 || n > maxCachedLines {
		return
	}
	if c.lines == nil || c.octets+n > maxCachedOctets {
		c.lines, c.octets = make(map[string][]byte), 0 // the capture goes on with others
	}
	c.lines[string(key)] = bytes.Clone(lines)
	c.octets += n
}

// cached appends the lines that are made of the key, if the cache has them.
func (p *printer) cached(key []byte) bool {
	if p.cache == nil || len(key) == 0 {
		return false
	}
	lines, ok := p.cache.lines[string(key)]
	p.b = append(p.b, lines...)
	return ok
}
