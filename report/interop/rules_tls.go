package interop

import "slices"

// tlsRules are the rules about TLS handshakes.
var tlsRules = slices.Concat(
	tlsVersionRules, tlsSuiteRules, tlsExtensionRules, tlsCertificateRules, tlsChainRules, tlsEndRules, tlsRecordRules,
)
