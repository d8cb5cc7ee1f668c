package widgets

import (
	"sync"

	"github.com/galago-hpc/galago/internal/comm"
)

// The widgets that were shown. A page that is opened again asks for them.
var (
	shownMu sync.Mutex
	shown   = map[string]*model{}
)

func remember(m *model) {
	shownMu.Lock()
	defer shownMu.Unlock()
	shown[m.id] = m
}

func forget(m *model) {
	shownMu.Lock()
	defer shownMu.Unlock()
	delete(shown, m.id)
}

// answerStates tells a page that was opened again the states of all widgets.
func answerStates(c *comm.Comm) func(data map[string]any) {
	return func(data map[string]any) {
		if data["method"] != "request_states" {
			return
		}
		shownMu.Lock()
		models := make([]*model, 0, len(shown))
		for _, m := range shown {
			models = append(models, m)
		}
		shownMu.Unlock()
		states := map[string]any{}
		for _, m := range models {
			m.mu.Lock()
			state := make(map[string]any, len(m.state))
			for field, value := range m.state {
				state[field] = value
			}
			m.mu.Unlock()
			states[m.id] = map[string]any{
				"model_name": state["_model_name"], "model_module": state["_model_module"],
				"model_module_version": state["_model_module_version"], "state": state,
			}
		}
		_ = c.Send(map[string]any{"method": "update_states", "states": states, "buffer_paths": []any{}})
	}
}
