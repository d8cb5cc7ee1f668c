package jupyter

import (
	"unicode/utf8"
)

// isComplete tells a console whether Enter runs the code or continues it.
func (k *kernel) isComplete(r *request) answer {
	var content struct {
		Code string `json:"code"`
	}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	s, err := k.waitForSession(k.ctx)
	if err != nil {
		return answer{content: object{"status": "unknown"}}
	}
	status, indent := s.IsComplete(content.Code)
	reply := object{"status": status}
	if status == "incomplete" {
		reply["indent"] = indent
	}
	return answer{content: reply}
}

// A place is the content of complete_request and inspect_request.
type place struct {
	Code   string `json:"code"`
	Cursor *int   `json:"cursor_pos"` // in code points; missing: at the end
	Detail int    `json:"detail_level"`
}

// cursor is a position that code has.
func (p place) cursor() int {
	end := utf8.RuneCountInString(p.Code)
	if p.Cursor == nil {
		return end
	}
	return min(max(*p.Cursor, 0), end)
}

func (k *kernel) complete(r *request) answer {
	var p place
	if err := read(r, &p); err != nil {
		return badContent(err)
	}
	c := Completion{Start: p.cursor(), End: p.cursor()}
	if s, err := k.waitForSession(k.ctx); err == nil {
		if completer, can := s.(Completer); can {
			c = completer.Complete(p.Code, p.cursor())
		}
	}
	matches, types := []string{}, []object{}
	for _, item := range c.Items {
		matches = append(matches, item.Text)
		types = append(types, object{
			"start": c.Start, "end": c.End, "text": item.Text, "type": item.Kind, "signature": item.Signature,
		})
	}
	return ok(object{
		"matches":      matches,
		"cursor_start": c.Start,
		"cursor_end":   c.End,
		"metadata":     object{"_jupyter_types_experimental": types},
	})
}

func (k *kernel) inspect(r *request) answer {
	var p place
	if err := read(r, &p); err != nil {
		return badContent(err)
	}
	var found Inspection
	if s, err := k.waitForSession(k.ctx); err == nil {
		if inspector, can := s.(Inspector); can {
			found = inspector.Inspect(p.Code, p.cursor(), min(max(p.Detail, 0), 1))
		}
	}
	return ok(object{"found": found.Found, "data": orEmpty(found.Data), "metadata": object{}})
}
