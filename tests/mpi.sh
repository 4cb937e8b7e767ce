#!/bin/sh
# Usage: tests/mpi.sh [KILLS]
#
# Trains with onehot-mpi, built with each implementation of MPI that is here (Open MPI: mpicc.openmpi,
# MPICH: mpicc.mpich, or mpicc alone):
#
# 1. all small configs and configs/mnist.json with 1, 2, 3, 4 and 7 ranks of 1 and 2 threads: the
#    hashes of tests/golden.json, and one process's metrics.csv;
# 2. bytes sent: what ranks count must equal the formula (bench/scale/scale.py check);
# 3. KILLS (50) kills of random ranks at random moments, each continued with another number of ranks
#    or with onehot, until the run ends: the bytes of an uninterrupted run. Some runs are interrupted
#    with SIGINT to mpirun instead; all processes must end within 30 seconds;
# 4. a full disk on rank 0: one sentence, and after there is room again, the same bytes;
# 5. small configs, and kills, between two network namespaces with tc netem (bench/scale/netem.sh).
#
# Exit status: 0 if all is as it should be; 1 if not; 77 if there is no mpicc.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
kills=${1-50}
onehot=build/default/onehot
root=$(mktemp -d "${TMPDIR:-/tmp}/onehot-mpi-XXXXXX")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe

fail() { # fail TEXT
	echo "mpi: $1; see $root" >&2
	exit 1
}

random() { # random MOST: a number from 0 .. MOST - 1
	echo $(($(od -An -N4 -tu4 /dev/urandom) % $1))
}

pick() { # pick WORD ...: one of them
	shift "$(random $#)"
	echo "$1"
}

# The implementations: suffixes of mpicc and mpirun, "" for those without one.
here=
for suffix in .openmpi .mpich; do
	command -v mpicc$suffix >/dev/null && command -v mpirun$suffix >/dev/null && here="$here $suffix"
done
[ -n "$here" ] || ! command -v mpicc >/dev/null || here=none
[ -n "$here" ] || {
	echo "mpi: there is no mpicc, so onehot-mpi is not tested (./bootstrap --mpi)" >&2
	exit 77
}

use() { # use SUFFIX: sets mpi and mpirun, and builds
	[ "$1" != none ] || set -- ''
	mpi=build/mpi$1/onehot-mpi mpirun=mpirun$1
	env -u MAKEFLAGS "${MAKE:-make}" -s mpi MPI="build/mpi$1" MPICC="mpicc$1" >"$root/make.out" 2>&1 || fail "make mpi failed"
}

same() { # same ONE OTHER: whether two runs have the same bytes
	for file in model.safetensors metrics.csv; do
		cmp "$1/$file" "$2/$file" || fail "$file differs"
	done
}

# ---- 1. golden hashes ----

golden() { # golden CONFIG
	want=$(sed -n "s|^ *\"$1\": \"\([0-9a-f]*\)\".*|\1|p" tests/golden.json)
	rm -rf "$root/one"
	"$onehot" train "$1" --quiet output="$root/one"
	[ "$(sha256sum <"$root/one/model.safetensors" | cut -c 1-64)" = "$want" ] || fail "onehot $1: not the golden hash"
	for ranks in 1 2 3 4 7; do
		for threads in 1 2; do
			rm -rf "$root/run"
			timeout 1200 "$mpirun" -n "$ranks" "$mpi" train "$1" --quiet --threads "$threads" output="$root/run" ||
				fail "$mpirun -n $ranks $1 failed"
			same "$root/one" "$root/run"
			trained=$((trained + 1))
		done
	done
}

# ---- 3. kills ----

runs='
momentum  tests/small.json train.epochs=60 train.checkpoint_seconds=0.01
adamw     tests/small-adamw.json train.epochs=60 train.checkpoint_seconds=0.01
all       tests/small-options.json train.epochs=40 train.checkpoint_seconds=0.01 train.clip_norm=2 optimizer={"type":"adamw","learning_rate":0.01} early_stopping.monitor=loss early_stopping.patience=30
'

alive() { # alive FOLDER: the ranks that train in it
	pgrep -f "^$mpi train .*output=$1( |\$)" || true
}

# Trains in FOLDER with a random number of ranks; after MILLISECONDS kills a random rank, or
# interrupts mpirun. Sets status.
start() { # start FOLDER MILLISECONDS ARGUMENT ...
	run=$1 limit=$2 status=0
	shift 2
	if [ "$(random 5)" -eq 0 ]; then
		"$onehot" train "$@" output="$run" --quiet >"$run.out" 2>&1 || fail "onehot failed: $(tail -n 1 "$run.out")"
		alone=$((alone + 1))
		return
	fi
	"$mpirun" -n "$(pick 2 3 4)" "$mpi" train "$@" --threads "$(pick 1 2)" output="$run" >"$run.out" 2>&1 &
	process=$!
	sleep "$(printf '%d.%03d' $((limit / 1000)) $((limit % 1000)))"
	victims=$(alive "$run")
	if [ -z "$victims" ] || [ "$(random 4)" -eq 0 ]; then
		kill -s INT $process 2>/dev/null || true
	else
		# shellcheck disable=SC2086 # the processes are words
		kill -s KILL "$(pick $victims)" 2>/dev/null || true
	fi
	begun=$(date +%s)
	wait $process 2>/dev/null || status=$?
	while [ -n "$(alive "$run")" ]; do
		[ $(($(date +%s) - begun)) -lt 30 ] || fail "after a kill, ranks are still running"
		sleep 0.1
	done
}

suffer() { # suffer NAME ARGUMENT ...: kills one run again and again until it ends
	name=$1
	shift
	[ -e "$root/$name.whole" ] || "$onehot" train "$@" --quiet output="$root/$name.whole"
	rm -rf "$root/kill"
	while [ ! -e "$root/kill/result.json" ]; do
		start "$root/kill" $((300 + $(random 3000))) "$@"
		[ $status -eq 0 ] || killed=$((killed + 1))
	done
	same "$root/$name.whole" "$root/kill"
}

# ---- all of it, for each implementation ----

for suffix in $here; do
	use "$suffix"
	trained=0
	for config in $(sed -n 's/^ *"\(tests\/[^"]*\|configs\/tiny\/[^"]*\|configs\/mnist.json\)".*/\1/p' tests/golden.json); do
		golden "$config"
	done
	echo "$mpirun: $trained runs have the bytes of one process"

	ONEHOT_MPI=$mpi MPIRUN=$mpirun bench/scale/scale.py check >"$root/check.out" 2>&1 ||
		fail "the bytes sent are not those of the formula: $(tail -n 1 "$root/check.out")"
	echo "$mpirun: the bytes that rank 0 received equal the formula in $(wc -l <"$root/check.out") runs"

	killed=0 alone=0
	while [ $killed -lt "$kills" ]; do
		while read -r name arguments; do
			# shellcheck disable=SC2086 # the arguments are words
			[ -z "$name" ] || suffer "$name" $arguments </dev/null
		done <<-END
			$runs
		END
	done
	echo "$mpirun: after $killed kills and interruptions, with $alone runs continued by onehot, every run has" \
		"the bytes of an uninterrupted one"

	mkdir -p "$root/disk"
	if mount -t tmpfs -o size=600k tmpfs "$root/disk" 2>/dev/null; then
		"$mpirun" -n 3 "$mpi" train tests/small-adamw.json train.checkpoint_seconds=0 --quiet \
			output="$root/disk/run" >"$root/full.out" 2>&1 && fail "a full disk was no error"
		[ "$(grep -c 'No space left on device' "$root/full.out")" -eq 1 ] || fail "a full disk: not one sentence"
		mount -o remount,size=50m "$root/disk"
		"$mpirun" -n 2 "$mpi" train tests/small-adamw.json --quiet output="$root/disk/run"
		rm -rf "$root/one"
		"$onehot" train tests/small-adamw.json --quiet output="$root/one"
		same "$root/one" "$root/disk/run"
		umount "$root/disk"
		echo "$mpirun: a full disk ends all ranks, and the run continues when there is room"
	fi

	for config in tests/small.json tests/small-attention.json configs/mnist.json; do
		rm -rf "$root/one" "$root/run"
		"$onehot" train $config --quiet output="$root/one" train.epochs=2
		status=0
		MPIRUN=$mpirun bench/scale/netem.sh 1gbit 0.1ms 2 "$mpi" train $config --quiet --threads 1 \
			output="$root/run" train.epochs=2 2>"$root/netem.out" || status=$?
		[ $status -ne 77 ] || break
		[ $status -eq 0 ] || fail "between two namespaces, $config failed: $(tail -n 1 "$root/netem.out")"
		same "$root/one" "$root/run"
	done
	if [ $status -eq 77 ]; then
		echo "$mpirun: not tested between network namespaces, which cannot be made here"
	else
		echo "$mpirun: the same bytes between two network namespaces"
	fi
done
rm -rf "$root"
