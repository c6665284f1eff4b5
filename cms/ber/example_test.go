package ber_test

import (
	"encoding/hex"
	"fmt"
	"strings"

	"sipsecdump/cms/ber"
)

// A ContentInfo that holds the data "hi", in segments and of indefinite length.
var contentInfo, _ = hex.DecodeString("308006092a864886f70d010701a0802480040168040169000000000000")

func ExampleWalk() {
	nodes, err := ber.Walk(contentInfo, ber.Limits{})
	for _, n := range nodes {
		fmt.Printf("%3d %3d: %sclass %d, tag %d\n", n.Offset, n.Length, strings.Repeat("  ", n.Depth), n.Class, n.Tag)
	}
	fmt.Println(err)
	// Output:
	//   0  -1: class 0, tag 16
	//   2   9:   class 0, tag 6
	//  13  -1:   class 2, tag 0
	//  15  -1:     class 0, tag 4
	//  17   1:       class 0, tag 4
	//  20   1:       class 0, tag 4
	// <nil>
}

func ExampleWalk_damaged() {
	nodes, err := ber.Walk(contentInfo[:20], ber.Limits{})
	fmt.Println(len(nodes), "elements")
	fmt.Println(err)
	// Output:
	// 5 elements
	// the end-of-contents octets of an indefinite length are missing at offset 20
}

func ExampleCursor() {
	c := ber.NewCursor(contentInfo)
	info, err := c.Sequence()
	if err != nil {
		fmt.Println(err)
		return
	}
	contentType, err := info.OID()
	if err != nil {
		fmt.Println(err)
		return
	}
	explicit, err := info.Explicit(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	content, err := explicit.OctetString()
	fmt.Printf("%s %q %v\n", contentType, content, err)
	// Output: 1.2.840.113549.1.7.1 "hi" <nil>
}

func ExampleDumpName() {
	const oid = "1.2.840.113549.1.7.2"
	dump, _ := ber.DumpName(oid)
	long, _ := ber.LongName(oid)
	fmt.Println(dump, long)
	// Output: signedData pkcs7-signedData
}
