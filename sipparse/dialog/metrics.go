package dialog

import "time"

// Delay is a time span that may be unknown. The zero value is not: see noMetrics.
type Delay struct{ d time.Duration }

// Get returns the span; ok is false if it is not known.
func (d Delay) Get() (span time.Duration, ok bool) { return d.d, d.d >= 0 }

// set takes the first span there is. One that runs backwards is none: the capture's clock jumped.
func (d *Delay) set(from, to time.Time) {
	if span := to.Sub(from); d.d < 0 && span >= 0 && !from.IsZero() {
		d.d = span
	}
}

// Metrics are those of RFC 6076 that one call has. They are measured where the capture was made,
// which need not be at the user agent.
type Metrics struct {
	RRD Delay // Registration Request Delay: REGISTER, the first of a chain of challenges, to 2xx (Section 4.1)
	SRD Delay // Session Request Delay: INVITE to the first response that tells something, no 100 and no challenge (Section 4.3)
	SDD Delay // Session Disconnect Delay: BYE, the first of a chain of challenges, to 2xx (Section 4.4)
	SDT Delay // Session Duration Time: 2xx to BYE (Section 4.5)
}

var noMetrics = Metrics{Delay{-1}, Delay{-1}, Delay{-1}, Delay{-1}}

// Totals count over the calls that were told.
type Totals struct {
	Calls                int
	Invites              int // that lead: each attempt once, whatever hops and branches show it
	Established          int // sessions with a 2xx
	Redirected           int // attempts answered with 3xx, 401, 402 or 407
	Effective            int // with 480, 486, 600 or 603: the network did its work
	Ineffective          int // with 408, 500, 503 or 504
	Completed            int // sessions whose BYE was answered with 2xx
	Registers            int
	IneffectiveRegisters int // answered with 4xx but 401, 402 and 407, 5xx or 6xx
}

func (t *Totals) refused(status int) {
	switch status {
	case 480, 486, 600, 603:
		t.Effective++
	case 408, 500, 503, 504:
		t.Ineffective++
	}
	if status < 400 || challenged(status) {
		t.Redirected++
	}
}

func challenged(status int) bool { return status == 401 || status == 402 || status == 407 }

func (t *Totals) add(o *Totals) {
	t.Calls += o.Calls
	t.Invites += o.Invites
	t.Established += o.Established
	t.Redirected += o.Redirected
	t.Effective += o.Effective
	t.Ineffective += o.Ineffective
	t.Completed += o.Completed
	t.Registers += o.Registers
	t.IneffectiveRegisters += o.IneffectiveRegisters
}

// SER is the Session Establishment Ratio in percent (RFC 6076, Section 4.6); ok is false if there
// is nothing to divide by.
func (t *Totals) SER() (percent float64, ok bool) {
	return ratio(t.Established, t.Invites-t.Redirected)
}

// SEER is the Session Establishment Effectiveness Ratio in percent (Section 4.7).
func (t *Totals) SEER() (percent float64, ok bool) {
	return ratio(t.Established+t.Effective, t.Invites-t.Redirected)
}

// ISA is the share of Ineffective Session Attempts in percent (Section 4.8).
func (t *Totals) ISA() (percent float64, ok bool) { return ratio(t.Ineffective, t.Invites) }

// SCR is the Session Completion Ratio in percent (Section 4.9).
func (t *Totals) SCR() (percent float64, ok bool) { return ratio(t.Completed, t.Invites) }

// IRA is the share of Ineffective Registration Attempts in percent (Section 4.2).
func (t *Totals) IRA() (percent float64, ok bool) {
	return ratio(t.IneffectiveRegisters, t.Registers)
}

func ratio(part, whole int) (float64, bool) {
	if whole <= 0 {
		return 0, false
	}
	return 100 * float64(part) / float64(whole), true
}
