package interop

import "slices"

// sipRules are the rules about SIP messages, and what they show together.
var sipRules = slices.Concat(
	sipTransportRules, sipHeaderRules, sipResponseRules, sipSecurityRules, sipHistoryRules,
	sipIssueRules, sipIdentityRules,
)
