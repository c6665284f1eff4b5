// Package escape is the way from octets of a capture to a terminal or a page.
//
// What a capture holds was written by strangers. A terminal obeys some of it: control
// characters move the cursor, change colours, set titles; direction controls of Unicode make
// a line read other than it is (https://www.unicode.org/reports/tr36/). This package lets
// graphic characters pass and shows everything else as an escape that stands for itself:
// \x1b, \u202e, \U000e0041.
//
// The text is for eyes. A backslash passes as it is, so escapes cannot be undone for sure;
// who needs the octets takes them from JSON or from a dump.
package escape
