// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_sysctl.c - sysctls of a namespace: compared and set
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "topo_host.h"
#include "topo_int.h"

/* As sysctl(8): the first separator says whether the others are dots or slashes. */
void topo_sysctl_path(const char *key, char *path, size_t size)
{
	bool dots = key[strcspn(key, "./")] == '.';
	size_t len = (size_t)snprintf(path, size, "/proc/sys/%s", key);

	for (size_t i = strlen("/proc/sys/"); dots && i < len && i < size; i++)
		path[i] = path[i] == '.' ? '/' : path[i] == '/' ? '.' : path[i];
}

/* Blanks between its words become one each. */
static void one_blank(char *text)
{
	char *to = text;

	for (char *from = text + strspn(text, " \t\n"); *from; from++) {
		bool blank = strchr(" \t\n", *from);

		if (!blank || (to > text && to[-1] != ' '))
			*to++ = blank ? ' ' : *from;
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

static int read_value(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	err = n < 0 ? -errno : 0;
	text[n < 0 ? 0 : n] = '\0';
	if (fd >= 0)
		close(fd);
	one_blank(text);
	return err;
}

static int write_value(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	fault_point();
	return err;
}

/* /proc/sys/net is that of the namespace one lives in. */
static int in_netns(const char *netns, int (*fn)(const char *path, char *text, size_t size),
		    const char *path, char *text, size_t size)
{
	int home = netns_open_self(), fd = netns_open(netns), err;

	err = home < 0 ? home : fd < 0 ? fd : netns_enter(fd);
	if (!err) {
		err = fn(path, text, size);
		netns_return(home);
	}
	if (fd >= 0)
		close(fd);
	if (home >= 0)
		close(home);
	return err;
}

static int write_one(const char *path, char *text, size_t size)
{
	(void)size;
	return write_value(path, text);
}

int topo_sysctl(struct topo_host *h, const char *netns, const struct topo_sysctl *s)
{
	char path[512], value[1024], want[1024], name[256];
	struct topo_undo *u;
	int err;

	topo_sysctl_path(s->key, path, sizeof(path));
	snprintf(want, sizeof(want), "%s", s->value);
	one_blank(want);
	err = in_netns(netns, read_value, path, value, sizeof(value));
	if (!err && !strcmp(value, want))
		return XSW_OK;
	snprintf(name, sizeof(name), "%s %s", netns, s->key);
	if (h->plan)
		return topo_differs(h, (struct topo_line){ '~', NULL, "sysctl",
							   topo_text(h->mem, name), NULL,
							   topo_text(h->mem, err ? "none" : value),
							   s->value }),
		       XSW_OK;
	if (err == -ENOENT && !h->late)
		return XSW_OK; /* of a device that a switch will make */
	if (!err) {
		u = topo_keep(h, UNDO_SYSCTL);
		if (!u)
			return XSW_REFUSED;
		*u = (struct topo_undo){ .kind = UNDO_SYSCTL, .netns = netns, .name = s->key };
		u->text = topo_text(h->mem, value);
		err = in_netns(netns, write_one, path, want, 0);
	}
	if (!err)
		return XSW_OK;
	log_place(h->topo->file, s->mark.line, s->mark.column);
	fail(XSW_REFUSED, "namespace %s: cannot set %s to %s: %s", netns, s->key, quoted(s->value),
	     strerror(-err));
	log_place(NULL, 0, 0);
	return XSW_REFUSED;
}

void topo_undo_sysctl(const struct topo_undo *u)
{
	char path[512];

	topo_sysctl_path(u->name, path, sizeof(path));
	if (u->text)
		in_netns(u->netns, write_one, path, u->text, 0);
}
