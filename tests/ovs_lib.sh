# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ovs_lib.sh - Open vSwitch, its kernel data path. After lib.sh and vm_lib.sh.
#
# Its programs run from a directory of their own and are ended by their process numbers. That
# directory is in the environment: ovs-vsctl and ovs-appctl find them, whoever calls these.

PATH=$PATH:/usr/lib/openvswitch-switch # where Debian has ovs-vswitchd
OVS_SCHEMA=/usr/share/openvswitch/vswitch.ovsschema
OVS_IN=() # words before a command that is to run where the data path is

vsctl() { ovs-vsctl --timeout=$((10 * SLOW)) "$@"; }

ovs_end() { # PID
	kill "$1" 2>/dev/null
	wait_until 5000 not kill -0 "$1" 2>/dev/null || kill -KILL "$1"
}

# The programs, without a bridge.
ovs_start() {
	needs openvswitch
	command -v ovs-vswitchd >/dev/null || skip "no ovs-vswitchd"
	export OVS_RUNDIR=$CASE/ovs OVS_LOGDIR=$CASE/ovs OVS_DBDIR=$CASE/ovs OVS_SYSCONFDIR=$CASE/ovs
	mkdir "$OVS_RUNDIR"
	ovsdb-tool create "$OVS_RUNDIR/conf.db" "$OVS_SCHEMA" || bad "no database"
	ovsdb-server "$OVS_RUNDIR/conf.db" --remote="punix:$OVS_RUNDIR/db.sock" \
		>"$CASE/ovsdb.log" 2>&1 &
	undo ovs_end $!
	wait_until 10000 test -S "$OVS_RUNDIR/db.sock" || bad "ovsdb-server: $(<"$CASE/ovsdb.log")"
	vsctl --no-wait init || bad "ovs-vsctl init"
	# what the kernel has is not taken away with the program
	undo eval "${OVS_IN[*]} ovs-dpctl del-dp ovs-system || :"
	"${OVS_IN[@]}" ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --pidfile >"$CASE/vswitchd.log" 2>&1 &
	undo ovs_end $!
	wait_until 10000 test -s "$OVS_RUNDIR/ovs-vswitchd.pid" || bad "ovs-vswitchd: $(<"$CASE/vswitchd.log")"
}

# ovs_up [NAMESPACE-NUMBER]: the programs and an empty bridge, here or in a namespace
ovs_up() {
	[ $# = 0 ] || OVS_IN=(nsenter "--net=/run/netns/$(ns_name "$1")")
	ovs_start
	vsctl add-br br0 || bad "no bridge: $(tail -n 5 "$CASE/vswitchd.log")"
	"${OVS_IN[@]}" ovs-dpctl show 2>/dev/null | grep -q '^system@' || bad "not the kernel's data path"
}

to_ovs() { vsctl add-port br0 "$1" || bad "add-port $1"; }
