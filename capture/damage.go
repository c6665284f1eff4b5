package capture

// Damage is a place of a file that could not be read. What is behind it was read on.
type Damage struct {
	Packet  uint64 // the last packet before it; 0 if there was none
	Offset  int64  // in the (decompressed) file, of the record or block that is wrong
	Skipped int64  // octets passed over, from Offset on; 0 if only a part of a block was lost, or it is not known
	Text    string // what is wrong, lower case, without a full stop
	More    int    // places behind this one that there was no room to tell of
}

// maxResume is the longest record or block that reading resumes at: half as far as
// reading looks ahead, so that it gets on by the other half each time.
const maxResume = lookAhead / 2

// damaged keeps what e says for the caller.
func (r *Reader) damaged(e *FormatError, skipped int64) {
	if n := len(r.damage); n == MaxDamage {
		r.damage[n-1].More++
		return
	}
	r.damage = append(r.damage, Damage{Packet: r.number, Offset: e.Offset, Skipped: skipped, Text: e.Text})
}
