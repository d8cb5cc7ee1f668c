package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/h5/ddl"
	"github.com/galago-hpc/galago/lib/h5/diff"
)

// h5Command looks into HDF5 files.
type h5Command struct {
	Tree h5TreeCommand `cmd:"" help:"List groups, datasets, types and links as a tree."`
	Show h5ShowCommand `cmd:"" help:"Show all about one object: type, shape, storage, attributes, its first values."`
	Dump h5DumpCommand `cmd:"" help:"Write everything as text, as h5dump does."`
	Diff h5DiffCommand `cmd:"" help:"Tell in what two files or objects differ."`
}

// Help is what `galago help h5` adds.
func (h5Command) Help() string {
	return `The commands open files for reading only and do not change them. What they print can be piped into a pager or another program; colours are for terminals alone, and not there if NO_COLOR is set.`
}

// opened gives do an object of a file.
func opened(s *streams, file, path string, do func(out io.Writer, node h5.Node, colour bool) error) error {
	f, err := h5.Open(file)
	if err != nil {
		return unusable(err)
	}
	defer f.Close()
	node, err := inside(f, path)
	if err != nil {
		return unusable(err)
	}
	return buffered(s, func(out io.Writer) error { return do(out, node, terminal(s.out)) })
}

// inside finds an object of a file, which is its root group if no path is given.
func inside(f *h5.File, path string) (h5.Node, error) {
	if path == "" || path == "/" {
		return f, nil
	}
	node, err := f.Get(path)
	if err != nil {
		return nil, err
	}
	if other, ok := node.(*h5.Other); ok {
		return nil, fmt.Errorf("open %s in %s: %s", path, f.Path(), strings.TrimPrefix(other.String(), other.Name()+"  "))
	}
	return node, nil
}

// buffered lets do write. That nobody reads on, as when a pager is left, is no
// error.
func buffered(s *streams, do func(out io.Writer) error) error {
	out := bufio.NewWriterSize(s.out, 64<<10)
	err := do(out)
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

type h5TreeCommand struct {
	File    string `arg:"" help:"The HDF5 file."`
	Path    string `arg:"" optional:"" help:"The group to begin with. Default: the root."`
	Depth   int    `short:"L" placeholder:"N" help:"Go down N levels. Default: all."`
	Entries int    `short:"n" default:"200" placeholder:"N" help:"Show N entries of each group and count the others; 0 is all. Default: 200."`
	Bare    bool   `short:"b" help:"Leave the attributes out."`
}

// Help is what `galago help h5 tree` adds.
func (h5TreeCommand) Help() string {
	return `Each line is a name and what is behind it: of datasets type, shape, chunks and filters. A link is shown by an arrow and is not followed; an object with several names is described at the first one. Lines that begin with @ are attributes.`
}

func (c *h5TreeCommand) Run(s *streams) error {
	if c.Depth < 0 || c.Entries < 0 {
		return unusable(errors.New("--depth and --entries are not below 0"))
	}
	return opened(s, c.File, c.Path, func(out io.Writer, node h5.Node, colour bool) error {
		return h5.WriteTree(out, node, h5.TreeOptions{Depth: c.Depth, Entries: c.Entries, NoAttributes: c.Bare, Colour: colour})
	})
}

type h5ShowCommand struct {
	File string `arg:"" help:"The HDF5 file."`
	Path string `arg:"" optional:"" help:"The object. Default: the root group."`
}

// Help is what `galago help h5 show` adds.
func (h5ShowCommand) Help() string {
	return `Of a dataset that is large, the first and the last values are shown, and of numbers a line or the range of a grid of values, with the selection that it is of. No more than that is read, so the answer comes at once.`
}

func (c *h5ShowCommand) Run(s *streams) error {
	return opened(s, c.File, c.Path, func(out io.Writer, node h5.Node, colour bool) error {
		return h5.Show(out, node, colour)
	})
}

type h5DumpCommand struct {
	File   string `arg:"" help:"The HDF5 file."`
	Path   string `arg:"" optional:"" help:"The object to write. Default: all."`
	Header bool   `short:"H" help:"Leave the values out."`
	Exact  bool   `short:"x" help:"Write floating-point numbers with all digits, so that they can be read back without loss. Default: six digits, as h5dump does."`
}

// Help is what `galago help h5 dump` adds.
func (h5DumpCommand) Help() string {
	return `The form is the Data Description Language of HDF5, DDL, as h5dump of HDF5 1.10 writes it. Text is written as it is, in UTF-8.`
}

func (c *h5DumpCommand) Run(s *streams) error {
	return opened(s, c.File, c.Path, func(out io.Writer, node h5.Node, _ bool) error {
		return ddl.Write(out, node, ddl.Options{HeaderOnly: c.Header, Exact: c.Exact})
	})
}

type h5DiffCommand struct {
	First        string  `arg:"" help:"A file."`
	Second       string  `arg:"" help:"Another file."`
	Path         string  `arg:"" optional:"" help:"The object to compare. Default: all."`
	SecondPath   string  `arg:"" optional:"" name:"path-in-second" help:"Its path in the second file. Default: the same."`
	Delta        float64 `short:"d" placeholder:"X" help:"Numbers that are at most X apart are the same."`
	Relative     float64 `short:"p" placeholder:"X" help:"Numbers that are apart by at most X times the first are the same."`
	Storage      bool    `short:"s" help:"Compare also how datasets are stored: size and byte order of numbers, chunks, filters."`
	NoAttributes bool    `help:"Do not compare attributes."`
	Values       int     `short:"n" placeholder:"N" help:"List the first N elements of each object that differ."`
	Quiet        bool    `short:"q" help:"Print nothing; the exit status tells."`
}

// Help is what `galago help h5 diff` adds.
func (h5DiffCommand) Help() string {
	return `The exit status is 0 if there is no difference, 1 if there is one, and 2 if something could not be read. NaN is the same as NaN. What only one of the files has is a difference.`
}

func (c *h5DiffCommand) Run(s *streams) error {
	if c.Delta < 0 || c.Relative < 0 || c.Values < 0 {
		return unusable(errors.New("--delta, --relative and --values are not below 0"))
	}
	var nodes [2]h5.Node
	for i, side := range [2][2]string{{c.First, c.Path}, {c.Second, c.SecondPath}} {
		if i == 1 && side[1] == "" {
			side[1] = c.Path
		}
		f, err := h5.Open(side[0])
		if err != nil {
			return unusable(err)
		}
		defer f.Close()
		if nodes[i], err = inside(f, side[1]); err != nil {
			return unusable(err)
		}
	}
	found := 0
	err := buffered(s, func(out io.Writer) error {
		return diff.Each(nodes[0], nodes[1], diff.Options{Absolute: c.Delta, Relative: c.Relative, Storage: c.Storage, NoAttributes: c.NoAttributes, Values: c.Values},
			func(d diff.Difference) {
				found++
				if !c.Quiet {
					fmt.Fprintln(out, d)
				}
			})
	})
	switch {
	case err != nil:
		return unusable(err)
	case found > 0:
		return &status{code: 1}
	}
	return nil
}
