#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh - a switch with two namespaces, from nothing to nothing, each command before its output
#
#   demo.sh [MAKE-VARIABLE=VALUE...]
#
# Installs what is missing, builds, and works in the real BPF file system. What it made is gone
# when it ends, however it ends; a switch or a namespace that it did not make is left alone.
set -u
cd "$(dirname "$0")/.." || exit 1

SWITCH=demo
RED=demo-red
BLUE=demo-blue
PINS=${XSWITCH_BPFFS:-/sys/fs/bpf}/xswitch/$SWITCH

say()
{
	printf '\n# %s\n' "$*"
}

run() # COMMAND...
{
	printf '$ %s\n' "$*"
	"$@"
}

die()
{
	echo "demo.sh: $*" >&2
	exit 1
}

refuse_if_there()
{
	local ns

	for ns in "$RED" "$BLUE"; do
		[ ! -e "/run/netns/$ns" ] || die "there is a namespace $ns already; remove it first"
	done
	[ ! -e "$PINS" ] || die "there is a switch $SWITCH already: xswitch -S $SWITCH down"
}

# The undo of `up`, for every way out but the good one.
give_up()
{
	local status=$?

	trap - EXIT
	echo "demo.sh: failed; taking the switch down" >&2
	[ ! -e "$PINS" ] || xswitch -S "$SWITCH" down
	[ "$status" != 0 ] || status=1
	exit "$status"
}

tour()
{
	say "a switch named $SWITCH, two namespaces on it: made, plugged in, addressed"
	run xswitch -S "$SWITCH" up --ports "$RED,$BLUE" || return
	run xswitch -S "$SWITCH" show || return

	say "red reaches blue, and blue red"
	run ip netns exec "$RED" ping -c 3 -i 0.2 -W 2 10.0.0.2 || return
	run ip netns exec "$BLUE" ping -q -c 3 -i 0.2 -W 2 10.0.0.1 || return

	say "what the switch learned: which address is behind which port"
	run xswitch -S "$SWITCH" fdb show || return

	say "what each port carried, by class, and why frames were not forwarded"
	run xswitch -S "$SWITCH" stats || return
	run xswitch -S "$SWITCH" stats drops || return

	say "nothing is hidden: the state of the switch is pinned BPF maps"
	run bpftool map dump pinned "$PINS/maps/fdb" || return

	say "and down again: what up made is removed, nothing else"
	run xswitch -S "$SWITCH" down || return
	say "more to try, a file each: topologies/README.md"
}

if [ "$(id -u)" != 0 ]; then
	echo "demo.sh: making namespaces and loading BPF programs takes root" >&2
	echo "hint: sudo make demo" >&2
	exit 1
fi
scripts/deps.sh --install build demo || exit 1
make --no-print-directory -j"$(nproc)" "$@" all || exit 1
PATH=$PWD/build:$PATH:/usr/sbin:/sbin
refuse_if_there
trap give_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tour || exit 1
trap - EXIT
refuse_if_there
