#!/bin/sh
# Usage: bench/scale/netem.sh RATE DELAY N PROGRAM ARGUMENT ...
#
# Runs PROGRAM on 2 N ranks, N in each of two network namespaces of this machine, which stand for two
# hosts: between them is a link of RATE (1gbit) with a DELAY (0.1ms) in each direction, made by tc netem
# or, in a kernel without it, by link.py. MPIRUN names the launcher, of Open MPI (mpirun, the default) or
# of MPICH (mpirun.mpich). Needs root, and Debian's iproute2. Exit status: that of mpirun; 77 if
# namespaces cannot be made here.
set -eu
rate=${1:?usage: bench/scale/netem.sh RATE DELAY N PROGRAM ARGUMENT ...} delay=$2 n=$3
shift 3
MPIRUN=${MPIRUN:-mpirun}
one=onehot-$$-1 two=onehot-$$-2

# As a remote shell for the launchers: netem.sh runs itself as "agent HOST COMMAND ...".
agent=$(mktemp "${TMPDIR:-/tmp}/onehot-agent-XXXXXX")
link=
trap '[ -z "$link" ] || kill "$link"; ip netns del "$one" 2>/dev/null; ip netns del "$two" 2>/dev/null; rm -f "$agent" "$agent.link"' EXIT
trap 'exit 130' INT TERM
{ ip netns add "$one" && ip netns add "$two"; } 2>/dev/null || {
	echo "netem: network namespaces cannot be made here (ip netns add)" >&2
	exit 77
}
ip link add link1 netns "$one" type veth peer name link2 netns "$two"
for i in 1 2; do
	tc -n "onehot-$$-$i" qdisc add dev "link$i" root netem rate "$rate" delay "$delay" limit 100000 2>/dev/null && continue
	ip -n "$one" link del link1
	"$(dirname -- "$0")/link.py" "$rate" "$delay" "$one" "$two" >"$agent.link" &
	link=$!
	until grep -q ready "$agent.link"; do
		kill -0 $link 2>/dev/null || exit 77
		sleep 0.1
	done
	break
done
for i in 1 2; do
	ip -n "onehot-$$-$i" address add "10.77.0.$i/24" dev "link$i"
	ip -n "onehot-$$-$i" link set lo up
	ip -n "onehot-$$-$i" link set "link$i" up
done
cat >"$agent" <<END
#!/bin/sh
while [ "\${1#-}" != "\$1" ]; do shift; done # options for ssh
host=\${1##*.}
shift
exec ip netns exec "onehot-$$-\$host" unshare -u sh -c "hostname host-\$host; cd '$PWD'; \$*"
END
chmod +x "$agent"

if "$MPIRUN" --version | grep -q 'Open'; then
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	set -- --mca plm_rsh_agent "$agent" --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 \
		--mca oob_tcp_if_include 10.77.0.0/24 --bind-to none --oversubscribe --mca plm_rsh_no_tree_spawn 1 \
		-H "10.77.0.1:$n,10.77.0.2:$n" -n $((2 * n)) "$@"
else
	set -- -launcher ssh -launcher-exec "$agent" -iface link1 -hosts "10.77.0.1:$n,10.77.0.2:$n" -n $((2 * n)) "$@"
fi
status=0
ip netns exec "$one" unshare -u sh -c 'hostname host-1; exec "$@"' sh "$MPIRUN" "$@" || status=$?
exit $status
