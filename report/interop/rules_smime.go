package interop

import "slices"

// smimeRules are the rules about S/MIME in SIP messages.
var smimeRules = slices.Concat(
	smimeMultipartRules, smimeEntityRules, smimeSignedRules, smimeSignatureRules, smimeSignerRules,
	smimeEncryptedRules, smimeTunnelRules, smimeMessageRules,
)
