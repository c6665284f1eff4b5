package interop

// certificateRules are the rules about certificates.
var certificateRules = []Rule{}
