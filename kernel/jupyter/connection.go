package jupyter

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// A Connection is what a connection file says: where to listen and how to
// sign. A client writes the file and names it on the kernel's command line.
type Connection struct {
	Transport       string `json:"transport"` // "tcp" or "ipc"
	IP              string `json:"ip"`        // ipc: the path that precedes "-PORT"
	ShellPort       int    `json:"shell_port"`
	ControlPort     int    `json:"control_port"`
	StdinPort       int    `json:"stdin_port"`
	IOPubPort       int    `json:"iopub_port"`
	HeartbeatPort   int    `json:"hb_port"`
	Key             string `json:"key"` // empty: messages are not signed
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name"`
}

// ReadConnection reads and checks a connection file.
func ReadConnection(path string) (*Connection, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the connection file: %w", err)
	}
	c := &Connection{Transport: "tcp", IP: "127.0.0.1", SignatureScheme: "hmac-sha256"}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("connection file %s is not what Jupyter writes: %w", path, err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("connection file %s: %w", path, err)
	}
	return c, nil
}

func (c *Connection) check() error {
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return fmt.Errorf("transport is %q; tcp and ipc are known", c.Transport)
	}
	if c.Key != "" && c.SignatureScheme != "hmac-sha256" {
		return fmt.Errorf("signature_scheme is %q; only hmac-sha256 is known", c.SignatureScheme)
	}
	if c.Transport == "ipc" && c.IP == "" {
		return fmt.Errorf("ip is empty; for ipc it is the path of the sockets")
	}
	used := make(map[int]string)
	for _, port := range []struct {
		name   string
		number int
	}{
		{"shell_port", c.ShellPort}, {"control_port", c.ControlPort}, {"stdin_port", c.StdinPort},
		{"iopub_port", c.IOPubPort}, {"hb_port", c.HeartbeatPort},
	} {
		if port.number < 1 || c.Transport == "tcp" && port.number > 65535 {
			return fmt.Errorf("%s is missing or not a port: %d", port.name, port.number)
		}
		if other := used[port.number]; other != "" {
			return fmt.Errorf("%s and %s are both %d", other, port.name, port.number)
		}
		used[port.number] = port.name
	}
	return nil
}

// address is where to listen, in the words of package net.
func (c *Connection) address(port int) (network, address string) {
	number := strconv.Itoa(port)
	if c.Transport == "ipc" {
		return "unix", c.IP + "-" + number
	}
	ip := strings.Trim(c.IP, "[]")
	if ip == "*" {
		ip = ""
	}
	return "tcp", net.JoinHostPort(ip, number)
}
