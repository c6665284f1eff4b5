package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"

	"sipsecdump"
	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// followInterval is how often --follow looks for more: soon enough for an eye, and cheap.
const followInterval = 200 * time.Millisecond

// dump is the dump command.
func dump(ctx context.Context, s *streams, o *dumpOptions, args []string) error {
	newRenderer, err := o.renderer(s)
	if err != nil {
		return err
	}
	o.findings = o.json || o.format == "json" || slices.Contains(o.show, report.LayerFinding.String())
	return o.analyse(ctx, s, args, newRenderer, nil)
}

// analyse reads the captures that the flags and arguments name and writes what the renderers
// make of them, then what last writes, if it is not nil.
func (o *dumpOptions) analyse(ctx context.Context, s *streams, args []string, newRenderer func() report.Renderer, last func(io.Writer) error) error {
	return o.analyseWith(ctx, s, args, func(ctx context.Context, out io.Writer, captures []sipsecdump.Source, options *sipsecdump.Options, watch *watcher) (*report.Summary, error) {
		return sipsecdump.Render(ctx, out, captures, options, func() report.Renderer {
			return watch.around(newRenderer())
		})
	}, last)
}

// analysis is a way through captures. The error is the output's or the context's; in the latter
// case there is a summary all the same.
type analysis func(context.Context, io.Writer, []sipsecdump.Source, *sipsecdump.Options, *watcher) (*report.Summary, error)

// collect is an analysis that hands each event to take, in the order of the captures.
func collect(take func(*report.Event)) analysis {
	return func(ctx context.Context, _ io.Writer, captures []sipsecdump.Source, options *sipsecdump.Options, watch *watcher) (*report.Summary, error) {
		var sum *report.Summary
		for e, err := range sipsecdump.Analyze(ctx, captures, options) {
			if err != nil {
				return sum, err
			}
			watch.look(e)
			take(e)
			if body, ok := e.Body.(*report.Summary); ok {
				sum = body
			}
		}
		return sum, nil
	}
}

// analyseWith is analyse with another way through the captures.
func (o *dumpOptions) analyseWith(ctx context.Context, s *streams, args []string, way analysis, last func(io.Writer) error) error {
	inputs := append(slices.Clone(o.inputs), args...)
	options, err := o.analysisOptions(inputs)
	if err != nil {
		return err
	}
	if err := o.refuseOverwrite(inputs); err != nil {
		return err
	}

	keys := keyLoader{streams: s}
	options.Keyring = keys.load(o)
	var badKeyLog bool
	options.KeyLog, badKeyLog = o.loadKeyLogs(s)

	captures, closeAll, failed := openCaptures(ctx, s, inputs)
	defer closeAll()
	if len(captures) == 0 {
		return exitError(exitFailed)
	}

	out, finish, err := o.openOutput(s)
	if err != nil {
		return err
	}
	export, finishExport, err := o.openExport()
	if err != nil {
		return err
	}
	options.ExportKeyLog = export
	watch := &watcher{streams: s, names: captures}
	var progress *progress
	if !o.follow {
		progress = s.progress(captures, out)
	}
	sum, err := way(ctx, out, progress.watch(captures), &options, watch)
	progress.end()
	if err == nil || errors.Is(err, context.Canceled) {
		if last != nil {
			if lerr := last(out); lerr != nil {
				err = lerr
			}
		}
		err = errors.Join(err, finish(), finishExport())
	}
	watch.tell()
	switch {
	case errors.Is(err, syscall.EPIPE):
		return err // whatever else there was
	case errors.Is(err, context.Canceled):
		return exitError(exitInterrupted)
	case err != nil:
		return err
	case failed || keys.failed || badKeyLog || sum.Truncated:
		return exitError(exitFailed)
	case o.fails(sum):
		return exitError(exitFailOn)
	}
	return nil
}

// analysisOptions reads the flags that shape the analysis, but for those that name files.
func (o *dumpOptions) analysisOptions(inputs []string) (sipsecdump.Options, error) {
	options := sipsecdump.Options{Jobs: o.jobs, Dedupe: o.dedupe, Plaintext: o.data}
	if o.follow {
		options.Follow = followInterval
		if slices.Contains(inputs, "-") {
			return options, usageError{errors.New("--follow: standard input does not grow behind its end")}
		}
	}
	if o.jobs < 0 {
		return options, usageError{fmt.Errorf("--jobs: %d is less than 0", o.jobs)}
	}
	var err error
	if options.At, err = parseAt(o.at); err != nil {
		return options, err
	}
	for _, f := range o.failOn {
		if !slices.Contains(failNames, f) {
			return options, unknown("--fail-on", f, failNames)
		}
	}
	if options.Rules, err = o.ruleSet(); err != nil {
		return options, err
	}
	if len(inputs) == 0 {
		return options, usageError{errors.New("no capture given")}
	}
	return options, nil
}

// ruleSet reads --rule and --severity; nil if nobody asks for findings.
func (o *dumpOptions) ruleSet() (*interop.Set, error) {
	least, ok := interop.ParseSeverity(o.severity)
	if !ok {
		return nil, unknown("--severity", o.severity, interop.SeverityNames())
	}
	set, err := interop.NewSet(least, o.rules)
	if err != nil {
		return nil, usageError{fmt.Errorf("--rule: %w", err)}
	}
	if !o.findings && !slices.Contains(o.failOn, "finding") {
		return nil, nil
	}
	return set, nil
}

// fails tells whether something that --fail-on names was found.
func (o *dumpOptions) fails(s *report.Summary) bool {
	found := map[string]bool{
		"undecrypted": s.TLSUndecrypted > 0,
		"badsig":      s.SignaturesFailed > 0,
		"malformed":   s.Malformed > 0,
		"anomaly":     s.Anomalies > 0,
		"finding":     s.Findings > 0,
	}
	return slices.ContainsFunc(o.failOn, func(f string) bool { return found[f] })
}

// openCaptures opens what it can; what it cannot is told, and failed is set.
func openCaptures(ctx context.Context, s *streams, names []string) (captures []sipsecdump.Source, closeAll func(), failed bool) {
	var open []*os.File
	closeAll = func() {
		for _, f := range open {
			f.Close()
		}
	}
	for _, name := range names {
		if name == "-" {
			captures = append(captures, sipsecdump.Source{Name: "-", Reader: interruptible(ctx, s.in)})
			continue
		}
		f, err := os.Open(name)
		if err == nil {
			var info os.FileInfo
			if info, err = f.Stat(); err == nil && info.IsDir() {
				err = &os.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
			}
			open = append(open, f)
		}
		if err != nil {
			s.errorf("%s", describe(err))
			failed = true
			continue
		}
		captures = append(captures, sipsecdump.Source{Name: name, Reader: interruptible(ctx, f)})
	}
	return captures, closeAll, failed
}

// interruptible returns a reader that ends with the context. Reads of regular files do not take
// long; one that waits for a pipe goes on behind its back.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	f, ok := r.(*os.File)
	if !ok {
		return r
	}
	if info, err := f.Stat(); err != nil || info.Mode().IsRegular() {
		return r
	}
	from, to := io.Pipe()
	go func() {
		_, err := io.Copy(to, f)
		to.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { to.CloseWithError(ctx.Err()) })
	return from
}

// renderer reads the flags that shape the output.
func (o *dumpOptions) renderer(s *streams) (func() report.Renderer, error) {
	text, err := o.textOptions()
	if err != nil {
		return nil, err
	}
	if text.Color, err = o.colored(s); err != nil {
		return nil, err
	}
	text.Listing.RawCR = !isTerminal(s.out) || o.output != ""
	if json, err := o.wantsJSON(); err != nil {
		return nil, err
	} else if json {
		return func() report.Renderer {
			return &report.JSON{Version: programVersion(), Data: o.data}
		}, nil
	}
	return func() report.Renderer { return report.NewText(&text) }, nil
}
