package interpret

import (
	"go/ast"
	"go/types"
)

// printed compiles print and println, which write to standard error.
func (c *compiler) printed(e *ast.CallExpr, line bool) *callPlan {
	var operands []func(*frame) func()
	for _, a := range e.Args {
		operands = append(operands, c.printOperand(a))
	}
	prepare := func(f *frame) func() {
		var parts []func()
		for _, operand := range operands {
			parts = append(parts, operand(f))
		}
		return func() {
			for i, part := range parts {
				if line && i > 0 {
					print(" ")
				}
				part()
			}
			if line {
				print("\n")
			}
		}
	}
	return &callPlan{
		invoke: func(f *frame) { prepare(f)() },
		prepare: func(f *frame) func(*thread, *rescue) {
			run := prepare(f)
			return func(*thread, *rescue) { run() }
		},
	}
}

// printOperand evaluates an operand and returns what prints it.
func (c *compiler) printOperand(a ast.Expr) func(*frame) func() {
	x := c.convert(a, c.defaultType(a))
	switch x.class {
	case intClass:
		if unsigned(kindOf(x.t)) {
			return func(f *frame) func() { v := uint64(x.integer(f)); return func() { print(v) } }
		}
		return func(f *frame) func() { v := x.integer(f); return func() { print(v) } }
	case floatClass:
		if kindOf(x.t) == types.Float32 {
			return func(f *frame) func() { v := float32(x.float(f)); return func() { print(v) } }
		}
		return func(f *frame) func() { v := x.float(f); return func() { print(v) } }
	case complexClass:
		if kindOf(x.t) == types.Complex64 {
			return func(f *frame) func() { v := complex64(x.complex(f)); return func() { print(v) } }
		}
		return func(f *frame) func() { v := x.complex(f); return func() { print(v) } }
	case boolClass:
		return func(f *frame) func() { v := x.boolean(f); return func() { print(v) } }
	case stringClass:
		return func(f *frame) func() { v := x.text(f); return func() { print(v) } }
	case pointerClass:
		return func(f *frame) func() { v := x.pointer(f); return func() { print(v) } }
	case sliceClass:
		return func(f *frame) func() {
			h := x.slice(f)
			return func() { print("[", h.length, "/", h.space, "]", h.data) }
		}
	}
	return func(f *frame) func() { v := x.dynamic(f); return func() { print(v) } }
}
