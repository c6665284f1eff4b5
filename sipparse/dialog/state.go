package dialog

// State is what became of a call.
type State uint8

// The states. Those of sessions come first, in the words of sngrep and Wireshark.
const (
	Unknown      State = iota // the capture begins in the middle
	CallSetup                 // an INVITE without more than 100
	Ringing                   // a provisional response other than 100
	InCall                    // a 2xx to the INVITE
	Cancelled                 // CANCEL, or 487
	Rejected                  // any other final response from 400 on
	Busy                      // 486 or 600
	Diverted                  // 3xx
	Completed                 // a BYE ended the session; or a 2xx to another request
	Trying                    // a request other than INVITE without a final response
	Registered                // a 2xx to REGISTER
	Unregistered              // the same with Expires 0
	Expired                   // a registration or subscription that was not refreshed in time
	Pending                   // a subscription: a 2xx, no NOTIFY that says more
	Active                    // a subscription: NOTIFY says so
	Terminated                // a subscription: NOTIFY says so, or a 2xx to Expires 0
)

var stateNames = [...]string{
	"UNKNOWN", "CALL SETUP", "RINGING", "IN CALL", "CANCELLED", "REJECTED", "BUSY", "DIVERTED",
	"COMPLETED", "TRYING", "REGISTERED", "UNREGISTERED", "EXPIRED", "PENDING", "ACTIVE", "TERMINATED",
}

func (s State) String() string { return stateNames[s] }

// failure is the state that a final response other than 2xx leads to.
func failure(status int) State {
	switch {
	case status < 400:
		return Diverted
	case status == 486 || status == 600:
		return Busy
	case status == 487:
		return Cancelled
	}
	return Rejected
}
