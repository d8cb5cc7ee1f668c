package nd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a selection as NumPy writes it between brackets: integers, ranges
// "start:stop:step" with any part left out, "...", "None" or "newaxis", and lists
// of integers or of True and False in brackets, nested ones too, separated by
// commas. The empty text selects everything.
//
//	nd.Parse("0:10, ::100, -1")
//	nd.Parse("[1, 3, 5], ..., ::2")
//
// Brackets around the whole are allowed where they cannot be meant as a list, as
// in "[0:10, ...]"; "[1, 3]" is a list.
func Parse(text string) (Selection, error) {
	s, err := parseSelection(text)
	if err == nil {
		return s, nil
	}
	body := strings.TrimSpace(text)
	isList := !strings.Contains(body, ":") && !strings.Contains(body, "...")
	if strings.HasPrefix(body, "[") && strings.HasSuffix(body, "]") && !isList {
		if inner, innerErr := parseSelection(body[1 : len(body)-1]); innerErr == nil {
			return inner, nil
		}
	}
	return nil, fmt.Errorf("selection %q: %w", text, err)
}

func parseSelection(text string) (Selection, error) {
	selection := Selection{}
	words, err := splitCommas(text)
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		x, err := parseIndex(word)
		if err != nil {
			return nil, err
		}
		selection = append(selection, x)
	}
	return selection, nil
}

// splitCommas splits at the commas that are not in brackets. A comma at the end
// is how Python writes a tuple of one.
func splitCommas(text string) ([]string, error) {
	var words []string
	depth, from := 0, 0
	for k := range len(text) {
		switch text[k] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				words = append(words, strings.TrimSpace(text[from:k]))
				from = k + 1
			}
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return nil, errors.New("the brackets do not match")
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" {
		words = append(words, rest)
	}
	return words, nil
}

func parseIndex(word string) (Index, error) {
	switch word {
	case "...", "Ellipsis":
		return Ellipsis, nil
	case "None", "newaxis", "np.newaxis", "NewAxis", "nd.NewAxis":
		return NewAxis, nil
	}
	if strings.HasPrefix(word, "[") {
		return parseList(word)
	}
	parts := strings.Split(word, ":")
	if len(parts) == 1 {
		i, err := parseInt(word)
		return I(i), err
	}
	if len(parts) > 3 {
		return Index{}, fmt.Errorf("%q has more than start:stop:step", word)
	}
	x := Index{step: 1}
	for k, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			x.open |= [...]uint8{openStart, openStop, 0}[k]
			continue
		}
		n, err := parseInt(part)
		if err != nil {
			return Index{}, err
		}
		*[...]*int{&x.start, &x.stop, &x.step}[k] = n
	}
	if x.step == 0 {
		return Index{}, fmt.Errorf("the step in %q is 0", word)
	}
	return x, nil
}

func parseInt(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0, fmt.Errorf("%q is not an integer; write integers, start:stop:step, lists such as [1, 3], None or ...", word)
	}
	return n, nil
}

// parseList reads a list, which may hold lists.
func parseList(word string) (Index, error) {
	l := list{}
	if err := l.read(word, 0); err != nil {
		return Index{}, err
	}
	if l.bools > 0 && l.bools < len(l.values) {
		return Index{}, fmt.Errorf("%q mixes places with True and False", word)
	}
	a, err := Of(l.values, l.shape...)
	if err != nil {
		return Index{}, fmt.Errorf("%q: %w", word, err)
	}
	if l.bools > 0 {
		return Mask(a.Convert(Bool)), nil
	}
	return Places(a), nil
}

// A list is what has been read of one in brackets.
type list struct {
	values []int64
	bools  int // how many of the values are bools
	shape  []int
}

func (l *list) read(word string, depth int) error {
	if !strings.HasPrefix(word, "[") || !strings.HasSuffix(word, "]") {
		return fmt.Errorf("%q is not a list", word)
	}
	words, err := splitCommas(word[1 : len(word)-1])
	if err != nil {
		return err
	}
	if depth == len(l.shape) {
		l.shape = append(l.shape, len(words))
	}
	if l.shape[depth] != len(words) {
		return fmt.Errorf("the lists in it have %d and %d members: all at one depth must be equally long", l.shape[depth], len(words))
	}
	for k, w := range words {
		if strings.HasPrefix(w, "[") {
			if k > 0 && len(l.shape) == depth+1 {
				return fmt.Errorf("%q mixes numbers and lists", word)
			}
			if err := l.read(w, depth+1); err != nil {
				return err
			}
			continue
		}
		if len(l.shape) > depth+1 {
			return fmt.Errorf("%q mixes numbers and lists", word)
		}
		switch w {
		case "True", "False":
			l.bools++
			l.values = append(l.values, int64(truth(w == "True")))
			continue
		}
		n, err := parseInt(w)
		if err != nil {
			return err
		}
		l.values = append(l.values, int64(n))
	}
	return nil
}

// Select makes a selection of any mixture of what can select: text for [Parse],
// integers, Index and Selection values, slices of integers, slices of bools, and
// arrays of integers ([Places]) or bools ([Mask]).
func Select(parts ...any) (Selection, error) {
	selection := Selection{}
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			parsed, err := Parse(v)
			if err != nil {
				return nil, err
			}
			selection = append(selection, parsed...)
		case Index:
			selection = append(selection, v)
		case Selection:
			selection = append(selection, v...)
		case []Index:
			selection = append(selection, v...)
		case int:
			selection = append(selection, I(v))
		default:
			a, err := From(part)
			if err != nil || !a.dtype.Integer() && a.dtype != Bool || a.dtype == Bool && len(a.shape) == 0 {
				return nil, fmt.Errorf("a %T does not select anything; write text such as \"0:10, :\", integers, nd.R(0, 10), lists or masks", part)
			}
			switch {
			case a.dtype == Bool:
				selection = append(selection, Mask(a))
			case len(a.shape) == 0:
				selection = append(selection, I(int(elementsOf[int64](a.asPlaces().buf)[0])))
			default:
				selection = append(selection, Places(a))
			}
		}
	}
	return selection, nil
}
