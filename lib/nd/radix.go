package nd

import (
	"cmp"
	"math"
	"slices"
	"unsafe"
)

// Sorting digit by digit, as Hollerith sorted punched cards: numbers become
// unsigned keys of the same order, which are dealt out by their lowest digit, then
// by the next. Each deal keeps the order of the one before.

// radixLength is from how many elements on it is faster than comparing them.
const radixLength = 512

const (
	digitBits = 8
	digitSize = 1 << digitBits
)

// key64 returns an integer that is ordered as numbers of 8 bytes are, NaN last. The
// two zeros are equal, so that they stay in the order in which they stand.
func key64[T number](v T) uint64 {
	switch v := any(v).(type) {
	case float64:
		if v != v {
			return math.MaxUint64
		}
		bits := math.Float64bits(v + 0)
		if bits>>63 != 0 {
			return ^bits
		}
		return bits | 1<<63
	case int64:
		return uint64(v) ^ 1<<63
	}
	return uint64(v)
}

// key32 is key64 for all smaller numbers.
func key32[T number](v T) uint32 {
	switch v := any(v).(type) {
	case float32:
		if v != v {
			return math.MaxUint32
		}
		bits := math.Float32bits(v + 0)
		if bits>>31 != 0 {
			return ^bits
		}
		return bits | 1<<31
	case int8:
		return uint32(int32(v)) ^ 1<<31
	case int16:
		return uint32(int32(v)) ^ 1<<31
	case int32:
		return uint32(v) ^ 1<<31
	}
	return uint32(v)
}

// keysOf returns the memory of numbers as unsigned integers of their size.
func keysOf[K radixKey, T number](x []T) []K {
	return unsafe.Slice((*K)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// float64Keys turns the bits of floats into keys: the sign is turned round, and for
// negative numbers all else too. NaN becomes the largest.
func float64Keys(bits []uint64) {
	for i, b := range bits {
		if b&^(1<<63) > 0x7ff<<52 {
			b = 0x7ff8 << 48
		}
		bits[i] = b ^ (uint64(int64(b)>>63) | 1<<63)
	}
}

// float64Values turns keys back into floats.
func float64Values(keys []uint64) {
	for i, k := range keys {
		keys[i] = k ^ (uint64(int64(^k)>>63) | 1<<63)
	}
}

func float32Keys(bits []uint32) {
	for i, b := range bits {
		if b&^(1<<31) > 0xff<<23 {
			b = 0x7fc0 << 16
		}
		bits[i] = b ^ (uint32(int32(b)>>31) | 1<<31)
	}
}

func float32Values(keys []uint32) {
	for i, k := range keys {
		keys[i] = k ^ (uint32(int32(^k)>>31) | 1<<31)
	}
}

// sortSigned sorts the bits of signed integers.
func sortSigned[K radixKey](bits []K, sign K) {
	for i := range bits {
		bits[i] ^= sign
	}
	radixSort(bits)
	for i := range bits {
		bits[i] ^= sign
	}
}

type radixKey interface{ uint16 | uint32 | uint64 }

// radixSort sorts keys. Digits that are the same everywhere are not dealt.
func radixSort[K radixKey](keys []K) {
	from, to := keys, make([]K, len(keys))
	counts := digitCounts(from)
	for digit := range counts {
		if offsets := counts[digit].offsets(len(keys)); offsets != nil {
			deal(from, to, digit*digitBits, offsets)
			from, to = to, from
		}
	}
	if len(keys) > 0 && &from[0] != &keys[0] {
		copy(keys, from)
	}
}

func deal[K radixKey](from, to []K, shift int, offsets *digits) {
	for _, k := range from {
		d := k >> shift & (digitSize - 1)
		to[offsets[d]] = k
		offsets[d]++
	}
}

type digits [digitSize]int32

// digitCounts counts how often each digit occurs at each place, all in one go.
func digitCounts[K radixKey](keys []K) []digits {
	var zero K
	counts := make([]digits, (8*int(unsafe.Sizeof(zero))+digitBits-1)/digitBits)
	for _, k := range keys {
		for digit := range counts {
			counts[digit][k&(digitSize-1)]++
			k >>= digitBits
		}
	}
	return counts
}

// offsets turns counts into where each digit begins; nil if only one occurs.
func (d *digits) offsets(n int) *digits {
	total := int32(0)
	for i, count := range d {
		if int(count) == n {
			return nil
		}
		d[i] = total
		total += count
	}
	return d
}

// countingSort sorts bytes.
func countingSort[T int8 | uint8 | boolean](x []T) {
	var counts [256]int
	var zero T
	shift := 0
	if zero--; zero < 0 {
		shift = 128
	}
	for _, v := range x {
		counts[int(v)+shift]++
	}
	at := 0
	for k, n := range counts {
		fill(x[at:at+n], T(k-shift))
		at += n
	}
}

// A ranked is a key and where it stands.
type ranked struct {
	key   uint64
	place int64
}

// argSortKeys fills places with the order of the keys.
func argSortKeys(places []int64, key func(i int) uint64) {
	pairs := make([]ranked, len(places), 2*len(places))
	for i := range pairs {
		pairs[i] = ranked{key(i), int64(i)}
	}
	if len(pairs) < radixLength {
		slices.SortFunc(pairs, func(x, y ranked) int {
			if c := cmp.Compare(x.key, y.key); c != 0 {
				return c
			}
			return cmp.Compare(x.place, y.place)
		})
	} else {
		pairs = dealPairs(pairs, pairs[len(pairs):cap(pairs)])
	}
	for k, p := range pairs {
		places[k] = p.place
	}
}

func dealPairs(from, to []ranked) []ranked {
	counts := make([]digits, (64+digitBits-1)/digitBits)
	for _, p := range from {
		k := p.key
		for digit := range counts {
			counts[digit][k&(digitSize-1)]++
			k >>= digitBits
		}
	}
	for digit := range counts {
		offsets := counts[digit].offsets(len(from))
		if offsets == nil {
			continue
		}
		for _, p := range from {
			d := p.key >> (digit * digitBits) & (digitSize - 1)
			to[offsets[d]] = p
			offsets[d]++
		}
		from, to = to, from
	}
	return from
}
