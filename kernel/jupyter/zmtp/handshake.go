package zmtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	greetingSize = 64
	maxReady     = 8 << 10 // bytes of a READY command; libzmq's is under 300
)

// greeting is what both sides say first: signature, version 3.0, mechanism.
// Version 3.0, not 3.1, makes peers send subscriptions as messages.
func greeting() []byte {
	g := make([]byte, greetingSize)
	g[0], g[8], g[9] = 0xff, 1, 0x7f
	g[10], g[11] = 3, 0
	copy(g[12:32], "NULL")
	return g
}

func checkGreeting(g []byte) error {
	if g[0] != 0xff || g[9]&1 != 1 {
		return errors.New("not a ZMTP greeting")
	}
	if g[10] < 3 {
		return fmt.Errorf("peer speaks ZMTP %d, 3 is needed", g[10])
	}
	if mechanism := string(bytes.TrimRight(g[12:32], "\x00")); mechanism != "NULL" {
		return fmt.Errorf("peer wants the security mechanism %q, only NULL is offered", mechanism)
	}
	return nil
}

// handshake greets the peer, exchanges READY commands and returns the identity
// that the peer gave itself, often empty.
func handshake(rw io.ReadWriter, r io.Reader, kind string) (identity string, err error) {
	ready := appendProperty(appendProperty([]byte("\x05READY"), "Socket-Type", kind), "Identity", "")
	hello := append(greeting(), flagCommand, byte(len(ready)))
	if _, err := rw.Write(append(hello, ready...)); err != nil {
		return "", fmt.Errorf("greeting: %w", err)
	}
	var g [greetingSize]byte
	if _, err := io.ReadFull(r, g[:]); err != nil {
		return "", fmt.Errorf("reading the greeting: %w", err)
	}
	if err := checkGreeting(g[:]); err != nil {
		return "", err
	}
	flags, body, err := readFrame(r, maxReady)
	if err != nil {
		return "", fmt.Errorf("reading the READY command: %w", err)
	}
	if flags&flagCommand == 0 || !bytes.HasPrefix(body, []byte("\x05READY")) {
		return "", errors.New("peer did not send READY after its greeting")
	}
	meta, err := properties(body[6:])
	if err != nil {
		return "", err
	}
	if peer := meta["socket-type"]; !compatible(kind, peer) {
		return "", fmt.Errorf("peer has a socket of type %q, which is none for %s", peer, kind)
	}
	if len(meta["identity"]) > 255 {
		return "", errors.New("peer's identity is longer than 255 bytes")
	}
	return meta["identity"], nil
}

func compatible(kind, peer string) bool {
	switch kind {
	case "ROUTER":
		return peer == "DEALER" || peer == "REQ" || peer == "ROUTER"
	case "REP":
		return peer == "REQ" || peer == "DEALER"
	case "XPUB":
		return peer == "SUB" || peer == "XSUB"
	}
	return false
}

func appendProperty(b []byte, name, value string) []byte {
	b = append(append(b, byte(len(name))), name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// properties decodes the metadata of a READY command, names in lower case.
func properties(b []byte) (map[string]string, error) {
	broken := errors.New("peer's READY command is cut short")
	meta := make(map[string]string)
	for len(b) > 0 {
		n := int(b[0])
		if len(b) < 1+n+4 {
			return nil, broken
		}
		name := strings.ToLower(string(b[1 : 1+n]))
		b = b[1+n:]
		size := binary.BigEndian.Uint32(b)
		if b = b[4:]; uint64(size) > uint64(len(b)) {
			return nil, broken
		}
		meta[name] = string(b[:size])
		b = b[size:]
	}
	return meta, nil
}
