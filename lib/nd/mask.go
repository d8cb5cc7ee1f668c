package nd

// compress returns the elements of a contiguous array for which a contiguous mask
// of the same shape is true.
func (a *Array) compress(mask *Array) *Array {
	n := a.Len()
	truths := elementsOf[boolean](mask.buf)[mask.offset : mask.offset+n]
	count := 0
	for _, v := range truths {
		count += int(v)
	}
	out := unset(a.dtype, count)
	switch a.dtype.Size() {
	case 1:
		compress[uint8](out, a, truths)
	case 2:
		compress[uint16](out, a, truths)
	case 4:
		compress[uint32](out, a, truths)
	case 8:
		compress[uint64](out, a, truths)
	default:
		compress[complex128](out, a, truths)
	}
	return out
}

// compress moves elements as what has their size. Every element is written, and
// one that is not wanted is overwritten by the next: there is nothing to foresee
// for the processor.
func compress[T element](out, a *Array, truths []boolean) {
	src, dst := rawElements[T](a)[a.offset:], rawElements[T](out)
	if len(dst) == 0 {
		return
	}
	src = src[:len(truths)]
	k := 0
	for i, v := range truths {
		dst[k] = src[i]
		k += int(v)
		if k == len(dst) {
			return
		}
	}
}

// blend replaces elements of a contiguous array where a contiguous mask is true.
func (a *Array) blend(mask, x *Array) {
	if x.dtype != a.dtype || !x.IsContiguous() {
		x = x.Convert(a.dtype)
	}
	n := a.Len()
	truths := elementsOf[boolean](mask.buf)[mask.offset : mask.offset+n]
	switch a.dtype.Size() {
	case 1:
		blend[uint8](a, x, truths)
	case 2:
		blend[uint16](a, x, truths)
	case 4:
		blend[uint32](a, x, truths)
	case 8:
		blend[uint64](a, x, truths)
	default:
		blend[complex128](a, x, truths)
	}
}

func blend[T element](a, x *Array, truths []boolean) {
	dst, src := rawElements[T](a)[a.offset:], rawElements[T](x)[x.offset:]
	for i, v := range truths {
		if v != 0 {
			dst[i] = src[i]
		}
	}
}
