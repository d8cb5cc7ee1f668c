// Package prelude holds functions that do what generic functions of the standard
// library do that cannot be interpreted from their source. Generic functions
// have no compiled form that code without a compiler could call, so these are
// interpreted in their place.
package prelude

import (
	"errors"
	"iter"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
)

// Path is the package's name for the interpreter.
const Path = "galago/prelude"

// AsType is errors.AsType.
func AsType[E error](err error) (E, bool) {
	var found E
	ok := errors.As(err, &found)
	return found, ok
}

// Clone is maps.Clone.
func Clone[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return nil
	}
	r := make(M, len(m))
	for k, v := range m {
		r[k] = v
	}
	return r
}

// N is rand.N of math/rand/v2.
func N[Int interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}](n Int) Int {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return Int(rand.Uint64N(uint64(n)))
}

// TypeFor is reflect.TypeFor.
func TypeFor[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }

// OnceValue is sync.OnceValue.
func OnceValue[T any](f func() T) func() T {
	values := OnceValues(func() (T, struct{}) { return f(), struct{}{} })
	return func() T {
		v, _ := values()
		return v
	}
}

// OnceValues is sync.OnceValues.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once sync.Once
	var valid bool
	var failure any
	var v1 T1
	var v2 T2
	return func() (T1, T2) {
		once.Do(func() {
			defer func() {
				if !valid {
					failure = recover()
					panic(failure)
				}
			}()
			v1, v2 = f()
			f = nil
			valid = true
		})
		if !valid {
			panic(failure)
		}
		return v1, v2
	}
}

// Pull is iter.Pull.
func Pull[V any](seq iter.Seq[V]) (func() (V, bool), func()) {
	next, stop := Pull2(func(yield func(V, struct{}) bool) {
		seq(func(v V) bool { return yield(v, struct{}{}) })
	})
	return func() (V, bool) {
		v, _, ok := next()
		return v, ok
	}, stop
}

// Pull2 is iter.Pull2. The sequence runs in a goroutine of its own, but never at
// the same time as the caller.
func Pull2[K, V any](seq iter.Seq2[K, V]) (func() (K, V, bool), func()) {
	var (
		k       K
		v       V
		ok      bool
		started bool
		done    bool
		failure any
		goexit  bool
		resume  = make(chan bool) // false: stop
		yielded = make(chan struct{})
	)
	run := func() {
		returned := false
		defer func() {
			if !returned {
				failure = recover()
				goexit = failure == nil
			}
			done = true
			yielded <- struct{}{}
		}()
		seq(func(key K, value V) bool {
			if done {
				panic("iter.Pull2: yield called after the sequence was stopped")
			}
			k, v, ok = key, value, true
			yielded <- struct{}{}
			return <-resume
		})
		returned = true
	}
	settle := func() {
		if failure != nil {
			f := failure
			failure = nil
			panic(f)
		}
		if goexit {
			goexit = false
			runtime.Goexit()
		}
	}
	next := func() (K, V, bool) {
		var zeroK K
		var zeroV V
		if done {
			return zeroK, zeroV, false
		}
		ok = false
		if !started {
			started = true
			go run()
		} else {
			resume <- true
		}
		<-yielded
		settle()
		if !ok {
			return zeroK, zeroV, false
		}
		key, value := k, v
		k, v = zeroK, zeroV
		return key, value, true
	}
	stop := func() {
		if done {
			return
		}
		if !started {
			done = true
			return
		}
		resume <- false
		<-yielded
		settle()
	}
	return next, stop
}
