package tlsparse

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
)

// isGrease tells whether a value is one of those that stand for nothing (RFC 8701, Section 2).
func isGrease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// JA3 is the fingerprint of a client, and the text that it is the MD5 of: version, cipher
// suites, extensions, groups and point formats, values of RFC 8701 left out. A hello without
// extensions has one, too.
func (h *ClientHello) JA3() (text, hash string) {
	var buf [512]byte
	b := strconv.AppendUint(buf[:0], uint64(h.Version), 10)
	b = appendJA3(b, h.CipherSuites)
	b = appendJA3(b, extensionTypes(h.Extensions))
	b = appendJA3(b, SupportedGroups(h.Extensions))
	b = appendJA3(b, pointFormats(h.Extensions))
	return string(b), md5Hex(b)
}

// JA3S is the fingerprint of a server, and the text that it is the MD5 of: version, cipher
// suite and extensions.
func (h *ServerHello) JA3S() (text, hash string) {
	var buf [128]byte
	b := strconv.AppendUint(buf[:0], uint64(h.Version), 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, uint64(h.CipherSuite), 10)
	b = appendJA3(b, extensionTypes(h.Extensions))
	return string(b), md5Hex(b)
}

// appendJA3 appends a comma and values without those of RFC 8701, in decimal with dashes.
func appendJA3[T ~uint8 | ~uint16](b []byte, list []T) []byte {
	b = append(b, ',')
	start := len(b)
	for _, v := range list {
		if isGrease(uint16(v)) {
			continue
		}
		if len(b) > start {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	return b
}

// JA4 is the fingerprint of a client in its hashed form, t13d1516h2_8daaf6152771_e5627efa2ab1:
// transport, highest version, server name or none, numbers of suites and extensions, first and
// last character of the first protocol; then hashes of the sorted suites, and of the sorted
// extensions with the signature algorithms as they stand.
func (h *ClientHello) JA4(datagram bool) string {
	suites, extensions := ungreased(h.CipherSuites), ungreased(extensionTypes(h.Extensions))
	b := make([]byte, 0, 36)
	b = append(b, 't')
	if datagram {
		b[0] = 'd'
	}
	b = append(b, ja4Version(h)...)
	if h.has(ExtServerName) {
		b = append(b, 'd')
	} else {
		b = append(b, 'i')
	}
	b = appendCount(b, len(suites))
	b = appendCount(b, len(extensions))
	b = append(b, ja4ALPN(h.ALPN())...)

	var buf [512]byte
	slices.Sort(suites)
	b = appendJA4Hash(b, appendWords(buf[:0], suites))

	extensions = slices.DeleteFunc(extensions, func(t ExtensionType) bool { return t == ExtServerName || t == ExtALPN })
	slices.Sort(extensions)
	signed := appendWords(buf[:0], extensions)
	if schemes := ungreased(SignatureSchemes(h.Extensions, ExtSignatureAlgorithms)); len(schemes) > 0 && len(extensions) > 0 {
		signed = appendWords(append(signed, '_'), schemes)
	}
	return string(appendJA4Hash(b, signed))
}

// appendCount appends a number below 100 with two digits; 99 stands for all above.
func appendCount(b []byte, n int) []byte {
	n = min(n, 99)
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// appendJA4Hash appends an underscore and the start of the SHA-256; nothing has zeros.
func appendJA4Hash(b, text []byte) []byte {
	if len(text) == 0 {
		return append(b, "_000000000000"...)
	}
	sum := sha256.Sum256(text)
	return hex.AppendEncode(append(b, '_'), sum[:6])
}

func ja4Version(h *ClientHello) string {
	v := h.Version
	if list := h.SupportedVersions(); len(list) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(v Version) bool { return isGrease(uint16(v)) })
		if len(list) > 0 {
			v = slices.Max(list)
		}
	}
	switch v {
	case SSL20:
		return "s2"
	case SSL30:
		return "s3"
	case TLS10, TLS11, TLS12, TLS13:
		return "1" + strconv.Itoa(int(v-TLS10))
	case 0xfeff:
		return "d1"
	case 0xfefd:
		return "d2"
	case 0xfefc:
		return "d3"
	}
	return "00"
}

// ja4ALPN is the first and the last character of a protocol, those of its hexadecimal digits if
// one of them is neither letter nor digit.
func ja4ALPN(protocols []string) string {
	if len(protocols) == 0 || protocols[0] == "" {
		return "00"
	}
	p := protocols[0]
	if !alphanumeric(p[0]) || !alphanumeric(p[len(p)-1]) {
		p = fmt.Sprintf("%x", p)
	}
	return string([]byte{p[0], p[len(p)-1]})
}

func alphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

func md5Hex(text []byte) string {
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

func extensionTypes(list []Extension) []ExtensionType {
	types := make([]ExtensionType, len(list))
	for i, e := range list {
		types[i] = e.Type
	}
	return types
}

func pointFormats(list []Extension) []pointFormat {
	if r, ok := find(list, ExtECPointFormats); ok {
		return readList8[pointFormat](&r, "")
	}
	return nil
}

// ungreased are values without those of RFC 8701.
func ungreased[T ~uint16](list []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return isGrease(uint16(v)) })
}

// appendWords appends values in hexadecimal, each with four digits, with commas.
func appendWords[T ~uint16](b []byte, list []T) []byte {
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = hex.AppendEncode(b, []byte{byte(v >> 8), byte(v)})
	}
	return b
}
