package sdp

const (
	// MaxDescription is the longest description that is read, in octets. Offers of browsers,
	// the longest there are, have some 8 KiB.
	MaxDescription = 16 << 10
	// maxMedia, maxCodecs and maxKeying bound what is kept of one description. Session.Cut
	// tells that there was more.
	maxMedia  = 16
	maxCodecs = 32
	maxKeying = 8
	// maxText bounds each string that is kept, in octets.
	maxText = 128
)
