package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/term"
)

// openOutput opens --output, or takes standard output.
func (o *dumpOptions) openOutput(s *streams) (io.Writer, func() error, error) {
	if o.output == "" {
		return s.create(standardOutput)
	}
	return s.create(o.output)
}

// standardOutput is its name where files are named.
const standardOutput = "-"

// create makes a file, or takes standard output if that is what the name says.
func (s *streams) create(name string) (io.Writer, func() error, error) {
	if name == standardOutput {
		return s.out, func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// refuseOverwrite returns a usage error if an output is a file that is read, or another output:
// opening it would empty it. Devices, pipes and folders are nobody's loss.
func (o *dumpOptions) refuseOverwrite(inputs []string) error {
	outputs := []struct{ flag, name string }{
		{"--output", o.output}, {"--export-keylog", o.exportKeyLog}, {"--archive", o.archive},
	}
	inUse := slices.Concat(inputs, o.keys, o.certs, o.cas, o.crls, o.passFiles, o.secretFiles, o.keyLogs)
	for i, out := range outputs {
		if out.name == "" || out.name == standardOutput {
			continue
		}
		for _, other := range outputs[:i] {
			if out.name == other.name {
				return usageError{fmt.Errorf("%s: %s is that of %s too", out.flag, out.name, other.flag)}
			}
		}
		there, err := os.Stat(out.name)
		if err != nil || !there.Mode().IsRegular() {
			continue
		}
		for _, name := range inUse {
			if info, err := os.Stat(name); err == nil && os.SameFile(info, there) {
				return usageError{fmt.Errorf("%s: %s is in use as %s, and would be overwritten", out.flag, out.name, name)}
			}
		}
		inUse = append(inUse, out.name)
	}
	return nil
}

// colored reads --color.
func (o *dumpOptions) colored(s *streams) (bool, error) {
	switch o.color {
	case "auto":
		return o.output == "" && isTerminal(s.out) && os.Getenv("NO_COLOR") == "", nil
	case "always":
		return true, nil
	case "never":
		return false, nil
	}
	return false, unknown("--color", o.color, []string{"auto", "always", "never"})
}

// wantsJSON reads --format and --json.
func (o *dumpOptions) wantsJSON() (bool, error) {
	switch {
	case o.json || o.format == "json":
		return true, nil
	case o.format == "text":
		return false, nil
	}
	return false, unknown("--format", o.format, []string{"text", "json"})
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
