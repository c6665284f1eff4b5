package interop

import "slices"

// cmsRules are the rules about CMS objects.
var cmsRules = slices.Concat(cmsEncodingRules, cmsSyntaxRules, cmsAlgorithmRules)
