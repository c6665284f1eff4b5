package tlsparse

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// isGrease tells whether a value is one of those that stand for nothing (RFC 8701, Section 2).
func isGrease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// JA3 is the fingerprint of a client, and the text that it is the MD5 of: version, cipher
// suites, extensions, groups and point formats, values of RFC 8701 left out. A hello without
// extensions has one, too.
func (h *ClientHello) JA3() (text, hash string) {
	text = joinJA3(
		strconv.Itoa(int(h.Version)), decimals(h.CipherSuites), decimals(extensionTypes(h.Extensions)),
		decimals(SupportedGroups(h.Extensions)), decimals(pointFormats(h.Extensions)))
	return text, md5Hex(text)
}

// JA3S is the fingerprint of a server, and the text that it is the MD5 of: version, cipher
// suite and extensions.
func (h *ServerHello) JA3S() (text, hash string) {
	text = joinJA3(strconv.Itoa(int(h.Version)), strconv.Itoa(int(h.CipherSuite)), decimals(extensionTypes(h.Extensions)))
	return text, md5Hex(text)
}

// JA4 is the fingerprint of a client in its hashed form, t13d1516h2_8daaf6152771_e5627efa2ab1:
// transport, highest version, server name or none, numbers of suites and extensions, first and
// last character of the first protocol; then hashes of the sorted suites, and of the sorted
// extensions with the signature algorithms as they stand.
func (h *ClientHello) JA4(datagram bool) string {
	transport := 't'
	if datagram {
		transport = 'd'
	}
	sni := 'i'
	if has(h.Extensions, ExtServerName) {
		sni = 'd'
	}
	suites := hexWords(h.CipherSuites)
	extensions := hexWords(extensionTypes(h.Extensions))
	first := fmt.Sprintf("%c%s%c%02d%02d%s", transport, ja4Version(h), sni, min(len(suites), 99), min(len(extensions), 99), ja4ALPN(h.ALPN()))

	slices.Sort(suites)
	extensions = slices.DeleteFunc(extensions, func(w string) bool { return w == "0000" || w == "0010" })
	slices.Sort(extensions)
	signed := strings.Join(extensions, ",")
	if schemes := hexWords(SignatureSchemes(h.Extensions, ExtSignatureAlgorithms)); len(schemes) > 0 {
		signed += "_" + strings.Join(schemes, ",")
	}
	return first + "_" + ja4Hash(strings.Join(suites, ","), len(suites)) + "_" + ja4Hash(signed, len(extensions))
}

// ja4Hash is the start of the SHA-256; nothing has zeros.
func ja4Hash(text string, n int) string {
	if n == 0 {
		return "000000000000"
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:12]
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

func joinJA3(fields ...string) string { return strings.Join(fields, ",") }

func md5Hex(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func extensionTypes(list []Extension) []ExtensionType {
	types := make([]ExtensionType, len(list))
	for i, e := range list {
		types[i] = e.Type
	}
	return types
}

func pointFormats(list []Extension) []pointFormat {
	if r, ok := find(list, ExtECPointFormats); ok {
		return readList8[pointFormat](r, "")
	}
	return nil
}

// decimals are values without those of RFC 8701, in decimal with dashes.
func decimals[T ~uint8 | ~uint16](list []T) string {
	var words []string
	for _, v := range list {
		if !isGrease(uint16(v)) {
			words = append(words, strconv.Itoa(int(v)))
		}
	}
	return strings.Join(words, "-")
}

// hexWords are the same in hexadecimal, each with four digits.
func hexWords[T ~uint16](list []T) []string {
	var words []string
	for _, v := range list {
		if !isGrease(uint16(v)) {
			words = append(words, fmt.Sprintf("%04x", uint16(v)))
		}
	}
	return words
}
