package mime

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// How long values are folded, in bytes of text.
const (
	foldAt     = 8 << 10   // what is longer is folded
	foldString = 64 << 10  // but strings, which may be read or compared, only there where they do not unfold
	foldHead   = 2 << 10   // its beginning that is shown
	foldTail   = 1 << 10   // its end that is shown
	unfolded   = 128 << 10 // what can be unfolded of it
	mostEdge   = 20        // elements of each end of a slice
)

// folded returns a short and a long text of a value that is too long to be
// read, and whether it is.
func folded(v reflect.Value) (short, long string, ok bool) {
	prefix := ""
	if v.Kind() == reflect.Pointer && opened(v) {
		v, prefix = v.Elem(), "&"
	}
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if len(s) <= foldAt {
			return "", "", false
		}
		head, tail := firstBytes(s, foldHead), lastBytes(s, foldTail)
		short = fmt.Sprintf("%q ... (%d bytes more) ... %q", head, len(s)-len(head)-len(tail), tail)
		return short, cut(s, unfolded), true
	case reflect.Slice, reflect.Array:
		if long = brief(v, unfolded); len(long) <= foldAt {
			return "", "", false
		}
		short = prefix + edges(v.Len(), "elements", func(i int) string { return brief(v.Index(i), foldTail/4) })
	case reflect.Map:
		if long = brief(v, unfolded); len(long) <= foldAt {
			return "", "", false
		}
		keys := sortedKeys(v)
		short = prefix + "map" + edges(v.Len(), "entries", func(i int) string {
			return brief(keys[i], foldTail/4) + ":" + brief(v.MapIndex(keys[i]), foldTail/4)
		})
	default:
		if long = brief(v, unfolded); len(long) <= foldAt {
			return "", "", false
		}
		head, tail := firstBytes(long, foldHead), lastBytes(long, foldTail)
		more := fmt.Sprintf("%d bytes more", len(long)-len(head)-len(tail))
		short = prefix + head + " ... (" + more + ") ... " + tail
	}
	return short, prefix + long, true
}

// edges writes the first and last of n elements: "[1 2 3 ... 8 9] (10000 elements)".
// At least one of each end is shown.
func edges(n int, kind string, element func(i int) string) string {
	var head, tail []string
	room := foldHead
	next := 0
	for ; next < min(n, mostEdge) && (next == 0 || room > 0); next++ {
		head = append(head, element(next))
		room -= len(head[next]) + 1
	}
	room = foldTail
	last := n
	for ; last > next && n-last < mostEdge && (last == n || room > 0); last-- {
		tail = append([]string{element(last - 1)}, tail...)
		room -= len(tail[0]) + 1
	}
	if last > next {
		head = append(head, "...")
	}
	return fmt.Sprintf("[%s] (%d %s)", strings.Join(append(head, tail...), " "), n, kind)
}

// brief is the text of a value as part of another, at most so many bytes of it.
func brief(v reflect.Value, most int) string {
	p := printer{most: most}
	p.print(v, 1)
	s := p.b.String()
	if len(s) > most || p.full() {
		return firstBytes(s, most) + "..."
	}
	return s
}

// cut shortens a text to so many bytes and says how much is missing.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	head := firstBytes(s, most)
	return fmt.Sprintf("%s... (%d bytes more)", head, len(s)-len(head))
}

// firstBytes is the beginning of s, at most n bytes of whole characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// lastBytes is the end of s, at most n bytes of whole characters.
func lastBytes(s string, n int) string {
	from := max(len(s)-n, 0)
	for from < len(s) && !utf8.RuneStart(s[from]) {
		from++
	}
	return s[from:]
}
