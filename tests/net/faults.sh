#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What fails while a command is at work: system calls (a sample of `make faults`, and those that
# were dealt with wrongly once), signals, and things that vanish.
#
# XSW_SEED chooses the sample.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../faults_lib.sh
. "$TESTS/faults_lib.sh"

# --- signals -----------------------------------------------------------------------------

# interrupted SIGNAL "CONDITION" WORD...: the command is told to end when the condition holds
interrupted() {
	local signal=$1 when=$2 pid rc
	shift 2
	"$TOOL" "$@" >"$CASE/out" 2>"$CASE/err" &
	pid=$!
	undo reap "$pid"
	ready() { eval "$when" || ! kill -0 "$pid" 2>/dev/null; }
	wait_until 20000 ready || bad "$*: it does not begin"
	kill -s "$signal" "$pid" 2>/dev/null
	wait "$pid"
	rc=$?
	[ "$rc" = 2 ] || bad "exit $rc after $signal: $(<"$CASE/err")"
	like "stderr" "$(<"$CASE/err")" interrupted
}

device_made() { ip link show "$1" >/dev/null 2>&1; }

up_of_many() {
	interrupted INT "device_made sw0p20" up --ports "$(port_list $(seq 300))"
	wait_until 5000 clean || bad "left: $(leftovers)"
}

up_of_more() {
	local before
	sw_up 2
	before=$(state)
	interrupted TERM "device_made sw0p10" up --ports "$(port_list $(seq 200))"
	[ "$(state)" = "$before" ] || bad "$(differs_from "$before" "$(state)")"
	ns 1 ping -qnc1 -W2 "$(ip4 2)" || bad "no frame passes"
}

apply_of_many() {
	local i
	{
		printf 'switches:\n  sw0:\n    ports:\n'
		for i in $(seq 300); do echo "      $P$i:"; done
	} >"$CASE/many.yaml"
	interrupted TERM "device_made sw0p20" apply "$CASE/many.yaml"
	wait_until 5000 clean || bad "left: $(leftovers)"
}

# The table is copied before anything of it is in use.
a_new_table() {
	local before
	sw_up 1
	cfg set fdb_size 600000
	seq 0 399999 | awk -v p="$(port 1)" '{ printf "fdb add 02:01:%02x:%02x:%02x:%02x dev %s\n", 0,
		int($1 / 65536), int($1 / 256) % 256, $1 % 256, p }' | xsw -b - || bad "batch"
	before=$(xsw show)
	# pid: of interrupted(); it holds the new one by a descriptor alone
	copying() { grep -qs '^max_entries:[[:space:]]*700000$' /proc/"$pid"/fdinfo/*; }
	interrupted INT copying set fdb_size 700000
	equal "switch" "$(xsw show)" "$before"
}

# --- a bpffs that takes nothing ----------------------------------------------------------

a_bpffs_that_is_read_only() {
	local before words
	sw_up 2
	before=$(state)
	mount -o remount,ro "$XSWITCH_BPFFS"
	for words in "port add ${P}x" "set fdb_size 5000" "port del $(port 2)" down; do
		# shellcheck disable=SC2086
		expect 2 xsw $words
		like "$words" "$ERR" "Read-only file system"
	done
	mount -o remount,rw "$XSWITCH_BPFFS"
	ns 1 ping -qnc1 -W2 "$(ip4 2)" || bad "no frame passes"
	[ "$(state)" = "$before" ] || bad "$(differs_from "$before" "$(state)")"
}

echo "seed ${XSW_SEED:-1}"
run_case - up_of_many
run_case - up_of_more
run_case - apply_of_many
run_case - a_new_table
run_case - a_bpffs_that_is_read_only
if command -v strace >/dev/null; then
	run_case - fault_row up 200
	run_case - fault_row up '^bpf \(BPF_OBJ_PIN, .*(maps/fdb|progs/xsw_ctl|tcx_ingress|meta).* ENOSPC'
	run_case - fault_row up '^setns .* ENOMEM'
	run_case - fault_row port-add-vxlan '^recvmsg .* ENOBUFS'
	run_case - fault_row port-del-new '^(openat .*/run/netns".* EMFILE|unlinkat .* EIO)'
	run_case - fault_row port-del-tunnel 40
	run_case - fault_row port-set-tunnel 60
	run_case - fault_row set-fdb-size '^rename .* ENOSPC'
	run_case - fault_row set '^bpf \(BPF_PROG_TEST_RUN.* ENOSPC'
	run_case - fault_vanish port-add-foreign netns 40
	run_case - fault_vanish port-add bpffs 60
	run_case - fault_vanish port-add-dev device 40
fi
finish
