package nd

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a selection as NumPy writes it between brackets: integers, ranges
// "start:stop:step" with any part left out, and "...", separated by commas. The
// empty text selects everything. Brackets around it are allowed.
//
//	nd.Parse("0:10, ::100, -1")
func Parse(text string) (Selection, error) {
	body := strings.TrimSpace(text)
	if strings.HasPrefix(body, "[") && strings.HasSuffix(body, "]") {
		body = strings.TrimSpace(body[1 : len(body)-1])
	}
	selection := Selection{}
	if body == "" {
		return selection, nil
	}
	// A comma at the end is how Python writes a tuple of one.
	body = strings.TrimSpace(strings.TrimSuffix(body, ","))
	for _, word := range strings.Split(body, ",") {
		x, err := parseIndex(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("selection %q: %w", text, err)
		}
		selection = append(selection, x)
	}
	return selection, nil
}

func parseIndex(word string) (Index, error) {
	if word == "..." {
		return Ellipsis, nil
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
		return 0, fmt.Errorf("%q is not an integer; write integers, start:stop:step or ...", word)
	}
	return n, nil
}
