package jupyter

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const ports = `"shell_port": 1, "control_port": 2, "stdin_port": 3, "iopub_port": 4, "hb_port": 5`

func readText(t *testing.T, text string) (*Connection, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kernel.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadConnection(path)
}

func TestConnectionFilesThatAreWrongSayHow(t *testing.T) {
	for text, want := range map[string]string{
		``:    "not what Jupyter writes",
		`[1]`: "not what Jupyter writes",
		`{`:   "not what Jupyter writes",
		`{}`:  "shell_port is missing",
		`{` + strings.Replace(ports, "5", "1", 1) + `}`:                            "shell_port and hb_port are both 1",
		`{` + strings.Replace(ports, "5", "65536", 1) + `}`:                        "hb_port is missing or not a port: 65536",
		`{` + ports + `, "transport": "udp"}`:                                      `transport is "udp"`,
		`{` + ports + `, "key": "k", "signature_scheme": "hmac-md5"}`:              `signature_scheme is "hmac-md5"`,
		`{` + ports + `, "transport": "ipc", "ip": ""}`:                            "ip is empty",
		`{` + strings.Replace(ports, `"hb_port": 5`, `"hb_port": "five"`, 1) + `}`: "not what Jupyter writes",
	} {
		if _, err := readText(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadConnection("/does/not/exist"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestConnectionFilesFillInAndGiveAddresses(t *testing.T) {
	c, err := readText(t, `{`+ports+`, "future_field": [1]}`)
	if err != nil {
		t.Fatal(err)
	}
	for ip, want := range map[string]string{"127.0.0.1": "127.0.0.1:1", "*": ":1", "::1": "[::1]:1", "[::1]": "[::1]:1"} {
		c.IP = ip
		if network, address := c.address(c.ShellPort); network != "tcp" || address != want {
			t.Errorf("%s: %s %s, want %s", ip, network, address, want)
		}
	}
	c.Transport, c.IP = "ipc", "/tmp/k"
	if network, address := c.address(c.ShellPort); network != "unix" || address != "/tmp/k-1" {
		t.Errorf("ipc: %s %s", network, address)
	}
}
