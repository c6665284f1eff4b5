package interop_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump"
	"sipsecdump/maker"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// counted is how many findings of each rule there are: "note smime-accept 2", a line each, in the
// order in which they came first.
func counted(found []*report.Finding) string {
	var order []string
	count := map[string]int{}
	for _, f := range found {
		line := f.Severity.String() + " " + f.Rule
		if count[line] == 0 {
			order = append(order, line)
		}
		count[line]++
	}
	var b strings.Builder
	for _, line := range order {
		fmt.Fprintf(&b, "  %s %d\n", line, count[line])
	}
	return b.String()
}

// TestPeers holds the findings of the captures of other implementations against a list: what each
// was made to show, and nothing else.
func TestPeers(t *testing.T) {
	files, err := filepath.Glob("../../testdata/peers/*.pcap")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	var got strings.Builder
	for _, file := range files {
		octets, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o := sipsecdump.Options{KeyLog: &tlsparse.KeyLog{}}
		log, err := os.Open(strings.TrimSuffix(file, ".pcap") + ".keylog")
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = o.KeyLog.Read(file, log)
		log.Close()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s\n%s", filepath.Base(file), counted(check(t, octets, o)))
	}
	const golden = "testdata/peers.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

// TestClean: captures in which all is as it should be have no findings but those that what they
// show deserves.
func TestClean(t *testing.T) {
	keys := commonKeys()
	// deserved are findings of scenarios, over whatever they come.
	deserved := map[string][]string{
		"encrypted":        {"smime-encrypted-unsigned"},                                 // RFC 3261, Section 23.2 wants both
		"signed":           {"smime-certificate-attached", "smime-capabilities-missing"}, // told as notes
		"signed-encrypted": {"smime-certificate-attached", "smime-capabilities-missing"},
	}
	for _, s := range maker.Scenarios() {
		for _, transport := range maker.Transports() {
			tls := transport == "tls" || transport == "wss"
			if s.Name == "tls" && !tls || s.Name == "script" {
				continue
			}
			t.Run(s.Name+"/"+transport, func(t *testing.T) {
				var log bytes.Buffer
				o := maker.Options{Scenario: s.Name, Transport: transport, Keys: keys, KeyLog: &log}
				allowed := deserved[s.Name]
				if tls {
					o.TLS.Version = "1.3"
					allowed = append(slices.Clone(allowed), "smime-signer-scheme")
				} else if transport == "udp" {
					allowed = append(slices.Clone(allowed), "sip-datagram-size")
				}
				octets, options := made(o)(t)
				options.KeyLog = &tlsparse.KeyLog{}
				if _, _, err := options.KeyLog.Read("log", &log); err != nil {
					t.Fatal(err)
				}
				options.Keyring = folderRing(t, keys)
				for _, f := range check(t, octets, options) {
					if !slices.Contains(allowed, f.Rule) {
						t.Errorf("%s %s: %s", f.Severity, f.Rule, f.Text)
					}
				}
			})
		}
	}
}
