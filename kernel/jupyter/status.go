package jupyter

import "time"

// restTime is how long after the last request the kernel gives back the memory
// that it does not need: notebooks stay open for days.
const restTime = 2 * time.Second

// Clients show the state that was told last, whichever request it belongs to.
// Several are handled at a time: one on the control channel while a cell runs,
// say. So after the idle of one, busy is told again if code still runs: without a
// parent, because front ends note when a cell became busy. It is not told because of
// other requests: Jupyter's server passes over the states that belong to a
// kernel_info_request, and would take the kernel for busy from then on.

// begin tells that a request is being handled.
func (k *kernel) begin(m *message) {
	k.states.Lock()
	defer k.states.Unlock()
	k.handled++
	if handlers[m.header.Type].runs {
		k.coding++
	}
	k.rest.Stop()
	k.status(m, "busy")
}

// finish tells that a request has been handled and all its output sent.
func (k *kernel) finish(m *message) {
	k.states.Lock()
	defer k.states.Unlock()
	k.handled--
	if handlers[m.header.Type].runs {
		k.coding--
	}
	k.status(m, "idle")
	if k.coding > 0 {
		k.status(nil, "busy")
	}
	if k.handled == 0 {
		k.rest.Reset(restTime)
	}
}

func (k *kernel) status(parent *message, state string) {
	k.publish(parent, "status", map[string]string{"execution_state": state})
}
