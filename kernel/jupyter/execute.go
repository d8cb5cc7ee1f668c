package jupyter

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// An execution is a cell that runs.
type execution struct {
	request    *request
	output     *output
	allowStdin bool
	ctx        context.Context // done on an interrupt, and when the kernel ends
	stop       context.CancelCauseFunc
}

// execute runs a cell and describes its end.
func (k *kernel) execute(r *request) answer {
	fell, stopped := overtaken(r, r.lane.stopped)
	if r.lane.stopped = stopped; fell || r.aborted {
		return answer{content: object{"status": "aborted"}, metadata: object{"status": "aborted"}}
	}
	content := struct {
		Code            string            `json:"code"`
		Silent          bool              `json:"silent"`
		StoreHistory    *bool             `json:"store_history"`
		UserExpressions map[string]string `json:"user_expressions"`
		AllowStdin      bool              `json:"allow_stdin"`
		StopOnError     bool              `json:"stop_on_error"`
	}{StopOnError: true}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	quiet := content.Silent || content.StoreHistory != nil && !*content.StoreHistory
	started := now()
	x := &execution{
		request:    r,
		output:     newOutput(k, r.message, content.Silent),
		allowStdin: content.AllowStdin,
	}
	x.ctx, x.stop = context.WithCancelCause(k.ctx)
	defer x.stop(nil)
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-k.ctx.Done():
		return answer{content: object{"status": "aborted"}, metadata: object{"status": "aborted"}}
	}
	k.setRunning(x)
	defer x.output.flush()
	defer k.setRunning(nil)
	number, failed := k.runCell(x, content.Code, quiet)
	reply := object{"status": "ok", "execution_count": number}
	if failed == nil {
		reply["payload"] = x.output.payload()
		reply["user_expressions"] = k.evaluate(x, content.UserExpressions)
	} else {
		reply = k.report(failed)
		if !content.Silent {
			x.output.flush()
			k.publish(r.message, "error", reply)
			if content.StopOnError {
				r.lane.stopped = time.Now()
				r.lane.abort()
			}
		}
		reply = maps.Clone(reply)
		reply["status"], reply["execution_count"] = "error", number
		reply["payload"], reply["user_expressions"] = x.output.payload(), object{}
	}
	if !quiet && strings.TrimSpace(content.Code) != "" {
		k.history.add(number, content.Code, x.output.result())
	}
	return answer{content: reply, metadata: object{"started": started, "status": reply["status"]}}
}

// runCell runs the code and returns the number of the cell. Code that is not
// to be remembered takes no number if the session can run it so.
func (k *kernel) runCell(x *execution, code string, quiet bool) (number int, failed *event.Failure) {
	s, err := k.waitForSession(x.ctx)
	if errors.Is(err, errInterrupted) {
		return 0, &event.Failure{Name: "interrupt", Message: err.Error()}
	}
	if err != nil {
		return 0, &event.Failure{Name: "startup", Message: err.Error()}
	}
	number = s.Count()
	blank := strings.TrimSpace(code) == ""
	run := s.Execute
	if q, can := s.(Quiet); can && quiet {
		run = q.ExecuteQuietly
	} else if !blank {
		number++
	}
	x.output.number = number
	if !x.output.silent {
		k.publish(x.request.message, "execute_input", object{"code": code, "execution_count": number})
	}
	if blank {
		return number, nil
	}
	if isQuestion(code) {
		x.output.page()
	}
	return number, run(x.ctx, code, x.output.emit)
}

// report is the content of an error message.
func (k *kernel) report(f *event.Failure) object {
	value, _, _ := strings.Cut(f.Message, "\n")
	traceback := render(f)
	if r, can := k.made().(Renderer); can {
		traceback = r.Render(f, true)
	}
	if traceback == nil {
		traceback = []string{}
	}
	return object{"ename": f.Name, "evalue": value, "traceback": traceback}
}

func (k *kernel) setRunning(x *execution) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.running = x
}

func (k *kernel) current() *execution {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.running
}

// made is the session, or nil as long as there is none.
func (k *kernel) made() Session {
	select {
	case <-k.ready:
		return k.session
	default:
		return nil
	}
}

var errInterrupted = errors.New("interrupted")

// waitForSession waits until the session is made or ctx is done.
func (k *kernel) waitForSession(ctx context.Context) (Session, error) {
	select {
	case <-k.ready:
		return k.session, k.failed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
