//go:build !race

package tlsparse

const underRace = false
