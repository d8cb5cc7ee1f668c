package h5

import "golang.org/x/sys/unix"

// onLustre reports whether a folder is on Lustre.
func onLustre(folder string) bool {
	const magic = 0x0bd00bd0 // LUSTRE_SUPER_MAGIC
	var s unix.Statfs_t
	return unix.Statfs(folder, &s) == nil && uint32(s.Type) == magic
}
