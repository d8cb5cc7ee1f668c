package mime

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/jpeg" // so that the size of a JPEG is found
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/quantity"
)

// limit is the length of the longest text that is shown whole.
const limit = 1 << 20

// plain returns the text form of v, whose other forms are in b.
func plain(v any, b event.Bundle) string {
	if v == nil {
		return "<nil>"
	}
	if picture(b) != "" && !speaks(v) {
		return describe(fmt.Sprintf("%T", v), b)
	}
	if s := reflect.ValueOf(v); s.Kind() == reflect.String && !speaks(v) {
		return fold(fmt.Sprintf("%q", s.String()))
	}
	return text(v)
}

// speaks says whether v decides itself what fmt prints.
func speaks(v any) bool {
	switch v.(type) {
	case fmt.Formatter, fmt.Stringer, error:
		return true
	}
	return false
}

// fold shortens a text that nobody would read to its end.
func fold(s string) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return fmt.Sprintf("%s... (%d bytes more)", s[:end], len(s)-end)
}

// picture returns the kind of the picture in a bundle, "" if there is none.
func picture(b event.Bundle) string {
	for _, kind := range slices.Sorted(maps.Keys(b)) {
		if strings.HasPrefix(kind, "image/") {
			return kind
		}
	}
	return ""
}

// describe names the forms of a bundle that text cannot show:
// "*plot.Plot (image/png, 605x378 pixels, 12.3 kB)".
func describe(typ string, b event.Bundle) string {
	kind := picture(b)
	if kind == "" {
		for _, k := range []string{Markdown, LaTeX, JSON, JavaScript, HTML, PDF} {
			if _, ok := b[k]; ok {
				kind = k
				break
			}
		}
	}
	var data []byte
	switch form := b[kind].(type) {
	case string:
		data = []byte(form)
		if binary(kind) {
			if decoded, err := base64.StdEncoding.DecodeString(form); err == nil {
				data = decoded
			}
		}
	case fmt.Stringer:
		data = []byte(form.String())
	default:
		data = fmt.Appendf(nil, "%s", form)
	}
	if kind == Markdown || kind == LaTeX || kind == JSON {
		return fold(string(data))
	}
	if kind == HTML {
		if s := readable(string(data)); s != "" {
			return fold(s)
		}
	}
	description := kind
	if config, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		description += fmt.Sprintf(", %dx%d pixels", config.Width, config.Height)
	}
	description += ", " + quantity.Bytes(int64(len(data)))
	if typ == "" {
		return description
	}
	return typ + " (" + description + ")"
}
