package cell

import "strings"

// A Spot is a place in a cell, such as that of the cursor.
type Spot struct {
	Kind SegmentKind
	// Before is what stands between the mark (!, % or %%) and the spot, if the
	// spot is in a shell line or in the line of a directive.
	Before string
	// Go is the cell with all that is not Go blanked out, so that offsets stay
	// what they are; "" if the spot is in a text that is no Go.
	Go string
}

// At says in what a byte offset of a cell stands. Unlike [Split] it takes a line
// for a directive that is nothing but the mark as yet.
func At(text string, offset int) Spot {
	lines := strings.SplitAfter(text, "\n")
	row, column := strings.Count(text[:offset], "\n"), offset-1-strings.LastIndexByte(text[:offset], '\n')
	blank := func(i int) {
		body := strings.TrimRight(lines[i], "\r\n")
		lines[i] = strings.Repeat(" ", len(body)) + lines[i][len(body):]
	}
	line := strings.TrimRight(lines[row], "\r\n")
	before := func(mark string) string {
		start := strings.Index(line, mark) + len(mark)
		if start > column {
			return ""
		}
		return line[start:column]
	}
	if block, ok := splitBlock(text); ok {
		switch first := block.Line - 1; {
		case row == first:
			return Spot{Kind: Block, Before: before("%%")}
		case row < first || block.isText():
			return Spot{Kind: Block}
		default:
			for i := range block.Line {
				blank(i)
			}
			return Spot{Kind: Go, Go: strings.Join(lines, "")}
		}
	}
	if rest := strings.TrimPrefix(strings.TrimSpace(line[:min(column, len(line))]), comment); strings.HasPrefix(rest, "?") && !open(strings.Join(lines[:row], "")) {
		return Spot{Kind: Directive, Before: "inspect " + strings.TrimLeft(rest, "?")}
	}
	special := map[int]SegmentKind{}
	for _, s := range Split(text) {
		if s.Kind != Go {
			special[s.Line-1] = s.Kind
		}
	}
	bare := strings.TrimPrefix(strings.TrimSpace(line), comment)
	kind, ok := special[row]
	switch {
	case ok && kind == Shell:
		return Spot{Kind: Shell, Before: before("!")}
	case ok:
		return Spot{Kind: Directive, Before: before("%")}
	case (bare == "%" || bare == "!") && !open(strings.Join(lines[:row], "")):
		if bare == "!" {
			return Spot{Kind: Shell}
		}
		return Spot{Kind: Directive}
	}
	for i := range special {
		blank(i)
	}
	return Spot{Kind: Go, Go: strings.Join(lines, "")}
}
