#!/bin/sh
# Usage: ONEHOT=build/default/onehot tests/kill.sh KILLS [FOLDER]
#
# Kills training runs with SIGKILL at random moments and resumes each, with another kernel and another
# number of threads, until it ends. Its files must equal those of an uninterrupted run, byte for byte,
# and every checkpoint must be readable. The other commands that write files are killed and then
# repeated, with the same result. In result.json and report.html, times, threads and the kernel do not
# count. The commands take turns until KILLS of them have been killed; their files are in FOLDER.
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
files='model.safetensors metrics.csv model.last.safetensors config.json result.json report.html'

# One command per line, in a folder that contains the finished run "run".
commands='
sweep           sweep small.json seed=1..3 train.epochs=2 --jobs 1 --html page.html
pack            pack --compose data sheets --train 200 --test 100
export          export run --c model.h --int8 --onnx model.onnx
calibrate       calibrate run
report          report run
boundary        boundary plane --frames 8 --out plane.svg
'

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
	: >"$run.out" >"$run.err" # there even if the kill comes first
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

same() { # same FILE FILE: whether they are equal but for what may vary
	case $1 in
	*/state) return 0 ;; # contains times
	*.json | *.html)
		for file in "$1" "$2"; do
			sed -E 's/((seconds|samples_per_second|threads|kernel)("|&quot;): *)[^,]*/\1/g
				s,(<dt>(seconds|samples_per_second|threads|kernel)</dt><dd>)[^<]*,\1,g' "$file" >"$root/same.$((n = ${n-0} % 2 + 1))"
		done
		cmp -s "$root/same.1" "$root/same.2"
		;;
	*) cmp -s "$1" "$2" ;;
	esac
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
			same "$root/$name.whole/$file" "$root/$name/$file" || fail "$file differs" "$root/$name"
		fi
	done
	[ -z "$(find "$root/$name" -name 'checkpoint*' -o -name '*.tmp' -o -name lock)" ] ||
		fail "it left files behind" "$root/$name"
}

prepare() { # prepare NAME: makes the folder of a command
	rm -rf "${root:?}/$1"
	mkdir "$root/$1"
	cp -r "$root/base/." "$root/$1"
}

# Runs a command in its folder, and kills it after MILLISECONDS (0: never). Sets status.
execute() { # execute NAME MILLISECONDS ARGUMENT ...
	folder=$root/$1 limit=$2 status=0
	shift 2
	: >"$folder.err"
	(cd "$folder" && exec "$program" "$@") >"$folder.out" 2>"$folder.err" &
	if [ "$limit" -gt 0 ]; then
		sleep "$(printf '%d.%03d' $((limit / 1000)) $((limit % 1000)))"
		kill -s KILL $! 2>/dev/null || true
	fi
	wait $! 2>/dev/null || status=$?
}

# Kills a command once and repeats it. A folder that pack refuses, since it is not empty, is removed.
repeat() { # repeat NAME ARGUMENT ...
	name=$1
	shift
	prepare "$name"
	execute "$name" $((1 + $(random "$(cat "$root/$name.whole.time")"))) "$@"
	[ $status -ne 137 ] || killed=$((killed + 1)) repeated=$((repeated + 1))
	[ $status -eq 0 ] || execute "$name" 0 "$@"
	if [ $status -eq 2 ] && [ "$name" = pack ]; then
		rm -rf "$root/$name/sheets"
		execute "$name" 0 "$@"
	fi
	[ $status -eq 0 ] || fail "repeated, it ends with status $status: $(cat "$root/$name.err")" "$root/$name"
	(cd "$root/$name.whole" && find . -type f) >"$root/files"
	while read -r file; do
		same "$root/$name.whole/$file" "$root/$name/$file" || fail "$file differs" "$root/$name"
	done <"$root/files"
	(cd "$root/$name" && find . -type f ! -name '*.tmp') >"$root/now"
	[ "$(sort "$root/now")" = "$(sort "$root/files")" ] || fail "it leaves files behind" "$root/$name"
}

complete() { # complete NAME ARGUMENT ...: runs the command that is not killed, and measures its time
	name=$1 begun=$(date +%s%N)
	shift
	prepare "$name.whole"
	execute "$name.whole" 0 "$@"
	echo $((($(date +%s%N) - begun) / 1000000)) >"$root/$name.whole.time"
	[ $status -eq 0 ] || fail "it ended with status $status: $(cat "$root/$name.whole.err")" "$root/$name.whole"
}

# Calls a function with the name and arguments in each line.
each() { # each FUNCTION LINES
	while read -r name arguments; do
		# shellcheck disable=SC2086 # the arguments are words
		[ -z "$name" ] || "$1" "$name" $arguments </dev/null
	done <<-END
		$2
	END
}

whole() { # whole NAME ARGUMENT ...: trains the uninterrupted run, and measures its time
	name=$1 begun=$(date +%s%N)
	shift
	start "$root/$name.whole" 0 "$@"
	echo $((($(date +%s%N) - begun) / 1000000)) >"$root/$name.whole.time"
	[ $status -eq 0 ] || fail "it ended with status $status" "$root/$name.whole"
}

mkdir -p "$root/base"
root=$(realpath "$root") program=$(realpath "$onehot")
ln -s "$PWD/tests/data/mnist-small" "$root/base/data"
sed 's|tests/data/mnist-small|data|' tests/small.json >"$root/base/small.json"
(cd "$root/base" && "$program" train small.json train.epochs=1 output=run --quiet)
"$onehot" train configs/tiny/three.json train.epochs=2 output="$root/base/plane" --quiet
each whole "$trainings"
each complete "$commands"
continued=0 inside=0 repeated=0
while [ $killed -lt "$kills" ]; do
	for _ in 1 2 3; do
		each repeat "$commands"
	done
	each suffer "$trainings"
done
rm -rf "$root"
echo "$killed kills: $ended runs were resumed $continued times, $inside of them within an epoch;" \
	"$repeated other commands were repeated; all files equal those of commands that were not killed"
