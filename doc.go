// Package sipsecdump reads packet captures and shows what secured SIP really did: TLS records
// and handshakes, decrypted where the key material allows it, the SIP messages inside, their
// MIME parts, and the CMS objects of S/MIME, decrypted and verified.
//
// [Analyze] yields everything as events, in an order that depends on the capture alone:
//
//	for event, err := range sipsecdump.Analyze(ctx, captures, nil) { ... }
//
// [Render] writes them as text or JSON.
//
// # How data flows
//
//	reader ──► K shards ──► writer
//
// One goroutine reads packets, finds the connection of each and hands batches on. A connection
// belongs to one of K shards, for good: the shard puts its stream together, decodes, decrypts,
// parses and renders, in two goroutines (see shard); what was parsed never crosses from one to
// another. The writer merges what the shards made of each batch by packet number, gives the
// messages their numbers and writes. Only empty batches run back. Output is the same for any K and
// any batch size.
//
// Two things are shared between connections: master secrets, for resumption, and certificates
// seen. Packet n may use exactly what was learned at packets before n: a shard that asks waits
// until the others have got that far (see ledger). Key logs inside a capture are for the packets
// behind them: the reader notes from which packet on each secret counts.
package sipsecdump
