package h5

import (
	"path/filepath"
	"testing"
)

// What a link into another file has led to, and was not closed, does not keep that file
// open once the file with the link is closed.
func TestClosingAFileGivesUpOthersThatLinksLedTo(t *testing.T) {
	folder := t.TempDir()
	other, path := filepath.Join(folder, "other.h5"), filepath.Join(folder, "links.h5")
	f := must[*File](t)(Create(other))
	must[*Dataset](t)(f.CreateDatasetFrom("deep/x", []int32{1, 2, 3}))
	check(t, f.Close())
	f = must[*File](t)(Create(path))
	must[*Dataset](t)(f.CreateDatasetFrom("own", []int32{4}))
	check(t, f.CreateLink("group", ExternalLink{File: other, Path: "/deep"}))
	check(t, f.CreateLink("data", ExternalLink{File: other, Path: "/deep/x"}))
	check(t, f.Close())

	f = must[*File](t)(Open(path))
	must[*Group](t)(f.Group("group"))
	own := must[*Dataset](t)(f.Dataset("own"))
	data := must[*Dataset](t)(f.Dataset("data"))
	must[Node](t)(f.Get("data"))
	if _, err := Map[int32](own); err != nil {
		t.Error(err)
	}
	if _, err := Map[int32](data); err == nil {
		t.Error("a dataset of another file is mapped as if it were in this one")
	}
	check(t, f.Close())
	f = must[*File](t)(Create(other)) // HDF5 refuses that for a file that is open
	check(t, f.Close())
}
