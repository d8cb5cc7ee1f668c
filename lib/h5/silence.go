package h5

import "github.com/galago-hpc/galago/internal/dl"

// silenced remembers for each thread of the system that HDF5 does not print its error
// stack there. To look is several times cheaper than to tell HDF5 again.
type silenced struct {
	get, set dl.Func
	key      uint32 // pthread_key_t
	kept     bool   // there is a key
}

// prepare makes the key. Without one, HDF5 is told each time.
func (s *silenced) prepare(lib *dl.Library) {
	var c struct {
		create dl.Func `c:"pthread_key_create"`
		get    dl.Func `c:"pthread_getspecific"`
		set    dl.Func `c:"pthread_setspecific"`
	}
	if lib.Fill(&c) != nil {
		return
	}
	s.get, s.set = c.get, c.set
	// int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
	s.kept = int32(c.create.Call(dl.Ptr(&s.key), dl.Null)) == 0
}

// silence keeps HDF5 from printing its error stack. In a thread-safe library that is a
// setting of the thread, on which the caller stays.
func (l *library) silence() {
	s := &l.silenced
	if s.kept && s.get.Call(dl.Int(s.key)) != 0 { // void *pthread_getspecific(pthread_key_t)
		return
	}
	// herr_t H5Eset_auto2(hid_t stack, H5E_auto2_t func, void *data)
	l.c.eSetAuto.Call(dl.Int(0), dl.Null, dl.Null)
	if s.kept {
		s.set.Call(dl.Int(s.key), dl.Int(1)) // int pthread_setspecific(pthread_key_t, const void *)
	}
}
