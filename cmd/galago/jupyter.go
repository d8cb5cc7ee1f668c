package main

// lookAtJupyter tells where Jupyter is.
func lookAtJupyter(m *machine) []finding {
	f := finding{Topic: "Jupyter", State: ok}
	path := m.path("jupyter")
	if path == "" {
		f.State = dispensed
		f.Why = "notebooks run with `galago run` only"
		f.Fix = remedy{conda: "jupyterlab", pip: "jupyterlab", module: "jupyter"}.commands(m)
		return []finding{f}
	}
	f.Found = []string{path}
	return []finding{f}
}
