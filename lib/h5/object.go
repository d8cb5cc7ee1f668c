package h5

import (
	"io/fs"
	"path"
	"runtime"
	"strings"
)

// A Node is what a group contains: a *Group, a *Dataset, a *NamedType, or an
// *Other where there is nothing to open.
type Node interface {
	// Name returns the last part of the path inside the file.
	Name() string
	// ObjectPath returns the whole path inside the file, such as "/run 3/pos".
	ObjectPath() string
	// Attrs returns the attributes.
	Attrs() *Attributes
	// Ref returns a reference to the object.
	Ref() (Ref, error)
	// String describes the object, over several lines if it is a group.
	String() string
}

// An object is an open object of a file.
type object struct {
	file *File
	id   int64
	path string

	later runtime.Cleanup // closes the identifier if the program does not
}

// Name returns the last part of the path inside the file, "/" for the root.
func (o *object) Name() string { return path.Base(o.path) }

// ObjectPath returns the path inside the file.
func (o *object) ObjectPath() string { return o.path }

// File returns the file that the object is in.
func (o *object) File() *File { return o.file }

// Attrs returns the attributes of the object.
func (o *object) Attrs() *Attributes { return &Attributes{o} }

// enter begins an operation on the object; name is what the message is to name.
func (o *object) enter(op, name string) (leave func(), err error) {
	leave, err = o.file.enter(op, name)
	if err == nil && o.id < 0 {
		leave()
		return nil, &Error{Op: op, Object: name, File: o.file.path, Reason: o.path + " is closed", Err: fs.ErrClosed}
	}
	return leave, err
}

// fail makes an Error of HDF5's error stack.
func (o *object) fail(op, name string) error { return o.file.lib.fail(op, name, o.file.path) }

// error makes an Error of our own.
func (o *object) error(op, name string, err error) error {
	if known, ok := err.(*Error); ok {
		return known
	}
	return &Error{Op: op, Object: name, File: o.file.path, Reason: err.Error(), Err: err}
}

// within returns the path of a child.
func (o *object) within(name string) string {
	switch {
	case strings.HasPrefix(name, "/"):
		return path.Clean(name)
	case name == "" || name[0] == '.' || strings.IndexByte(name, '/') >= 0:
		return path.Join(o.path, name)
	case o.path == "/":
		return o.path + name
	}
	return o.path + "/" + name
}

// closeLater has HDF5's identifier closed once the program has lost the object.
// Not so in a parallel file, where ranks would lose it at different times.
func closeLater[T any](object *T, f *File, id int64) runtime.Cleanup {
	if f.parallel {
		return runtime.Cleanup{}
	}
	return runtime.AddCleanup(object, f.handle.abandon, id)
}

// close closes the identifier; closing twice is harmless.
func (o *object) close(op string) error {
	leave := o.file.lib.enter()
	defer leave()
	return o.shut(op)
}

// shut is close with the lock held.
func (o *object) shut(op string) error {
	if o.file.closed || o.id < 0 {
		return nil
	}
	id := o.id
	o.id = -1
	o.later.Stop()
	if !o.file.release(id) {
		return o.fail(op, o.path)
	}
	return nil
}

// An Other is an entry of a group that cannot be opened: a link to something
// that is not there, or an object that is damaged.
type Other struct {
	object
	kind string
}

// String says what the entry is.
func (o *Other) String() string { return o.Name() + "  " + o.kind }
