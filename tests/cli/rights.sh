#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every command with exactly the capabilities it needs, as a user that owns a bpffs and nothing
# else; and with each of them taken away: it is named, and nothing is half made. Processes that
# stay give up what they need no more. Modes of what is made.
#
# shellcheck disable=SC2317,SC2086 # cases are called by name; numbers need no quotes
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

NOBODY=65534
POOR=$WORK/xswitch
ROOT=$XSWITCH_BPFFS/xswitch

# as CAPS COMMAND...: with these ("bpf,net_admin", "" none) and no others, little memory to lock
as() {
	local c list=-all
	for c in ${1//,/ }; do list+=,+$c; done
	prlimit --memlock=65536:65536 setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups \
		--bounding-set "$list" --inh-caps "$list" --ambient-caps "$list" "${@:2}"
}

poor() { as "$1" "$POOR" "${@:2}"; }

# The bpffs, the names of namespaces and the program are theirs.
a_poor_user() {
	cp "$TOOL" "$POOR" && chmod 755 "$POOR"
	chown "$NOBODY" "$XSWITCH_BPFFS" /run/netns
	undo chown 0 "$XSWITCH_BPFFS" /run/netns
	undo poor net_admin,sys_admin down --all
	undo ip link del "${P}d"
	ip link add "${P}d" type veth peer name "${P}e" || bad "no veth"
	ip link set "${P}e" up
}

# needs CAPS WORDS...
needs() {
	local caps=$1 cap without
	shift
	for cap in ${caps//,/ }; do
		without=,$caps,
		without=${without/,$cap,/,}
		expect 2 poor "${without//,/ }" "$@"
		like "without $cap: $*" "$ERR" "not permitted without .*CAP_${cap^^}( |,)"
		for other in ${without//,/ }; do
			[[ $ERR != *CAP_${other^^}* ]] || bad "without $cap: $*: $ERR"
		done
	done
	expect 0 poor "$caps" "$@"
}

# CAP_SYS_ADMIN includes CAP_BPF and CAP_PERFMON.
each_command() {
	local file=$WORK/topo.yaml
	a_poor_user
	echo "switches: {sw1: {ports: {h1: {type: host}}}}" >"$file"
	undo rm "$file"
	while IFS='|' read -r caps words; do
		[ -n "$words" ] || continue
		needs "$caps" $words
	done <<-END
		bpf,perfmon,net_admin|up
		bpf,net_admin|port add d type dev dev ${P}d
		bpf,net_admin|port add h type host address 10.9.9.1/24
		bpf,net_admin|port add v type vxlan remote 10.9.9.7
		net_admin,sys_admin|port add $(port 1)
		|show
		|-s -d -j show
		|port show
		|fdb show
		|stats
		|stats vlan
		|vlan show
		|mirror show
		|wire show
		|metrics
		|--dry-run port del d
		|port set d learning off
		|port set d storm broadcast 10pps
		|port set d allowed_macs 02:00:00:00:00:01
		|set ageing 20
		|fdb add 02:00:00:00:00:01 dev d
		|fdb get 02:00:00:00:00:01
		|fdb del 02:00:00:00:00:01
		|fdb flush
		|vlan add dev d vid 3
		|port set d mode transparent
		|mirror add m from d to h
		|mirror del m
		net_admin|port set h mtu 1400
		net_admin,sys_admin|port set $(port 1) mtu 1400
		bpf,perfmon,net_admin|trace d dst 02:00:00:00:00:01 src 02:00:00:00:00:02
		sys_admin|export
		bpf,perfmon,net_admin|apply $file
		|diff $file
		net_admin|down $file
		net_admin,sys_admin|set fdb_size 1000
		net_admin,sys_admin|upgrade --force
		net_admin,sys_admin|up --ports $(port 2) --hook xdp
		net_admin,sys_admin|port del $(port 2)
		net_admin,sys_admin|port del $(port 1)
		net_admin|port del d
		net_admin|down
	END
	equal "left" "$(find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug')" ""
}

# --- what stays ----------------------------------------------------------------------------

status() { awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status" 2>/dev/null; }
caps() { echo $((0x$(status "$1" "Cap$2"))); }

# bits CAP...: of include/uapi/linux/capability.h
bits() {
	local c n=0
	local -A number=([net_admin]=12 [sys_admin]=21 [perfmon]=38 [bpf]=39)
	for c; do n=$((n | 1 << ${number[$c]})); done
	echo $n
}

# may PID CAP...: has these and gets no others, whatever it executes
may() {
	local pid=$1 set
	shift
	for set in Prm Eff Bnd; do
		equal "Cap$set" "$(caps "$pid" "$set")" "$(bits "$@")"
	done
	equal "CapAmb" "$(caps "$pid" Amb)" 0
	equal "NoNewPrivs" "$(status "$pid" NoNewPrivs)" 1
}

settled() { kill -0 "$1" && [ "$(status "$1" NoNewPrivs)" = 1 ]; }

# stays "CAP..." COMMAND...: runs as root, and keeps only these
stays() {
	local pid
	"$TOOL" "${@:2}" >"$CASE/out" 2>"$CASE/err" &
	pid=$!
	undo reap $pid
	wait_until 10000 settled $pid || bad "${*:2}: does not give up its rights: $(<"$CASE/err")"
	may $pid $1
	if [[ " ${*:2} " == *" --listen "* ]]; then
		children=$(<"/proc/$pid/task/$pid/children")
		equal "processes of ${*:2}" "$(wc -w <<<"$children")" 1
		wait_until 5000 grep -q 'metrics at' "$CASE/err" || bad "no address"
		may ${children// /}
		equal "user" "$(status "${children// /}" Uid)" 65534
		equal "groups" "$(status "${children// /}" Groups)" ""
		equal "descriptors of it" "$(find "/proc/${children// /}/fd" -lname 'anon_inode:bpf*' |
			wc -l)" 0
		like "page" "$(curl -s "$(sed -n 's/.*metrics at //p' "$CASE/err")")" xswitch_build
	fi
	kill -INT $pid
	wait $pid || bad "${*:2}: exit $?: $(<"$CASE/err")"
}

processes_that_stay() {
	sw_up 2
	stays "" monitor
	stays "" stats --watch
	stays "bpf perfmon net_admin" trace --live
	stays "bpf perfmon net_admin" capture "$(port 1)" -w "$CASE/pcap"
	equal "mode of the capture" "$(stat -c %a "$CASE/pcap")" 600
	stays "bpf perfmon net_admin sys_admin" agent
	stays "bpf perfmon net_admin sys_admin" agent --listen 0
	stays sys_admin metrics --listen 0
}

# A server whose other half is killed says so and ends; an agent goes on.
the_other_half_is_killed() {
	local pid
	sw_up 1
	"$TOOL" metrics --listen 0 2>"$CASE/err" &
	pid=$!
	undo reap $pid
	wait_until 10000 settled $pid || bad "does not start"
	kill -KILL "$(<"/proc/$pid/task/$pid/children")"
	wait $pid
	equal "exit status" $? 2
	like "error" "$(<"$CASE/err")" 'the process that spoke HTTP has ended'
	"$TOOL" agent --listen 0 2>"$CASE/err" &
	pid=$!
	undo reap $pid
	wait_until 10000 settled $pid || bad "does not start"
	kill -KILL "$(<"/proc/$pid/task/$pid/children")"
	wait_until 5000 grep -q 'served no more' "$CASE/err" || bad "nothing is said"
	kill -INT $pid
	wait $pid || bad "exit $?"
}

# --- modes ---------------------------------------------------------------------------------

modes() {
	local mask
	for mask in 000 022 077 277 777; do
		(umask "$mask" && exec "$TOOL" up --ports "$(port_list 1 2)" --subnet none) || bad "up: $?"
		(umask "$mask" && exec "$TOOL" mirror add m from "$(port 1)" to "$(port 2)") || bad "mirror"
		(umask "$mask" && exec "$TOOL" set fdb_size 1000) || bad "set"
		equal "umask $mask: directories that are not 0700" \
			"$(find "$ROOT" -type d ! -perm 700)" ""
		equal "umask $mask: pins that are not 0600" "$(find "$ROOT" ! -type d ! -perm 600)" ""
		equal "umask $mask: names of namespaces" "$(stat -c %a /run/netns)" 755
		expect 0 xsw down
	done
	# what is written for people is as they want it
	sw_up 1
	(umask 027 && exec "$TOOL" capture "$(port 1)" -w "$CASE/pcap") &
	undo reap $!
	wait_until 5000 test -e "$CASE/pcap"
	equal "mode" "$(stat -c %a "$CASE/pcap")" 600
	kill -INT $!
	wait $!
}

# Whoever does what pins say has written them, or root has.
pins_of_another_user() {
	a_poor_user
	expect 0 poor bpf,perfmon,net_admin up
	undo chown -R 65534 "$ROOT"
	for words in "set ageing 5" down "port add x" "up --ports $(port 1)"; do
		expect 2 xsw $words
		like "error of $words" "$ERR" 'the pins at .* are of another user'
	done
	expect 0 xsw show
	mv "$ROOT" "$ROOT-x"
	ln -s "$ROOT-x" "$ROOT"
	undo mv "$ROOT-x" "$ROOT"
	undo rm "$ROOT"
	expect 2 xsw down
	expect 2 poor net_admin down
	expect 0 poor "" show
}

# What is in the environment is the user's word, not that of whoever gave the file its rights.
rights_of_the_file() {
	local tool=$WORK/raised
	cp "$TOOL" "$tool" && chmod 755 "$tool"
	undo rm "$tool"
	setcap cap_net_admin,cap_bpf,cap_perfmon+ep "$tool" || skip "no setcap"
	chown "$NOBODY" "$XSWITCH_BPFFS"
	undo chown 0 "$XSWITCH_BPFFS"
	expect 2 setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups "$tool" up
	[ -z "$(find "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug')" ] ||
		bad "the environment was trusted: $(find "$XSWITCH_BPFFS")"
	[[ $ERR != *"$XSWITCH_BPFFS"* ]] || bad "$ERR"
}

run_case - each_command
run_case - processes_that_stay
run_case - the_other_half_is_killed
run_case - modes
run_case - pins_of_another_user
run_case - rights_of_the_file
finish
