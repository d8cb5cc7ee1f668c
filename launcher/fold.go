package launcher

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// sentence makes "rank 3 was lost" or "ranks 0-7 were lost" of "was lost". A
// predicate that begins with a colon follows the subject at once.
func sentence(ranks []int, predicate string) string {
	if len(ranks) > 1 {
		if rest, ok := strings.CutPrefix(predicate, "was "); ok {
			predicate = "were " + rest
		}
		predicate = strings.Replace(predicate, "where it was", "where they were", 1)
	}
	if strings.HasPrefix(predicate, ":") {
		return subject(ranks) + predicate
	}
	return subject(ranks) + " " + predicate
}

// subject names ranks, which are in ascending order: "rank 3", "ranks 0-7, 9".
func subject(ranks []int) string {
	if len(ranks) == 1 {
		return fmt.Sprintf("rank %d", ranks[0])
	}
	var spans []string
	for i := 0; i < len(ranks); {
		j := i
		for j+1 < len(ranks) && ranks[j+1] == ranks[j]+1 {
			j++
		}
		switch j - i {
		case 0:
			spans = append(spans, fmt.Sprint(ranks[i]))
		case 1:
			spans = append(spans, fmt.Sprint(ranks[i]), fmt.Sprint(ranks[j]))
		default:
			spans = append(spans, fmt.Sprintf("%d-%d", ranks[i], ranks[j]))
		}
		i = j + 1
	}
	const most = 12
	if len(spans) > most {
		return fmt.Sprintf("ranks %s, ... (%d in all)", strings.Join(spans[:most], ", "), len(ranks))
	}
	return "ranks " + strings.Join(spans, ", ")
}

// whereabouts is the failure of an interrupted run: one line for each place in
// which ranks were.
func (r *Run) whereabouts() *event.Failure {
	places := map[string][]int{}
	var unknown []int
	for i := range r.ranks {
		k := &r.ranks[i]
		switch {
		case k.failure != nil && k.failure.Name == interruptName:
			place := k.failure.Message + location(k.failure.Stack)
			places[place] = append(places[place], i)
		case k.exit == nil || k.exit.Stopped:
			unknown = append(unknown, i)
		}
	}
	if !r.anyStarted() {
		f := &event.Failure{Name: interruptName, Message: "interrupted before any rank had started"}
		if text := summary(r.words.lines()); text != "" {
			f.Message += "\n" + text
		}
		return f
	}
	if len(unknown) > 0 {
		places["was killed"] = unknown
	}
	keys := make([]string, 0, len(places))
	for place := range places {
		keys = append(keys, place)
	}
	sort.Slice(keys, func(i, j int) bool { return places[keys[i]][0] < places[keys[j]][0] })
	lines := []string{"interrupted"}
	for _, place := range keys {
		lines = append(lines, sentence(places[place], place))
	}
	return &event.Failure{Name: interruptName, Message: strings.Join(lines, "\n")}
}

// location is the innermost place of a stack, " (cell 4, line 7)".
func location(stack []event.Frame) string {
	if len(stack) == 0 {
		return ""
	}
	file := filepath.Base(stack[0].File)
	if stack[0].Line == 0 {
		return fmt.Sprintf(" (%s)", file)
	}
	return fmt.Sprintf(" (%s, line %d)", file, stack[0].Line)
}
