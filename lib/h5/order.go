package h5

import "github.com/galago-hpc/galago/internal/dl"

// A GroupOption says how a group is created: [TrackOrder], [TrackTimes].
type GroupOption interface{ applyGroup(*groupSettings) }

type groupSettings struct{ trackOrder, trackTimes bool }

type trackOrder struct{}

func (trackOrder) applyGroup(s *groupSettings) { s.trackOrder = true }
func (trackOrder) apply(l *layout)             { l.trackOrder = true }
func (trackOrder) applyFile(s *settings) {
	s.creation.ask("TrackOrder")
	s.creation.trackOrder = true
}

// TrackOrder makes a new group remember the order in which its members and
// attributes are created, and go over them in that order. Given for a file it
// holds for the root group, given for a dataset for its attributes.
// H5Pset_link_creation_order, H5Pset_attr_creation_order.
var TrackOrder trackOrder

type trackTimes struct{}

func (trackTimes) applyGroup(s *groupSettings) { s.trackTimes = true }
func (trackTimes) apply(l *layout)             { l.trackTimes = true }
func (trackTimes) applyFile(s *settings) {
	s.creation.ask("TrackTimes")
	s.creation.trackTimes = true
}

// TrackTimes stores the times of creation and change with a new file's root
// group, group or dataset. Without it the same program writes the same file.
// H5Pset_obj_track_times.
var TrackTimes trackTimes

// groupList makes the group creation property list.
func (l *library) groupList(options []GroupOption) (int64, error) {
	var s groupSettings
	for _, o := range options {
		if o != nil {
			o.applyGroup(&s)
		}
	}
	plist := int64(l.c.pCreate.Call(dl.Int(l.groupCreate)))
	if plist < 0 {
		return 0, l.fail("prepare", "", "a group creation property list")
	}
	// Without times of day in it the same program writes the same file.
	l.c.pTimes.Call(dl.Int(plist), dl.Bool(s.trackTimes)) // herr_t H5Pset_obj_track_times(hid_t, hbool_t)
	if s.trackOrder {
		if err := l.trackOrder(plist); err != nil {
			l.c.pClose.Call(dl.Int(plist))
			return 0, err
		}
	}
	return plist, nil
}

// trackOrder has a creation property list of a group or file track the order.
func (l *library) trackOrder(plist int64) error {
	const both = creationTracked | creationIndexed
	// herr_t H5Pset_link_creation_order(hid_t, unsigned flags)
	// herr_t H5Pset_attr_creation_order(hid_t, unsigned flags)
	if err := l.set(plist, "TrackOrder", l.f.setLinkOrder, dl.Int(both)); err != nil {
		return err
	}
	return l.set(plist, "TrackOrder", l.f.setAttrOrder, dl.Int(both))
}

// ordered reports whether the group keeps the order of creation. The lock is
// held.
func (g *Group) ordered() bool {
	if g.order == orderUnknown {
		g.order = g.orderOf()
	}
	return g.order == orderTracked
}

// order is what a group knows of the order of its members. It never changes.
type order int8

const (
	orderUnknown order = iota
	orderTracked
	orderNone
)

func (g *Group) orderOf() order {
	if g.tracks(g.file.lib.f.getLinkOrder) {
		return orderTracked
	}
	return orderNone
}

// tracks reports whether an object keeps the order of creation of its members or its
// attributes: herr_t H5Pget_link_creation_order(hid_t, unsigned *flags) and
// H5Pget_attr_creation_order say which. The lock is held.
func (o *object) tracks(what dl.Func) bool {
	l := o.file.lib
	// The identifier of the root is that of the file, which is no group.
	id := int64(o.file.call(l.c.oOpen, dl.Int(o.id), dl.Str("."), dl.Int(0)))
	if id < 0 {
		return false
	}
	defer o.file.call(l.c.oClose, dl.Int(id))
	list := l.f.groupPlist // hid_t H5Gget_create_plist(hid_t)
	switch int32(l.c.iType.Call(dl.Int(id))) {
	case objectGroup:
	case objectDataset:
		list = l.c.dPlist // hid_t H5Dget_create_plist(hid_t)
	default:
		return false
	}
	plist := int64(list.Call(dl.Int(id)))
	if plist < 0 {
		return false
	}
	defer l.c.pClose.Call(dl.Int(plist))
	var flags uint32
	return int32(what.Call(dl.Int(plist), dl.Ptr(&flags))) >= 0 && flags&creationTracked != 0
}
