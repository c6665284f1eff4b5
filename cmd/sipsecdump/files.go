package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"sipsecdump"
	"sipsecdump/escape"
	"sipsecdump/report"
)

// maxFile bounds a file that is no capture: it is held in memory.
const maxFile = 64 << 20

// fileRun is what the commands asn1, x509 and cms have in common: files are read one by one, and
// what cannot be read or used is told while the rest is shown.
type fileRun struct {
	*streams
	options *dumpOptions
	json    bool
	color   bool
	buf     report.Buffer
	titles  bool // each object of the text has a title
	some    bool // something was written
	failed  bool
}

func newFileRun(s *streams, o *dumpOptions, names []string) (*fileRun, error) {
	r := &fileRun{streams: s, options: o, titles: len(names) > 1}
	var err error
	if r.json, err = o.wantsJSON(); err != nil {
		return nil, err
	}
	if r.color, err = o.colored(s); err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, usageError{errors.New("no file given")}
	}
	return r, nil
}

func (r *fileRun) fail(format string, args ...any) {
	r.failed = true
	r.errorf(format, args...)
}

// each calls show with the objects of each file that can be read, and writes what it put into the
// buffer. The error is that of the output.
func (r *fileRun) each(names []string, show func(f *sipsecdump.File)) error {
	if err := r.options.refuseOverwrite(names); err != nil {
		return err
	}
	w, finish, err := r.options.openOutput(r.streams)
	if err != nil {
		return err
	}
	for _, name := range names {
		f := r.read(name)
		if f == nil {
			continue
		}
		show(f)
		if _, err = w.Write(r.buf.B); err != nil {
			break
		}
		r.buf.Reset()
	}
	if ferr := finish(); err == nil {
		err = ferr
	}
	switch {
	case err != nil:
		return err
	case r.failed:
		return exitError(exitFailed)
	}
	return nil
}

// read reads a file and finds what it holds. It returns nil if that is nothing.
func (r *fileRun) read(name string) *sipsecdump.File {
	data, err := r.octets(name)
	if err != nil {
		r.fail("%s", describe(err))
		return nil
	}
	f, err := sipsecdump.ReadFile(name, data)
	if err != nil {
		r.fail("%s: %s", name, err)
		return nil
	}
	if f.Withheld > 0 {
		r.warnf("%s: holds a private key, which is not shown", name)
	}
	return f
}

// octets reads a file, or standard input.
func (r *fileRun) octets(name string) ([]byte, error) {
	var from io.Reader = r.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = &os.PathError{Op: "read", Path: name, Err: fmt.Errorf("more than %d octets", maxFile)}
	}
	return data, err
}

// place names an object.
func (r *fileRun) place(f *sipsecdump.File, o *sipsecdump.FileObject) string {
	if len(f.Objects) > 1 {
		return f.Name + ", part " + o.Path
	}
	return f.Name
}

// title separates objects of text, and names each if there are several.
func (r *fileRun) title(f *sipsecdump.File, o *sipsecdump.FileObject) {
	if r.some {
		r.buf.B = append(r.buf.B, '\n')
	}
	r.some = true
	if !r.titles && len(f.Objects) == 1 {
		return
	}
	r.buf.B = escape.AppendText(r.buf.B, r.place(f, o))
	if o.Label != "" {
		r.buf.B = append(r.buf.B, ", "...)
		r.buf.B = escape.AppendText(r.buf.B, o.Label)
	}
	r.buf.B = append(r.buf.B, ":\n"...)
}

// event writes an event as JSON.
func (r *fileRun) event(body report.Body) {
	(&report.JSON{Version: programVersion()}).Render(&r.buf, &report.Event{Body: body})
}
