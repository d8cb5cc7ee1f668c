package dl

import (
	"errors"
	"slices"
	"sync/atomic"
)

// A Mark is something that threads of the system have or have not, such as a setting
// that a library keeps for each of them. A thread that ends takes its mark along. One
// goroutine at a time uses a Mark, and stays on its thread meanwhile.
type Mark struct {
	key      uint64 // a pthread_key_t, of which some systems use 32 bits
	get, set Func
	threads  []uintptr // that are marked, where threads can be told apart without get
	ended    uint64    // how many threads had ended then
}

// endedThreads counts the threads with a mark that have ended, whatever mark it was.
var endedThreads uint64

// NewMark makes a mark that no thread has. The library is one that knows the
// functions of POSIX for threads.
func NewMark(lib *Library) (*Mark, error) {
	var c struct {
		create Func `c:"pthread_key_create"`
		get    Func `c:"pthread_getspecific,zero"`
		set    Func `c:"pthread_setspecific"`
	}
	if err := lib.Fill(&c); err != nil {
		return nil, err
	}
	m := &Mark{get: c.get, set: c.set}
	// int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
	if int32(c.create.Call(Ptr(&m.key), Word(threadEndsABI0))) != 0 {
		return nil, errors.New("mark threads: the process has no key left for what threads have of their own")
	}
	return m, nil
}

// Has reports whether the calling thread has the mark, on x86-64 in some nanoseconds.
// There it forgets all marks when a thread ends that has one.
func (m *Mark) Has() bool {
	if threadEndsABI0 == 0 {
		return m.get.Call(Int(m.key)) != 0 // void *pthread_getspecific(pthread_key_t)
	}
	if n := atomic.LoadUint64(&endedThreads); n != m.ended {
		// A new thread may be where one was that has ended.
		m.threads, m.ended = nil, n
	}
	return slices.Contains(m.threads, thread())
}

// Set gives the calling thread the mark.
func (m *Mark) Set() {
	// int pthread_setspecific(pthread_key_t, const void *)
	if int32(m.set.Call(Int(m.key), Int(1))) == 0 {
		m.threads = append(m.threads, thread())
	}
}
