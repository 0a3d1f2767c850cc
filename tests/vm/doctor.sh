#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# doctor on other kernels: the JIT compiler off, what an older kernel does not have, br_netfilter
# as it comes.
#
# shellcheck disable=SC2317 # cases are called by name
# shellcheck source-path=SCRIPTDIR

# The switch of the JIT compiler is in the first network namespace alone; who turns it off is to
# have the machine to himself.
if [ -z "${XSW_TEST_INSIDE:-}" ] && [ -n "${XSW_VM:-}" ]; then
	exec {JIT}<>/proc/sys/net/core/bpf_jit_enable && export JIT
fi
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../vm_lib.sh
. "$(dirname "$0")/../vm_lib.sh"

findings() { xsw -j doctor | jq -r '.[] | "\(.switch // "machine") \(.check) \(.severity)"'; }
of() { jq -r --arg c "$1" "[.[] | select(.check == \$c)][0].$2 // empty" <<<"$OUT"; }

# opened anew: the kernel ignores what is written behind the first byte
jit() { echo "$1" >"/proc/self/fd/$JIT"; }

jit_off() {
	[ -n "${JIT:-}" ] || skip "not a machine of our own"
	sw_up 2
	expect 0 xsw doctor --check jit_off,kernel
	equal "output" "$OUT" ""
	undo jit 1
	jit 0 2>/dev/null || skip "the kernel has nothing but the JIT compiler"
	expect 4 xsw doctor --check jit_off,kernel
	equal "text" "$OUT" "machine jit_off error the JIT compiler is off: the kernel refuses the $(
		)switch's programs, whose callbacks it cannot interpret; switches that are there already go on
    fix sysctl -w net.core.bpf_jit_enable=1"
	# what it says is so
	ns 1 ping -qc1 -W2 "$(ip4 2)" || bad "no answer"
	expect 2 xsw -S other up
	jit 1
	expect 0 xsw -S other up
	undo xsw -S other down
	bpf_note
}

what_the_kernel_has() {
	local want=
	sw_up 2 --host 10.77.0.254/24
	older 6.6 && want="machine kernel_slow hint"
	older 6.3 && want+=$'\n'"machine kernel_slow hint"
	expect 0 xsw doctor
	equal "findings" "$(findings)" "$want"
	OUT=$(xsw -j doctor)
	older 6.6 || return 0
	like "text" "$(of kernel_slow text)" '^no tcx links \(Invalid argument\): ports have filters of clsact'
	like "fix" "$(of kernel_slow fix)" '^a kernel of version 6.6 or newer'
}

br_netfilter() {
	needs br_netfilter
	ip link add up0 type veth peer name up1
	undo ip link del up0
	ip link set up1 up
	ip link add br0 type bridge
	undo ip link del br0
	ip link set up1 master br0
	sw_up 1
	cfg port add up0 type dev dev up0
	bpf_note
	# as it comes
	sysctl -qw net.bridge.bridge-nf-call-iptables=1
	expect 4 xsw -j doctor --check bridge
	like "text" "$(of bridge text)" '^up1 belongs to bridge br0, where br_netfilter gives IP frames'
	eval "$(of bridge fix)"
	expect 0 xsw -j doctor --check bridge
	equal "JSON" "$OUT" "[]"
}

run_case - jit_off
run_case - what_the_kernel_has
run_case - br_netfilter
finish
