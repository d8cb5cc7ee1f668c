// Package notebooks reads, executes and writes Jupyter notebooks (.ipynb
// files of format 4) without Jupyter.
//
// # Reading and writing
//
// [Read] gives a [Notebook] whose cells can be looked at and changed, and
// [Notebook.Write] puts it back:
//
//	nb, err := notebooks.Read("galaxy.ipynb")
//	if err != nil {
//		return err
//	}
//	for _, cell := range nb.Cells {
//		fmt.Println(cell.Type, cell.ID, cell.FirstLine())
//	}
//	return nb.Write("copy.ipynb")
//
// Fields that this package knows nothing about are kept. The text written is
// byte for byte what Python's nbformat writes (sorted keys, an indent of one
// space, sources as lists of lines), so that version control shows the same
// differences whoever saved the file. Notebooks of minor versions below 4.5
// become 4.5: their cells get an id.
//
// # Executing
//
// [Run] executes the code cells in order through anything that has the methods
// of an [Executor], a session of the kernel above all, records what they show,
// and calls back after each cell so that the notebook can be saved:
//
//	err := notebooks.Run(ctx, nb, session, notebooks.Options{
//		Save: func(nb *notebooks.Notebook) error { return nb.Write("out.ipynb") },
//	})
//
// The tags that Jupyter's own tools obey are obeyed: a cell tagged
// raises-exception may fail, one tagged skip-execution does not run.
//
// Not for: converting to other formats, notebooks of format 3 or older, or
// checking signatures of trust.
package notebooks

import "strings"

// Format and Minor are the version of the notebook format that is written.
const (
	Format = 4
	Minor  = 5
)

// A Notebook is the content of an .ipynb file. Numbers in Metadata are of type
// [encoding/json.Number], so that they are written as they were read.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any

	extra map[string]any // fields that this package does not know
}

// A CellType says what a cell holds.
type CellType string

// The types of cells.
const (
	Code     CellType = "code"
	Markdown CellType = "markdown"
	Raw      CellType = "raw" // passed through unchanged by converters
)

// A Cell is one cell of a notebook. Outputs and ExecutionCount have a meaning
// for code cells only.
type Cell struct {
	Type           CellType
	ID             string
	Source         string
	Metadata       map[string]any
	Outputs        []*Output
	ExecutionCount int // 0: not executed

	extra map[string]any
}

// New returns an empty notebook for Galago's kernel.
func New() *Notebook {
	nb := &Notebook{Metadata: map[string]any{}}
	nb.describe()
	return nb
}

// Add appends a cell and gives it an id.
func (nb *Notebook) Add(t CellType, source string) *Cell {
	cell := &Cell{Type: t, Source: source, Metadata: map[string]any{}}
	nb.Cells = append(nb.Cells, cell)
	nb.identify()
	return cell
}

// describe names kernel and language in the metadata, unless they are there.
// Without them JupyterLab asks which kernel to use, and shows code uncoloured.
func (nb *Notebook) describe() {
	if _, ok := nb.Metadata["kernelspec"]; !ok {
		nb.Metadata["kernelspec"] = map[string]any{
			"display_name": "Go (Galago)", "language": "go", "name": "galago",
		}
	}
	if _, ok := nb.Metadata["language_info"]; !ok {
		nb.Metadata["language_info"] = map[string]any{
			"file_extension": ".go", "mimetype": "text/x-go", "name": "go",
		}
	}
}

// Language returns the programming language of the code cells as the metadata
// tell it, in lower case, "" if they do not.
func (nb *Notebook) Language() string {
	for _, place := range [][2]string{{"language_info", "name"}, {"kernelspec", "language"}} {
		object, _ := nb.Metadata[place[0]].(map[string]any)
		if name, _ := object[place[1]].(string); name != "" {
			return strings.ToLower(name)
		}
	}
	return ""
}

// Tagged reports whether the cell carries the tag, as JupyterLab's property
// inspector sets it.
func (c *Cell) Tagged(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// FirstLine returns the line by which a person knows the cell: the first that is
// neither blank nor an import, without the space around it. Where that line only
// opens a block, the next one follows it.
func (c *Cell) FirstLine() string {
	first, imports, inside := "", "", false
	for line := range strings.Lines(c.Source) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case inside || strings.HasPrefix(line, "import ") && first == "":
			inside = (inside || strings.HasPrefix(line, "import (")) && !strings.HasSuffix(line, ")")
			imports = strings.TrimSpace(imports + " " + line)
		case first == "" && strings.HasSuffix(line, "("):
			first = line
		default:
			return strings.TrimSpace(first + " " + line)
		}
	}
	if first == "" {
		return imports
	}
	return first
}

// runs reports whether [Run] executes the cell.
func (c *Cell) runs() bool {
	return c.Type == Code && strings.TrimSpace(c.Source) != "" && !c.Tagged("skip-execution")
}
