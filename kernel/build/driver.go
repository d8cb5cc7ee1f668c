package build

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// driver stands between Go's linker and the C compiler, which links plugins.
// At every link Go's linker has a file trivial.c compiled several times, to hear
// which flags the C compiler knows. Here it is asked once for each flag.
const driver = `#!/bin/sh
for last; do :; done
case $last in
*/trivial.c) ;;
*) exec COMPILER "$@" ;;
esac
question=
for word; do
	case $word in
	*/a.out | */trivial.c) ;;
	*) question="$question $word" ;;
	esac
done
while read -r status known; do
	if [ " $known" = "$question" ]; then exit "$status"; fi
done <"$0.known"
text=$(COMPILER "$@" 2>&1)
status=$?
case $text in
*unrecognized* | *unknown*) status=1 ;;
esac
echo "$status$question" >>"$0.known"
exit "$status"
`

// driver is where the workspace's driver lies.
func (w *workspace) driver() string { return filepath.Join(w.dir, "cc") }

// writeDriver writes it for the C compiler that the go command would use,
// unless an earlier session has done so.
func (w *workspace) writeDriver(ctx context.Context) error {
	if _, err := os.Stat(w.driver()); err == nil {
		return nil
	}
	out, err := w.toolchain.run(ctx, w.module(), pluginEnv, w.toolchain.Go, "env", "CC")
	if err != nil {
		return err
	}
	if err := writeFile(w.driver()+".known", nil); err != nil {
		return err
	}
	return writeWhole(w.driver(), []byte(strings.ReplaceAll(driver, "COMPILER", strings.TrimSpace(string(out)))), 0o700)
}

// driverFlag makes the linker call the driver. The linker splits the value at
// blanks unless they are quoted.
func (w *workspace) driverFlag() string {
	path := w.driver()
	if strings.ContainsAny(path, " \t'") {
		path = `"` + path + `"`
	}
	return "-extld=" + path
}
