package launcher

import (
	"fmt"
	"syscall"
)

// direct runs a single rank without a launcher.
type direct struct{}

func (direct) Name() string   { return "direct" }
func (direct) String() string { return "no launcher (one rank)" }

func (direct) command(req Request, guard []string) (*command, error) {
	if req.Ranks > 1 {
		return nil, fail(fmt.Sprintf("run on %d ranks: there is no MPI launcher here", req.Ranks), installMPI)
	}
	return &command{env: environment(req.Env).clean(nil), args: guard}, nil
}

func (direct) signal(p process, s syscall.Signal) { _ = syscall.Kill(p.pid, s) }
