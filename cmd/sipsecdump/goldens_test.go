package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edit is a change that authors made to a listing by hand: what the program printed as those
// lines, they printed from line on, in count lines.
type edit struct {
	line, count int // in the document's listing, from 1
	lines       []string
}

func one(line int, text string) edit { return edit{line, 1, []string{text}} }
func two(line int, text string) edit { return edit{line, 2, []string{text}} }

// moved is the block of the draft's trees that stands one column further left.
func moved(line, offset int) edit {
	return edit{line, 3, []string{
		fmt.Sprintf("%7d:            OBJECT IDENTIFIER rsaEncryption", offset),
		"                      (1 2 840 113549 1 1 1)",
		fmt.Sprintf("%7d:            NULL", offset+11),
		"       :            }",
	}}
}

// joined are the name and the arcs of an object identifier, with no blank between them so that they
// fit on a line.
func joined(line, offset int) edit {
	return edit{line, 1, []string{
		fmt.Sprintf("%7d:                  OBJECT IDENTIFIER stateOrProvinceName", offset),
		"                            (2 5 4 8)",
	}}
}

// listed is a listing of a document: a file of testdata/goldens, and what was changed in it by
// hand. It is by the program's rules alone if there are no edits.
type listed struct {
	golden string
	edits  []edit
}

// runs are the commands that make the documents' listings, in testdata. A command that makes
// several separates them by an empty line.
var runs = []struct {
	command string
	listed  []listed
}{
	// draft-ietf-sipping-sec-flows-00. The columns of its first certificate are those of RFC 6216
	// up to the extensions, and chosen by hand from there.
	{"x509 draft-sec-flows/certs/root_cert_fluffyCA.pem --style rfc6216", []listed{{"draft-5.1-ca.x509", []edit{
		one(10, "         OU=Sipit Test Certificate Authority"),
		{26, 4, []string{
			"    X509v3 Subject Key Identifier:",
			"        6B:46:17:14:EA:94:76:25:80:54:6E:13:54:DA:A1:E3:54:14:A1:B6",
			"    X509v3 Authority Key Identifier:",
			"        keyid:6B:46:17:14:EA:94:76:25:80:54:6E:13:54:DA:A1:E3:54:14:A1:B6",
		}},
		{30, 14, []string{
			"        DirName:/C=US/ST=California/L=San Jose/O=sipit/OU=Sipit Test Certificate Authority",
			"        serial:00",
			"",
			"    X509v3 Basic Constraints:",
			"        CA:TRUE",
			"    Signature Algorithm: sha1WithRSAEncryption",
			"96:6d:1b:ef:d5:91:93:45:7c:5b:1f:cf:c4:aa:47:52:0b:34:",
			"a8:50:fa:ec:fa:b4:2a:47:4c:5d:41:a7:3d:c0:d6:3f:9e:56:",
			"5b:91:1d:ce:a8:07:b3:1b:a4:9f:9a:49:6f:7f:e0:ce:83:94:",
			"71:42:af:fe:63:a2:34:dc:b4:5e:a5:ce:ca:79:50:e9:6a:99:",
			"4c:14:69:e9:7c:ab:22:6c:44:cc:8a:9c:33:6b:23:50:42:05:",
			"1f:e1:c2:81:88:5f:ba:e5:47:bb:85:9b:83:25:ad:84:32:ff:",
			"2a:5b:8b:70:12:11:83:61:c9:69:15:4f:58:a3:3c:92:d4:e8:",
			"6f:52",
		}},
	}}}},
	{"asn1 draft-sec-flows/certs/root_cert_fluffyCA.pem --asn1 draft-asn1parse", []listed{{"draft-5.1-ca.asn1parse", []edit{
		two(29, "     111:l=  32 prim:      PRINTABLESTRING   :Sipit Test Certificate Authority"),
		two(54, "     257:l=  32 prim:      PRINTABLESTRING   :Sipit Test Certificate Authority"),
		one(73, "     461:l=   3 prim:      OBJECT            :X509v3 Subject Key Identifier"),
		one(78, "     493:l=   3 prim:      OBJECT            :X509v3 Authority Key Identifier"),
	}}}},
	{"x509 draft-sec-flows/certs/domain_cert_example.com.pem --style draft", []listed{{"draft-5.2-example.com.x509", []edit{
		two(11, "    Subject: C=US, ST=California, L=San Jose, O=sipit, CN=example.com"),
		two(33, "            22:EA:CB:38:66:1D:F1:96:0C:9A:47:B6:BB:1C:52:44:B0:77:65:8D"),
	}}}},
	{"x509 draft-sec-flows/certs/user_cert_fluffy@example.com.pem --style draft", []listed{{"draft-5.3-fluffy.x509", []edit{
		two(34, "            EC:DA:98:5E:E9:F7:F7:D7:EC:2B:29:4B:DA:25:EE:C7:C7:7E:95:70"),
	}}}},
	{"listing draft-sec-flows/tls/tls1.pcap --style draft -n", []listed{{"draft-6.1-tls.ssldump", nil}}},
	{"listing draft-sec-flows/tls/tls1.pcap --style draft --show sip --key draft-sec-flows/certs/domain_key_example.net.pem", []listed{
		{"draft-6.2-request.sip", []edit{
			one(8, "Contact: <sips:fluffy@127.0.0.1:5071;transport=TLS>"),
			{14, 0, []string{ // the field is left out
				"Identity: qKUEWvgss+F0pQHJCyarb8IMbDh1d1gi1Aq51ty61bO+ug5ZQzo31xnM",
				"          AFHUe0tzNVoyOfmGUY2dIEWJ2iZlGI5EW3RF5hGN9f0y39iCRqGEAEB4",
				"          UG5ocU4RzgXfK3Durle/66rkyCaLPJQ/pzgA+qW/nQytSuzewhDrDFRr",
				"          CBQ=",
			}},
		}},
		{"draft-6.2-response.sip", []edit{
			one(9, "Contact: <sips:kumiko@127.0.0.1:5061;transport=TLS>"),
		}},
	}},
	{"listing DRAFT7 --style draft --show sip", []listed{
		{"draft-7.1-message.sip", []edit{
			one(11, "Content-Type: multipart/signed;boundary=151aa2144df0f6bd;"),
			one(27, "*****************"),
			one(28, "* BINARY BLOB 1 *"),
			one(29, "*****************"),
		}},
		{"draft-7.2-message.sip", []edit{
			{12, 2, []string{
				"Content-Type: application/pkcs7-mime;smime-type=enveloped-data;",
				"              name=smime.p7m",
			}},
		}},
		{"draft-7.3-message.sip", []edit{
			one(11, "Content-Type: multipart/signed;boundary=1af019eb7754ddf7;"),
			{18, 4, []string{ // a box drawn around a field
				"Content-Type: application/pkcs7-mime;smime-type=enveloped-data;",
				"              name=smime.p7m",
			}},
		}},
	}},
	{"listing draft-sec-flows/dataSig/ethereal --style draft --show cms", []listed{
		{"draft-7.1-blob1.dumpasn1", []edit{joined(27, 82)}},
	}},
	{"listing draft-sec-flows/dataEnc/ethereal --style draft --show cms", []listed{
		{"draft-7.2-blob2.dumpasn1", []edit{joined(19, 58), moved(47, 165), one(75, "       :      }")}},
	}},
	{"listing draft-sec-flows/dataEncSig/ethereal --style draft --show cms", []listed{
		{"draft-7.3-blob3.dumpasn1", []edit{joined(19, 58), moved(47, 165)}},
		{"draft-7.3-blob4.dumpasn1", []edit{joined(27, 82), moved(58, 198)}},
	}},

	// RFC 6216.
	{"x509 rfc6216/root_cert_fluffyCA.pem --style rfc6216", []listed{{"rfc6216-2.1-ca.x509", []edit{
		one(11, "         OU=Sipit Test Certificate Authority"),
	}}}},
	{"asn1 rfc6216/root_cert_fluffyCA.pem --asn1 rfc6216-asn1parse", []listed{{"rfc6216-2.1-ca.asn1parse", nil}}},
	{"x509 rfc6216/domain_cert_example.com.pem --style rfc6216", []listed{{"rfc6216-2.2-example.com.x509", nil}}},
	{"x509 rfc6216/user_cert_fluffy@example.com.pem --style rfc6216", []listed{{"rfc6216-2.3-fluffy.x509", []edit{
		two(10, "Subject: C=US, ST=California, L=San Jose, O=sipit, CN=fluffy"),
		one(38, "        URI:pres:fluffy@example.com"),
	}}}},
	{"listing rfc6216/tls.pcap --edit epms,newsessionticket --suite-names rfc6216 --alias 192.0.2.2=example.com --alias 192.0.2.1=example.net",
		[]listed{{"rfc6216-3.1-tls.ssldump", nil}}},
	{"listing rfc6216/message.pcap", []listed{{"rfc6216-3.2-request.sip", nil}, {"rfc6216-3.2-response.sip", nil}}},
}

// byHand are how many edits by hand a listing has at most; those that are not here have none. The
// figures of certificates and ASN.1 are from "ASN.1 and certificate listings: the exact rules of the
// two documents", 1.2 to 1.4, which counts a block that was moved as one. For messages, which it
// does not count, they are what the draft's text has otherwise than its captures.
var byHand = map[string]int{
	"draft-5.1-ca.x509":          3, // issuer, subject, everything from the extensions on
	"draft-5.1-ca.asn1parse":     4,
	"draft-5.2-example.com.x509": 3, // issuer, subject, key identifier
	"draft-5.3-fluffy.x509":      4, // and the alternative names
	"draft-7.1-blob1.dumpasn1":   3,
	"draft-7.2-blob2.dumpasn1":   4,
	"draft-7.3-blob3.dumpasn1":   3,
	"draft-7.3-blob4.dumpasn1":   3,
	"rfc6216-2.1-ca.x509":        2, // issuer, subject
	"rfc6216-2.3-fluffy.x509":    3, // and the alternative names

	"draft-6.2-request.sip":  2,
	"draft-6.2-response.sip": 1,
	"draft-7.1-message.sip":  4,
	"draft-7.2-message.sip":  1,
	"draft-7.3-message.sip":  2,
}

// TestDocuments regenerates the listings of both documents, byte for byte, with the commands that
// users have.
func TestDocuments(t *testing.T) {
	draft7 := filepath.Join(t.TempDir(), "draft-7.pcap")
	err := os.WriteFile(draft7, messages(t,
		original(t, "draft-7.1-message", "dataSig/resip-sign-out-sig"),
		original(t, "draft-7.2-message", "dataEnc/resip-encrypt-out"),
		original(t, "draft-7.3-message", "dataEncSig/resip-encrypt-out", "dataEncSig/resip-sign-out-sig")), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../testdata")
	done := map[string]bool{}
	for _, r := range runs {
		t.Run(strings.ReplaceAll(r.command, "/", "_"), func(t *testing.T) {
			var out, complaints bytes.Buffer
			if code := run(t.Context(), strings.Fields(strings.Replace(r.command, "DRAFT7", draft7, 1)), nil, &out, &complaints); code != 0 || complaints.Len() > 0 {
				t.Fatalf("exit %d, %s", code, &complaints)
			}
			text := out.String()
			switch {
			case strings.HasSuffix(r.command, " --show cms"): // the documents' trees count their margin in
				text = regexp.MustCompile(`(?m)^   BINARY BLOB \d:\n\n`).ReplaceAllString(text, "")
			case strings.HasPrefix(r.command, "listing "):
				text = regexp.MustCompile(`(?m)^   `).ReplaceAllString(text, "")
			}
			var all []string
			for _, l := range r.listed {
				done[l.golden+".txt"] = true
				text, err := l.unedited(string(readFile(t, filepath.Join("goldens", l.golden+".txt"))))
				if err != nil {
					t.Error(err)
				}
				all = append(all, text)
			}
			if d := cmp.Diff(strings.Split(strings.Join(all, "\n"), "\n"), strings.Split(text, "\n")); d != "" {
				t.Errorf("the document (-), now (+):\n%s", d)
			}
		})
	}
	files, err := os.ReadDir("goldens")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !done[f.Name()] {
			t.Errorf("nothing makes %s", f.Name())
		}
	}
}

// unedited returns a listing as it was before it was edited by hand. The error tells of edits that
// are none, are too large for one, or too many.
func (l *listed) unedited(text string) (string, error) {
	golden := strings.Split(text, "\n")
	var lines []string
	var errs []error
	if most := byHand[l.golden]; len(l.edits) > most {
		errs = append(errs, fmt.Errorf("%s: %d edits, and at most %d were made", l.golden, len(l.edits), most))
	}
	at := 0
	for _, e := range l.edits {
		edited := golden[e.line-1 : e.line-1+e.count]
		switch {
		case slices.Equal(edited, e.lines):
			errs = append(errs, fmt.Errorf("%s, line %d: the edit changes nothing", l.golden, e.line))
		case !small(edited, e.lines):
			errs = append(errs, fmt.Errorf("%s, line %d: more than white space, a line break, one token, a field left out or a box\n%q\n%q", l.golden, e.line, edited, e.lines))
		}
		lines = append(append(lines, golden[at:e.line-1]...), e.lines...)
		at = e.line - 1 + e.count
	}
	return strings.Join(append(lines, golden[at:]...), "\n"), errors.Join(errs...)
}

// TestEdits: an edit is one that somebody made, and no more than one.
func TestEdits(t *testing.T) {
	const text = "Subject: a,\n    b\nc d e\n|-----|\n| f g |\n|-----|\nh"
	for _, test := range []struct {
		name  string
		edits []edit
		want  string // in the error
	}{
		{"line break", []edit{two(1, "Subject: a, b")}, ""},
		{"white space", []edit{one(3, " c  d e")}, ""},
		{"blanks that were left out", []edit{one(3, "c de")}, ""},
		{"token", []edit{one(3, "c x e")}, ""},
		{"token more", []edit{one(3, "c d d e")}, ""},
		{"box", []edit{{4, 3, []string{"f g"}}}, ""},
		{"field left out", []edit{{7, 0, []string{"Identity: x", "  y"}}}, ""},
		{"nothing", []edit{one(3, "c d e")}, "line 3: the edit changes nothing"},
		{"two tokens", []edit{one(3, "x y e")}, "line 3: more than"},
		{"two tokens apart", []edit{one(3, "x d y")}, "line 3: more than"},
		{"lines left out", []edit{{7, 0, []string{"no field"}}}, "line 7: more than"},
		{"too many", []edit{two(1, "Subject: a, b"), one(3, "c x e"), one(7, "  h")}, "3 edits, and at most 2 were made"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := listed{"rfc6216-2.1-ca.x509", test.edits}
			_, err := l.unedited(text)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	if _, err := (&listed{"not counted", []edit{one(7, " h")}}).unedited(text); err == nil {
		t.Error("a listing that has none may have edits")
	}
}

var field = regexp.MustCompile(`^[A-Za-z-]+:( +\S+\n?)+$`)

// small tells whether lines differ in no more than white space and line breaks, one token, a box
// drawn around them, or a header field that was left out.
func small(edited, lines []string) bool {
	if len(edited) == 0 {
		return field.MatchString(strings.Join(lines, "\n"))
	}
	text := strings.ReplaceAll(strings.Join(edited, "\n")+"\n", "\\\n", "\n") // the draft's mark of a line break
	text = side.ReplaceAllString(drawn.ReplaceAllString(text, ""), "")
	a, b := strings.Fields(text), strings.Fields(strings.Join(lines, " "))
	if strings.Join(a, "") == strings.Join(b, "") {
		return true
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1
}
