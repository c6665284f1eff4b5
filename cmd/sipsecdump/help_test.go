package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// TestHelpFitsTerminals asks every command for help.
func TestHelpFitsTerminals(t *testing.T) {
	var visit func(c *cobra.Command, path []string)
	visit = func(c *cobra.Command, path []string) {
		var out, complaints bytes.Buffer
		args := append(path[:len(path):len(path)], "--help")
		if code := run(t.Context(), args, nil, &out, &complaints); code != exitAnalysed || out.Len() == 0 || complaints.Len() > 0 {
			t.Errorf("%v: exit %d, %d octets, %s", args, code, out.Len(), &complaints)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if n := utf8.RuneCountInString(line); n > helpWidth {
				t.Errorf("%v: %d columns: %s", args, n, line)
			}
		}
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				visit(sub, append(path[:len(path):len(path)], sub.Name()))
			}
		}
	}
	visit(newRoot(&streams{}), nil)
}
