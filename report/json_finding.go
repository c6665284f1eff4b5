package report

// jsonFinding is what a finding says; the message that it is about stands in front.
type jsonFinding struct {
	Rule        string   `json:"rule"`
	Severity    string   `json:"severity"`
	Sections    []string `json:"sections,omitempty"`
	Text        string   `json:"text"`
	Asks        string   `json:"asks"`
	Advice      string   `json:"advice"`
	Part        string   `json:"part,omitempty"`
	Record      int      `json:"record,omitempty"`
	Certificate string   `json:"certificate,omitempty"`
	Call        string   `json:"call,omitempty"`
}

func jsonFindingOf(f *Finding) jsonFinding {
	return jsonFinding{
		f.Rule, f.Severity.String(), f.Sections, f.Text, f.Asks, f.Advice,
		f.Part, f.Record, f.Certificate, f.Call,
	}
}
