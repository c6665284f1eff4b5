package x509text_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
)

// The parts of a signed certificate timestamp, in hex.
var (
	logID    = strings.Repeat("ab", 32)
	moment   = "0000018bcfe5687b" // 2023-11-14 22:13:20.123
	sctECDSA = "00" + logID + moment + "0000" + "0403" + "0003" + "b1b2b3"
	sctRSA   = "00" + logID + "0000000000000000" + "0012" + strings.Repeat("cd", 18) + "0401" + "0010" + strings.Repeat("ef", 16)
)

// sized has the length of octets in front of them, in as many octets.
func sized(octets string, width int) string {
	n := len(octets) / 2
	length := make([]byte, width)
	for i := range length {
		length[width-1-i] = byte(n >> (8 * i))
	}
	return hex.EncodeToString(length) + octets
}

// timestampList is the value of the extension, an OCTET STRING.
func timestampList(scts ...string) string {
	list := ""
	for _, sct := range scts {
		list += sized(sct, 2)
	}
	return "0482" + sized(sized(list, 2), 2)
}

var timestampLists = map[string]string{
	"two":               timestampList(sctECDSA, sctRSA),
	"none":              timestampList(),
	"another version":   timestampList("01"+sctRSA, sctECDSA),
	"another algorithm": timestampList(sctECDSA, strings.Replace(sctECDSA, "00000403", "00000807", 1)),
	"no signature":      timestampList(strings.Replace(sctECDSA, "0003b1b2b3", "0000", 1)),
	"octets behind":     timestampList(sctECDSA + "ff"),
	"cut":               timestampList(sctECDSA[:len(sctECDSA)-2]),
	"short":             timestampList("00" + logID),
	"empty one":         timestampList(sctECDSA, ""),
	"no list":           "0405" + "0003abcdef",
	"no octets":         "0500",
	"year 9999":         timestampList(strings.Replace(sctECDSA, moment, "0000e677d21fdbff", 1)),
	"year 10000":        timestampList(strings.Replace(sctECDSA, moment, "0000e677d21fdc00", 1)),
	"year 1900":         timestampList(strings.Replace(sctECDSA, moment, "0527cdfd9aae3000", 1)),
}

// TestTimestampsLikeOpenSSL compares what certificate transparency puts into certificates, and what
// is no such thing.
func TestTimestampsLikeOpenSSL(t *testing.T) {
	for name, value := range timestampLists {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			config, path := filepath.Join(dir, "config"), filepath.Join(dir, "certificate")
			if err := os.WriteFile(config, []byte("[req]\ndistinguished_name=dn\n[dn]\n[x]\n1.3.6.1.4.1.11129.2.4.2=DER:"+value+
				"\n1.3.6.1.4.1.11129.2.4.5=critical,DER:"+value+"\n1.3.6.1.4.1.11129.2.4.3=critical,DER:"+value+
				"\n1.2.3=DER:0500\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			openssl(t, "req", "-x509", "-nodes", "-newkey", "ed25519", "-subj", "/CN=test", "-config", config, "-extensions", "x", "-keyout", filepath.Join(dir, "key"), "-out", path)
			likeOpenSSL(t, certificates(t, path)[0])
		})
	}
}

func TestTimestamps(t *testing.T) {
	value, err := hex.DecodeString(timestampLists["two"])
	if err != nil {
		t.Fatal(err)
	}
	c := *certificates(t, "testdata/extensions.pem")[0]
	c.Extensions = []pki.Extension{{OID: "1.3.6.1.4.1.11129.2.4.2", Value: value}, {OID: "1.3.6.1.4.1.11129.2.4.3", Critical: true, Value: []byte{5, 0}}}
	const want = `            CT Precertificate SCTs: 
                Signed Certificate Timestamp:
                    Version   : v1 (0x0)
                    Log ID    : AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:
                                AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB
                    Timestamp : Nov 14 22:13:20.123 2023 GMT
                    Extensions: none
                    Signature : ecdsa-with-SHA256
                                B1:B2:B3
                Signed Certificate Timestamp:
                    Version   : v1 (0x0)
                    Log ID    : AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:
                                AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB
                    Timestamp : Jan  1 00:00:00.000 1970 GMT
                    Extensions: CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:
                                CD:CD
                    Signature : sha256WithRSAEncryption
                                EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF:EF
            CT Precertificate Poison: critical
                NULL
`
	if got := text(&c, x509text.Options{}); !strings.Contains(got, want) {
		t.Errorf("%s", got)
	}
}
