package sipsecdump

import (
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/sipparse/dialog"
	"sipsecdump/sipparse/identity"
)

// note makes the ordered stage's note of a message.
func (c *contents) note(d *delivery, sip *report.SIP) {
	to := extend(&c.out.notes)
	to.file, to.packet = d.file, d.number
	if c.options.Rules != nil {
		f := extend(&c.out.facts)
		interop.FactsOf(f, sip)
		f.Lossy = d.lossy
	}
	s, n := &c.summarizer, &to.Note
	s.Summarize(n, sip.Message)
	n.Time, n.Path = d.at, d.path
	if len(sip.Identities) > 0 {
		n.Detailed().Identity = vouched(sip.Identities)
	}
	for i := range sip.Parts {
		p := &sip.Parts[i]
		s.Part(n, p.Part)
		if p.CMS != nil {
			n.Detailed().Signed.Add(overRepaired(signed(p.CMS), p.CMS))
			n.Detailed().Encrypted.Add(overRepaired(encrypted(p.CMS), p.CMS))
		}
	}
}

// overRepaired is the verdict on an object that damage may have been taken out of.
func overRepaired(v dialog.Verdict, c *report.CMS) dialog.Verdict {
	v.Repaired = v.Outcome != dialog.NotThere && c.Repaired > 0
	return v
}

// signed is the verdict on the signatures of an object: the worst of its signers'.
func signed(c *report.CMS) dialog.Verdict {
	var v dialog.Verdict
	for i := range c.Signers {
		r := &c.Signers[i]
		v.Add(checked(r.Verified, r.Tried, r.Reason))
	}
	return v
}

// encrypted is the verdict on the encryption of an object. That its key is not at hand is no
// failure of the encryption.
func encrypted(c *report.CMS) dialog.Verdict {
	switch d := c.Decrypt; {
	case d == nil:
		return dialog.Verdict{}
	case d.Decrypted:
		return dialog.Verdict{Outcome: dialog.Held}
	case d.Reason == "no-key" || d.Reason == "key-mismatch":
		return dialog.Verdict{Outcome: dialog.NotTried, Reason: d.Reason}
	default:
		return dialog.Verdict{Outcome: dialog.Failed, Reason: d.Reason}
	}
}

// vouched is the verdict on the Identity header fields of a message: the worst of them.
func vouched(results []identity.Result) dialog.Verdict {
	var v dialog.Verdict
	for i := range results {
		r := &results[i]
		v.Add(checked(r.Verified, r.Tried, r.Reason))
	}
	return v
}

// checked is the verdict on one signature.
func checked(verified, tried bool, reason string) dialog.Verdict {
	switch {
	case verified:
		return dialog.Verdict{Outcome: dialog.Held}
	case tried:
		return dialog.Verdict{Outcome: dialog.Failed, Reason: reason}
	default:
		return dialog.Verdict{Outcome: dialog.NotTried, Reason: reason}
	}
}
