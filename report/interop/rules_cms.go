package interop

// cmsRules are the rules about CMS objects.
var cmsRules = []Rule{}
