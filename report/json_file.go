package report

// jsonFileCMS is a CMS object that came in a file.
type jsonFileCMS struct {
	Name string `json:"name"`
	jsonCMS
}

type jsonTree struct {
	Name   string      `json:"name"`
	Part   string      `json:"part"`
	Label  string      `json:"label,omitempty"`
	Length int         `json:"length"`
	Tree   []jsonNode  `json:"tree"`
	Issues []jsonIssue `json:"issues,omitempty"`
}

func jsonTreeOf(t *Tree) jsonTree {
	j := jsonTree{Name: t.Name, Part: t.Path, Label: t.Label, Length: len(t.Object.Raw), Tree: []jsonNode{}}
	for n := range t.Object.Tree() {
		j.Tree = append(j.Tree, jsonNode(n))
	}
	for _, is := range t.Object.Issues {
		if is.Code != "not-content-info" { // it need not be one
			j.Issues = append(j.Issues, jsonIssue(is))
		}
	}
	return j
}

// jsonFileCertificate is a certificate that came in a file.
type jsonFileCertificate struct {
	Name string `json:"name"`
	jsonCertificate
	Findings []jsonIssue `json:"findings,omitempty"`
}
