package dialog

import (
	"net/netip"
	"slices"
	"time"

	"sipsecdump/sipparse"
)

// Call is everything that is known of one Call-ID when it is told. Its memory serves another call
// then; its strings stay valid, and so does a Clone.
type Call struct {
	CallID   string // "" if its messages have none: such messages are put together by flow
	Method   string // of the first message
	From, To string // URIs, of the first message that has them
	FromTag  string
	Src, Dst netip.AddrPort // of the first message, as a request's
	State    State
	// Status and Phrase are those of the final response that State follows from; 0 if none.
	Status int
	Phrase string

	Started  time.Time // of the first message
	Answered time.Time // of the first 2xx to the INVITE; zero if there is none
	Ended    time.Time // of what ended it: BYE, failure, final response; zero if nothing did
	Last     time.Time // of the last message

	First, LastMessage uint64 // numbers of messages
	Messages           int
	Retransmissions    int
	Dialogs            []Dialog
	DialogsOmitted     int
	Modifications      int // re-INVITEs and UPDATEs, each once
	Contact            string
	Reason, Warning    string // the first there were

	Media     Media
	Transfers []Transfer
	// TransfersOmitted counts those beyond maxTransfers.
	TransfersOmitted int

	Metrics  Metrics
	Security Security
	Legs     []Leg
	// LegsOmitted tells that there were more than maxLegs.
	LegsOmitted bool
	// Evicted tells that the bound of memory told the call early: messages behind it begin a
	// call of their own.
	Evicted bool

	begun bool // the INVITE that was answered is in the capture
}

// Dialog is one of the dialogs in a session, one for each branch of a fork that answered with a
// tag (RFC 3261, Section 12).
type Dialog struct {
	FromTag, ToTag string // as the INVITE's From and To
	State          DialogState
}

// DialogState is how far a dialog got.
type DialogState uint8

// The states of dialogs.
const (
	Early DialogState = iota
	Confirmed
	Ended
)

func (s DialogState) String() string { return [...]string{"early", "confirmed", "terminated"}[s] }

// Transfer is a REFER inside a session (RFC 3515).
type Transfer struct {
	Message uint64 // the REFER's number
	To      string // the URI in Refer-To
	Status  int    // what the last NOTIFY told of it, or a refusal of the REFER; 0 if nothing did

	tag  string // of the REFER's From
	cseq uint32
}

// Leg is another call that this one is linked to.
type Leg struct {
	CallID string
	By     string // "session-id", "x-call-id" or "replaces"
}

// Clone returns a copy that is the caller's to keep.
func (c *Call) Clone() *Call {
	d := *c
	d.Dialogs, d.Transfers, d.Legs = slices.Clone(c.Dialogs), slices.Clone(c.Transfers), slices.Clone(c.Legs)
	d.Media.Changes = slices.Clone(c.Media.Changes)
	s := &d.Security
	s.Transports, s.TLS, s.Media = slices.Clone(s.Transports), slices.Clone(s.TLS), slices.Clone(s.Media)
	return &d
}

// Setup is how long the session took from its first message to the answer; ok is false if it has
// none, or if its INVITE is not in the capture.
func (c *Call) Setup() (span time.Duration, ok bool) {
	span = c.Answered.Sub(c.Started)
	return span, c.begun && span >= 0
}

// kind is what a call's rules are.
type kind uint8

const (
	plain kind = iota
	session
	registration
	subscription
)

// call is a Call that may go on.
type call struct {
	Call

	key      string
	octets   int
	deadline time.Duration // of the table's clock
	place    int           // in the table's heap; -1 if it is not there
	in       *queue        // of the table's; nil if the call is new
	newer    *call         // there
	older    *call
	links    []*link
	counts   Totals

	kind         kind
	text         text         // the call's and its transactions'
	latest       *transaction // and those before it
	transactions int
	lead         *transaction // whose failure is the call's
	answered     bool         // the leading transaction has a 2xx
	hangup       *transaction // the BYE that ended the session, the last of a chain of challenges, on its first hop
	failed       int          // the last failure on another branch, and its phrase
	failedPhrase string
	modified     struct {
		tag  string
		cseq uint32
	}
	chain   time.Time // the first REGISTER of those that challenges led to
	expires time.Duration
	leaves  bool // the leading REGISTER asks for no binding to last
	sides   [2]side
	paths   [2]*Path // the last two new ones: there and back

	// What most calls have as many of: the transactions are INVITE, ACK and BYE.
	first struct {
		transactions [3]transaction
		dialogs      [1]Dialog
		transports   [1]string
		tls          [1]TLS
	}
}

// begin is the call's first message.
func (c *call) begin(n *Note, key string) {
	c.kind = kindOf(n)
	branches := 1
	if c.kind == session {
		branches = len(c.first.transactions)
	}
	c.text.reserve(len(key) + len(n.From) + len(n.To) + len(n.Contact) + len(n.SentBy) +
		2*len(n.FromTag) + branches*len(n.Branch) + phraseText)
	c.key = c.text.copy(key)
	if n.CallID != "" {
		c.CallID = c.key
	}
	c.Method = c.method(n.Method)
	c.Src, c.Dst = n.Src, n.Dst
	if !n.Request {
		c.Src, c.Dst = n.Dst, n.Src
	}
	c.Started, c.First = n.Time, n.Message
	c.Metrics = noMetrics
	c.Dialogs = c.first.dialogs[:0:1]
	c.Security.Transports, c.Security.TLS = c.first.transports[:0:1], c.first.tls[:0:1]
	// As add would; but memory that is new costs two page faults if it is read first.
	c.paths[0] = n.Path
	c.Security.path(n.Path)
	c.place = -1
	c.octets = callOctets + len(key)
	c.counts = Totals{Calls: 1}
}

func kindOf(n *Note) kind {
	switch n.Method {
	case "INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE":
		return session
	case "REGISTER":
		return registration
	case "SUBSCRIBE", "NOTIFY", "REFER":
		return subscription
	case "INFO":
		return session // outside of one it has no meaning (RFC 6086)
	}
	return plain
}

// add takes the next message.
func (c *call) add(n *Note) {
	c.Messages++
	c.Last, c.LastMessage = n.Time, n.Message
	c.describe(n)
	if n.Path != c.paths[0] && n.Path != c.paths[1] {
		c.paths = [2]*Path{n.Path, c.paths[0]}
		c.Security.path(n.Path)
	}
	c.Security.add(n)

	t, fresh := c.transaction(n)
	if t.take(n, fresh, c) {
		c.Retransmissions++
		return
	}
	if c.kind != session && n.Method == "INVITE" && t.initial {
		c.kind, c.lead, c.State = session, nil, Unknown
	}
	c.media(n)
	switch c.kind {
	case session:
		c.session(n, t, fresh)
	case registration:
		c.registration(n, t, fresh)
	case subscription:
		c.subscription(n, t, fresh)
	default:
		c.plain(n, t, fresh)
	}
}

// describe takes what the first message that has it tells.
func (c *call) describe(n *Note) {
	set := func(to *string, v string) {
		if *to == "" && v != "" {
			*to = c.text.copy(v)
			c.octets += len(v)
		}
	}
	set(&c.From, n.From)
	set(&c.To, n.To)
	set(&c.FromTag, n.FromTag)
	set(&c.Contact, n.Contact)
	if d := n.Details; d != nil {
		set(&c.Reason, d.Reason)
		set(&c.Warning, d.Warning)
	}
}

// transaction finds the message's transaction, or opens it.
func (c *call) transaction(n *Note) (t *transaction, fresh bool) {
	if t = c.find(n); t != nil {
		return t, false
	}
	switch i := c.transactions; {
	case i >= maxTransactions:
		t = c.forget()
	case i < len(c.first.transactions):
		t = &c.first.transactions[i]
	default:
		t = new(transaction)
	}
	t.open(n, c)
	t.before, c.latest = c.latest, t
	c.transactions++
	c.octets += t.octets()
	return t, true
}

// find returns the transaction that a message belongs to, or nil.
func (c *call) find(n *Note) *transaction {
	t := c.latest
	for t != nil && !t.matches(n) {
		t = t.before
	}
	return t
}

// forget takes the oldest transaction out, but for the one that leads.
func (c *call) forget() *transaction {
	var oldest **transaction
	for p := &c.latest; *p != nil; p = &(*p).before {
		if *p != c.lead {
			oldest = p
		}
	}
	t := *oldest
	*oldest = t.before
	if t == c.hangup {
		c.hangup = nil
	}
	c.transactions--
	c.octets -= t.octets()
	return t
}

// method returns a method that outlives its note.
func (c *call) method(s string) string {
	if s == c.Method {
		return c.Method
	}
	if m := sipparse.MethodName(s); m != "" {
		return m
	}
	return c.keep(s)
}

// keep copies a string that outlives its note, unless the call has it already: the same few tags
// and hosts are in all its transactions.
func (c *call) keep(s string) string {
	switch s {
	case "":
		return ""
	case c.FromTag:
		return c.FromTag
	}
	for i := range c.Dialogs {
		if c.Dialogs[i].ToTag == s {
			return c.Dialogs[i].ToTag
		}
	}
	for t, i := c.latest, 0; t != nil && i < 4; t, i = t.before, i+1 {
		switch s {
		case t.sentBy:
			return t.sentBy
		case t.tag:
			return t.tag
		}
	}
	c.octets += len(s)
	return c.text.copy(s)
}

// leads makes a transaction the leading one if it begins a new attempt at what the call is for:
// its first, or one behind a failure, a challenge or a redirection.
func (c *call) leads(t *transaction, fresh bool) {
	if !fresh || t == c.lead {
		return
	}
	if l := c.lead; l != nil {
		if t.sameAttempt(l) {
			return // another hop, or branch of a fork
		}
		if c.kind == session && !l.final() && t.fromTag != l.fromTag {
			return // a back-to-back agent that keeps the Call-ID
		}
	}
	c.lead = t
	c.failed = 0
}

// plain follows a request that begins nothing lasting: MESSAGE, OPTIONS, PUBLISH, whatever.
func (c *call) plain(n *Note, t *transaction, fresh bool) {
	c.leads(t, fresh)
	if n.Request {
		if fresh && t == c.lead {
			c.anew(Trying)
		}
		return
	}
	c.conclude(n, t, Completed)
}

// anew gives the call the state in which another attempt begins: no response to it is final yet.
func (c *call) anew(state State) {
	c.State, c.Status, c.Phrase, c.Ended = state, 0, "", time.Time{}
}

// conclude takes a final response: to the leading transaction, or to another branch. It reports
// whether the call got a state from it.
func (c *call) conclude(n *Note, t *transaction, success State) bool {
	switch {
	case n.Status < 200:
		return false
	case n.Status >= 300 && t != c.lead:
		c.failed, c.failedPhrase = n.Status, c.keep(n.Phrase)
		return false
	}
	state := success
	if n.Status >= 300 {
		state = failure(n.Status)
	}
	c.end(n, state)
	return true
}

// end gives the call a state that a response is the reason of.
func (c *call) end(n *Note, state State) {
	c.State, c.Status, c.Phrase, c.Ended = state, n.Status, c.keep(n.Phrase), n.Time
}

// settle gives the state of a call that is told now.
func (c *call) settle() {
	switch c.State {
	case CallSetup, Ringing, Trying:
		if c.failed > 0 && c.lead != nil && !c.lead.final() && !c.pending() {
			// The leading transaction's end is not in the capture; all other branches failed.
			c.State, c.Status, c.Phrase = failure(c.failed), c.failed, c.failedPhrase
		}
	}
}

// pending reports whether a branch other than the leading one has no final response.
func (c *call) pending() bool {
	for t := c.latest; t != nil; t = t.before {
		if t != c.lead && t.sameAttempt(c.lead) && t.method == c.lead.method && !t.final() {
			return true
		}
	}
	return false
}

// elsewhere reports whether another transaction is of the same request, on another hop.
func (c *call) elsewhere(t *transaction) bool {
	for o := c.latest; o != nil; o = o.before {
		if o != t && o.method == t.method && o.sameAttempt(t) {
			return true
		}
	}
	return false
}

// over reports whether the call awaits only what comes late, and for how long it waits.
func (c *call) over() (time.Duration, bool) {
	switch c.State {
	case Completed:
		if c.kind == session && len(c.Transfers) == 0 && c.Security.reliable() {
			return hungUp, true
		}
		return grace, true
	case Cancelled, Rejected, Busy, Diverted, Unregistered, Expired, Terminated, Trying:
		return grace, true
	case Registered, Pending, Active:
		return c.expires + grace, true
	case Unknown:
		return grace, c.kind != session
	}
	return 0, false
}
