#!/bin/sh
# Builds the Debian packages of the last commit and tries them: tests/deb.sh [ROOT]
#
# ROOT is a bare Debian system in which they are installed (as root, with network; debootstrap makes
# one):
#   - onehot alone: an ordinary user trains with the packaged config, from a folder of theirs, and gets
#     the golden hash;
#   - libonehot-dev alone, with gcc and pkg-config: its examples compile and run, with the shared and
#     the static library.
# Without ROOT the packages are unpacked into build/deb/root, and the same is tried with this machine's
# libraries. lintian, if it is installed, must find no error.
#
# Exit status: 0; 1 if something failed; 77 if packages cannot be built here.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
root=${1-}
config=configs/mnist.json

for need in dpkg-buildpackage:dpkg-dev dh:debhelper; do
	command -v "${need%:*}" >/dev/null || {
		echo "tests/deb.sh: skipped, since ${need%:*} is missing; install ${need#*:}"
		exit 77
	}
done

fail() {
	echo "tests/deb.sh: $1" >&2
	exit 1
}

mkdir -p build
${MAKE:-make} deb >build/deb.log 2>&1 || {
	tail -n 20 build/deb.log
	fail "make deb failed; build/deb.log has its output"
}
debs=$(ls build/deb/*.deb | grep -v dbgsym)
[ "$(echo "$debs" | wc -l)" -eq 3 ] || fail "not 3 packages: $debs"
if command -v lintian >/dev/null; then
	lintian --fail-on error build/deb/*.changes >build/deb/lintian.log 2>&1 || {
		cat build/deb/lintian.log
		fail "lintian found errors"
	}
else
	echo 'tests/deb.sh: without lintian, which is missing'
fi

# ---- in a root, or unpacked: install PACKAGES, remove PACKAGES, run COMMAND as an ordinary user ----

if [ -n "$root" ]; then
	mkdir -p "$root/debs"
	cp $debs "$root/debs"
	apt() {
		chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@" \
			>>build/deb/apt.log 2>&1 || fail "apt-get $* failed; build/deb/apt.log has its output"
	}
	apt update
	install() {
		for package; do
			shift
			[ ! -e "$root/debs/$package"_*.deb ] || package=/debs/$(cd "$root/debs" && echo "$package"_*.deb)
			set -- "$@" "$package"
		done
		apt install "$@"
	}
	remove() {
		apt purge "$@"
	}
	run() {
		chroot "$root" setpriv --reuid=nobody --regid=nogroup --clear-groups \
			env HOME=/nonexistent sh -euc "prefix=/usr; cd \$(mktemp -d); $1"
	}
else
	root=build/deb/root
	install() {
		for package; do
			[ ! -e "build/deb/$package"_*.deb ] || dpkg-deb -x "build/deb/$package"_*.deb "$root"
		done
	}
	remove() {
		rm -rf "$root"
	}
	run() {
		(
			prefix=$(pwd)/$root/usr
			library=$(dirname "$prefix"/lib/*/libonehot.so.0)
			export LD_LIBRARY_PATH="$library" LIBRARY_PATH="$library" CPATH="$prefix/include" \
				PKG_CONFIG_PATH="$library/pkgconfig"
			sh -euc "prefix=$prefix; cd \$(mktemp -d); $1"
		)
	}
fi

# ---- what users do ----

install onehot
run '! ls $prefix/lib/*/libonehot* 2>/dev/null || exit; $prefix/bin/onehot train $prefix/share/onehot/'$config' --quiet
     sha256sum runs/*/model.safetensors | cut -d" " -f1' >build/deb/hash
want=$(sed -n "s|^ *\"$config\": \"\(.*\)\".*|\1|p" tests/golden.json)
[ "$(tail -n 1 build/deb/hash)" = "$want" ] || fail "$config gave $(tail -n 1 build/deb/hash), not $want"
remove onehot

install libonehot0 libonehot-dev gcc libc6-dev pkg-config
for link in '-lonehot -lm -lpthread' '$(pkg-config --static --libs onehot | sed s/-lonehot/-l:libonehot.a/)'; do
	for example in xor live own_layer; do
		run "gcc -Wall -Werror \$prefix/share/doc/libonehot-dev/examples/$example.c -o $example $link && ./$example"
	done >build/deb/examples
	grep -qx '0 xor 1: 0.9[0-9]*' build/deb/examples || fail 'xor.c did not learn XOR'
	[ "$(grep -c '^SHA-256 ' build/deb/examples)" -eq 2 ] || fail 'live.c or own_layer.c trained no model'
done
remove libonehot-dev libonehot0
echo 'tests/deb.sh: the packages were built, installed and used'
