package interop_test

var certificateCases = []ruleCase{}
