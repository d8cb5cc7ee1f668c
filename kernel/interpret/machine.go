// Package interpret executes checked cells without a compiler.
//
// It takes what kernel/check has made of a cell, syntax with its types, and
// turns it into Go closures over frames of typed memory. The types of cells
// are real types of the process (package forge makes them), so values of
// cells and of compiled packages are the same values: fmt prints them, sort sorts
// them, errors.As finds them.
//
//	m := interpret.New(fset, importer)
//	err := m.Load(unit)
//	run.Unit(unit.Number, label, done)
//
// What the interpreter cannot do exactly as the compiler does is refused before
// anything of the cell runs.
package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"sync"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/run"
)

// A Machine holds what cells have defined.
type Machine struct {
	fset  *token.FileSet
	types typeTable

	mu        sync.Mutex
	globals   map[types.Object]unsafe.Pointer
	declared  map[*types.Func]*declared
	functions map[*types.Func][]*instance
	methods   sync.Map // methodKey -> *boundMethod
	queue     []func() // bodies to compile
	importer  *symbols.Importer
	sources   map[string]*types.Package // those that are interpreted
}

// An instance is a function with its type arguments.
type instance struct {
	args []types.Type
	fn   *function
}

// New returns a machine for units whose positions the file set knows, and
// whose packages the importer.
func New(fset *token.FileSet, importer *symbols.Importer) *Machine {
	m := &Machine{fset: fset, importer: importer, sources: map[string]*types.Package{}, globals: map[types.Object]unsafe.Pointer{}, declared: map[*types.Func]*declared{}, functions: map[*types.Func][]*instance{}}
	m.types.machine = m
	importer.Source = func(path string) (*types.Package, error) {
		if !isSource(path) {
			return nil, nil
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.source(path)
	}
	m.types.making = map[reflect.Type]bool{}
	return m
}

func itoa(n int) string { return strconv.Itoa(n) }

// Load compiles a unit and registers it with package rt, which runs it. The error
// is a [check.Diagnostics] that says what is refused; the unit must not be
// committed then.
func (m *Machine) Load(unit *check.Unit) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			m.queue = nil
			refusal, ok := r.(*Refusal)
			if !ok {
				refusal = refusef("something in this cell (%v)", r)
			}
			err = refusal.diagnose(m, unit)
		}
	}()
	for _, v := range unit.Vars {
		m.place(unit, v)
	}
	for _, f := range unit.Files {
		for _, p := range f.Pieces {
			if d, ok := p.Node.(*ast.FuncDecl); ok {
				if o, ok := unit.Info.Defs[d.Name].(*types.Func); ok {
					m.declared[o] = &declared{unit, d}
				}
			}
		}
	}
	for _, f := range unit.Files {
		for _, p := range f.Pieces {
			m.declare(unit, p)
		}
	}
	body := m.statements(unit)
	m.drain()
	m.register(unit, body)
	return nil
}

// place finds or makes the memory of a variable.
func (m *Machine) place(unit *check.Unit, v *check.Var) {
	if v.Old != nil {
		if p, ok := m.globals[v.Old.Object]; ok {
			m.globals[v.Object] = p
			return
		}
	}
	m.globals[v.Object] = reflect.New(m.types.layout(v.Object.Type())).UnsafePointer()
}

// declare compiles what a piece declares, so that refusals come before
// anything runs.
func (m *Machine) declare(unit *check.Unit, p *check.Piece) {
	switch d := p.Node.(type) {
	case *ast.FuncDecl:
		o, ok := unit.Info.Defs[d.Name].(*types.Func)
		if !ok {
			return
		}
		sig := o.Signature()
		if sig.TypeParams().Len()+sig.RecvTypeParams().Len() == 0 {
			m.function(o, nil)
		}
	case *ast.GenDecl:
		if d.Tok != token.TYPE {
			return
		}
		for _, s := range d.Specs {
			o, ok := unit.Info.Defs[s.(*ast.TypeSpec).Name].(*types.TypeName)
			if !ok {
				continue
			}
			if named, ok := o.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
				if it, ok := named.Underlying().(*types.Interface); ok && !it.IsMethodSet() {
					continue
				}
				func() {
					c := m.newCompiler(unit, nil, nil)
					defer c.guard(s)
					m.types.layout(named)
				}()
			}
		}
	}
}

// drain compiles the bodies that are waiting.
func (m *Machine) drain() {
	for len(m.queue) > 0 {
		compile := m.queue[0]
		m.queue = m.queue[1:]
		compile()
	}
}

// function returns the function of a declaration for the given type arguments.
// The lock is held, or nothing else compiles.
func (m *Machine) function(o *types.Func, args []types.Type) *function {
	o = o.Origin()
	for _, in := range m.functions[o] {
		if identical(in.args, args) {
			return in.fn
		}
	}
	d := m.declared[o]
	if d == nil {
		panic(refusef("the function %s, whose source is not at hand", o.Name()))
	}
	fn := &function{machine: m, name: funcName(d.decl)}
	m.functions[o] = append(m.functions[o], &instance{args, fn})
	sub := substitution{}
	sig := o.Signature()
	params := sig.TypeParams()
	if sig.RecvTypeParams().Len() > 0 {
		params = sig.RecvTypeParams()
	}
	for i := range params.Len() {
		if i >= len(args) {
			panic(refusef("the generic function %s without type arguments", o.Name()))
		}
		sub[params.At(i)] = args[i]
	}
	m.queue = append(m.queue, func() { m.compileDecl(d, sub, fn) })
	return fn
}

// funcName is a function's name in a stack.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t, star := ast.Unparen(d.Recv.List[0].Type), false
	if s, ok := t.(*ast.StarExpr); ok {
		t, star = ast.Unparen(s.X), true
	}
	id := instanceIdent(t)
	switch {
	case id == nil:
		return d.Name.Name
	case star:
		return "(*" + id.Name + ")." + d.Name.Name
	}
	return id.Name + "." + d.Name.Name
}

func identical(a, b []types.Type) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !types.Identical(a[i], b[i]) {
			return false
		}
	}
	return true
}

// global returns where a variable at package level lies.
func (m *Machine) global(o types.Object) (unsafe.Pointer, bool) {
	p, ok := m.globals[o]
	return p, ok
}

// position is where a position is in its cell.
func (m *Machine) position(pos token.Pos) token.Position {
	if !pos.IsValid() {
		return token.Position{}
	}
	return m.fset.Position(pos)
}

// statements compiles the function that executes the cell's statements in
// their order, as build's runFunction writes it.
func (m *Machine) statements(unit *check.Unit) *function {
	fn := &function{machine: m}
	c := m.newCompiler(unit, nil, fn)
	f := unit.Fresh()
	c.escaping = map[types.Object]bool{}
	for _, p := range f.Pieces {
		if p.Node != nil {
			for o := range escapes(p.Node, unit.Info) {
				c.escaping[o] = true
			}
		}
	}
	var inits []*function
	var main *function
	for _, p := range f.Pieces {
		if d, ok := p.Node.(*ast.FuncDecl); ok && !p.IsMethod() {
			switch o, _ := unit.Info.Defs[d.Name].(*types.Func); {
			case p.Names[0] == "init":
				if o == nil {
					c.refuse(d, "an init function")
				}
				inits = append(inits, m.function(o, nil))
			case p.Names[0] == "main":
				main = m.function(o, nil)
			}
		}
	}
	call := func(fn *function) action {
		return func(f *frame) control {
			fn.call(f.thread, f, nil).run()
			return next
		}
	}
	var actions []action
	places := map[*label]int{}
	flush := func() {
		for _, fn := range inits {
			actions = append(actions, call(fn))
		}
		inits = nil
	}
	order, ordered := unit.InitOrder()
	if ordered {
		actions = append(actions, c.initialisation(f, order)...)
	}
	for i, p := range f.Pieces {
		if p.Kind == cell.Statement {
			flush()
		}
		switch {
		case p.Kind == cell.Var && ordered:
		case p.Kind == cell.Var, p.Kind == cell.Statement && len(p.Names) > 0:
			actions = append(actions, c.definitions(p)...)
		case p.Kind == cell.Statement && p.Node != nil:
			if l, ok := p.Node.(*ast.LabeledStmt); ok {
				places[c.label(unit.Info.Defs[l.Label])] = len(actions)
			}
			if a := c.shown(p, i == len(f.Pieces)-1); a != nil {
				actions = append(actions, a)
			}
		}
	}
	flush()
	if main != nil {
		actions = append(actions, call(main))
	}
	fn.body = func(f *frame) control {
		for i := 0; i < len(actions); {
			ctl := actions[i](f)
			i++
			if ctl == jumps {
				to, ok := places[f.target]
				if ok {
					rt.Check()
					i, f.target = to, nil
					continue
				}
			}
			if ctl != next {
				return ctl
			}
		}
		return next
	}
	c.seal()
	return fn
}

// initialisation compiles the variables of a cell that holds declarations alone,
// in Go's order: first those that begin at zero, then each once those that it
// depends on have their values.
func (c *compiler) initialisation(f *check.File, order []*types.Initializer) []action {
	var actions []action
	specs := map[types.Object]*ast.ValueSpec{}
	for _, p := range f.Pieces {
		if p.Kind != cell.Var {
			continue
		}
		for _, s := range p.Node.(*ast.GenDecl).Specs {
			spec := s.(*ast.ValueSpec)
			for _, name := range spec.Names {
				specs[c.info.Defs[name]] = spec
			}
			if len(spec.Values) == 0 {
				actions = append(actions, c.initialise(namesIn(spec), spec, nil))
			}
		}
	}
	for _, i := range order {
		spec := specs[i.Lhs[0]]
		if spec == nil {
			continue // of another file
		}
		var names []string
		for _, v := range i.Lhs {
			names = append(names, v.Name())
		}
		actions = append(actions, c.initialise(names, spec, []ast.Expr{i.Rhs}))
	}
	return actions
}

func namesIn(spec *ast.ValueSpec) []string {
	var names []string
	for _, n := range spec.Names {
		names = append(names, n.Name)
	}
	return names
}

// definitions compiles a definition of the cell's variables.
func (c *compiler) definitions(p *check.Piece) []action {
	d, ok := p.Node.(*ast.GenDecl)
	if !ok {
		c.refuse(p.Node, "this definition")
	}
	var actions []action
	for _, s := range d.Specs {
		spec := s.(*ast.ValueSpec)
		names := namesIn(spec)
		if p.Kind == cell.Statement {
			names = p.Names // those that the cell has defined before are _ in the syntax
		}
		actions = append(actions, c.initialise(names, spec, spec.Values))
	}
	return actions
}

// initialise compiles the assignment of values to variables at package level, of
// zero if there are none.
func (c *compiler) initialise(names []string, spec *ast.ValueSpec, values []ast.Expr) action {
	defer c.guard(spec)
	var steps []func(*frame)
	if before := c.orderedValues(nil, values); before != nil {
		steps = append(steps, before)
	}
	var places []unsafe.Pointer
	var targets []types.Type
	for i, name := range names {
		if name == "_" {
			places = append(places, nil)
			if spec.Type != nil {
				targets = append(targets, c.typeOf(spec.Type))
			} else {
				targets = append(targets, c.blankType(values, i, len(names)))
			}
			continue
		}
		o := c.unit.Types.Scope().Lookup(name)
		at, ok := c.m.global(o)
		if !ok {
			c.refuse(spec, "the variable %s, which was not found", name)
		}
		places, targets = append(places, at), append(targets, o.Type())
	}
	pos := spec.Pos()
	if len(values) == 0 {
		for i, at := range places {
			if at != nil {
				clear := clearer(c.layout(targets[i]))
				steps = append(steps, func(*frame) { clear(at) })
			}
		}
	} else {
		pos = values[0].Pos()
		hold, evaluate := c.values(values, targets)
		steps = append(steps, func(f *frame) {
			evaluate(f)
			for i, at := range places {
				if at != nil {
					hold[i].put(f, at)
				}
			}
		})
	}
	return func(f *frame) control {
		f.pos = pos
		for _, s := range steps {
			s(f)
		}
		return next
	}
}

// shown compiles a statement of a cell; the value of the last expression is
// shown.
func (c *compiler) shown(p *check.Piece, last bool) action {
	showing := c.unit.Showing(p, last)
	if showing != check.Shown && showing != check.ShownResults {
		return c.stmt(p.Node.(ast.Stmt), nil)
	}
	defer c.guard(p.Expression)
	var before func(*frame)
	if _, ok := c.typeOf(p.Expression).(*types.Tuple); ok {
		before = c.ordered(nil, p.Expression)
	} else {
		before = c.ordered([]ast.Expr{p.Expression})
	}
	var parts []*expr
	evaluate := func(*frame) {}
	if t, ok := c.typeOf(p.Expression).(*types.Tuple); ok {
		parts, evaluate = c.tuple(p.Expression, t.Len())
	} else {
		parts = []*expr{c.convert(p.Expression, universeAny)}
	}
	var values []func(*frame) any
	for _, part := range parts {
		values = append(values, c.m.toAny(part))
	}
	show := rt.Value
	if showing == check.ShownResults {
		show = rt.Results
	}
	pos := p.Expression.Pos()
	return func(f *frame) control {
		f.pos = pos
		if before != nil {
			before(f)
		}
		evaluate(f)
		var list []any
		for _, v := range values {
			list = append(list, v(f))
		}
		show(list...)
		return next
	}
}

// register makes the unit's variables and statements known by its number.
func (m *Machine) register(unit *check.Unit, body *function) {
	for _, v := range unit.Vars {
		rt.Variable(unit.Number, v.Name, reflect.NewAt(m.types.layout(v.Object.Type()), m.globals[v.Object]).Interface())
	}
	rt.Register(unit.Number, func() { m.execute(body) })
}

// execute runs a cell's statements.
func (m *Machine) execute(body *function) {
	th := &thread{}
	defer th.explain()
	body.call(th, nil, nil).run()
}

// explain is deferred where interpreted code begins. It says where in the
// cells a panic was.
func (th *thread) explain() {
	if r := recover(); r != nil {
		panic(run.Traced(r, th.caught(r).trace))
	}
}

// goroutine runs a go statement's call.
func (m *Machine) goroutine(run func(*thread, *rescue)) {
	defer rt.Guard()
	rt.Enter()
	th := &thread{}
	defer th.explain()
	run(th, nil)
}
