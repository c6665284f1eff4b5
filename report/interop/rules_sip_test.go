package interop_test

var sipCases = []ruleCase{}
