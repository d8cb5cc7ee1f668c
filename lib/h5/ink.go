package h5

// An ink is how a terminal begins and ends a colour.
type ink [2]string

func (i ink) on(text string) string {
	if text == "" {
		return ""
	}
	return i[0] + text + i[1]
}

// An inkKind is what is written.
type inkKind int

const (
	inkGroup inkKind = iota
	inkDataset
	inkType
	inkLink
	inkAttribute
	inkTrouble
	inkMore
)

type inks [inkMore + 1]ink

var plainInk inks

var terminalInk = inks{
	inkGroup:     {"\x1b[1;34m", "\x1b[0m"},
	inkDataset:   {"\x1b[1m", "\x1b[0m"},
	inkType:      {"\x1b[35m", "\x1b[0m"},
	inkLink:      {"\x1b[36m", "\x1b[0m"},
	inkAttribute: {"\x1b[2m", "\x1b[0m"},
	inkTrouble:   {"\x1b[31m", "\x1b[0m"},
	inkMore:      {"\x1b[2m", "\x1b[0m"},
}
