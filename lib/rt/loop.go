package rt

// Many is the number of turns from which on a loop that computes only is worth
// an interrupt check of its own. So many take some milliseconds, or some tenths
// of a second if each computes a lot.
const Many = 1 << 20

// Few reports whether a loop of so many turns can do without.
func Few(turns int64) bool { return uint64(turns) < Many }
