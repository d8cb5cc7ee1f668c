package h5

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/internal/sketch"
)

func digits(n int) string        { return quantity.Number(int64(n)) }
func bytesText(n int) string     { return quantity.Bytes(int64(n)) }
func valueText(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// A fact is something about an object, with its name.
type fact struct{ name, text string }

// A preview is what is shown of a dataset.
type preview struct {
	about      string
	facts      []fact
	attributes []string
	values     string // the elements, as NumPy prints them or as a table
	valuesOf   string // the selection they are of, "" for all
	trouble    string // why the values or the picture are missing
	excerpt    *excerpt
}

// look gathers what is shown of a dataset; picture says whether to read what a
// picture needs.
func (d *Dataset) look(picture bool) preview {
	p := preview{about: d.summary(false), facts: d.facts(), attributes: attributeLines(d.Attrs())}
	var err error
	if p.values, p.valuesOf, err = d.values(); err == nil && picture {
		p.excerpt, err = d.excerpt()
	}
	if err != nil {
		p.trouble = err.Error()
		if e, ok := err.(*Error); ok {
			p.trouble = e.Reason
			if e.Advice != "" {
				p.trouble += "; " + e.Advice
			}
		}
	}
	return p
}

// facts tells how large the dataset is, and what else is not as usual.
func (d *Dataset) facts() []fact {
	var facts []fact
	add := func(name, format string, args ...any) {
		facts = append(facts, fact{name, fmt.Sprintf(format, args...)})
	}
	t := d.Type()
	if t == nil {
		return nil
	}
	if t.Class() == ClassCompound && !t.IsComplex() {
		for i, f := range t.Fields() {
			name := ""
			if i == 0 {
				name = "fields"
			}
			add(name, "%s %s", f.Name, shorten(f.Type.String()))
		}
	} else if full := t.String(); shorten(full) != full {
		add("type", "%s", full)
	}
	if !d.null {
		facts = append(facts, fact{"size", d.sizeText()})
	}
	if most := d.MaxShape(); most != nil && most.String() != d.extent().String() {
		add("grows to", "%v", most)
	}
	if fill, err := d.FillValue(); err == nil && fill.Item() != 0 {
		add("fill", "%s", valueText(fill.Item()))
	}
	if files, err := d.External(); err == nil && len(files) > 0 {
		names := make([]string, 0, len(files))
		for _, f := range files[:min(len(files), firstRows)] {
			names = append(names, f.Name)
		}
		if more := len(files) - len(names); more > 0 {
			names = append(names, digits(more)+" more")
		}
		add("stored in", "%s", strings.Join(names, ", "))
	}
	if d.Layout() == Virtual {
		if sources, err := d.VirtualSources(); err == nil {
			for i, s := range sources[:min(len(sources), firstRows)] {
				name := ""
				if i == 0 {
					name = "sources"
				}
				add(name, "%s in %s", s.Dataset, s.File)
			}
			if more := len(sources) - firstRows; more > 0 {
				add("", "%s more", digits(more))
			}
		}
	}
	return append(facts, d.axisFacts()...)
}

// axisFacts are the labels and the dimension scales of the axes.
func (d *Dataset) axisFacts() []fact {
	var facts []fact
	if d.IsScale() {
		text := "dimension scale"
		if name := d.ScaleName(); name != "" {
			text += " " + strconv.Quote(name)
		}
		facts = append(facts, fact{"is a", text})
	}
	if !d.Attrs().Has(attrLabels) && !d.Attrs().Has(attrScales) {
		return facts
	}
	for axis, x := range d.Dims() {
		var words []string
		if label := x.Label(); label != "" {
			words = append(words, strconv.Quote(label))
		}
		scales, _ := x.Scales()
		for _, s := range scales {
			words = append(words, "scale "+s.ObjectPath())
			s.done()
		}
		if len(words) > 0 {
			facts = append(facts, fact{fmt.Sprintf("axis %d", axis), strings.Join(words, ", ")})
		}
	}
	return facts
}

// sizeText tells elements and bytes, in memory and in the file.
func (d *Dataset) sizeText() string {
	text := quantity.Count(int64(d.Len()), "element")
	if d.Type().Variable() {
		return text + " of variable length"
	}
	text += ", " + bytesText(d.NBytes())
	stored := d.StorageSize()
	switch {
	case d.Layout() == Virtual:
		return text
	case stored == 0 && d.Len() > 0:
		return text + "; nothing of it has been written"
	case d.chunks == nil:
		return text
	}
	text += "; " + bytesText(stored) + " in the file"
	if n, err := d.NumChunks(); err == nil {
		text += " in " + quantity.Count(int64(n), "chunk")
		if all := d.chunksAtMost(); n < all {
			text += " of " + digits(all)
		}
	}
	if ratio := d.CompressionRatio(); ratio > 0 && len(d.Filters()) > 0 {
		text += ", " + ratioText(ratio)
	}
	return text
}

// String returns name, type and shape, how the dataset is stored, the attributes on
// lines of their own, and its elements, if they are many the first and the last.
func (d *Dataset) String() string {
	var s strings.Builder
	_ = d.write(&s, plainInk, false)
	return strings.TrimSuffix(s.String(), "\n")
}

// Show writes all about one object: of a group its entries, of a dataset its type,
// shape and storage, its attributes, and its first elements with a small picture of
// them. No more of a dataset is read than is shown, and the chunks around it.
func Show(w io.Writer, node Node, colour bool) error {
	ink := plainInk
	if colour {
		ink = terminalInk
	}
	if d, ok := node.(*Dataset); ok {
		return d.write(w, ink, true)
	}
	return WriteTree(w, node, TreeOptions{Depth: 1, Entries: 1000, Colour: colour})
}

func (d *Dataset) write(w io.Writer, ink inks, picture bool) error {
	p := d.look(picture)
	var s strings.Builder
	s.WriteString(ink[inkDataset].on(oneLine(d.path)) + "  " + oneLine(p.about) + "\n")
	width := 0
	for _, f := range p.facts {
		width = max(width, len(f.name))
	}
	for _, f := range p.facts {
		fmt.Fprintf(&s, "  %-*s  %s\n", width, f.name, oneLine(f.text))
	}
	for _, line := range p.attributes {
		s.WriteString("  " + ink[inkAttribute].on("@"+oneLine(line)) + "\n")
	}
	if p.values != "" {
		s.WriteByte('\n')
		if p.valuesOf != "" {
			s.WriteString(ink[inkMore].on(p.valuesOf) + "\n")
		}
		for line := range strings.SplitSeq(p.values, "\n") {
			s.WriteString(oneLine(line) + "\n")
		}
	}
	if p.excerpt != nil {
		p.excerpt.write(&s, ink)
	}
	if p.trouble != "" {
		s.WriteString("\n" + ink[inkTrouble].on(oneLine(p.trouble)) + "\n")
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// sparkWidth is the most characters of a line of blocks.
const sparkWidth = 64

// write draws one axis as a line of blocks, and tells the range.
func (p *excerpt) write(s *strings.Builder, ink inks) {
	values := p.array.Float64s()
	low, high, ok := sketch.Range(values)
	if !ok {
		return
	}
	s.WriteByte('\n')
	if len(p.array.Shape()) == 1 {
		step := (len(values) + sparkWidth - 1) / sparkWidth
		var few []float64
		for i := 0; i < len(values); i += step {
			few = append(few, values[i])
		}
		s.WriteString(sketch.Spark(few) + "\n")
	}
	s.WriteString(ink[inkMore].on(p.selection.String()+"  "+valueText(low)+" to "+valueText(high)) + "\n")
}
