package session

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// quickWorld is what the snippets below are about.
const quickWorld = `
import ("errors"; "math"; "os"; "sort"; "strconv"; "strings"; "time"; "unicode/utf8")
type celsius float64
func (c celsius) String() string { return strconv.FormatFloat(float64(c), 'f', 1, 64) + " °C" }
type point struct{ x, y int; Tag string }
func (p point) sum() int { return p.x + p.y }
func (p *point) move(dx int) { p.x += dx }
type circle struct{ point; r float64 }
type shape interface{ sum() int }
type grid [3][2]int
type tree struct { left, right *tree; value any }
type names []string
func (n names) join(sep string) string { return strings.Join(n, sep) }
type broken struct{ code int }
func (b *broken) Error() string { return "broken " + strconv.Itoa(b.code) }
func pair() (int, string) { return 7, "seven" }
func halves(n int) (int, int, error) { if n%2 != 0 { return 0, 0, &broken{n} }; return n / 2, n / 2, nil }
func total(base int, more ...int) int { for _, m := range more { base += m }; return base }
func never() error { return nil }
func mutate() int { i++; return i }
func apply(f func(int) int, n int) int { return f(n) }
func double(n int) int { return 2 * n }
func identity[T any](v T) T { return v }
var (
	i = 5; i8 int8 = -128; u8 uint8 = 200; u uint = 3; i64 int64 = math.MinInt64; u64 uint64 = math.MaxUint64; big = 1 << 40
	f = 2.5; f32 float32 = 0.1; nan = math.NaN(); inf = math.Inf(1); c128 = complex(1, 2); c64 = complex64(complex(0.5, -1))
	t = true; s = "héllo, wörld"; empty string; b = []byte("bytes"); runes = []rune("日本")
	temp celsius = 21.5; d = 90 * time.Minute; origin point; p = point{1, 2, "a"}; pp = &point{3, 4, "b"}; nilp *point
	ci = circle{point{5, 6, "c"}, 1.5}; sh shape = point{1, 1, ""}; nilsh shape; g = grid{{1, 2}, {3, 4}, {5, 6}}; pg = &g
	arr = [4]int{1, 2, 3, 4}; xs = []int{10, 20, 30, 40}; nilxs []int; ps = []point{{1, 2, ""}, {3, 4, ""}}; pps = []*point{{7, 8, "q"}}
	m = map[string]int{"one": 1, "two": 2}; nilm map[string]int; mp = map[point]string{{1, 2, "k"}: "v"}; mm = map[string][]int{"a": {1, 2, 3}}; ma = map[any]int{1: 1, "1": 2}
	e any = 42; es any = "text"; enil any; err error = &broken{1}; noerr error; fn = func(n int) int { return n + 1 }; nilfn func(); ch = make(chan int, 3); list = names{"a", "b"}
	root = &tree{&tree{nil, nil, 1}, nil, "root"}; two = [2]string{"x", "y"}; zero int; neg = -1; wide uint64 = 70
)
`

// quickExpressions are evaluated both ways.
var quickExpressions = strings.Split(strings.TrimSpace(`
1 + 1
i
i8
-i8
i8 - 1
u8 + 100
u8 * 2
^u8
^i
u - 4
i64 - 1
-i64
u64 + 1
i64 / -1
i8 / -1
i / 2
-i / 2
i % 3
-i % 3
i &^ 4
i ^ 3
i | 8
u8 << 1
u8 << wide
i8 >> wide
i << u
1 << u
big >> 3
u8 >> 1
f * 3
f / 0.3
f32 * 3
f32 + 0.2
f32 * f32
-f
-nan
nan == nan
nan != nan
nan < 1
nan >= 1
inf > f
f <= 2.5
c128 * c128
c128 / c64c()
c64 + 1
real(c128)
c128 == complex(1, 2)
t && i > 3
!t || i == 5
t == false
s
s + "!"
s[1]
s[1:4]
s[:0] + empty
len(s)
s < "i"
s == "héllo, wörld"
b[0]
string(b)
string(runes)
[]byte(s)
[]rune(s)
string(rune(i + 60))
names(two[:])
float64(i)
float64(u64)
int(f)
int64(-f)
int8(i + 300)
uint8(i - 6)
uint32(neg)
float32(f)
float64(f32)
celsius(f)
celsius(f) + temp
temp * 2
temp
temp.String()
d
d + time.Second
d / 2
d.Hours()
time.Duration(i) * time.Millisecond
p
p.x
p.Tag
p.sum()
pp
pp.y
pp.sum()
(*pp).x
*pp
&p
&p == &p
pp == nil
nilp == nil
ci
ci.x
ci.point
ci.sum()
ci.point.Tag
sh.sum()
sh == point{1, 1, ""}
sh == nil
nilsh == nil
point{9, 8, "z"}.sum()
point{y: 3}
&point{x: 1}
[]point{{1, 2, "m"}, {y: 4}}
[]*point{{5, 6, "n"}}[0].x
[...]int{2: 5, 7}
[]string{3: "d", 1: "b"}
map[string]point{"k": {1, 2, "t"}}
map[point]int{{1, 1, ""}: 3}[point{1, 1, ""}]
grid{{1}, {2}}
g[1][0]
g[1]
pg[2][1]
len(pg)
arr
arr[i-3]
arr[1:3]
cap(arr[1:3])
arr[1:2:3]
xs[i-4:]
xs[1]
xs[len(xs)-1]
len(nilxs)
nilxs == nil
append(nilxs, 1, 2)
append(xs[:1:1], arr[:2]...)
append(b, " more"...)
append([]any{}, i, s, nil)
ps[1].y
pps[0].sum()
m["one"]
m["nothing"]
nilm["x"]
mp[point{1, 2, "k"}]
mm["a"][1]
mm["zzz"]
ma[i-4]
ma["1"]
len(m)
e
es
enil
e == 42
e == es
es != nil
enil == nil
err
err == nil
noerr == nil
noerr
fn(3)
apply(fn, 4)
apply(double, 4)
double(double(3))
nilfn == nil
total(1)
total(1, 2, 3)
total(1, xs...)
must(strconv.Atoi("12"))
must(strconv.ParseFloat("1e3", 64)) + 1
strings.ToUpper(s)
strings.Split("a,b,c", ",")
strings.Repeat("ab", 3)
strings.Contains(s, "wör")
utf8.RuneCountInString(s)
math.Sqrt(f)
math.Pi
math.MaxInt64
math.Inf(-1)
math.Float64bits(f)
math.Hypot(3, 4)
strconv.Itoa(i) + strconv.Quote(s)
strconv.FormatInt(i64, 16)
fmt.Sprint(p, pp, temp, err)
fmt.Sprintf("%v %+v %#v %T", p, p, p, p)
fmt.Sprintf("%d %s %v", i, s, []any{i, nil})
errors.Is(err, os.ErrNotExist)
os.ErrNotExist
errors.New("new").Error()
sort.SearchInts(xs, 30)
list
list.join("+")
names{"p", "q"}.join("")
root
root.left.value
root.right == nil
root.value
two[1]
two
new(int)
*new(point)
make([]int, 3)
make(map[string]bool)
cap(make([]byte, 2, 10))
len(ch)
cap(ch)
'x'
'x' + 1
"con" + "stant"
1 << 62
0x1p-3
1e400 / 1e390
7 / 2
7 / 2.0
time.Duration(1500) * time.Millisecond
time.Saturday
os.O_RDWR
time.UTC.String()
interface{}(i)
any(p)
error(err)
shape(p).sum()
(i)
((p)).x
-(-i)
+f
!(t)
identity(3)
func() int { return 3 }()
e.(int)
`), "\n")

// TestQuickAgrees evaluates expressions as quick cells and as compiled ones:
// the values, their types and how they print must be the same.
func TestQuickAgrees(t *testing.T) {
	s := open(t)
	run(t, s, quickWorld)
	run(t, s, "func c64c() complex128 { return 2i }")
	const form = `"%T|%[1]v|%[1]#v"`
	var compiled strings.Builder
	compiled.WriteString("answers := func() []string { return []string{\n")
	for _, x := range quickExpressions {
		fmt.Fprintf(&compiled, "fmt.Sprintf(%s, %s),\n", form, x)
	}
	compiled.WriteString("} }()\nstrings.Join(answers, \"\\x00\")")
	want := strings.Split(unquote(t, run(t, s, compiled.String()).value), "\x00")
	if len(want) != len(quickExpressions) {
		t.Fatalf("%d answers to %d expressions", len(want), len(quickExpressions))
	}
	slow := 0
	for n, x := range quickExpressions {
		before := s.quick
		got := unquote(t, run(t, s, fmt.Sprintf("fmt.Sprintf(%s, %s)", form, x)).value)
		if pointers.ReplaceAllString(got, "0x") != pointers.ReplaceAllString(want[n], "0x") {
			t.Errorf("%s\nquick    %s\ncompiled %s", x, got, want[n])
		}
		if s.quick == before {
			slow++
			t.Logf("compiled: %s", x)
		}
	}
	if slow > len(quickExpressions)/8 {
		t.Errorf("%d of %d expressions were not quick", slow, len(quickExpressions))
	}
}

// pointers differ from one evaluation to the next.
var pointers = regexp.MustCompile(`0x[0-9a-f]{6,}`)

// unquote reads a string as it is shown.
func unquote(t *testing.T, shown string) string {
	t.Helper()
	text, err := strconv.Unquote(shown)
	if err != nil {
		t.Fatalf("unquote %s: %v", shown, err)
	}
	return text
}

// quickStatements change the world; what is behind the bar is looked at then.
var quickStatements = strings.Split(strings.TrimSpace(`
i = 9 | i
i++ | i
i8-- | i8
i8 -= 1 | i8
u8 += 100 | u8
f *= 3 | f
f32 /= 3 | f32
s += "x" | s
i <<= 3 | i
i &^= 1 | i
d += time.Minute | d
temp++ | temp
c128 *= 2 | c128
p.x = 40 | p
p.x++ | p
pp.y = 50 | *pp
ci.x = 60 | ci
ci.point.y += 1 | ci
pp.move(5) | *pp
p.move(5) | p
ps[0].move(5) | ps
pps[0].x = 3 | *pps[0]
xs[1] = 99 | xs
xs[i-5]++ | xs
arr[2] = 7 | arr
g[1][1] = 44 | g
pg[0][0] = 45 | g
m["three"] = 3 | m
m["one"]++ | m
m["new"] += 5 | m
mm["a"][0] = 9 | mm
mm["b"] = append(mm["b"], 4) | mm
delete(m, "one") | m
delete(nilm, "x") | nilm
i, f = 1, 2 | fmt.Sprint(i, f)
xs[0], xs[1] = xs[1], xs[0] | xs
i, xs[0] = 2, i | fmt.Sprint(i, xs)
e = p | e
e = nil | e
err = noerr | err
sh = ci | sh
pp = nil | pp
_, s = pair() | s
i, _ = pair() | i
two = [2]string{"a", "b"} | two
b[0], b[1] = 'B', b[0] | string(b)
*pp = p | *pp
pp = &p; pp.x = 77 | p
root.left.value = s | root.left.value
sort.Ints(xs) | xs
copied := arr; copied[0] = 100 | fmt.Sprint(arr, copied)
alias := xs; alias[0] = 100 | fmt.Sprint(xs, alias)
var w, z = 3, "z" | fmt.Sprint(w, z)
var q point; q.x = 3 | q
var n8 int8 = 3 | fmt.Sprintf("%T", n8)
v, ok := m["zz"] | fmt.Sprint(v, ok)
a1, a2 := must2(halves(8)) | fmt.Sprint(a1, a2)
x, y := pair() | fmt.Sprint(x, y)
boxed := any(i); i = 100 | fmt.Sprint(boxed, i)
fnv := fn; fn = double | fmt.Sprint(fnv(3), fn(3))
pt := &xs[2]; *pt = 5 | xs
st := p; st.x = 1000 | fmt.Sprint(p, st)
i = total(i, i) | i
must0(never()) | i
ch2 := make(chan string, 2) | cap(ch2)
nested := [][]int{{1}, {2, 3}}; nested[1][0]++ | nested
`), "\n")

// quickFailures panic or fail; the messages and the places must be those of
// compiled cells.
var quickFailures = strings.Split(strings.TrimSpace(`
xs[i]
xs[neg]
arr[i]
s[i*10]
s[i:2]
xs[i:]
xs[i-3:i-4]
xs[1:2:9]
pg[i]
nilp.x
nilp.sum()
*nilp
nilp.move(1)
nilsh.sum()
nilfn()
i / zero
i % zero
u8 / uint8(zero)
i << neg
nilm["x"] = 1
ma[xs] = 1
ma[any(xs)]
any(xs) == any(xs)
must(strconv.Atoi("no"))
must2(halves(3))
must0(err)
strconv.Atoi("no")
os.Open("/nonexistent")
root.right.value
must(os.ReadFile("/nonexistent"))
strings.Repeat("x", neg)
`), "\n")

func TestQuickStatements(t *testing.T) {
	s := open(t)
	run(t, s, quickWorld)
	reset := quickWorld[strings.LastIndex(quickWorld, "var ("):]
	slow := 0
	for _, line := range quickStatements {
		code, look, _ := strings.Cut(line, " | ")
		t.Run(code, func(t *testing.T) {
			run(t, s, reset)
			before := s.quick
			run(t, s, code)
			if s.quick == before {
				slow++
				t.Logf("compiled: %s", code)
			}
			got := run(t, s, look).value
			run(t, s, reset)
			want := run(t, s, "if true {\n"+code+"\nnotebook.Show("+look+")\n}").displays
			if len(want) != 1 || want[0].Data["text/plain"] != got {
				t.Errorf("quick %s, compiled %v", got, want)
			}
		})
	}
	if slow > 0 {
		t.Errorf("%d of %d statements were not quick", slow, len(quickStatements))
	}
}

func TestQuickFailures(t *testing.T) {
	s := open(t)
	run(t, s, quickWorld)
	for _, code := range quickFailures {
		t.Run(code, func(t *testing.T) {
			before := s.quick
			quick := fails(t, s, "i = 5\n"+code)
			if s.quick == before {
				t.Error("it was not quick")
			}
			compiled := fails(t, s, "if true { i = 5 }\n"+code)
			if quick.Name != compiled.Name || quick.Message != compiled.Message {
				t.Errorf("quick %s: %s\ncompiled %s: %s", quick.Name, quick.Message, compiled.Name, compiled.Message)
			}
			if len(quick.Stack) == 0 || len(compiled.Stack) == 0 || quick.Stack[len(quick.Stack)-1].Line != 2 || compiled.Stack[len(compiled.Stack)-1].Line != 2 {
				t.Errorf("quick at %v, compiled at %v", quick.Stack, compiled.Stack)
			}
		})
	}
}

// What could go wrong in a quick cell is compiled.
func TestNotQuick(t *testing.T) {
	s := open(t)
	run(t, s, quickWorld)
	for _, test := range []struct{ code, value string }{
		{"i + mutate()", ""},
		{"[]int{i, mutate()}", ""},
		{"fmt.Println(i, mutate())", ""},
		{"xs[mutate()-mutate()+1]", ""},
		{"uint8(f)", "2"},
		{"float32(big)", ""},
		{"<-func() chan int { c := make(chan int, 1); c <- 3; return c }()", "3"},
		{"identity(4)", "4"},
		{"e.(int)", "42"},
		{"min(i, 3)", "3"},
	} {
		before := s.quick
		r := run(t, s, test.code)
		if s.quick != before {
			t.Errorf("%s was quick", test.code)
		}
		if test.value != "" && r.value != test.value {
			t.Errorf("%s is %s, want %s", test.code, r.value, test.value)
		}
	}
}
