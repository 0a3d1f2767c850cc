// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_down.c - removing a switch: exactly what was made, as far as it was made
 *
 * It needs nothing but the pin `info`, so that a damaged switch goes too. Where even that
 * cannot be read the devices are found by the alias they were given.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "fault.h"
#include "grace.h"
#include "xsw_int.h"
#include "xsw_names.h"

struct removal {
	const char *name;
	int err;
};

/* "fdb", "stats12", "fdb_new" of an interrupted change */
bool xsw_is_map_pin(const char *dir, const char *name)
{
	char base[64];
	size_t len;
	int i;

	(void)dir;
	snprintf(base, sizeof(base), "%s", name);
	len = strlen(base);
	if (len > 4 && !strcmp(base + len - 4, XSW_PIN_NEW))
		base[len - 4] = '\0';
	for (i = 0; i < MAPS; i++)
		if (!strcmp(base, map_name(i)))
			return true;
	return maps_is_chunk(base);
}

/* A map is a name; somebody's link is a program that runs, and would stop. */
static bool is_link(const char *dir, const char *name)
{
	char pin[PIN_PATH_MAX];

	if (strcmp(name, XSW_LINK_TCX) && strcmp(name, XSW_LINK_XDP))
		return false;
	snprintf(pin, sizeof(pin), "%.400s/%s", dir, name);
	return link_is_ours(pin);
}

bool xsw_is_prog_pin(const char *dir, const char *name)
{
	(void)dir;
	return prog_is_name(name);
}

static bool is_none(const char *dir, const char *name)
{
	(void)dir;
	(void)name;
	return false;
}

int xsw_remove_port_pins(const char *name, const char *number)
{
	char path[PIN_PATH_MAX];

	pin_path(path, name, XSW_DIR_PORTS "/%s", number);
	return pin_rmdir(path, is_link);
}

static void remove_port_dir(const char *number, void *arg)
{
	struct removal *r = arg;
	int err = xsw_remove_port_pins(r->name, number);

	r->err = r->err ?: err;
}

int xsw_remove_pins(const char *name)
{
	static const struct {
		const char *dir;
		bool (*ours)(const char *dir, const char *name);
	} dirs[] = { { XSW_DIR_PORTS, is_none },
		     { XSW_DIR_PROGS, xsw_is_prog_pin },
		     { XSW_DIR_MAPS, xsw_is_map_pin },
		     { XSW_DIR_RESIZE, is_none },
		     { "", is_none } };
	struct removal r = { .name = name };
	char path[PIN_PATH_MAX];
	size_t i;
	int err;

	pin_path(path, name, XSW_PIN_META);
	/* a directory in its place stays, and this one with it */
	if (unlink(path) && errno != ENOENT && errno != EISDIR)
		return -errno;
	fault_point();
	pin_path(path, name, XSW_PIN_META XSW_PIN_NEW);
	unlink(path);
	pin_path(path, name, XSW_DIR_PORTS);
	pin_each_dir(path, remove_port_dir, &r);
	r.err = migrate_remove(name, 0) ?: r.err;
	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		pin_path(path, name, "%s", dirs[i].dir);
		err = pin_rmdir(path, dirs[i].ours);
		r.err = r.err ?: err; /* the cause; what it leaves is in the way of the rest */
		fault_point();
	}
	return r.err;
}

/* "veth", "vxlan", ...: of what ports are made */
static bool is_kind(const char *kind)
{
	static const char *const kinds[] = { "veth", "vxlan", "gretap", "ip6gretap", "geneve" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

/* Devices of this switch without a record of them; `dead`: those that no program serves. */
static int remove_by_alias(struct xsw *sw, bool dead)
{
	struct netif_link *links = NULL;
	char prefix[64];
	size_t i, n = 0;
	int err = sw->nl ? netif_list(sw->nl, &links, &n) : 0;

	snprintf(prefix, sizeof(prefix), XSW_ALIAS_PREFIX_FMT, sw->name);
	for (i = 0; i < n && !err; i++)
		if (is_kind(links[i].kind) && !strncmp(links[i].alias, prefix, strlen(prefix)) &&
		    !(dead && attach_taken((uint32_t)links[i].ifindex)) &&
		    !xsw_plan(sw, "remove device %s", shell_word(links[i].name)))
			err = netif_del(sw->nl, links[i].ifindex);
	free(links);
	return err == -ENODEV ? 0 : err;
}

/* What removing a port, made or half made, needs. */
static unsigned int rights_for(const struct xsw_info *info)
{
	if (!info->name[0])
		return 0;
	return RIGHT_DEVICES | (info->flags & XSW_I_NS_CREATED ? RIGHT_NETNS : 0) |
	       (info->hook == XSW_HOOK_XDP ? RIGHT_IDS : 0);
}

/* Nothing is removed by halves for want of one. */
static int check_rights(const struct xsw *sw)
{
	unsigned int rights = 0;

	for (uint32_t n = 1; n < XSW_PORTS; n++)
		rights |= rights_for(&sw->ports[n]);
	return xsw_check_rights(rights);
}

static int remove_failed(const struct xsw *sw, int err)
{
	char dir[PIN_PATH_MAX];

	if (err != -ENOTEMPTY) {
		fail(XSW_REFUSED, "switch %s: cannot remove all of it: %s", sw->name,
		     strerror(-err));
		hint("`xswitch -S %s down` again removes the rest", sw->name);
		return XSW_REFUSED;
	}
	pin_path(dir, sw->name, "%s", "");
	fail(XSW_REFUSED, "switch %s: %s holds pins that are not ours; they stay", sw->name, dir);
	hint("remove them, then `xswitch -S %s down` again", sw->name);
	return XSW_REFUSED;
}

int xsw_remove_all(struct xsw *sw)
{
	char pin[PIN_PATH_MAX];
	int err = -EINVAL;

	pin_path(pin, sw->name, XSW_DIR_MAPS "/%s", map_name(MAP_INFO));
	/* another ABI's record, or a pin that is not ours, cannot be read */
	if (!sw->meta.abi || sw->meta.abi == XSW_ABI_VERSION)
		err = maps_info_read(pin, &sw->ports);
	if (!err && check_rights(sw))
		return XSW_REFUSED;
	if (!err)
		err = port_unmake_all(sw);
	else if (err == -EINVAL)
		err = remove_by_alias(sw, false);
	else if (err == -ENOENT)
		err = 0;
	if (!err) /* with them goes the knowledge of what is ours */
		err = xsw_remove_pins(sw->name);
	return err ? remove_failed(sw, err) : XSW_OK;
}

int xsw_remove_traces(struct xsw *sw)
{
	struct netns_id id;
	int status = xsw_enter_netns(sw->opts, &id), err;

	if (status)
		return status;
	err = netif_open(&sw->nl, -1);
	if (!err)
		err = remove_by_alias(sw, true);
	netif_close(sw->nl);
	sw->nl = NULL;
	return err ? remove_failed(sw, err) : XSW_OK;
}

static int down_locked(struct xsw *sw)
{
	char dir[PIN_PATH_MAX], meta[PIN_PATH_MAX];
	int err;

	pin_path(dir, sw->name, "%s", "");
	if (!pin_exists(dir)) {
		info("no switch %s: no pins to remove", sw->name);
		return xsw_remove_traces(sw);
	}
	pin_path(meta, sw->name, XSW_PIN_META);
	err = maps_meta_read(meta, &sw->meta);
	if (!err && sw->meta.abi == XSW_ABI_VERSION && sw->lock >= 0)
		(void)migrate_settle(sw); /* its own record, not that of the ABI before */
	if (!err)
		err = xsw_enter_home(sw);
	else if (err == -ENOENT ||
		 err == -EINVAL) /* interrupted, or damaged: it lived here, then */
		err = netif_open(&sw->nl, -1) ? fail(XSW_REFUSED, "cannot open a netlink socket") :
						XSW_OK;
	else
		return remove_failed(sw, err);
	if (err || xsw_plan(sw, "remove switch %s", sw->name))
		return err;
	return xsw_remove_all(sw);
}

static int down_one(const struct xsw_opts *opts, void *arg)
{
	struct xsw *sw = xsw_new(opts);
	int err = sw ? XSW_OK : fail(XSW_REFUSED, "out of memory");

	(void)arg;
	if (!err && !opts->dry_run)
		err = xsw_lock(sw, false);
	if (!err)
		err = down_locked(sw);
	xsw_close(sw);
	return err;
}

int xsw_down(const struct xsw_opts *opts, bool all)
{
	struct xsw_opts every = *opts;

	every.named = false;
	return all ? xsw_each_name(&every, down_one, NULL) : down_one(opts, NULL);
}

int port_left(const char *port, int err)
{
	fail(XSW_REFUSED, "port %s: cannot remove all of it: %s", port, strerror(-err));
	hint("the next command that changes the switch removes the rest");
	return XSW_REFUSED;
}

int xsw_port_del(struct xsw *sw, const char *port)
{
	uint32_t number, n, next;
	int err = xsw_port_need(sw, port, &number);

	if (!err)
		err = mirror_lets_go(sw, port, number);
	if (err || xsw_plan(sw, "remove port %s", port))
		return err;
	err = xsw_check_rights(rights_for(&sw->ports[number]));
	if (err)
		return err;
	for (n = number; n; n = next) {
		next = xsw_leg_next(sw, number, n);
		err = port_unmake(sw, n);
		if (err)
			return port_left(port, err);
	}
	return XSW_OK;
}
