package main

import (
	"fmt"
	"os"
	"slices"
)

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
