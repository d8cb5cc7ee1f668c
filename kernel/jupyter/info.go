package jupyter

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// kernelInfo says what the kernel is. It needs no session, so that a client
// learns at once that the kernel lives.
func (k *kernel) kernelInfo(*request) answer {
	version := k.goVersion()
	return ok(object{
		"protocol_version":       protocolVersion,
		"implementation":         "galago",
		"implementation_version": implementationVersion(),
		"language_info": object{
			"name":               "go",
			"version":            version,
			"mimetype":           "text/x-go",
			"file_extension":     ".go",
			"pygments_lexer":     "go",
			"codemirror_mode":    "go",
			"nbconvert_exporter": "script",
		},
		"banner":             "Galago " + implementationVersion() + ", Go " + version + ": a notebook for supercomputers",
		"debugger":           false,
		"supported_features": []string{"kernel subshells"},
		"help_links": []object{
			{"text": "Go language", "url": "https://go.dev/ref/spec"},
			{"text": "Go documentation", "url": "https://go.dev/doc/"},
			{"text": "MPI standard", "url": "https://www.mpi-forum.org/docs/"},
			{"text": "HDF5 library", "url": "https://support.hdfgroup.org/documentation/"},
		},
	})
}

// goVersion is that of the toolchain, or of this program until the session
// knows.
func (k *kernel) goVersion() string {
	version := ""
	if v, can := k.made().(Versioned); can {
		version = v.GoVersion()
	}
	if version == "" {
		version = runtime.Version()
	}
	return strings.TrimPrefix(version, "go")
}

// implementationVersion is the module's version, "devel" in a working tree.
func implementationVersion() string {
	info, found := debug.ReadBuildInfo()
	if !found || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

// connectInfo repeats the ports of the connection file.
func (k *kernel) connectInfo(*request) answer {
	c := k.connection
	return ok(object{
		"shell_port": c.ShellPort, "control_port": c.ControlPort, "stdin_port": c.StdinPort,
		"iopub_port": c.IOPubPort, "hb_port": c.HeartbeatPort,
	})
}

// debug answers every request of the Debug Adapter Protocol with a response
// that says no: kernel_info announces no debugger, and this is for clients
// that ask all the same.
func (k *kernel) debug(r *request) answer {
	var content struct {
		Seq     int    `json:"seq"`
		Command string `json:"command"`
	}
	if err := read(r, &content); err != nil {
		return badContent(err)
	}
	return answer{content: object{
		"type": "response", "seq": k.sent.Load() + 1, "request_seq": content.Seq, "command": content.Command,
		"success": false, "message": "notSupported",
		"body": object{"error": object{"id": 1, "format": "this kernel has no debugger", "showUser": true}},
	}}
}
