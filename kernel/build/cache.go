package build

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"
)

// keep is how long a workspace stays that no session opens, and a rank program
// that no session runs.
const keep = 30 * 24 * time.Hour

// maxCells bounds the memory of compiled cells on disk, in bytes: a shared
// object takes some megabytes.
const maxCells = 1 << 30

// cached brings a file of the session's folder from the cache, or has it made
// in a temporary folder and puts it into both. The cache is filled in the
// background: it may lie on a slow network file system.
func (b *Builder) cached(file string, make func(dir, target string) error) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	store := filepath.Join(b.workspace.cells(), filepath.Base(file))
	if renew(store) && copyFile(store, file) == nil {
		return nil
	}
	dir, err := os.MkdirTemp(b.dir, "make-")
	if err != nil {
		return fmt.Errorf("make a folder for a compiled cell: %w", err)
	}
	defer os.RemoveAll(dir)
	target := filepath.Join(dir, filepath.Base(file))
	if err := make(dir, target); err != nil {
		return err
	}
	if err := os.Rename(target, file); err != nil {
		return fmt.Errorf("keep a compiled cell: %w", err)
	}
	b.storing.Go(func() {
		// A full disk costs time in the next session, and nothing in this one.
		if os.MkdirAll(filepath.Dir(store), 0o700) == nil {
			_ = copyFile(file, store)
		}
	})
	return nil
}

// renew reports whether a file is in the cache, and marks it as used.
func renew(file string) bool {
	now := time.Now()
	return os.Chtimes(file, now, now) == nil
}

// copyFile makes a copy of a file.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeWhole(to, data, 0o700)
}

// writeWhole writes a file that others may read, or write too, at the same time:
// it gets its name once it is whole. They may be sessions of this process, or of
// other machines that share the folder.
func writeWhole(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // if it still has this name
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// prune removes what earlier versions of Galago or Go have left in the cache,
// and the compiled cells that were not used for longest. Each opening renews a
// workspace's date.
func (w *workspace) prune() {
	renew(w.dir)
	for _, pattern := range []string{filepath.Join(filepath.Dir(w.dir), "go*-*"), filepath.Join(w.programs(), "*"), filepath.Join(w.dir, "module-*"), filepath.Join(w.local(), "*")} {
		found, _ := filepath.Glob(pattern)
		for _, path := range found {
			if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > keep {
				_ = os.RemoveAll(path)
			}
		}
	}
	pruneTo(w.cells(), maxCells)
}

// pruneTo removes the oldest files of a folder until the rest takes at most
// limit bytes.
func pruneTo(dir string, limit int64) {
	entries, _ := os.ReadDir(dir)
	var infos []os.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			infos = append(infos, info)
		}
	}
	sort.Slice(infos, func(i, j int) bool { return infos[i].ModTime().After(infos[j].ModTime()) })
	total := int64(0)
	for _, info := range infos {
		if total += info.Size(); total > limit {
			_ = os.Remove(filepath.Join(dir, info.Name()))
		}
	}
}
