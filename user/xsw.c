// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw.c - opening a switch: rights, lock, namespace, pins
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grace.h"
#include "xsw_int.h"
#include "xsw_names.h"

bool xsw_interrupted(void)
{
	sigset_t set;

	if (sigpending(&set) || !(sigismember(&set, SIGINT) || sigismember(&set, SIGTERM)))
		return false;
	fail(XSW_REFUSED, "interrupted: undoing what was begun");
	return true;
}

void xsw_signals_hold(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool xsw_tells(const struct xsw *sw)
{
	return sw->opts->dry_run || log_tells();
}

bool xsw_plan(const struct xsw *sw, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (!xsw_tells(sw))
		return false;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!sw->opts->dry_run)
		info("switch %s: %s", sw->name, line);
	else
		sw->opts->plan(line);
	return sw->opts->dry_run;
}

struct xsw *xsw_new(const struct xsw_opts *opts)
{
	struct xsw *sw = calloc(1, sizeof(*sw));

	if (!sw)
		return NULL;
	snprintf(sw->name, sizeof(sw->name), "%s", opts->switch_name);
	sw->opts = opts;
	sw->lock = -1;
	sw->found = calloc(XSW_FOUND, sizeof(*sw->found));
	if (!sw->found) {
		free(sw);
		return NULL;
	}
	maps_init(&sw->maps);
	prog_init(&sw->prog);
	return sw;
}

void xsw_close(struct xsw *sw)
{
	if (!sw || sw->opts->batch) /* the batch closes it */
		return;
	tell_end(sw);
	if (sw->lock >= 0)
		grace_restore();
	netif_close(sw->nl);
	maps_close(&sw->maps);
	prog_close(&sw->prog);
	free(sw->ports);
	free(sw->found);
	if (sw->lock >= 0)
		pin_leave(sw->lock);
	free(sw);
}

int xsw_check_rights(unsigned int rights)
{
	char text[RIGHTS_TEXT];

	if (!rights_missing(rights, text))
		return XSW_OK;
	fail(XSW_REFUSED, "not permitted without %s", text);
	hint("run it as root, or with the capabilities that are missing");
	return XSW_REFUSED;
}

int xsw_netns_failed(const char *netns, int err)
{
	char text[RIGHTS_TEXT];

	if (err == -EPERM && rights_missing(RIGHT_NETNS, text))
		return fail(XSW_REFUSED, "not permitted without %s: %s", text, quoted(netns));
	return fail(err == -ENOENT ? XSW_MISSING : XSW_REFUSED,
		    "cannot enter network namespace %s: %s", quoted(netns), strerror(-err));
}

/* Enter the namespace the user names; without one the caller's is the switch's. */
int xsw_enter_netns(const struct xsw_opts *opts, struct netns_id *id)
{
	int fd = opts->netns ? netns_open(opts->netns) : netns_open_self();
	int err = fd < 0 ? fd : netns_id(fd, id);

	if (!err && opts->netns)
		err = netns_enter(fd);
	if (fd >= 0)
		close(fd);
	return err ? xsw_netns_failed(opts->netns ?: "self", err) : XSW_OK;
}

int xsw_lock(struct xsw *sw, bool make)
{
	struct pin_holder holder = {};
	int fd;

	umask(077); /* pins are 0600, directories 0700, whatever it was */
	fd = (make ? pin_enter : pin_lock)(sw->opts->wait, &holder);
	if (fd == -ETIMEDOUT && holder.pid)
		return fail(XSW_REFUSED, "switch %s: another command is at work: %s (pid %d)",
			    sw->name, holder.comm, holder.pid);
	if (fd == -ETIMEDOUT)
		return fail(XSW_REFUSED, "switch %s: other commands are at work", sw->name);
	if (fd == -ENOENT && !make)
		return XSW_OK; /* nothing there, nothing to lock */
	if (fd == -EOWNERDEAD) {
		fail(XSW_REFUSED, "switch %s: the pins at %s are of another user", sw->name,
		     pin_bpffs());
		hint("run it as this user: what its pins say would be done with your rights");
		return XSW_REFUSED;
	}
	if (fd < 0) {
		fail(XSW_REFUSED, "cannot use bpffs at %s: %s", pin_bpffs(), strerror(-fd));
		if (fd == -EACCES)
			hint("run it as the user whose it is, or with CAP_DAC_OVERRIDE");
		else
			hint("the directory must exist; mount -t bpf bpf %s",
			     shell_word(pin_bpffs()));
		return XSW_REFUSED;
	}
	sw->lock = fd;
	xsw_signals_hold();
	grace_restore(); /* of a writer that was killed */
	return XSW_OK;
}

int xsw_save_meta(const struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	int err;

	pin_path(path, sw->name, XSW_PIN_META);
	err = maps_meta_write(path, &sw->meta);

	return err ? fail(XSW_REFUSED, "switch %s: cannot write meta: %s", sw->name,
			  strerror(-err)) :
		     XSW_OK;
}

int xsw_note_build(struct xsw *sw)
{
	char path[PIN_PATH_MAX];

	if (sw->meta.build == prog_build() || !sw->meta.build)
		return 0;
	sw->meta.build = 0;
	pin_path(path, sw->name, XSW_PIN_META);
	return maps_meta_write(path, &sw->meta);
}

int xsw_bad_pin(const struct xsw *sw, const char *pin, int err)
{
	if (sw->lock < 0 && err != -EACCES && stream_is_gone(sw))
		return stream_gone(sw);
	fail(XSW_REFUSED, "switch %s: pin %s: %s", sw->name, pin,
	     err == -EINVAL ? "not what this xswitch made" : strerror(-err));
	if (migrate_is_open(sw->name))
		hint("an upgrade was interrupted: `xswitch -S %s upgrade` ends it", sw->name);
	else if (err == -EACCES)
		hint("run it as the user whose pins these are, or with CAP_DAC_OVERRIDE");
	else if (err == -EINVAL || err == -ENOENT) /* damaged, not merely out of reach */
		hint("`xswitch -S %s down` removes what is left of the switch", sw->name);
	return XSW_REFUSED;
}

/* Live in the switch's namespace, by its identity: it may have been renamed or be gone. */
int xsw_enter_home(struct xsw *sw)
{
	struct netns_id here,
		home = { sw->meta.netns_dev, sw->meta.netns_ino, sw->meta.netns_cookie };
	char name[XSW_NAME_MAX];
	int fd, err;

	err = xsw_enter_netns(sw->opts, &here);
	if (err)
		return err;
	sw->netns = home;
	if (!netns_same(&here, &home)) {
		if (sw->opts->netns) {
			fail(XSW_MISSING, "switch %s does not live in network namespace %s",
			     sw->name, quoted(sw->opts->netns));
			return XSW_MISSING;
		}
		if (netns_find(&home, name, sizeof(name)))
			return XSW_OK; /* gone, and every device with it */
		fd = netns_open(name);
		err = fd < 0 ? fd : netns_enter(fd);
		if (fd >= 0)
			close(fd);
		if (err)
			return xsw_netns_failed(name, err);
	}
	err = netif_open(&sw->nl, -1);
	return err ? fail(XSW_REFUSED, "cannot open a netlink socket: %s", strerror(-err)) : XSW_OK;
}

/* The kernel keeps the devices of ports as long as their namespace. */
bool xsw_home_is_gone(const struct xsw *sw)
{
	uint32_t n = 1;

	if (sw->nl)
		return false;
	while (n < XSW_PORTS && (!sw->ports[n].name[0] || !sw->ports[n].ifindex ||
				 maps_tx_get(&sw->maps, n) != sw->ports[n].ifindex))
		n++;
	return n == XSW_PORTS;
}

int xsw_need_home(const struct xsw *sw)
{
	if (sw->nl)
		return XSW_OK;
	fail(XSW_REFUSED, "switch %s: the network namespace it lives in has no name", sw->name);
	hint("run it in that namespace, or with -n PID of a process there");
	return XSW_REFUSED;
}

/*
 * A reader takes no lock. The switch may go while it reaches for the pins, or go and come again:
 * what it has then is of none or of two. `meta`, first to go and last to come, is another.
 */
int xsw_read_meta(struct xsw *sw)
{
	char path[PIN_PATH_MAX];

	pin_path(path, sw->name, XSW_PIN_META);
	return stat(path, &sw->which) ? -errno : maps_meta_read(path, &sw->meta);
}

/* The switch is there: reach all of it. */
int xsw_reach(struct xsw *sw)
{
	char dir[PIN_PATH_MAX];
	const char *bad = "";
	int err;

	if (sw->meta.abi != XSW_ABI_VERSION)
		return migrate_refused(sw);
	err = sw->lock < 0 ? 0 : migrate_settle(sw);
	if (err)
		return xsw_bad_pin(sw, XSW_DIR_UPGRADE, err);
	pin_path(dir, sw->name, XSW_DIR_MAPS);
	err = maps_open(&sw->maps, dir, &bad);
	if (err)
		return xsw_bad_pin(sw, bad, err);
	pin_path(dir, sw->name, XSW_DIR_PROGS);
	err = prog_open(&sw->prog, dir);
	if (err)
		return xsw_bad_pin(sw, XSW_DIR_PROGS, err);
	err = maps_info_all(&sw->maps, &sw->ports);
	if (err)
		return xsw_bad_pin(sw, "info", err);
	err = xsw_enter_home(sw);
	if (err || sw->lock < 0)
		return err;
	err = migrate_end(sw) ?: xsw_repair(sw);
	if (!err)
		tell_begin(sw);
	return err;
}

int xsw_need_netns(const struct xsw_opts *opts)
{
	int fd = opts->netns ? netns_open(opts->netns) : netns_open_self();

	if (fd < 0)
		return xsw_netns_failed(opts->netns ?: "self", fd);
	close(fd);
	return XSW_OK;
}

int xsw_missing(const struct xsw_opts *opts)
{
	int status = xsw_need_netns(opts);

	if (status)
		return status;
	fail(XSW_MISSING, "no switch %s", opts->switch_name);
	hint("`xswitch%s%s -S %s up --ports ns1,ns2` makes one", opts->netns ? " -n " : "",
	     opts->netns ? shell_word(opts->netns) : "", opts->switch_name);
	return XSW_MISSING;
}

static int open_alone(struct xsw **out, const struct xsw_opts *opts, enum xsw_mode mode)
{
	struct xsw *sw = xsw_new(opts);
	int err = sw ? XSW_OK : fail(XSW_REFUSED, "out of memory");

	*out = NULL;
	if (!err && mode != XSW_READ && !opts->dry_run)
		err = xsw_lock(sw, false);
	if (err)
		goto out;
	err = xsw_read_meta(sw);
	if (err == -ENOENT) {
		err = xsw_missing(opts);
	} else if (err) {
		err = xsw_bad_pin(sw, XSW_PIN_META, err);
	} else {
		if (mode == XSW_UPGRADE && sw->meta.abi < XSW_ABI_VERSION) {
			err = migrate_begin(sw);
			if (!err && opts->dry_run)
				goto close;
		}
		err = err ?: xsw_reach(sw);
		if (!err && sw->lock < 0 && stream_is_gone(sw))
			err = stream_gone(sw);
	}
out:
	if (!err) {
		*out = sw;
		return XSW_OK;
	}
close:
	xsw_close(sw);
	return err;
}

bool xsw_exists(const struct xsw_opts *opts)
{
	char meta[PIN_PATH_MAX];

	pin_path(meta, opts->switch_name, XSW_PIN_META);
	return pin_exists(meta);
}

bool xsw_made(const struct xsw *sw)
{
	return sw->made;
}

int xsw_open(struct xsw **out, const struct xsw_opts *opts, enum xsw_mode mode)
{
	return opts->batch ? batch_open(out, opts) : open_alone(out, opts, mode);
}
