package interop

// sipRules are the rules about SIP messages, and what they show together.
var sipRules = []Rule{}
