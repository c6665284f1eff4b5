package escape_test

import (
	"os"

	"sipsecdump/escape"
)

func ExampleAppendText() {
	os.Stdout.Write(escape.AppendText(nil, "Subject: \x1b[2Jgr\u00fcn, \u202eetirw"))
	// Output: Subject: \x1b[2Jgrün, \u202eetirw
}

func ExampleAppendLines() {
	os.Stdout.Write(escape.AppendLines(nil, []byte("MESSAGE sip:kumiko@example.net SIP/2.0\r\nContent-Length: 0\r\n\r\n"), "    "))
	// Output:
	//     MESSAGE sip:kumiko@example.net SIP/2.0
	//     Content-Length: 0
	//
}

func ExampleAppendDump() {
	os.Stdout.Write(escape.AppendDump(nil, []byte("\x00\x10OPTIONS sip:example.net"), ""))
	// Output:
	// 00 10 4f 50 54 49 4f 4e 53 20 73 69 70 3a 65 78    ..OPTIONS sip:ex
	// 61 6d 70 6c 65 2e 6e 65 74                         ample.net
}
