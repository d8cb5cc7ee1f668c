package jupyter

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func ms(n int) time.Time { return noon.Add(time.Duration(n) * time.Millisecond) }

func browserDate(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

func TestRunAllFallsWithItsFirstCellWhateverTheClockSays(t *testing.T) {
	for _, skew := range []time.Duration{0, -3 * time.Hour, 42 * time.Second} {
		var c clocks
		receive := func(sent, arrived int) *request {
			h := header{Session: "s", Date: browserDate(ms(sent).Add(skew))}
			at, browser := c.sent(h, ms(arrived))
			return &request{sent: at, browser: browser}
		}
		receive(-500, -495)
		receive(0, 4)
		failed := ms(5)
		for i := 1; i < 100; i++ {
			var fell bool
			fell, failed = overtaken(receive(2*i, 2*i+5+i%3), failed)
			if !fell {
				t.Fatalf("skew %v: cell %d of the burst runs", skew, i)
			}
		}
		if fell, _ := overtaken(receive(700, 705), failed); fell {
			t.Errorf("skew %v: a cell that was sent later is aborted", skew)
		}
	}
}

func TestAProgramMayGoOnAtOnce(t *testing.T) {
	var c clocks
	c.sent(header{Session: "s", Date: ms(0).Format(dateLayout)}, ms(1))
	failed := ms(2)
	before, browser := c.sent(header{Session: "s", Date: ms(0).Add(900 * time.Microsecond).Format(dateLayout)}, ms(3))
	if fell, _ := overtaken(&request{sent: before, browser: browser}, failed); !fell {
		t.Error("a cell that was sent before the failure runs")
	}
	after, browser := c.sent(header{Session: "s", Date: ms(3).Format(dateLayout)}, ms(4))
	if fell, _ := overtaken(&request{sent: after, browser: browser}, failed); fell {
		t.Error("a cell that was sent after the failure is aborted")
	}
}

func TestWhatHasNoDateIsNeverOvertaken(t *testing.T) {
	var c clocks
	for _, date := range []string{"", "yesterday", "2026-01-01"} {
		at, _ := c.sent(header{Date: date}, noon)
		if fell, _ := overtaken(&request{sent: at}, noon.Add(time.Hour)); fell {
			t.Errorf("%q", date)
		}
	}
}
