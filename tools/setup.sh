#!/usr/bin/env bash
# Set-up, called by `make setup`: everything lands in the project's folder.
#
#   .tools/bin   gonb, goimports, staticcheck (versions of go.mod) and gopls
#   .venv        JupyterLab, nbclient, nbconvert, XLA's CPU plugin (versions and hashes of requirements.lock)
#   .tools/pjrt  a link to the plugin, as go-xla looks for it
#   .jupyter     the kernel spec (it holds absolute paths, so it is generated) and Jupyter's own files
#
# Each step ends by writing a stamp, which holds what the step depends on: a second call compares
# stamps and does nothing, and a call after an interrupt goes on with the first step not finished.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
PATH=${PATH//"$root/.venv/bin:"/} # the Python that makes .venv is not the one in it
stamps=.tools/stamps
logs=.tools/log
python=${PYTHON:-python3}
gopls=v0.23.0

trap 'exit 130' INT TERM # not only the step at hand: pip answers an interrupt as it does a failure

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

prerequisites() { tools/install.sh check; }

go_tools() {
	say "gonb, goimports, staticcheck"
	GOBIN=$root/.tools/bin go install tool
	say "gopls"
	GOBIN=$root/.tools/bin go install "golang.org/x/tools/gopls@$gopls" 2>"$logs/gopls.log" ||
		say "gopls could not be had ($(tail -n 1 "$logs/gopls.log")): notebooks run, but without completion"
}

python_venv() {
	say "Jupyter and XLA's CPU plugin"
	"$python" -m venv --clear .venv || die "$python -m venv failed: apt install python3-venv"
	if .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes --requirement requirements.lock >"$logs/pip.log" 2>&1; then
		return
	fi
	local why p
	why=$(grep -m 1 '^ERROR' "$logs/pip.log" || tail -n 1 "$logs/pip.log")
	for p in "$python" /usr/bin/python3; do
		if "$p" -c 'import nbclient, nbconvert' 2>/dev/null; then
			say "pip could not install ($why): the system's Jupyter serves instead"
			"$p" -m venv --clear --without-pip --system-site-packages .venv
			return
		fi
	done
	die "no Jupyter: pip could not install it ($why; see $logs/pip.log): make PyPI reachable, or apt install jupyter-nbconvert jupyter-notebook"
}

# The plugin: the wheel's where there is one, else what go-xla's own installer downloads.
plugin() {
	local so
	rm -rf .tools/pjrt && mkdir -p .tools/pjrt
	for so in .venv/lib/python3*/site-packages/xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so; do
		if [ -f "$so" ]; then
			ln -s "../../$so" .tools/pjrt/pjrt_c_api_cpu_plugin.so
			return
		fi
	done
	say "XLA's CPU plugin, by go-xla's installer"
	go run ./tools/pjrt "$root/.tools/pjrt" >"$logs/pjrt.log" 2>&1 || say "$(grep -m 1 ^pjrt: "$logs/pjrt.log")"
}

kernel() {
	mkdir -p .jupyter/log .jupyter/config/labconfig
	cp tools/labsettings.json .jupyter/config/labconfig/default_setting_overrides.json
	# Called by name: gonb copies itself when it is called by a path under /tmp.
	PATH=$root/.tools/bin:$PATH JUPYTER_DATA_DIR=$root/.jupyter/data gonb --install -force_deps \
		-logtostderr=false -stderrthreshold=FATAL -log_dir="$root/.jupyter/log" 2>"$logs/gonb.log" ||
		die "gonb --install failed: $(tail -n 1 "$logs/gonb.log")"
}

# Compiles and links what a cell may import, so that no cell waits for it.
compile() {
	say "compiling what notebooks import"
	go build ./...
	go build -tags deps ./notebooks/...
	local cell
	cell=$(mktemp -d)
	(
		trap 'rm -rf "$cell"' EXIT
		cp notebooks/deps.go "$cell/deps.go"
		printf 'package main\n\nfunc main() {}\n' >"$cell/main.go"
		sed -i.bak 's/^package notebooks$/package main/' "$cell/deps.go"
		cd "$cell"
		bash "$root/notebooks/setup.sh"
		go build -tags deps "-ldflags=-s -w" -o cell .
	)
}

mkdir -p "$stamps" "$logs" .tools/bin
if command -v flock >/dev/null; then # one set-up at a time
	exec 9>.tools/lock
	flock 9
fi

command -v go >/dev/null && command -v "$python" >/dev/null || prerequisites
go="$root $(go env GOVERSION GOCACHE CC CGO_ENABLED 2>&1 | tr '\n' ' ')"
py="$root $(command -v "$python") $("$python" -V 2>&1)"
modules=$(cat go.mod go.sum tools/setup.sh | cksum)
lock=$(cksum <requirements.lock)
imports=$(cat notebooks/deps.go notebooks/setup.sh | cksum)

# step NAME KEY FILE: runs NAME unless it has been finished with KEY and FILE is there.
step() {
	if [ ! -e "$3" ] || [ ! -f "$stamps/$1" ] || [ "$(<"$stamps/$1")" != "$2" ]; then
		rm -f "$stamps/$1"
		"$1"
		printf '%s\n' "$2" >"$stamps/$1.tmp"
		mv "$stamps/$1.tmp" "$stamps/$1"
	fi
}
step prerequisites "$go $py" go.mod
step go_tools "$go $modules" .tools/bin/gonb
step python_venv "$py $lock" .venv/bin/python
step plugin "$go $py $lock" .tools/pjrt
step kernel "$go $modules $(cksum <tools/labsettings.json)" .jupyter/data/kernels/gonb/kernel.json
step compile "$go $modules $imports" "$(go env GOCACHE)/00"
ls .tools/pjrt/*_plugin.so >/dev/null 2>&1 ||
	say "no XLA plugin for $(go env GOOS)/$(go env GOARCH): the plain Go sampler runs (to look again: rm -r .tools/pjrt; make setup)"
