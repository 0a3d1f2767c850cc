// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_tc.bpf.c - the programs of a switch at tc
 *
 * xsw_tc: one program for every port, on the ingress of its device in the switch's namespace.
 * xsw_ctl: what the command asks the kernel side to do, through BPF_PROG_TEST_RUN.
 */
#include "lib/maps.h"
#include "lib/state.h"
#include "lib/ctx_act.h"
#include "lib/ctl.h"
#include "lib/walk.h"

char _license[] SEC("license") = "GPL";

SEC("tc")
int xsw_tc(struct __sk_buff *skb)
{
	return walk(skb);
}

SEC("tc")
int xsw_ctl(struct __sk_buff *skb)
{
	return ctl_run(skb);
}
