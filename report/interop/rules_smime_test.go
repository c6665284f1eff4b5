package interop_test

import "sipsecdump/maker"

var smimeCases = []ruleCase{
	{
		rule:    "smime-transfer-encoding",
		trigger: made(maker.Options{Scenario: "encrypted", CMS: maker.CMS{Base64: true}}),
		clean:   made(maker.Options{Scenario: "encrypted"}),
		text:    "came in base64",
	},
}
