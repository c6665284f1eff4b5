// Package frame builds link-layer frames around transport payloads and writes them into
// capture files. It is the inverse of package capture, made for test captures: what it
// builds is a function of its arguments alone — no clock, no random value — and correct
// in lengths and checksums unless a fault is asked for.
//
// A [Builder] turns TCP segments and UDP datagrams into frames; a [Writer] writes frames
// as pcap or pcapng. Both stream: neither keeps a frame after the next call.
package frame
