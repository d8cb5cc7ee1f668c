package interpret

import (
	"fmt"
	"go/token"

	"github.com/galago-hpc/galago/kernel/check"
)

// Remedy says what a user can do about a refusal.
const Remedy = "install Go or load its module (module load go), and restart the kernel"

// A Refusal is Go that the interpreter does not run, because it could not do so
// exactly.
type Refusal struct {
	What string // the construct
	Pos  token.Pos
}

func (r *Refusal) Error() string {
	return r.What + " is not interpreted, and there is no Go toolchain to compile it: " + Remedy
}

func refusef(format string, args ...any) *Refusal {
	return &Refusal{What: fmt.Sprintf(format, args...)}
}

// diagnose places a refusal in its cell.
func (r *Refusal) diagnose(m *Machine, unit *check.Unit) check.Diagnostics {
	d := check.Diagnostic{Cell: unit.Fresh().Cell, Line: 1, Column: 1, Message: r.Error()}
	if at := m.position(r.Pos); at.Line > 0 {
		fmt.Sscanf(at.Filename, "cell %d", &d.Cell)
		d.Line, d.Column = at.Line, at.Column
	}
	return check.Diagnostics{d}
}
