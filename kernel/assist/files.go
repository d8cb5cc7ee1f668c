package assist

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// filesInShell is files for a shell line, where some letters are written with a
// backslash before them.
func (s *Session) filesInShell(c *choice) {
	plain := &choice{typed: unescape.ReplaceAllString(c.typed, "$1")}
	s.files(plain, false)
	for i, found := range plain.items {
		found.Text = special.ReplaceAllString(found.Text, `\$0`)
		c.add(found, plain.rank[i])
	}
}

var (
	unescape = regexp.MustCompile(`\\(.)`)
	special  = regexp.MustCompile("[^\\pL\\pN_@%+=:,./~^-]")
)

// files offers the files and folders that a name may mean, or the folders only.
// Hidden ones have to be asked for.
func (s *Session) files(c *choice, foldersOnly bool) {
	folder, typed := "", c.typed
	if i := strings.LastIndexByte(typed, '/'); i >= 0 {
		folder, typed = typed[:i+1], typed[i+1:]
	}
	dir := folder
	if dir == "~/" || strings.HasPrefix(dir, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return
		}
		dir = filepath.Join(home, dir[1:])
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.Dir, dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	if foldersOnly && (typed == "." || typed == "..") {
		c.add(Item{folder + "../", kindPath, "folder"}, 1)
		c.add(Item{folder + "./", kindPath, "folder"}, 0)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.ContainsAny(name, "\"\\\n") {
			continue // it would have to be written otherwise
		}
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(typed, ".") {
			continue
		}
		isFolder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(dir, name))
			isFolder = err == nil && info.IsDir()
		}
		switch {
		case isFolder:
			c.add(Item{folder + name + "/", kindPath, "folder"}, 0)
		case !foldersOnly:
			c.add(Item{folder + name, kindPath, "file"}, 0)
		}
	}
}
