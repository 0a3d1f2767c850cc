# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - what every test file of tests/net and tests/cli stands on
#
# A file sources this, defines functions and runs each as a case:
#
#	. "$(dirname "$0")/../lib.sh"
#	pings() { sw_up 2; ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"; }
#	run_case none pings
#	finish
#
# Sourcing starts the file again inside its own mount, network and PID namespace: /run is
# empty, the bpffs at $XSWITCH_BPFFS is its own, and whatever a case forgets dies with it.
# Namespaces still carry a random prefix ($P), and a case must leave nothing: after its undo
# stack has run, a device, a namespace, a pin, or a BPF object of the switch is a failure.
#
# TEST_SWITCH=xswitch|hub|none says what connects the ports: the switch, a Linux bridge that
# never learns, or nothing. The first argument of run_case names those of `hub` and `none`
# with which the case must fail ("-": it makes no claim). With TEST_PROVE=1 that is what is
# tested, so that no case is green whatever it is given.
#
# XSWITCH		the tool, default build/xswitch
# XSW_FORCE_ATTACH	passed on; sw_up checks that the ports really use that hook
# TEST_SLOW		how much slower the machine may be than a real one: deadlines and ageing times
#			are longer, rates lower by this factor, default 1
set -u

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(dirname "$TESTS")
SELF=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")

# --- own machine -------------------------------------------------------------------------

lib_build() { # SOURCE...: tools, where they are missing or old
	local src out
	mkdir -p "$TOP/build/tests/tools"
	for src; do
		out=$TOP/build/tests/tools/$(basename "$src" .c)
		[ "$out" -nt "$src" ] && continue
		if ! ${CC:-cc} -std=gnu11 -O2 -Wall -Wextra -o "$out.$$" "$src"; then
			echo "cannot build $src" >&2
			exit 2
		fi
		mv "$out.$$" "$out"
	done
}

if [ -z "${XSW_TEST_INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "$0: network namespaces need root" >&2; exit 2; }
	lib_build "$TESTS"/tools/*.c
	XSW_TEST_TOOL=$(readlink -f "${XSWITCH:-$TOP/build/xswitch}")
	export XSW_TEST_TOOL XSW_TEST_INSIDE=1
	exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private \
		bash "$SELF" "$@"
fi

TOOL=$XSW_TEST_TOOL
XFRAME=$TOP/build/tests/tools/xframe
export XSTREAM=$TOP/build/tests/tools/xstream
SLOW=${TEST_SLOW:-1}
TEST_SWITCH=${TEST_SWITCH:-xswitch}
unset XSWITCH # for the tool it is the name of the switch
P=t$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')n
SW=sw0

mount -t tmpfs -o mode=0755 tmpfs /run && mkdir /run/netns || exit 2
# below it is writable by nobody else, so that an unprivileged process can be sent there
WORK=/run/xswitch-test
mkdir "$WORK" "$WORK/bpf"
# the one thing of the machine that the switch sets for a while: every file has its own
if [ -e /sys/kernel/rcu_expedited ]; then
	echo 0 >"$WORK/rcu_expedited"
	mount --bind "$WORK/rcu_expedited" /sys/kernel/rcu_expedited || exit 2
fi
export XSWITCH_BPFFS=$WORK/bpf
mount -t bpf bpf "$XSWITCH_BPFFS" || exit 2
ip link set lo up
sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 \
	net.bridge.bridge-nf-call-arptables=0 2>/dev/null

declare -i PASSED=0 FAILED=0 SKIPPED=0
declare -a UNDO=() SNIFFING=()
UNDERWAY= # frames may be
declare -A OUTER=() OUTER_NS=() SNIFFER=() # OUTER_NS: where it is, if not here

# --- verdicts ----------------------------------------------------------------------------

# Fails the case, from any subshell. Says where.
bad() {
	local i where=
	for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
		[ "${BASH_SOURCE[i]}" = "${BASH_SOURCE[0]}" ] || where=" (line ${BASH_LINENO[i - 1]})"
		[ -n "$where" ] && break
	done
	printf '%.1000s%s\n' "$*" "$where" >&2
	: >"$CASE/failed"
	kill -TERM "$CASE_PID" 2>/dev/null
	exit 1
}

# Ends the case without a verdict.
skip() {
	printf '%s\n' "$*" >"$CASE/skipped"
	exit 0
}

# equal WHAT GOT WANTED
equal() {
	[ "$2" = "$3" ] || bad "$1: got \"$2\", wanted \"$3\""
}

# like WHAT TEXT REGEX
like() {
	[[ $2 =~ $3 ]] || bad "$1: \"$2\" does not match \"$3\""
}

# expect STATUS COMMAND...: exit status, with $OUT and $ERR left to look at
expect() {
	local want=$1 got
	shift
	"$@" >"$CASE/out" 2>"$CASE/err"
	got=$?
	OUT=$(<"$CASE/out")
	ERR=$(<"$CASE/err")
	[ "$got" = "$want" ] || bad "$(printf '%q ' "${@##*/}"): exit $got, wanted $want: $ERR"
	case $got in
	1 | 2 | 3) like "stderr of $*" "$ERR" '^xswitch: ' ;;
	esac
	# a command that was refused has no data to show
	[ "$got" = 0 ] || [ "$got" = 4 ] || equal "stdout of failed $*" "$OUT" ""
}

# ms N: so many milliseconds, more on a slow machine
ms() { echo "$(($1 * SLOW))ms"; }

# wait_until MS COMMAND...: poll until it succeeds
wait_until() {
	local end=$((${EPOCHREALTIME/./} + $1 * SLOW * 1000))
	shift
	until "$@"; do
		[ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
		sleep 0.02
	done
}

not() { ! "$@"; }

# at_least N COMMAND...: it prints a number that is not less
at_least() { [ "$("${@:2}")" -ge "$1" ]; }

# --- cases -------------------------------------------------------------------------------

# undo COMMAND...: run it when the case ends, last one first
undo() {
	UNDO+=("$(printf '%q ' "$@")")
}

# A process in the background: it ends with the case.
reap() { kill "$1" 2>/dev/null || :; }

undo_all() {
	local i
	trap - TERM
	for ((i = ${#UNDO[@]} - 1; i >= 0; i--)); do
		eval "${UNDO[i]}" >/dev/null 2>"$CASE/undo" || sed "s/^/undo: /" "$CASE/undo"
	done
	UNDO=()
}

# Everything a case may leave behind, one thing a line.
leftovers() {
	# modules of the kernel's tunnels make the others, in every namespace
	ip -o link | awk -F': ' '$2 !~ /^(lo|(gre|gretap|erspan|ip6gre|ip6tnl|tunl|sit)0@.*)$/ {
		print "device", $2 }'
	find /run/netns -mindepth 1 -printf 'namespace %f\n' 2>/dev/null
	# the kernel itself puts progs.debug and maps.debug there (CONFIG_BPF_PRELOAD)
	find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug' 2>/dev/null | sed 's/^/pin /'
	tc qdisc show dev lo 2>/dev/null | grep -q clsact && echo "qdisc on lo"
	bpf_alive
}

# Note the ids of programs, maps and links that belong to the switches here.
bpf_note() {
	local kind
	[ "$TEST_SWITCH" = xswitch ] || return 0
	for kind in prog map link; do
		echo "\"$kind\""
		bpftool -f -j "$kind" show 2>/dev/null
	done | jq -nr --arg d "$XSWITCH_BPFFS/" '
		foreach inputs as $x (null; if $x | type == "string" then $x else . end;
			. as $kind | $x | arrays | .[] | select(any(.pinned[]?; startswith($d))) |
			"\($kind) \(.id)",
			(if $kind == "prog" then "map \(.map_ids[]?)" else empty end))' >>"$CASE/bpf"
}

# Those noted that still exist.
bpf_alive() {
	local kind id
	[ -s "$CASE/bpf" ] || return 0
	for kind in prog map link; do
		# an object is a line that begins with its number, and more lines that do not
		bpftool "$kind" show | sed -n "s/^\([0-9]*\):.*/$kind \1/p"
	done | sort >"$CASE/now"
	sort -u "$CASE/bpf" | comm -12 - "$CASE/now" | while read -r kind id; do
		echo "bpf $kind $id"
	done
}

clean() { [ -z "$(leftovers)" ]; }

# run_case "hub none"|none|- FUNCTION [ARGS...]
run_case() {
	local claims=$1 name=${*:2} verdict why='' dirty=''
	name=${name//_/ }
	shift
	CASE=$WORK/case
	if [ -n "${TEST_PROVE:-}" ]; then
		case " $claims " in
		*" $TEST_SWITCH "*) ;;
		*) return 0 ;;
		esac
	fi
	mkdir -p "$CASE"
	(
		CASE_PID=$BASHPID
		trap 'exit 1' TERM
		trap undo_all EXIT
		"$@"
	) >"$CASE/log" 2>&1 || : >"$CASE/failed"
	if ! wait_until 5000 clean; then
		leftovers | sed 's/^/left behind: /' >>"$CASE/log"
		dirty=1
		sweep
	fi
	verdict=ok
	[ -e "$CASE/failed" ] && verdict="not ok"
	if [ "$verdict" = ok ] && [ -e "$CASE/skipped" ]; then
		verdict=skip
		why=": $(<"$CASE/skipped")"
	elif [ -n "${TEST_PROVE:-}" ]; then
		name+=" (fails with $TEST_SWITCH)"
		if [ "$verdict" = ok ]; then verdict="not ok"; else verdict=ok; fi
	fi
	[ -n "$dirty" ] && verdict="not ok"
	case $verdict in
	ok) PASSED+=1 ;;
	skip) SKIPPED+=1 ;;
	*) FAILED+=1 ;;
	esac
	echo "$verdict $name$why"
	[ "$verdict" = "not ok" ] && sed 's/^/# /' "$CASE/log"
	rm -rf "$CASE"
	return 0
}

# A failed case must not spoil the next one: remove whatever is there. All of it is ours.
sweep() {
	local x
	for x in $(ip -o link | awk -F'[:@] *' '$2 != "lo" { print $2 }'); do
		ip link del "$x" 2>/dev/null
	done
	for x in /run/netns/*; do
		umount -l "$x" 2>/dev/null
		rm -f "$x"
	done
	find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug' -delete 2>/dev/null
}

finish() {
	local file=${SELF#"$TESTS/"}
	# a case left something that hangs: PID 1 going away ends it
	echo "# $file: $PASSED passed, $FAILED failed, $SKIPPED skipped"
	[ $FAILED = 0 ]
	exit
}

# --- the switch --------------------------------------------------------------------------

xsw() { "$TOOL" "$@"; }

# A setting: nothing to do for a hub, whose frames must betray it.
cfg() {
	[ "$TEST_SWITCH" = xswitch ] || return 0
	xsw "$@" || bad "xswitch $*: exit $?"
}

ns_name() { echo "$P$1"; }
ns() { local n=$P$1; shift; nsenter --net="/run/netns/$n" "$@"; }
# silent N ADDR [OPTION...]: who asks for it from namespace N gets no answer
silent() {
	ns "$1" ping -qc2 -i0.05 -W1 "${@:3}" "$2" >"$CASE/ping" 2>&1 && bad "an answer for $1 from $2"
	# what asks next would wait for the neighbour that was not found, and be dropped with it
	ns "$1" ip neigh flush to "$2" >/dev/null 2>&1
	return 0
}
ip4() { echo "10.77.$(($1 / 256)).$(($1 % 256))"; }
# addresses of so many ports: 10.77.0.1 and so on
subnet() { if [ "$1" -lt 255 ]; then echo 10.77.0.0/24; else echo 10.77.0.0/22; fi; }
ip6() { echo "fd77::$1"; }

# mac N [I]: the address of a pretended station behind port N
mac() { printf '02:5e:5e:00:%02x:%02x' "$1" "${2:-0}"; }

port_list() { # N...: names for --ports
	local i out=
	for i; do out+=,$P$i; done
	echo "${out#,}"
}

# sw_up N [UP-OPTION...]: ports 1..N in namespaces $P1..$PN, addresses 10.77.0.1 and on
sw_up() {
	local n=$1 i
	shift
	for ((i = 1; i <= n; i++)); do OUTER[$i]=${SW}p$i; done
	case $TEST_SWITCH in
	xswitch)
		undo xsw -S "$SW" down
		# shellcheck disable=SC2046
		xsw -S "$SW" up --ports "$(port_list $(seq "$n"))" --subnet "$(subnet "$n")" "$@" ||
			bad "up: exit $?"
		bpf_note
		if [ -n "${XSW_FORCE_ATTACH:-}" ]; then
			equal "hooks in use" "$(xsw -S "$SW" -j show | jq -r '[.[0].ports[].hook] |
				unique | join(" ")')" "$XSW_FORCE_ATTACH"
		fi
		;;
	hub | none)
		hub_up "$n" "$@"
		;;
	esac
	# frames that must not come are looked for at once: no address may still be tried out
	for ((i = 1; i <= n && n <= 16; i++)); do
		ns "$i" ip addr add "$(ip6 "$i")/64" dev eth0 nodad || bad "no eth0 in namespace $i"
	done
}

# mute N...: namespaces that have nothing of their own to say, for `up` to find: counters are exact
mute() {
	local n
	for n; do
		undo ip netns del "$P$n"
		ip netns add "$P$n"
		ns "$n" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	done
}

hub_up() {
	local n=$1 mtu=1500 prefix i
	prefix=$(subnet "$n")
	shift
	while [ $# -gt 1 ]; do
		[ "$1" = --mtu ] && mtu=$2
		shift
	done
	if [ "$TEST_SWITCH" = hub ]; then
		undo ip link del "$SW"
		ip link add "$SW" mtu "$mtu" type bridge ageing_time 0 mcast_snooping 0
		ip link set "$SW" up addrgenmode none
	fi
	for ((i = 1; i <= n; i++)); do
		undo ip netns del "$P$i"
		ip netns add "$P$i"
		undo ip link del "${OUTER[$i]}"
		ip link add "${OUTER[$i]}" mtu "$mtu" type veth peer name eth0 mtu "$mtu" netns "$P$i"
		ip link set "${OUTER[$i]}" addrgenmode none up
		if [ "$TEST_SWITCH" = hub ]; then
			ip link set "${OUTER[$i]}" master "$SW"
			ip link set "${OUTER[$i]}" type bridge_slave learning off
		fi
		ns "$i" ip link set lo up
		ns "$i" ip link set eth0 up
		ns "$i" ip addr add "$(ip4 "$i")/${prefix#*/}" dev eth0
	done
}

# crashes N COMMAND...: true if the command was killed at its Nth point
crashes() {
	local n=$1 rc
	shift
	{ # the shell tells of the kill, here to nobody
		XSW_CRASH_AT=$n "$TOOL" "$@" >"$CASE/out" 2>"$CASE/err"
		rc=$?
	} 2>/dev/null
	case $rc in
	137) return 0 ;;
	0) [ "$n" -gt 1 ] || bad "$*: no fault point at all"; return 1 ;;
	*) bad "$* with a crash at $n: exit $rc: $(<"$CASE/err")" ;;
	esac
}

# Names of ports are names of namespaces here.
port() { echo "$P$1"; }

# drops PORT-NUMBER REASON: it was counted. How often is for the golden table: namespaces have
# neighbour discovery of their own to send.
drops() {
	[ "$TEST_SWITCH" = xswitch ] || return 0
	at_least 1 counter "$1" ".drops.$2" || bad "$2 is not counted on port $1"
}

counter() { # PORT-NUMBER JQ-PATH below stats, e.g. .drops.too_big
	xsw -S "$SW" -j -s port show "$(port "$1")" | jq -r ".[0].stats$2 // 0"
}

# fdb_is MAC PORT-NUMBER|none [VLAN]; a hub has no table to be asked
fdb_is() {
	local got
	[ "$TEST_SWITCH" = xswitch ] || return 0
	arrived
	got=$(fdb_port "$1" "${3:-}")
	if [ "$2" = none ]; then
		equal "port of $1" "$got" ""
	else
		equal "port of $1" "$got" "$(port "$2")"
	fi
}

fdb_port() {
	# shellcheck disable=SC2086
	xsw -S "$SW" -j fdb get "$1" ${2:+vlan $2} 2>/dev/null | jq -r '.[0].port // empty'
}

# --- frames ------------------------------------------------------------------------------

FENCE_SRC=02:5e:5e:fe:ce:00
FENCE=ffffffffffff${FENCE_SRC//:/}88b6

# sniff N...: from now on record what arrives in these namespaces from our stations. Stations
# have addresses that begin with 02:5e:5e or 03:5e:5e; other noise is not looked at.
sniff() {
	local n
	for n; do
		: >"$CASE/sniff.$n"
		"$XFRAME" -n "$P$n" sniff eth0 --ready --filter src=02:5e:5e --filter src=03:5e:5e \
			--filter src=00:00:00:00:00:00 >>"$CASE/sniff.$n" &
		SNIFFER[$n]=$!
		undo reap $!
		SNIFFING+=("$n")
	done
	for n; do
		wait_until 3000 grep -q ready "$CASE/sniff.$n" || bad "the sniffer of $n does not start"
		: >"$CASE/sniff.$n"
	done
}

# No more sniffers, for another choice of namespaces.
unsniff() {
	local n
	for n in "${SNIFFING[@]}"; do
		reap "${SNIFFER[$n]}"
		wait "${SNIFFER[$n]}" 2>/dev/null
	done
	SNIFFING=()
}

# Has every frame sent so far either arrived or been dropped? A frame put straight onto the
# outer end of each port goes through the same queues. The first one may overtake a frame that
# still waits for its ingress; the second, sent after the first was seen, cannot.
fence() {
	local i n
	for i in 1 2; do
		for n in "${SNIFFING[@]}"; do
			"$XFRAME" ${OUTER_NS[$n]:+-n "${OUTER_NS[$n]}"} send "${OUTER[$n]}" \
				"${FENCE}0$i" || bad "no fence on port $n"
		done
		for n in "${SNIFFING[@]}"; do
			wait_until 3000 grep -q "^${FENCE}0$i" "$CASE/sniff.$n" ||
				bad "port $n is deaf: its outer end is ${OUTER[$n]}"
		done
	done
	UNDERWAY=
}

# What `send` has sent is through.
arrived() {
	[ -z "$UNDERWAY" ] || fence
}

# frames N: what arrived in namespace N, without the fence
frames() {
	grep -v "^$FENCE" "$CASE/sniff.$1"
}

forget() {
	local n
	for n in "${SNIFFING[@]}"; do : >"$CASE/sniff.$n"; done
}

send() { # N FRAME
	local n=$1
	shift
	"$XFRAME" -n "$P$n" send eth0 "$@" || bad "cannot send from namespace $n: $*"
	UNDERWAY=1
}

# reach FROM "TO..." FRAME: the frame goes from namespace FROM to exactly those, once each, not
# a bit changed; none of the others that are sniffed sees it
reach() {
	local from=$1 to=$2 hex n got want
	shift 2
	hex=$("$XFRAME" hex "$@") || bad "bad frame: $*"
	arrived
	forget
	send "$from" "$@"
	fence
	for n in "${SNIFFING[@]}"; do
		[ "$n" = "$from" ] && [[ " $to " != *" $n "* ]] && continue
		got=$(frames "$n")
		want=
		[[ " $to " == *" $n "* ]] && want=$hex
		[ "$got" = "$want" ] ||
			bad "from $from to \"$to\": namespace $n got \"$got\", wanted \"$want\" ($*)"
	done
}
