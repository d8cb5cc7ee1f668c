package mpi

import "github.com/galago-hpc/galago/internal/dl"

// Probe waits for a message as [Recv] does, but leaves it there: the status
// tells how long a buffer of T it needs.
//
//	status := must(mpi.Probe[float64](comm, mpi.AnySource, 7))
//	buf := make([]float64, status.Count)
//	must(mpi.Recv(comm, buf, status.Source, status.Tag))
//
// MPI_Probe, MPI-4.0, section 3.8.1.
func Probe[T Element](comm *Comm, source, tag int) (Status, error) {
	_, status, err := comm.look("MPI_Probe", kindOf[T](), source, tag)
	return status, err
}

// Iprobe is [Probe] without waiting: it says whether there is a message.
// MPI_Iprobe, MPI-4.0, section 3.8.1.
func Iprobe[T Element](comm *Comm, source, tag int) (bool, Status, error) {
	return comm.look("MPI_Iprobe", kindOf[T](), source, tag)
}

func (c *Comm) look(call string, k kind, source, tag int) (bool, Status, error) {
	if err := c.ready(call); err != nil {
		return false, Status{}, err
	}
	if err := c.origin(call, source, tag); err != nil {
		return false, Status{}, err
	}
	if c.lone {
		return true, Status{Source: ProcNull, Tag: AnyTag}, c.nobody(call, source)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	var code int32
	if call == "MPI_Probe" {
		s.flag = 1
		// int MPI_Probe(int source, int tag, MPI_Comm comm, MPI_Status *status)
		code = active.call(active.c.probe, active.toC(source), active.tagToC(tag), dl.Word(c.handle), dl.Ptr(&s.status))
	} else {
		// int MPI_Iprobe(int source, int tag, MPI_Comm comm, int *flag, MPI_Status *status)
		code = active.call(active.c.iprobe, active.toC(source), active.tagToC(tag), dl.Word(c.handle), dl.Ptr(&s.flag), dl.Ptr(&s.status))
	}
	if code != 0 {
		return false, Status{}, c.failed(call, receiving(buffer{kind: k}, source, tag), code)
	}
	if s.flag == 0 {
		return false, Status{}, nil
	}
	status, err := s.read(c, call, k)
	return err == nil, status, err
}
