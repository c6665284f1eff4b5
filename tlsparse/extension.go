package tlsparse

import (
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/cms/pki"
)

// SignatureSchemes is the list of the extension (RFC 8446, Section 4.2.3), which is one of
// ExtSignatureAlgorithms, ExtSignatureAlgsCert and ExtDelegatedCredential; nil if there is
// none.
func SignatureSchemes(list []Extension, typ ExtensionType) []SignatureScheme {
	if r, ok := find(list, typ); ok {
		return readList16[SignatureScheme](&r, "", 2)
	}
	return nil
}

// SupportedGroups is the list of the extension (RFC 8446, Section 4.2.7); nil if there is none.
func SupportedGroups(list []Extension) []NamedGroup {
	if r, ok := find(list, ExtSupportedGroups); ok {
		return readList16[NamedGroup](&r, "", 2)
	}
	return nil
}

// CertificateAuthorities are the names in the extension (RFC 8446, Section 4.2.4), DER; nil if
// there is none. They alias it.
func CertificateAuthorities(list []Extension) [][]byte {
	if r, ok := find(list, ExtAuthorities); ok {
		return readNames(&r)
	}
	return nil
}

func readNames(r *reader) (names [][]byte) {
	v := r.vector("authorities", 2)
	for !v.empty() {
		names = append(names, v.opaque("DistinguishedName", 2))
	}
	return names
}

// ALPN is the protocol that the server chose (RFC 7301, Section 3.1); "" if it chose none.
func (m *EncryptedExtensions) ALPN() string { return (&ServerHello{Extensions: m.Extensions}).ALPN() }

// Words tell what an extension of the message says: names as the registries have them, host
// names and protocols as they are, octets by their number. ok is set if all of it could be
// read; an extension that is empty, or of a kind that is not known, says nothing.
func (e Extension) Words(in HandshakeType) (words []string, ok bool) {
	if len(e.Data) == 0 {
		return nil, true
	}
	r := newReader(e.Data, 0, "", "")
	words, known := readWords(r, e.Type, in)
	if !known {
		return nil, false
	}
	r.done()
	return words, r.failure.err == nil
}

// readWords gives the words of the extensions that have content, by the sections that their
// constants name.
func readWords(r *reader, typ ExtensionType, in HandshakeType) (w []string, known bool) {
	switch typ {
	case ExtServerName:
		w = []string{readServerName(r)}
	case ExtMaxFragmentLength:
		w = maxFragmentWords(r)
	case ExtStatusRequest:
		w = statusRequestWords(r, in)
	case ExtSupportedGroups:
		w = words(readList16[NamedGroup](r, "", 2))
	case ExtECPointFormats:
		w = words(readList8[pointFormat](r, ""))
	case ExtSignatureAlgorithms, ExtSignatureAlgsCert:
		w = words(readList16[SignatureScheme](r, "", 2))
	case ExtDelegatedCredential:
		w = delegatedWords(r, in)
	case ExtUseSRTP:
		w = srtpWords(r)
	case ExtHeartbeat:
		w = words([]heartbeatMode{heartbeatMode(r.u8(""))})
	case ExtALPN:
		w = readProtocolNames(r)
	case ExtStatusRequestV2:
		w = statusRequestV2Words(r)
	case ExtSCT:
		w = sctWords(r)
	case ExtClientCertificateType, ExtServerCertificateType:
		w = certificateTypeWords(r, in)
	case ExtPadding, ExtSessionTicket:
		w = octetWords(r)
	case ExtCompressCertificate:
		w = words(readList16[CertificateCompression](r, "", 1))
	case ExtRecordSizeLimit:
		w = []string{amount.Octets(int(r.u16("")))}
	case ExtPreSharedKey:
		w = preSharedKeyWords(r, in)
	case ExtEarlyData:
		w = []string{"at most " + amount.Of(int64(r.u32("")), "octet", "octets")}
	case ExtSupportedVersions:
		w = words(readVersions(r, in == TypeClientHello))
	case ExtCookie:
		w = []string{amount.Octets(len(r.opaque("", 2)))}
	case ExtPSKKeyExchangeModes:
		w = words(readList8[pskMode](r, ""))
	case ExtAuthorities:
		w = authorityWords(r)
	case ExtOIDFilters:
		w = oidFilterWords(r)
	case ExtKeyShare:
		w = keyShareWords(r, in)
	case ExtConnectionID:
		w = []string{fmt.Sprintf("%x", r.opaque("", 1))}
	case ExtTicketRequest:
		w = ticketRequestWords(r, in)
	case ExtRenegotiationInfo:
		w = renegotiationWords(r)
	default:
		return nil, false
	}
	return w, true
}

func words[T fmt.Stringer](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return out
}

func octetWords(r *reader) []string { return []string{amount.Octets(len(r.rest()))} }

func maxFragmentWords(r *reader) []string {
	code := r.u8("")
	if code < 1 || code > 4 {
		r.fail(CodeUnexpectedValue, "", "is %d, 1 to 4 are defined", code)
		return nil
	}
	return []string{amount.Octets(256 << code)}
}

// statusRequestWords reads a request; in a Certificate of TLS 1.3 the extension is the answer
// (RFC 8446, Section 4.4.2.1).
func statusRequestWords(r *reader, in HandshakeType) []string {
	typ := statusType(r.u8("status_type"))
	if in == TypeCertificate {
		return []string{typ.String(), amount.Octets(len(r.opaque("response", 3)))}
	}
	r.vector("responder_id_list", 2)
	r.vector("request_extensions", 2)
	return []string{typ.String()}
}

func statusRequestV2Words(r *reader) (w []string) {
	list := r.vector("certificate_status_req_list", 2)
	for !list.empty() {
		w = append(w, statusType(list.u8("status_type")).String())
		list.vector("request", 2)
	}
	return w
}

// delegatedWords: the client's is a list of algorithms, that of a Certificate a credential.
func delegatedWords(r *reader, in HandshakeType) []string {
	if in == TypeCertificate {
		return octetWords(r)
	}
	return words(readList16[SignatureScheme](r, "", 2))
}

func srtpWords(r *reader) []string {
	w := words(readList16[srtpProfile](r, "SRTPProtectionProfiles", 2))
	if mki := r.opaque("srtp_mki", 1); len(mki) > 0 {
		w = append(w, fmt.Sprintf("MKI %x", mki))
	}
	return w
}

func sctWords(r *reader) []string {
	n := 0
	list := r.vector("sct_list", 2)
	for ; !list.empty(); n++ {
		list.vector("sct", 2)
	}
	return []string{amount.Of(n, "timestamp", "timestamps")}
}

func certificateTypeWords(r *reader, in HandshakeType) []string {
	if in == TypeClientHello {
		return words(readList8[certificateType](r, ""))
	}
	return words([]certificateType{certificateType(r.u8(""))})
}

// keyShareWords are the groups; the keys tell a reader nothing. A HelloRetryRequest has a group
// only.
func keyShareWords(r *reader, in HandshakeType) (w []string) {
	if in != TypeClientHello && len(r.s) == 2 {
		return words([]NamedGroup{NamedGroup(r.u16("selected_group"))})
	}
	list := r
	if in == TypeClientHello {
		v := r.vector("client_shares", 2)
		list = &v
	}
	for !list.empty() {
		group := NamedGroup(list.u16("group"))
		w = append(w, fmt.Sprintf("%v (%s)", group, amount.Octets(len(list.opaque("key_exchange", 2)))))
	}
	return w
}

func preSharedKeyWords(r *reader, in HandshakeType) (w []string) {
	if in != TypeClientHello {
		return []string{fmt.Sprintf("identity %d", r.u16("selected_identity"))}
	}
	identities := r.vector("identities", 2)
	for !identities.empty() {
		id := identities.opaque("identity", 2)
		w = append(w, fmt.Sprintf("identity of %s, obfuscated age %d", amount.Octets(len(id)), identities.u32("obfuscated_ticket_age")))
	}
	binders := r.vector("binders", 2)
	for !binders.empty() {
		w = append(w, "binder of "+amount.Octets(len(binders.opaque("PskBinderEntry", 1))))
	}
	return w
}

func authorityWords(r *reader) (w []string) {
	for _, der := range readNames(r) {
		if name, err := pki.ParseName(der); err == nil {
			w = append(w, `"`+name.String()+`"`)
		} else {
			w = append(w, amount.Octets(len(der))+" of what is no name")
		}
	}
	return w
}

func oidFilterWords(r *reader) (w []string) {
	list := r.vector("filters", 2)
	for !list.empty() {
		oid := list.opaque("certificate_extension_oid", 1)
		w = append(w, fmt.Sprintf("%x (%s)", oid, amount.Octets(len(list.opaque("certificate_extension_values", 2)))))
	}
	return w
}

// ticketRequestWords: the server tells one number, the client two.
func ticketRequestWords(r *reader, in HandshakeType) []string {
	if in != TypeClientHello {
		return []string{fmt.Sprintf("%d expected", r.u8("expected_count"))}
	}
	fresh := r.u8("new_session_count")
	return []string{fmt.Sprintf("%d for a new session", fresh), fmt.Sprintf("%d for a resumed one", r.u8("resumption_count"))}
}

// renegotiationWords: in the first handshake it is empty.
func renegotiationWords(r *reader) []string {
	if data := r.opaque("renegotiated_connection", 1); len(data) > 0 {
		return []string{amount.Octets(len(data))}
	}
	return nil
}

// Numbers of small registries, whose names stand here.
type (
	pointFormat     uint8  // ECPointFormat (RFC 8422, Section 5.1.2)
	pskMode         uint8  // PskKeyExchangeMode (RFC 8446, Section 4.2.9)
	heartbeatMode   uint8  // HeartbeatMode (RFC 6520, Section 2)
	statusType      uint8  // CertificateStatusType (RFC 6066, Section 8; RFC 6961, Section 2.2)
	certificateType uint8  // CertificateType (RFC 7250, Section 3)
	srtpProfile     uint16 // SRTPProtectionProfile (RFC 5764, Section 4.1.2; RFC 7714, Section 14.2)
)

func (f pointFormat) String() string {
	return nameOr([]string{"uncompressed", "ansiX962_compressed_prime", "ansiX962_compressed_char2"}, int(f))
}
func (m pskMode) String() string { return nameOr([]string{"psk_ke", "psk_dhe_ke"}, int(m)) }
func (m heartbeatMode) String() string {
	return nameOr([]string{"", "peer_allowed_to_send", "peer_not_allowed_to_send"}, int(m))
}
func (t statusType) String() string { return nameOr([]string{"", "ocsp", "ocsp_multi"}, int(t)) }
func (t certificateType) String() string {
	return nameOr([]string{"X509", "OpenPGP", "RawPublicKey"}, int(t))
}
func (p srtpProfile) String() string {
	return nameOr([]string{"", "SRTP_AES128_CM_HMAC_SHA1_80", "SRTP_AES128_CM_HMAC_SHA1_32", "", "",
		"SRTP_NULL_HMAC_SHA1_80", "SRTP_NULL_HMAC_SHA1_32", "SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM"}, int(p))
}

// nameOr is the name of a number, or the number.
func nameOr(names []string, v int) string {
	if v < len(names) && names[v] != "" {
		return names[v]
	}
	return fmt.Sprintf("%d", v)
}

// CompressionZlib is the one compression of certificates that is read; the others are named.
const CompressionZlib CertificateCompression = 1

// Name is the registry's: "zlib"; "" if it has none.
func (c CertificateCompression) Name() string {
	if c >= 1 && c <= 3 {
		return [...]string{"", "zlib", "brotli", "zstd"}[c]
	}
	return ""
}

func (c CertificateCompression) String() string {
	return nameOr([]string{"", "zlib", "brotli", "zstd"}, int(c))
}
