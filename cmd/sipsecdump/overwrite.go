package main

import (
	"fmt"
	"os"
	"slices"
)

// refuseOverwrite returns a usage error if an output is a file that is read, or the other output:
// opening it would empty it. Devices, pipes and folders are nobody's loss.
func (o *dumpOptions) refuseOverwrite(inputs []string) error {
	outputs := []struct{ flag, name string }{{"--output", o.output}, {"--export-keylog", o.exportKeyLog}}
	read := slices.Concat(inputs, o.keys, o.certs, o.cas, o.crls, o.passFiles, o.secretFiles, o.keyLogs)
	for i, out := range outputs {
		if out.name == "" || out.name == "-" {
			continue
		}
		if i > 0 && out.name == outputs[0].name {
			return usageError{fmt.Errorf("%s: %s is that of %s too", out.flag, out.name, outputs[0].flag)}
		}
		there, err := os.Stat(out.name)
		if err != nil || !there.Mode().IsRegular() {
			continue
		}
		if i > 0 {
			read = append(read, outputs[0].name)
		}
		for _, name := range read {
			if info, err := os.Stat(name); err == nil && os.SameFile(info, there) {
				return usageError{fmt.Errorf("%s: %s is in use as %s, and would be overwritten", out.flag, out.name, name)}
			}
		}
	}
	return nil
}
