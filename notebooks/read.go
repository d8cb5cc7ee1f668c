package notebooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/galago-hpc/galago/internal/event"
)

// Read reads a notebook file. The error says what is wrong with the file and,
// where something can be done, what.
func Read(path string) (*Notebook, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading notebook: %w", err)
	}
	nb, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading notebook %s: %w", path, err)
	}
	return nb, nil
}

// Parse reads a notebook from the content of an .ipynb file.
func Parse(text []byte) (*Notebook, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors put a byte order mark
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the file is empty; a notebook is JSON text")
	}
	value, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("not JSON%s: %w", place(text, err), err)
	}
	top, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not a notebook: the JSON value is not an object")
	}
	if err := checkVersion(top); err != nil {
		return nil, err
	}
	d := &fields{m: top}
	nb := &Notebook{Metadata: d.object("metadata")}
	cells := d.list("cells")
	if d.err != nil {
		return nil, d.err
	}
	for i, cell := range cells {
		c, err := parseCell(cell)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, c)
	}
	nb.extra = d.rest("nbformat", "nbformat_minor")
	nb.identify()
	return nb, nil
}

func checkVersion(top map[string]any) error {
	number, ok := top["nbformat"].(json.Number)
	if !ok {
		return errors.New(`not a notebook: there is no "nbformat" number`)
	}
	switch version := number.String(); version {
	case "4":
		return nil
	case "1", "2", "3":
		return fmt.Errorf("notebook format %s is too old; convert the file with "+
			"`jupyter nbconvert --to notebook FILE`, which writes format 4", version)
	default:
		return fmt.Errorf("notebook format %s is not known; this version of Galago reads format 4", version)
	}
}

func parseCell(value any) (*Cell, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	d := &fields{m: m}
	c := &Cell{
		Type: CellType(d.text("cell_type")), Source: d.text("source"), Metadata: d.object("metadata"),
		ID: d.optionalText("id"),
	}
	var outputs []any
	switch c.Type {
	case Code:
		outputs = d.list("outputs")
		c.ExecutionCount = d.count("execution_count")
	case Markdown, Raw:
	default:
		d.fail("cell_type %q is not known", c.Type)
	}
	if d.err != nil {
		return nil, d.err
	}
	c.extra = d.rest()
	for i, value := range outputs {
		output, err := parseOutput(value)
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i+1, err)
		}
		c.Outputs = append(c.Outputs, output)
	}
	return c, nil
}

func parseOutput(value any) (*Output, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	d := &fields{m: m}
	o := &Output{Type: OutputType(d.text("output_type"))}
	switch o.Type {
	case Stream:
		o.Name, o.Text = d.text("name"), d.text("text")
	case DisplayData, ExecuteResult:
		o.Data = event.Bundle(d.object("data"))
		o.Metadata = d.object("metadata")
		if o.Type == ExecuteResult {
			o.ExecutionCount = d.count("execution_count")
		}
		for mime, value := range o.Data {
			if text, ok := joinLines(value); ok && !storedAsJSON(mime) {
				o.Data[mime] = text
			}
		}
	case ErrorOutput:
		o.ErrorName, o.ErrorValue = d.text("ename"), d.text("evalue")
		for _, line := range d.list("traceback") {
			text, _ := line.(string)
			o.Traceback = append(o.Traceback, text)
		}
	default:
		d.fail("output_type %q is not known", o.Type)
	}
	o.extra = d.rest()
	return o, d.err
}

// place says where the JSON text stops making sense.
func place(text []byte, err error) string {
	offset := int64(len(text))
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	} else if !errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	before := text[:min(offset, int64(len(text)))]
	return fmt.Sprintf(" (line %d)", bytes.Count(before, []byte("\n"))+1)
}
