// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_offload.c - offloads that XDP needs otherwise than they are
 *
 * A veth drops what XDP sends to it unless its other end runs NAPI (GRO on does that); a checksum
 * that the stack left to the device is lost when XDP redirects the frame; a tag beside the frame
 * is not seen. So the inner device of an XDP port gets GRO on, tx checksum and tag offload off; the
 * other end of a veth that somebody else made is treated likewise, where it can be reached. What
 * differed is recorded before it is changed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "port.h"

static const struct {
	__u32 bit; /* enum xsw_offload */
	bool inner;
	enum netif_feature feature;
	bool on; /* what XDP needs */
	const char *word;
} offloads[] = {
	{ XSW_O_INNER_GRO, true, NETIF_GRO, true, "inner-gro-on" },
	{ XSW_O_INNER_TXCSUM, true, NETIF_TXCSUM, false, "inner-tx-off" },
	{ XSW_O_INNER_TXVLAN, true, NETIF_TXVLAN, false, "inner-txvlan-off" },
	{ XSW_O_OUTER_RXVLAN, false, NETIF_RXVLAN, false, "rxvlan-off" },
};
#define OFFLOADS (sizeof(offloads) / sizeof(*offloads))

/* Both ends of a port; an end without a name is none, or out of reach. */
struct ends {
	struct netif *nl[2];
	char name[2][IFNAMSIZ];
};

#define END(row) (offloads[row].inner ? 1 : 0)

void port_offload_words(uint32_t bits, const char **words)
{
	for (size_t i = 0; i < OFFLOADS; i++)
		if (bits & offloads[i].bit)
			*words++ = offloads[i].word;
	*words = NULL;
}

int port_open_peer(const struct xsw_info *info, struct netif **inner)
{
	struct netns_id now, was = { info->netns_dev, info->netns_ino, info->netns_cookie };
	int fd, err;

	*inner = NULL;
	if (!info->netns_path[0])
		return netif_open(inner, -1);
	fd = netns_open(info->netns_path);
	if (fd < 0)
		return fd;
	err = netns_id(fd, &now);
	if (!err && !netns_same(&now, &was))
		err = -ESTALE;
	if (!err)
		err = netif_open(inner, fd);
	close(fd);
	return err;
}

/* Record where the other end of a veth is. */
static int find_peer(struct making *mk, const struct netif_link *link)
{
	struct xsw_info *info = mk->info;
	struct netns_id id;
	int fd, err;

	info->peer_ifindex = (uint32_t)link->peer_ifindex;
	if (link->peer_nsid < 0)
		return 0;
	err = netif_find_nsid(mk->sw->nl, link->peer_nsid, info->netns_path,
			      sizeof(info->netns_path));
	if (err)
		return err;
	fd = netns_open(info->netns_path);
	if (fd < 0)
		return fd;
	err = netns_id(fd, &id);
	close(fd);
	info->netns_dev = id.dev;
	info->netns_ino = id.ino;
	info->netns_cookie = id.cookie;
	return err;
}

static void name_inner(const struct xsw_info *info, struct ends *e)
{
	struct netif_link link;

	if (e->nl[1] && !netif_get_index(e->nl[1], (int)info->peer_ifindex, &link))
		memcpy(e->name[1], link.name, sizeof(link.name));
}

/* A device that is a veth has its other end looked after; of another one, itself. */
static int ends_of_dev(struct making *mk, struct ends *e)
{
	struct netif_link link;
	int err = netif_get_index(mk->sw->nl, (int)mk->info->ifindex, &link);

	if (err)
		return err;
	if (strcmp(link.kind, "veth")) {
		memcpy(e->name[0], link.name, sizeof(link.name));
		return 0;
	}
	err = find_peer(mk, &link) ?: port_open_peer(mk->info, &e->nl[1]);
	if (err == -ENOENT || err == -ESTALE || err == -ENODEV)
		err = -ENXIO;
	if (err)
		return err;
	name_inner(mk->info, e);
	return e->name[1][0] ? 0 : -ENXIO;
}

/* What differs from what XDP needs. */
static uint32_t differing(const struct ends *e)
{
	uint32_t bits = 0;
	bool on;

	for (size_t i = 0; i < OFFLOADS; i++) {
		const char *name = e->name[END(i)];

		if (*name && !netif_feature(e->nl[END(i)], name, offloads[i].feature, &on) &&
		    on != offloads[i].on)
			bits |= offloads[i].bit;
	}
	return bits;
}

static int change(const struct ends *e, uint32_t bits, bool back)
{
	int err = 0;

	for (size_t i = 0; i < OFFLOADS && (!err || back); i++)
		if (bits & offloads[i].bit && e->name[END(i)][0]) {
			err = netif_feature_set(e->nl[END(i)], e->name[END(i)], offloads[i].feature,
						offloads[i].on != back);
			fault_point();
		}
	return err;
}

int port_offload_set(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct ends e = { .nl = { mk->sw->nl, mk->inner } };
	int err = 0;

	mk->step = "change its offloads";
	if (info->type == XSW_TYPE_DEV)
		err = ends_of_dev(mk, &e);
	else
		memcpy(e.name[1], info->ifname, sizeof(info->ifname));
	if (!err) {
		info->offloads = differing(&e);
		err = port_record(mk);
	}
	if (!err)
		err = change(&e, info->offloads, false);
	if (!err && differing(&e))
		err = -EOPNOTSUPP;
	if (e.nl[1] != mk->inner)
		netif_close(e.nl[1]);
	return err;
}

/* The ends of a port that is made, as far as they are there; e->nl[1] is for the caller to close. */
static void ends_of_made(struct xsw *sw, const struct xsw_info *info, struct ends *e)
{
	struct netif_link link;

	*e = (struct ends){ .nl = { sw->nl, NULL } };
	if (!netif_get_index(sw->nl, (int)info->ifindex, &link))
		memcpy(e->name[0], link.name, sizeof(link.name));
	if (info->peer_ifindex && !port_open_peer(info, &e->nl[1]))
		name_inner(info, e);
}

void port_offload_restore(struct xsw *sw, const struct xsw_info *info)
{
	struct ends e;

	if (!info->offloads)
		return;
	ends_of_made(sw, info, &e);
	change(&e, info->offloads, true);
	netif_close(e.nl[1]);
}

uint32_t port_offload_differing(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	uint32_t bits;
	struct ends e;

	if (info->hook != XSW_HOOK_XDP || !sw->nl)
		return 0;
	ends_of_made(sw, info, &e);
	/* the outer end is looked after only where it is all there is, as in ends_of_dev() */
	if (info->type != XSW_TYPE_DEV || info->peer_ifindex)
		e.name[0][0] = '\0';
	bits = differing(&e);
	netif_close(e.nl[1]);
	return bits;
}
