package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A message is what a kernel says.
type message struct {
	kind, parent string // parent is the ID of the request
	content      struct {
		State  string         `json:"execution_state"`
		Status string         `json:"status"`
		Text   string         `json:"text"`
		Data   map[string]any `json:"data"`
		Name   string         `json:"ename"`
		Value  string         `json:"evalue"`
	}
}

// decode takes a message apart. It trusts the kernel, which it has started.
func decode(frames [][]byte) (m message, err error) {
	for len(frames) > 0 && string(frames[0]) != "<IDS|MSG>" {
		frames = frames[1:]
	}
	if len(frames) < 6 {
		return m, errors.New("no message of Jupyter")
	}
	var header, parent struct {
		ID   string `json:"msg_id"`
		Type string `json:"msg_type"`
	}
	err = errors.Join(json.Unmarshal(frames[2], &header), json.Unmarshal(frames[3], &parent), json.Unmarshal(frames[5], &m.content))
	m.kind, m.parent = header.Type, parent.ID
	return m, err
}

// send sends a request on a channel and returns its ID.
func (k *Kernel) send(on zmq4.Socket, kind string, content any) (id string, err error) {
	k.sent++
	id = fmt.Sprintf("bench-%d", k.sent)
	header := map[string]string{"msg_id": id, "msg_type": kind, "session": "bench", "username": "bench", "date": time.Now().UTC().Format(time.RFC3339Nano), "version": "5.3"}
	mac := hmac.New(sha256.New, k.key)
	frames := [][]byte{[]byte("<IDS|MSG>"), nil}
	for _, part := range []any{header, struct{}{}, struct{}{}, content} {
		data, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		mac.Write(data)
		frames = append(frames, data)
	}
	frames[1] = []byte(hex.EncodeToString(mac.Sum(nil)))
	return id, on.SendMulti(zmq4.NewMsgFrom(frames...))
}

// An Outcome is what a request brought about, and how long it took.
type Outcome struct {
	Replied float64 // seconds from the request until its reply has come
	Seconds float64 // until the kernel is idle as well
	Printed string
	Shown   string
}

// Execute runs a cell that must succeed.
func (k *Kernel) Execute(code string) (Outcome, error) {
	o, err := k.Ask("execute_request", cell(code))
	if err != nil {
		return o, fmt.Errorf("run a cell with %s: %w\n%s\n%s", k.Name, err, code, o.Printed)
	}
	return o, nil
}

func cell(code string) map[string]any {
	return map[string]any{"code": code, "silent": false, "store_history": true, "user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": false}
}

// Ask sends any request on the shell channel. An answer with the status
// "error" is an error.
func (k *Kernel) Ask(kind string, content any) (Outcome, error) {
	began := time.Now()
	id, err := k.send(k.shell, kind, content)
	if err != nil {
		return Outcome{}, err
	}
	return k.wait(id, began, cellTime)
}

// Interrupt runs an endless cell, which must print something, interrupts it
// and returns the seconds from there until its reply. By message says that the
// kernel is interrupted by a message and not by a signal.
func (k *Kernel) Interrupt(code string, byMessage bool) (float64, error) {
	id, err := k.send(k.shell, "execute_request", cell(code))
	if err != nil {
		return 0, err
	}
	for m := (message{}); m.kind != "stream" || m.parent != id; {
		select {
		case m = <-k.published:
		case err := <-k.failed:
			return 0, err
		case <-time.After(cellTime):
			return 0, fmt.Errorf("%s: the endless cell does not begin", k.Name)
		}
	}
	time.Sleep(100 * time.Millisecond) // well into the loop
	began := time.Now()
	if byMessage {
		_, err = k.send(k.control, "interrupt_request", struct{}{})
	} else {
		err = k.command.Process.Signal(os.Interrupt)
	}
	if err != nil {
		return 0, err
	}
	o, err := k.wait(id, began, cellTime)
	if o.Replied == 0 {
		return 0, fmt.Errorf("interrupt %s: %w", k.Name, err)
	}
	return o.Replied, nil // that the cell has failed is as it should be
}

// wait gathers what answers a request.
func (k *Kernel) wait(id string, began time.Time, limit time.Duration) (o Outcome, err error) {
	var printed strings.Builder
	defer func() {
		o.Printed, o.Seconds = printed.String(), time.Since(began).Seconds()
	}()
	timeout := time.After(limit)
	for replied, idle := false, false; !replied || !idle; {
		select {
		case m := <-k.replies:
			if m.parent != id {
				continue
			}
			replied, o.Replied = true, time.Since(began).Seconds()
			if m.content.Status == "error" || m.content.Status == "aborted" {
				err = fmt.Errorf("%s: %s", m.content.Name, m.content.Value)
			}
		case m := <-k.published:
			switch {
			case m.parent != id:
			case m.kind == "status":
				idle = m.content.State == "idle"
			case m.kind == "stream":
				printed.WriteString(m.content.Text)
			case m.kind == "execute_result":
				o.Shown, _ = m.content.Data["text/plain"].(string)
			}
		case err := <-k.failed:
			return o, err
		case <-timeout:
			return o, fmt.Errorf("no end after %v", limit)
		}
	}
	return o, err
}
