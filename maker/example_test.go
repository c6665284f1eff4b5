package maker_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sipsecdump/maker"
)

func ExampleMake() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	var pcap, keylog bytes.Buffer
	result, err := maker.Make(context.Background(), &pcap, maker.Options{
		Scenario: "tls",
		Keys:     dir, // made there
		KeyLog:   &keylog,
		OnMessage: func(m maker.Message) {
			line, _, _ := bytes.Cut(m.Data, []byte("\r\n"))
			fmt.Printf("%s %s\n", m.Time.Format("15:04:05.0000"), line)
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d packets, opened by %s\n", result.Packets, filepath.Base(result.Keys[0]))
	// Output:
	// 12:00:00.0222 MESSAGE sips:kumiko@example.net SIP/2.0
	// 12:00:00.0222 SIP/2.0 200 OK
	// 22 packets, opened by domain_key_example.net.pem
}
