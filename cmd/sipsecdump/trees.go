package main

import "sipsecdump/cms"

func treeNames() []string {
	var names []string
	for _, t := range cms.TreeStyles {
		names = append(names, t.String())
	}
	return names
}

func treeStyle(name string) (cms.TreeStyle, error) {
	style, ok := cms.ParseTreeStyle(name)
	if !ok {
		return 0, unknown("--asn1", name, treeNames())
	}
	return style, nil
}
