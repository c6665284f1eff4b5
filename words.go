package sipsecdump

import "fmt"

// counted gives a number, and the word or the clause that goes with it.
func counted[N int | int64](n N, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

func octets(n int) string { return counted(n, "octet", "octets") }
