#!/usr/bin/env bash
# Follows the README in a fresh Debian tree, called by `make test-chroot` (as root; it needs debootstrap): the
# system's packages; then, as a user without rights and from empty caches, the two commands, the command line, and
# JupyterLab with its token. It ends with the time of each.
#
#   CHROOT_MIRROR        a mirror of Debian; default the first of apt's configuration
#   CHROOT_SUITE         default bookworm
#   CHROOT_TREE          a folder for the tree, kept; default a temporary one, removed
#   ISINGGRAPH_PROFILE   of `make notebooks`; fast for a quick look
#
# The log is build/chroot.log. Go's module proxy and pip's index are those that the environment names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { echo "chroot: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "debootstrap and chroot need root: sudo make test-chroot"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt install debootstrap"

mirror() {
	{ cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.* 2>/dev/null || true; } |
		sed -n -E 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]+).*/\3/p' | grep -v security | head -n 1
}
mirror=${CHROOT_MIRROR:-$(mirror)}
suite=${CHROOT_SUITE:-bookworm}
mkdir -p build
exec > >(tee build/chroot.log) 2>&1

profile=${ISINGGRAPH_PROFILE:-default}
tree=${CHROOT_TREE:-}
temporary=
[ -n "$tree" ] || temporary=$(mktemp -d)
tree=${tree:-$temporary}
mkdir -p "$tree"
chmod 755 "$tree" # the root of those without rights, too
times=() title="" begun=0

# finish: says, however the script ends, whether it passed and how long each step took.
finish() {
	[ "$title" = passed ] || { echo "== FAILED: $title"; times+=("$(printf '%6d s  %s' $((SECONDS - begun)) "$title")"); }
	printf '%s\n' "${times[@]}"
	[ -z "$temporary" ] || rm -rf --one-file-system "$temporary"
}
trap finish EXIT

# step TITLE: ends the step before, whose time it notes, and begins one.
step() {
	[ -z "$title" ] || times+=("$(printf '%6d s  %s' $((SECONDS - begun)) "$title")")
	title=$* begun=$SECONDS
	echo "== $title"
}

if [ ! -x "$tree/usr/bin/apt-get" ]; then
	step "Debian $suite by debootstrap"
	debootstrap --variant=minbase "$suite" "$tree" ${mirror:+"$mirror"} >build/debootstrap.log 2>&1 ||
		die "debootstrap failed: $(tail -n 1 build/debootstrap.log)"
fi

step "the project's files, as last committed"
home=$tree/home/reader
mkdir -p "$home/isinggraph" "$tree/etc/ssl/certs"
git archive HEAD | tar --extract --directory="$home/isinggraph"
# The network as this machine has it: names, certificates, pip's index.
cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$tree/etc/"
if [ -d /usr/local/share/ca-certificates ]; then
	mkdir -p "$tree/usr/local/share" && cp -rL /usr/local/share/ca-certificates "$tree/usr/local/share/"
fi
bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
[ ! -f "$bundle" ] || cp -L "$bundle" "$tree/etc/ssl/host.crt"
network=(SSL_CERT_FILE=/etc/ssl/host.crt CURL_CA_BUNDLE=/etc/ssl/host.crt PIP_CERT=/etc/ssl/host.crt)
for name in GOPROXY GOSUMDB GONOSUMDB GOFLAGS PIP_INDEX_URL http_proxy https_proxy no_proxy; do
	[ -z "${!name:-}" ] || network+=("$name=${!name}")
done

# inside USER COMMAND: runs a shell command in the tree, in name spaces of its own, so that mounts and processes end with it.
inside() {
	unshare --mount --pid --fork --kill-child bash -c '
		tree=$1 user=$2 command=$3
		shift 3
		mount -t proc proc "$tree/proc"
		mkdir -p "$tree/dev/shm" "$tree/dev/pts"
		mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$tree/dev/pts"
		mount -t tmpfs tmpfs "$tree/dev/shm"
		exec chroot "$tree" env -i HOME="$([ "$user" = root ] && echo /root || echo /home/reader)" USER="$user" LANG=C.UTF-8 TERM=dumb \
			PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" \
			setpriv --reuid="$user" --regid="$user" --init-groups bash -euo pipefail -c "cd /home/reader/isinggraph; $command"
	' inside "$tree" "$1" "$2" "${network[@]}"
}

step "tools/install.sh system, as root"
inside root "tools/install.sh system; id reader >/dev/null 2>&1 || useradd --home-dir /home/reader --shell /bin/bash reader; chown -R reader: /home/reader"
step "make setup, the first time"
inside reader "id; time make setup"
step "make setup, the second time"
inside reader "time make setup"
step "make notebooks, $profile profile"
inside reader "ISINGGRAPH_PROFILE=$profile make notebooks; ls -l build/*.html"
step "make test"
inside reader "make test"
step "the command line"
inside reader 'eval "$(make -s env)"; go build -o .tools/bin/ ./cmd/isinggraph; printf "0 1\n1 2\n2 3\n3 0\n" >ring.edges
	isinggraph sample ring.edges --factor -1 --schedule 0.1:3 --out cuts.npz; isinggraph color ring.edges --balance
	isinggraph train ring.edges --loss cut --steps 50 --out cut.csv'
step "JupyterLab, with its token and without"
inside reader '
	make lab PORT=18888 LABFLAGS="--no-browser --IdentityProvider.token=abc" >lab.log 2>&1 &
	for i in $(seq 60); do curl -fs -o page "http://127.0.0.1:18888/api/kernelspecs?token=abc" && break || sleep 1; done
	grep -q gonb page || { cat lab.log; exit 1; }
	refused=$(curl -s -o page -w "%{http_code}" http://127.0.0.1:18888/api/kernelspecs)
	[ "$refused" = 403 ] || { echo "without a token JupyterLab answered $refused"; exit 1; }
	echo "it serves the kernel gonb to those who have the token, and answers others with 403"'
step passed
