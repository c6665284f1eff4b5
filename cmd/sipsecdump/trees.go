package main

import "sipsecdump/cms"

// trees are the styles of ASN.1 trees, in the order they are told.
var trees = []cms.TreeStyle{cms.StyleRFC6216, cms.StyleDraft, cms.StyleDumpASN1}

func treeNames() []string {
	var names []string
	for _, t := range trees {
		names = append(names, t.String())
	}
	return names
}

func treeStyle(name string) (cms.TreeStyle, error) {
	for _, t := range trees {
		if t.String() == name {
			return t, nil
		}
	}
	return 0, unknown("--asn1", name, treeNames())
}
