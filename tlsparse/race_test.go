//go:build race

package tlsparse

// The race detector's instrumentation allocates where the code does not.
const underRace = true
