//go:build go1.26 && !go1.27

package main

import "unsafe" // for the data that go:linkname reaches

// thin takes from the object that was loaded last the list of those of its types
// that earlier objects have as well: nearly all of them, because each object
// holds a copy of the packages that it imports.
//
// With every new object, the runtime walks the lists of all others to find types
// that are equal (runtime.typelinksinit). It passes over the ones that thin
// leaves out, so that nothing changes but the time for that, which would grow
// with the number of cells.
func thin() {
	m := lastmoduledatap
	if m == nil || m.pluginpath == "" || m.typemap == nil || m.next != nil {
		return
	}
	links := make([]int32, 0, len(m.typelinks))
	for _, link := range m.typelinks {
		if uintptr(m.typemap[link]) == m.types+uintptr(link) {
			links = append(links, link)
		}
	}
	n := len(links)
	// Package reflect may read the list meanwhile, its address and its length one
	// after the other. Whatever it sees of the old list and of the new one is to
	// fit together: hence the new one is as long in memory, and in order.
	for len(links) > 0 && len(links) < len(m.typelinks) {
		links = append(links, links[n-1])
	}
	m.typelinks = m.typelinks[:n]
	if n > 0 {
		thinned = append(thinned, links)
		m.typelinks = links[:n]
	}
}

// thinned keeps the lists: the collector does not look into moduledata.
var thinned [][]int32

// moduledata is runtime.moduledata of Go 1.26.
type moduledata struct {
	pcHeader                                            unsafe.Pointer
	funcnametab, cutab, filetab, pctab, pclntable, ftab []byte // of whatever type
	findfunctab, minpc, maxpc, text, etext              uintptr
	noptrdata, enoptrdata, data, edata, bss, ebss       uintptr
	noptrbss, enoptrbss, covctrs, ecovctrs              uintptr
	end, gcdata, gcbss, types, etypes                   uintptr
	rodata, gofunc, epclntab                            uintptr
	textsectmap                                         []byte
	typelinks                                           []int32 // offsets from types
	itablinks, ptab                                     []byte
	pluginpath                                          string
	pkghashes, inittasks                                []byte
	modulename                                          string
	modulehashes                                        []byte
	hasmain, bad                                        bool
	gcdatamask, gcbssmask                               struct {
		n    int32
		data *byte
	}
	typemap map[int32]unsafe.Pointer // offset to the type that is used in its place
	next    *moduledata
}

//go:linkname lastmoduledatap runtime.lastmoduledatap
var lastmoduledatap *moduledata
