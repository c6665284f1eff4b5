package sipsecdump

import (
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// tally counts events for the summary. Each goroutine has its own; sums have no order.
type tally struct{ report.Summary }

func (t *tally) count(e *report.Event) {
	switch b := e.Body.(type) {
	case *report.Record:
		if b.Err != nil {
			t.Malformed++
		}
		for i := range b.Messages {
			if b.Messages[i].Err != nil {
				t.Malformed++
			}
		}
	case *report.Verdict:
		t.TLSConnections++
		if b.Outcome == tlsparse.Decrypted {
			t.TLSDecrypted++
		} else if b.RecordsEncrypted > 0 {
			t.TLSUndecrypted++
		}
	case *report.SIP:
		t.SIPMessages++
		t.Malformed += uint64(len(b.Message.Issues))
		for i := range b.Parts {
			t.Malformed += uint64(len(b.Parts[i].Issues))
			if m := b.Parts[i].Message; m != nil {
				t.Malformed += uint64(len(m.Issues))
			}
		}
	case *report.CMS:
		t.CMSObjects++
		for _, is := range b.Object.Issues {
			if is.Malformed() {
				t.Malformed++
			}
		}
		for i := range b.Signers {
			if b.Signers[i].Verified {
				t.SignaturesVerified++
			} else {
				t.SignaturesFailed++
			}
		}
	case *report.Finding:
		t.Findings++
	case *report.Anomaly:
		t.Anomalies++
	}
}

func (t *tally) add(o *tally) {
	t.Packets += o.Packets
	t.Connections += o.Connections
	t.SIPMessages += o.SIPMessages
	t.TLSConnections += o.TLSConnections
	t.TLSDecrypted += o.TLSDecrypted
	t.TLSUndecrypted += o.TLSUndecrypted
	t.CMSObjects += o.CMSObjects
	t.SignaturesVerified += o.SignaturesVerified
	t.SignaturesFailed += o.SignaturesFailed
	t.Malformed += o.Malformed
	t.Anomalies += o.Anomalies
	t.Findings += o.Findings
	t.AfterReset += o.AfterReset
	t.Truncated = t.Truncated || o.Truncated
}

// summarize adds up what the goroutines counted. They have ended.
func summarize(reader *tally, shards []*shard) *report.Summary {
	sum := *reader
	for _, s := range shards {
		sum.add(&s.tally)
		sum.add(&s.contents.tally)
	}
	if sum.Truncated {
		sum.ExitStatus = 1
	}
	return &sum.Summary
}
