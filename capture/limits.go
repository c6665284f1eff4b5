package capture

import "time"

// The bounds of this package. A file that asks for more ends with a [FormatError] that names
// the bound; a packet that asks for more is given up with a [Note].
const (
	// MaxPacketLength is the most octets one packet may have in a file. It is libpcap's
	// MAXIMUM_SNAPLEN; a record that declares more is damage, and gopacket may not be
	// asked to make room for it.
	MaxPacketLength = 256 << 10

	// MaxInterfaces is the most interfaces in one pcapng section: as many as its obsolete
	// packet block can number.
	MaxInterfaces = 1 << 16

	// MaxSecrets is the most octets of decryption secrets that wait for [Reader.Secrets].
	// It holds the key log of some 80000 connections.
	MaxSecrets = 16 << 20

	// MaxHeaders is the most link, network, extension and tunnel headers in one packet. The
	// deepest real stacks (QinQ, two tunnels, IPv6 extensions) have about fifteen.
	MaxHeaders = 64

	// MaxDatagrams is the most fragmented IP packets put together at a time; the one that
	// waited longest makes room. With 64 KiB each, all of them take 8 MiB.
	MaxDatagrams = 128

	// MaxFragmentAge is the longest time between the first and the last fragment of a
	// packet, by the capture's clock (RFC 8200, Section 4.5). Identifications come back;
	// an old fragment must not end up in a new packet.
	MaxFragmentAge = 60 * time.Second
)
