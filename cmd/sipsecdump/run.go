package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// The exit codes.
const (
	exitAnalysed    = 0
	exitFailed      = 1 // unreadable, truncated or unusable input or key file, or output error
	exitUsage       = 2
	exitFailOn      = 3 // what --fail-on names was found
	exitInterrupted = 130
)

// streams are what a command may talk to. Tests give it others.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errorf tells an error, in the program's one form. A hint stands on a line of its own.
func (s *streams) errorf(format string, args ...any) { s.tell("error", format, args...) }

// warnf tells a warning.
func (s *streams) warnf(format string, args ...any) { s.tell("warning", format, args...) }

func (s *streams) hintf(format string, args ...any) { s.tell("hint", format, args...) }

func (s *streams) tell(kind, format string, args ...any) {
	fmt.Fprintf(s.err, "sipsecdump: %s: %s\n", kind, printable(fmt.Sprintf(format, args...)))
}

// usageError is an error of the command line. It exits with exitUsage.
type usageError struct{ error }

// exitError carries an exit code; what there was to say has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run is the program, but for the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &streams{in: stdin, out: stdout, err: stderr}
	root := newRoot(s)
	help := &outcome{Writer: stdout}
	root.SetOut(help)
	strict(root)
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = help.err
	}
	var (
		exit  exitError
		usage usageError
	)
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return exitAnalysed
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &usage):
		s.errorf("%s", lowerFirst(usage.Error()))
		s.hintf("%s --help tells the flags", command.CommandPath())
		return exitUsage
	}
	s.errorf("%s", lowerFirst(describe(err)))
	return exitFailed
}

// outcome remembers the first error of what is written: the library for command lines does not tell it.
type outcome struct {
	io.Writer
	err error
}

func (o *outcome) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// describe words an error of the operating system as the others: the file first.
func describe(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Sprintf("%s: %s", path.Path, path.Err)
	}
	return err.Error()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
