// Package findings puts the findings of a run together, for people and for the programs that
// collect the results of checks.
//
//	events → List → grouped text, the worst first, with a table at its end
//	              → Markdown, the same for a page
//	              → SARIF 2.1.0 (OASIS), one result for each finding
//	              → JUnit XML, one test case for each rule that was looked at
//
// What is told of a finding was in the capture, and may hold anything: each format escapes it in
// its own way.
package findings
