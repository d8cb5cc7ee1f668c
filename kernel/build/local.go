package build

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// localPath begins the import paths of packages that are copied from a folder
// without a module of its own.
const localPath = "galago/local"

// Local makes the package in one of the user's folders importable and returns
// its import path. A folder inside a module keeps the path that it has there;
// any other gets one made from its content, so that an edited package can be
// imported beside what it was before.
func (b *Builder) Local(ctx context.Context, folder string) (string, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	// What is wrong beyond this, go says better.
	_, err = everyFile.ImportDir(folder, 0)
	var none *build.NoGoError
	if errors.As(err, &none) {
		return "", fmt.Errorf("there are no Go files in %s", folder)
	}
	if info, err := withC.ImportDir(folder, 0); err == nil && info.Name == "main" {
		return "", fmt.Errorf("%s holds a program (package main), which cannot be imported", folder)
	}
	root, module, err := b.moduleOf(ctx, folder)
	if err != nil {
		return "", err
	}
	if root == "" {
		return b.localFolder(ctx, folder)
	}
	return b.localModule(ctx, root, module, folder)
}

// withC looks into folders as go does, and everyFile without regard to build
// tags. Galago itself may have been built without cgo.
var withC, everyFile = func() (build.Context, build.Context) {
	c := build.Default
	c.CgoEnabled = true
	all := c
	all.UseAllFiles = true
	return c, all
}()

// moduleOf finds the module that a folder lies in, if any. In Galago's own,
// which every session has already, folders count as lying in none.
func (b *Builder) moduleOf(ctx context.Context, folder string) (string, *moduleFile, error) {
	for dir := folder; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			file, err := b.readModule(ctx, dir)
			if err != nil || file.Module.Path == modulePath {
				return "", nil, err
			}
			return dir, file, nil
		}
		if dir == filepath.Dir(dir) {
			return "", nil, nil
		}
	}
}

// localFolder copies a package into the session's module.
func (b *Builder) localFolder(ctx context.Context, folder string) (string, error) {
	files, err := sources(folder)
	if err != nil {
		return "", err
	}
	dir, err := b.workspace.keepCopy(folder, importable(filepath.Base(folder)), files)
	if err != nil {
		return "", fmt.Errorf("copy %s: %w", folder, err)
	}
	relative, err := filepath.Rel(b.workspace.local(), dir)
	if err != nil {
		return "", err
	}
	// The workspace's own module is not for the user's packages.
	if err := b.derive(ctx, func(string) error { return nil }); err != nil {
		return "", err
	}
	return path.Join(localPath, filepath.ToSlash(relative)), nil
}

var unfit = regexp.MustCompile(`^[._]|[^A-Za-z0-9._~-]`)

// importable is the last element of an import path for a folder.
func importable(name string) string {
	if unfit.MatchString(name) {
		return "folder"
	}
	return name
}

// localModule makes the session's module require a copy of the user's.
func (b *Builder) localModule(ctx context.Context, root string, module *moduleFile, folder string) (string, error) {
	copied, err := b.copyModule(ctx, root)
	if err != nil {
		return "", err
	}
	edits := []string{"-require=" + module.Module.Path + "@" + anyVersion(module.Module.Path), "-replace=" + module.Module.Path + "=" + copied}
	for _, r := range module.Replace {
		if r.Old.Path == modulePath {
			continue
		}
		old, new := r.Old.Path, r.New.Path
		if r.Old.Version != "" {
			old += "@" + r.Old.Version
		}
		if r.New.Version != "" {
			new += "@" + r.New.Version
		} else {
			if !filepath.IsAbs(new) {
				new = filepath.Join(root, new)
			}
			if new, err = b.copyModule(ctx, new); err != nil {
				return "", err
			}
		}
		edits = append(edits, "-replace="+old+"="+new)
	}
	relative, err := filepath.Rel(root, folder)
	if err != nil {
		return "", err
	}
	wanted := path.Join(module.Module.Path, filepath.ToSlash(relative))
	err = b.derive(ctx, func(session string) error {
		return b.require(ctx, session, edits, filepath.Join(root, "go.sum"), wanted)
	})
	var tool *toolError
	if errors.As(err, &tool) {
		err = b.plugins.explain([]string{wanted}, tool)
	}
	if err != nil {
		return "", fmt.Errorf("take the module %s of %s into the session: %w", module.Module.Path, root, err)
	}
	return wanted, nil
}

var majorVersion = regexp.MustCompile(`[/.]v(\d+)$`)

// anyVersion is a version that a module of this path can have.
func anyVersion(path string) string {
	if m := majorVersion.FindStringSubmatch(path); m != nil {
		return "v" + m[1] + ".0.0"
	}
	return "v0.0.0"
}

// copyModule copies a module of the user's into the cache: tables of compiled
// packages are kept, and what they were compiled from must not change.
func (b *Builder) copyModule(ctx context.Context, root string) (string, error) {
	files := []string{"go.mod"}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || !d.IsDir() {
			return err
		}
		if name != root {
			_, nested := os.Stat(filepath.Join(name, "go.mod"))
			if base := d.Name(); nested == nil || base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
				return fs.SkipDir
			}
		}
		found, err := sources(name)
		for _, file := range found {
			relative, _ := filepath.Rel(root, filepath.Join(name, file)) // both are below root
			files = append(files, relative)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the module in %s: %w", root, err)
	}
	slices.Sort(files)
	copied, err := b.workspace.keepCopy(root, "module", slices.Compact(files))
	if err != nil {
		return "", fmt.Errorf("copy the module in %s: %w", root, err)
	}
	return copied, nil
}

// require changes a session's module so that it uses a copy of the user's, with
// the checksums that the user has.
func (b *Builder) require(ctx context.Context, session string, edits []string, sums, wanted string) error {
	t := b.workspace.toolchain
	if _, err := t.run(ctx, session, nil, t.Go, append([]string{"mod", "edit"}, edits...)...); err != nil {
		return err
	}
	if err := addSums(filepath.Join(session, "go.sum"), sums); err != nil {
		return err
	}
	_, err := t.run(ctx, session, append(t.changing(), pluginEnv...), t.Go, "list", "-deps", wanted)
	return err
}

// addSums adds the checksums of one go.sum to another.
func addSums(to, from string) error {
	more, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	have, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	lines := map[string]bool{}
	for line := range strings.Lines(string(have) + string(more)) {
		lines[strings.TrimSpace(line)] = true
	}
	delete(lines, "")
	return os.WriteFile(to, []byte(strings.Join(slices.Sorted(maps.Keys(lines)), "\n")+"\n"), 0o600)
}

// compiled are the endings of files from which go builds a package.
var compiled = []string{".go", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inc", ".s", ".S", ".sx", ".syso", ".a", ".so"}

// sources returns the names of the files that make up the package in a folder:
// a folder may hold much else that nobody wants copied.
func sources(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if name := e.Name(); e.Type().IsRegular() && slices.Contains(compiled, filepath.Ext(name)) && !strings.HasSuffix(name, "_test.go") {
			files = append(files, name)
		}
	}
	info, _ := everyFile.ImportDir(folder, 0) // an error leaves what was found
	for _, pattern := range info.EmbedPatterns {
		found, err := embedded(folder, strings.TrimPrefix(pattern, "all:"))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// embedded returns the files that a pattern of go:embed may mean.
func embedded(folder, pattern string) ([]string, error) {
	matches, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
	if err != nil {
		return nil, fmt.Errorf("read go:embed %s: %w", pattern, err)
	}
	var files []string
	for _, match := range matches {
		err := filepath.WalkDir(match, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				relative, _ := filepath.Rel(folder, name) // a match is below the folder
				files = append(files, relative)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// maxCopy bounds what is copied, in bytes: a go.mod that lies in the home
// folder makes everything there part of its module.
const maxCopy = 256 << 20

// keepCopy copies files of the user's into a folder of the cache that is named
// by their content, and returns the copy.
func (w *workspace) keepCopy(from, name string, files []string) (string, error) {
	contents, size := map[string][]byte{}, 0
	hash := sha256.New()
	fmt.Fprintln(hash, from)
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(from, file))
		if err != nil {
			return "", err
		}
		contents[file] = data
		if size += len(data); size > maxCopy {
			return "", fmt.Errorf("it has more than %d MiB of source: give the package a smaller module of its own", maxCopy>>20)
		}
		fmt.Fprintln(hash, file, len(data))
		hash.Write(data)
	}
	parent := filepath.Join(w.local(), fmt.Sprintf("%x", hash.Sum(nil)[:8]))
	w.copies.Store(filepath.Join(filepath.Base(parent), name), from)
	now := time.Now()
	if os.Chtimes(parent, now, now) == nil {
		return filepath.Join(parent, name), nil
	}
	if err := os.MkdirAll(w.local(), 0o700); err != nil {
		return "", err
	}
	temporary, err := os.MkdirTemp(w.local(), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temporary)
	for file, data := range contents {
		if filepath.Ext(file) == ".go" {
			// Messages and stack traces name the user's file.
			data = append(fmt.Appendf(nil, "//line %s:1\n", filepath.Join(from, file)), data...)
		}
		if err := writeFile(filepath.Join(temporary, name, file), data); err != nil {
			return "", err
		}
	}
	if err := os.Rename(temporary, parent); err != nil {
		if _, stat := os.Stat(parent); stat != nil {
			return "", err
		}
	}
	return filepath.Join(parent, name), nil
}

// original writes the user's own folders in a message that is about copies.
func (w *workspace) original(text string) string {
	w.copies.Range(func(copied, from any) bool {
		text = strings.ReplaceAll(text, localPath+"/"+copied.(string), filepath.Base(from.(string)))
		place := regexp.MustCompile(`[^\s:=]*\blocal/` + regexp.QuoteMeta(copied.(string)))
		text = place.ReplaceAllLiteralString(text, from.(string))
		return true
	})
	return text
}
