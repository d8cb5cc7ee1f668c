package notebooks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// Write saves the notebook. The file is replaced in one step: whoever reads it
// sees the old content or the new, and a disk that is full leaves the old.
// The file keeps its permissions; a symbolic link stays one.
func (nb *Notebook) Write(path string) error {
	text, err := nb.Encode()
	if err != nil {
		return fmt.Errorf("writing notebook %s: %w", path, err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	temporary, err := createBeside(path)
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	if err == nil {
		err = temporary.Sync()
	}
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		os.Remove(temporary.Name())
		return fmt.Errorf("writing notebook %s: %w; the file is as it was", path, err)
	}
	return nil
}

// Writable reports, as an error, why a notebook cannot be written to path. It
// is meant to be asked before hours are spent on executing it.
func Writable(path string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("writing notebook %s: not a regular file", path)
	}
	temporary, err := createBeside(path)
	if err != nil {
		return err
	}
	return errors.Join(temporary.Close(), os.Remove(temporary.Name()))
}

// createBeside creates the file that will take the place of path, with the
// permissions that path has.
func createBeside(path string) (*os.File, error) {
	mode := fs.FileMode(0o644)
	exists := false
	if info, err := os.Stat(path); err == nil {
		mode, exists = info.Mode().Perm(), true
	}
	if exists {
		// Renaming over a file needs no permission to write to the file itself,
		// but a write-protected notebook is meant to stay as it is.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("writing notebook: %w; save in another file", err)
		}
		f.Close()
	}
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	os.Remove(name)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, fmt.Errorf("writing notebook %s: its folder takes no new file: %w; save in another folder", path, err)
	}
	if exists {
		f.Chmod(mode) // beyond what the umask leaves
	}
	return f, nil
}

// Encode returns the notebook as the text of an .ipynb file of format 4.5.
func (nb *Notebook) Encode() ([]byte, error) {
	nb.identify()
	top := merge(nb.extra)
	top["metadata"] = nb.Metadata
	top["nbformat"], top["nbformat_minor"] = Format, Minor
	cells := make([]any, len(nb.Cells))
	for i, cell := range nb.Cells {
		cells[i] = cell.fields()
	}
	top["cells"] = cells
	var b bytes.Buffer
	if err := appendJSON(&b, top, 0); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (c *Cell) fields() map[string]any {
	m := merge(c.extra)
	m["cell_type"], m["id"] = string(c.Type), c.ID
	m["metadata"] = object(c.Metadata)
	m["source"] = splitLines(c.Source)
	if c.Type == Code {
		m["execution_count"] = countOrNull(c.ExecutionCount)
		outputs := make([]any, len(c.Outputs))
		for i, output := range c.Outputs {
			outputs[i] = output.fields()
		}
		m["outputs"] = outputs
	}
	return m
}

func (o *Output) fields() map[string]any {
	m := merge(o.extra)
	m["output_type"] = string(o.Type)
	switch o.Type {
	case Stream:
		m["name"], m["text"] = o.Name, splitLines(o.Text)
	case DisplayData, ExecuteResult:
		data := map[string]any{}
		for mime, value := range o.Data {
			if text, ok := value.(string); ok && storedAsLines(mime) {
				value = splitLines(text)
			}
			data[mime] = value
		}
		m["data"], m["metadata"] = data, object(o.Metadata)
		if o.Type == ExecuteResult {
			m["execution_count"] = countOrNull(o.ExecutionCount)
		}
	case ErrorOutput:
		traceback := make([]any, len(o.Traceback))
		for i, line := range o.Traceback {
			traceback[i] = line
		}
		m["ename"], m["evalue"], m["traceback"] = o.ErrorName, o.ErrorValue, traceback
	}
	return m
}

func merge(extra map[string]any) map[string]any {
	m := map[string]any{}
	maps.Copy(m, extra)
	return m
}

func object(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func countOrNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

var validID = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)

// identify gives an id to every cell that has none, an invalid one or that of
// an earlier cell. The ids come from the position, so that the same notebook
// gets the same ids each time.
func (nb *Notebook) identify() {
	seen := map[string]bool{}
	var without []int
	for i, cell := range nb.Cells {
		if validID.MatchString(cell.ID) && !seen[cell.ID] {
			seen[cell.ID] = true
		} else {
			without = append(without, i)
		}
	}
	for _, i := range without {
		id := "cell-" + strconv.Itoa(i+1)
		for n := 2; seen[id]; n++ {
			id = "cell-" + strconv.Itoa(i+1) + "-" + strconv.Itoa(n)
		}
		nb.Cells[i].ID, seen[id] = id, true
	}
}
