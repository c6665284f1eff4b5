package maker

import "sipsecdump/maker/certs"

// Info describes a scenario.
type Info struct {
	Name string // what Options.Scenario is
	Help string // one line, lower case
}

// scenario is an Info and how to play it.
type scenario struct {
	Info
	transport string // the default
	// body makes the body of the MESSAGE; nil: INVITE calls instead.
	body func(*smime) (entity, error)
	// signed and encrypted say whose keys it takes: the sender's, the recipient's.
	signed, encrypted bool
}

var scenarios = []scenario{
	{Info{"tls", "a MESSAGE and its 200 over TLS (RFC 6216, 3)"}, "tls", (*smime).plain, false, false},
	{Info{"signed", "a signed MESSAGE and its 200 (RFC 6216, 4.1)"}, "tcp", (*smime).signed, true, false},
	{Info{"encrypted", "an encrypted MESSAGE and its 200 (RFC 6216, 4.2)"}, "tcp", (*smime).encrypted, false, true},
	{Info{"signed-encrypted", "an encrypted, then signed MESSAGE and its 200 (RFC 6216, 4.3)"}, "tcp", (*smime).signedEncrypted, true, true},
	{Info{"calls", "INVITE calls of seven messages with SDP (RFC 3665, 3.1)"}, "tcp", nil, false, false},
}

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
