// Command sipsecdump reads packet captures and shows what secured SIP really did.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	pace()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of Write, and ends quietly
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
