package interpret

import "go/ast"

// ordered refuses what would be evaluated in another order than by the compiler.
func (c *compiler) ordered(n ast.Node) {}
