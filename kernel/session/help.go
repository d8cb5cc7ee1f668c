package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// details is what %help NAME says beyond the line in the table, by the name with
// its percent signs.
var details = map[string]string{
	"%cd":          "Without a folder it goes home. ~ is the home folder.",
	"%env":         "NAME VALUE sets a variable as well. The value is taken as it stands, without quotes or expansion. The list hides the values of keys, tokens, secrets and passwords. What is set here outlives a restart of the engine; the Go toolchain does not see it.",
	"%inspect":     "?NAME and NAME? are short for it, ??NAME and NAME?? for %inspect -s NAME. The name is one of Go, such as fmt.Println, x or point.norm, or that of a directive.",
	"%load":        "The package clause is dropped; func main, if there is one, runs at the end. Errors name the file and its lines. .go may be left out.",
	"%reset":       "Variables, functions, types, constants and imports are forgotten. The engine, its working directory and its environment stay. It never asks, so -f changes nothing.",
	"%rm":          "What others depend on is not forgotten without them: the error names them. The methods of a type go with it.",
	"%time":        "Variables stay defined, and the value of the last expression is shown. CPU time and allocations are those of the whole engine.",
	"%timeit":      "The code is compiled and runs in a loop; what it defines is gone afterwards. Without -n the number of loops is chosen so that a round takes 0.2 s, without -r there are 7 rounds, or fewer once they have taken 2.5 s. An error as last result ends the measurement.",
	"%who":         "Patterns select names: %who x* y?. A size is what the variable holds in memory: all that is reached through slices, strings, maps, pointers and interfaces, each byte once. >= marks a lower bound: there was more than 0.4 s can look through, or goroutines run in the background, whose data must not be looked into.",
	"%%time":       "The same as %time for a whole cell.",
	"%%timeit":     "The same as %timeit for a whole cell. The setup, Go in the directive's line, is not measured; the cell sees its variables.",
	"%%writefile":  "The text is written as it stands. ~ is the home folder, and relative names begin at the working directory. The folder must exist.",
	"%%mpi":        "The cell sees the session's functions, types, constants and, by value, its variables. --label puts the rank before each line of output, --show shows the command. notebook.Return(name, value) defines a variable in the session.",
	"%%mpiexec":    "As %%mpi; all other options are mpiexec's own.",
	"%%srun":       "As %%mpi; all other options are srun's own.",
	"!COMMAND":     "The command runs under /bin/sh in the working directory. A status other than 0 is an error of the cell. $ COMMAND, as gophernotes writes it, is the same.",
	"//galago:...": "Every directive and shell line may be written as a comment, so that a .go file paired with the notebook stays valid Go: //galago:%who, //galago:!ls, //galago:%%mpi -n 8.",
}

// An entry is a line of %help.
type entry struct{ name, usage, summary string }

// entries lists what can be typed besides Go.
func entries() []entry {
	var all []entry
	for _, name := range slices.Sorted(maps.Keys(lineDirectives)) {
		d := lineDirectives[name]
		all = append(all, entry{"%" + name, d.usage, d.summary})
	}
	for _, name := range slices.Sorted(maps.Keys(blockDirectives)) {
		d := blockDirectives[name]
		all = append(all, entry{"%%" + name, d.usage, d.summary})
	}
	return append(all, entry{"!COMMAND", "", "run a shell command"}, entry{"//galago:...", "", "the same directives and shell lines as Go comments"})
}

// help lists the directives, or explains one.
func (s *Session) help(_ context.Context, about string, emit func(event.Event)) error {
	all := entries()
	if about != "" {
		all = slices.DeleteFunc(all, func(e entry) bool {
			return e.name != about && (strings.HasPrefix(about, "%") || strings.TrimLeft(e.name, "%") != about) && (about != "!" || e.name != "!COMMAND")
		})
		if len(all) == 0 {
			return unknownDirective(about)
		}
	}
	var b strings.Builder
	for i, e := range all {
		if about == "" && i > 0 && strings.HasPrefix(e.name, "%%") && !strings.HasPrefix(all[i-1].name, "%%") {
			b.WriteString("\nin the first line of a cell, for the rest of it:\n")
		}
		if about == "" && e.name == "!COMMAND" {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n    %s\n", strings.TrimSpace(e.name+" "+e.usage), e.summary)
		if about != "" && details[e.name] != "" {
			fmt.Fprintf(&b, "    %s\n", details[e.name])
		}
	}
	if about == "" {
		b.WriteString("\n%help NAME says more about one of them\n")
	}
	emit(event.Event{Kind: event.Stdout, Text: b.String()})
	return nil
}

// unknownDirective says which directives a misspelt one may mean.
func unknownDirective(typed string) *event.Failure {
	kind := "directive"
	if strings.HasPrefix(typed, "%%") {
		kind = "block directive"
	}
	f := &event.Failure{Name: "error", Message: fmt.Sprintf("unknown %s %s", kind, typed)}
	bare := strings.TrimLeft(typed, "%")
	var exact, near, names []string
	for _, e := range entries() {
		name, ok := strings.CutPrefix(e.name, "%")
		if !ok {
			continue
		}
		names = append(names, e.name)
		name = strings.TrimPrefix(name, "%")
		switch {
		case bare == name:
			exact = append(exact, e.name)
		case bare != "" && (distance(bare, name) <= 1+len(bare)/4 || strings.HasPrefix(name, bare)):
			near = append(near, e.name)
		}
	}
	if len(exact) > 0 {
		near = exact
	}
	if len(near) > 0 {
		f.Hint = fmt.Sprintf("did you mean %s? ", strings.Join(near, " or "))
	}
	f.Hint += "there are " + strings.Join(names, ", ") + "; %help says what they do"
	return f
}

// distance is how many letters have to be put in, left out, changed or
// exchanged with their neighbour to make b out of a.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
				continue
			}
			rows[i][j] = 1 + min(rows[i-1][j], rows[i][j-1], rows[i-1][j-1])
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
			}
		}
	}
	return rows[len(a)][len(b)]
}

// usageError says that a directive was given what it cannot take.
func usageError(directive, why string) error {
	usage := ""
	for _, e := range entries() {
		if e.name == directive {
			usage = strings.TrimSpace(e.name + " " + e.usage)
		}
	}
	return &event.Failure{Name: "error", Message: fmt.Sprintf("%s: %s", directive, why), Hint: "usage: " + usage}
}
