package interop_test

var tlsCases = []ruleCase{}
