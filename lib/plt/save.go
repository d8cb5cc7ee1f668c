package plt

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// picture is what can be saved as an image.
type picture interface {
	PNG() ([]byte, error)
	SVG() ([]byte, error)
}

func savePicture(path string, p picture) error {
	var data []byte
	var err error
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		data, err = p.PNG()
	case ".svg":
		data, err = p.SVG()
	default:
		err = errNoFormat
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	return replace(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// replace writes a file beside the one that has the name, and gives it the name
// when it is complete: what was there before stays if anything goes wrong.
func replace(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			err = fmt.Errorf("save %s: %w", path, err)
		}
	}()
	if err := write(file); err != nil {
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
