package dl

// threadEndsABI0 is the address of a C function that counts in endedThreads.
var threadEndsABI0 uintptr

// thread returns what tells the calling thread from others as long as it lives.
func thread() uintptr
