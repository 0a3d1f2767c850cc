// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_each.c - every switch there is, one after the other
 *
 * Reaching a switch moves the process into its namespace, which may have no name to find it
 * by; so does the one it came from. The way back is a descriptor.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xsw_int.h"
#include "xsw_names.h"

struct names {
	char (*v)[XSW_SWITCH_NAME_MAX + 1];
	size_t n;
	int err;
};

static void names_add(const char *name, void *arg)
{
	struct names *names = arg;
	void *v;

	if (!switch_name_valid(name)) /* the marks MOUNTED and EXPEDITED are none */
		return;
	v = realloc(names->v, (names->n + 1) * sizeof(*names->v));
	if (!v) {
		names->err = -ENOMEM;
		return;
	}
	names->v = v;
	snprintf(names->v[names->n++], sizeof(*names->v), "%s", name);
}

static int list(const struct xsw_opts *opts, struct names *names)
{
	char root[PIN_PATH_MAX];
	int err;

	if (opts->named) {
		names_add(opts->switch_name, names);
		return names->err;
	}
	pin_root(root);
	err = pin_each_dir(root, names_add, names);
	return err && err != -ENOENT ? err : names->err;
}

int xsw_each_name(const struct xsw_opts *opts, xsw_name_fn fn, void *arg)
{
	struct xsw_opts one = *opts;
	struct names names = {};
	int home = netns_open_self(), status = XSW_OK, got, err;
	size_t i;

	err = home < 0 ? home : list(opts, &names);
	if (err)
		status = fail(XSW_REFUSED, "cannot list the switches: %s", strerror(-err));
	for (i = 0; i < names.n && !err; i++) {
		one.switch_name = names.v[i];
		got = fn(&one, arg);
		if (got && !status)
			status = got;
		err = netns_enter(home);
		if (err)
			status = fail(XSW_REFUSED, "cannot go back to the network namespace: %s",
				      strerror(-err));
	}
	if (home >= 0)
		close(home);
	free(names.v);
	return status;
}

bool xsw_lives_in(const struct xsw_opts *opts)
{
	struct netns_id id, home;
	struct xsw_meta meta;
	char path[PIN_PATH_MAX];
	int fd, err;

	pin_path(path, opts->switch_name, XSW_PIN_META);
	if (maps_meta_read(path, &meta))
		return false;
	fd = netns_open(opts->netns);
	err = fd < 0 ? fd : netns_id(fd, &id);
	if (fd >= 0)
		close(fd);
	home = (struct netns_id){ meta.netns_dev, meta.netns_ino, meta.netns_cookie };
	return !err && netns_same(&id, &home);
}
