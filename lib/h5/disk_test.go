package h5

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func init() {
	// fill writes more than there is room for; the first argument says what
	// makes the room small.
	children["fill"] = func(args []string) error {
		folder := args[1]
		full := syscall.ENOSPC
		switch args[0] {
		case "tmpfs":
			if err := syscall.Mount("none", folder, "tmpfs", 0, "size=1m"); err != nil {
				fmt.Println("no mount")
				return nil
			}
			defer func() { _ = syscall.Unmount(folder, 0) }()
		case "limit", "hard limit":
			full = syscall.EFBIG
			limit := syscall.Rlimit{}
			if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
				return err
			}
			limit.Cur = 1 << 20
			if args[0] == "hard limit" {
				limit.Max = limit.Cur
			}
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
				return err
			}
		}
		return fill(folder, full)
	}
}

func fill(folder string, full syscall.Errno) error {
	kept := filepath.Join(folder, "kept.h5")
	f, err := Create(kept)
	if err != nil {
		return err
	}
	if _, err := f.CreateDatasetFrom("x", []int32{1, 2, 3}); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	before, err := os.ReadFile(kept)
	if err != nil {
		return err
	}
	f, err = Create(filepath.Join(folder, "big.h5"))
	if err != nil {
		return err
	}
	_, err = f.CreateDatasetFrom("big", make([]float64, 1<<18))
	if !errors.Is(err, full) || !strings.Contains(err.Error(), "write /big in "+f.Path()) {
		return fmt.Errorf("a large write: %v", err)
	}
	fmt.Println(err)
	// Small pieces wait in HDF5's memory until the file is flushed or closed.
	chunked, err := f.CreateDataset("chunked", Float64, Shape{1 << 18}, Chunks{1 << 10})
	if err != nil {
		return err
	}
	for i := 0; i < 1<<8 && err == nil; i++ {
		err = chunked.Write(1, fmt.Sprintf("%d:%d", i<<10, (i+1)<<10))
	}
	if err == nil {
		err = f.Flush()
	}
	if err == nil {
		err = f.Close()
	}
	if !errors.Is(err, full) {
		return fmt.Errorf("small writes: %v", err)
	}
	_ = f.Close()
	if now, err := os.ReadFile(kept); err != nil || !bytes.Equal(now, before) {
		return fmt.Errorf("another file has changed: %v", err)
	}
	// The process goes on working.
	g, err := Open(kept)
	if err != nil {
		return err
	}
	d, err := g.Dataset("x")
	if err != nil {
		return err
	}
	a, err := d.Read()
	if err != nil || a.String() != "[1 2 3]" {
		return fmt.Errorf("afterwards: %v %v", a, err)
	}
	fmt.Println("good")
	return g.Close()
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// ownMounts lets a child mount file systems that only it sees.
func ownMounts(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
}

func TestFullDisk(t *testing.T) {
	// A disk of 1 MiB, where the machine allows a mount.
	cmd := child(t, "fill", "tmpfs", t.TempDir())
	ownMounts(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) > 0 || err == nil && !strings.Contains(string(out), "good") && !strings.Contains(string(out), "no mount") {
		t.Errorf("full disk: %v %s", err, out)
	}
	// The same with a limit, which every machine allows.
	for _, limit := range []string{"limit", "hard limit"} {
		if out := output(t, child(t, "fill", limit, t.TempDir())); !strings.Contains(out, "good") {
			t.Errorf("%s: %s", limit, out)
		}
	}
}
