package mpi

import (
	"maps"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// Hints makes the C handle MPI_Info of keys and values, for packages that hand it
// to another C library; free releases it. Without hints, or without a library, it is
// [InfoNull]. MPI_Info_create and MPI_Info_set, MPI-4.0, chapter 10.
func Hints(hints map[string]string) (info uintptr, free func(), err error) {
	free = func() {}
	if active == nil || len(hints) == 0 {
		return InfoNull(), free, nil
	}
	var handle uintptr
	// int MPI_Info_create(MPI_Info *info)
	if code := active.call(active.c.infoCreate, dl.Ptr(&handle)); code != 0 {
		return 0, free, world.failed("MPI_Info_create", "", code)
	}
	free = func() { active.call(active.c.infoFree, dl.Ptr(&handle)) } // int MPI_Info_free(MPI_Info *info)
	for _, key := range slices.Sorted(maps.Keys(hints)) {
		// int MPI_Info_set(MPI_Info info, const char *key, const char *value)
		if code := active.call(active.c.infoSet, dl.Word(handle&active.handleMask), dl.Str(key), dl.Str(hints[key])); code != 0 {
			free()
			return 0, func() {}, world.failed("MPI_Info_set", "of "+key+"="+hints[key], code)
		}
	}
	return handle & active.handleMask, free, nil
}

// FileHints returns the hints that an open MPI_File, given by its C handle, goes by:
// those that were given and are known, and the library's own. It is for packages
// that have the handle from another C library. MPI_File_get_info, MPI-4.0, section
// 14.2.8.
func FileHints(file uintptr) (map[string]string, error) {
	if active == nil || !active.c.fileGetInfo.Present() {
		return nil, nil
	}
	var info uintptr
	// int MPI_File_get_info(MPI_File fh, MPI_Info *info_used)
	if code := active.call(active.c.fileGetInfo, dl.Word(file), dl.Ptr(&info)); code != 0 {
		return nil, world.failed("MPI_File_get_info", "", code)
	}
	info &= active.handleMask
	if info == active.infoNull {
		return nil, nil
	}
	defer active.call(active.c.infoFree, dl.Ptr(&info))
	var n, flag int32
	// int MPI_Info_get_nkeys(MPI_Info info, int *nkeys)
	if code := active.call(active.c.infoCount, dl.Word(info), dl.Ptr(&n)); code != 0 {
		return nil, world.failed("MPI_Info_get_nkeys", "", code)
	}
	hints := map[string]string{}
	for i := range n {
		const longestKey, longestValue = 256, 1024 // MPI_MAX_INFO_KEY and _VAL, at most
		key, value := make([]byte, longestKey), make([]byte, longestValue+1)
		// int MPI_Info_get_nthkey(MPI_Info info, int n, char *key)
		// int MPI_Info_get(MPI_Info info, const char *key, int valuelen, char *value, int *flag)
		if active.call(active.c.infoKey, dl.Word(info), dl.Int(i), dl.Slice(key)) == 0 &&
			active.call(active.c.infoGet, dl.Word(info), dl.Slice(key), dl.Int(longestValue), dl.Slice(value), dl.Ptr(&flag)) == 0 && flag != 0 {
			hints[dl.Text(key)] = dl.Text(value)
		}
	}
	return hints, nil
}
