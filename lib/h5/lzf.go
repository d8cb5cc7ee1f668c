package h5

import "errors"

// The LZF format is a sequence of literal runs and back references. A run of n
// bytes, at most 32, is n-1 and the bytes. A reference copies n bytes, 3 to 264,
// that begin d bytes back, at most 8192: the upper 3 bits of its first byte are
// n-2, or 7 if n-9 follows as a byte of its own; the other 5 bits and the last
// byte are d-1.
const (
	lzfRun      = 32
	lzfDistance = 1 << 13
	lzfCopy     = 1<<8 + 1<<3
	lzfTable    = 14 // bits of the table of places where three bytes were seen
)

var errLZF = errors.New("the LZF data is damaged")

// lzfEncode compresses src into dst and returns the length, 0 if dst is too short
// for the result.
func lzfEncode(dst, src []byte) int {
	var seen [1 << lzfTable]int32 // place + 1
	out, start := 0, 0
	flush := func(end int) bool {
		for start < end {
			n := min(end-start, lzfRun)
			if out+1+n > len(dst) {
				return false
			}
			dst[out] = byte(n - 1)
			out += 1 + copy(dst[out+1:], src[start:start+n])
			start += n
		}
		return true
	}
	at := 0
	for at+2 < len(src) {
		three := uint32(src[at]) | uint32(src[at+1])<<8 | uint32(src[at+2])<<16
		slot := three * 2654435761 >> (32 - lzfTable)
		from := int(seen[slot]) - 1
		seen[slot] = int32(at + 1)
		if from < 0 || at-from > lzfDistance || src[from] != src[at] || src[from+1] != src[at+1] || src[from+2] != src[at+2] {
			at++
			continue
		}
		if !flush(at) {
			return 0
		}
		n := 3
		for n < lzfCopy && at+n < len(src) && src[from+n] == src[at+n] {
			n++
		}
		if out+3 > len(dst) {
			return 0
		}
		distance := at - from - 1
		if n-2 < 7 {
			dst[out] = byte((n-2)<<5 | distance>>8)
			out++
		} else {
			dst[out], dst[out+1] = byte(7<<5|distance>>8), byte(n-9)
			out += 2
		}
		if out == len(dst) {
			return 0
		}
		dst[out] = byte(distance)
		out++
		at += n
		start = at
	}
	if !flush(len(src)) {
		return 0
	}
	return out
}

// lzfDecode expands src into dst and returns the length; full reports that dst is
// too short.
func lzfDecode(dst, src []byte) (n int, full bool, err error) {
	for at := 0; at < len(src); {
		control := int(src[at])
		at++
		if control < lzfRun {
			run := control + 1
			switch {
			case at+run > len(src):
				return 0, false, errLZF
			case n+run > len(dst):
				return 0, true, nil
			}
			n += copy(dst[n:], src[at:at+run])
			at += run
			continue
		}
		length := control >> 5
		if length == 7 {
			if at == len(src) {
				return 0, false, errLZF
			}
			length += int(src[at])
			at++
		}
		length += 2
		if at == len(src) {
			return 0, false, errLZF
		}
		from := n - 1 - (control&31<<8 | int(src[at]))
		at++
		switch {
		case from < 0:
			return 0, false, errLZF
		case n+length > len(dst):
			return 0, true, nil
		}
		// The two may overlap: what is copied is then repeated.
		for i := range length {
			dst[n+i] = dst[from+i]
		}
		n += length
	}
	return n, false, nil
}
