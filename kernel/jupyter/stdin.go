package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// answered takes what arrives on the stdin socket.
func (k *kernel) answered(from string, frames [][]byte) {
	m := k.receive("stdin", from, frames)
	if m == nil {
		return
	}
	if m.header.Type != "input_reply" {
		k.log.Printf("ignored %q on stdin", m.header.Type)
		return
	}
	select {
	case k.answers <- m:
	default:
		k.log.Printf("dropped an input_reply: nobody asked")
	}
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
	for len(k.answers) > 0 { // replies to questions of earlier cells
		<-k.answers
	}
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
		case m := <-k.answers:
			if m.from != x.request.from || m.parent.ID != "" && m.parent.ID != h.ID {
				k.log.Printf("dropped an input_reply to another question")
				continue
			}
			return inputValue(m)
		case <-x.stopped:
			return "", fmt.Errorf("asking for input: %w", errInterrupted)
		case <-k.ctx.Done():
			return "", errors.New("asking for input: the kernel is ending")
		}
	}
}

// sendQuestion sends to the client's stdin socket, which may connect later
// than its shell socket.
func (k *kernel) sendQuestion(x *execution, frames [][]byte) error {
	var err error
	for range 40 {
		if err = k.stdin.Send(x.request.from, append(x.request.route, frames...)...); err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-x.stopped:
			return fmt.Errorf("asking for input: %w", errInterrupted)
		case <-k.ctx.Done():
			return errors.New("asking for input: the kernel is ending")
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
