package interop_test

var cmsCases = []ruleCase{}
