package maker

import (
	"bytes"
	"context"
	"time"
)

// Turn is one message of a script.
type Turn struct {
	Data   []byte        // the message, as it is sent: nothing is added, mended or checked
	Server bool          // the server sends it, not the client
	Pause  time.Duration // what passes before it, beside the time that packets take
	// Connect begins another connection with it, once the one before is closed.
	Connect bool
}

// Script is the script of messages that follow each other on one connection: the client sends the
// requests and the server the responses.
func Script(messages ...[]byte) []Turn {
	turns := make([]Turn, len(messages))
	for i, m := range messages {
		turns[i] = Turn{Data: m, Server: bytes.HasPrefix(m, []byte("SIP/2.0 "))}
	}
	return turns
}

// playScript plays Options.Script.
func (m *machine) playScript(ctx context.Context) error {
	var a *association
	for i := range m.Script {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := &m.Script[i]
		m.pause(t.Pause)
		if a != nil && t.Connect {
			if err := a.close(); err != nil {
				return err
			}
			a = nil
		}
		if a == nil {
			var err error
			if a, err = m.associate(); err != nil {
				return err
			}
		}
		from := client
		if t.Server {
			from = server
		}
		if err := m.say(a, from, t.Data); err != nil {
			return err
		}
		if err := a.flush(); err != nil {
			return err
		}
	}
	m.pause(time.Second)
	return a.close()
}
