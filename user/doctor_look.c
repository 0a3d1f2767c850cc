// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_look.c - both ends of every port, looked at once for all checks
 *
 * The inner end of a pair of ours is found by its record; that of somebody else's veth by what the
 * kernel says of its peer, as far as that namespace has a name. What is out of reach is absent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_int.h"
#include "port.h"

/* "1" of a file below /proc/sys/net, which is that of the namespace one lives in. */
static bool sysctl_on(const char *name)
{
	char path[96], value = '0';
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/bridge/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &value, 1) != 1)
		value = '0';
	close(fd);
	return value != '0';
}

bool doctor_bridges_filtered(const char *path)
{
	int home = netns_open_self(), fd = *path ? netns_open(path) : -1;
	bool on = false;

	if (home >= 0 && (!*path || (fd >= 0 && !netns_enter(fd)))) {
		on = sysctl_on("bridge-nf-call-iptables") || sysctl_on("bridge-nf-call-ip6tables");
		if (*path)
			netns_return(home);
	}
	if (fd >= 0)
		close(fd);
	if (home >= 0)
		close(home);
	return on;
}

/* `path` of its namespace; "": the one the caller lives in */
static void look_end(struct netif *nl, const char *path, struct doctor_end *e)
{
	struct netif_link master;

	e->there = true;
	if (*path)
		snprintf(e->enter, sizeof(e->enter), "nsenter --net=%s ", shell_word(path));
	if (netif_addrs(nl, e->link.ifindex, e->addrs, DOCTOR_ADDRS, &e->naddrs))
		e->naddrs = 0;
	if (e->link.master && !netif_get_index(nl, e->link.master, &master) &&
	    !strcmp(master.kind, "bridge")) {
		memcpy(e->master, master.name, sizeof(e->master));
		e->filtered = doctor_bridges_filtered(path);
	}
}

/* The other end of a veth that somebody else made. */
static int open_peer(struct xsw *sw, const struct netif_link *outer, char path[XSW_PATH_MAX],
		     struct netif **nl)
{
	int fd, err;

	*path = '\0';
	if (outer->peer_nsid < 0)
		return netif_open(nl, -1);
	err = netif_find_nsid(sw->nl, outer->peer_nsid, path, XSW_PATH_MAX);
	fd = err ? err : netns_open(path);
	if (fd < 0)
		return fd;
	err = netif_open(nl, fd);
	close(fd);
	return err;
}

static void look_inner(struct xsw *sw, struct doctor_port *p)
{
	const struct xsw_info *info = p->info;
	char path[XSW_PATH_MAX] = "";
	int index = (int)info->peer_ifindex;
	struct netif *nl = NULL;

	if (type_is_tunnel(info->type))
		return;
	if (info->type == XSW_TYPE_DEV) {
		if (strcmp(p->outer.link.kind, "veth") || open_peer(sw, &p->outer.link, path, &nl))
			return;
		index = p->outer.link.peer_ifindex;
	} else {
		if (port_open_peer(info, &nl))
			return;
		snprintf(path, sizeof(path), "%s", info->netns_path);
	}
	if (index && !netif_get_index(nl, index, &p->inner.link))
		look_end(nl, path, &p->inner);
	netif_close(nl);
}

static void look_port(struct xsw *sw, const struct xsw_port_view *v, struct doctor_port *p)
{
	p->view = v;
	p->info = &sw->ports[v->number];
	p->conf = maps_conf_load(&sw->maps, v->number);
	vlan_current(sw, v->number, p->conf, &p->sets);
	p->alive = sw->nl && xsw_is_complete(sw, v->number) && p->info->ifindex &&
		   maps_tx_get(&sw->maps, v->number) == p->info->ifindex;
	if (!p->alive || netif_get_index(sw->nl, (int)p->info->ifindex, &p->outer.link))
		return;
	look_end(sw->nl, "", &p->outer);
	look_inner(sw, p);
}

int doctor_look(struct doctor *d)
{
	int status = xsw_view(d->sw, NULL, &d->view);

	if (status)
		return status;
	d->ports = calloc(d->view->nports + 1, sizeof(*d->ports));
	if (!d->ports)
		return fail(XSW_REFUSED, "out of memory");
	for (size_t i = 0; i < d->view->nports; i++)
		look_port(d->sw, &d->view->ports[i], &d->ports[i]);
	return XSW_OK;
}

void doctor_unlook(struct doctor *d)
{
	free(d->ports);
	xsw_view_free(d->view);
	d->ports = NULL;
	d->view = NULL;
}
