#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deps.sh - the one list of Debian packages the project needs, and their installation
#
#   deps.sh                       print the list
#   deps.sh --check GROUP...      print what is missing; exit 1 if anything is
#   deps.sh --install GROUP...    install what is missing (Debian 12 or newer, root)
#   deps.sh --names GROUP...      print the names
#
# Groups: build, demo, test, lint, package, analyze, vm, guest. All need `build` as well, `test` also
# `demo`. What is in `guest` is unpacked for virtual machines by tests/vm/fetch, not installed.
set -u

# group  package            purpose
list='
build    make               runs the build
build    gcc                compiles the command
build    libc6-dev          C library and kernel headers
build    clang              compiles the BPF programs
build    llvm               llvm-strip
build    bpftool            BPF object -> skeleton
build    pkgconf            finds the libraries
build    libbpf-dev         loads programs, reaches maps
build    libxdp-dev         shares a device with other XDP programs
build    libnl-3-dev        netlink
build    libnl-route-3-dev  netlink: links and addresses
build    libjansson-dev     JSON output
build    libyaml-dev        topology files
build    libmicrohttpd-dev  metrics over HTTP
build    libncurses-dev     the screen of top
build    libpcap-dev        captures, filters of frames
demo     iproute2           ip: runs commands in namespaces
demo     iputils-ping       ping
test     libcmocka-dev      unit tests
test     valgrind           unit tests without leaks
test     jq                 reads the JSON output
test     ethtool            offloads
test     tmux               a terminal for the screen of top
test     strace             faults and kills at every system call
test     python3            tests of the command line
test     python3-prometheus-client  another reader of metrics
test     curl               metrics over HTTP
test     graphviz           another reader of show --dot
test     tcpdump            reads what capture writes
test     mandoc             checks the manuals
test     zsh                checks its completion
test     fish               checks its completion
test     containernetworking-plugins  IPAM plugins for xswitch-cni
test     nftables           masquerading by xswitch-cni
test     podman             containers that xswitch-cni attaches
test     busybox-static     what is in these containers
lint     clang-format       one format
lint     shellcheck         checks of the scripts
package  debhelper          builds the Debian package
package  dpkg-dev           the same
package  lintian            checks it
analyze  clang-tidy         checks of the C sources
analyze  clang-tools        scan-build
analyze  cppcheck           checks of the C sources, another reader
vm       qemu-system-x86    machines with other kernels
vm       kmod               depmod, modprobe: modules of those kernels
guest    busybox-static     what a machine starts with
guest    openvswitch-switch the peer of tests/vm/ovs.sh; installed, it would start daemons
'

usage()
{
	sed -n '4,12s/^# \{0,1\}//p' "$0" >&2
	exit 1
}

packages() # GROUP...
{
	local group

	for group; do
		case $group in
		build | demo | test | lint | package | analyze | vm | guest) ;;
		*)
			echo "deps.sh: no group \"$group\": build, demo, test, lint, package, analyze, vm or guest expected" >&2
			return 1
			;;
		esac
		awk -v group="$group" '$1 == group { print $2 }' <<<"$list"
	done
}

missing() # PACKAGE...
{
	local package

	for package; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

install() # PACKAGE...
{
	if [ "$(id -u)" != 0 ]; then
		echo "deps.sh: not installed: $*" >&2
		echo "hint: as root, apt-get install --no-install-recommends $*" >&2
		return 1
	fi
	echo "Installing with apt-get: $*"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"
}

main()
{
	local mode=${1-} names absent

	case $mode in
	'')
		printf '%s' "${list#?}"
		return
		;;
	--check | --install | --names) [ $# -ge 2 ] || usage ;;
	*) usage ;;
	esac
	shift
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		echo "deps.sh: no Debian: install what these packages hold by your own means" >&2
		packages "$@" >&2
		return 1
	fi
	names=$(packages "$@") || return 1
	if [ "$mode" = --names ]; then
		echo "$names"
		return
	fi
	# shellcheck disable=SC2086 # one word a package
	absent=$(missing $names)
	[ -n "$absent" ] || return 0
	if [ "$mode" = --check ]; then
		echo "$absent"
		return 1
	fi
	# shellcheck disable=SC2086 # one word a package
	install $absent
}

main "$@"
