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

// offset is the cursor in bytes.
func (p place) offset() int {
	if p.Cursor == nil {
		return len(p.Code)
	}
	n := *p.Cursor
	for i := range p.Code {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(p.Code)
}

// point is a byte offset in code points.
func (p place) point(offset int) int {
	return utf8.RuneCountInString(p.Code[:min(max(offset, 0), len(p.Code))])
}

func (k *kernel) complete(r *request) answer {
	var p place
	if err := read(r, &p); err != nil {
		return badContent(err)
	}
	c := Completion{Start: p.offset(), End: p.offset()}
	if s, err := k.waitForSession(k.ctx); err == nil {
		if completer, can := s.(Completer); can {
			c = completer.Complete(p.Code, p.offset())
		}
	}
	matches := c.Matches
	if matches == nil {
		matches = []string{}
	}
	return ok(object{
		"matches":      matches,
		"cursor_start": p.point(c.Start),
		"cursor_end":   p.point(c.End),
		"metadata":     orEmpty(c.Metadata),
	})
}

func (k *kernel) inspect(r *request) answer {
	var p place
	if err := read(r, &p); err != nil {
		return badContent(err)
	}
	data := object{}
	if s, err := k.waitForSession(k.ctx); err == nil {
		if inspector, can := s.(Inspector); can {
			if found := inspector.Inspect(p.Code, p.offset(), p.Detail); found != nil {
				data = object(found)
			}
		}
	}
	return ok(object{"found": len(data) > 0, "data": data, "metadata": object{}})
}
