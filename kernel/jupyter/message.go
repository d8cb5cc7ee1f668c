package jupyter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/galago-hpc/galago/kernel/jupyter/zmtp"
)

const (
	protocolVersion = "5.5"
	delimiter       = "<IDS|MSG>"
	maxHeader       = 1 << 20 // bytes of a header, a parent header or metadata
	dateLayout      = "2006-01-02T15:04:05.000000Z"
)

var emptyObject = json.RawMessage("{}")

// A header is the first of the four parts of a message.
type header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
	Subshell string `json:"subshell_id,omitempty"` // which lane of the shell; empty: the main one
}

// A message is one that was received.
type message struct {
	from    zmtp.Peer
	route   [][]byte // further identities, if it came through a proxy
	header  header
	raw     json.RawMessage // the header as it came: replies carry it
	parent  header
	content json.RawMessage
}

// decode takes a message apart:
//
//	identities... "<IDS|MSG>" signature header parent_header metadata content buffers...
//
// and checks its signature.
func decode(from zmtp.Peer, frames [][]byte, s *signer) (*message, error) {
	n := 0
	for n < len(frames) && string(frames[n]) != delimiter {
		n++
	}
	if n == len(frames) {
		return nil, errors.New("no delimiter " + delimiter)
	}
	parts := frames[n+1:]
	if len(parts) < 5 {
		return nil, fmt.Errorf("%d parts after the delimiter instead of 5 or more", len(parts))
	}
	signature, parts := parts[0], parts[1:]
	for _, part := range parts[:3] {
		if len(part) > maxHeader {
			return nil, fmt.Errorf("header of %d bytes", len(part))
		}
	}
	if err := s.check(signature, parts[:4]); err != nil {
		return nil, err
	}
	m := &message{from: from, route: frames[:n], raw: parts[0], content: parts[3]}
	if err := json.Unmarshal(m.raw, &m.header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if !utf8.Valid(m.raw) { // it would go back out in every reply
		return nil, errors.New("header is not UTF-8")
	}
	if m.header.Type == "" {
		return nil, errors.New("header without msg_type")
	}
	if err := json.Unmarshal(parts[1], &m.parent); err != nil {
		return nil, fmt.Errorf("parent header: %w", err)
	}
	if content := bytes.TrimSpace(m.content); len(content) == 0 || content[0] != '{' || !json.Valid(content) {
		return nil, errors.New("content is not a JSON object")
	}
	return m, nil
}

// encode builds the frames of a message, from the delimiter on. parent may be
// nil.
func encode(h header, parent *message, metadata, content any, s *signer) ([][]byte, error) {
	parentHeader := emptyObject
	if parent != nil {
		parentHeader = parent.raw
	}
	if metadata == nil {
		metadata = emptyObject
	}
	head, err := marshal(h)
	if err != nil {
		return nil, err
	}
	meta, err := marshal(metadata)
	if err != nil {
		return nil, err
	}
	body, err := marshal(content)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{head, parentHeader, meta, body}
	return append([][]byte{[]byte(delimiter), s.sign(parts)}, parts...), nil
}

// marshal is json.Marshal that leaves <, > and & as they are: HTML and SVG
// would grow by a third.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func now() string { return time.Now().UTC().Format(dateLayout) }
