package capture

import "time"

// The bounds of this package. A file that asks for more ends with a [FormatError] that names
// the bound; a packet that asks for more is given up with a [Note].
const (
	// MaxPacketLength is the most octets one packet may have in a file. It is libpcap's
	// MAXIMUM_SNAPLEN; a record that declares more is damage.
	MaxPacketLength = 256 << 10

	// MaxInterfaces is the most interfaces in one pcapng section: as many as its obsolete
	// packet block can number.
	MaxInterfaces = 1 << 16

	// MaxSecrets is the most octets of decryption secrets that wait for [Reader.Secrets].
	// It holds the key log of some 80000 connections.
	MaxSecrets = 16 << 20

	// MaxTexts is the most octets of comments and names that wait for [Reader.Remarks] and
	// [Reader.Names], each with textCost octets on top.
	MaxTexts = 4 << 20

	// MaxDamage is how many damaged places wait for [Reader.Damage].
	MaxDamage = 64

	// MaxBlockLength is the most octets of a pcapng block, but for decryption secrets: as
	// much as Wireshark reads. A block that declares more is damage.
	MaxBlockLength = 16 << 20

	// MaxWindow is the most octets that inflating looks back: what RFC 8878, Section
	// 3.1.1.1.2, asks of every decoder. Files of zstd --long or --ultra need more.
	MaxWindow = 8 << 20

	// MaxHeaders is the most link, network, extension and tunnel headers in one packet. The
	// deepest real stacks (QinQ, two tunnels, IPv6 extensions) have about fifteen.
	MaxHeaders = 64

	// MaxDatagrams is the most fragmented IP packets put together at a time; the one that
	// waited longest makes room. With 64 KiB each, all of them take 8 MiB.
	MaxDatagrams = 128

	// MaxFrames is the most fragmented IEEE 802.11 frames put together at a time; the one
	// that waited longest makes room. All of them take 360 KiB.
	MaxFrames = 32

	// MaxFrameAge is the longest time between the first and the last fragment of an IEEE
	// 802.11 frame: what receivers wait by default, 512 units of 1024 microseconds (IEEE
	// 802.11, dot11MaxReceiveLifetime). Sequence numbers come back after 4096 frames.
	MaxFrameAge = 512 * 1024 * time.Microsecond

	// DedupePackets is the most packets between the copies of one that are recognised: a
	// burst on the other interfaces of a host.
	DedupePackets = 64

	// DedupeAge is the longest time between the copies of one packet. A router's queue
	// holds a packet for milliseconds; the shortest repetition of SIP's is 500 ms (RFC
	// 3261, Section 17.1.1.1), TCP's 200 ms in practice.
	DedupeAge = 20 * time.Millisecond

	// FragmentCopyAge is the longest time between a packet that was put together and further
	// fragments of it that are taken for copies, and not missed the rest of: those of another
	// interface, or of a network that repeats packets. An identification of 16 bits does not
	// come back so soon.
	FragmentCopyAge = time.Second

	// MaxFragmentAge is the longest time between the first and the last fragment of a
	// packet, by the capture's clock (RFC 8200, Section 4.5). Identifications come back;
	// an old fragment must not end up in a new packet.
	MaxFragmentAge = 60 * time.Second
)
