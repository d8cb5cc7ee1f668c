package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/quantity"
)

// scarce is the free space in bytes below which builds are likely to fail.
const scarce = 500_000_000

// lookAtStorage looks at the folders where compiled cells are kept: they must
// take files, and let them be executed.
func lookAtStorage(m *machine) []finding {
	cache := m.env("GALAGO_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return []finding{{Topic: "cache folder", State: unwell, Why: err.Error(), Fix: elsewhere("GALAGO_CACHE")}}
		}
		cache = filepath.Join(base, "galago")
	}
	return []finding{
		lookAtFolder("cache folder", cache, "GALAGO_CACHE"),
		lookAtFolder("session folder", os.TempDir(), "TMPDIR"),
	}
}

func elsewhere(variable string) []string {
	return []string{"export " + variable + "=/a/folder/elsewhere"}
}

// lookAtFolder looks at a folder, or at the nearest one above it that exists;
// the variable is what moves it elsewhere.
func lookAtFolder(topic, folder, variable string) finding {
	f := finding{Topic: topic, State: ok, Found: []string{folder}}
	problem := func(why string) finding {
		f.State, f.Why, f.Fix = unwell, why, elsewhere(variable)
		return f
	}
	there := folder
	for _, err := os.Stat(there); err != nil && there != filepath.Dir(there); _, err = os.Stat(there) {
		there = filepath.Dir(there)
	}
	if err := unix.Access(there, unix.W_OK|unix.X_OK); err != nil {
		return problem(fmt.Sprintf("%s may not be written to: %v", there, err))
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(there, &fs); err != nil {
		return problem(fmt.Sprintf("%s: %v", there, err))
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	f.Found[0] += fmt.Sprintf(", %s free", quantity.Bytes(int64(free)))
	switch {
	case int64(fs.Flags)&unix.ST_NOEXEC != 0:
		return problem("programs on its file system may not be executed (mounted noexec)")
	case int64(fs.Flags)&unix.ST_RDONLY != 0:
		return problem("its file system is read-only")
	case free < scarce && fs.Blocks > 0:
		return problem("its disk is nearly full")
	}
	return f
}
