#!/usr/bin/env bash
# Runs every check, called by `make test` after set-up: one heading a step, and a summary at the end.
# A failing step does not keep the others from running. The Go tests, the longest step, run beside the others: both
# leave processors idle, since a compilation by XLA, a linker and most tests use one.
set -u
exec 2>&1 # where bash's time writes
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
passed=0 failed=() started=$SECONDS
TIMEFORMAT="   %0R s, of processors %0U + %0S s"
mkdir -p build

# ended TITLE STATUS
ended() {
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		echo "   ok"
	else
		failed+=("$1")
		echo "   FAILED"
	fi
}

# check TITLE COMMAND...
check() {
	local title=$1
	shift
	echo "== $title"
	time "$@"
	ended "$title" $?
}

# beside TITLE COMMAND... begins a step, in a process group of its own; joined waits for it and shows what it said.
beside() {
	aside=$1
	shift
	echo "== $aside: begun, beside the steps below; what it says goes to build/beside.log and follows"
	set -m
	{ time "$@"; } >build/beside.log 2>&1 &
	set +m
	group=$!
	trap 'kill -- -$group 2>/dev/null' EXIT
	trap 'exit 130' INT TERM
}
joined() {
	wait "$group"
	local status=$?
	trap - EXIT
	echo "== $aside"
	cat build/beside.log
	ended "$aside" "$status"
}

go_files() { find . -name '*.go' -not -path './.*' -not -path './build/*' -print0; }
formatted() {
	local bad
	bad=$(go_files | xargs -0 gofmt -l) || return 1
	[ -z "$bad" ] || { echo "gofmt -w is due:"; echo "$bad"; return 1; }
}

# Where there is a plugin, no test may skip itself for want of XLA.
tested() {
	local forbid=()
	[ -z "$(find -L "$PJRT_PLUGIN_LIBRARY_PATH" -name '*_plugin.so' 2>/dev/null)" ] || forbid=(--forbid XLA)
	python tools/gotest.py ${forbid[@]+"${forbid[@]}"} -timeout 30m ./...
}

# The race detector slows cgo and XLA down and sees nothing inside them, so this step runs as on a machine
# without a plugin: what runs on the host is raced, tests that need XLA skip themselves, and the fallback is
# exercised on the way. -short leaves out the long statistical tests, which the plain run covers.
raced() {
	mkdir -p build/noplugin
	PJRT_PLUGIN_LIBRARY_PATH=$PWD/build/noplugin ISINGGRAPH_NO_XLA=1 python tools/gotest.py -race -short -timeout 30m ./...
}

check "gofmt" formatted
check "go vet" go vet ./...
check "go vet -tags deps" go vet -tags deps ./notebooks/...
check "notebooks are committed without outputs" python tools/checknb.py
beside "go test" tested
check "staticcheck" staticcheck ./...
check "go test -race, without XLA" raced
check "the notebook runner" python tools/test_runnb.py
check "every notebook, fast profile" python tools/runnb.py --out build/test --profile fast --fresh --jobs 2
joined
check "a notebook and its sliders in a browser" python tools/browser.py --quick

echo
for title in ${failed[@]+"${failed[@]}"}; do echo "FAILED: $title"; done
echo "$((SECONDS - started)) s"
echo "$passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
