#!/bin/sh
# Tests onehot sweep --slurm on a real Slurm: tests/slurm/slurm.sh [FOLDER]
#
# Starts munge, slurmctld and three slurmd (nodes of one CPU) on this machine, with their state in FOLDER
# and none elsewhere, as root; installs Debian's slurm-wlm and munge if they are missing. A sweep of six
# jobs then meets what happens on a cluster:
#   - a job is preempted (SIGTERM and requeued);
#   - a job comes near its time limit (SIGUSR1 to its script);
#   - a slurmd is killed and the job on its node stopped, so that Slurm queues it again while the lock of
#     its first process is still held;
#   - the follower is killed, and the same command follows the same array;
# and its table must have the bytes of an uninterrupted local sweep's, as must all models. Then another
# array is submitted by hand, from --list=slurm, with a job that fails.
#
# Exit status: 0; 1 if something failed, in which case FOLDER is kept; 77 if Slurm cannot run here.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
onehot=$(realpath "${ONEHOT:-build/default/onehot}")

skip() {
	echo "tests/slurm/slurm.sh: skipped, since $1"
	exit 77
}

missing() {
	for program in munged slurmctld slurmd sbatch squeue scontrol scancel; do
		command -v $program >/dev/null || return 0
	done
	return 1
}

[ "$(id -u)" -eq 0 ] || skip "only root can start Slurm's daemons"
if missing; then
	command -v apt-get >/dev/null || skip "Slurm is missing; install slurmctld, slurmd and munge"
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge >/dev/null 2>&1 || true
	missing && skip "Slurm is missing, and apt-get install slurm-wlm munge failed"
fi

dir=${1-$(mktemp -d "${TMPDIR:-/tmp}/onehot-slurm-XXXXXX")}
mkdir -p "$dir"
dir=$(realpath "$dir")
chmod 755 "$dir"
export SLURM_CONF="$dir/slurm.conf"

stop() {
	scancel --quiet --user=root 2>/dev/null || true
	for daemon in n1 n2 n3 slurmctld munged; do
		[ ! -e "$dir/$daemon.pid" ] || kill -9 "$(cat "$dir/$daemon.pid")" 2>/dev/null || true
	done
}
trap stop EXIT

fail() {
	echo "tests/slurm/slurm.sh: $1; see $dir" >&2
	exit 1
}

await() { # await SECONDS COMMAND ...: until it succeeds
	left=$(($1 * 5))
	shift
	while ! "$@"; do
		left=$((left - 1))
		[ $left -gt 0 ] || fail "still not: $*"
		sleep 0.2
	done
}

# ---- the cluster ----

cat >"$SLURM_CONF" <<END
ClusterName=onehot
SlurmctldHost=$(hostname)
SlurmctldPort=17900
SlurmUser=root
SlurmdUser=root
# A requeued job waits until its credential expires.
AuthInfo=socket=$dir/munge.socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmdTimeout=10
KillWait=20
SlurmctldPidFile=$dir/slurmctld.pid
SlurmctldLogFile=$dir/slurmctld.log
StateSaveLocation=$dir/state
SlurmdPidFile=$dir/%n.pid
SlurmdLogFile=$dir/%n.log
SlurmdSpoolDir=$dir/%n
SlurmdParameters=config_overrides
SelectType=select/cons_tres
NodeName=n[1-3] NodeHostname=$(hostname) Port=[17901-17903] CPUs=1 RealMemory=500 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
mkdir -p "$dir/state" "$dir/n1" "$dir/n2" "$dir/n3"
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 400 "$dir/munge.key"
munged --force --socket="$dir/munge.socket" --key-file="$dir/munge.key" --pid-file="$dir/munged.pid" \
	--log-file="$dir/munged.log" --seed-file="$dir/munge.seed" >"$dir/munged.out" 2>&1 ||
	skip "munged does not start: $(tail -n 1 "$dir/munged.out")"
slurmctld || skip "slurmctld does not start; see $dir/slurmctld.log"
for node in n1 n2 n3; do
	slurmd -N $node || skip "slurmd does not start; see $dir/$node.log"
done
idle() { [ "$(sinfo --noheader --Node --states=idle 2>/dev/null | wc -l)" -eq 3 ]; }
await 60 idle

# ---- the sweep ----

mkdir "$dir/local" "$dir/cluster"
for folder in local cluster; do
	cp -r tests/data/mnist-small "$dir/$folder/data"
	sed 's|tests/data/mnist-small|data|' tests/small.json >"$dir/$folder/small.json"
done
sweep() { # sweep FOLDER MORE ...
	(
		cd "$dir/$1"
		shift
		exec "$onehot" sweep small.json train.epochs=2000 train.checkpoint_seconds=0.5 \
			optimizer.learning_rate=0.02,0.05 seed=1..3 "$@"
	)
}

echo "== a local sweep, uninterrupted"
sweep local --jobs 2 --csv >"$dir/local.csv"

echo "== the same in Slurm"
sweep cluster --slurm=--mem=100 >"$dir/first.out" 2>"$dir/first.err" &
follower=$!
running() { [ "$(squeue --noheader --array --states=running | wc -l)" -eq 3 ]; }
started() { [ "$(find "$dir/cluster/runs" -name checkpoint 2>/dev/null | wc -l)" -ge 3 ]; }
await 60 running
await 120 started
# shellcheck disable=SC2046 # a job's number per node
set -- $(squeue --noheader --array --states=running --sort=N --format=%A)
name=$(squeue --noheader --array --states=running --format=%j | head -n 1)
restarts() { scontrol show job "$1" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p'; }
restarted() { [ "$(restarts "$1")" -ge 1 ]; }

kill -9 "$(cat "$dir/n3.pid")"
step=$(pgrep -f "^slurmstepd: \[$3\.") script=$(pgrep -P "$step") train=$(pgrep -P "$script")
kill -STOP "$step" "$script" "$train"
scontrol requeue "$1"
timeout 2 scancel --signal=USR1 --batch "$2" || true # it insists until the job runs again
kill -9 $follower
wait $follower 2>/dev/null || true
await 60 restarted "$1"
await 60 restarted "$2"
await 120 restarted "$3"
echo "   jobs $1 and $2 were requeued, and $3 when its node was lost"
kill -9 "$step" "$script" "$train"
slurmd -N n3

sweep cluster --slurm --csv >"$dir/cluster.csv" 2>"$dir/cluster.err" || fail "the sweep failed"
[ "$(squeue --noheader --array --states=all --name="$name" | wc -l)" -eq 6 ] || fail "not one array of six jobs"
cmp "$dir/local.csv" "$dir/cluster.csv" || fail "the tables differ"
for file in model.safetensors metrics.csv; do
	for run in "$dir"/local/runs/small-*; do
		cmp "$run/$file" "$dir/cluster/runs/${run##*/}/$file" || fail "$file differs"
	done
done
left=$(find "$dir/cluster/runs" -name lock -o -name '*.tmp' -o -name 'checkpoint*' -o -name '.onehot*')
[ -z "$left" ] || fail "the sweep leaves $left"
sweep cluster --slurm --csv | cmp - "$dir/local.csv" || fail "a second call prints another table"

echo "== an array that is submitted by hand, with a job that fails"
more="train.epochs=1 optimizer.learning_rate=0.03,1e9 seed=4"
# shellcheck disable=SC2086 # the overrides are words
by_hand() { (cd "$dir/cluster" && "$onehot" sweep small.json $more "$@"); }
by_hand --list=slurm | (cd "$dir/cluster" && sbatch >/dev/null)
idle_again() { [ "$(squeue --noheader | wc -l)" -eq 0 ]; }
await 120 idle_again
status=0
by_hand --slurm >"$dir/hand.out" 2>"$dir/hand.err" || status=$?
[ $status -eq 1 ] || fail "a sweep with a job that fails ends with $status"
grep -q '2 of 2  failed .*learning_rate=1e9' "$dir/hand.out" || fail "the job that fails is not named"
grep -q 'learning_rate=1e9: .*loss' "$dir/hand.out" || fail "the reason is not named"

stop
trap - EXIT
echo "a sweep with a preempted job, a job at its time limit, a lost node and a killed follower has the table" \
	"and the models of an uninterrupted one"
rm -rf "$dir"
