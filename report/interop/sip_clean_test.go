package interop_test

import (
	"strings"
	"testing"

	"sipsecdump/maker"
	"sipsecdump/report"
)

// TestCleanSIP: what the makers make by default gives no rule about SIP more than a note.
func TestCleanSIP(t *testing.T) {
	for _, scenario := range maker.Scenarios() {
		for _, transport := range maker.Transports() {
			o := maker.Options{Scenario: scenario.Name, Transport: transport, Keys: commonKeys()}
			o.Secrets = transport == "tls" || transport == "wss"
			if o.Scenario == "script" || o.Scenario == "tls" && !o.Secrets {
				continue
			}
			t.Run(scenario.Name+" "+transport, func(t *testing.T) {
				capture, options := made(o)(t)
				for _, f := range check(t, capture, options) {
					// Signed and encrypted messages are as large as they are.
					if f.Severity > report.Note && strings.HasPrefix(f.Rule, "sip-") && f.Rule != "sip-datagram-size" {
						t.Errorf("%s: %s", f.Rule, f.Text)
					}
				}
			})
		}
	}
}
