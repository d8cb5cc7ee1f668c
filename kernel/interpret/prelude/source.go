package prelude

import _ "embed"

// Source is what is interpreted.
//
//go:embed prelude.go
var Source []byte
