package notebooks

import (
	"encoding/json"
	"fmt"
)

// fields takes the fields that are known out of a JSON object. The first one of
// a wrong type is remembered in err; the ones that nobody asked for are the rest.
type fields struct {
	m     map[string]any
	taken []string
	err   error
}

func (d *fields) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

func (d *fields) take(name string) any {
	d.taken = append(d.taken, name)
	return d.m[name]
}

// text returns text stored in one piece or as lines.
func (d *fields) text(name string) string {
	value := d.take(name)
	text, ok := joinLines(value)
	if !ok {
		d.fail("%q is %s, not text", name, describe(value))
	}
	return text
}

func (d *fields) optionalText(name string) string {
	text, _ := d.take(name).(string)
	return text
}

// object returns an object; a missing one is empty.
func (d *fields) object(name string) map[string]any {
	value := d.take(name)
	object, ok := value.(map[string]any)
	if !ok && value != nil {
		d.fail("%q is %s, not an object", name, describe(value))
	}
	if object == nil {
		object = map[string]any{}
	}
	return object
}

// list returns a list; a missing one is empty.
func (d *fields) list(name string) []any {
	value := d.take(name)
	list, ok := value.([]any)
	if !ok && value != nil {
		d.fail("%q is %s, not a list", name, describe(value))
	}
	return list
}

// count returns an execution count, 0 for null.
func (d *fields) count(name string) int {
	value := d.take(name)
	if value == nil {
		return 0
	}
	number, ok := value.(json.Number)
	if !ok {
		d.fail("%q is %s, not a number", name, describe(value))
		return 0
	}
	n, err := number.Int64()
	if err != nil || n < 0 {
		d.fail("%q is %s, not a count", name, number)
	}
	return int(n)
}

// rest returns the fields that nobody took, without those named.
func (d *fields) rest(without ...string) map[string]any {
	rest := map[string]any{}
	for name, value := range d.m {
		rest[name] = value
	}
	for _, name := range append(d.taken, without...) {
		delete(rest, name)
	}
	return rest
}

func describe(value any) string {
	switch value.(type) {
	case nil:
		return "missing"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "text"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}
