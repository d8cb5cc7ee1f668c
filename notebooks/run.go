package notebooks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// ErrNoCode is returned by [Run] for a notebook in which there is nothing to
// execute.
var ErrNoCode = errors.New("the notebook has no code cell to execute")

// An Executor runs cells one after the other, each knowing what the earlier
// ones declared. A session of the kernel is one.
type Executor interface {
	// Execute runs a cell. Emit is called for everything that it shows, before
	// Execute returns, by one goroutine at a time. The result is nil if the cell
	// succeeded.
	Execute(ctx context.Context, code string, emit func(event.Event)) *event.Failure
	// Count is the execution count of the cell that ran last.
	Count() int
}

// Options says what else [Run] does. The zero value executes and records.
type Options struct {
	// Save is called after each cell, failed or not. Its error ends the run,
	// because nothing of what comes after would be kept.
	Save func(*Notebook) error
	// Before is called with each cell that is going to run: the number-th of
	// total, both counted without the cells that do not run.
	Before func(cell *Cell, number, total int)
	// Event is called with everything that a cell shows, after it was recorded.
	Event func(event.Event)
	// Failed is called when a cell has failed, whether or not the run goes on.
	Failed func(*event.Failure)
	// Traceback draws a failure as the lines that are saved in the notebook;
	// without it these are kind and message.
	Traceback func(*event.Failure) []string
}

// A CellError says which cell ended a run, and why.
type CellError struct {
	Cell    *Cell
	Number  int // among the cells that were executed, from 1
	Failure *event.Failure
}

// Error names the cell by number, id and first line, and gives the first line of
// the failure's message.
func (e *CellError) Error() string {
	message, _, _ := strings.Cut(e.Failure.Message, "\n")
	return fmt.Sprintf("cell %d (id %s: %s) failed: %s", e.Number, e.Cell.ID, shorten(e.Cell.FirstLine(), 60), message)
}

// Unwrap returns the failure.
func (e *CellError) Unwrap() error { return e.Failure }

// Run executes the code cells of nb in order, replaces their outputs and counts
// by what they now show, and stops at the first cell that fails, with a
// [*CellError]. The outputs of an earlier execution are removed from all cells
// that are going to run, so that what the notebook shows is of one execution.
//
// A cell tagged raises-exception may fail; one tagged skip-execution, and one
// without any text, does not run and is left as it is. When ctx is cancelled,
// the cell that is running ends as the executor decides, is recorded and saved
// like any other, and no further one is started.
func Run(ctx context.Context, nb *Notebook, executor Executor, options Options) error {
	var cells []*Cell
	for _, cell := range nb.Cells {
		if cell.runs() {
			cells = append(cells, cell)
			cell.Outputs, cell.ExecutionCount = nil, 0
		}
	}
	if len(cells) == 0 {
		return ErrNoCode
	}
	nb.describe()
	r := newRecorder()
	for i, cell := range cells {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("stopped before cell %d: %w", i+1, err)
		}
		if options.Before != nil {
			options.Before(cell, i+1, len(cells))
		}
		r.start(cell)
		failure := executor.Execute(ctx, cell.Source, func(e event.Event) {
			r.record(e)
			if options.Event != nil {
				options.Event(e)
			}
		})
		if failure != nil {
			r.fail(failure, options.traceback(failure))
			if options.Failed != nil {
				options.Failed(failure)
			}
		}
		r.finish(executor.Count())
		if options.Save != nil {
			if err := options.Save(nb); err != nil {
				return fmt.Errorf("after cell %d: %w", i+1, err)
			}
		}
		if failure != nil && (failure.Name == "interrupt" || !cell.Tagged("raises-exception")) {
			return &CellError{Cell: cell, Number: i + 1, Failure: failure}
		}
	}
	return nil
}

func (o *Options) traceback(f *event.Failure) []string {
	if o.Traceback != nil {
		return o.Traceback(f)
	}
	return strings.Split(f.Name+": "+f.Message, "\n")
}

func shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
