package dialog

import "time"

// registration follows REGISTER (RFC 3261, Section 10).
func (c *call) registration(n *Note, t *transaction, fresh bool) {
	if n.Method != "REGISTER" {
		return
	}
	c.leads(t, fresh)
	if n.Request {
		if !fresh || t != c.lead {
			return
		}
		c.counts.Registers++
		if c.chain.IsZero() {
			c.chain = n.Time
		}
		if c.State != Registered {
			c.anew(Trying)
		}
		c.expires = lasts(n)
		c.leaves = n.Expires == 0
		return
	}
	if n.Status >= 300 && t == c.lead && !challenged(n.Status) {
		if n.Status >= 400 {
			c.counts.IneffectiveRegisters++
		}
		c.chain = time.Time{}
	}
	if !c.conclude(n, t, Registered) || c.State != Registered {
		return
	}
	if t.request {
		c.Metrics.RRD.set(c.chain, n.Time)
	}
	c.chain = time.Time{}
	if n.Expires >= 0 {
		c.expires = lasts(n)
	}
	if c.leaves || n.Expires == 0 {
		c.State = Unregistered // whatever other bindings the response lists
	}
	if c.State == Registered {
		c.Ended = time.Time{}
	}
}

// subscription follows SUBSCRIBE, or REFER, and the NOTIFYs behind it (RFC 6665).
func (c *call) subscription(n *Note, t *transaction, fresh bool) {
	if n.Method == "NOTIFY" {
		if n.Request {
			c.notify(n)
		}
		if c.Method != "NOTIFY" {
			return
		}
		// One that nobody asked for, or whose SUBSCRIBE is not in the capture.
		if c.State == Unknown || c.State == Trying {
			c.plain(n, t, fresh)
		}
		return
	}
	switch n.Method {
	case "REFER":
		c.refer(n, t)
	case "SUBSCRIBE":
	default:
		return
	}
	c.leads(t, fresh)
	if n.Request {
		if fresh && t == c.lead {
			if c.State == Unknown || c.State == Rejected {
				c.anew(Trying)
			}
			c.expires = lasts(n)
		}
		return
	}
	state := Pending
	if c.State == Active || c.State == Terminated {
		state = c.State // the NOTIFY was faster, or this is a refresh
	}
	if !c.conclude(n, t, state) {
		return
	}
	switch {
	case n.Status >= 300:
	case n.Expires == 0 || n.Expires < 0 && n.Method == "SUBSCRIBE" && c.expires == 0:
		c.State = Terminated
	default:
		if n.Expires > 0 {
			c.expires = lasts(n)
		}
		if state != Terminated {
			c.Ended = time.Time{}
		}
	}
}

func (c *call) notify(n *Note) {
	c.referred(n)
	state := n.details().Subscription
	if n.Expires >= 0 && state != "terminated" {
		c.expires = lasts(n)
	}
	switch state {
	case "active":
		c.State, c.Ended = Active, time.Time{}
	case "pending":
		c.State, c.Ended = Pending, time.Time{}
	case "terminated":
		c.State, c.Ended = Terminated, n.Time
	}
}

// lasts is how long what a message asks for or grants lasts. Without a word on it, an hour: what
// RFC 3261, Section 10.2 and RFC 3903 recommend.
func lasts(n *Note) time.Duration {
	if n.Expires < 0 {
		return time.Hour
	}
	if n.Expires > int64(maxExpires/time.Second) {
		return maxExpires
	}
	return time.Duration(n.Expires) * time.Second
}
