package interop

// CodesOfCertificates and CodesOfTLS are the codes of issues that have rules.
func CodesOfCertificates() []string { return codesOf(certificateIssue) }
func CodesOfTLS() []string          { return codesOf(tlsIssue) }

func codesOf(from room) []string {
	var codes []string
	for i := range table {
		if r := &table[i]; r.issue.room == from {
			codes = append(append(codes, r.issue.code), r.alike...)
		}
	}
	return codes
}
