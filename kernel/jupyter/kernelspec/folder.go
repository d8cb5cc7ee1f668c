package kernelspec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// kernels is the folder that kernelspecs go to, as jupyter_core finds them.
func (o Options) kernels() (string, error) {
	switch {
	case o.Prefix != "":
		prefix, err := filepath.Abs(o.Prefix)
		return filepath.Join(prefix, "share", "jupyter", "kernels"), err
	case o.SysPrefix:
		for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
			if prefix := os.Getenv(name); prefix != "" {
				return filepath.Join(prefix, "share", "jupyter", "kernels"), nil
			}
		}
		return "", errors.New("no conda or virtual environment is active ($VIRTUAL_ENV, $CONDA_PREFIX); activate one or name the folder with --prefix")
	}
	data, err := userData()
	return filepath.Join(data, "kernels"), err
}

// userData is the folder of "jupyter --data-dir".
func userData() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" && runtime.GOOS != "darwin" {
		return filepath.Join(dir, "jupyter"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the user's Jupyter folder: %w; set JUPYTER_DATA_DIR", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}
