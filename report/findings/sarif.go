package findings

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"

	"sipsecdump/escape"
	"sipsecdump/report"
)

// The objects of SARIF 2.1.0 that are written, with the section that defines each.
type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool         `json:"tool"`
		Artifacts   []sarifArtifact   `json:"artifacts"`
		Results     []sarifResult     `json:"results"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID            string             `json:"id"`
		Short         sarifText          `json:"shortDescription"`
		Help          sarifText          `json:"help"`
		Configuration sarifConfiguration `json:"defaultConfiguration"`
		Properties    sarifSections      `json:"properties"`
	}
	sarifConfiguration struct { // 3.50
		Level string `json:"level"`
	}
	sarifSections struct { // 3.8
		Sections []string `json:"sections"`
	}
	sarifText struct { // 3.11, 3.12
		Text string `json:"text"`
	}
	sarifArtifact struct { // 3.24
		Location sarifArtifactLocation `json:"location"`
	}
	sarifArtifactLocation struct { // 3.4
		URI   string `json:"uri"`
		Index int    `json:"index"`
	}
	sarifInvocation struct { // 3.20
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct { // 3.58
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct { // 3.27
		RuleID     string           `json:"ruleId"`
		RuleIndex  int              `json:"ruleIndex"`
		Level      string           `json:"level"`
		Message    sarifText        `json:"message"`
		Locations  []sarifLocation  `json:"locations,omitempty"`
		Properties *sarifProperties `json:"properties,omitempty"`
	}
	sarifLocation struct { // 3.28
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct { // 3.29
		Artifact sarifArtifactLocation `json:"artifactLocation"`
	}
	sarifLogical struct { // 3.33
		Name string `json:"fullyQualifiedName"`
	}
	// sarifProperties are the place once more, for programs (3.8).
	sarifProperties struct {
		Packet      uint64 `json:"packet,omitempty"`
		Conn        uint64 `json:"conn,omitempty"`
		Record      int    `json:"record,omitempty"`
		SIP         uint64 `json:"sip,omitempty"`
		Part        string `json:"part,omitempty"`
		Certificate string `json:"certificate,omitempty"`
		Call        string `json:"call,omitempty"`
	}
)

// SARIF writes the findings as a log of SARIF 2.1.0.
func (l *List) SARIF(w io.Writer) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "sipsecdump", Version: l.o.Version, Rules: []sarifRule{}}},
		Artifacts:   []sarifArtifact{},
		Results:     []sarifResult{},
		Invocations: []sarifInvocation{{Successful: !l.summary.Truncated}},
		ColumnKind:  "unicodeCodePoints",
	}
	for _, r := range l.o.Rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			r.ID, sarifText{r.Asks}, sarifText{r.Advice}, sarifConfiguration{level(r.Severity)}, sarifSections{r.Sections},
		})
	}
	for i := range l.files {
		run.Artifacts = append(run.Artifacts, sarifArtifact{l.artifact(i + 1)})
	}
	for _, g := range l.sorted() {
		for i := range g.seen {
			run.Results = append(run.Results, l.result(g, &g.seen[i]))
		}
	}
	if u := l.unseen(); u != "" {
		run.Invocations[0].Notifications = []sarifNotification{{"warning", sarifText{u}}}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(sarifLog{
		"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run},
	})
}

func (l *List) result(g *group, f *finding) sarifResult {
	p := &f.place
	at := sarifLocation{Logical: []sarifLogical{{inert(l.words(p))}}}
	if p.file > 0 {
		at.Physical = &sarifPhysical{l.artifact(p.file)}
	}
	return sarifResult{
		g.ID, g.order, level(g.Severity), sarifText{inert(f.text)}, []sarifLocation{at},
		&sarifProperties{p.packet, p.conn, p.record, p.message, inert(p.part), p.certificate, inert(p.call)},
	}
}

// artifact is where a capture is (3.4.3: a URI, relative if the name is).
func (l *List) artifact(file int) sarifArtifactLocation {
	u := url.URL{Path: filepath.ToSlash(l.files[file-1])}
	if filepath.IsAbs(l.files[file-1]) {
		u.Scheme = "file"
	}
	return sarifArtifactLocation{u.String(), file - 1}
}

// level is the severity as a level of SARIF (3.27.10), whose words are ours.
func level(s report.Severity) string { return s.String() }

// inert is text of a capture without what a terminal might obey: viewers print it.
func inert(s string) string { return string(escape.AppendText(nil, s)) }
