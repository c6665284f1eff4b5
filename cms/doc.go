// Package cms reads objects of the Cryptographic Message Syntax (RFC 5652) as captures hold
// them: in any encoding BER allows, damaged, or made by someone hostile.
//
// [Parse] never refuses: it returns an [Object] with what could be read and an [Issue] for each
// thing that is wrong. [SignedData.Verify] and [EnvelopedData.Decrypt] say what was established
// about each signer and recipient, and if something was not, why: each cause has a stable code
// of its own. [AppendTree] prints the elements in the layouts of RFC 6216 and its first draft.
//
// Two facts are kept apart throughout: whether a signature was verified with a certificate's
// key, and whether that certificate's path ends at something trusted ([Chain]).
//
// Slices of an Object alias the octets that were parsed, unless said otherwise. [Object.Clone]
// makes one that outlives them.
package cms
