package plt

import "image/color"

// Colours by name. The first ones of the list are those that series get in turn.
var (
	Blue    = color.NRGBA{31, 119, 180, 255}
	Orange  = color.NRGBA{255, 127, 14, 255}
	Green   = color.NRGBA{44, 160, 44, 255}
	Red     = color.NRGBA{214, 39, 40, 255}
	Purple  = color.NRGBA{148, 103, 189, 255}
	Brown   = color.NRGBA{140, 86, 75, 255}
	Pink    = color.NRGBA{227, 119, 194, 255}
	Gray    = color.NRGBA{127, 127, 127, 255}
	Olive   = color.NRGBA{188, 189, 34, 255}
	Cyan    = color.NRGBA{23, 190, 207, 255}
	Black   = color.NRGBA{0, 0, 0, 255}
	White   = color.NRGBA{255, 255, 255, 255}
	Magenta = color.NRGBA{255, 0, 255, 255}
	Yellow  = color.NRGBA{255, 221, 0, 255}
)

var cycle = []color.Color{Blue, Orange, Green, Red, Purple, Brown, Pink, Gray, Olive, Cyan}

// Alpha gives a colour that lets through what is behind it: opacity 1 hides it,
// 0 cannot be seen.
func Alpha(c color.Color, opacity float64) color.Color {
	n := nrgba(c)
	n.A = uint8(float64(n.A)*min(max(opacity, 0), 1) + 0.5)
	return n
}

func nrgba(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }
