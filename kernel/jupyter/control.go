package jupyter

// interrupt ends the running cell. Without one it does nothing: a session must
// not be left with an interrupt that hits the next cell.
func (k *kernel) interrupt() {
	x := k.current()
	if x == nil {
		return
	}
	// The session first, so that it is the interrupt that ends the cell, and
	// not the failure of what waits for ctx.
	if s := k.made(); s != nil {
		s.Interrupt()
	}
	x.stop(errInterrupted)
}

func (k *kernel) interruptRequest(*request) answer {
	k.interrupt()
	return ok(object{})
}

// shutdownRequest answers first and ends the kernel then, so that the client
// need not wait for the engine's end.
func (k *kernel) shutdownRequest(r *request) answer {
	var content struct {
		Restart bool `json:"restart"`
	}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	a := ok(object{"restart": content.Restart})
	k.publish(r.message, "shutdown_reply", a.content)
	a.then = k.stop
	return a
}
