package jupyter

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
)

// An answer is the content of a reply; nil content means that the message has
// no reply.
type answer struct {
	content  any
	metadata any
	then     func() // called after idle
}

// handlers are the messages that the kernel knows, by msg_type. A
// NAME_request is answered with NAME_reply.
var handlers = map[string]func(*kernel, *request) answer{
	"kernel_info_request": (*kernel).kernelInfo,
	"connect_request":     (*kernel).connectInfo,
	"execute_request":     (*kernel).execute,
	"complete_request":    (*kernel).complete,
	"inspect_request":     (*kernel).inspect,
	"is_complete_request": (*kernel).isComplete,
	"history_request":     (*kernel).historyRequest,
	"comm_info_request":   (*kernel).commInfo,
	"comm_open":           (*kernel).commOpen,
	"comm_msg":            (*kernel).commMessage,
	"comm_close":          (*kernel).commClose,
	"interrupt_request":   (*kernel).interruptRequest,
	"shutdown_request":    (*kernel).shutdownRequest,
	"debug_request":       (*kernel).debug,
}

// serve handles the requests of a channel until its lane is closed.
func (k *kernel) serve(c *channel) {
	for {
		r := c.pop()
		if r == nil {
			return
		}
		k.handle(r)
	}
}

// handle answers one request between busy and idle.
func (k *kernel) handle(r *request) {
	k.status(r.message, "busy")
	a := k.answer(r)
	if a.content != nil {
		name := strings.TrimSuffix(r.header.Type, "_request")
		k.reply(r, name+"_reply", a.metadata, a.content)
	}
	k.status(r.message, "idle")
	if a.then != nil {
		a.then()
	}
}

// answer calls the handler. A panic in it is a defect of the kernel, which is
// logged and must not cost the user the session.
func (k *kernel) answer(r *request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			k.log.Printf("handling %s: %v\n%s", r.header.Type, p, debug.Stack())
			a = answer{content: failure("InternalError", fmt.Sprintf("galago failed on this %s: %v", r.header.Type, p))}
		}
	}()
	if handler := handlers[r.header.Type]; handler != nil {
		return handler(k, r)
	}
	if !strings.HasSuffix(r.header.Type, "_request") {
		k.log.Printf("ignored a message of unknown type %q on %s", r.header.Type, r.on.name)
		return answer{}
	}
	return answer{content: failure("UnknownRequest", fmt.Sprintf("this kernel does not know %q", r.header.Type))}
}

// object is the content of most messages.
type object = map[string]any

func ok(content object) answer {
	content["status"] = "ok"
	return answer{content: content}
}

// failure is the content of a reply with the status "error".
func failure(name, value string) object {
	return object{"status": "error", "ename": name, "evalue": value, "traceback": []string{name + ": " + value}}
}

// read decodes a request's content over its defaults.
func read(r *request, into any) error {
	if err := json.Unmarshal(r.content, into); err != nil {
		return fmt.Errorf("content of %s: %w", r.header.Type, err)
	}
	return nil
}

func badContent(err error) answer { return answer{content: failure("BadRequest", err.Error())} }
