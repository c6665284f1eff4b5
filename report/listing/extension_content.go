package listing

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"sipsecdump/tlsparse"
)

// The extensions whose content is shown, by the registry's numbers; package tlsparse has
// those that it reads itself.
const (
	extMaxFragmentLength       tlsparse.ExtensionType = 1
	extStatusRequest           tlsparse.ExtensionType = 5
	extSupportedGroups         tlsparse.ExtensionType = 10
	extECPointFormats          tlsparse.ExtensionType = 11
	extSignatureAlgorithms     tlsparse.ExtensionType = 13
	extPadding                 tlsparse.ExtensionType = 21
	extRecordSizeLimit         tlsparse.ExtensionType = 28
	extPSKKeyExchangeModes     tlsparse.ExtensionType = 45
	extSignatureAlgorithmsCert tlsparse.ExtensionType = 50
	extKeyShare                tlsparse.ExtensionType = 51
	extRenegotiationInfo       tlsparse.ExtensionType = 0xff01
)

// extensionWords are what an extension says; ok tells that all of it could be read.
func extensionWords(e tlsparse.Extension, fromClient bool) (words []string, ok bool) {
	s := cryptobyte.String(e.Data)
	if s.Empty() {
		return nil, true
	}
	switch e.Type {
	case tlsparse.ExtServerName:
		host, ok := hostName(s)
		return []string{string(host)}, ok
	case extMaxFragmentLength: // RFC 6066, Section 4
		var code uint8
		ok = s.ReadUint8(&code) && code >= 1 && code <= 4
		words = []string{countOctets(256 << (code & 7))}
	case extStatusRequest: // RFC 6066, Section 8
		return []string{"ocsp"}, s[0] == 1
	case extSupportedGroups:
		words, ok = list16[tlsparse.NamedGroup](&s, 2)
	case extECPointFormats:
		words, ok = list8[pointFormat](&s)
	case extSignatureAlgorithms, extSignatureAlgorithmsCert:
		words, ok = list16[tlsparse.SignatureScheme](&s, 2)
	case tlsparse.ExtALPN:
		words, ok = protocolNames(&s)
	case tlsparse.ExtSessionTicket, extPadding:
		return []string{countOctets(len(s))}, true
	case extRecordSizeLimit: // RFC 8449, Section 4
		var limit uint16
		ok = s.ReadUint16(&limit)
		words = []string{countOctets(int(limit))}
	case tlsparse.ExtSupportedVersions:
		if fromClient {
			words, ok = list16[tlsparse.Version](&s, 1)
		} else {
			words, ok = one16[tlsparse.Version](&s)
		}
	case extPSKKeyExchangeModes:
		words, ok = list8[pskMode](&s)
	case extKeyShare:
		words, ok = keyShares(&s, fromClient)
	case extRenegotiationInfo: // RFC 5746, Section 3.2
		var data cryptobyte.String
		if ok = s.ReadUint8LengthPrefixed(&data); !data.Empty() {
			words = []string{countOctets(len(data))}
		}
	}
	return words, ok && s.Empty()
}

// hostName is the first host name of a ServerNameList (RFC 6066, Section 3).
func hostName(s cryptobyte.String) (host cryptobyte.String, ok bool) {
	var list cryptobyte.String
	var typ uint8
	ok = s.ReadUint16LengthPrefixed(&list) && list.ReadUint8(&typ) && typ == 0 && list.ReadUint16LengthPrefixed(&host)
	return host, ok
}

// protocolNames is a ProtocolNameList (RFC 7301, Section 3.1).
func protocolNames(s *cryptobyte.String) (words []string, ok bool) {
	var list, name cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) {
		return nil, false
	}
	for !list.Empty() {
		if !list.ReadUint8LengthPrefixed(&name) {
			return nil, false
		}
		words = append(words, string(name))
	}
	return words, true
}

// keyShares are the groups of RFC 8446, Section 4.2.8; the keys tell a reader nothing. A
// HelloRetryRequest has a group only.
func keyShares(s *cryptobyte.String, fromClient bool) (words []string, ok bool) {
	if !fromClient && len(*s) == 2 {
		return one16[tlsparse.NamedGroup](s)
	}
	list := s
	if fromClient {
		list = new(cryptobyte.String)
		if !s.ReadUint16LengthPrefixed(list) {
			return nil, false
		}
	}
	for !list.Empty() {
		var group uint16
		var key cryptobyte.String
		if !list.ReadUint16(&group) || !list.ReadUint16LengthPrefixed(&key) {
			return nil, false
		}
		words = append(words, fmt.Sprintf("%v (%s)", tlsparse.NamedGroup(group), countOctets(len(key))))
	}
	return words, true
}

// named16 and named8 are numbers of a registry.
type (
	named16 interface {
		~uint16
		fmt.Stringer
	}
	named8 interface {
		~uint8
		fmt.Stringer
	}
)

func one16[T named16](s *cryptobyte.String) (words []string, ok bool) {
	var v uint16
	ok = s.ReadUint16(&v)
	return []string{T(v).String()}, ok
}

// list16 is a list whose length in octets has one or two octets.
func list16[T named16](s *cryptobyte.String, lengthOctets int) (words []string, ok bool) {
	var list cryptobyte.String
	if lengthOctets == 1 {
		ok = s.ReadUint8LengthPrefixed(&list)
	} else {
		ok = s.ReadUint16LengthPrefixed(&list)
	}
	if !ok || len(list)%2 != 0 {
		return nil, false
	}
	for !list.Empty() {
		w, _ := one16[T](&list)
		words = append(words, w...)
	}
	return words, true
}

// list8 is a list of octets whose length has one octet.
func list8[T named8](s *cryptobyte.String) (words []string, ok bool) {
	var list cryptobyte.String
	if !s.ReadUint8LengthPrefixed(&list) {
		return nil, false
	}
	for _, v := range list {
		words = append(words, T(v).String())
	}
	return words, true
}

// pointFormat is ECPointFormat (RFC 8422, Section 5.1.2).
type pointFormat uint8

func (f pointFormat) String() string {
	return nameOr([]string{"uncompressed", "ansiX962_compressed_prime", "ansiX962_compressed_char2"}, uint8(f))
}

// pskMode is PskKeyExchangeMode (RFC 8446, Section 4.2.9).
type pskMode uint8

func (m pskMode) String() string { return nameOr([]string{"psk_ke", "psk_dhe_ke"}, uint8(m)) }

func nameOr(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%d", v)
}
