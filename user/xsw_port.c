// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port.c - one port: the steps that make it (port.h names the other files)
 *
 *	record    info[number]: what is about to be made, before it is made
 *	namespace made without a name, recorded, then named
 *	pair      sw0pN here, the inner device there, one message
 *	maps      counters, ifports, tx
 *	attach    the program, pinned; it drops everything, for the configuration word is 0
 *	inner     addresses, both ends up
 *
 * and, when all ports of the command are so far, for each
 *
 *	open      counters from 0, VLANs, configuration word; READY
 *
 * What a namespace says when its device comes up (duplicate address detection, MLD) is thus
 * dropped, and not flooded to all ports made before: that would grow with their square.
 *
 * An interrupted command leaves a record without READY: the next writer unmakes it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "port.h"
#include "xsw_names.h"

int port_record(struct making *mk)
{
	int err = maps_info_set(&mk->sw->maps, mk->number, mk->info);

	fault_point();
	return err;
}

/* FNV-1a; any good spread does. */
static uint64_t spread(uint64_t h, const char *s)
{
	do
		h = (h ^ (uint8_t)*s) * 0x100000001b3ULL;
	while (*s++);
	return h;
}

/*
 * The same address whenever the same port of the same switch is made on the same machine, and
 * another one elsewhere: locally administered, from the machine's ID and the names.
 */
void port_stable_mac(const struct xsw *sw, const char *port, const char *end, uint8_t mac[6])
{
	char machine[64] = "";
	FILE *f = fopen("/etc/machine-id", "re");
	uint64_t h = 0xcbf29ce484222325ULL;
	int i;

	if (f) {
		if (!fgets(machine, sizeof(machine), f))
			machine[0] = '\0';
		fclose(f);
	}
	h = spread(spread(spread(spread(h, machine), sw->name), port), end);
	h ^= h >> 29;
	mac[0] = 0x02;
	for (i = 1; i < 6; i++)
		mac[i] = (uint8_t)(h >> 8 * i);
}

static void fill_info(struct making *mk)
{
	const struct xsw_port_spec *spec = mk->spec;
	struct xsw_info *info = mk->info;
	__u32 mtu = spec->mtu ? spec->mtu : info->mtu; /* made again, it keeps its own */

	memset(info, 0, sizeof(*info));
	info->type = (__u8)spec->type;
	info->flags = spec->of_subnet ? XSW_I_SUBNET : 0;
	snprintf(info->name, sizeof(info->name), "%s", spec->name);
	if (spec->type == XSW_TYPE_DEV) {
		snprintf(info->outer, sizeof(info->outer), "%s", spec->ifname);
		return;
	}
	info->mtu = mtu;
	if (type_is_tunnel(info->type))
		return;
	if (spec->type == XSW_TYPE_NETNS && netns_name_valid(spec->netns)) /* so it fits */
		memcpy(info->netns, spec->netns, strlen(spec->netns));
	snprintf(info->ifname, sizeof(info->ifname), "%s", spec->ifname);
	snprintf(info->outer, sizeof(info->outer), XSW_IFNAME_FMT, mk->sw->name, mk->number);
	port_stable_mac(mk->sw, spec->name, "outer", info->outer_mac);
	if (spec->mac.set)
		memcpy(info->mac, spec->mac.byte, 6);
	else
		port_stable_mac(mk->sw, spec->name, "inner", info->mac);
}

/* A name; digits only are the PID of a process that is not there. */
static bool netns_may_make(const char *spec)
{
	return netns_name_valid(spec) && spec[strspn(spec, "0123456789")];
}

int port_step_netns(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct netns_id id;
	int err;

	mk->step = "open its namespace";
	netns_path(mk->spec->netns, info->netns_path, sizeof(info->netns_path));
	mk->netns = netns_open(mk->spec->netns);
	if (mk->netns == -ENOENT && !mk->again && netns_may_make(mk->spec->netns)) {
		mk->step = "make its namespace";
		mk->netns = netns_new();
		info->flags |= XSW_I_NS_CREATED;
	}
	if (mk->netns < 0)
		return mk->netns;
	err = netns_id(mk->netns, &id);
	info->netns_dev = id.dev;
	info->netns_ino = id.ino;
	info->netns_cookie = id.cookie;
	if (!err)
		err = port_record(mk);
	if (!err && info->flags & XSW_I_NS_CREATED) {
		err = netns_bind(mk->netns, mk->spec->netns);
		fault_point();
	}
	if (err)
		return err;
	if (!netns_same(&id, &mk->sw->netns))
		mk->conf.flags |= XSW_F_PEER;
	return netif_open(&mk->inner, mk->netns);
}

int port_step_pair(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct netif *nl = mk->sw->nl;
	struct netif_veth veth = {
		.name = info->outer,
		.mac = info->outer_mac,
		.peer_name = info->ifname,
		.peer_mac = info->mac,
		.peer_netns = mk->netns,
		.mtu = info->mtu ? info->mtu : mtu_least(mk->sw),
	};
	char alias[128];
	struct netif_link link;
	int err;

	mk->step = "create its devices";
	info->flags |= XSW_I_DEV_CREATED;
	err = port_record(mk);
	if (!err)
		err = netif_veth_add(nl, &veth);
	fault_point();
	if (!err)
		err = netif_get(nl, info->outer, &link);
	if (err)
		return err;
	info->ifindex = (uint32_t)link.ifindex;
	info->peer_ifindex = (uint32_t)link.peer_ifindex;
	mk->conf.mtu = (__u16)link.mtu;
	/* the outer end is a plug, no host: no addresses, no router solicitations */
	snprintf(alias, sizeof(alias), XSW_ALIAS_FMT, mk->sw->name, info->name);
	err = netif_describe(nl, link.ifindex, alias);
	if (!err)
		err = netif_disable_ipv6(info->outer);
	fault_point();
	return err;
}

int port_enter_device(struct making *mk, uint32_t number)
{
	struct maps *m = &mk->sw->maps;
	int err;

	m->mem.ports[mk->number].ifindex = mk->info->ifindex;
	err = maps_ifport_add(m, mk->info->ifindex, number);
	if (!err)
		err = maps_tx_set(m, mk->number, mk->info->ifindex);
	fault_point();
	return err;
}

int port_enter_maps(struct making *mk, uint32_t number)
{
	char dir[PIN_PATH_MAX];
	int err;

	mk->step = "enter it into the maps";
	pin_path(dir, mk->sw->name, XSW_DIR_MAPS);
	err = maps_stats_make(&mk->sw->maps, dir, mk->number);
	return err ? err : port_enter_device(mk, number);
}

static int step_maps(struct making *mk)
{
	return port_enter_maps(mk, mk->number);
}

int port_step_inner(struct making *mk)
{
	const struct arg_addrs *addrs = &mk->spec->addrs;
	struct netif_link lo;
	size_t i;
	int err;

	mk->step = "configure its inner device";
	for (i = 0; i < addrs->n; i++) {
		struct netif_addr addr = { .family = addrs->v[i].family, .plen = addrs->v[i].plen };

		memcpy(addr.addr, addrs->v[i].addr, sizeof(addr.addr));
		err = netif_addr_add(mk->inner, (int)mk->info->peer_ifindex, &addr);
		if (err && err != -EEXIST)
			return err;
	}
	err = 0;
	/* a namespace of our own starts with lo down: nobody wants that */
	if (mk->info->flags & XSW_I_NS_CREATED)
		err = netif_get(mk->inner, "lo", &lo) ?: netif_set_up(mk->inner, lo.ifindex, true);
	if (!err)
		err = netif_set_up(mk->inner, (int)mk->info->peer_ifindex, true);
	if (!err)
		err = netif_set_up(mk->sw->nl, (int)mk->info->ifindex, true);
	if (!err)
		netif_wait_oper_up(mk->inner, (int)mk->info->peer_ifindex);
	fault_point();
	return err;
}

static int step_open(struct making *mk)
{
	char dir[PIN_PATH_MAX];
	int err;

	mk->step = "open it";
	port_recount(mk->sw);
	pin_path(dir, mk->sw->name, XSW_DIR_MAPS);
	err = maps_stats_make(&mk->sw->maps, dir, mk->number);
	mirror_open(mk->sw, mk->number, &mk->conf);
	if (!err)
		err = vlan_store(mk->sw, mk->number, mk->conf, mk->sets, false);
	fault_point();
	return err;
}

static int step_ready(struct making *mk)
{
	mk->step = "record it";
	mk->info->flags |= XSW_I_READY;
	return port_record(mk);
}

static int make_failed(const struct making *mk, int err)
{
	const char *words = mk->sw->nl ? netif_error(mk->sw->nl) : "";
	const struct xsw_info *info = mk->info;

	if (!*words && mk->inner)
		words = netif_error(mk->inner);
	if (err == -EEXIST && info->flags & XSW_I_DEV_CREATED && !info->ifindex) {
		struct netif_link link;
		bool inner = !netif_get(mk->inner, info->ifname, &link);

		fail(XSW_REFUSED, "port %s: cannot create %s in namespace %s: %s", info->name,
		     inner ? info->ifname : info->outer,
		     inner && *mk->spec->netns ? quoted(mk->spec->netns) : "of the switch",
		     strerror(EEXIST));
		if (inner)
			hint("give the port another inner device: %sdev IFNAME",
			     info->type == XSW_TYPE_NETNS ? "NS:IFNAME, or " : "");
		return XSW_REFUSED;
	}
	if (mk->netns == -ENOENT && info->type == XSW_TYPE_NETNS)
		return fail(XSW_MISSING, "port %s: no network namespace %s", info->name,
			    quoted(mk->spec->netns));
	if (mk->netns == err && err < 0 && info->type == XSW_TYPE_NETNS)
		return cannot("port", info->name, err, "", "open network namespace %s",
			      quoted(mk->spec->netns));
	return cannot("port", info->name, err, words, "%s", mk->step);
}

/* Each of `steps`, ending with NULL, until one fails. */
int port_run(struct making *mk, const port_step *steps)
{
	int err = 0;

	for (; *steps && !err && !mk->status; steps++) {
		err = (*steps)(mk);
		if (!err && xsw_interrupted())
			mk->status = XSW_REFUSED;
	}
	return err && !mk->status ? make_failed(mk, err) : mk->status;
}

#define TUNNEL_STEPS(type)                                                                         \
	[type] = { port_record, port_step_tunnel, port_step_tunnel_maps, port_step_attach,         \
		   port_step_tunnel_up }

int port_make(struct xsw *sw, uint32_t number, const struct port_place *place, union xsw_conf *conf)
{
	static const port_step steps[][8] = {
		[XSW_TYPE_NETNS] = { port_record, port_step_netns, port_step_pair, step_maps,
				     port_step_attach, port_step_inner },
		[XSW_TYPE_HOST] = { port_record, port_step_home, port_step_pair, step_maps,
				    port_step_attach, port_step_inner },
		[XSW_TYPE_DEV] = { port_record, port_step_dev, step_maps, port_step_attach,
				   port_step_dev_up },
		TUNNEL_STEPS(XSW_TYPE_VXLAN),
		TUNNEL_STEPS(XSW_TYPE_GRE),
		TUNNEL_STEPS(XSW_TYPE_GENEVE),
	};
	struct making mk = {
		.sw = sw,
		.number = number,
		.spec = place->spec,
		.leg = place->leg,
		.head = place->head ?: number,
		.conf = *conf,
		.info = &sw->ports[number],
		.netns = -1,
		.step = "record it",
	};
	int status;

	fill_info(&mk);
	status = port_run(&mk, steps[place->spec->type]);
	*conf = mk.conf;
	netif_close(mk.inner);
	if (mk.netns >= 0)
		close(mk.netns);
	return status;
}

int port_open(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec,
	      union xsw_conf conf, const struct xsw_sets *sets)
{
	static const port_step steps[] = { step_open, step_ready, NULL };
	struct making mk = {
		.sw = sw,
		.number = number,
		.spec = spec,
		.conf = conf,
		.sets = sets,
		.info = &sw->ports[number],
		.netns = -1,
	};

	return port_run(&mk, steps);
}

/* --- looking ---------------------------------------------------------------------------- */

bool port_whole(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec)
{
	const struct xsw_info *info = &sw->ports[number];
	struct netns_id now, was = { info->netns_dev, info->netns_ino, info->netns_cookie };
	int fd, err;

	if (!(info->flags & XSW_I_READY) || maps_tx_get(&sw->maps, number) != info->ifindex)
		return false;
	if (info->type != XSW_TYPE_NETNS)
		return true;
	fd = netns_open(spec->netns);
	if (fd < 0)
		return false;
	err = netns_id(fd, &now);
	close(fd);
	return !err && netns_same(&now, &was);
}
