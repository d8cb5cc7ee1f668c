package jupyter

import (
	"fmt"
	"go/parser"
	"maps"
	"slices"

	"github.com/galago-hpc/galago/internal/event"
)

// evaluate answers the user_expressions of a cell that has succeeded: each is
// run as code without a number, and its value, in all its forms, is the answer.
func (k *kernel) evaluate(x *execution, expressions map[string]string) object {
	results := object{}
	for _, name := range slices.Sorted(maps.Keys(expressions)) {
		value, failed := k.valueOf(x, expressions[name])
		if failed != nil {
			results[name] = k.report(failed)
			results[name].(object)["status"] = "error"
			continue
		}
		results[name] = object{"status": "ok", "data": orEmpty(value.Data), "metadata": orEmpty(value.Metadata)}
	}
	return results
}

func (k *kernel) valueOf(x *execution, expression string) (value event.Event, failed *event.Failure) {
	quiet, can := k.session.(Quiet)
	if _, err := parser.ParseExpr(expression); err != nil || !can {
		return value, &event.Failure{Name: "compile", Message: fmt.Sprintf("%q is not a Go expression", expression)}
	}
	failed = quiet.ExecuteQuietly(x.ctx, expression, func(e event.Event) {
		if e.Kind == event.Value {
			value = e
			return
		}
		x.output.emit(e)
	})
	if failed == nil && value.Data == nil {
		failed = &event.Failure{Name: "error", Message: expression + " has no value to show"}
	}
	return value, failed
}
