#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real containers: podman attaches them by xswitch-cni. Everything of podman's is private to this file, and
# the image is busybox alone, imported from a directory; no registry is asked.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

PODMAN=$WORK/podman

# podman asks the environment of whoever stops a container, which may be conmon's, for nothing
prepare() {
	mkdir -p "$PODMAN/net" "$PODMAN/bin" "$PODMAN/rootfs/bin"
	mount -t tmpfs tmpfs /var/lib/cni 2>/dev/null || {
		mkdir -p /var/lib/cni && mount -t tmpfs tmpfs /var/lib/cni
	}
	mount -t tmpfs tmpfs /dev/shm
	# crun wants one kind of cgroups, which it is not to use
	mount -t cgroup2 none /sys/fs/cgroup
	cat >"$PODMAN/bin/xswitch-cni" <<-EOF
		#!/bin/sh
		export XSWITCH_BPFFS=$XSWITCH_BPFFS
		exec $(dirname "$TOOL")/xswitch-cni
	EOF
	chmod +x "$PODMAN/bin/xswitch-cni"
	cat >"$PODMAN/containers.conf" <<-EOF
		[network]
		network_backend = "cni"
		cni_plugin_dirs = ["$PODMAN/bin", "/usr/lib/cni"]
		network_config_dir = "$PODMAN/net"
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "none"
	EOF
	network ten 10 10.88.10
	network twenty 20 10.88.20
	export CONTAINERS_CONF=$PODMAN/containers.conf TMPDIR=$PODMAN
}

network() { # NAME VLAN NET
	jq -n --arg name "$1" --argjson vlan "$2" --arg net "$3" --arg dir "$PODMAN/ipam" '
		{cniVersion: "0.4.0", name: $name, plugins: [{type: "xswitch-cni", switch: "sw0",
		vlan: $vlan, macspoofchk: true, isDefaultGateway: true,
		ipam: {type: "host-local", subnet: "\($net).0/24", dataDir: $dir}}]}' \
		>"$PODMAN/net/$1.conflist"
}

pod() {
	timeout -s KILL 120 podman --root "$PODMAN/root" --runroot "$PODMAN/run" \
		--tmpdir "$PODMAN/tmp" --storage-driver vfs "$@"
}

image() {
	cp "$(command -v busybox)" "$PODMAN/rootfs/bin/busybox"
	ln -sf busybox "$PODMAN/rootfs/bin/sh"
	tar -C "$PODMAN/rootfs" -c . | pod import - busybox >/dev/null 2>&1
}

start() { # NAME NETWORK [OPTION...]
	undo pod rm -f -t 0 "$1"
	pod run -d --name "$1" --network "$2" --cgroups=disabled --ulimit host --no-hosts "${@:3}" \
		busybox /bin/busybox sleep 600 >"$CASE/id.$1" || bad "$1 does not start"
}

inside() { # NAME WORD...
	pod exec "$1" /bin/busybox "${@:2}"
}

address() { # NAME
	inside "$1" ip -4 -o addr show dev eth0 | sed -n 's/.* inet \([0-9.]*\).*/\1/p'
}

port_of() { # NAME
	xsw -j show | jq -r --arg id "$(cut -c1-12 "$CASE/id.$1")-eth0-cni-" \
		'.[0].ports[].port | select(startswith($id))'
}

nothing_left() {
	equal "ports" "$(xsw -j show | jq -r '[.[0].ports[].port | select(contains("-cni-"))] | join(" ")')" ""
	equal "devices" "$(ip -o link | grep -c ' sw0p[0-9]*@.*master')" 0
	equal "leases" "$(find "$PODMAN/ipam" -name '*.*.*.*' | wc -l)" 0
}

containers_talk() {
	local three
	undo xsw down
	start one ten
	start two ten
	start three twenty
	bpf_note
	three=$(address three)
	like "addresses" "$(address one) $(address two) $three" \
		'^10.88.10.[0-9]+ 10.88.10.[0-9]+ 10.88.20.[0-9]+$'
	inside one ping -c2 -W3 "$(address two)" || bad "no answer in VLAN 10"
	inside one ping -c1 -W3 10.88.10.1 || bad "no answer from the gateway"
	# without the router there is no way into the other VLAN
	inside one ping -c1 -W3 "$three" || bad "no answer by way of the gateways"
	echo 0 >/proc/sys/net/ipv4/ip_forward
	inside one ping -c1 -W1 "$three" && bad "an answer from the other VLAN"
	pod stop -t 0 one
	wait_until 5000 no_port one || bad "the port of one stays"
	inside two ping -c1 -W3 10.88.10.1 || bad "two has lost its gateway"
	pod rm -f -t 0 one two three
	wait_until 5000 no_port two
	nothing_left
}

no_port() { [ -z "$(port_of "$1")" ]; }

# A container that is started again is the same station: name of its port, address, and what is allowed.
started_again() {
	local before port
	undo xsw down
	start one ten --ip 10.88.10.50 --mac-address 02:5e:5e:00:00:50
	start two ten
	equal "address" "$(address one)" 10.88.10.50
	policy() {
		xsw -j port show "$(port_of "$1")" | jq -c '.[0] | [.port, .mac, .tag, .allowed_macs]'
	}
	like "policy" "$(policy one)" '"02:5e:5e:00:00:50",10,\["02:5e:5e:00:00:50"\]'
	for name in one two; do
		port=$(port_of "$name")
		before=$(policy "$name")
		pod restart -t 0 "$name" >/dev/null || bad "$name does not start again"
		wait_until 5000 test "$(port_of "$name")" = "$port" || bad "$name has another port"
		equal "policy of $name" "$(policy "$name")" "$before"
	done
	equal "address" "$(address one)" 10.88.10.50
	inside one ping -c2 -W3 "$(address two)" || bad "no answer from two"
	pod rm -f -t 0 one two
	wait_until 5000 no_port one
	nothing_left
}

for program in podman busybox nft; do
	command -v "$program" >/dev/null && continue
	echo "skip all: $program is not installed"
	echo "# net/podman.sh: 0 passed, 0 failed, 1 skipped"
	exit
done
prepare
if ! image || ! why=$(pod run --rm --network none --cgroups=disabled --ulimit host busybox \
	/bin/busybox true 2>&1); then
	echo "skip all: podman runs no container here: ${why-cannot import an image}"
	echo "# net/podman.sh: 0 passed, 0 failed, 1 skipped"
	exit
fi
run_case - containers_talk
run_case - started_again
finish
