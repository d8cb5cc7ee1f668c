package h5

import (
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Times are text in files, because HDF5 has no type for them that anything
// reads: RFC 3339 (which is ISO 8601) with as many digits of the second as it
// takes, such as "2026-03-01T12:30:00.25+01:00".
const timeFormat = time.RFC3339Nano

// timeFormats are those that are understood. Without a zone the time is UTC.
var timeFormats = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02", "20060102T150405Z07:00", "20060102T150405",
}

func parseTime(s string) (time.Time, error) {
	for _, format := range timeFormats {
		if t, err := time.Parse(format, strings.TrimSpace(s)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time as ISO 8601 writes it, such as 2026-03-01T12:30:00Z", s)
}

// A timeUnit is what NumPy counts its times in: datetime64 and timedelta64, which
// h5py writes as opaque bytes with a tag such as NUMPY:<M8[ms].
type timeUnit struct {
	difference bool
	big        bool
	count      int64 // M8[25ms] counts in 25 ms
	unit       string
}

// String returns NumPy's name.
func (u timeUnit) String() string {
	name, count := "datetime64", ""
	if u.difference {
		name = "timedelta64"
	}
	if u.count != 1 {
		count = strconv.FormatInt(u.count, 10)
	}
	if u.unit == "" {
		return name
	}
	return name + "[" + count + u.unit + "]"
}

// datetime tells whether opaque bytes are times of NumPy.
func (t *Type) datetime() (u timeUnit, ok bool) {
	text, found := strings.CutPrefix(t.tag, "NUMPY:")
	if t.class != ClassOpaque || !found || t.size != 8 || len(text) < 3 {
		return u, false
	}
	u.big = text[0] == '>'
	text = strings.TrimLeft(text, "<>=|")
	switch {
	case strings.HasPrefix(text, "M8"):
	case strings.HasPrefix(text, "m8"):
		u.difference = true
	default:
		return u, false
	}
	u.count = 1
	if text = strings.Trim(text[2:], "[]"); text != "" {
		digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
		u.unit = text[len(digits):]
		if digits != "" {
			n, err := strconv.ParseInt(digits, 10, 32)
			if err != nil || n < 1 {
				return u, false
			}
			u.count = n
		}
	}
	return u, true
}

// DatetimeOf returns the type of times that NumPy and h5py call datetime64, in
// units of "Y", "M", "W", "D", "h", "m", "s", "ms", "us" or "ns". In Go they are
// time.Time, in UTC.
func DatetimeOf(unit string) (*Type, error) {
	if _, ok := unitLengths[unit]; !ok && unit != "Y" && unit != "M" {
		return nil, fmt.Errorf("datetime64 has no unit %q; there are Y, M, W, D, h, m, s, ms, us and ns", unit)
	}
	return OpaqueOf(8, "NUMPY:<M8["+unit+"]")
}

// unitLengths are in nanoseconds.
var unitLengths = map[string]int64{
	"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "D": 86400e9, "W": 7 * 86400e9,
}

// notATime is NumPy's NaT. In Go it is the zero time.Time.
const notATime = -1 << 63

func (u timeUnit) time(n int64) (time.Time, error) {
	if n == notATime {
		return time.Time{}, nil
	}
	const most = 1 << 55 // seconds that a time.Time has room for
	if high, _ := bits.Mul64(uint64(max(n, -n)), uint64(u.count)); high != 0 || n*u.count/u.count != n {
		return time.Time{}, fmt.Errorf("%d units of %v have no place in a time.Time", n, u)
	}
	switch u.unit {
	case "Y":
		return time.Date(1970+int(n*u.count), 1, 1, 0, 0, 0, 0, time.UTC), nil
	case "M":
		return time.Date(1970, 1+time.Month(n*u.count), 1, 0, 0, 0, 0, time.UTC), nil
	}
	length, ok := unitLengths[u.unit]
	if !ok {
		return time.Time{}, fmt.Errorf("times in units of %q have no place in a time.Time", u.unit)
	}
	if length >= 1e9 {
		if units := most / (length / 1e9); n*u.count > units || n*u.count < -units {
			return time.Time{}, fmt.Errorf("%d units of %v have no place in a time.Time", n, u)
		}
		return time.Unix(n*u.count*(length/1e9), 0).UTC(), nil
	}
	perSecond := 1e9 / length
	n *= u.count
	seconds, rest := n/perSecond, n%perSecond
	return time.Unix(seconds, rest*length).UTC(), nil
}

func (u timeUnit) number(t time.Time) (int64, error) {
	if t.IsZero() {
		return notATime, nil
	}
	t = t.UTC()
	var n int64
	exact := true
	switch u.unit {
	case "Y":
		n = int64(t.Year() - 1970)
		exact = t.Equal(time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC))
	case "M":
		n = int64(t.Year()-1970)*12 + int64(t.Month()-1)
		exact = t.Equal(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
	default:
		length, ok := unitLengths[u.unit]
		if !ok {
			return 0, fmt.Errorf("times cannot be written in units of %q", u.unit)
		}
		if length >= 1e9 {
			perUnit := length / 1e9
			n = t.Unix() / perUnit
			exact = t.Unix()%perUnit == 0 && t.Nanosecond() == 0
		} else {
			perSecond := 1e9 / length
			s := t.Unix()
			n = s*perSecond + int64(t.Nanosecond())/length
			if s > math.MaxInt64/perSecond || s < math.MinInt64/perSecond || n < s*perSecond {
				return 0, fmt.Errorf("%v is out of the range of %v", t, u)
			}
			exact = int64(t.Nanosecond())%length == 0
		}
	}
	if !exact || n%u.count != 0 {
		return 0, fmt.Errorf("%v is no whole number of the units of %v", t.Format(timeFormat), u)
	}
	return n / u.count, nil
}

// timeCodec carries times; nil and nil if the type in the file is left to others.
func timeCodec(goType reflect.Type, file *Type) (*codec, error) {
	if u, ok := file.datetime(); ok && u.difference == (goType == goDuration) {
		return datetimeCodec(file, u), nil
	}
	if goType == goDuration {
		return nil, nil // an integer like others
	}
	if file.class != ClassString {
		return nil, mismatch(goType, file)
	}
	text := textCodec(file)
	return &codec{memory: text.memory, allocates: text.allocates,
		load: func(from, to unsafe.Pointer) error {
			var s string
			if err := text.load(from, unsafe.Pointer(&s)); err != nil {
				return err
			}
			t, err := parseTime(s)
			*(*time.Time)(to) = t
			return err
		},
		store: func(from, to unsafe.Pointer, a *arena) error {
			s := (*time.Time)(from).Format(timeFormat)
			return text.store(unsafe.Pointer(&s), to, a)
		}}, nil
}

func datetimeCodec(file *Type, u timeUnit) *codec {
	swapped := &Type{precision: 64, size: 8, signed: true}
	if u.big {
		swapped.order = Big
	}
	return &codec{memory: file,
		load: func(from, to unsafe.Pointer) error {
			n := decodeInteger(unsafe.Slice((*byte)(from), 8), swapped)
			if u.difference {
				if n == notATime {
					*(*time.Duration)(to) = notATime
					return nil
				}
				length, ok := unitLengths[u.unit]
				if !ok || (n*u.count*length)/length/u.count != n {
					return fmt.Errorf("%d units of %v have no place in a time.Duration", n, u)
				}
				*(*time.Duration)(to) = time.Duration(n * u.count * length)
				return nil
			}
			t, err := u.time(n)
			*(*time.Time)(to) = t
			return err
		},
		store: func(from, to unsafe.Pointer, a *arena) error {
			var n int64
			if u.difference {
				d, length := int64(*(*time.Duration)(from)), unitLengths[u.unit]
				if d == notATime {
					copy(unsafe.Slice((*byte)(to), 8), encodeInteger(d, swapped))
					return nil
				}
				if length == 0 || d%(length*u.count) != 0 {
					return fmt.Errorf("%v is no whole number of the units of %v", time.Duration(d), u)
				}
				n = d / (length * u.count)
			} else {
				var err error
				if n, err = u.number(*(*time.Time)(from)); err != nil {
					return err
				}
			}
			copy(unsafe.Slice((*byte)(to), 8), encodeInteger(n, swapped))
			return nil
		}}
}
