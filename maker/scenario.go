package maker

import (
	"context"

	"sipsecdump/maker/certs"
)

// Info describes a scenario.
type Info struct {
	Name string // what Options.Scenario is
	Help string // one line, lower case
}

// scenario is an Info and how to play it.
type scenario struct {
	Info
	transport string // the default
	// body makes the body of the MESSAGE; nil: play plays something else.
	body func(*smime) (entity, error)
	play func(*machine, context.Context) error
	// signed and encrypted say whose keys it takes: the sender's, the recipient's.
	signed, encrypted bool
}

var scenarios = []scenario{
	{Info{"tls", "a MESSAGE and its 200 over TLS (RFC 6216, 3)"}, "tls", (*smime).plain, nil, false, false},
	{Info{"signed", "a signed MESSAGE and its 200 (RFC 6216, 4.1)"}, "tcp", (*smime).signed, nil, true, false},
	{Info{"encrypted", "an encrypted MESSAGE and its 200 (RFC 6216, 4.2)"}, "tcp", (*smime).encrypted, nil, false, true},
	{Info{"signed-encrypted", "an encrypted, then signed MESSAGE and its 200 (RFC 6216, 4.3)"}, "tcp", (*smime).signedEncrypted, nil, true, true},
	{Info{"calls", "INVITE calls of seven messages with SDP (RFC 3665, 3.1)"}, "tcp", nil, (*machine).playCalls, false, false},
	{Info{scriptScenario, "messages of files, as they are; requests by the client"}, "tcp", nil, (*machine).playScript, false, false},
}

// scriptScenario plays Options.Script.
const scriptScenario = "script"

// Scenarios returns the scenarios, simplest first.
func Scenarios() []Info {
	list := make([]Info, len(scenarios))
	for i, s := range scenarios {
		list[i] = s.Info
	}
	return list
}

func findScenario(name string) (scenario, error) {
	var have []string
	for _, s := range scenarios {
		if s.Name == name {
			return s, nil
		}
		have = append(have, s.Name)
	}
	return scenario{}, &certs.UnknownError{What: "scenario", Name: name, Have: have}
}
