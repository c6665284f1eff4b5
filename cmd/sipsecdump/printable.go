package main

import "sipsecdump/escape"

// printable makes a message fit for a terminal: names of files, and what libraries say about
// their contents, may hold anything.
func printable(s string) string { return string(escape.AppendText(nil, s)) }
