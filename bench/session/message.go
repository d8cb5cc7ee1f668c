package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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

// send sends a request on the shell channel and returns its ID.
func (k *kernel) send(kind string, content any) (id string, err error) {
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
	return id, k.shell.SendMulti(zmq4.NewMsgFrom(frames...))
}

// An outcome is what a cell printed and showed, and how long it took.
type outcome struct {
	seconds float64 // from the request until its reply has come and the kernel is idle
	printed string
	shown   string
}

// execute runs a cell that must succeed.
func (k *kernel) execute(code string) (outcome, error) {
	began := time.Now()
	id, err := k.send("execute_request", map[string]any{"code": code, "silent": false, "store_history": true, "user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": false})
	if err != nil {
		return outcome{}, err
	}
	o, err := k.wait(id, cellTime)
	o.seconds = time.Since(began).Seconds()
	if err != nil {
		return o, fmt.Errorf("run a cell with %s: %w\n%s\n%s", k.name, err, code, o.printed)
	}
	return o, nil
}

// wait gathers what answers a request.
func (k *kernel) wait(id string, limit time.Duration) (o outcome, err error) {
	var printed strings.Builder
	defer func() { o.printed = printed.String() }()
	timeout := time.After(limit)
	for replied, idle := false, false; !replied || !idle; {
		select {
		case m := <-k.replies:
			if m.parent != id {
				continue
			}
			replied = true
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
				o.shown, _ = m.content.Data["text/plain"].(string)
			}
		case err := <-k.failed:
			return o, err
		case <-timeout:
			return o, fmt.Errorf("no end after %v", limit)
		}
	}
	return o, err
}
