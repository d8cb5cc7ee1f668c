package interpret

import "unsafe"

// errorStringType is the type word of most errors of Go's run-time system.
var errorStringType = func() (t unsafe.Pointer) {
	defer func() {
		r := recover()
		t = (*emptyInterface)(unsafe.Pointer(&r)).t
	}()
	zero := 0
	one := 1 / zero
	return unsafe.Pointer(&one)
}()

// runtimeError makes the error with which Go's run-time system panics.
func runtimeError(text string) any {
	e := emptyInterface{errorStringType, unsafe.Pointer(&text)}
	return *(*any)(unsafe.Pointer(&e))
}
