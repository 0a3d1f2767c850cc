// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_dev.c - a device that was there before: an uplink
 *
 * It becomes promiscuous and is set up; what was changed is recorded first and put back when the
 * port goes. A device that somebody else uses (addresses, a bridge, another switch) is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <net/if_arp.h>

#include "attach.h"
#include "fault.h"
#include "port.h"

static int refused(struct making *mk, const char *why, const char *remedy)
{
	mk->status = fail(XSW_REFUSED, "port %s: device %s cannot be a port: %s", mk->info->name,
			  mk->spec->ifname, why);
	if (remedy)
		hint("%s", remedy);
	return -ECANCELED;
}

static int refused_member(struct making *mk, int master)
{
	struct netif_link link = {};
	char why[96];

	if (netif_get_index(mk->sw->nl, master, &link))
		snprintf(link.name, sizeof(link.name), "number %d", master);
	snprintf(why, sizeof(why), "it belongs to %s %s", *link.kind ? link.kind : "device",
		 link.name);
	return refused(mk, why, "ip link set DEV nomaster");
}

static int check_free(struct making *mk, const struct netif_link *link)
{
	static const uint8_t none[6];
	uint32_t id = attach_taken((uint32_t)link->ifindex);
	bool has_addr = false;
	char why[64];
	int err;

	if (link->loopback)
		return refused(mk, "it is the loopback device", NULL);
	if (link->type != ARPHRD_ETHER)
		return refused(mk, "it does not carry Ethernet frames", NULL);
	/* netkit in mode L3: every frame has the source that a switch drops */
	if (!memcmp(link->mac, none, sizeof(none)))
		return refused(mk, "it has no Ethernet address", NULL);
	if (link->master)
		return refused_member(mk, link->master);
	if (id) {
		snprintf(why, sizeof(why), "it is a port of a switch already (program id %u)", id);
		return refused(mk, why, "`xswitch port show` of each switch names it");
	}
	err = netif_has_addr(mk->sw->nl, link->ifindex, &has_addr);
	if (!err && has_addr)
		return refused(
			mk, "it has IP addresses",
			"move them to a host port: port add NAME type host address ADDR/PLEN");
	return err;
}

/*
 * The other end of a netkit is a host, as that of a veth we make ourselves; of somebody else's
 * veth it may be anything that listens to everything.
 */
static bool ends_at_host(const struct netif_link *link)
{
	return !strcmp(link->kind, "netkit") && link->peer_nsid >= 0;
}

static int find_free(struct making *mk, struct netif_link *link)
{
	int err = netif_get(mk->sw->nl, mk->spec->ifname, link);

	if (err != -ENODEV)
		return err ? err : check_free(mk, link);
	mk->status = fail(XSW_MISSING, "port %s: no device %s in the switch's namespace",
			  mk->info->name, quoted(mk->spec->ifname));
	return -ECANCELED;
}

int port_dev_check(struct xsw *sw, const struct xsw_port_spec *spec)
{
	struct xsw_info info = {};
	struct making mk = { .sw = sw, .spec = spec, .info = &info };
	struct netif_link link;
	int err;

	snprintf(info.name, sizeof(info.name), "%s", spec->name);
	err = find_free(&mk, &link);
	if (err && err != -ECANCELED)
		return cannot("port", spec->name, err, "", "find its device");
	return err ? mk.status : XSW_OK;
}

int port_step_dev(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct netif_link link;
	bool clsact = true;
	int err;

	mk->step = "find its device";
	err = find_free(mk, &link);
	if (!err)
		err = netif_clsact(mk->sw->nl, link.ifindex, &clsact);
	if (err)
		return err;
	info->ifindex = (uint32_t)link.ifindex;
	memcpy(info->outer_mac, link.mac, 6);
	memcpy(info->mac, link.mac, 6);
	if (!link.promisc)
		info->flags |= XSW_I_PROMISC;
	if (!link.up)
		info->flags |= XSW_I_UP;
	if (!clsact)
		info->flags |= XSW_I_QDISC;
	if (ends_at_host(&link))
		mk->conf.flags |= XSW_F_PEER;
	if (mk->spec->mtu && mk->spec->mtu != link.mtu)
		info->mtu = link.mtu;
	mk->conf.mtu = (__u16)(mk->spec->mtu ? mk->spec->mtu : link.mtu > 65535 ? 65535 : link.mtu);
	mk->step = "record its device";
	err = port_record(mk);
	if (!err && info->mtu) {
		mk->step = "set the MTU of its device";
		err = netif_set_mtu(mk->sw->nl, link.ifindex, mk->spec->mtu);
		fault_point();
	}
	return err;
}

int port_step_dev_up(struct making *mk)
{
	int ifindex = (int)mk->info->ifindex, err = 0;

	mk->step = "set its device up";
	if (mk->info->flags & XSW_I_PROMISC)
		err = netif_set_promisc(mk->sw->nl, ifindex, true);
	fault_point();
	if (!err && mk->info->flags & XSW_I_UP)
		err = netif_set_up(mk->sw->nl, ifindex, true);
	fault_point();
	return err;
}

/* The device that was made a port, not one that has its number or its name now: -ENODEV. */
static int find_same(struct xsw *sw, uint32_t number, struct netif_link *link)
{
	const struct xsw_info *info = &sw->ports[number];
	uint32_t alive = sw->maps.fd[MAP_TX] >= 0 ? maps_tx_get(&sw->maps, number) : 0;
	int err;

	if (!sw->nl || !info->ifindex || (alive && alive != info->ifindex))
		return -ENODEV;
	err = netif_get_index(sw->nl, (int)info->ifindex, link);
	if (err)
		return err;
	return alive || !memcmp(link->mac, info->outer_mac, 6) || !strcmp(link->name, info->outer) ?
		       0 :
		       -ENODEV;
}

/* A device that was in another namespace meanwhile has lost it. */
static int drop_qdisc(struct xsw *sw, int ifindex)
{
	bool has = false, used = true;
	int err = netif_clsact(sw->nl, ifindex, &has);

	if (!err && has)
		err = netif_clsact_used(sw->nl, ifindex, &used);
	if (!err && has && !used)
		err = netif_clsact_del(sw->nl, ifindex);
	return err;
}

int port_dev_restore(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	struct netif_link link;
	int err, ret;

	if (info->type != XSW_TYPE_DEV)
		return 0;
	err = find_same(sw, number, &link);
	if (err)
		return err == -ENODEV ? 0 : err;
	ret = port_detach(sw, number);
	fault_point();
	port_offload_restore(sw, info);
	if (info->flags & XSW_I_QDISC)
		ret = ret ?: drop_qdisc(sw, link.ifindex);
	if (info->flags & XSW_I_PROMISC)
		ret = netif_set_promisc(sw->nl, link.ifindex, false) ?: ret;
	fault_point();
	if (info->flags & XSW_I_UP)
		ret = netif_set_up(sw->nl, link.ifindex, false) ?: ret;
	if (info->mtu)
		ret = netif_set_mtu(sw->nl, link.ifindex, info->mtu) ?: ret;
	fault_point();
	return ret == -ENODEV ? 0 : ret;
}
