package launcher

import (
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

func myRank() int {
	for _, name := range []string{"PMI_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "SLURM_PROCID"} {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
	}
	return 0
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func send(e event.Event) event.Reply {
	reply, err := event.Default().Send(e)
	if err != nil {
		panic(err)
	}
	return reply
}

// program is what the ranks of these tests do.
func program(args []string) {
	rank := myRank()
	on := func(i int) bool { return len(args) <= i || args[i] == "all" || rank == number(args[i]) }
	switch args[0] {
	case "hello":
		fmt.Printf("hello from rank %d of %s on %s\n", rank, os.Getenv("GALAGO_RANKS"), os.Getenv("SLURMD_NODENAME"))
		fmt.Fprintf(os.Stderr, "rank %d also complains\n", rank)
		fmt.Printf("no newline")
	case "lines":
		text := strings.Repeat("x", 60)
		for i := range number(args[1]) {
			fmt.Printf("%d %s\n", i, text)
		}
	case "slow":
		fmt.Print("wor")
		time.Sleep(20 * time.Millisecond)
		fmt.Print("king\n")
		fmt.Print("50%")
		time.Sleep(400 * time.Millisecond)
		fmt.Print("100%\n")
	case "exit": // STATUS RANK
		if on(2) {
			os.Exit(number(args[1]))
		}
		time.Sleep(time.Hour)
	case "panic":
		if on(1) {
			inCell(make([]int, 3), 7)
		}
		time.Sleep(time.Hour)
	case "goroutine":
		if on(1) {
			go inCell(make([]int, 3), 7)
		}
		time.Sleep(time.Hour)
	case "maps":
		shared := map[int]int{}
		for range 4 {
			go writeMap(shared)
		}
		time.Sleep(time.Hour)
	case "recursion":
		debug.SetMaxStack(1 << 20) // the usual gigabyte takes half a minute
		recurse(1)
	case "kill":
		if on(1) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		time.Sleep(time.Hour)
	case "error":
		if on(1) {
			send(event.Event{Kind: event.Error, Error: &event.Failure{Name: "error", Message: "open x.h5: no such file", Stack: []event.Frame{{File: "cell 9", Line: 2}}}})
			os.Exit(1)
		}
		time.Sleep(time.Hour)
	case "hang":
		// Printed from the side, when this goroutine is where it is to be found.
		time.AfterFunc(300*time.Millisecond, func() { fmt.Println("ready") })
		if rank == 1 {
			spin()
		}
		wait(make(chan int))
	case "late":
		fmt.Println("ready")
		time.Sleep(2 * time.Second) // longer than guards take to miss their parents
		fmt.Println("done")
	case "endless":
		for i := 0; ; i++ {
			fmt.Println(i, "and so on")
		}
	case "events":
		fmt.Print("before ")
		send(event.Event{Kind: event.Display, Data: event.Bundle{"text/plain": strings.Repeat("é", 5<<20/2)}})
		fmt.Println("after")
		send(event.Event{Kind: event.Return, Name: "x", Payload: []byte{0, 1, 2, byte(rank)}})
		if reply := send(event.Event{Kind: event.Input, Text: "? "}); reply.Error == "" {
			panic("a rank may ask for input")
		}
	case "children":
		if err := exec.Command("sleep", "1000").Start(); err != nil {
			panic(err)
		}
		fmt.Println("ready")
		if on(1) {
			time.Sleep(time.Hour)
		}
	case "descriptor": // writes to descriptor 3, which the guard has inherited
		if _, err := os.NewFile(3, "3").WriteString("through 3"); err != nil {
			panic(err)
		}
		send(event.Event{Kind: event.Display, Data: event.Bundle{"text/plain": "through the channel"}})
	case "fill":
		for {
			fmt.Println(strings.Repeat("x", 1000))
			time.Sleep(time.Millisecond)
		}
	case "complain":
		fmt.Fprintln(os.Stderr, "panic: is what this line is about, and nothing else")
		fmt.Fprintln(os.Stderr, "goroutine is a word, too")
	case "deaf": // to everything but KILL
		signalsIgnored()
		fmt.Println("ready")
		time.Sleep(time.Hour)
	default:
		panic("unknown program " + args[0])
	}
}

func writeMap(m map[int]int) {
	for i := 0; ; i++ {
		m[i%8] = i
	}
}

//go:noinline
func busy(n int) int {
	for i := range 1_000_000 {
		n = n*31 + i
	}
	return n
}
