package build

import (
	"bufio"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A sessionModule says in what a session's module differs from the workspace's
// own. Without %get and local packages the two are the same.
type sessionModule struct {
	got map[string]bool      // the paths that %get was given
	cgo map[string]*packages // by C settings: what rank programs with cgo are made of

	tables    map[string]*packages // the table that suits a set of imports of a rank program
	linkFlags []string             // for plugins, once a cell has imported C++
	looked    map[string]bool      // the paths that were looked through for C++
}

// Get adds modules or packages, written as for go get, to those that the
// session's cells may import. What go says while it works is passed to note.
// After an error the session is as it was.
func (b *Builder) Get(ctx context.Context, arguments []string, note func(string)) error {
	t := b.workspace.toolchain
	err := b.derive(ctx, func(dir string) error {
		err := t.stream(ctx, dir, t.changing(), note, t.Go, append([]string{"get"}, arguments...)...)
		if err == nil {
			err = b.keepsGalago(ctx, dir)
		}
		if err != nil && strings.Contains(err.Error(), modulePath) {
			return b.tooOld(ctx, arguments)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("get %s: %w", strings.Join(arguments, " "), err)
	}
	if b.session.got == nil {
		b.session.got = map[string]bool{}
	}
	for _, argument := range arguments {
		path, _, _ := strings.Cut(argument, "@")
		b.session.got[path] = true
	}
	return nil
}

// keepsGalago reports whether a session's module still requires Galago's
// libraries: go get removes what stands in the way of an older version.
func (b *Builder) keepsGalago(ctx context.Context, dir string) error {
	file, err := b.readModule(ctx, dir)
	if err != nil {
		return err
	}
	for _, r := range file.Require {
		if r.Path == modulePath {
			return nil
		}
	}
	return fmt.Errorf("go get has removed %s", modulePath)
}

// tooOld says that go get was asked for something older than what Galago's
// libraries require.
func (b *Builder) tooOld(ctx context.Context, arguments []string) error {
	file, err := b.readModule(ctx, b.workspace.module())
	if err != nil {
		return err
	}
	for _, r := range file.Require {
		for _, argument := range arguments {
			if path, version, ok := strings.Cut(argument, "@"); ok && path == r.Path {
				return fmt.Errorf("Galago's libraries require %s %s: %s cannot take its place", r.Path, r.Version, version)
			}
		}
	}
	return errors.New("it would need older versions of what Galago's libraries require")
}

// Got returns the modules that [Builder.Get] has added, each with its version.
func (b *Builder) Got(ctx context.Context) ([]string, error) {
	file, err := b.readModule(ctx, b.plugins.folder())
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for path := range b.session.got {
		module, version := "", ""
		for _, r := range file.Require {
			if (path == r.Path || strings.HasPrefix(path, r.Path+"/")) && len(r.Path) > len(module) {
				module, version = r.Path, r.Version
			}
		}
		if module != "" {
			found[module+" "+version] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// moduleFile is what go mod edit -json says of a go.mod.
type moduleFile struct {
	Module  struct{ Path string }
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

func (b *Builder) readModule(ctx context.Context, dir string) (*moduleFile, error) {
	out, err := b.workspace.toolchain.run(ctx, dir, nil, b.workspace.toolchain.Go, "mod", "edit", "-json")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "go.mod"), err)
	}
	file := &moduleFile{}
	if err := json.Unmarshal(out, file); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "go.mod"), err)
	}
	return file, nil
}

// derive gives the session a module of its own: a copy of the present one,
// changed. It is kept under a name made from its content, so that the same
// notebook finds it and its compiled packages again, and others do not meet it.
// The change is refused if packages that are loaded would not stay as they are.
func (b *Builder) derive(ctx context.Context, change func(dir string) error) error {
	w := b.workspace
	dir, err := os.MkdirTemp(w.dir, "module-new-")
	if err != nil {
		return fmt.Errorf("make a folder for the session's module: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"go.mod", "go.sum", "session.go"} {
		data, err := os.ReadFile(filepath.Join(b.plugins.folder(), name))
		if err != nil {
			return fmt.Errorf("copy the session's module: %w", err)
		}
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return fmt.Errorf("copy the session's module: %w", err)
		}
	}
	if err := os.Symlink(w.local(), filepath.Join(dir, "local")); err != nil {
		return fmt.Errorf("copy the session's module: %w", err)
	}
	if err := change(dir); err != nil {
		return err
	}
	target, err := w.derived(dir)
	if err != nil {
		return err
	}
	now := time.Now()
	if os.Chtimes(target, now, now) != nil {
		if err := os.Rename(dir, target); err != nil {
			if _, stat := os.Stat(target); stat != nil {
				return fmt.Errorf("keep the session's module: %w", err)
			}
		}
	}
	if target == b.plugins.folder() {
		return nil
	}
	if err := b.fits(ctx, target); err != nil {
		return err
	}
	return b.move(ctx, target)
}

// derived is where a session's module is kept.
func (w *workspace) derived(dir string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", fmt.Errorf("keep the session's module: %w", err)
		}
		fmt.Fprintln(hash, len(data))
		hash.Write(data)
	}
	return filepath.Join(w.dir, fmt.Sprintf("module-%x", hash.Sum(nil)[:8])), nil
}

// move makes the tables those of another module.
func (b *Builder) move(ctx context.Context, target string) error {
	plugins := b.workspace.pluginPackages()
	plugins.module = target
	for path := range b.plugins.inUse() {
		if _, err := plugins.find(ctx, path); err != nil {
			return err
		}
	}
	if err := plugins.load(ctx); err != nil {
		return err
	}
	b.plugins.become(plugins)
	programs := b.workspace.programPackages()
	programs.module = target
	b.programs.become(programs)
	b.session.cgo, b.session.tables = nil, nil
	return nil
}

// A provider is the module that a package comes from.
type provider struct {
	path, version, replacement string
}

func (p provider) String() string {
	text := p.path + " " + p.version
	if p.replacement != "" {
		text += " => " + p.replacement
	}
	return text
}

// providers returns where packages and all that they import come from. The
// standard library is left out.
func (b *Builder) providers(ctx context.Context, dir string, paths []string) (map[string]provider, error) {
	const format = "{{with .Module}}{{$.ImportPath}}\t{{.Path}}\t{{.Version}}\t{{with .Replace}}{{.Path}}{{end}}{{end}}"
	out, err := b.workspace.toolchain.run(ctx, dir, pluginEnv, b.workspace.toolchain.Go, append([]string{"list", "-deps", "-f", format}, paths...)...)
	if err != nil {
		return nil, err
	}
	found := map[string]provider{}
	for line := range strings.Lines(string(out)) {
		if words := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(words) == 4 {
			found[words[0]] = provider{words[1], words[2], words[3]}
		}
	}
	return found, nil
}

// fits reports whether all packages that the engine holds, or that cells have
// imported, are the same in another module.
func (b *Builder) fits(ctx context.Context, dir string) error {
	paths := append(slices.Sorted(maps.Keys(b.plugins.inUse())), hostPath)
	before, err := b.providers(ctx, b.plugins.folder(), paths)
	if err != nil {
		return fmt.Errorf("find out what the session has loaded: %w", err)
	}
	after, err := b.providers(ctx, dir, paths)
	if err != nil {
		return fmt.Errorf("packages that the session has loaded would be lost: %w", err)
	}
	copied := false
	for _, path := range slices.Sorted(maps.Keys(before)) {
		old, new := before[path], after[path]
		switch {
		case old == new:
		case new.path == "":
			return fmt.Errorf("the package %s, which is loaded, would be lost", path)
		case old.path == new.path && old.replacement != "" && new.replacement != "":
			copied = true // another copy of the user's folder
		default:
			return b.conflict(old, new)
		}
	}
	if !copied {
		return nil
	}
	return b.sameBuild(ctx, dir, paths)
}

// sameBuild compares what packages compile to in another module.
func (b *Builder) sameBuild(ctx context.Context, dir string, paths []string) error {
	there := b.workspace.pluginPackages()
	there.module = dir
	files, err := there.list(ctx, paths)
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if here := b.plugins.archive(path); here != "" && here != files[path] {
			return fmt.Errorf("the package %s has changed since a cell imported it, and the engine cannot load it a second time: restart the kernel to use it as it is now", path)
		}
	}
	return nil
}

// conflict says that two versions of a module cannot both be loaded.
func (b *Builder) conflict(old, new provider) error {
	text := fmt.Sprintf("%s would become %s", old, new)
	if old.path == new.path && new.replacement == "" {
		text = fmt.Sprintf("%s would become %s", old, new.version)
	}
	info, err := buildinfo.ReadFile(b.workspace.host())
	if err != nil {
		return fmt.Errorf("read what the engine is built from: %w", err)
	}
	for _, module := range info.Deps {
		if module.Path == old.path {
			return fmt.Errorf("%s, but the engine is built with %s: get a version that needs nothing newer, %%get MODULE@VERSION", text, old.version)
		}
	}
	return fmt.Errorf("%s, but packages of %s are loaded already: restart the kernel and put %%get into its first cell, or get a version that fits, %%get MODULE@VERSION", text, old.version)
}

var progress = regexp.MustCompile(`^go: (downloading|finding|added|upgraded|downgraded|removed) `)

// stream runs a command of the toolchain; each line of its messages goes to
// note as it comes.
func (t *Toolchain) stream(ctx context.Context, dir string, env []string, note func(string), name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(t.environment(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go runs git, and both have to end
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	messages, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	var rest strings.Builder // what is no progress: the error, or a warning
	lines := bufio.NewScanner(messages)
	for lines.Scan() {
		if line := lines.Text() + "\n"; progress.MatchString(line) {
			note(line)
		} else {
			rest.WriteString(line)
		}
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &toolError{filepath.Base(name) + " " + first(args), strings.TrimSpace(rest.String()), err}
	case rest.Len() > 0:
		note(rest.String())
	}
	return lines.Err()
}
