package widgets

import "sync"

// A Button is pressed.
type Button struct {
	model
	clicksMu sync.Mutex
	clicks   []func()
}

// NewButton returns a button with a text on it.
func NewButton(text string) *Button {
	b := &Button{}
	b.begin("Button", map[string]any{"description": text, "button_style": "", "icon": ""})
	b.text = func() string { return "[" + text + "]" }
	b.event = func(content map[string]any) {
		if content["event"] == "click" {
			b.Click()
		}
	}
	return b
}

// OnClick has f called whenever the button is pressed.
func (b *Button) OnClick(f func()) {
	b.clicksMu.Lock()
	defer b.clicksMu.Unlock()
	b.clicks = append(b.clicks, f)
}

// Click does what pressing the button does.
func (b *Button) Click() {
	b.clicksMu.Lock()
	clicks := b.clicks[:len(b.clicks):len(b.clicks)]
	b.clicksMu.Unlock()
	for _, f := range clicks {
		f()
	}
}
