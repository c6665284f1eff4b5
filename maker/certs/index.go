package certs

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// index.txt is openssl's record of an authority: one certificate a line, six
// fields between tabs: status (V valid, R revoked, E expired), end of validity,
// time of revocation with an optional reason after a comma, serial number,
// file, subject.

// indexLine returns c's line without its end.
func (c *issued) indexLine() string {
	if c.line != "" {
		return c.line
	}
	status, revoked := "V", ""
	if !c.revoked.IsZero() {
		status, revoked = "R", indexTime(c.revoked)
	}
	return strings.Join([]string{status, indexTime(c.notAfter), revoked, evenHex(c.serial), "unknown", c.subject}, "\t")
}

func parseIndexLine(line string) (issued, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 6 {
		return issued{}, fmt.Errorf("%d fields where 6 are due", len(fields))
	}
	var (
		c   = issued{subject: fields[5], line: line}
		err error
	)
	if c.notAfter, err = parseIndexTime(fields[1]); err != nil {
		return issued{}, err
	}
	switch fields[0] {
	case "V", "E":
	case "R":
		when, _, _ := strings.Cut(fields[2], ",")
		if c.revoked, err = parseIndexTime(when); err != nil {
			return issued{}, err
		}
	default:
		return issued{}, fmt.Errorf("unknown status %q", fields[0])
	}
	var ok bool
	if c.serial, ok = new(big.Int).SetString(fields[3], 16); !ok || c.serial.Sign() < 0 {
		return issued{}, errors.New("no serial number in hexadecimal")
	}
	return c, nil
}

// UTCTime from 1950 to 2049 and GeneralizedTime elsewhere, as in certificates
// (RFC 5280, Section 4.1.2.5).
const (
	utcTime         = "060102150405Z"
	generalizedTime = "20060102150405Z"
)

func indexTime(t time.Time) string {
	if t.Year() >= 1950 && t.Year() < 2050 {
		return t.UTC().Format(utcTime)
	}
	return t.UTC().Format(generalizedTime)
}

func parseIndexTime(s string) (time.Time, error) {
	if len(s) == len(generalizedTime) {
		return time.Parse(generalizedTime, s)
	}
	t, err := time.Parse(utcTime, s)
	if err == nil && t.Year() >= 2050 {
		t = t.AddDate(-100, 0, 0) // the two digits mean 1950 to 2049
	}
	return t, err
}

// evenHex is n in hexadecimal with an even number of digits, as openssl names
// and records serial numbers.
func evenHex(n *big.Int) string {
	digits := fmt.Sprintf("%X", n)
	if len(digits)%2 != 0 {
		digits = "0" + digits
	}
	return digits
}
