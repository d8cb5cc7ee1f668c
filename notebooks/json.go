package notebooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// appendJSON writes a value as Python's
// json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) does.
// encoding/json differs: it escapes U+2028, U+2029 and invalid UTF-8.
func appendJSON(b *bytes.Buffer, value any, indent int) error {
	switch value := value.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		fmt.Fprintf(b, "%t", value)
	case int:
		fmt.Fprintf(b, "%d", value)
	case json.Number:
		b.WriteString(value.String())
	case string:
		appendString(b, value)
	case []any:
		return appendList(b, value, indent)
	case map[string]any:
		return appendObject(b, value, indent)
	default: // a value that user code has shown: through its own JSON form
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		plain, err := parse(text)
		if err != nil {
			return err
		}
		return appendJSON(b, plain, indent)
	}
	return nil
}

func appendList(b *bytes.Buffer, list []any, indent int) error {
	if len(list) == 0 {
		b.WriteString("[]")
		return nil
	}
	b.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		newLine(b, indent+1)
		if err := appendJSON(b, item, indent+1); err != nil {
			return err
		}
	}
	newLine(b, indent)
	b.WriteByte(']')
	return nil
}

func appendObject(b *bytes.Buffer, object map[string]any, indent int) error {
	if len(object) == 0 {
		b.WriteString("{}")
		return nil
	}
	b.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(object)) {
		if i > 0 {
			b.WriteByte(',')
		}
		newLine(b, indent+1)
		appendString(b, key)
		b.WriteString(": ")
		if err := appendJSON(b, object[key], indent+1); err != nil {
			return err
		}
	}
	newLine(b, indent)
	b.WriteByte('}')
	return nil
}

func newLine(b *bytes.Buffer, indent int) {
	b.WriteByte('\n')
	for range indent {
		b.WriteByte(' ')
	}
}

var escapes = [...]string{
	'\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`, '"': `\"`, '\\': `\\`,
}

// appendString writes what needs no escape in one piece: an animation is a
// string of many megabytes.
func appendString(b *bytes.Buffer, s string) {
	s = strings.ToValidUTF8(s, "\ufffd")
	b.WriteByte('"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b.WriteString(s[done:i])
		done = i + 1
		if escape := escapes[c]; escape != "" {
			b.WriteString(escape)
		} else {
			fmt.Fprintf(b, `\u%04x`, c)
		}
	}
	b.WriteString(s[done:])
	b.WriteByte('"')
}

// parse reads one JSON value and keeps numbers as they are spelled.
func parse(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if rest := bytes.TrimSpace(text[decoder.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the JSON value", len(rest))
	}
	return value, nil
}
