// Command sipsecdump reads packet captures and shows what secured SIP really did.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// ballast is how many octets the collector counts as in use though nothing ever touches them. What
// lives is a few MiB, so that what messages and connections leave behind would soon be as much, and it
// would run; with these it runs half as often. Unlike a higher GOGC that costs the same of memory
// whatever the capture is.
const ballast = 8 << 20

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of Write, and ends quietly
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	floor := make([]byte, ballast)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	runtime.KeepAlive(floor)
	os.Exit(status)
}
