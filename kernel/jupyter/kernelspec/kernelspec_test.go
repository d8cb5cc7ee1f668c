package kernelspec

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInstalledSpecStartsTheKernel(t *testing.T) {
	prefix := t.TempDir()
	dir, err := Install(Options{Prefix: prefix, Executable: "/opt/galago", Env: map[string]string{"A": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(prefix, "share/jupyter/kernels/galago"); dir != want {
		t.Errorf("installed to %s, want %s", dir, want)
	}
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec Spec
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if want := []string{"/opt/galago", "kernel", "-f", "{connection_file}"}; !slices.Equal(spec.Argv, want) {
		t.Errorf("argv %q, want %q", spec.Argv, want)
	}
	if spec.Language != "go" || spec.DisplayName != "Go (Galago)" || spec.InterruptMode != "message" || spec.Env["A"] != "b" {
		t.Errorf("kernel.json is %s", data)
	}
}

func TestLogosHaveTheirSizes(t *testing.T) {
	for name, size := range map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64} {
		f, err := logos.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		config, err := png.DecodeConfig(f)
		if err != nil || config.Width != size || config.Height != size {
			t.Errorf("%s: %dx%d, %v", name, config.Width, config.Height, err)
		}
	}
}

func TestInstallReplacesItsOwnAndNothingElse(t *testing.T) {
	prefix := t.TempDir()
	for range 2 {
		if _, err := Install(Options{Prefix: prefix}); err != nil {
			t.Fatal(err)
		}
	}
	foreign := filepath.Join(prefix, "share/jupyter/kernels/python3")
	if err := os.MkdirAll(foreign, 0o755); err != nil {
		t.Fatal(err)
	}
	spec := []byte(`{"argv": ["python"], "metadata": {"debugger": true}}`)
	if err := os.WriteFile(filepath.Join(foreign, "kernel.json"), spec, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Install(Options{Prefix: prefix, Name: "python3"}); err == nil || !strings.Contains(err.Error(), "another kernel") {
		t.Errorf("installing over python3: %v", err)
	}
	if _, err := Uninstall(Options{Prefix: prefix, Name: "python3"}); err == nil {
		t.Error("python3 was uninstalled")
	}
	if got, _ := os.ReadFile(filepath.Join(foreign, "kernel.json")); string(got) != string(spec) {
		t.Errorf("python3's kernel.json is now %s", got)
	}
}

func TestUninstallLeavesNothing(t *testing.T) {
	prefix := t.TempDir()
	if _, err := Install(Options{Prefix: prefix}); err != nil {
		t.Fatal(err)
	}
	if _, err := Uninstall(Options{Prefix: prefix}); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(prefix, "share/jupyter/kernels"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := Uninstall(Options{Prefix: prefix}); err == nil {
		t.Error("uninstalling what is not there succeeded")
	}
}

func TestFolderFollowsJupyter(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", "/data")
	t.Setenv("VIRTUAL_ENV", "")
	t.Setenv("CONDA_PREFIX", "/conda")
	for want, o := range map[string]Options{
		"/data/kernels":                {},
		"/conda/share/jupyter/kernels": {SysPrefix: true},
		"/opt/share/jupyter/kernels":   {Prefix: "/opt"},
	} {
		if got, err := o.kernels(); err != nil || got != want {
			t.Errorf("%+v: %s, %v, want %s", o, got, err, want)
		}
	}
}

func TestNameIsOneThatJupyterAllows(t *testing.T) {
	for _, name := range []string{"Galago", "a b", "../x", "..", "ä"} {
		if _, err := Install(Options{Prefix: t.TempDir(), Name: name}); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
}
