package notebook_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal runs a part on a terminal of its own, types, and returns what is seen.
func onTerminal(t *testing.T, part, prompt, typed string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(part)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var seen strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := master.Read(buf)
		seen.Write(buf[:n])
		if prompt != "" && strings.Contains(seen.String(), prompt) {
			if _, err := master.WriteString(typed); err != nil {
				t.Fatal(err)
			}
			prompt = ""
		}
		if err != nil {
			break // the program has ended
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, seen.String())
	}
	return seen.String()
}

func TestPasswordOnATerminal(t *testing.T) {
	// The echo is off before the prompt can be answered.
	if got := onTerminal(t, "password", "secret: ", "hush\n"); got != "secret: \r\n\"hush\" <nil>\r\n" {
		t.Errorf("%q", got)
	}
	if got := onTerminal(t, "input", "? ", "seen\n\x04"); !strings.HasPrefix(got, "? seen\r\n\"seen\"\r\n? ") {
		t.Errorf("%q", got)
	}
}

func TestProgressOnATerminal(t *testing.T) {
	got := onTerminal(t, "progress", "", "")
	lines := strings.Split(got, "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "\r<stars> ") || !strings.Contains(lines[0], "100000/100000  100%") {
		t.Errorf("%q", got)
	}
}
