package pki

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"sipsecdump/cms/ber"
)

func TestCache(t *testing.T) {
	der := assemble(certParts(t))
	var none *Cache
	cache := new(Cache)
	for name, c := range map[string]*Cache{"none": none, "cache": cache} {
		octets := bytes.Clone(der)
		first, err := c.Parse(octets)
		if err != nil {
			t.Fatal(err)
		}
		clear(octets) // nothing of it may be kept
		second, err := c.Parse(der)
		if err != nil || !bytes.Equal(first.Raw, der) || !bytes.Equal(second.Raw, der) {
			t.Errorf("%s: certificates of %x and %x, error %v", name, first.Raw, second.Raw, err)
		}
		if same := first == second; same != (c != nil) {
			t.Errorf("%s: the same one is given twice: %t", name, same)
		}
		if c, err := c.Parse(der[:len(der)-1]); c != nil || err == nil {
			t.Errorf("%s: a certificate that is cut has no error", name)
		}
	}
	if n := testing.AllocsPerRun(100, func() { cache.Parse(der) }); n != 0 {
		t.Errorf("%v allocations for a certificate that is known", n)
	}
}

// TestCacheBound asks that a capture of many certificates does not fill the memory.
func TestCacheBound(t *testing.T) {
	parts := certParts(t)
	cache := new(Cache)
	for octets, i := 0, uint32(0); octets < 2*maxCachedOctets; i++ {
		parts["value"] = tlv(ber.TagBitString, binary.BigEndian.AppendUint32([]byte{0}, i))
		der := assemble(parts)
		octets += len(der)
		if _, err := cache.Parse(der); err != nil {
			t.Fatal(err)
		}
		kept := 0
		for key := range cache.certificates {
			kept += len(key)
		}
		if kept != cache.octets || kept > maxCachedOctets {
			t.Fatalf("%d octets are kept, counted as %d", kept, cache.octets)
		}
	}
}

func TestCacheMatches(t *testing.T) {
	parts := certParts(t)
	var certs []*Certificate
	cache := new(Cache)
	for i := range uint32(2) {
		parts["value"] = tlv(ber.TagBitString, binary.BigEndian.AppendUint32([]byte{0}, i))
		c, err := cache.Parse(assemble(parts))
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, c)
	}
	certs[1].DNSNames = []string{"b.example"} // another answer under the same question but for the certificate
	hosts := []string{"a.example", "b.example", strings.Repeat("a", 2*maxCachedName)}
	for i := range maxCachedMatches {
		hosts = append(hosts, fmt.Sprintf("%d.example", i))
	}
	for range 2 {
		for _, host := range hosts {
			for _, c := range certs {
				want := MatchSIPDomain(c, host)
				if got := cache.MatchSIPDomain(c, host); !reflect.DeepEqual(*got, want) {
					t.Errorf("%s: %+v, want %+v", host, *got, want)
				}
				if len(cache.matches) > maxCachedMatches {
					t.Fatalf("%d matches are kept, %d are the most", len(cache.matches), maxCachedMatches)
				}
			}
		}
	}
	cache.MatchSIPDomain(certs[0], hosts[0])
	if n := testing.AllocsPerRun(100, func() { cache.MatchSIPDomain(certs[0], hosts[0]) }); n != 0 {
		t.Errorf("%v allocations for a name that is known", n)
	}
	for question := range cache.matches {
		if len(question.host) > maxCachedName {
			t.Error("a long name is kept")
		}
	}
}
