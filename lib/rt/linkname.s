// This file lets interrupt.go declare a function without a body.
