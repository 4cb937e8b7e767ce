#!/bin/sh
# Usage: tests/repro.sh [MACHINE ...]
#
# Trains the golden configs in every possible way, and compares the SHA-256 of each model with
# tests/golden.json. A cell of this matrix is a machine, a compiler, its flags, a kernel, a config
# and a number of threads. The machines:
#   native                   gcc, clang; -O0, -O2, -O3, -O3 -march=native. The configs in tests/ in
#                            every kernel of this CPU, with 1, 2, 3 and 7 threads; those in configs/ in
#                            the best kernel, and with -march=native in every one. The plain trainer
#                            (src/plain) must end with the parameters of mnist.json and softmax.json.
#   aarch64 riscv64 s390x    gcc, clang; -O0, -O3, with cross compilers and qemu: the core alone
#                            (tests/core) on the configs in tests/, in every kernel, with 1, 2, 3 and
#                            7 threads; with -O0, which qemu runs slowly, with 3. s390x is big-endian.
# Each build is also checked for fused multiply-adds (tests/disassembly.sh).
#
# Exit status: 0 if every cell ran and has the golden hash; 1 if a cell does not have it; 77 if all
# cells that ran have it but some could not run, in which case it prints what to install. (make repro
# shows the status as "Error 1" or "Error 77".)
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
root=build/repro
cpus=$(getconf _NPROCESSORS_ONLN)

configs() { # configs FOLDER: the golden configs in it, except those that take minutes
	sed -n "s|^ *\"\($1/.*\)\":.*|\1|p" tests/golden.json | grep -v -e ^configs/distill/ -e ^configs/best.json
}

# ---- one row: a build, a kernel and a config, with several numbers of threads ----

native() { # native BUILD KERNEL CONFIG THREADS RUN: trains, prints the model's SHA-256
	ONEHOT_KERNEL=$2 "$root/$1/onehot" train "$3" --threads "$4" output="$5" | sed -n 's/^sha256 *//p'
}

plain() { # plain BUILD - CONFIG: trains with src/plain; prints the SHA-256 of the host's model
	# if the parameters are equal, otherwise of its own parameters
	name=$(basename "$3" .json)
	model=$root/host/$name/model.safetensors
	header=$(od -An -t u8 -N 8 "$model")
	got=$("$root/$1/plain" "$name" | sed -n 's/^sha256 *//p')
	want=$(tail -c +$((9 + header)) "$model" | sha256sum)
	[ "$got  -" != "$want" ] || got=$(sha256sum <"$model")
	echo "${got%  -}"
}

foreign() { # like native, for a build whose name begins with its machine
	ONEHOT_KERNEL=$2 "qemu-${1%%-*}" "$root/$1/core" "$root/$(basename "$3").input" "$4" "$5/theta" &&
		"$root/host/host" finish "$3" "$5/theta" "$5"
}

row() { # row BUILD KERNEL CONFIG THREADS ...
	build=$1 kernel=$2 config=$3 said=''
	shift 3
	want=$(sed -n "s|^ *\"$config\": \"\(.*\)\".*|\1|p" tests/golden.json)
	for threads; do
		run=$root/$build/runs/$kernel-$threads-$(basename "$config" .json)
		rm -rf "$run"
		mkdir -p "$run"
		case $build-$kernel in
		*-plain) way=plain ;;
		gcc-* | clang-*) way=native ;;
		*) way=foreign ;;
		esac
		got=$($way "$build" "$kernel" "$config" "$threads" "$run" 2>"$run.log") || got=''
		case $got in
		"$want") verdict=same why='' ;;
		'') verdict=FAILED why=$(head -n 1 "$run.log") ;;
		*) verdict=DIFFERS why=$got ;;
		esac
		said="$said, $threads $verdict"
		echo "$verdict: $build $kernel $config $threads: $why" >>"$root/cells"
	done
	printf '%-22s %-8s %-22s threads: %s\n' "$build" "$kernel" "$config" "${said#, }"
}

if [ "${1-}" = row ]; then # called by xargs, below
	shift
	row "$@"
	exit
fi

# ---- the builds and their rows ----

skip() { # skip WHAT PACKAGES
	echo "$1: skipped; to include it: apt-get install --no-install-recommends $2" >>"$root/skipped"
}

links() { # links COMPILER ...: whether it links a static program with libc
	echo '#include <stdio.h>
	int main(void) { return puts(""); }' | "$@" -static -x c -o "$root/links" - 2>/dev/null
}

make_build() { # make_build BUILD OBJDUMP VARIABLE=VALUE|TARGET ...
	build=$1 objdump=$2
	shift 2
	if "${MAKE:-make}" -s -j "$cpus" BUILD="$root/$build" "$@" >"$root/$build.log" 2>&1 &&
		tests/disassembly.sh "$root/$build" "$objdump" >>"$root/$build.log" 2>&1; then
		echo "same: $build" >>"$root/cells"
		printf '%-22s built: %s\n' "$build" "$(tail -n 1 "$root/$build.log")"
	else
		echo "FAILED: $build" >>"$root/cells"
		printf '%-22s FAILED:\n' "$build"
		grep -v '^  [cl]' "$root/$build.log" || true
	fi
}

native_builds() {
	for cc in gcc clang; do
		if ! command -v $cc >/dev/null; then
			skip "native with $cc" $cc
			continue
		fi
		for flags in -O0 -O2 -O3 '-O3 -march=native'; do
			# no =, which would make a variable of a target
			build=$cc$(echo "$flags" | sed 's/ *-/-/g; s/=/-/')
			make_build "$build" objdump CC=$cc CFLAGS="$flags" all core "$root/$build/plain"
			kernels=$("$root/$build/core") || continue
			for kernel in $kernels; do
				configs tests | sed "s|.*|$build $kernel & 1 2 3 7|"
			done >>"$root/rows"
			for config in mnist softmax; do
				echo "$build plain configs/$config.json 1" >>"$root/rows"
			done
			best=${kernels%%
*}
			set -- 2 3 7
			for config in $(configs configs); do
				case $flags in *native) ;; *) kernels=$best ;; esac
				for kernel in $kernels; do
					echo "$build $kernel $config $1"
				done >>"$root/rows"
				set -- "$2" "$3" "$1"
			done
		done
	done
}

foreign_builds() { # foreign_builds MACHINE DEBIAN'S-NAME-OF-IT
	triple=$1-linux-gnu
	if ! links "$triple-gcc" || ! command -v "qemu-$1" >/dev/null; then
		skip "$1" "gcc-$triple libc6-dev-$2-cross qemu-user"
		return
	fi
	# No clang for s390x: it uses MDEBR, which qemu 7.2 computes incorrectly (3 x 5 gives 160).
	[ "$1" = s390x ] && compilers=gcc || compilers='gcc clang'
	for cc in $compilers; do
		[ "$cc" = gcc ] && command=$triple-gcc || command="clang --target=$triple"
		for flags in -O0 -O3; do
			[ "$flags" = -O0 ] && threads=3 || threads='1 2 3 7'
			make_build "$1-$cc$flags" "$triple-objdump" CC="$command" CFLAGS=$flags LDFLAGS=-static core
			for kernel in $("qemu-$1" "$root/$1-$cc$flags/core"); do
				configs tests | sed "s|.*|$1-$cc$flags $kernel & $threads|"
			done >>"$root/rows"
		done
	done
}

[ $# -gt 0 ] || set -- native aarch64 riscv64 s390x
mkdir -p "$root"
rm -f "$root/skipped"
: >"$root/cells"
: >"$root/rows"
for machine; do
	case $machine in
	native) native_builds ;;
	aarch64) foreign_builds aarch64 arm64 ;;
	riscv64 | s390x) foreign_builds "$machine" "$machine" ;;
	*)
		echo "repro: unknown machine \"$machine\"; there are native, aarch64, riscv64 and s390x" >&2
		exit 2
		;;
	esac
done
"${MAKE:-make}" -s -j "$cpus" BUILD="$root/host" "$root/host/host" "$root/host/onehot" >"$root/host.log" 2>&1
test -f data/several/dataset.json || "$root/host/onehot" pack --compose data/mnist data/several
for config in mnist softmax; do # for plain
	"$root/host/onehot" train "configs/$config.json" output="$root/host/$config" --fresh --quiet
done
for config in $(configs tests); do
	"$root/host/host" dump "$config" "$root/$(basename "$config").input"
done
[ ! -s "$root/rows" ] || xargs -P "$cpus" -L 1 tests/repro.sh row <"$root/rows"

# ---- the summary ----

total=$(wc -l <"$root/cells")
same=$(grep -c '^same' "$root/cells" || true)
grep -v '^same' "$root/cells" || true
[ ! -e "$root/skipped" ] || cat "$root/skipped"
echo "$total cells: $same same, $((total - same)) not"
[ "$same" -eq "$total" ] || exit 1
[ ! -e "$root/skipped" ] || exit 77
