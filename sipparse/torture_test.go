package sipparse

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"sipsecdump/sipparse/mime"
)

// verdict is what the RFC says of a message.
type verdict string

const (
	valid       verdict = "valid"
	invalid     verdict = "invalid"
	transaction verdict = "well-formed, but not to be served" // RFC 4475, Sections 3.2 and 3.3
	old         verdict = "valid by RFC 2543"
)

type tortureRow struct {
	file    string
	section string
	verdict verdict
	issues  string
}

// torture has a row for each message of RFC 4475 and RFC 5118. issues are all the codes that Parse
// gives, in order; none on a message that the RFC calls invalid means that it is not diagnosed.
var torture = []tortureRow{
	{"rfc4475/wsinv.dat", "3.1.1.1", valid, ""},
	{"rfc4475/intmeth.dat", "3.1.1.2", valid, ""},
	{"rfc4475/esc01.dat", "3.1.1.3", valid, ""},
	{"rfc4475/escnull.dat", "3.1.1.4", valid, ""},
	{"rfc4475/esc02.dat", "3.1.1.5", valid, ""},
	{"rfc4475/lwsdisp.dat", "3.1.1.6", valid, ""},
	{"rfc4475/longreq.dat", "3.1.1.7", valid, "via-branch-missing"}, // the topmost Via is an RFC 2543 one
	{"rfc4475/dblreq.dat", "3.1.1.8", valid, "body-trailing"},       // the second request behind the first
	{"rfc4475/semiuri.dat", "3.1.1.9", valid, ""},
	{"rfc4475/transports.dat", "3.1.1.10", valid, ""},
	{"rfc4475/mpart01.dat", "3.1.1.11", valid, ""},
	{"rfc4475/unreason.dat", "3.1.1.12", valid, ""},
	{"rfc4475/noreason.dat", "3.1.1.13", valid, ""},

	{"rfc4475/badinv01.dat", "3.1.2.1", invalid, "parameter-empty via-branch-missing parameter-empty"},
	{"rfc4475/clerr.dat", "3.1.2.2", invalid, "body-short"},
	{"rfc4475/ncl.dat", "3.1.2.3", invalid, "content-length-malformed"},
	{"rfc4475/scalar02.dat", "3.1.2.4", invalid, "cseq-out-of-range max-forwards-out-of-range number-out-of-range number-out-of-range"},
	{"rfc4475/scalarlg.dat", "3.1.2.5", invalid, "cseq-out-of-range number-out-of-range warning-malformed"},
	{"rfc4475/quotbal.dat", "3.1.2.6", invalid, "quoted-string-open"},
	{"rfc4475/ltgtruri.dat", "3.1.2.7", invalid, "uri-brackets via-branch-missing"},
	{"rfc4475/lwsruri.dat", "3.1.2.8", invalid, "uri-space"},
	{"rfc4475/lwsstart.dat", "3.1.2.9", invalid, "start-line-spaces"},
	{"rfc4475/trws.dat", "3.1.2.10", invalid, "start-line-spaces"},
	{"rfc4475/escruri.dat", "3.1.2.11", invalid, "request-uri-headers"},
	{"rfc4475/baddate.dat", "3.1.2.12", invalid, "date-malformed"},
	{"rfc4475/regbadct.dat", "3.1.2.13", invalid, "address-brackets-missing"},
	{"rfc4475/badaspec.dat", "3.1.2.14", invalid, "uri-space"},
	{"rfc4475/baddn.dat", "3.1.2.15", invalid, "display-name-malformed display-name-malformed separator-missing"},
	{"rfc4475/badvers.dat", "3.1.2.16", invalid, "version-unsupported"},
	{"rfc4475/mismatch01.dat", "3.1.2.17", invalid, "cseq-method-mismatch"},
	{"rfc4475/mismatch02.dat", "3.1.2.18", invalid, "cseq-method-mismatch"},
	{"rfc4475/bigcode.dat", "3.1.2.19", invalid, "status-out-of-range"},

	{"rfc4475/badbranch.dat", "3.2.1", transaction, "via-branch-missing"},
	{"rfc4475/insuf.dat", "3.3.1", transaction, "header-missing header-missing header-missing header-missing header-missing"},
	{"rfc4475/unkscm.dat", "3.3.2", transaction, ""},
	{"rfc4475/novelsc.dat", "3.3.3", transaction, ""},
	{"rfc4475/unksm2.dat", "3.3.4", transaction, ""},
	{"rfc4475/bext01.dat", "3.3.5", transaction, ""},
	{"rfc4475/invut.dat", "3.3.6", transaction, ""},
	{"rfc4475/regaut01.dat", "3.3.7", transaction, ""},
	{"rfc4475/multi01.dat", "3.3.8", transaction, "header-repeated header-repeated header-repeated header-repeated header-repeated"},
	{"rfc4475/mcl01.dat", "3.3.9", transaction, "content-length-conflict header-repeated body-trailing"},
	{"rfc4475/bcast.dat", "3.3.10", transaction, ""},
	{"rfc4475/zeromf.dat", "3.3.11", transaction, ""},
	{"rfc4475/cparam01.dat", "3.3.12", transaction, ""},
	{"rfc4475/cparam02.dat", "3.3.13", transaction, ""},
	{"rfc4475/regescrt.dat", "3.3.14", transaction, ""},
	{"rfc4475/sdp01.dat", "3.3.15", transaction, ""},

	{"rfc4475/inv2543.dat", "3.4.1", old, "via-branch-missing from-tag-missing header-missing header-missing"},

	// The archive of RFC 5118 has LF line ends, and Content-Lengths that count CRLF.
	{"rfc5118/ipv6-good", "4.1", valid, "line-end-lf"},
	{"rfc5118/ipv6-bad", "4.2", invalid, "host-malformed line-end-lf"},
	{"rfc5118/port-ambiguous", "4.3", valid, "line-end-lf"},
	{"rfc5118/port-unambiguous", "4.4", valid, "line-end-lf"},
	{"rfc5118/via-received-param-with-delim", "4.5", valid, "line-end-lf"},
	{"rfc5118/via-received-param-no-delim", "4.5", valid, "line-end-lf"},
	{"rfc5118/ipv6-in-sdp", "4.6", valid, "body-short line-end-lf"},
	{"rfc5118/mult-ip-in-header", "4.7", valid, "line-end-lf"},
	{"rfc5118/mult-ip-in-sdp", "4.8", valid, "body-short line-end-lf"},
	{"rfc5118/ipv4-mapped-ipv6", "4.9", valid, "line-end-lf"},
	{"rfc5118/ipv6-bug-abnf-3-colons", "4.10", invalid, "host-malformed host-malformed separator-missing line-end-lf"},
	{"rfc5118/ipv6-correct-abnf-2-colons", "4.10", valid, "separator-missing line-end-lf"},
}

func TestTorture(t *testing.T) {
	for _, tt := range torture {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			raw := readFile(t, "../testdata/"+tt.file)
			if !Sniff(raw) {
				t.Error("not found to be SIP")
			}
			m := Parse(raw)
			checkLossless(t, m, raw)
			var got []string
			for _, issue := range m.Issues {
				got = append(got, issue.Code)
			}
			if g := strings.Join(got, " "); g != tt.issues {
				t.Errorf("%s, Section %s, %s:\n got %s\nwant %s", filepath.Dir(tt.file), tt.section, tt.verdict, g, tt.issues)
			}
			if tt.verdict == invalid && len(got) == 0 {
				t.Error("invalid, but not diagnosed")
			}
		})
	}
}

// TestTortureAll fails if a message of the RFCs has no row.
func TestTortureAll(t *testing.T) {
	for _, dir := range []string{"rfc4475", "rfc5118"} {
		files, err := os.ReadDir("../testdata/" + dir)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no messages: %v", dir, err)
		}
		for _, f := range files {
			name := dir + "/" + f.Name()
			if !slices.ContainsFunc(torture, func(row tortureRow) bool { return row.file == name }) {
				t.Errorf("%s has no row", name)
			}
		}
	}
}

// TestPeer compares what is read of the valid messages with what sipgo reads.
func TestPeer(t *testing.T) {
	for _, tt := range torture {
		if tt.verdict != valid || !strings.HasPrefix(tt.file, "rfc4475") {
			continue
		}
		raw := readFile(t, "../testdata/"+tt.file)
		peer, err := sip.ParseMessage(raw)
		if err != nil {
			t.Errorf("%s: sipgo: %v", tt.file, err)
			continue
		}
		m := Parse(raw)
		tag := ""
		for _, p := range peer.From().Params {
			if strings.TrimSpace(p.K) == "tag" { // sipgo keeps white space around names
				tag = strings.TrimSpace(p.V)
			}
		}
		want := []any{peer.CallID().Value(), peer.CSeq().SeqNo, peer.From().Address.Scheme, tag, string(peer.Body())}
		from, err := ParseURI(m.From.URI)
		if err != nil {
			t.Errorf("%s: %v", tt.file, err)
		}
		got := []any{m.CallID, m.CSeq, from.Scheme, m.From.Tag, string(m.Body)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: sipgo and we read\n%s", tt.file, diff)
		}
	}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkLossless fails if the parts of m, joined, are not raw.
func checkLossless(t testing.TB, m *Message, raw []byte) {
	t.Helper()
	joined := slices.Concat(m.Leading, m.StartLine)
	for _, h := range m.Headers {
		joined = append(joined, h.Raw...)
	}
	if section := joined[len(m.Leading)+len(m.StartLine):]; string(m.Section()) != string(section) {
		t.Errorf("the header fields are\n%q\nbut the section is\n%q", section, m.Section())
	}
	joined = slices.Concat(joined, m.Separator, m.Body, m.Trailing)
	if string(joined) != string(raw) {
		t.Errorf("the parts joined are\n%q\nbut the message is\n%q", joined, raw)
	}
}

// checkUsed fails if what a used Message makes of the octets of m is not m.
func checkUsed(t testing.TB, used, m *Message, ends []int32) {
	t.Helper()
	used.ParseInto(m.Raw, ends)
	if got, want := bare(used), bare(m); !reflect.DeepEqual(got, want) || len(used.Parts) != len(m.Parts) {
		t.Errorf("a used Message gives\n%+v\na fresh one\n%+v", got, want)
	}
}

// bare is m without the memory that it is made in, and its parts: its entity and its Body make them.
func bare(m *Message) Message {
	b := *m
	b.Headers, b.Issues = slices.Concat(m.Headers), slices.Concat(m.Issues) // nil if empty
	b.Parts, b.text, b.memory, b.body = nil, text{}, nil, mime.Parser{}
	return b
}

// upsideDown returns the message with its header fields in reverse order.
func upsideDown(m *Message) []byte {
	raw := slices.Concat(m.Leading, m.StartLine)
	for _, h := range slices.Backward(m.Headers) {
		raw = append(raw, h.Raw...)
	}
	return slices.Concat(raw, m.Separator, m.Body, m.Trailing)
}
