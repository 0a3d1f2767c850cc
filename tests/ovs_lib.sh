# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ovs_lib.sh - Open vSwitch, its kernel data path. Its programs run from a directory of their own
# and are ended by their process numbers. After lib.sh and vm_lib.sh.

PATH=$PATH:/usr/lib/openvswitch-switch # where Debian has ovs-vswitchd
SCHEMA=/usr/share/openvswitch/vswitch.ovsschema

vsctl() { ovs-vsctl --timeout=$((10 * SLOW)) --db="unix:$OVS_RUNDIR/db.sock" "$@"; }

ovs_end() { # PID
	kill "$1" 2>/dev/null
	wait_until 5000 not kill -0 "$1" 2>/dev/null || kill -KILL "$1"
}

# ovs_up [NAMESPACE-NUMBER]: the programs and an empty bridge, here or in a namespace
ovs_up() {
	local in=()
	needs openvswitch
	command -v ovs-vswitchd >/dev/null || skip "no ovs-vswitchd"
	[ $# = 0 ] || in=(nsenter "--net=/run/netns/$(ns_name "$1")")
	export OVS_RUNDIR=$CASE/ovs OVS_LOGDIR=$CASE/ovs OVS_DBDIR=$CASE/ovs OVS_SYSCONFDIR=$CASE/ovs
	mkdir "$OVS_RUNDIR"
	ovsdb-tool create "$OVS_RUNDIR/conf.db" "$SCHEMA" || bad "no database"
	ovsdb-server "$OVS_RUNDIR/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" \
		>"$CASE/ovsdb.log" 2>&1 &
	undo ovs_end $!
	wait_until 10000 test -S "$OVS_RUNDIR/db.sock" || bad "ovsdb-server: $(<"$CASE/ovsdb.log")"
	vsctl --no-wait init || bad "ovs-vsctl init"
	# what the kernel has is not taken away with the program
	undo "${in[@]}" ovs-dpctl del-dp ovs-system
	"${in[@]}" ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --unixctl="$OVS_RUNDIR/ctl" \
		>"$CASE/vswitchd.log" 2>&1 &
	undo ovs_end $!
	vsctl add-br br0 || bad "no bridge: $(tail -n 5 "$CASE/vswitchd.log")"
	"${in[@]}" ovs-dpctl show 2>/dev/null | grep -q '^system@' || bad "not the kernel's data path"
}

to_ovs() { vsctl add-port br0 "$1" || bad "add-port $1"; }
