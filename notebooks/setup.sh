#!/usr/bin/env bash
# Lets a notebook's cells import this checkout. First cell of every notebook:
#
#	!*bash "$GONB_DIR/setup.sh"
#	%noautoget
#	%goflags "-ldflags=-s -w"
#
# "!*" runs it in the folder where GoNB keeps the cells' main.go and go.mod. It puts the project's own
# go.mod and go.sum there, without the tools, and requires the project itself, at this path: versions
# stay pinned, nothing is looked up, no network is used.
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ "$PWD" != "$root" ] || { echo "setup.sh: run it in a folder of its own" >&2; exit 1; }
module=$(sed -n 's/^module //p' "$root/go.mod")
sed -e '/^tool (/,/^)/d' -e '/^tool /d' "$root/go.mod" >go.mod
cp "$root/go.sum" go.sum
go mod edit -module="$module/cells" -require="$module@v0.0.0" -replace="$module=$root"
