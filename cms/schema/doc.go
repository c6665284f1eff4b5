// Package schema knows what the elements of certificates and CMS objects are called: the names
// that the ASN.1 modules of RFC 5280, RFC 5652 and their companions give to fields, by small
// tables of types. A [Namer] goes along with a walk of package ber and tells the name and type of
// each element. It checks nothing: what does not fit a table has no name.
package schema
