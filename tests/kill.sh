#!/bin/sh
# Usage: ONEHOT=build/default/onehot tests/kill.sh KILLS [FOLDER]
#
# Kills training runs with SIGKILL at random moments and resumes each, with another kernel and another
# number of threads, until it ends. Its model and metrics must equal those of an uninterrupted run,
# byte for byte, and every checkpoint must be readable. The runs take turns until KILLS runs have been
# killed; their files are in FOLDER.
#
# Exit status: 0 if all are equal; 1 if one is not or something failed, in which case FOLDER is kept.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
kills=${1:?usage: tests/kill.sh KILLS [FOLDER]}
root=${2-$(mktemp -d "${TMPDIR:-/tmp}/onehot-kill-XXXXXX")}
onehot=${ONEHOT:-build/default/onehot}

# One run per line: its name and its arguments.
trainings='
momentum        tests/small.json train.epochs=40 train.checkpoint_seconds=0.01
every-step      tests/small.json train.epochs=6 train.checkpoint_seconds=0
falling-rate    tests/small.json train.epochs=40 schedule={"type":"linear","warmup":0.1} train.checkpoint_seconds=0.005
adamw           tests/small-adamw.json train.epochs=40 train.checkpoint_seconds=0.01
augmented       tests/small-augment.json train.epochs=40 train.checkpoint_seconds=0.01
averaged        tests/small-average.json train.epochs=60 train.checkpoint_seconds=0.01 early_stopping.monitor=none
dropout         tests/small-options.json train.epochs=30 train.checkpoint_seconds=0.01
all-of-them     tests/small-options.json train.epochs=30 train.checkpoint_seconds=0.01 train.clip_norm=2 optimizer={"type":"adamw","learning_rate":0.01} early_stopping.monitor=loss early_stopping.patience=20
stop-by-loss    tests/small.json train.epochs=60 train.checkpoint_seconds=0.01 early_stopping.monitor=loss early_stopping.patience=6
stop-by-right   tests/small.json train.epochs=60 train.checkpoint_seconds=0.01 early_stopping.monitor=accuracy early_stopping.patience=9
'
files='model.safetensors metrics.csv model.last.safetensors'

random() { # random MOST: a number from 0 .. MOST - 1
	echo $(($(od -An -N4 -tu4 /dev/urandom) % $1))
}

kernels=$(ONEHOT_KERNEL=none "$onehot" schema 2>&1 | sed -n 's/.* has //p' | tr -d ,)

pick() { # pick WORD ...: one of them
	shift "$(random $#)"
	echo "$1"
}

fail() { # fail TEXT FOLDER
	echo "kill: $1; see $2" >&2
	exit 1
}

killed=0 ended=0 continued=0 inside=0

# Trains with a random kernel and kills the run after MILLISECONDS; with 0, trains to the end with the
# fastest kernel. Sets status.
start() { # start FOLDER MILLISECONDS ARGUMENT ...
	run=$1 limit=$2 kernel=${kernels%% *}
	shift 2
	status=0
	# shellcheck disable=SC2086 # the kernels are words
	[ "$limit" -eq 0 ] || kernel=$(pick $kernels)
	ONEHOT_KERNEL=$kernel "$onehot" train "$@" --threads "$(pick 1 2 3)" output="$run" \
		>"$run.out" 2>"$run.err" &
	if [ "$limit" -gt 0 ]; then
		sleep "$(printf '%d.%03d' $((limit / 1000)) $((limit % 1000)))"
		kill -s KILL $! 2>/dev/null || true
	fi
	wait $! 2>/dev/null || status=$?
	[ ! -s "$run.err" ] || fail "it printed: $(head -n 1 "$run.err")" "$run"
	continued=$((continued + $(grep -c '^continues' "$run.out" || true)))
	inside=$((inside + $(grep -c '^continues in' "$run.out" || true)))
}

# Kills one run again and again until it ends.
suffer() { # suffer NAME ARGUMENT ...
	name=$1
	shift
	rm -rf "${root:?}/$name"
	status=137
	while [ $status -eq 137 ]; do
		limit=0
		[ $killed -ge "$kills" ] || limit=$((1 + $(random "$(cat "$root/$name.whole.time")")))
		start "$root/$name" $limit "$@"
		[ $status -ne 137 ] || killed=$((killed + 1))
	done
	[ $status -eq 0 ] || fail "it ended with status $status" "$root/$name"
	ended=$((ended + 1))
	for file in $files; do
		if [ -e "$root/$name.whole/$file" ]; then
			cmp "$root/$name.whole/$file" "$root/$name/$file" || fail "$file differs" "$root/$name"
		fi
	done
	[ -z "$(find "$root/$name" -name 'checkpoint*' -o -name '*.tmp' -o -name lock)" ] ||
		fail "it left files behind" "$root/$name"
}

# Calls a function with each run's name and arguments.
each() { # each FUNCTION
	while read -r name arguments; do
		# shellcheck disable=SC2086 # the arguments are words
		[ -z "$name" ] || "$1" "$name" $arguments </dev/null
	done <<-END
		$trainings
	END
}

whole() { # whole NAME ARGUMENT ...: trains the uninterrupted run, and measures its time
	name=$1 begun=$(date +%s%N)
	shift
	start "$root/$name.whole" 0 "$@"
	echo $((($(date +%s%N) - begun) / 1000000)) >"$root/$name.whole.time"
	[ $status -eq 0 ] || fail "it ended with status $status" "$root/$name.whole"
}

mkdir -p "$root"
each whole
continued=0 inside=0
while [ $killed -lt "$kills" ]; do
	each suffer
done
rm -rf "$root"
echo "$killed kills in $ended runs: resumed $continued times, $inside of them within an epoch;" \
	"every model and metrics.csv equals that of the uninterrupted run"
