package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version that CHANGELOG.md describes.
const release = "0.1.0-dev"

type versionCommand struct{}

func (versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, version())
	return err
}

// version tells the release, the commit that it was built from, if the build
// knows it, and the compiler.
func version() string {
	text := "galago " + release
	if info, ok := debug.ReadBuildInfo(); ok {
		settings := map[string]string{}
		for _, setting := range info.Settings {
			settings[setting.Key] = setting.Value
		}
		if revision := settings["vcs.revision"]; len(revision) >= 12 {
			text += " (" + revision[:12]
			if settings["vcs.modified"] == "true" {
				text += " and changes"
			}
			text += ")"
		}
	}
	return fmt.Sprintf("%s, built with %s for %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
