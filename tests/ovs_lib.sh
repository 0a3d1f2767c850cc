# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ovs_lib.sh - Open vSwitch for a case: its programs run from a directory of their own and are
# ended by their process numbers. After lib.sh.

PATH=$PATH:/usr/lib/openvswitch-switch # where Debian has ovs-vswitchd
SCHEMA=/usr/share/openvswitch/vswitch.ovsschema

vsctl() { ovs-vsctl --timeout=$((10 * SLOW)) --db="unix:$OVS_RUNDIR/db.sock" "$@"; }

ovs_end() { # PID
	kill "$1" 2>/dev/null
	wait_until 5000 not kill -0 "$1" 2>/dev/null || kill -KILL "$1"
}

# ovs_start [NAMESPACE-NUMBER]: the programs, without a bridge, here or in a namespace. ovs-vsctl
# finds them by OVS_RUNDIR, also when others call it.
ovs_start() {
	local in=()
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
}
