package h5

import (
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// filterState asks whether the library has a filter and what it can do with it.
func (l *library) filterState(id int) (has, encodes, decodes bool) {
	// htri_t H5Zfilter_avail(H5Z_filter_t)
	if int32(l.c.zAvailable.Call(dl.Int(id))) <= 0 {
		return false, false, false
	}
	var flags uint32
	const canEncode, canDecode = 1, 2 // H5Z_FILTER_CONFIG_ENCODE_ENABLED, H5Z_FILTER_CONFIG_DECODE_ENABLED
	// herr_t H5Zget_filter_info(H5Z_filter_t, unsigned *flags)
	if int32(l.f.filterInfo.Call(dl.Int(id), dl.Ptr(&flags))) < 0 {
		return true, true, true
	}
	return true, flags&canEncode != 0, flags&canDecode != 0
}

// FindFilter says whether the library for files that are not parallel has the filter
// with a number, looking among its plugins as well, and what it can do with it. The
// error of a filter that is missing says how to get it. H5Zfilter_avail,
// H5Zget_filter_info.
func FindFilter(number int) (Filter, error) {
	mu.Lock()
	l, err := pickSerial()
	mu.Unlock()
	if err != nil {
		return Filter{}, err
	}
	defer l.enter()()
	has, encodes, decodes := l.filterState(number)
	if !has {
		return Filter{}, fmt.Errorf("find a filter: %s", l.howToGet(number))
	}
	return Filter{ID: number, Name: filterName(number), Encode: encodes, Decode: decodes}, nil
}

// filterName returns the name that a filter is known by, or its number.
func filterName(id int) string {
	for _, f := range knownFilters {
		if f.ID == id {
			return f.Name
		}
	}
	return fmt.Sprintf("filter %d", id)
}

// howToGet says that a filter is missing, and what to do.
func (l *library) howToGet(id int) string {
	name := filterName(id)
	if id == 1 || id == filterSzip || id == filterNBit || id == filterScaleOffset {
		return fmt.Sprintf("%s was built without %s; use a library that has it (%s)", l.info.Path, name, Setting)
	}
	known := ""
	if !strings.HasPrefix(name, "filter ") {
		known = fmt.Sprintf(", %s", name)
	}
	return fmt.Sprintf("no filter has the number %d%s; install its plugin for HDF5 (such as the package hdf5-plugins, or hdf5plugin of PyPI) and name the folder of its .so in HDF5_PLUGIN_PATH before the program starts", id, known)
}

// failData is fail for reading and writing elements: it names the filter if one is
// missing. The lock is held.
func (d *Dataset) failData(op string) error {
	err := d.fail(op, d.path)
	known, ok := err.(*Error)
	if !ok || !aboutFilters(known) {
		return err
	}
	l := d.file.lib
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return err
	}
	defer l.c.pClose.Call(dl.Int(plist))
	for _, f := range l.pipelineOf(plist) {
		has, encodes, _ := l.filterState(f.ID)
		switch {
		case !has && (op != "write" || !f.Optional):
			known.Reason, known.Advice = "it is compressed with "+describeFilter(f), l.howToGet(f.ID)
			return known
		case op == "write" && !encodes && !f.Optional:
			known.Reason, known.Advice = "it is compressed with "+describeFilter(f), l.info.Path+" can only read it; use another library ("+Setting+")"
			return known
		}
	}
	return err
}

func aboutFilters(e *Error) bool {
	for _, line := range e.Stack {
		if strings.Contains(line, "filter") {
			return true
		}
	}
	return false
}

func describeFilter(f AppliedFilter) string {
	if name := filterName(f.ID); name == f.Name || f.Name == "" || strings.HasPrefix(name, "filter ") {
		return fmt.Sprintf("%s (filter %d)", f.Name, f.ID)
	}
	return fmt.Sprintf("%s (filter %d, %q)", filterName(f.ID), f.ID, f.Name)
}
