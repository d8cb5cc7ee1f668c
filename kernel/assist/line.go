package assist

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// completeLine completes shell lines and the lines of directives.
func (s *Session) completeLine(code string, cursor int, spot cell.Spot) Completion {
	before := spot.Before
	word := lastWord(before)
	first := strings.TrimLeft(before, " \t") == word
	c := &choice{typed: word}
	start := cursor - len(word)
	if spot.Kind == cell.Shell {
		if first && !strings.Contains(word, "/") {
			s.commands(c)
		} else {
			s.filesInShell(c)
		}
		return c.completion(start, cursor)
	}
	mark := "%"
	if spot.Kind == cell.Block {
		mark = "%%"
	}
	if first {
		return s.directives(code, cursor, mark, word)
	}
	name, argument, _ := strings.Cut(before, " ")
	name = mark + name
	if d := s.directive(name); d != nil && strings.HasPrefix(word, "-") {
		for _, option := range options(d) {
			c.add(Item{option, kindMagic, ""}, 0)
		}
		return c.completion(start, cursor)
	}
	switch name {
	case "%cd":
		s.files(c, true)
	case "%load", "%%writefile", "%run":
		s.files(c, false)
	case "%rm", "%who", "%whos":
		s.symbols(c)
		for local, p := range s.Names.Imports {
			c.add(Item{strings.TrimPrefix(local, "_"), kindModule, p}, rankImport)
		}
	case "%help":
		for _, d := range s.Directives {
			c.add(Item{strings.TrimLeft(d.Name, "%"), kindMagic, d.Summary}, 0)
		}
	case "%env":
		for _, variable := range os.Environ() {
			key, _, _ := strings.Cut(variable, "=")
			c.add(Item{key, kindInstance, ""}, 0)
		}
	case "%get":
		for _, p := range s.Library.Paths(word) {
			if strings.Contains(p, ".") {
				c.add(Item{p, kindModule, ""}, 0)
			}
		}
	case "%time", "%timeit", "%%timeit", "%inspect":
		from := cursor - len(argument)
		if option := leadingOptions.FindString(argument); name == "%timeit" || name == "%%timeit" || name == "%inspect" {
			from += len(option)
		}
		source := strings.Repeat(" ", from) + code[from:cursor]
		return s.completeGo(source, cursor)
	}
	return c.completion(start, cursor)
}

// lastWord is the word at the end of a line, as a shell cuts it.
func lastWord(line string) string {
	start := 0
	for i := range len(line) {
		if strings.IndexByte(" \t=<>|;&\"'(", line[i]) >= 0 && (i == 0 || line[i-1] != '\\') {
			start = i + 1
		}
	}
	return line[start:]
}

// leadingOptions are those of %timeit and %inspect.
var leadingOptions = regexp.MustCompile(`^\s*((-[nr]\s*\d+|-s)\s+)*`)

// directives offers the names of directives, with their marks, in place of what
// was typed. At the beginning of a cell % may become %%.
func (s *Session) directives(code string, cursor int, mark, word string) Completion {
	start := cursor - len(word) - len(mark)
	if start < 0 || !strings.HasPrefix(code[start:], mark) {
		start = cursor - len(word)
		mark = ""
	}
	c := &choice{typed: mark + word}
	top := strings.TrimSpace(code[:start]) == "" || strings.TrimSpace(code[:start]) == "//galago:"
	for _, d := range s.Directives {
		bare := strings.TrimLeft(d.Name, "%")
		block := strings.HasPrefix(d.Name, "%%")
		i := Item{d.Name, kindMagic, strings.TrimSpace(d.Name + " " + d.Usage)}
		switch {
		case !strings.HasPrefix(d.Name, "%"):
		case mark == "%" && !block, mark == "%%" && block:
			c.add(i, 0)
		case mark == "%" && block && top && strings.HasPrefix(bare, word):
			// The text does not begin with what was typed, % and a letter.
			typed := c.typed
			c.typed = "%%" + word
			c.add(i, 1)
			c.typed = typed
		}
	}
	return c.completion(start, cursor)
}

func (s *Session) directive(name string) *Directive {
	for i := range s.Directives {
		if s.Directives[i].Name == name {
			return &s.Directives[i]
		}
	}
	return nil
}

var option = regexp.MustCompile(`(?:^|[\s\[|])(--?[A-Za-z][-\w]*)`)

// options are those that a directive's usage names, and others that it takes.
func options(d *Directive) []string {
	var found []string
	for _, m := range option.FindAllStringSubmatch(d.Usage, -1) {
		found = append(found, m[1])
	}
	return append(found, d.Options...)
}

// commands offers the programs on PATH.
func (s *Session) commands(c *choice) {
	if c.typed == "" {
		return
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), c.typed) && !e.IsDir() {
				c.add(Item{e.Name(), kindFunction, dir}, 0)
			}
		}
	}
}
