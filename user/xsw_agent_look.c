// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_agent_look.c - what the kernel tells of devices, and what has changed by it
 *
 * The kernel may join several changes of carrier into one message, and messages are lost when too
 * many wait. How often carrier went (IFLA_CARRIER_DOWN_COUNT) says what was missed, and which of two
 * messages is older: after lost ones, devices are read while older messages still wait.
 */
#include <string.h>

#include "agent.h"

const struct xsw_info *agent_info(struct agent *a, uint32_t number)
{
	struct xsw_info *info = &a->sw->ports[number];

	if (maps_info_get(&a->sw->maps, number, info) || !info->name[0] ||
	    !(info->flags & XSW_I_READY))
		return NULL;
	return info;
}

static bool is_alive(const struct netif_link *link)
{
	return link->up && link->carrier;
}

static void flush(struct agent_port *p, const struct netif_link *link)
{
	p->fresh &= p->flush == AGENT_NO;
	p->flush = link->up ? AGENT_CARRIER : AGENT_DOWN;
}

/* A port that is new to the agent: what is learned behind a dead device was missed. */
static void adopt(struct agent *a, uint32_t number, const struct xsw_info *info,
		  const struct netif_link *link)
{
	struct agent_port *p = &a->ports[number];

	p->ifindex = (uint32_t)link->ifindex;
	p->here = true;
	p->back = false;
	/* `tx` loses a device that leaves, and does not get it back by itself */
	p->gone = maps_tx_get(&a->sw->maps, number) != p->ifindex;
	p->downs = link->downs;
	p->alive = is_alive(link);
	p->fresh = !p->alive;
	if (!p->alive)
		flush(p, link);
	memcpy(p->name, link->name, sizeof(p->name));
	/* an agent was killed when all but that was done */
	p->record = strcmp(info->outer, p->name) || (info->flags & XSW_I_AGAIN && !p->gone);
}

static void lose(struct agent_port *p)
{
	if (p->gone)
		return;
	p->gone = true;
	p->alive = p->fresh = false;
	p->flush = AGENT_GONE;
}

static void try_again(struct agent_port *p)
{
	p->back = p->tries < AGENT_TRIES;
}

/* A device, or a namespace, that may be the one a `gone` port was on. */
static void may_be_back(struct agent_port *p, uint32_t candidate)
{
	if (p->candidate != candidate) {
		p->candidate = candidate;
		p->told = false;
		p->tries = 0;
	}
	try_again(p);
}

static void port_event(struct agent *a, uint32_t number, const struct netif_link *link,
		       bool deleted)
{
	const struct xsw_info *info = agent_info(a, number);
	struct agent_port *p = &a->ports[number];

	p->seen = true;
	if (!info || info->ifindex != (uint32_t)link->ifindex) {
		p->here = false;
		return;
	}
	if (!p->here || p->ifindex != info->ifindex) {
		adopt(a, number, info, link);
		p->gone &= !deleted;
	}
	if (deleted) {
		lose(p);
	} else if (p->gone) {
		if (info->type == XSW_TYPE_DEV) /* it was in another namespace for a while */
			may_be_back(p, (uint32_t)link->ifindex);
	} else if ((int32_t)(link->downs - p->downs) >= 0) {
		if ((p->alive && !is_alive(link)) || link->downs != p->downs)
			flush(p, link);
		p->alive = is_alive(link);
		p->downs = link->downs;
		p->record |= strcmp(p->name, link->name) != 0;
		memcpy(p->name, link->name, sizeof(p->name));
	}
}

static void foreign_event(struct agent *a, const struct netif_link *link, bool deleted)
{
	uint32_t n;

	a->route_left = AGENT_ROUTES;
	a->route_next = a->now;
	for (n = 1; n < XSW_PORTS && !deleted; n++) {
		struct agent_port *p = &a->ports[n];

		if (p->here && p->gone && !strcmp(p->name, link->name) &&
		    a->sw->ports[n].type == XSW_TYPE_DEV)
			may_be_back(p, (uint32_t)link->ifindex);
	}
}

void agent_event(const struct netif_event *e, void *arg)
{
	struct agent *a = arg;
	bool own = false;
	uint32_t n;

	a->lost |= e->resync;
	if (e->resync)
		return;
	for (n = 1; n < XSW_PORTS; n++) {
		if (a->sw->maps.mem.ports[n].ifindex != (uint32_t)e->link.ifindex)
			continue;
		port_event(a, n, &e->link, e->deleted);
		own |= a->ports[n].here;
	}
	if (!own)
		foreign_event(a, &e->link, e->deleted);
}

/* Of a port without its device the record is all there is. */
static void adopt_gone(struct agent *a, uint32_t number)
{
	const struct xsw_info *info = agent_info(a, number);
	uint32_t ifindex = a->sw->maps.mem.ports[number].ifindex;
	struct agent_port *p = &a->ports[number];

	if (!info) {
		p->here = false;
		return;
	}
	if (!p->here || p->ifindex != ifindex) {
		p->here = true;
		p->gone = false;
		p->ifindex = ifindex;
		memcpy(p->name, info->outer, sizeof(p->name));
	}
	lose(p);
	try_again(p);
}

int agent_look(struct agent *a)
{
	uint32_t n;
	int err;

	for (n = 1; n < XSW_PORTS; n++)
		a->ports[n].seen = false;
	/* by then those that are gone are known, whose names come in the walk */
	err = netif_watch_dump(a->watch, agent_event, a);
	for (n = 1; n < XSW_PORTS && !err; n++)
		if (!a->ports[n].seen && maps_conf_load(&a->sw->maps, n).word)
			adopt_gone(a, n);
	a->look = false;
	return err;
}

/* The names of namespaces are files: nobody tells of them. */
static void look_for_netns(struct agent *a, uint32_t number)
{
	const struct xsw_info *info = agent_info(a, number);
	struct stat st;
	uint8_t mac[6];

	if (info && !port_is_back(a->sw, number, mac) && !stat(info->netns_path, &st))
		may_be_back(&a->ports[number], (uint32_t)st.st_ino);
}

void agent_tick(struct agent *a)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++) {
		struct agent_port *p = &a->ports[n];

		if (!maps_conf_load(&a->sw->maps, n).word) {
			p->here = false;
			continue;
		}
		if (!p->here || p->ifindex != a->sw->maps.mem.ports[n].ifindex) {
			a->look |= agent_info(a, n) != NULL;
			continue;
		}
		if (p->gone && !p->back && a->sw->ports[n].type == XSW_TYPE_NETNS)
			look_for_netns(a, n);
	}
}

void agent_again(struct agent *a)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++) {
		a->ports[n].tries = 0;
		a->ports[n].candidate = 0;
		a->ports[n].next = 0;
		a->ports[n].delay = 0;
	}
	a->look = true;
}
