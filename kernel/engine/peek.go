package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/galago-hpc/galago/internal/glance"
	"github.com/galago-hpc/galago/lib/rt"
)

// glanceLetters is how much of a value is shown beside a name.
const glanceLetters = 120

// peek answers what a front end wants to know about a variable while the user
// types. It knows nothing as long as somebody may write the variable.
func (s *server) peek(c Command) []byte {
	pointer, ok := s.still(c)
	if !ok {
		return nil
	}
	return []byte(glance.Of(pointer, glanceLetters))
}

// still returns a variable, if no goroutine of a cell runs.
func (s *server) still(c Command) (pointer any, ok bool) {
	if s.current() != "" || s.busy() {
		return nil, false
	}
	return rt.Lookup(c.Unit, c.Name)
}

// mostKeys is how many keys of a map are listed.
const mostKeys = 1000

// keys lists the keys of a map of strings.
func (s *server) keys(c Command) []byte {
	pointer, ok := s.still(c)
	if !ok {
		return nil
	}
	v := reflect.ValueOf(pointer).Elem()
	if v.Kind() != reflect.Map || v.Type().Key().Kind() != reflect.String {
		return nil
	}
	var list []string
	for all := v.MapRange(); len(list) < mostKeys && all.Next(); {
		list = append(list, all.Key().String())
	}
	data, err := json.Marshal(list)
	if err != nil {
		return nil
	}
	return data
}

// An Entry is a name in an HDF5 group.
type Entry struct {
	Name  string `json:"name"`
	Group bool   `json:"group,omitempty"`
}

const (
	h5Path      = "github.com/galago-hpc/galago/lib/h5"
	mostEntries = 1000 // that are listed
	mostOpened  = 200  // of which the kind is found out, for which each has to be opened
)

// entries lists what the HDF5 group c.Path in a variable holds. Cells load the
// library; the engine is not linked with it and goes by its methods.
func (s *server) entries(c Command) (data []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // no reason to lose the variables
			data, err = nil, fmt.Errorf("list the entries of a group: %v", r)
		}
	}()
	pointer, ok := s.still(c)
	if !ok {
		return nil, nil
	}
	v := reflect.ValueOf(pointer).Elem()
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem().PkgPath() != h5Path {
		return nil, nil
	}
	if path := strings.Trim(c.Path, "/"); path != "" {
		group, ok := open(v, "Group", path)
		if !ok {
			return nil, nil
		}
		defer closeNode(group)
		v = group
	}
	lister, ok := v.Interface().(interface{ Keys() []string })
	if !ok {
		return nil, nil
	}
	keys := lister.Keys()
	keys = keys[:min(len(keys), mostEntries)]
	list := make([]Entry, len(keys))
	for i, key := range keys {
		list[i].Name = key
		if len(keys) > mostOpened {
			continue
		}
		if group, ok := open(v, "Group", key); ok {
			list[i].Group = true
			closeNode(group)
		}
	}
	data, err = json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("list the entries of a group: %w", err)
	}
	return data, nil
}

// open calls a method of a file or a group that opens what has the name.
func open(v reflect.Value, method, name string) (reflect.Value, bool) {
	m := v.MethodByName(method)
	if !m.IsValid() || m.Type().NumIn() != 1 || m.Type().NumOut() != 2 {
		return reflect.Value{}, false
	}
	results := m.Call([]reflect.Value{reflect.ValueOf(name)})
	return results[0], results[1].IsNil()
}

func closeNode(v reflect.Value) {
	if c, ok := v.Interface().(interface{ Close() error }); ok {
		_ = c.Close() // it was only looked at
	}
}
