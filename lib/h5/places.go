package h5

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A place is a folder (or a file) where a libhdf5 may be, and why it is looked
// for there.
type place struct{ path, origin string }

// Setting is the environment variable that names the libhdf5 to use, or its
// folder.
const Setting = "GALAGO_HDF5"

const system = "system"

// moduleVariables are set by `module load hdf5` and by conda.
var moduleVariables = []string{
	"OLCF_HDF5_ROOT", "HDF5_DIR", "HDF5_ROOT", "CRAY_HDF5_PARALLEL_PREFIX", "CRAY_HDF5_PREFIX", "CONDA_PREFIX",
}

func places() []place {
	if setting := os.Getenv(Setting); setting != "" {
		return []place{{setting, Setting}, {filepath.Join(setting, "lib"), Setting}, {filepath.Join(setting, "lib64"), Setting}}
	}
	var all []place
	for _, name := range moduleVariables {
		if root := os.Getenv(name); root != "" {
			all = append(all, place{filepath.Join(root, "lib"), name}, place{filepath.Join(root, "lib64"), name})
		}
	}
	for _, folder := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		if folder != "" {
			all = append(all, place{folder, "LD_LIBRARY_PATH"})
		}
	}
	for _, folder := range loaderFolders() {
		all = append(all, place{folder, system})
	}
	return all
}

// loaderFolders returns the folders that the dynamic loader searches.
func loaderFolders() []string {
	folders := configured("/etc/ld.so.conf", 0)
	triple := map[string]string{
		"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "ppc64le": "powerpc64le-linux-gnu", "riscv64": "riscv64-linux-gnu",
	}[runtime.GOARCH]
	if triple != "" {
		folders = append(folders, "/usr/lib/"+triple, "/lib/"+triple)
	}
	return append(folders, "/usr/local/lib", "/usr/lib64", "/lib64", "/usr/lib", "/lib")
}

// configured reads a configuration file of the loader and those it includes.
func configured(path string, depth int) []string {
	file, err := os.Open(path)
	if err != nil || depth > 4 {
		return nil
	}
	defer file.Close()
	var folders []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "include":
			pattern := fields[1]
			if !filepath.IsAbs(pattern) {
				pattern = filepath.Join(filepath.Dir(path), pattern)
			}
			included, _ := filepath.Glob(pattern)
			for _, p := range included {
				folders = append(folders, configured(p, depth+1)...)
			}
		case len(fields) == 1 && filepath.IsAbs(fields[0]):
			folders = append(folders, fields[0])
		}
	}
	return folders
}
