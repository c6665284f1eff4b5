// Package amount puts numbers into sentences.
package amount

import "strconv"

// Of is a number and the word or the clause that goes with it: "1 line ends", "3 lines end".
func Of[N int | int64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(int64(n), 10) + " " + several
}

// Octets is "1 octet", "2 octets".
func Octets[N int | int64](n N) string { return Of(n, "octet", "octets") }
