package interpret

import (
	"fmt"
	"go/token"
)

// A Refusal is Go that the interpreter does not run, because it could not do so
// exactly.
type Refusal struct {
	What string // the construct
	Pos  token.Pos
}

func (r *Refusal) Error() string {
	return r.What + ": without a Go toolchain Galago interprets cells, and this is not in the interpreter's part of Go"
}

func refusef(format string, args ...any) *Refusal {
	return &Refusal{What: fmt.Sprintf(format, args...)}
}
