package h5

import (
	"errors"
	"fmt"
	"slices"
)

// Dimension scales are datasets that say what the places along an axis of other
// datasets mean: times, wavelengths, coordinates. HDF5 keeps them in attributes
// (the HDF5 Dimension Scale Specification), which netCDF-4, h5py and the tools of
// HDF5 read: CLASS and NAME make a dataset a scale, DIMENSION_LIST and
// DIMENSION_LABELS are those of the datasets that use it, and REFERENCE_LIST of the
// scale leads back.
const (
	scaleClass     = "DIMENSION_SCALE"
	attrClass      = "CLASS"
	attrName       = "NAME"
	attrScales     = "DIMENSION_LIST"
	attrLabels     = "DIMENSION_LABELS"
	attrReferences = "REFERENCE_LIST"
)

// A backReference is an element of REFERENCE_LIST.
type backReference struct {
	Dataset   Ref    `h5:"dataset"`
	Dimension uint32 `h5:"dimension"`
}

// MakeScale makes the dataset a dimension scale with a name, which may be empty.
// H5DSset_scale; h5py's make_scale.
func (d *Dataset) MakeScale(name string) error {
	const op = "make a scale of"
	if d.Attrs().Has(attrScales) {
		return d.error(op, d.path, errors.New("it has scales itself, which a scale cannot"))
	}
	if !plainName(name) {
		return d.error(op, d.path, errors.New("the name has a NUL in it"))
	}
	if err := d.Attrs().Create(attrClass, scaleClass, FixedASCII(len(scaleClass)+1, NullTerm)); err != nil {
		return err
	}
	if name == "" {
		return nil
	}
	t := FixedASCII(len(name)+1, NullTerm)
	if checkText(name, t) != nil {
		t.utf8 = true
	}
	return d.Attrs().Create(attrName, name, t)
}

// IsScale reports whether the dataset is a dimension scale. H5DSis_scale.
func (d *Dataset) IsScale() bool {
	if !d.Attrs().Has(attrClass) {
		return false
	}
	class, err := Attr[string](d, attrClass)
	return err == nil && class == scaleClass
}

// ScaleName returns the name of a dimension scale, "" if it has none.
// H5DSget_scale_name.
func (d *Dataset) ScaleName() string {
	if !d.Attrs().Has(attrName) {
		return ""
	}
	name, _ := Attr[string](d, attrName)
	return name
}

// A Dim is an axis of a dataset, with its label and its dimension scales.
type Dim struct {
	d    *Dataset
	axis int
}

// Dims returns the axes; h5py's dims.
func (d *Dataset) Dims() []Dim {
	dims := make([]Dim, len(d.extent()))
	for axis := range dims {
		dims[axis] = Dim{d, axis}
	}
	return dims
}

// Dim returns an axis; negative ones count from the end. One that is not there
// makes every call on it an error.
func (d *Dataset) Dim(axis int) Dim {
	if axis < 0 {
		axis += len(d.extent())
	}
	return Dim{d, axis}
}

func (x Dim) check(op string) error {
	if x.axis < 0 || x.axis >= len(x.d.extent()) {
		return x.d.error(op, x.d.path, fmt.Errorf("there is no axis %d; it has %d", x.axis, len(x.d.extent())))
	}
	return nil
}

// String returns the label, or else the number of the axis.
func (x Dim) String() string {
	if label := x.Label(); label != "" {
		return label
	}
	return fmt.Sprintf("axis %d", x.axis)
}

// Label returns the label of the axis, "" if it has none. H5DSget_label.
func (x Dim) Label() string {
	if x.check("label") != nil || !x.d.Attrs().Has(attrLabels) {
		return ""
	}
	labels, err := Attr[[]string](x.d, attrLabels)
	if err != nil || x.axis >= len(labels) {
		return ""
	}
	return labels[x.axis]
}

// SetLabel gives the axis a label. H5DSset_label.
func (x Dim) SetLabel(label string) error {
	const op = "label"
	if err := x.check(op); err != nil {
		return err
	}
	labels := make([]string, len(x.d.extent()))
	if x.d.Attrs().Has(attrLabels) {
		if err := x.d.Attrs().GetInto(attrLabels, &labels); err != nil {
			return err
		}
		if len(labels) != len(x.d.extent()) {
			return x.d.error(op, x.d.path, fmt.Errorf("its attribute %s has %d labels for %d axes", attrLabels, len(labels), len(x.d.extent())))
		}
	}
	labels[x.axis] = label
	t := ASCII
	if slices.ContainsFunc(labels, func(s string) bool { return checkText(s, ASCII) != nil }) {
		t = Text
	}
	return x.d.Attrs().Create(attrLabels, labels, t)
}

// lists returns the references to the scales of each axis.
func (d *Dataset) lists() ([][]Ref, error) {
	lists := make([][]Ref, len(d.extent()))
	if d.Attrs().Has(attrScales) {
		if err := d.Attrs().GetInto(attrScales, &lists); err != nil {
			return nil, err
		}
		if len(lists) != len(d.extent()) {
			return nil, d.error("list the scales of", d.path, fmt.Errorf("its attribute %s has %d entries for %d axes", attrScales, len(lists), len(d.extent())))
		}
	}
	return lists, nil
}

var scaleListType = &Type{class: ClassVlen, size: sequenceSize, base: ObjectRef}

func (d *Dataset) setLists(lists [][]Ref) error {
	for _, refs := range lists {
		if len(refs) > 0 {
			return d.Attrs().Create(attrScales, lists, scaleListType)
		}
	}
	if d.Attrs().Has(attrScales) {
		return d.Attrs().Delete(attrScales)
	}
	return nil
}

// Scales returns the dimension scales of the axis, in the order in which they were
// attached. H5DSiterate_scales.
func (x Dim) Scales() ([]*Dataset, error) {
	if err := x.check("list the scales of"); err != nil {
		return nil, err
	}
	lists, err := x.d.lists()
	if err != nil {
		return nil, err
	}
	var scales []*Dataset
	for _, r := range lists[x.axis] {
		node, err := x.d.file.Deref(r)
		if err != nil {
			return nil, err
		}
		if scale, ok := node.(*Dataset); ok {
			scales = append(scales, scale)
		}
	}
	return scales, nil
}

// Len returns the number of dimension scales of the axis, with those that were deleted
// since. H5DSget_num_scales.
func (x Dim) Len() int {
	if x.check("count the scales of") != nil {
		return 0
	}
	lists, err := x.d.lists()
	if err != nil {
		return 0
	}
	return len(lists[x.axis])
}

// present opens the scales that are still there.
func (x Dim) present() ([]*Dataset, error) {
	if err := x.check("list the scales of"); err != nil {
		return nil, err
	}
	lists, err := x.d.lists()
	if err != nil {
		return nil, err
	}
	var scales []*Dataset
	for _, r := range lists[x.axis] {
		if node, err := x.d.file.Deref(r); err == nil {
			if scale, ok := node.(*Dataset); ok {
				scales = append(scales, scale)
			}
		}
	}
	return scales, nil
}

// Keys returns the names of the dimension scales of the axis.
func (x Dim) Keys() []string {
	scales, _ := x.present()
	var names []string
	for _, s := range scales {
		names = append(names, s.ScaleName())
	}
	return names
}

// Scale returns the dimension scale of the axis with a name; h5py's
// dims[i]["name"].
func (x Dim) Scale(name string) (*Dataset, error) {
	scales, err := x.present()
	if err != nil {
		return nil, err
	}
	for _, s := range scales {
		if s.ScaleName() == name {
			return s, nil
		}
	}
	return nil, x.d.error("open a scale of", x.d.path, fmt.Errorf("axis %d has no scale %q; it has %q", x.axis, name, x.Keys()))
}

// references returns REFERENCE_LIST of a scale.
func (d *Dataset) references() ([]backReference, error) {
	var all []backReference
	if d.Attrs().Has(attrReferences) {
		return all, d.Attrs().GetInto(attrReferences, &all)
	}
	return nil, nil
}

func (d *Dataset) setReferences(all []backReference) error {
	if len(all) == 0 {
		if d.Attrs().Has(attrReferences) {
			return d.Attrs().Delete(attrReferences)
		}
		return nil
	}
	return d.Attrs().Set(attrReferences, all)
}

// Attach makes a dataset a dimension scale of the axis, and a scale at all if it is
// none yet. Attaching it again does nothing. H5DSattach_scale; h5py's
// attach_scale.
func (x Dim) Attach(scale *Dataset) error {
	const op = "attach a scale to"
	if err := x.check(op); err != nil {
		return err
	}
	d := x.d
	switch {
	case scale == nil:
		return d.error(op, d.path, errors.New("the scale is nil"))
	case scale.file != d.file:
		return d.error(op, d.path, errors.New("the scale is in another file"))
	case d.IsScale():
		return d.error(op, d.path, errors.New("it is a scale itself, and a scale has none"))
	}
	ours, err := d.Ref()
	if err != nil {
		return err
	}
	theirs, err := scale.Ref()
	if err != nil {
		return err
	}
	if ours == theirs {
		return d.error(op, d.path, errors.New("a dataset is no scale of itself"))
	}
	if scale.Attrs().Has(attrScales) {
		return d.error(op, d.path, fmt.Errorf("%s has scales itself", scale.path))
	}
	if !scale.IsScale() {
		if err := scale.MakeScale(""); err != nil {
			return err
		}
	}
	lists, err := d.lists()
	if err != nil {
		return err
	}
	if !slices.Contains(lists[x.axis], theirs) {
		lists[x.axis] = append(lists[x.axis], theirs)
		if err := d.setLists(lists); err != nil {
			return err
		}
	}
	back, err := scale.references()
	if err != nil {
		return err
	}
	entry := backReference{ours, uint32(x.axis)}
	if slices.Contains(back, entry) {
		return nil
	}
	return scale.setReferences(append(back, entry))
}

// Detach undoes Attach. H5DSdetach_scale; h5py's detach_scale.
func (x Dim) Detach(scale *Dataset) error {
	const op = "detach a scale from"
	if err := x.check(op); err != nil {
		return err
	}
	d := x.d
	if scale == nil || scale.file != d.file {
		return d.error(op, d.path, errors.New("the scale is nil or in another file"))
	}
	ours, err := d.Ref()
	if err != nil {
		return err
	}
	theirs, err := scale.Ref()
	if err != nil {
		return err
	}
	lists, err := d.lists()
	if err != nil {
		return err
	}
	i := slices.Index(lists[x.axis], theirs)
	if i < 0 {
		return d.error(op, d.path, fmt.Errorf("%s is no scale of axis %d", scale.path, x.axis))
	}
	lists[x.axis] = slices.Delete(lists[x.axis], i, i+1)
	if err := d.setLists(lists); err != nil {
		return err
	}
	back, err := scale.references()
	if err != nil {
		return err
	}
	return scale.setReferences(slices.DeleteFunc(back, func(b backReference) bool { return b == backReference{ours, uint32(x.axis)} }))
}
