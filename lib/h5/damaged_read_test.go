package h5

import "io"

// mostDamaged is how many elements of a dataset of a damaged file are read: its
// shape may be anything.
const mostDamaged = 1 << 20

// readWhole reads all there is in a file. Errors are what a damaged file is for.
func readWhole(path string) {
	f, err := Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	_ = WriteTree(io.Discard, f.Root(), TreeOptions{})
	readNode(f, f.Root())
	n := 0
	for _, node := range f.VisitItems() {
		readNode(f, node)
		if n++; n > 200 {
			break
		}
	}
	for range f.VisitLinks() {
		if n++; n > 400 {
			break
		}
	}
	_ = f.HTML()
}

func readNode(f *File, node Node) {
	attrs := node.Attrs()
	for _, name := range attrs.Keys() {
		v, err := attrs.Get(name)
		if err == nil {
			follow(f, v)
		}
		_, _ = attrs.Type(name)
	}
	_ = attrs.String()
	_ = node.String()
	d, ok := node.(*Dataset)
	if !ok {
		return
	}
	_ = Show(io.Discard, d, false)
	_ = d.HTML()
	_, _ = d.FillValue()
	_, _ = d.VirtualSources()
	_ = d.Filters()
	_, _ = d.NumChunks()
	_, _ = d.ChunkInfo(0)
	if d.Len() <= mostDamaged {
		v, err := d.Value()
		if err == nil {
			follow(f, v)
		}
		_, _ = d.Value("::2")
		if d.DType() != 0 {
			_, _ = d.Read()
		}
		_, _ = d.Strings()
	}
	_ = d.Dims()
}

// follow opens what references lead to.
func follow(f *File, v any) {
	switch v := v.(type) {
	case Ref:
		_, _ = f.Deref(v)
	case []Ref:
		for _, r := range v[:min(len(v), 10)] {
			_, _ = f.Deref(r)
		}
	case RegionRef:
		_, _ = f.DerefRegion(v)
	case []RegionRef:
		for _, r := range v[:min(len(v), 10)] {
			_, _ = f.DerefRegion(r)
		}
	}
}
