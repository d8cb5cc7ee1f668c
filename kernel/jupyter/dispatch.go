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
var handlers map[string]handler

// A handler answers one kind of request. One that is aside can do so while a
// cell runs; one that runs has the user's code run.
type handler struct {
	answer      func(*kernel, *request) answer
	aside, runs bool
}

func init() { // the handlers refer to the table themselves
	handlers = map[string]handler{
		"kernel_info_request":     {answer: (*kernel).kernelInfo, aside: true},
		"connect_request":         {answer: (*kernel).connectInfo, aside: true},
		"execute_request":         {answer: (*kernel).execute, runs: true},
		"complete_request":        {answer: (*kernel).complete, aside: true},
		"inspect_request":         {answer: (*kernel).inspect, aside: true},
		"is_complete_request":     {answer: (*kernel).isComplete, aside: true},
		"history_request":         {answer: (*kernel).historyRequest},
		"comm_info_request":       {answer: (*kernel).commInfo, aside: true},
		"comm_open":               {answer: (*kernel).commOpen},
		"comm_msg":                {answer: (*kernel).commMessage, runs: true},
		"comm_close":              {answer: (*kernel).commClose},
		"create_subshell_request": {answer: (*kernel).createSubshell},
		"delete_subshell_request": {answer: (*kernel).deleteSubshell},
		"list_subshell_request":   {answer: (*kernel).listSubshells},
		"interrupt_request":       {answer: (*kernel).interruptRequest},
		"shutdown_request":        {answer: (*kernel).shutdownRequest},
		"debug_request":           {answer: (*kernel).debug},
	}
}

// serve handles the requests of a lane until it is closed.
func (k *kernel) serve(l *lane) {
	for {
		r := l.pop()
		if r == nil {
			return
		}
		k.begin(r.message)
		k.respond(r, k.answer(r))
		l.done(r)
	}
}

// respond sends the answer to a request and tells its end.
func (k *kernel) respond(r *request, a answer) {
	if a.content != nil {
		name := strings.TrimSuffix(r.header.Type, "_request")
		k.reply(r, name+"_reply", a.metadata, a.content)
	}
	k.finish(r.message)
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
	if h, known := handlers[r.header.Type]; known {
		return h.answer(k, r)
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
