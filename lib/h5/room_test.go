package h5

import "testing"

// A dataset may have more elements than memory has room for, if only by a damaged
// header: that is an error and not the end of the process.
func TestMoreThanMemory(t *testing.T) {
	_, f := temporary(t)
	for name, typ := range map[string]AnyType{"numbers": Float64, "texts": Text, "bools": Bool, "structs": must[*Type](t)(TypeFor[star]()), "sequences": must[*Type](t)(VlenOf(Int8))} {
		d := must[*Dataset](t)(f.CreateDataset(name, typ, Shape{1 << 20, 1 << 21}, Chunks{1, 1}))
		const says = "more than the memory of this machine takes; read them in parts"
		_, err := d.Value()
		wantError(t, name, err, "read /"+name+" in", says)
		wantError(t, name, d.ReadInto(new([][]float64)), "read /"+name+" in")
		wantError(t, name, d.ReadInto(new(any)), says)
		if name == "numbers" || name == "bools" {
			_, err := d.Read()
			wantError(t, name, err, says)
		}
		if v, err := d.Value("0:2, 0:1"); err != nil || v == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
