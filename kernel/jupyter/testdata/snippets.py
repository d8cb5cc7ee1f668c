"""The same cells in the two languages that the tests speak: Go, and the
commands of testdata/kernel.
"""
echo = {
    "print": "print {}",
    "print_error": "eprint {}",
    "value": "value {}",
    "fail": "fail {}",
    "loop": "print looping\nloop",
    "sleep": "sleep {}",
    "lines": "lines {}",
    "big": "big {}",
    "html": "html one {}",
    "clear_wait": "print a\nclear wait\nprint b",
    "mixed": "print a\neprint b\nhtml x <p>c</p>\nprint d\nvalue 5",
    "input": "ask name?",
    "secret": "secret word?",
    "input_twice": "ask first?\nask second?",
    "incomplete": "for {",
    "invalid": "}",
    "nothing": "sleep 0",
    "print_and_fail": "print before\nfail no",
}

go = {
    "print": 'import "fmt"\nfmt.Println("{}")',
    "print_error": 'import ("fmt"; "os")\nfmt.Fprintln(os.Stderr, "{}")',
    "value": "{}",
    "fail": 'panic("{}")',
    "loop": 'import "fmt"\nfmt.Println("looping")\nfor {{ }}',
    "sleep": 'import "time"\ntime.Sleep({} * time.Millisecond)',
    "lines": 'import "fmt"\nfor i := 0; i < {}; i++ {{ fmt.Println("line", i) }}',
    "big": 'import ("fmt"; "strings")\nfmt.Println(strings.Repeat("x", {}))',
    "html": 'import "github.com/galago-hpc/galago/lib/notebook"\nnotebook.HTML("{}")',
    "clear_wait": 'import ("fmt"; "github.com/galago-hpc/galago/lib/notebook")\n'
                  'fmt.Println("a")\nnotebook.ClearOutput(true)\nfmt.Println("b")',
    "mixed": 'import ("fmt"; "os"; "github.com/galago-hpc/galago/lib/notebook")\n'
             'fmt.Println("a")\nfmt.Fprintln(os.Stderr, "b")\nnotebook.HTML("<p>c</p>")\nfmt.Println("d")\n2 + 3',
    "input": 'import ("fmt"; "github.com/galago-hpc/galago/lib/notebook")\n'
             'fmt.Println("<" + must(notebook.Input("name?")) + ">")',
    "input_twice": 'import ("fmt"; "github.com/galago-hpc/galago/lib/notebook")\n'
                   'fmt.Println("<" + must(notebook.Input("first?")) + ">")\n'
                   'fmt.Println("<" + must(notebook.Input("second?")) + ">")',
    "incomplete": "for i := 0; i < 3; i++ {{",
    "invalid": "}}",
    "nothing": "_ = 1",
    "print_and_fail": 'import "fmt"\nfmt.Println("before")\npanic("no")',
}

language = echo


def cell(name, *values):
    """A cell by name, with values filled in."""
    code = language[name]
    return code.format(*values) if language is go or values else code
