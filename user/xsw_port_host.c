// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_host.c - the switch's own address: a veth pair with both ends in its namespace
 *
 * The inner device carries the addresses, the outer one is the port. The inner device's MAC has
 * `local` entries in the FDB: one in VLAN 0 or the PVID, and in each VLAN the port is a member of
 * where these are few. In the others it is learned like any station.
 */
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "port.h"

#define LOCAL_VLANS 64 /* members from which on only the PVID has an entry */

int port_step_home(struct making *mk)
{
	int err;

	mk->step = "open the switch's namespace";
	mk->netns = netns_open_self();
	if (mk->netns < 0)
		return mk->netns;
	err = port_record(mk);
	return err ? err : netif_open(&mk->inner, -1);
}

/* The VLANs in which the MAC is ours, as a set; VLAN 0: bit 0. */
static void local_vlans(union xsw_conf conf, const struct xsw_sets *sets, __u64 *set)
{
	int i, n = 0;

	memset(set, 0, sizeof(sets->member));
	if (conf.flags & XSW_F_VLAN) {
		for (i = 0; i < XSW_VLAN_WORDS; i++)
			n += __builtin_popcountll(sets->member[i]);
		if (n <= LOCAL_VLANS)
			memcpy(set, sets->member, sizeof(sets->member));
	}
	if (conf.pvid || !(conf.flags & XSW_F_VLAN))
		set[conf.pvid / 64] |= 1ULL << conf.pvid % 64;
}

static int local_entry(struct xsw *sw, uint32_t number, uint16_t vid, bool on)
{
	struct xsw_ctl req = {
		.op = XSW_CTL_FDB_PUT,
		.port = (__u16)number,
		.state = XSW_FDB_LOCAL,
		.key.vid = vid,
	};
	int err;

	memcpy(req.key.mac, sw->ports[number].mac, 6);
	err = on ? prog_ctl(&sw->prog, &req) : prog_fdb_del(&sw->prog, req.key);
	return err == -ENOENT ? 0 : err;
}

int port_host_locals(struct xsw *sw, uint32_t number, union xsw_conf old,
		     const struct xsw_sets *had, union xsw_conf conf, const struct xsw_sets *sets)
{
	__u64 before[XSW_VLAN_WORDS] = {}, after[XSW_VLAN_WORDS];
	int i, err = 0;

	if (old.word)
		local_vlans(old, had, before);
	local_vlans(conf, sets, after);
	for (i = 0; i < XSW_VLANS && !err; i++) {
		bool was = before[i / 64] >> i % 64 & 1, is = after[i / 64] >> i % 64 & 1;

		if (was != is)
			err = local_entry(sw, number, (uint16_t)i, is);
	}
	fault_point();
	return err;
}

/* Counted afresh from the records each time, so that a killed command leaves nothing wrong. */
void port_recount(struct xsw *sw)
{
	struct xsw_switch *s = sw->maps.mem.settings;
	uint32_t n, hosts = 0, xdp = 0, tc = 0;

	for (n = 1; n < XSW_PORTS; n++) {
		const struct xsw_info *info = &sw->ports[n];

		if (!info->name[0])
			continue;
		hosts += info->type == XSW_TYPE_HOST;
		xdp += info->hook == XSW_HOOK_XDP;
		tc += info->hook != XSW_HOOK_XDP;
	}
	__atomic_store_n(&s->hosts, hosts, __ATOMIC_RELEASE);
	__atomic_store_n(&s->tc_ports, tc, __ATOMIC_RELEASE);
	__atomic_store_n(&s->xdp_ports, xdp, __ATOMIC_RELEASE);
}
