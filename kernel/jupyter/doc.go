// Package jupyter serves a session to Jupyter clients: protocol 5.5 of
// jupyter-client.readthedocs.io/en/stable/messaging.html, over ZeroMQ.
//
//	err := jupyter.Serve(ctx, "/run/user/1000/kernel-1.json", func(ask jupyter.Ask) (jupyter.Session, error) {
//		return session.New(session.Options{Input: ask})
//	}, log.Default())
//
// [Serve] returns when the client asks for the end, when the client is gone,
// on SIGTERM, or when ctx is done. SIGINT and interrupt_request interrupt the
// running cell.
//
// # The five sockets
//
// Requests that use the session come through the shell channel, wait in one
// queue and are handled one after another. The control channel has a queue of its
// own, so an interrupt is served while a cell runs. So has each subshell (JEP
// 91), though a session runs one cell at a time. While a cell runs, what needs no
// cell's end is answered at once: completion, inspection, information; and the
// state that is told last is that of the cell. What a cell prints and shows goes
// out on iopub, what it asks for over stdin, and the heartbeat echoes.
// kernel_info is answered while the session is still being made.
//
// # History
//
// Cells are kept in $XDG_STATE_HOME/galago/history, ~/.local/state by default,
// in one file for each kernel, which nobody else can read. A history_request
// finds those of earlier kernels as well.
//
// # Text
//
// Printed text is gathered for 10 ms, so that 10,000 lines are a handful of
// messages. It is sent before anything else that the cell shows, before the
// reply and before idle; a UTF-8 sequence is never split between messages.
//
// # What arrives and is not right
//
// A message with a wrong signature, one that was seen before, one that cannot
// be decoded: each is dropped and logged. A request of an unknown kind is
// answered with the status "error". Nothing that arrives ends the kernel, and
// queues have a largest length, so that a client that floods it waits.
//
// # Not here
//
// Running cells, rendering errors and values: [Session]. Installing the
// kernel: package kernelspec. ZeroMQ itself: package zmtp.
package jupyter
