#!/usr/bin/env bash
# The installation that set-up, the container images and the test in a fresh Debian tree share:
#
#   tools/install.sh system   as root, on Debian 12 or Ubuntu 22.04 or later: the packages and the Go that set-up needs
#   tools/install.sh check    whether what set-up needs is there (set-up calls it)
#   tools/install.sh project  set-up: everything else, into this folder, as any user
#   tools/install.sh cuda     after set-up: XLA's CUDA plugin and NVIDIA's libraries, into this folder
#
# system installs nothing that is there already, and Go into /usr/local/go.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(ca-certificates curl gcc git libc6-dev make python3 python3-venv unzip)

# Go as the module proxy has it: go.dev's release, in a zip. The sum is that of the zip.
go_version=1.26.5
go_zip=golang.org/toolchain/@v/v0.0.1-go$go_version.linux-amd64.zip
go_sum=fa1f92e41b70c6649bd78b1ab98b940f19adf3e71aeb0bcb5a177bcc25699df5

say() { echo "install: $*"; }
die() { echo "install: $*" >&2; exit 1; }
minimum_go() { sed -n 's/^go //p' go.mod; }
hint="on Debian or Ubuntu: sudo tools/install.sh system"

# enough_go GO: whether the command is a Go of go.mod's version or later.
enough_go() {
	local have
	have=$("$1" env GOVERSION 2>/dev/null) || have=$(cd / && "$1" version 2>/dev/null | cut -d' ' -f3) || return 1
	have=${have#go} have=${have%%[!0-9.]*}
	[ "$(printf '%s\n%s\n' "$(minimum_go)" "$have" | sort -V | head -n 1)" = "$(minimum_go)" ]
}

check() {
	local python=${PYTHON:-python3} cc
	command -v go >/dev/null || die "go is missing: install Go $(minimum_go) or later (https://go.dev/dl; $hint)"
	enough_go go || die "Go $(minimum_go) or later is needed, this is $(cd / && go version): https://go.dev/dl; $hint"
	cc=$(go env CC)
	command -v "${cc%% *}" >/dev/null || die "${cc%% *} is missing (cgo needs a C compiler): apt install gcc libc6-dev"
	command -v make >/dev/null || die "make is missing: apt install make"
	command -v "$python" >/dev/null || die "$python is missing: apt install python3 python3-venv"
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
		die "Python 3.10 or later is needed, this is $("$python" -V 2>&1): apt install python3 python3-venv"
	"$python" -c 'import ensurepip, venv' 2>/dev/null || die "Python's venv is missing: apt install python3-venv"
	[ "$(go env CGO_ENABLED)" = 1 ] || die "cgo is off, and XLA's plugin needs it: unset CGO_ENABLED"
	printf '#include <stdlib.h>\n' | $cc -E -x c - >/dev/null 2>&1 || die "the C library's headers are missing: apt install libc6-dev"
}

system() {
	[ "$(id -u)" = 0 ] || die "system packages are installed as root: sudo tools/install.sh system"
	command -v apt-get >/dev/null || die "there is no apt-get: install $(IFS=,; echo "${packages[*]}") and Go $(minimum_go) by hand"
	local p missing=()
	for p in "${packages[@]}"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
	done
	if [ ${#missing[@]} -gt 0 ]; then
		say "apt: ${missing[*]}"
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
	fi
	PATH=/usr/local/go/bin:$PATH
	if ! command -v go >/dev/null || ! enough_go go; then install_go; fi
	say "$(go version)"
}

install_go() {
	[ "$(uname -sm)" = "Linux x86_64" ] || die "no Go is known for $(uname -sm): install Go $(minimum_go) or later (https://go.dev/dl)"
	say "Go $go_version to /usr/local/go"
	local proxy=${GOPROXY:-https://proxy.golang.org} dir
	proxy=${proxy%%[,|]*}
	dir=$(mktemp -d /usr/local/.go.XXXXXX)
	# shellcheck disable=SC2064 # dir is known now
	trap "rm -rf '$dir'" EXIT
	curl -fsSL --retry 3 -o "$dir/go.zip" "${proxy%/}/$go_zip"
	echo "$go_sum  $dir/go.zip" | sha256sum -c --quiet - || die "the Go that was downloaded is not the one that is expected"
	unzip -q "$dir/go.zip" -d "$dir"
	find "$dir"/golang.org/toolchain@*/bin "$dir"/golang.org/toolchain@*/pkg/tool -type f -exec chmod +x {} +
	chmod -R go+rX "$dir"/golang.org/toolchain@*
	rm -rf /usr/local/go
	mv "$dir"/golang.org/toolchain@* /usr/local/go
	rm -rf "$dir"
	trap - EXIT
}

cuda() {
	[ -x .venv/bin/python ] || die "set-up comes first: make setup"
	say "XLA's CUDA plugin and NVIDIA's libraries (some 3 GB)"
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement docker/cuda.lock
	local site
	site=$(cd .venv/lib/python3*/site-packages && pwd)
	[ -f "$site/jax_plugins/xla_cuda13/xla_cuda_plugin.so" ] || die "the CUDA plugin is not in $site"
	# The plugin looks for NVIDIA's libraries two folders up from where it lies, go-xla one up from the path that it is given.
	ln -sfn xla_cuda_plugin.so "$site/jax_plugins/xla_cuda13/pjrt_c_api_cuda_plugin.so"
	mkdir -p .tools
	ln -sfn "$site/nvidia" .tools/nvidia
	ln -sfn "$site/jax_plugins/xla_cuda13" .tools/pjrt-cuda
	say "use it: GOMLX_BACKEND=xla:cuda PJRT_PLUGIN_LIBRARY_PATH=$PWD/.tools/pjrt-cuda"
}

case ${1-} in
system | check | cuda) "$1" ;;
project) exec tools/setup.sh ;;
*) die "usage: tools/install.sh system|check|project|cuda" ;;
esac
