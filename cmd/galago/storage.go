package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// scarce is the free space in bytes below which builds are likely to fail.
const scarce = 500_000_000

// lookAtCache looks at the folder where compiled cells and rank programs are
// kept: it must take files, and let them be executed.
func lookAtCache(m *machine) []finding {
	f := finding{Topic: "cache folder", State: ok}
	elsewhere := []string{"export GALAGO_CACHE=/a/folder/elsewhere"}
	folder := m.env("GALAGO_CACHE")
	if folder == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			f.State, f.Why, f.Fix = unwell, err.Error(), elsewhere
			return []finding{f}
		}
		folder = filepath.Join(base, "galago")
	}
	f.Found = []string{folder}
	there := existing(folder)
	if err := unix.Access(there, unix.W_OK|unix.X_OK); err != nil {
		f.State, f.Why = unwell, fmt.Sprintf("%s may not be written to: %v", there, err)
		f.Fix = elsewhere
		return []finding{f}
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(there, &fs); err != nil {
		f.State, f.Why = unwell, fmt.Sprintf("%s: %v", there, err)
		return []finding{f}
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	f.Found[0] += fmt.Sprintf(", %s free", size(int(free)))
	switch {
	case int64(fs.Flags)&unix.ST_NOEXEC != 0:
		f.State, f.Why = unwell, "programs on its file system may not be executed (mounted noexec)"
		f.Fix = elsewhere
	case int64(fs.Flags)&unix.ST_RDONLY != 0:
		f.State, f.Why = unwell, "its file system is read-only"
		f.Fix = elsewhere
	case free < scarce:
		f.State, f.Why = unwell, "its disk is nearly full"
		f.Fix = elsewhere
	}
	return []finding{f}
}

// existing returns the folder, or the nearest one above it that exists.
func existing(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}
