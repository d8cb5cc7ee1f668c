package check

// Exits are the library functions that end the process, and what of package rt,
// or of rt/logs, takes their place in compiled cells: it ends the cell, or the rank with
// everything closed. They are named as by [types.Func.FullName].
var Exits = map[string]string{
	"os.Exit":                    "Exit",
	"syscall.Exit":               "Exit",
	"golang.org/x/sys/unix.Exit": "Exit",
	"log.Fatal":                  "Fatal",
	"log.Fatalf":                 "Fatalf",
	"log.Fatalln":                "Fatalln",
	"(*log.Logger).Fatal":        "LoggerFatal",
	"(*log.Logger).Fatalf":       "LoggerFatalf",
	"(*log.Logger).Fatalln":      "LoggerFatalln",
}

// Starters are the library functions that run a function without parameters in
// a goroutine, and the place of that argument.
var Starters = map[string]int{
	"time.AfterFunc":       1,
	"context.AfterFunc":    1,
	"(*sync.WaitGroup).Go": 0,
}
