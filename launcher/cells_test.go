package launcher

import (
	"os/signal"
	"syscall"
	"time"
)

func signalsIgnored() { signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT) }

// What follows pretends to stand in cells, as compiled cells do.

//line cell 4:7
func inCell(a []int, i int) int { return a[i] }

//line cell 5:3
func recurse(n int) int { return recurse(n+1) + n }

//line cell 6:1
func wait(c chan int) {
	go func() { time.Sleep(time.Hour) }()
	<-c
}

//line cell 6:8
func spin() {
	for {
		turns = busy(turns)
	}
}

//line cell 6:20
var turns int
