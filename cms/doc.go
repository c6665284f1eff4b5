// Package cms reads objects of the Cryptographic Message Syntax (RFC 5652) as captures hold
// them: in any encoding BER allows, damaged, or made by someone hostile.
//
// [Parse] never refuses: it returns an [Object] with what could be read, one field for each kind
// of content, and an [Issue] for each thing that is wrong. [SignedData.Verify] says what was
// established about each signer, [Object.Open] about each recipient of content that a key opens,
// [DigestedData.Check] and [CompressedData.Decompress] about content that none does; and if
// something was not established, why: each cause has a stable code of its own. [AppendTree]
// prints the elements in the layouts that [TreeStyle] names: RFC 6216's, dumpasn1's and others.
//
// Facts are kept apart throughout: whether a signature was verified with a certificate's key,
// whether that certificate's path ends at something trusted ([Chain]), and whether it is the
// sender's; whether content was decrypted, and whether a code over it was verified.
//
// Slices of an Object alias the octets that were parsed, unless said otherwise. [Object.Clone]
// makes one that outlives them, [CloneResults] does so for results.
package cms
