# Galago. `make help` lists the targets.

PREFIX ?= /usr/local
GO     ?= go
bin    := bin/galago

# The whole of Galago is built without cgo: MPI and HDF5 are loaded at run time.
export CGO_ENABLED ?= 0

.PHONY: help
help:            ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

.PHONY: build
build:           ## build bin/galago
	$(GO) build -trimpath -o $(bin) ./cmd/galago

.PHONY: generate
generate:        ## write again what interpreted cells know of packages: after changes of lib's API, with a new Go
	$(GO) generate ./kernel/interpret/symbols

.PHONY: deps
deps:            ## find or install what the demo needs: C compiler, MPI, HDF5
	@scripts/deps.sh demo

.PHONY: deps-test
deps-test:       ## find or install what the tests need: both MPIs, Slurm, Chromium, Python packages in .venv
	@scripts/deps.sh test
	@scripts/venv.sh

.PHONY: demo
demo: deps build ## run notebooks/galaxy.ipynb on 8 ranks; results in out/
	@mkdir -p out
	$(bin) run notebooks/galaxy.ipynb -o out/galaxy.ipynb --dir out
	@echo; echo "left in out/:"; ls -lh out/galaxy.ipynb out/galaxy.hdf5 out/galaxy_collision.gif

# Test packages run one at a time: an MPI test alone keeps all cores busy.
.PHONY: test
test: deps-test build ## vet and run all tests; installs what is missing
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	$(GO) vet ./...
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(GO) test -p 1 -count 1 -timeout 60m ./...

.PHONY: lab
lab: deps build  ## open notebooks/ in JupyterLab; LAB_OPTIONS="--no-browser --port 8890"
	@scripts/deps.sh lab
	@scripts/venv.sh
	$(bin) install --prefix .venv
	cd notebooks && ../.venv/bin/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_OPTIONS)

.PHONY: install
install: build   ## install galago and its kernelspec under PREFIX (/usr/local)
	install -D -m 755 $(bin) "$(PREFIX)/bin/galago"
	"$(PREFIX)/bin/galago" install --prefix "$(PREFIX)"

.PHONY: bench
bench: build     ## run the benchmarks beside what they are compared with; takes minutes
	@scripts/deps.sh bench
	@scripts/venv.sh
	@for folder in $(dir $(wildcard bench/*/main.go)); do echo "== $$folder"; $(GO) run "./$$folder" || exit 1; done

.PHONY: clean
clean:           ## remove what was built and what the demo left
	rm -rf bin out
