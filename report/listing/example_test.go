package listing_test

import (
	"os"
	"time"

	"sipsecdump/report/listing"
	"sipsecdump/tlsparse"
)

// A connection of two records: the lines come in the order in which things happened, and each
// call adds to what the calls before it appended.
func Example() {
	start := time.Date(2010, 6, 4, 14, 15, 3, 0, time.UTC)
	o := &listing.Options{}
	c := listing.NewConn(1, "tcp", "example.com(50738)", "example.net(5061)", start)

	b := c.AppendOpen(nil, o)
	b = c.AppendRecord(b, o, start.Add(1500*time.Microsecond), &tlsparse.Record{
		Number: 1, Dir: tlsparse.ClientToServer, Type: tlsparse.ApplicationData,
		Version: tlsparse.TLS12, Length: 496, Encrypted: true,
	})
	b = c.AppendRecord(b, o, start.Add(2*time.Second), &tlsparse.Record{
		Number: 2, Dir: tlsparse.ServerToClient, Type: tlsparse.Alert,
		Version: tlsparse.TLS12, Length: 2,
		Messages: []tlsparse.Message{{
			Content: tlsparse.Alert,
			Body:    &tlsparse.AlertMessage{Level: tlsparse.AlertWarning, Description: tlsparse.CloseNotify},
		}},
	})
	b = c.AppendClose(b, o, start.Add(2001*time.Millisecond), tlsparse.ServerToClient, "fin")
	os.Stdout.Write(b)
	// Output:
	// New TCP connection #1: example.com(50738) <-> example.net(5061)
	// 1 1  0.0015 (0.0015)  C>SV3.3(496)  application_data  (encrypted)
	// 1 2  2.0000 (1.9985)  S>CV3.3(2)  Alert
	//     level           warning
	//     value           close_notify
	// 1    2.0010 (0.0010)  S>C  TCP FIN
}

func ExampleConn_AppendLine() {
	start := time.Unix(0, 0)
	o := &listing.Options{}
	c := listing.NewConn(2, "udp", "192.0.2.1(5060)", "192.0.2.2(5060)", start)
	b := c.AppendOpen(nil, o)
	b = c.AppendLine(b, o, start, 1, tlsparse.ClientToServer, 1400, "SIP")
	os.Stdout.Write(b)
	// Output:
	// New UDP flow #2: 192.0.2.1(5060) <-> 192.0.2.2(5060)
	// 2 1  0.0000 (0.0000)  C>S(1400)  SIP
}
