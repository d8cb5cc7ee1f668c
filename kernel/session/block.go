package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// A rankBlock is a block directive that runs its cell on ranks.
type rankBlock struct {
	launcher string // auto, mpiexec or srun
	ranks    int
	options  []string // passed on to the launcher
	label    bool     // each line of output names its rank
	show     bool     // the exact command is shown
}

// parseBlock reads %%mpi -n 8 --label and its kin.
func (s *Session) parseBlock(segment cell.Segment) (*rankBlock, error) {
	words, err := splitWords(segment.Text)
	if err != nil {
		return nil, fmt.Errorf("read %%%%%s: %w", segment.Text, err)
	}
	b := &rankBlock{ranks: 1, options: slices.Clone(s.options.LauncherOptions)}
	switch words[0] {
	case "mpi":
		b.launcher = s.options.Launcher
		if b.launcher == "" {
			b.launcher = "auto"
		}
	default:
		b.launcher = words[0]
		if s.options.Launcher != "" && s.options.Launcher != "auto" {
			// galago run --launcher says where the whole notebook runs.
			b.launcher = s.options.Launcher
		}
	}
	return b, b.readOptions(words)
}

func (b *rankBlock) readOptions(words []string) error {
	name := words[0]
	for i := 1; i < len(words); i++ {
		word := words[i]
		count, isCount := "", false
		switch {
		case word == "--label":
			b.label = true
			continue
		case word == "--show":
			b.show = true
			continue
		case word == "-n" || word == "-np" || word == "--ntasks":
			if i++; i == len(words) {
				return fmt.Errorf("%%%%%s: %s needs a number of ranks", name, word)
			}
			count, isCount = words[i], true
		case strings.HasPrefix(word, "--ntasks="):
			count, isCount = strings.TrimPrefix(word, "--ntasks="), true
		case strings.HasPrefix(word, "-n") && isNumber(word[2:]):
			count, isCount = word[2:], true
		}
		switch {
		case isCount:
		case name == "mpi":
			return fmt.Errorf("%%%%mpi does not know the option %s: it takes -n N, --label and --show, because it chooses the launcher by itself; use %%%%srun or %%%%mpiexec for their own options", word)
		default:
			b.options = append(b.options, word)
			continue
		}
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return fmt.Errorf("%%%%%s: the number of ranks is %q, it must be a number from 1 up", name, count)
		}
		b.ranks = n
	}
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// splitWords cuts a line into words as a shell does, with quotes but without
// variables.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	var quote rune
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ' || r == '\t' || r == '\r':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote %c is not closed", quote)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
