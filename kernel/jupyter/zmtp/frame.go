package zmtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Flags of a frame, ZMTP section "Framing".
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

const (
	maxFrames   = 4096
	chunk       = 1 << 20 // of larger frames as much is taken at a time
	shortLength = 255     // the longest frame with a one-byte size
)

var errTooLarge = errors.New("message is larger than the limit")

// readFrame reads one frame of at most limit bytes.
func readFrame(r io.Reader, limit int) (flags byte, body []byte, err error) {
	var head [9]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return 0, nil, err
	}
	flags = head[0]
	if flags&^(flagMore|flagLong|flagCommand) != 0 {
		return 0, nil, fmt.Errorf("frame with unknown flags %#x", flags)
	}
	size := uint64(head[1])
	if flags&flagLong != 0 {
		if _, err := io.ReadFull(r, head[2:]); err != nil {
			return 0, nil, err
		}
		size = binary.BigEndian.Uint64(head[1:])
	}
	if size > uint64(limit) {
		return 0, nil, fmt.Errorf("%w: %d bytes announced, %d allowed", errTooLarge, size, limit)
	}
	var parts [][]byte
	for rest := size; rest > 0 || parts == nil; {
		part := make([]byte, min(rest, chunk))
		if _, err := io.ReadFull(r, part); err != nil {
			return 0, nil, err
		}
		parts, rest = append(parts, part), rest-uint64(len(part))
	}
	if len(parts) == 1 {
		return flags, parts[0], nil
	}
	return flags, slices.Concat(parts...), nil
}

// readMessage reads frames up to the last of a message. A command is returned
// alone, with command set.
func readMessage(r io.Reader, limit int) (frames [][]byte, command bool, err error) {
	for {
		flags, body, err := readFrame(r, limit)
		if err != nil {
			return nil, false, err
		}
		if flags&flagCommand != 0 {
			if len(frames) > 0 || flags&flagMore != 0 {
				return nil, false, errors.New("command inside a message")
			}
			return [][]byte{body}, true, nil
		}
		frames = append(frames, body)
		if flags&flagMore == 0 {
			return frames, false, nil
		}
		if limit -= len(body); len(frames) == maxFrames {
			return nil, false, fmt.Errorf("message of more than %d frames", maxFrames)
		}
	}
}

// appendMessage appends the wire form of a message, header and body of each
// frame as slices of their own, so that large bodies are not copied.
func appendMessage(out [][]byte, frames [][]byte) [][]byte {
	for i, body := range frames {
		var flags byte
		if i < len(frames)-1 {
			flags = flagMore
		}
		out = append(out, frameHead(flags, len(body)), body)
	}
	return out
}

func frameHead(flags byte, size int) []byte {
	if size <= shortLength {
		return []byte{flags, byte(size)}
	}
	return binary.BigEndian.AppendUint64([]byte{flags | flagLong}, uint64(size))
}

// command returns the wire form of a short command.
func command(name string, body []byte) []byte {
	head := []byte{flagCommand, byte(1 + len(name) + len(body)), byte(len(name))}
	return append(append(head, name...), body...)
}

// parseCommand splits a command into its name and body.
func parseCommand(b []byte) (name string, body []byte, err error) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return "", nil, errors.New("malformed command")
	}
	return string(b[1 : 1+b[0]]), b[1+b[0]:], nil
}
