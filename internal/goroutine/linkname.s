// This file lets goroutine.go declare functions without bodies.
