package interop

// tlsRules are the rules about TLS handshakes.
var tlsRules = []Rule{}
