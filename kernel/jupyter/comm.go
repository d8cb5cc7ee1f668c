package jupyter

import (
	"context"
	"sync"

	"github.com/galago-hpc/galago/internal/event"
)

// A Messenger is a [Session] whose cells hold ends of comms. Message delivers
// what a client sends through one; it is called between cells.
type Messenger interface {
	Message(ctx context.Context, m event.Message, emit func(event.Event)) *event.Failure
}

// comms are the comms that are open, with their targets, by id.
type comms struct {
	mu      sync.Mutex
	targets map[string]string
}

func (c *comms) note(m event.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m.Type {
	case event.Open:
		if c.targets == nil {
			c.targets = map[string]string{}
		}
		c.targets[m.ID] = m.Target
	case event.Close:
		delete(c.targets, m.ID)
	}
}

// knows reports whether a comm is open; any, whether one is.
func (c *comms) knows(id string) (this, any bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, this = c.targets[id]
	return this, len(c.targets) > 0
}

// list is the content of a comm_info_reply: the comms with a target, or all.
func (c *comms) list(target string) object {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := object{}
	for id, name := range c.targets {
		if target == "" || name == target {
			all[id] = object{"target_name": name}
		}
	}
	return all
}

// commContent is the content of comm_open, comm_msg and comm_close.
type commContent struct {
	ID     string         `json:"comm_id"`
	Target string         `json:"target_name"`
	Data   map[string]any `json:"data"`
}

func (k *kernel) commInfo(r *request) answer {
	var content struct {
		Target string `json:"target_name"`
	}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	return ok(object{"comms": k.comms.list(content.Target)})
}

// commOpen closes the comm at once, as the protocol asks of a side that does
// not know the target, as long as no cell has opened one: only a session with
// widgets can know what the client asks for.
func (k *kernel) commOpen(r *request) answer {
	if _, any := k.comms.knows(""); any {
		return k.commDeliver(r, event.Open)
	}
	var content commContent
	if err := read(r, &content); err != nil {
		k.log.Printf("%v", err)
		return answer{}
	}
	k.sendComm(r.message, event.Message{Type: event.Close, ID: content.ID})
	return answer{}
}

func (k *kernel) commMessage(r *request) answer { return k.commDeliver(r, event.Send) }

func (k *kernel) commClose(r *request) answer { return k.commDeliver(r, event.Close) }

// commDeliver gives a client's message to the session. What that brings about
// is published as the output of this message.
func (k *kernel) commDeliver(r *request, kind event.MessageType) answer {
	var content commContent
	if err := read(r, &content); err != nil {
		k.log.Printf("%v", err)
		return answer{}
	}
	m := event.Message{Type: kind, ID: content.ID, Target: content.Target, Data: content.Data}
	if known, _ := k.comms.knows(m.ID); !known && kind != event.Open {
		return answer{} // it was closed in the meantime, or belongs to another kernel
	}
	s, can := k.made().(Messenger)
	if !can {
		return answer{}
	}
	k.comms.note(m)
	x := &execution{request: r, output: newOutput(k, r.message, false)}
	x.ctx, x.stop = context.WithCancelCause(k.ctx)
	defer x.stop(nil)
	select { // a comm's subshell does not wait for the cells of others
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-k.ctx.Done():
		return answer{}
	}
	k.setRunning(x)
	f := s.Message(x.ctx, m, x.output.emit)
	k.setRunning(nil)
	x.output.flush()
	if f != nil {
		k.publish(r.message, "error", k.report(f))
	}
	return answer{}
}

// sendComm publishes a message of a cell's end of a comm.
func (k *kernel) sendComm(parent *message, m event.Message) {
	k.comms.note(m)
	content := object{"comm_id": m.ID, "data": orEmpty(m.Data)}
	if m.Type == event.Open {
		content["target_name"] = m.Target
	}
	if state, ok := m.Data["state"].(map[string]any); ok && m.Capture != "" && parent != nil {
		state[m.Capture] = parent.header.ID
	}
	var metadata any
	if m.Metadata != nil {
		metadata = m.Metadata
	}
	kind := "comm_" + string(m.Type)
	frames, err := encode(k.newHeader(kind), parent, metadata, content, k.signer)
	if err != nil {
		k.log.Printf("encoding %s: %v", kind, err)
		return
	}
	// A front end that misses one of these draws something else than the
	// session has.
	k.iopub.Publish(true, append([][]byte{[]byte("comm-" + m.ID)}, frames...)...)
}
