package tlsparse

import "testing"

// TestFingerprints has the examples of the descriptions: JA3's README, and JA4's, whose hello is
// that of a browser with the values of RFC 8701 in it.
func TestFingerprints(t *testing.T) {
	groups := func(list ...byte) Extension {
		return Extension{ExtSupportedGroups, append([]byte{0, byte(len(list))}, list...)}
	}
	ja3 := &ClientHello{Version: TLS10,
		CipherSuites: []CipherSuite{47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
		Extensions:   []Extension{{Type: ExtServerName}, groups(0, 23, 0, 24, 0, 25), {ExtECPointFormats, []byte{1, 0}}}}
	if text, hash := ja3.JA3(); text != "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0" || hash != "ada70206e40642a3e4461f35503241d5" {
		t.Errorf("JA3 %s %s", text, hash)
	}
	bare := &ClientHello{Version: TLS10, CipherSuites: []CipherSuite{4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99, 0x0a0a}}
	if text, hash := bare.JA3(); text != "769,4-5-10-9-100-98-3-6-19-18-99,,," || hash != "de350869b8c85de67a350c8d186f11e6" {
		t.Errorf("JA3 %s %s", text, hash)
	}
	server := &ServerHello{Version: TLS12, CipherSuite: 0xc030, Extensions: []Extension{{Type: ExtRenegotiationInfo}, {Type: 11}}}
	if text, _ := server.JA3S(); text != "771,49200,65281-11" {
		t.Errorf("JA3S %s", text)
	}

	browser := &ClientHello{Version: TLS12,
		CipherSuites: []CipherSuite{0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},
		Extensions: []Extension{{Type: 0xcaca}, {ExtServerName, nil}, {Type: 0x0017}, {Type: 0xff01}, {Type: 0x000a}, {Type: 0x000b}, {Type: 0x0023},
			{ExtALPN, []byte("\x00\x0c\x02h2\x08http/1.1")}, {Type: 0x0005},
			{ExtSignatureAlgorithms, unhex("001004030804040105030805050108060601")}, {Type: 0x0012}, {Type: 0x0033}, {Type: 0x002d},
			{ExtSupportedVersions, unhex("06 3a3a 0304 0303"[:2] + "3a3a03040303")}, {Type: 0x001b}, {Type: 0x4469}, {Type: 0x0015}, {Type: 0x8a8a}}}
	if got := browser.JA4(false); got != "t13d1516h2_8daaf6152771_e5627efa2ab1" {
		t.Errorf("JA4 %s", got)
	}
	if got := (&ClientHello{Version: 0xfefd}).JA4(true); got != "dd2i000000_000000000000_000000000000" {
		t.Errorf("JA4 %s", got)
	}
	for protocol, want := range map[string]string{"sip": "sp", "h": "hh", "\xab\xcd": "ad", "0\xab": "3b", "": "00"} {
		if got := ja4ALPN([]string{protocol}); got != want {
			t.Errorf("protocol %q: %s, want %s", protocol, got, want)
		}
	}
}
