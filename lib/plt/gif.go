package plt

import (
	"bufio"
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"image"
	"image/color"
	"io"
	"time"
)

// The parts of a GIF file (GIF89a specification, sections 18 to 27). The
// standard library's encoder wants all frames in memory and compresses them one
// after the other; here each frame is a piece of bytes of its own, made on any
// goroutine.

const (
	transparent = 255 // index that leaves a pixel as it was
	litBits     = 8   // of a pixel
)

// gifHeader starts a file whose frames share one palette and repeat for ever.
func gifHeader(width, height int, palette []color.NRGBA) []byte {
	var b bytes.Buffer
	b.WriteString("GIF89a")
	le16(&b, width)
	le16(&b, height)
	b.Write([]byte{0xf7, 0, 0}) // a global palette of 256 colours
	for i := range 256 {
		var c color.NRGBA
		if i < len(palette) {
			c = palette[i]
		}
		b.Write([]byte{c.R, c.G, c.B})
	}
	b.WriteString("\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
	return b.Bytes()
}

const gifTrailer = "\x3b"

// gifFrame encodes the part of an indexed picture that differs from the picture
// before, which stays in place under it. Without a picture before, all of it.
func gifFrame(now, before []uint8, width, height int, delay time.Duration, scratch *[]uint8) []byte {
	area := image.Rect(0, 0, width, height)
	if before != nil {
		area = changed(now, before, width, height)
	}
	if area.Empty() {
		area = image.Rect(0, 0, 1, 1) // a frame has a pixel at least
	}
	var b bytes.Buffer
	// Graphic control extension: keep the picture, index 255 is transparent.
	b.Write([]byte{0x21, 0xf9, 0x04, 0x05})
	le16(&b, hundredths(delay))
	b.Write([]byte{transparent, 0})
	// Image descriptor: no palette of its own, not interlaced.
	b.WriteByte(0x2c)
	le16(&b, area.Min.X)
	le16(&b, area.Min.Y)
	le16(&b, area.Dx())
	le16(&b, area.Dy())
	b.Write([]byte{0, litBits})

	pixels := (*scratch)[:0]
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := now[y*width+area.Min.X : y*width+area.Max.X]
		if before == nil {
			pixels = append(pixels, row...)
			continue
		}
		old := before[y*width+area.Min.X : y*width+area.Max.X]
		for x, v := range row {
			if old[x] == v {
				v = transparent
			}
			pixels = append(pixels, v)
		}
	}
	*scratch = pixels
	blocks := bufio.NewWriterSize(subBlocks{&b}, 255)
	compressor := lzw.NewWriter(blocks, lzw.LSB, litBits)
	// Writes to memory do not fail.
	_, _ = compressor.Write(pixels)
	_ = compressor.Close()
	_ = blocks.Flush()
	b.WriteByte(0)
	return b.Bytes()
}

// changed is the smallest rectangle that contains all pixels that differ.
func changed(now, before []uint8, width, height int) image.Rectangle {
	r := image.Rectangle{image.Pt(width, height), image.Point{}}
	for y := range height {
		a, b := now[y*width:(y+1)*width], before[y*width:(y+1)*width]
		if bytes.Equal(a, b) {
			continue
		}
		first, last := 0, width-1
		for a[first] == b[first] {
			first++
		}
		for a[last] == b[last] {
			last--
		}
		r = r.Union(image.Rect(first, y, last+1, y+1))
	}
	return r
}

// subBlocks cuts compressed data into blocks of at most 255 bytes, each after
// its length.
type subBlocks struct{ w *bytes.Buffer }

func (s subBlocks) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(255, len(rest))
		s.w.WriteByte(byte(n))
		s.w.Write(rest[:n])
		rest = rest[n:]
	}
	return len(p), nil
}

// hundredths is a delay in the unit of the format. Browsers take less than 0.02 s
// for 0.1 s.
func hundredths(d time.Duration) int {
	return int(min(max((d+5*time.Millisecond)/(10*time.Millisecond), 2), 65535))
}

func le16(w io.Writer, v int) {
	_ = binary.Write(w, binary.LittleEndian, uint16(v))
}
