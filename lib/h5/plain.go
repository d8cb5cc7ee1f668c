package h5

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// plainBytes is where the elements of a dataset lie in the file as they lie in
// memory, so that they can be had without HDF5.
type plainBytes struct {
	known  bool
	fd     int   // HDF5's own, valid as long as the file is open
	offset int64 // in bytes from the beginning of the file
	size   int64 // in bytes
	why    error // why they cannot be had; nil if they can
}

// plain looks for the plain bytes of the dataset, once: in a file that is open for
// reading only they do not move. The lock is held.
func (d *Dataset) plain() *plainBytes {
	p := &d.bytes
	if !p.known {
		p.known = true
		p.why = d.findBytes(p)
	}
	return p
}

// writtenElsewhere reports whether this process has the file open for writing besides:
// HDF5 then keeps one file for all, and may have what is new in memory.
func (h *handle) writtenElsewhere() bool {
	var intent uint32
	// herr_t H5Fget_intent(hid_t file, unsigned *intent)
	return int32(h.lib.f.intent.Call(dl.Int(h.id), dl.Ptr(&intent))) < 0 || intent&accReadWrite != 0
}

// findBytes finds the bytes, or says why there are none.
func (d *Dataset) findBytes(p *plainBytes) error {
	f, l := d.file, d.file.lib
	switch driver := f.Driver(); {
	case f.parallel:
		return errors.New("the file is open in parallel")
	case f.swmr:
		return errors.New("the file is open with SWMR, and what is in it changes")
	case f.writable, f.writtenElsewhere():
		return errors.New("the file is open for writing")
	case driver != "sec2":
		return fmt.Errorf("the file is open with the %s driver, and not in one piece on the disk", driver)
	case f.abroad(d.id):
		return errors.New("it is in another file, which a link leads to; open that file")
	case !d.direct:
		return errors.New("it holds elements of another form than plain numbers")
	}
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return errors.New("HDF5 cannot tell its layout")
	}
	defer l.c.pClose.Call(dl.Int(plist))
	layout := int32(l.c.pLayout.Call(dl.Int(plist)))
	switch {
	case layout >= 0 && int(layout) < len(layouts) && layout != layoutContiguous:
		return fmt.Errorf("it is %s, not contiguous", layouts[layout])
	case int32(l.d.externalCount.Call(dl.Int(plist))) > 0:
		return errors.New("its elements are in external files")
	}
	t := int64(l.c.dType.Call(dl.Int(d.id)))
	if t < 0 {
		return errors.New("HDF5 cannot tell its type")
	}
	defer l.c.tClose.Call(dl.Int(t))
	if int32(l.c.tEqual.Call(dl.Int(t), dl.Int(l.native[d.dtype]))) <= 0 { // htri_t H5Tequal(hid_t, hid_t)
		return fmt.Errorf("its elements are stored in another form than Go's %v: in another byte order, say", d.dtype)
	}
	p.size = int64(product(d.extent())) * int64(d.dtype.Size())
	if p.size == 0 {
		return nil
	}
	at, ok := d.offset()
	if !ok {
		return errors.New("nothing has been written to it")
	}
	p.offset = at
	var handle uintptr
	// herr_t H5Fget_vfd_handle(hid_t file, hid_t fapl, void **handle)
	if int32(l.c.fHandle.Call(dl.Int(f.handle.id), dl.Int(0), dl.Ptr(&handle))) < 0 || handle == 0 {
		return errors.New("HDF5 does not tell its file descriptor")
	}
	p.fd = int(dl.Read[int32](handle))
	return p.fits()
}

// fits makes sure that the file is as long as the bytes demand.
func (p *plainBytes) fits() error {
	var stat syscall.Stat_t
	if err := syscall.Fstat(p.fd, &stat); err != nil {
		return fmt.Errorf("the length of the file cannot be had: %w", err)
	}
	if p.offset < 0 || p.size > stat.Size-p.offset {
		return fmt.Errorf("the file is truncated: it has %d bytes, and the elements end at %d", stat.Size, p.offset+p.size)
	}
	return nil
}

// A small read goes past HDF5: at most this many bytes in one piece, or in a block
// that the elements are picked from.
const (
	smallPiece = 64 << 10
	smallBlock = 8 << 10
)

// readPlainly reads a small part without HDF5, and reports whether it did. If
// anything is unusual it leaves the read to HDF5, with its errors. The lock is held.
func (d *Dataset) readPlainly(p plan) bool {
	if d.file.writable || p.nothing || p.source == nil || p.source.DType() != d.dtype || p.cut != nil || len(p.region) != len(d.extent()) {
		return false
	}
	n := p.source.Len()
	size := d.dtype.Size()
	if n == 0 || n*size > smallPiece {
		return false
	}
	first, last, stride := 0, 0, 1
	for axis := len(p.region) - 1; axis >= 0; axis-- {
		s := p.region[axis]
		low, high := s.Start, s.Start+(s.Count-1)*s.Step
		if s.Step < 0 {
			low, high = high, low
		}
		first += low * stride
		last += high * stride
		stride *= d.extent()[axis]
	}
	span := last - first + 1
	if span != n && span*size > smallBlock {
		return false
	}
	b := d.plain()
	if b.why != nil {
		return false
	}
	at := b.offset + int64(first*size)
	target := p.source.Bytes()
	if len(target) != n*size {
		return false
	}
	if span == n {
		return readAt(b.fd, target, at)
	}
	block := d.file.block(span * size)
	if !readAt(b.fd, block, at) {
		return false
	}
	pickFrom(block, target, p.region, d.extent(), size)
	return true
}

// block returns memory to pick from. It is guarded by the lock.
func (h *handle) block(n int) []byte {
	if h.scratch == nil {
		h.scratch = make([]byte, smallBlock)
	}
	return h.scratch[:n]
}

// readAt fills a buffer from a place in a file.
func readAt(fd int, buffer []byte, at int64) bool {
	for len(buffer) > 0 {
		n, err := syscall.Pread(fd, buffer, at)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || n <= 0:
			return false
		}
		buffer, at = buffer[n:], at+int64(n)
	}
	return true
}

// pickFrom copies the elements of a region from a block that begins with its first one,
// in ascending order.
func pickFrom(block, target []byte, region nd.Region, shape []int, size int) {
	var places, steps [32]int // of HDF5's at most 32 axes
	stride := size
	for axis := len(shape) - 1; axis >= 0; axis-- {
		step := region[axis].Step
		if step < 0 {
			step = -step
		}
		steps[axis] = step * stride
		stride *= shape[axis]
	}
	at, out := 0, 0
	for {
		copy(target[out:out+size], block[at:])
		out += size
		axis := len(shape) - 1
		for ; axis >= 0; axis-- {
			if places[axis]++; places[axis] < region[axis].Count {
				at += steps[axis]
				break
			}
			at -= (places[axis] - 1) * steps[axis]
			places[axis] = 0
		}
		if axis < 0 {
			return
		}
	}
}
