package tlsparse

import (
	"bytes"
	"encoding/binary"
	"slices"

	"sipsecdump/amount"
)

// parseClientHello reads a hello, of DTLS if it has a cookie.
func parseClientHello(r *reader, cookie bool) *ClientHello {
	h := &ClientHello{
		Version:   Version(r.u16("client_version")),
		Random:    r.bytes("random", 32),
		SessionID: readSessionID(r),
	}
	if cookie {
		h.Cookie = r.opaque("cookie", 1)
	}
	h.CipherSuites = readList16[CipherSuite](r, "cipher_suites", 2)
	h.Compression = readList8[CompressionMethod](r, "compression_methods")
	h.Extensions, h.HasExtensions = readExtensions(r, TypeClientHello)
	r.done()
	return h
}

func parseHelloVerifyRequest(r *reader) *HelloVerifyRequest {
	m := &HelloVerifyRequest{Version: Version(r.u16("server_version")), Cookie: r.opaque("cookie", 1)}
	r.done()
	return m
}

func parseServerHello(r *reader) *ServerHello {
	h := &ServerHello{
		Version:     Version(r.u16("server_version")),
		Random:      r.bytes("random", 32),
		SessionID:   readSessionID(r),
		CipherSuite: CipherSuite(r.u16("cipher_suite")),
		Compression: CompressionMethod(r.u8("compression_method")),
	}
	h.Extensions, h.HasExtensions = readExtensions(r, TypeServerHello)
	r.done()
	return h
}

func readSessionID(r *reader) []byte {
	id := r.opaque("session_id", 1)
	if len(id) > 32 {
		r.fail(CodeBadLength, "session_id", "has %d octets, 32 are the most", len(id))
	}
	return id
}

// parseSSLv2Hello reads an SSLv2-compatible ClientHello without its two octets of length
// (RFC 5246, Appendix E.2).
func parseSSLv2Hello(r *reader) *ClientHello {
	r.u8("msg_type")
	h := &ClientHello{Version: Version(r.u16("version"))}
	specsLength := int(r.u16("cipher_spec_length"))
	idLength := int(r.u16("session_id_length"))
	challengeLength := int(r.u16("challenge_length"))
	specs := r.part("cipher_specs", specsLength)
	for len(specs.s) >= 3 {
		spec := uint32(specs.u8(""))<<16 | uint32(specs.u16(""))
		h.SSLv2CipherSpecs = append(h.SSLv2CipherSpecs, spec)
		if spec>>16 == 0 {
			h.CipherSuites = append(h.CipherSuites, CipherSuite(spec))
		}
	}
	specs.done()
	h.SessionID = r.bytes("session_id", idLength)
	challenge := r.bytes("challenge", challengeLength)
	if len(challenge) < 16 || len(challenge) > 32 {
		r.fail(CodeBadLength, "challenge", "has %s, 16 to 32 are allowed", amount.Octets(len(challenge)))
		challenge = challenge[:min(32, len(challenge))]
	}
	// The random is the challenge, right-justified.
	h.Random = append(make([]byte, 32-len(challenge)), challenge...)
	h.Compression = []CompressionMethod{0}
	r.done()
	return h
}

// readExtensions reads the extensions of a hello (RFC 5246, Section 7.4.1.4); nothing at all
// is the hello of a peer that knows none. Of their content it reads what this package uses
// elsewhere, so that what is wrong with it is told where it stands.
func readExtensions(r *reader, hello HandshakeType) (list []Extension, present bool) {
	if r.empty() {
		return nil, false
	}
	v := r.vector("extensions", 2)
	if n := countExtensions(v.s); n > 0 {
		list = make([]Extension, 0, n)
	}
	for !v.empty() {
		typ := ExtensionType(v.u16("extension_type"))
		data := v.opaque("extension_data", 2)
		list = append(list, Extension{Type: typ, Data: data})
		switch typ {
		case ExtServerName, ExtALPN, ExtSupportedVersions, ExtEncryptThenMAC, ExtExtendedMasterSecret:
			inner := *r
			inner.s, inner.end = data, v.end-len(v.s)
			inner.path.enter(typ.Name())
			readExtension(&inner, typ, hello)
		}
	}
	return list, true
}

// countExtensions counts those of a list, the last of which may be cut short.
func countExtensions(list []byte) (n int) {
	const header = 4
	for ; len(list) >= header; n++ {
		list = list[min(len(list), header+int(binary.BigEndian.Uint16(list[2:]))):]
	}
	return n
}

func readExtension(r *reader, typ ExtensionType, hello HandshakeType) {
	fromClient := hello == TypeClientHello
	switch typ {
	case ExtServerName:
		if fromClient { // the server's is empty
			readServerName(r)
		}
		r.done()
	case ExtALPN:
		readProtocolNames(r)
		r.done()
	case ExtSupportedVersions:
		readVersions(r, fromClient)
		r.done()
	case ExtEncryptThenMAC, ExtExtendedMasterSecret:
		r.done()
	}
}

// readServerName is the first host_name of a ServerNameList (RFC 6066, Section 3).
func readServerName(r *reader) (name string) {
	r.section = "RFC 6066, Section 3"
	names := r.vector("server_name_list", 2)
	for !names.empty() {
		typ := names.u8("name_type")
		host := names.opaque("host_name", 2)
		if typ == 0 && name == "" {
			name = string(host)
		}
	}
	return name
}

// readProtocolNames is a ProtocolNameList (RFC 7301, Section 3.1).
func readProtocolNames(r *reader) (names []string) {
	r.section = "RFC 7301, Section 3.1"
	list := r.vector("protocol_name_list", 2)
	for !list.empty() {
		names = append(names, string(list.opaque("protocol_name", 1)))
	}
	return names
}

// readVersions is SupportedVersions (RFC 8446, Section 4.2.1): a list from the client, the one
// chosen from the server.
func readVersions(r *reader, fromClient bool) []Version {
	r.section = "RFC 8446, Section 4.2.1"
	if fromClient {
		return readList16[Version](r, "versions", 1)
	}
	return []Version{Version(r.u16("selected_version"))}
}

// find is the content of the first extension of the type, as a reader without a message. What is
// wrong with it was told where the message was read.
func find(list []Extension, typ ExtensionType) (r reader, ok bool) {
	for _, e := range list {
		if e.Type == typ {
			return reader{s: e.Data, end: len(e.Data)}, true
		}
	}
	return reader{}, false
}

// ServerName is the host name of the server_name extension (RFC 6066, Section 3), as sent; ""
// if there is none.
func (h *ClientHello) ServerName() string {
	if r, ok := find(h.Extensions, ExtServerName); ok {
		return readServerName(&r)
	}
	return ""
}

// ALPN are the protocols offered (RFC 7301, Section 3.1), in order of preference.
func (h *ClientHello) ALPN() []string {
	if r, ok := find(h.Extensions, ExtALPN); ok {
		return readProtocolNames(&r)
	}
	return nil
}

// SupportedVersions is the list of the extension (RFC 8446, Section 4.2.1); nil if there is
// none, and Version is the highest that the client offers.
func (h *ClientHello) SupportedVersions() []Version {
	if r, ok := find(h.Extensions, ExtSupportedVersions); ok {
		return readVersions(&r, true)
	}
	return nil
}

// sessionTicket is the ticket that the client would resume with (RFC 5077, Section 3.2). It
// aliases the message.
func (h *ClientHello) sessionTicket() []byte {
	if r, ok := find(h.Extensions, ExtSessionTicket); ok {
		return r.rest()
	}
	return nil
}

// ALPN is the protocol that the server chose (RFC 7301, Section 3.1); "" if it chose none in
// this hello.
func (h *ServerHello) ALPN() string {
	if r, ok := find(h.Extensions, ExtALPN); ok {
		if names := readProtocolNames(&r); len(names) > 0 {
			return names[0]
		}
	}
	return ""
}

// SelectedVersion is the version negotiated: that of supported_versions (RFC 8446, Section
// 4.2.1) if the server sent it, else Version.
func (h *ServerHello) SelectedVersion() Version {
	if r, ok := find(h.Extensions, ExtSupportedVersions); ok {
		if v := readVersions(&r, false)[0]; v != 0 {
			return v
		}
	}
	return h.Version
}

// helloRetryRequest is the random that makes a ServerHello a HelloRetryRequest: the SHA-256
// of that word (RFC 8446, Section 4.1.3).
var helloRetryRequest = []byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// IsHelloRetryRequest tells whether the server asks for another ClientHello (RFC 8446,
// Section 4.1.4).
func (h *ServerHello) IsHelloRetryRequest() bool { return bytes.Equal(h.Random, helloRetryRequest) }

func (h *ClientHello) has(typ ExtensionType) bool { return has(h.Extensions, typ) }
func (h *ServerHello) has(typ ExtensionType) bool { return has(h.Extensions, typ) }

func has(list []Extension, typ ExtensionType) bool {
	return slices.ContainsFunc(list, func(e Extension) bool { return e.Type == typ })
}
