package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// An abi holds the values that mpi.h would have given a C program. There are
// two families: MPICH and its kin, whose handles are integers that are the
// same in all of them (the ABI initiative of 2013), and Open MPI, whose handles
// are addresses of variables that the library exports.
type abi struct {
	world, self, commNull          uintptr
	infoNull                       uintptr
	errorsReturn                   uintptr
	types                          [kinds]uintptr
	ops                            [ops]uintptr
	inPlace                        uintptr
	anySource, anyTag, procNull    int
	undefined                      int
	sharedType                     int // MPI_COMM_TYPE_SHARED
	handleMask                     uintptr
	statusSource, statusTag        int // indices of the int fields in MPI_Status
	classes                        []Class
	maxErrorText, maxVersionLength int
}

// functions are the C functions in use, MPI-3.1 or later.
type functions struct {
	initThread  dl.Func `c:"MPI_Init_thread"`
	initialized dl.Func `c:"MPI_Initialized"`
	finalized   dl.Func `c:"MPI_Finalized"`
	finalize    dl.Func `c:"MPI_Finalize"`
	queryThread dl.Func `c:"MPI_Query_thread"`
	abort       dl.Func `c:"MPI_Abort"`
	version     dl.Func `c:"MPI_Get_version"`
	libVersion  dl.Func `c:"MPI_Get_library_version"`
	errorString dl.Func `c:"MPI_Error_string"`
	errorClass  dl.Func `c:"MPI_Error_class"`
	errhandler  dl.Func `c:"MPI_Comm_set_errhandler"`
	commRank    dl.Func `c:"MPI_Comm_rank"`
	commSize    dl.Func `c:"MPI_Comm_size"`
	commDup     dl.Func `c:"MPI_Comm_dup"`
	commSplit   dl.Func `c:"MPI_Comm_split"`
	splitType   dl.Func `c:"MPI_Comm_split_type"`
	commFree    dl.Func `c:"MPI_Comm_free"`
	barrier     dl.Func `c:"MPI_Barrier"`
	commGroup   dl.Func `c:"MPI_Comm_group"`
	groupFree   dl.Func `c:"MPI_Group_free"`
	infoCreate  dl.Func `c:"MPI_Info_create"`
	infoSet     dl.Func `c:"MPI_Info_set"`
	infoFree    dl.Func `c:"MPI_Info_free"`

	groupTranslate dl.Func `c:"MPI_Group_translate_ranks"`
	infoCount      dl.Func `c:"MPI_Info_get_nkeys"`
	infoKey        dl.Func `c:"MPI_Info_get_nthkey"`
	infoGet        dl.Func `c:"MPI_Info_get"`
	fileGetInfo    dl.Func `c:"MPI_File_get_info,optional"`

	send       dl.Func `c:"MPI_Send"`
	recv       dl.Func `c:"MPI_Recv"`
	sendrecv   dl.Func `c:"MPI_Sendrecv"`
	probe      dl.Func `c:"MPI_Probe"`
	iprobe     dl.Func `c:"MPI_Iprobe"`
	getCount   dl.Func `c:"MPI_Get_count"`
	isend      dl.Func `c:"MPI_Isend"`
	irecv      dl.Func `c:"MPI_Irecv"`
	wait       dl.Func `c:"MPI_Wait"`
	test       dl.Func `c:"MPI_Test"`
	bcast      dl.Func `c:"MPI_Bcast"`
	scatter    dl.Func `c:"MPI_Scatter"`
	scatterv   dl.Func `c:"MPI_Scatterv"`
	gather     dl.Func `c:"MPI_Gather"`
	gatherv    dl.Func `c:"MPI_Gatherv"`
	allgather  dl.Func `c:"MPI_Allgather"`
	allgatherv dl.Func `c:"MPI_Allgatherv"`
	alltoall   dl.Func `c:"MPI_Alltoall"`
	reduce     dl.Func `c:"MPI_Reduce"`
	allreduce  dl.Func `c:"MPI_Allreduce"`
	scan       dl.Func `c:"MPI_Scan"`
	exscan     dl.Func `c:"MPI_Exscan"`
}

// mpichABI is mpi.h of MPICH 3.1 and later, Cray MPICH, Intel MPI, MVAPICH.
func mpichABI() abi {
	return abi{
		world: 0x44000000, self: 0x44000001, commNull: 0x04000000,
		infoNull:     0x1c000000,
		errorsReturn: 0x54000001,
		types: [kinds]uintptr{
			boolean: 0x4c00013f, // MPI_C_BOOL
			int8s:   0x4c000137, int16s: 0x4c000238, int32s: 0x4c000439, int64s: 0x4c00083a,
			uint8s: 0x4c00013b, uint16s: 0x4c00023c, uint32s: 0x4c00043d, uint64s: 0x4c00083e,
			float32s: 0x4c00040a, float64s: 0x4c00080b,
			complex64s: 0x4c000840, complex128s: 0x4c001041,
		},
		ops: [ops]uintptr{
			Max: 0x58000001, Min: 0x58000002, Sum: 0x58000003, Prod: 0x58000004,
			LAnd: 0x58000005, BAnd: 0x58000006, LOr: 0x58000007, BOr: 0x58000008,
			LXor: 0x58000009, BXor: 0x5800000a,
		},
		inPlace:   ^uintptr(0),
		anySource: -2, anyTag: -1, procNull: -1, undefined: -32766, sharedType: 1,
		handleMask:   0xffffffff,
		statusSource: 2, statusTag: 3,
		classes:      mpichClasses,
		maxErrorText: 1024, maxVersionLength: 8192,
	}
}

// openMPIABI is mpi.h of Open MPI 1.7 and later, and of its derivatives.
func openMPIABI(lib *dl.Library) (abi, error) {
	values := abi{
		inPlace:   1,
		anySource: -1, anyTag: -1, procNull: -2, undefined: -32766, sharedType: 0,
		handleMask:   ^uintptr(0),
		statusSource: 0, statusTag: 1,
		classes:      openMPIClasses,
		maxErrorText: 1024, maxVersionLength: 8192,
	}
	symbols := map[string]*uintptr{
		"ompi_mpi_comm_world": &values.world, "ompi_mpi_comm_self": &values.self, "ompi_mpi_comm_null": &values.commNull,
		"ompi_mpi_info_null":     &values.infoNull,
		"ompi_mpi_errors_return": &values.errorsReturn,
		"ompi_mpi_c_bool":        &values.types[boolean],
		"ompi_mpi_float":         &values.types[float32s], "ompi_mpi_double": &values.types[float64s],
		"ompi_mpi_c_float_complex": &values.types[complex64s], "ompi_mpi_c_double_complex": &values.types[complex128s],
	}
	for k := int8s; k <= uint64s; k++ {
		symbols["ompi_mpi_"+k.String()+"_t"] = &values.types[k]
	}
	for op, name := range [ops]string{
		Sum: "sum", Prod: "prod", Max: "max", Min: "min",
		LAnd: "land", LOr: "lor", LXor: "lxor", BAnd: "band", BOr: "bor", BXor: "bxor",
	} {
		symbols["ompi_mpi_op_"+name] = &values.ops[op]
	}
	for name, value := range symbols {
		address, err := lib.Symbol(name)
		if err != nil {
			return abi{}, fmt.Errorf("read the constants of Open MPI: %w", err)
		}
		*value = address
	}
	return values, nil
}
