// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_state.c - what is pinned of a switch
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "doctor_int.h"
#include "xsw_names.h"

static int read_meta(const char *name, struct xsw_meta *meta)
{
	char path[PIN_PATH_MAX];

	pin_path(path, name, XSW_PIN_META);
	return maps_meta_read(path, meta);
}

static void fix_down(struct doctor *d)
{
	doctor_fix(d, "xswitch -S %s down", d->name);
}

int doctor_remains(struct doctor *d)
{
	struct xsw_meta meta;

	if (read_meta(d->name, &meta) != -ENOENT)
		return 0;
	doctor_found(d, DOCTOR_WARNING, NULL,
		     "no switch, but what is left of one: a command was killed while it made or "
		     "removed it");
	fix_down(d);
	return 0;
}

/* What cannot be read of its pins: an error, and which. */
static int try_pins(const char *name, const char **bad)
{
	char dir[PIN_PATH_MAX];
	struct xsw_info *records = NULL;
	struct prog prog;
	struct maps maps;
	int err;

	maps_init(&maps);
	prog_init(&prog);
	pin_path(dir, name, XSW_DIR_MAPS);
	err = maps_open(&maps, dir, bad);
	if (!err) {
		*bad = XSW_DIR_PROGS;
		pin_path(dir, name, XSW_DIR_PROGS);
		err = prog_open(&prog, dir);
	}
	if (!err) {
		*bad = map_name(MAP_INFO);
		err = maps_info_all(&maps, &records);
	}
	free(records);
	maps_close(&maps);
	prog_close(&prog);
	return err;
}

int doctor_damaged(struct doctor *d)
{
	const char *bad = XSW_PIN_META;
	struct xsw_meta meta;
	int err = read_meta(d->name, &meta);

	if (err == -ENOENT)
		return 0;
	if (!err && meta.abi != XSW_ABI_VERSION) {
		doctor_found(
			d, DOCTOR_ERROR, NULL,
			"made by another version of xswitch (ABI %u, not %u): it forwards, and "
			"this version cannot change it",
			meta.abi, XSW_ABI_VERSION);
		doctor_fix(d,
			   meta.abi < XSW_ABI_VERSION ?
				   "xswitch -S %s upgrade" :
				   "xswitch -S %s down, then `up` with this version",
			   d->name);
		return 0;
	}
	if (!err)
		err = try_pins(d->name, &bad);
	if (!err)
		return 0;
	if (migrate_is_open(d->name)) {
		doctor_found(d, DOCTOR_ERROR, NULL, "an upgrade to another ABI was interrupted");
		doctor_fix(d, "xswitch -S %s upgrade", d->name);
		return 0;
	}
	doctor_found(d, DOCTOR_ERROR, NULL, "pin %s: %s", bad,
		     err == -EINVAL ? "not what this xswitch made" : strerror(-err));
	fix_down(d);
	return 0;
}

static bool whole(const char *name, struct xsw_meta *meta)
{
	const char *bad;

	return !read_meta(name, meta) && meta->abi == XSW_ABI_VERSION && !try_pins(name, &bad);
}

int doctor_open(struct doctor *d)
{
	struct netns_id home, asked;
	struct xsw_meta meta;
	int fd, err;

	d->elsewhere = false;
	if (!whole(d->name, &meta))
		return XSW_OK;
	fd = d->opts->netns && !d->opts->named ? netns_open(d->opts->netns) : -1;
	if (fd >= 0) {
		home = (struct netns_id){ meta.netns_dev, meta.netns_ino, meta.netns_cookie };
		err = netns_id(fd, &asked);
		close(fd);
		d->elsewhere = !err && !netns_same(&home, &asked);
		if (d->elsewhere)
			return XSW_OK; /* of all there, only those of that namespace are meant */
	}
	return xsw_open(&d->sw, d->opts, XSW_READ);
}

bool doctor_same(struct doctor *d)
{
	struct xsw_info *now;
	struct xsw_meta meta;
	bool same;

	if (!d->sw)
		return d->elsewhere || !whole(d->name, &meta);
	if (maps_info_all(&d->sw->maps, &now))
		return false;
	same = !memcmp(now, d->sw->ports, XSW_PORTS * sizeof(*now));
	free(now);
	for (size_t i = 0; same && i < d->view->nports; i++)
		same = d->ports[i].conf.word ==
		       maps_conf_load(&d->sw->maps, d->view->ports[i].number).word;
	return same;
}

/* --- leftovers -------------------------------------------------------------------------- */

struct walk {
	struct doctor *d;
	struct xsw *sw;
};

/* Whether a port has its links below ports/<number>/. */
static bool has_owner(const struct xsw *sw, uint32_t number)
{
	if (number < XSW_PORTS)
		return sw->ports[number].name[0];
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (sw->ports[n].name[0] && type_is_tunnel(sw->ports[n].type) &&
		    XSW_TUNNEL_NUMBER(sw->ports[n].leg.slot) == number)
			return true;
	return false;
}

static void on_port_dir(const char *name, void *arg)
{
	static const char *const links[] = { XSW_LINK_TCX, XSW_LINK_XDP };
	const struct walk *w = arg;
	char path[PIN_PATH_MAX];
	uint64_t number;
	bool dead = true;

	if (parse_u64(name, 1, XSW_PORTS + XSW_TUNNELS, &number) &&
	    has_owner(w->sw, (uint32_t)number))
		return;
	for (size_t i = 0; i < 2; i++) {
		pin_path(path, w->sw->name, XSW_DIR_PORTS "/%s/%s", name, links[i]);
		dead &= !link_device(path);
	}
	pin_path(path, w->sw->name, XSW_DIR_PORTS "/%s", name);
	doctor_found(w->d, DOCTOR_WARNING, NULL, "%s belongs to no port; %s", path,
		     dead ? "what it held is gone" : "the link in it still is at a device");
	doctor_fix(w->d, "rm -r %s", shell_word(path));
}

int doctor_stale_pin(struct doctor *d)
{
	struct walk w = { d, d->sw };
	char path[PIN_PATH_MAX];

	pin_path(path, d->name, XSW_DIR_PORTS);
	return pin_each_dir(path, on_port_dir, &w);
}

/* Any writer takes what a killed command left to its end; this one does nothing else. */
static const char next[] = "xswitch -S %s up";

static void unmade_port(struct doctor *d, uint32_t number)
{
	doctor_found(d, DOCTOR_WARNING, NULL,
		     "port %s was not made, or not removed, to its end, for a command was killed: "
		     "the next one that changes something removes it",
		     d->sw->ports[number].name);
	doctor_fix(d, next, d->name);
}

int doctor_unmade(struct doctor *d)
{
	char path[PIN_PATH_MAX];

	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (d->sw->ports[n].name[0] && !xsw_is_leg(d->sw, n) && !xsw_is_complete(d->sw, n))
			unmade_port(d, n);
	pin_path(path, d->name, XSW_DIR_RESIZE);
	if (pin_exists(path) || migrate_is_open(d->name)) {
		doctor_found(d, DOCTOR_WARNING, NULL,
			     "a change of its programs was interrupted: the next command that "
			     "changes something ends it");
		doctor_fix(d, next, d->name);
	}
	if (maps_policy_marked(&d->sw->maps)) {
		doctor_found(d, DOCTOR_WARNING, NULL,
			     "a change of policies was interrupted: the next command that changes "
			     "something ends it");
		doctor_fix(d, next, d->name);
	}
	return 0;
}

int doctor_outdated(struct doctor *d)
{
	char build[24] = "unknown or several";

	if (d->sw->meta.build == prog_build())
		return 0;
	if (d->sw->meta.build)
		snprintf(build, sizeof(build), "%08x", d->sw->meta.build);
	doctor_found(d, DOCTOR_HINT, NULL,
		     "its programs are of another build of xswitch (%s, not %08x)", build,
		     prog_build());
	doctor_fix(d, "xswitch -S %s upgrade", d->name);
	return 0;
}
