// Package cell takes the text of a notebook cell apart.
//
// A cell is a sequence of segments: Go, shell lines (!ls -l), line directives
// (%cd data) or, as the first thing in it, one block directive that governs
// the rest (%%mpi -n 8). [Split] finds them. [Fragments] then cuts Go into its
// top-level pieces: imports, declarations and statements, which a cell may mix
// in any order although a Go file may not.
//
// Every piece knows its line and column in the cell, so that whoever puts the
// pieces together in another order can still lead every message back to what
// the user typed.
package cell

import (
	"strings"
)

// A SegmentKind says in which language a [Segment] is written.
type SegmentKind int

// The kinds of segments.
const (
	Go SegmentKind = iota
	Shell
	Directive
	Block
)

// A Segment is a run of lines of a cell that are of one kind.
type Segment struct {
	Kind SegmentKind
	Line int    // of its first line, counted from 1
	Text string // without the leading !, % or %%
	Body string // of a Block: everything after its first line
}

// comment spells a directive or a shell line as a Go comment, so that a .go file
// paired with the notebook stays valid Go.
const comment = "//galago:"

// Split cuts a cell into its segments. Directives and shell lines may be written
// as comments: //galago:%cd data, //galago:!ls, //galago:%%mpi -n 8.
//
// A line that is a name with one or two question marks before or behind it is
// the directive that explains the name: ?name, name? and ?%cd are %inspect name
// and %inspect %cd, name?? is %inspect -s name.
//
// A line is a directive or a shell line only where a Go statement may begin:
// inside a raw string or a bracket, % and ! are Go. What gophernotes writes in
// another way is understood: $ before a shell line, and :import.
func Split(text string) []Segment {
	if block, ok := splitBlock(text); ok {
		return []Segment{block}
	}
	var segments []Segment
	lines := strings.SplitAfter(text, "\n")
	start := 0
	flush := func(end int) {
		if source := strings.Join(lines[start:end], ""); strings.TrimSpace(source) != "" {
			segments = append(segments, Segment{Kind: Go, Line: start + 1, Text: source})
		}
	}
	for i, line := range lines {
		kind, rest, ok := special(line)
		colon := strings.HasPrefix(strings.TrimSpace(line), ":import ")
		if !ok && !colon || open(strings.Join(lines[start:i], "")) {
			continue
		}
		if colon {
			lines[i] = strings.Replace(line, ":", " ", 1) // so that all columns stay
			continue
		}
		flush(i)
		start = i + 1
		segments = append(segments, Segment{Kind: kind, Line: i + 1, Text: rest})
	}
	flush(len(lines))
	return segments
}

// splitBlock recognises a cell whose first line that is not blank is a block
// directive.
func splitBlock(text string) (Segment, bool) {
	rest, line := text, 1
	for {
		first, after, more := strings.Cut(rest, "\n")
		trimmed := strings.TrimSpace(first)
		if trimmed == "" && more {
			rest, line = after, line+1
			continue
		}
		directive, ok := strings.CutPrefix(strings.TrimPrefix(trimmed, comment), "%%")
		if _, asked := question(trimmed); asked {
			ok = false
		}
		return Segment{Kind: Block, Line: line, Text: directive, Body: after}, ok
	}
}

func special(line string) (SegmentKind, string, bool) {
	trimmed := strings.TrimPrefix(strings.TrimSpace(line), comment)
	if directive, ok := question(trimmed); ok {
		return Directive, directive, true
	}
	switch {
	case (strings.HasPrefix(trimmed, "!") || strings.HasPrefix(trimmed, "$")) && len(trimmed) > 1:
		return Shell, trimmed[1:], true
	case strings.HasPrefix(trimmed, "%") && len(trimmed) > 1 && trimmed[1] != '%' && isLetter(trimmed[1]):
		return Directive, trimmed[1:], true
	}
	return Go, "", false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
