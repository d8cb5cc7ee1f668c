package assist

import (
	"slices"
	"strings"
)

// most is how many items a completion has at most.
const most = 1000

// A choice collects what may follow, in the order in which it suits the place.
type choice struct {
	typed string
	items []Item
	rank  []int
	seen  map[string]bool
}

// add offers an item, unless what was typed begins otherwise. Items of lower
// rank come first.
func (c *choice) add(i Item, rank int) {
	switch {
	case c.seen[i.Text]:
		return
	case strings.HasPrefix(i.Text, c.typed):
	case len(i.Text) >= len(c.typed) && strings.EqualFold(i.Text[:len(c.typed)], c.typed):
		rank += 1000 // in other letters than those that were typed
	default:
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[i.Text] = true
	c.items = append(c.items, i)
	c.rank = append(c.rank, rank)
}

// completion sorts what was collected.
func (c *choice) completion(start, end int) Completion {
	order := make([]int, len(c.items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if c.rank[a] != c.rank[b] {
			return c.rank[a] - c.rank[b]
		}
		if d := strings.Compare(strings.ToLower(c.items[a].Text), strings.ToLower(c.items[b].Text)); d != 0 {
			return d
		}
		return strings.Compare(c.items[a].Text, c.items[b].Text)
	})
	result := Completion{Start: start, End: end}
	for _, i := range order[:min(len(order), most)] {
		result.Items = append(result.Items, c.items[i])
	}
	return result
}
