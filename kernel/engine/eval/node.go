// Package eval executes the statements of quick cells: those that are so simple
// that compiling and loading them would take a hundred times longer than
// running them.
//
// It is no interpreter of Go. The front has checked the cell with go/types and
// has lowered it to a [Program] in which every constant is folded, every name
// resolved and every implicit step spelled out; package kernel/quick says what
// it lets through. What is left to do here is done by package reflect on the
// variables, functions and types of the compiled cells themselves, so that
// values, methods and panics are those of compiled code.
package eval

// A Program is a sequence of statements.
type Program struct {
	Cell       int // for positions
	Variables  []Variable
	Statements []Node
}

// A Variable is made, with its zero value, before the statements run.
type Variable struct {
	Name string
	Type *Type
}

// An Op says what a [Node] does. The comments name the other fields that have a
// meaning, with the arguments in parentheses.
type Op string

// Expressions.
const (
	Constant Op = "const"  // Type, Bytes or Text: a value of a basic kind
	Nil      Op = "nil"    // Type
	Var      Op = "var"    // Unit, Name: a variable of the session
	Global   Op = "global" // Path, Name: a variable of a package
	Func     Op = "func"   // Unit, Name: a function of the session
	Symbol   Op = "symbol" // Path, Name: a function of a package
	Field    Op = "field"  // (x) Index: a field of a struct, or of what x points to
	Method   Op = "method" // (x) Name, Pointer: the receiver is x's address
	Index    Op = "index"  // (x, i): of an array, a pointer to one, a slice, a string
	Lookup   Op = "lookup" // (m, k): of a map
	Found    Op = "found"  // (m, k): value and whether it is there
	Slice    Op = "slice"  // (x, low, high, max), each but x may be absent
	Deref    Op = "deref"  // (x)
	Address  Op = "addr"   // (x)
	Call     Op = "call"   // (f, arguments...), Spread: the last is a slice for ...
	Must     Op = "must"   // (x): all its values but the last, which is an error
	Convert  Op = "conv"   // (x) Type
	Unary    Op = "unary"  // (x) Name: the operator
	IsNil    Op = "isnil"  // (x)
	Binary   Op = "binary" // (x, y) Name
	And      Op = "and"    // (x, y)
	Or       Op = "or"     // (x, y)
	Struct   Op = "struct" // (values...) Type, Fields: which field each is for
	List     Op = "list"   // (values...) Type: array or slice; Fields: the indices; Length
	Map      Op = "map"    // (key, value, key, value...) Type
	Len      Op = "len"    // (x)
	Cap      Op = "cap"    // (x)
	Append   Op = "append" // (s, values...) Spread
	Make     Op = "make"   // Type, (length, capacity)
	New      Op = "new"    // Type
)

// Statements.
const (
	Assign Op = "assign" // (left..., right...), Length: how many are on the left
	Update Op = "update" // (left, right) Name: the operator of left op= right
	Zero   Op = "zero"   // (left)
	Do     Op = "do"     // (call)
	Value  Op = "value"  // (x): the cell's value
	Result Op = "result" // (call): the cell's value, without an error at the end
	Delete Op = "delete" // (m, k)
	Ignore Op = "ignore" // (x)
	Blank  Op = "blank"  // the left side _
)

// A Node is an expression or a statement.
type Node struct {
	Op      Op
	Line    int    `json:",omitempty"` // of a statement or call, in the cell
	Args    []Node `json:",omitempty"`
	Type    *Type  `json:",omitempty"`
	Unit    int    `json:",omitempty"`
	Path    string `json:",omitempty"`
	Name    string `json:",omitempty"`
	Text    string `json:",omitempty"`
	Bytes   []byte `json:",omitempty"`
	Index   int    `json:",omitempty"`
	Fields  []int  `json:",omitempty"`
	Length  int    `json:",omitempty"`
	Pointer bool   `json:",omitempty"`
	Spread  bool   `json:",omitempty"`
}

// A Type names a type. Kind is that of a basic type (bool, int8 ... string,
// unsafe.Pointer is not among them), or one of the constants below.
type Type struct {
	Kind   string
	Unit   int    `json:",omitempty"` // Session
	Path   string `json:",omitempty"` // Package
	Name   string `json:",omitempty"`
	Elem   *Type  `json:",omitempty"`
	Key    *Type  `json:",omitempty"`
	Length int64  `json:",omitempty"`
	Dir    int    `json:",omitempty"` // reflect.ChanDir

	Parameters []*Type `json:",omitempty"` // FuncType
	Results    []*Type `json:",omitempty"`
	Variadic   bool    `json:",omitempty"`
}

// The kinds of types that are not basic.
const (
	SessionType = "session" // Unit, Name
	PackageType = "package" // Path, Name
	PointerType = "pointer" // Elem
	SliceType   = "slice"   // Elem
	ArrayType   = "array"   // Elem, Length
	MapType     = "map"     // Key, Elem
	ChanType    = "chan"    // Elem, Dir
	FuncType    = "func"    // Parameters, Results, Variadic
	AnyType     = "any"
	ErrorType   = "error"
)
