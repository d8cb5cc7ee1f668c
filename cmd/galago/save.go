package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/galago-hpc/galago/notebooks"
)

// A saver saves a notebook again and again, and minds that a file that somebody
// else has changed in the meantime, in JupyterLab for instance, is not lost.
type saver struct {
	path string
	last os.FileInfo // of the file as this process knows it; nil: never seen
	tell func(string)
}

// newSaver is asked before anything runs. It fails if path cannot be written.
func newSaver(path string, tell func(string)) (*saver, error) {
	if err := notebooks.Writable(path); err != nil {
		return nil, err
	}
	s := &saver{path: path, tell: tell}
	s.last, _ = os.Stat(path)
	return s, nil
}

func (s *saver) save(nb *notebooks.Notebook) error {
	if now, err := os.Stat(s.path); s.last != nil && (err != nil || changed(s.last, now)) {
		aside := strings.TrimSuffix(s.path, ".ipynb") + ".executed.ipynb"
		s.tell(fmt.Sprintf("%s was changed while its cells ran, and is left as it is: saving in %s", s.path, aside))
		s.path = aside
	}
	if err := nb.Write(s.path); err != nil {
		return err
	}
	s.last, _ = os.Stat(s.path)
	return nil
}

func changed(before, after os.FileInfo) bool {
	return !after.ModTime().Equal(before.ModTime()) || after.Size() != before.Size() || !os.SameFile(before, after)
}
