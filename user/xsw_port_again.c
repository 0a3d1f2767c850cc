// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_again.c - a `gone` port whose device, or namespace, is back
 *
 *	dev	a device of the same name and address is there again: programs, MTU, promiscuity
 *	netns	another namespace has the name of the one the port was in: a veth pair, as before
 *
 * What was set of the port was never lost: number, configuration word, VLANs, policy, counters and
 * static entries are where they were, and the record stays READY. `tx` gets the device last, and a
 * port whose device is not there is `gone`: so is this one until then, whatever fails, and a kill
 * leaves what the next attempt, `port del` or `down` takes down first.
 *
 * Addresses of an inner device are in no record. One that the switch gave out is given again, others
 * are for those who gave them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "port.h"
#include "up.h"
#include "xsw_names.h"

/* What of a record says how the port was made, and not what was done to a device. */
#define LASTING (XSW_I_READY | XSW_I_LEGS | XSW_I_SUBNET | XSW_I_CHAIN | XSW_I_AGAIN_XDP)

static int is_dev_back(struct xsw *sw, const struct xsw_info *info, uint8_t mac[6])
{
	struct netif_link link;
	int err = netif_get(sw->nl, info->outer, &link);

	if (err)
		return err == -ENODEV ? -ENOENT : err;
	memcpy(mac, link.mac, 6);
	return memcmp(link.mac, info->outer_mac, 6) ? -ESTALE : 0;
}

static int is_netns_back(const struct xsw_info *info)
{
	struct netns_id now, was = { info->netns_dev, info->netns_ino, info->netns_cookie };
	int fd = netns_open(info->netns), err;

	/* EINVAL: the file that is to become its name is there already */
	if (fd < 0)
		return fd == -EINVAL ? -ENOENT : fd;
	err = netns_id(fd, &now);
	close(fd);
	if (err)
		return err;
	/* in the same one somebody has removed the device, unless an attempt was killed there */
	return netns_same(&now, &was) && !(info->flags & XSW_I_AGAIN) ? -ENOENT : 0;
}

int port_is_back(struct xsw *sw, uint32_t number, uint8_t mac[6])
{
	const struct xsw_info *info = &sw->ports[number];

	if (info->type == XSW_TYPE_DEV)
		return is_dev_back(sw, info, mac);
	/* the number of a process may be another one's now */
	return info->type == XSW_TYPE_NETNS && info->netns[0] ? is_netns_back(info) : -ENOENT;
}

/* What there is of the device that was, or of an attempt that failed or was killed. */
static int take_down(struct xsw *sw, uint32_t number)
{
	struct xsw_info *info = &sw->ports[number];
	int err;

	maps_tx_clear(&sw->maps, number);
	maps_xtx_clear(&sw->maps, number);
	err = port_dev_restore(sw, number) ?: port_drop_device(sw, number);
	if (err)
		return err;
	if (info->type == XSW_TYPE_NETNS)
		snprintf(info->outer, sizeof(info->outer), XSW_IFNAME_FMT, sw->name, number);
	/* a namespace of that name is not the one that was made here */
	info->flags = (info->flags & LASTING) | XSW_I_AGAIN;
	info->offloads = 0;
	return maps_info_set(&sw->maps, number, info);
}

/* The words it was made with, as far as they are recorded. */
static int words_of(struct xsw *sw, uint32_t number, struct xsw_port_spec *spec)
{
	struct xsw_info *info = &sw->ports[number];
	struct xsw_port_made made;

	xsw_port_made(sw, number, &made);
	*spec = (struct xsw_port_spec){ .type = (enum xsw_port_type)info->type,
					.hook = info->flags & XSW_I_AGAIN_XDP ? XSW_HOOK_ARG_XDP :
										made.hook,
					.chain = made.chain };
	/* what an attempt records of its hook is not what was asked for */
	if (spec->hook == XSW_HOOK_ARG_XDP)
		info->flags |= XSW_I_AGAIN_XDP;
	memcpy(spec->name, info->name, sizeof(spec->name));
	memcpy(spec->netns, info->netns, sizeof(info->netns));
	if (info->type == XSW_TYPE_DEV) {
		memcpy(spec->ifname, info->outer, sizeof(spec->ifname));
		/* the device had another one before */
		spec->mtu = info->mtu ? maps_conf_load(&sw->maps, number).mtu : 0;
		return XSW_OK;
	}
	memcpy(spec->ifname, info->ifname, sizeof(spec->ifname));
	return info->flags & XSW_I_SUBNET ? up_give_address(sw, spec, number) : XSW_OK;
}

/* The program is there, the port is not in `tx` yet: what it may not do at this hook it never does. */
static int step_enter(struct making *mk)
{
	struct maps *m = &mk->sw->maps;
	int err;

	mk->step = "enter it into the maps";
	mk->status = policy_enforceable(mk->info, mk->conf.policy);
	if (mk->status)
		return -ECANCELED;
	maps_conf_keep(m, mk->number, mk->conf);
	err = port_record(mk);
	return err ? err : port_enter_device(mk, mk->number);
}

static int step_done(struct making *mk)
{
	mk->step = "record it";
	mk->info->flags &= ~(__u32)(XSW_I_AGAIN | XSW_I_AGAIN_XDP);
	return port_record(mk);
}

int port_again(struct xsw *sw, uint32_t number)
{
	static const port_step dev[] = { port_step_dev, port_step_attach, port_step_dev_up,
					 step_enter,	step_done,	  NULL },
			       netns[] = { port_step_netns,
					   port_step_pair,
					   port_step_attach,
					   port_step_inner,
					   step_enter,
					   step_done,
					   NULL };
	__u32 mtu = sw->ports[number].mtu;
	struct xsw_port_spec spec;
	struct making mk = {
		.sw = sw,
		.number = number,
		.spec = &spec,
		.info = &sw->ports[number],
		.conf = maps_conf_load(&sw->maps, number),
		.netns = -1,
		.again = true,
		.step = "record it",
	};
	int status = words_of(sw, number, &spec);

	if (status)
		return status;
	if (take_down(sw, number))
		return fail(XSW_REFUSED, "port %s: cannot record it", spec.name);
	mk.conf.flags &= (__u16)~XSW_F_PEER;
	if (spec.type == XSW_TYPE_DEV) /* that of the device now, if it is to be put back */
		mk.info->mtu = 0;
	status = port_run(&mk, spec.type == XSW_TYPE_DEV ? dev : netns);
	netif_close(mk.inner);
	if (mk.netns >= 0)
		close(mk.netns);
	if (status) {
		take_down(sw, number);
		mk.info->mtu = mtu;
		maps_info_set(&sw->maps, number, mk.info);
	}
	port_recount(sw);
	mtu_follow(sw);
	return status;
}
