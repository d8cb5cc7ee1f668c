package widgets

import (
	"fmt"
	"slices"
)

// A Checkbox is on or off.
type Checkbox struct{ value[bool] }

// NewCheckbox returns a checkbox with a text after it.
func NewCheckbox(text string, on bool) *Checkbox {
	c := &Checkbox{}
	c.begin("Checkbox", map[string]any{"description": text, "indent": false})
	c.decode = func(v any) (bool, bool) { b, ok := v.(bool); return b, ok }
	c.model.text = func() string { return c.named(fmt.Sprint(c.Value())) }
	c.hold("value", on)
	return c
}

// A Dropdown is a choice between texts.
type Dropdown struct {
	value[string]
	options []string
}

// NewDropdown returns a choice, at first of the first option. Options that are
// there twice count once.
func NewDropdown(options ...string) *Dropdown {
	d := &Dropdown{}
	for _, o := range options {
		if !slices.Contains(d.options, o) {
			d.options = append(d.options, o)
		}
	}
	d.begin("Dropdown", map[string]any{"_options_labels": slices.Clone(d.options), "description": ""})
	d.encode = func(v string) any {
		if i := slices.Index(d.options, v); i >= 0 {
			return i
		}
		return nil
	}
	d.decode = func(v any) (string, bool) {
		f, ok := number(v)
		if i := int(f); ok && i >= 0 && i < len(d.options) {
			return d.options[i], true
		}
		return "", false
	}
	d.bound = func(v string) string {
		if slices.Contains(d.options, v) {
			return v
		}
		if v = d.Value(); v == "" && len(d.options) > 0 {
			v = d.options[0]
		}
		return v
	}
	d.model.text = func() string { return d.named(fmt.Sprintf("%q of %q", d.Value(), d.options)) }
	d.hold("index", "")
	return d
}

// Label sets the text that stands before the choice.
func (d *Dropdown) Label(text string) *Dropdown { d.label(text); return d }

// Index returns the number of the option that is chosen, from 0, or -1 if there is
// none.
func (d *Dropdown) Index() int { return slices.Index(d.options, d.Value()) }

// A Text is a line that the user types.
type Text struct{ value[string] }

// NewText returns a text field. Its value changes with Enter, or when the user goes
// elsewhere.
func NewText(text string) *Text {
	t := &Text{}
	t.begin("Text", map[string]any{"description": "", "continuous_update": false, "placeholder": ""})
	t.decode = func(v any) (string, bool) { s, ok := v.(string); return s, ok }
	t.model.text = func() string { return t.named(fmt.Sprintf("%q", t.Value())) }
	t.hold("value", text)
	return t
}

// Label sets the text that stands before the field.
func (t *Text) Label(text string) *Text { t.label(text); return t }
