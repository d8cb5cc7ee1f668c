package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/galago-hpc/galago/kernel/jupyter/zmtp"
)

// answered takes what arrives on the stdin socket.
func (k *kernel) answered(from zmtp.Peer, frames [][]byte) {
	m := k.receive("stdin", from, frames)
	if m == nil {
		return
	}
	if m.header.Type != "input_reply" {
		k.log.Printf("ignored %q on stdin", m.header.Type)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case k.question <- m: // never, if there is no question
	default:
		k.log.Printf("dropped an input_reply: nobody asked")
	}
}

// expect prepares for the answer to a question; nil ends that.
func (k *kernel) expect(question chan *message) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.question = question
}

// ask is the [Ask] of the session: it asks the client that sent the running
// cell.
func (k *kernel) ask(prompt string, secret bool) (string, error) {
	x := k.current()
	if x == nil {
		return "", errors.New("asking for input: no cell is running")
	}
	if !x.allowStdin {
		return "", errors.New("asking for input: this front end cannot be asked; run the cell in one that can, such as JupyterLab")
	}
	x.output.flush()
	answers := make(chan *message, 1)
	k.expect(answers)
	defer k.expect(nil)
	h := k.newHeader("input_request")
	frames, err := encode(h, x.request.message, nil, object{"prompt": prompt, "password": secret}, k.signer)
	if err != nil {
		return "", fmt.Errorf("asking for input: %w", err)
	}
	if err := k.sendQuestion(x, frames); err != nil {
		return "", err
	}
	for {
		select {
		case m := <-answers:
			if m.from.Identity != x.request.from.Identity || m.parent.ID != "" && m.parent.ID != h.ID {
				k.log.Printf("dropped an input_reply to another question")
				continue
			}
			return inputValue(m)
		case <-x.ctx.Done():
			return "", fmt.Errorf("asking for input: %w", context.Cause(x.ctx))
		}
	}
}

// sendQuestion sends to the client's stdin socket, which may connect later
// than its shell socket.
func (k *kernel) sendQuestion(x *execution, frames [][]byte) error {
	to := zmtp.Peer{Identity: x.request.from.Identity}
	var err error
	for range 40 {
		if err = k.stdin.Send(to, append(x.request.route, frames...)...); err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-x.ctx.Done():
			return fmt.Errorf("asking for input: %w", context.Cause(x.ctx))
		}
	}
	return fmt.Errorf("asking for input: the front end does not listen: %w", err)
}

func inputValue(m *message) (string, error) {
	var content struct {
		Value *string `json:"value"`
	}
	if err := json.Unmarshal(m.content, &content); err != nil || content.Value == nil {
		return "", errors.New("asking for input: the front end's answer has no value")
	}
	return *content.Value, nil
}
