// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_agent_act.c - reactions of the agent
 *
 * The lock is tried, not waited for, and kept for one round of reactions. Whatever was seen before
 * it was taken may have been changed by a command since, so each reaction looks at the record again.
 *
 * A port is connected again at once, then not before the delay has passed, which begins with a second
 * and doubles: a device that comes and goes, or one that somebody wants for something else, is not
 * fought for. After AGENT_TRIES failures it takes another device, or SIGHUP, to begin anew.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "grace.h"
#include "xsw_names.h"

#define DELAY_MAX (64 * AGENT_S)

void agent_tell(struct agent *a, struct xsw_agent_event *e, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	e->time = agent_clock(CLOCK_REALTIME);
	e->text = text;
	a->io->fn(e, a->io->arg);
}

/* --- what there is to do ---------------------------------------------------------------- */

static bool may_try(const struct agent *a, const struct agent_port *p)
{
	return p->here && p->gone && p->back && a->now >= p->next;
}

static bool route_due(const struct agent *a)
{
	return a->route_left && a->now >= a->route_next && a->now >= a->route_last + AGENT_S;
}

/* What is not there, or is another device, needs no lock to be left alone. */
static bool is_back(struct agent *a, uint32_t number)
{
	const struct xsw_info *info = agent_info(a, number);
	struct agent_port *p = &a->ports[number];
	char text[MAC_TEXT];
	uint8_t mac[6];
	int err = info ? port_is_back(a->sw, number, mac) : -ENOENT;

	p->back = !err;
	if (err == -ESTALE && !p->told && !xsw_is_leg(a->sw, number)) {
		p->told = true;
		agent_tell(a,
			   &(struct xsw_agent_event){
				   .event = "stranger", .port = info->name, .ifname = info->outer },
			   "port %s: a device %s is there with another address, %s: left alone; "
			   "`port add %s type dev dev %s` takes it",
			   info->name, info->outer, mac_text(mac, text), info->name, info->outer);
	}
	return !err;
}

static bool routes_old(struct agent *a)
{
	bool old = false;
	uint32_t n;

	a->route_last = a->now;
	a->route_left--;
	a->route_next = a->now + (AGENT_S << (AGENT_ROUTES - 1 - a->route_left)) / 2;
	for (n = 1; n < XSW_PORTS && !old; n++)
		if (maps_conf_load(&a->sw->maps, n).flags & XSW_F_ENCAP && agent_info(a, n))
			old = mtu_is_old(a->sw, n);
	return old;
}

bool agent_due(struct agent *a)
{
	bool due = false;
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++) {
		struct agent_port *p = &a->ports[n];

		if (!p->here)
			continue;
		due |= p->flush || p->record || (may_try(a, p) && is_back(a, n));
	}
	if (route_due(a))
		a->routes_old |= routes_old(a);
	return due || a->routes_old;
}

/* --- doing it ---------------------------------------------------------------------------- */

static const char *comes_back(const struct xsw_info *info)
{
	return info->type == XSW_TYPE_DEV		      ? "; attached again when it is back" :
	       info->type == XSW_TYPE_NETNS && info->netns[0] ? "; made again for a new namespace" :
								"";
}

static int do_flush(struct agent *a, struct xsw *sw, uint32_t n)
{
	static const struct {
		const char *event, *cause, *what;
	} words[] = {
		[AGENT_DOWN] = { "flushed", "down", "went down" },
		[AGENT_CARRIER] = { "flushed", "carrier", "lost carrier" },
		[AGENT_GONE] = { "gone", NULL, "is gone" },
	};
	const struct xsw_info *info = &sw->ports[n];
	struct agent_port *p = &a->ports[n];
	enum agent_cause why = p->flush;
	bool idle = p->fresh && !sw->maps.mem.limits[XSW_LIMIT_PORT(n)].learned;
	int err = idle ? 0 : prog_flush(&sw->prog, n, -1);

	if (err)
		return fail(XSW_REFUSED, "port %s: cannot flush: %s", info->name, strerror(-err));
	p->flush = AGENT_NO;
	p->fresh = false;
	if (!idle && !xsw_is_leg(sw, n))
		agent_tell(a,
			   &(struct xsw_agent_event){ .event = words[why].event,
						      .cause = words[why].cause,
						      .port = info->name,
						      .ifname = p->name },
			   "port %s: device %s %s: what was learned there is forgotten%s",
			   info->name, p->name, words[why].what,
			   why == AGENT_GONE ? comes_back(info) : "");
	return XSW_OK;
}

static int do_record(struct agent *a, struct xsw *sw, uint32_t n)
{
	struct xsw_info *info = &sw->ports[n];
	struct agent_port *p = &a->ports[n];
	char old[XSW_IFNAME_MAX];
	int err;

	p->record = false;
	memcpy(old, info->outer, sizeof(old));
	memcpy(info->outer, p->name, sizeof(info->outer));
	if (!p->gone)
		info->flags &= ~(__u32)(XSW_I_AGAIN | XSW_I_AGAIN_XDP);
	err = maps_info_set(&sw->maps, n, info);
	if (err)
		return fail(XSW_REFUSED, "port %s: cannot record its device: %s", info->name,
			    strerror(-err));
	if (strcmp(old, p->name) && !xsw_is_leg(sw, n))
		agent_tell(a,
			   &(struct xsw_agent_event){ .event = "renamed",
						      .port = info->name,
						      .ifname = p->name,
						      .from = old },
			   "port %s: device %s is called %s now", info->name, old, p->name);
	return XSW_OK;
}

/* The next attempt waits; longer each time, unless the port was well for as long as that can be. */
static void pace(struct agent *a, struct agent_port *p)
{
	bool well = a->now > p->next + DELAY_MAX;

	p->delay = well || !p->delay ? AGENT_S : p->delay < DELAY_MAX ? 2 * p->delay : DELAY_MAX;
	p->next = a->now + p->delay;
}

static void do_again(struct agent *a, struct xsw *sw, uint32_t n)
{
	const struct xsw_info *info = &sw->ports[n];
	struct agent_port *p = &a->ports[n];
	bool dev = info->type == XSW_TYPE_DEV;
	const char *what = dev ? info->outer : info->netns;
	struct xsw_agent_event e = { .port = info->name, .ifname = info->outer };
	uint8_t mac[6];
	bool mute;
	int status;

	p->back = false;
	/* somebody was faster */
	if (maps_tx_get(&sw->maps, n) == info->ifindex || port_is_back(sw, n, mac))
		return;
	pace(a, p);
	mute = log_mute(p->tries > 0);
	status = port_again(sw, n);
	log_mute(mute);
	if (!status) {
		p->tries = 0;
		p->here = false;
		a->look = true;
		e.event = "attached";
		agent_tell(a, &e, "port %s: %s %s is back: %s", info->name,
			   dev ? "device" : "namespace", what,
			   dev ? "attached again" : "devices made again");
		return;
	}
	p->tries++;
	p->back = p->tries < AGENT_TRIES;
	e.event = p->back ? "refused" : "given_up";
	if (p->tries == 1)
		agent_tell(a, &e, "port %s: not connected to %s: %d attempts more, then it is left",
			   info->name, what, AGENT_TRIES - 1);
	else if (!p->back)
		agent_tell(a, &e, "port %s: %s is left alone until it is replaced, or SIGHUP",
			   info->name, what);
}

static void do_routes(struct agent *a, struct xsw *sw)
{
	uint32_t n, old;

	a->routes_old = false;
	for (n = 1; n < XSW_PORTS; n++) {
		const struct xsw_info *info = &sw->ports[n];

		if (!mtu_is_old(sw, n))
			continue;
		old = maps_conf_load(&sw->maps, n).mtu;
		mtu_renew(sw, n);
		if (xsw_is_leg(sw, n))
			continue;
		agent_tell(a,
			   &(struct xsw_agent_event){ .event = "mtu",
						      .port = info->name,
						      .mtu = maps_conf_load(&sw->maps, n).mtu,
						      .old_mtu = old },
			   "port %s: MTU %u, as its route has room for now; it was %u", info->name,
			   maps_conf_load(&sw->maps, n).mtu, old);
	}
	mtu_follow(sw);
}

/* As xsw_open() does, without waiting and without a word where that is no mistake. */
static int try_open(struct agent *a, struct xsw **out)
{
	struct xsw *sw = xsw_new(&a->opts);
	struct pin_holder holder;
	char meta[PIN_PATH_MAX];
	int err = sw ? 0 : -ENOMEM;

	if (err)
		return err;
	sw->lock = pin_lock(0, &holder);
	if (sw->lock < 0) {
		err = sw->lock == -ETIMEDOUT ? -EBUSY : sw->lock;
		goto out;
	}
	grace_restore(); /* of a writer that was killed */
	pin_path(meta, sw->name, XSW_PIN_META);
	err = maps_meta_read(meta, &sw->meta);
	if (!err && xsw_reach(sw))
		err = -EIO;
out:
	if (err)
		xsw_close(sw);
	else
		*out = sw;
	return err;
}

int agent_act(struct agent *a)
{
	struct xsw *sw;
	uint32_t n;
	int err = try_open(a, &sw);

	if (err)
		return err;
	for (n = 1; n < XSW_PORTS; n++) {
		struct agent_port *p = &a->ports[n];

		if (!p->here)
			continue;
		if (!(sw->ports[n].flags & XSW_I_READY) ||
		    sw->maps.mem.ports[n].ifindex != p->ifindex) {
			*p = (struct agent_port){ 0 }; /* another port by now, or none */
			continue;
		}
		if (p->record && do_record(a, sw, n))
			err = -EIO;
		if (p->flush && do_flush(a, sw, n))
			err = -EIO;
		if (may_try(a, p))
			do_again(a, sw, n);
	}
	if (a->routes_old)
		do_routes(a, sw);
	xsw_close(sw);
	return err;
}
