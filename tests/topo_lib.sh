# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# topo_lib.sh - the scenarios of topologies/: made by a back end, checked, removed
#
# After lib.sh. A scenario is topologies/NAME.yaml and a function check_NAME in topo_checks.sh ("-" is
# "_" there).
#
#	run_case - lab star-8 bridge
#
# What a back end needs of the kernel and of the programs installed is found out by trying; a
# case that cannot run says what is missing. It fails for that in a machine of `make test-vm`,
# where everything is.

# shellcheck source-path=SCRIPTDIR source=vlan_lib.sh
. "$TESTS/vlan_lib.sh"
# shellcheck source-path=SCRIPTDIR source=vm_lib.sh
. "$TESTS/vm_lib.sh"
# shellcheck source-path=SCRIPTDIR source=ovs_lib.sh
. "$TESTS/ovs_lib.sh"
# shellcheck source-path=SCRIPTDIR source=topo_checks.sh
. "$TESTS/topo_checks.sh"

# shellcheck disable=SC2034 # of lib.sh
P= # namespaces are called as in the files
TOPOLOGIES=$TOP/topologies

# --- what can run ------------------------------------------------------------------------

# makes MODULE TYPE WORDS...: is there such a device? Tried in a namespace that goes at once.
makes() {
	modprobe -q "$1" 2>/dev/null
	unshare --net ip link add xprobe type "${@:2}" 2>/dev/null
}

filters_vlans() {
	modprobe -q bridge 2>/dev/null
	unshare --net sh -c 'ip link add xprobe type bridge &&
		ip link set xprobe type bridge vlan_filtering 1' 2>/dev/null
}

has_8021q() {
	modprobe -q 8021q 2>/dev/null
	unshare --net sh -c 'ip link add xa type veth peer name xb &&
		ip link add link xa name xa.7 type vlan id 7' 2>/dev/null
}

has_ovs() {
	modprobe -q openvswitch 2>/dev/null
	grep -qs '^openvswitch ' /proc/modules || return
	command -v ovs-vswitchd >/dev/null
}

# need FEATURE...
need() {
	local f
	for f; do
		case $f in
		gre) makes ip_gre gretap external ;;
		geneve) makes geneve geneve external ;;
		vxlan) makes vxlan vxlan external dstport 4789 ;;
		filter) filters_vlans ;;
		8021q) has_8021q ;;
		ovs) has_ovs ;;
		esac && continue
		[ -z "${XSW_VM:-}" ] || bad "$f is missing in the kernel $(uname -r)"
		skip "$(what_is "$f")"
	done
}

what_is() { # FEATURE
	case $1 in
	gre) echo "no GRE devices (gretap) in this kernel" ;;
	geneve) echo "no Geneve devices in this kernel" ;;
	vxlan) echo "no VXLAN devices in this kernel" ;;
	filter) echo "no VLAN filtering in the bridge of this kernel" ;;
	8021q) echo "no VLAN devices (8021q) in this kernel" ;;
	ovs) echo "no Open vSwitch here" ;;
	esac
}

# needs_of SCENARIO BACKEND: features
needs_of() {
	case $1 in
	vlan-over-gre) echo gre ;;
	vlan-over-geneve) echo geneve ;;
	*vxlan*) echo vxlan ;;
	esac
	case $2.$1 in
	ovs*) echo ovs ;;
	bridge.vlan-two-tenants | bridge.router-on-a-stick) echo filter 8021q ;;
	bridge.vlan-over-*) echo filter ;;
	esac
}

# Which back ends can do a scenario; the others say what they cannot.
can() { # SCENARIO
	case $1 in
	veth-pair | same-host-veth | ovs-internal-ports) echo xswitch bridge ovs ovs-internal veth ;;
	switch-two-ports | star-8 | vlan-two-tenants) echo xswitch bridge ovs ovs-internal ;;
	router-on-a-stick | vlan-over-* | three-hosts-vxlan) echo xswitch bridge ;;
	*) echo xswitch ;;
	esac
}

# Is it for tests/vm/topo.sh? There is what an ordinary kernel may lack.
rare() { # SCENARIO BACKEND
	[[ " $(needs_of "$1" "$2" | xargs) " =~ " "(gre|geneve|filter|8021q|ovs)" " ]]
}

# labs SCENARIO...: on every back end
labs() {
	local s b
	for s; do
		for b in xswitch bridge ovs ovs-internal veth; do
			if [[ " $(can "$s") " != *" $b "* ]]; then
				run_case - refuses "$s" "$b"
			elif [ -z "${XSW_VM:-}" ] || ! rare "$s" "$b"; then
				run_case - lab "$s" "$b"
			fi
		done
	done
}

# --- making and removing -----------------------------------------------------------------

# The machine, as far as a scenario could change it.
machine() {
	ip -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//'
	ip -o link | sed 's/^[0-9]*: //'
	find /run/netns "$XSWITCH_BPFFS" -mindepth 1 ! -name '*.debug' 2>/dev/null | sort
	# addresses of no kernel are settings, and some of these are secrets or made by lot
	sysctl -a -r '^net\.(core|ipv4|ipv6)\.' 2>/dev/null | grep -Ev 'secret|fastopen_key'
}

as_before() { machine | cmp -s "$CASE/before" -; }

topo() { # apply|down
	# shellcheck disable=SC2086 # words
	xsw "$1" "$FILE" $BACKEND_WORDS
}

prepare() { # NAME BACKEND
	FILE=$TOPOLOGIES/$1.yaml
	BACKEND=$2
	BACKEND_WORDS=
	[ "$BACKEND" = xswitch ] || BACKEND_WORDS="--backend $BACKEND"
}

made() {
	undo topo down
	topo apply || bad "apply: exit $?"
	[ "$BACKEND" != xswitch ] || bpf_note
}

gone() {
	topo down || bad "down: exit $?"
	wait_until 5000 as_before || bad "not as it was: $(machine | diff "$CASE/before" -)"
}

# The device of the kernel's data path comes with the first bridge, and stays.
ovs_ready() {
	# shellcheck disable=SC2119 # in no namespace
	ovs_start
	vsctl add-br br0 -- del-br br0 || bad "no bridge"
}

# lab NAME BACKEND: made, checked, removed
lab() {
	prepare "$@"
	# shellcheck disable=SC2046 # words
	need $(needs_of "$1" "$2")
	[[ $2 != ovs* ]] || ovs_ready
	machine >"$CASE/before"
	made
	"check_${1//-/_}"
	if on_xswitch; then made_already; fi
	gone
}

# Nothing differs from the file after all that was sent, and applying it again does nothing.
made_already() {
	expect 0 xsw diff "$FILE"
	equal "differences" "$OUT" ""
	ip -o link >"$CASE/links"
	expect 0 xsw apply "$FILE"
	ip -o link | diff "$CASE/links" - || bad "devices changed"
}

# refuses NAME BACKEND: a key is named and where it stands, and nothing is made
refuses() {
	prepare "$@"
	machine >"$CASE/before"
	undo topo down
	expect 1 topo apply
	like "error" "$ERR" "$1.yaml:[0-9]+:[0-9]+: .*$2"
	as_before || bad "something was made: $(machine | diff "$CASE/before" -)"
}

# wrong NAME BACKEND SED: with a mistake in the file the check finds it
wrong() {
	prepare "$1" "$2"
	# shellcheck disable=SC2046 # words
	need $(needs_of "$1" "$2")
	sed -E "$3" "$FILE" >"$CASE/wrong.yaml"
	cmp -s "$FILE" "$CASE/wrong.yaml" && bad "no mistake: $3"
	FILE=$CASE/wrong.yaml
	made
	if ! (
		# shellcheck disable=SC2034 # for bad() and undo() of lib.sh
		CASE_PID=$BASHPID UNDO=()
		trap undo_all EXIT
		"check_${1//-/_}"
	); then
		rm -f "$CASE/failed"
		return
	fi
	bad "the check finds nothing"
}

# --- looking -----------------------------------------------------------------------------

on_xswitch() { [ "$BACKEND" = xswitch ]; }

mac_of() { # NETNS DEV: hex
	ns "$1" ip -j link show "$2" | jq -r '.[0].address' | tr -d :
}

colons() { sed 's/../&:/g; s/:$//' <<<"$1"; }

declare -A WATCHER=()

# watch NETNS DEV [FILTER...]: record from now on what arrives by the device, a line of hex each
watch() {
	local log=$CASE/watch.$1.$2 f words=()
	for f in "${@:3}"; do words+=(--filter "$f"); done
	if [ -n "${WATCHER[$1.$2]:-}" ]; then
		reap "${WATCHER[$1.$2]}"
		wait "${WATCHER[$1.$2]}" 2>/dev/null
	fi
	: >"$log"
	"$XFRAME" ${1:+-n "$1"} sniff "$2" --ready "${words[@]}" >>"$log" &
	WATCHER[$1.$2]=$!
	undo reap $!
	wait_until 5000 grep -q ready "$log" || bad "nothing watches $2 of ${1:-the machine}"
	: >"$log"
}

watched() { cat "$CASE/watch.$1.$2"; } # NETNS DEV

# A frame as a regular expression on its hex digits has been seen, or comes soon.
saw() { # NETNS DEV REGEX WHAT
	wait_until 5000 grep -Eq "$3" "$CASE/watch.$1.$2" ||
		bad "$4 is not seen on $2 of ${1:-the machine}, but: $(watched "$1" "$2" | head -n 5)"
}

never_saw() { # NETNS DEV REGEX WHAT
	! grep -Eq "$3" "$CASE/watch.$1.$2" ||
		bad "$4 is seen on $2 of ${1:-the machine}: $(watched "$1" "$2" | grep -E "$3" | head -n 3)"
}

# An IPv4 address as in a frame.
hex4() {
	local IFS=.
	# shellcheck disable=SC2086 # split at the dots
	printf %02x%02x%02x%02x $1
}

# ARP request for an address, untagged or with tags of some kind; regex
arp_for() { echo "^f{12}.{12}(.{8})*08060001080006040001.{20}0{12}$(hex4 "$1")"; }

# Frames with IPv4, behind tags as given (hex), of a protocol (hex).
ipv4() { # TAGS PROTOCOL [SRC DST]
	local src='.{8}' dst='.{8}'
	[ $# -lt 4 ] || src=$(hex4 "$3") dst=$(hex4 "$4")
	echo "^.{24}${1}08004[5-9].{16}$2.{4}$src$dst"
}

# pings NETNS ADDR [OPTION...]
pings() {
	ns "$1" ping -qc2 -i0.05 -W$((2 * SLOW)) "${@:3}" "$2" >"$CASE/ping" || bad "$1 does not reach $2"
}

# put NETNS DEV FRAME
put() { "$XFRAME" ${1:+-n "$1"} send "$2" "${@:3}" || bad "cannot send by $2 of $1"; }
