// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_switch.c - a switch as a whole: where it lives, its clock, its table, who listens
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "doctor_int.h"

#define SECOND 1000000000ULL

int doctor_home(struct doctor *d)
{
	if (d->sw->nl)
		return 0;
	if (!xsw_home_is_gone(d->sw)) {
		doctor_found(d, DOCTOR_HINT, NULL,
			     "the network namespace it lives in has no name: its devices cannot be "
			     "looked at from here");
		doctor_fix(d, "run it in that namespace, or with -n PID of a process there");
		return 0;
	}
	doctor_found(d, DOCTOR_ERROR, NULL,
		     "the network namespace it lives in is gone, and with it every device");
	doctor_fix(d, "xswitch -S %s down", d->name);
	return 0;
}

/* On by itself wherever the module is: told only where there is a bridge to mistake it for. */
int doctor_br_netfilter(struct doctor *d)
{
	struct netif_link *links = NULL;
	size_t n = 0, i = 0;
	int err = d->sw->nl && doctor_bridges_filtered("") ? netif_list(d->sw->nl, &links, &n) : 0;

	while (i < n && strcmp(links[i].kind, "bridge"))
		i++;
	if (i < n) {
		doctor_found(
			d, DOCTOR_HINT, NULL,
			"br_netfilter is on in its namespace: iptables see the frames of bridges "
			"such as %s, and none that the switch forwards",
			links[i].name);
		doctor_fix(d, "for the switch: rules inside the namespaces, or `port set PORT "
			      "allowed_ips LIST`");
	}
	free(links);
	return err;
}

/* --- clock ------------------------------------------------------------------------------ */

#define JUMP (60 * SECOND) /* less may be an ordinary correction */

/*
 * No switch is older than the machine's last start or younger than now, unless somebody has set the
 * time of day since. Nothing but the times that are printed depends on that.
 */
static void check_day(struct doctor *d)
{
	uint64_t day = clock_kernel(CLOCK_REALTIME), start = day - clock_kernel(CLOCK_BOOTTIME);
	uint64_t made = d->sw->meta.created;
	bool back = made > day + JUMP, forward = made + JUMP < start;

	if (back || forward)
		doctor_found(d, DOCTOR_HINT, NULL,
			     "the time of day was set %s by %llu s or more since it was made: its "
			     "ageing is not concerned, times in older logs are",
			     back ? "back" : "forward",
			     (unsigned long long)((back ? made - day : start - made) / SECOND));
}

int doctor_clock(struct doctor *d)
{
	uint64_t tick = d->sw->maps.mem.settings->tick, real = kernel_tick();

	if (tick != real) {
		doctor_found(d, DOCTOR_ERROR, NULL,
			     "a tick is %llu us to the switch and %llu us to the kernel: ageing, "
			     "limits and recovery take another time than was asked for",
			     (unsigned long long)tick / 1000, (unsigned long long)real / 1000);
		doctor_fix(d, "xswitch -S %s down, then `up` again", d->name);
	}
	check_day(d);
	return 0;
}

/* --- addresses -------------------------------------------------------------------------- */

#define NEARLY(size) ((uint64_t)(size)*95 / 100)

static void check_ports(struct doctor *d)
{
	for (size_t i = 0; i < d->view->nports; i++) {
		const struct xsw_port_view *v = &d->view->ports[i];

		if (!v->max_macs || v->learned < v->max_macs ||
		    !v->stats.reasons[XSW_R_learn_limit])
			continue;
		doctor_found(d, DOCTOR_HINT, &d->ports[i],
			     "its limit of %u addresses is reached; others are flooded",
			     v->max_macs);
		doctor_fix(d, "xswitch -S %s port set %s max_macs N", d->name, v->name);
	}
}

static void check_vlans(struct doctor *d)
{
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++) {
		const struct xsw_limit *l = &d->sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)];

		if (!l->max || l->learned < l->max)
			continue;
		doctor_found(d, DOCTOR_HINT, NULL,
			     "the limit of VLAN %u, %u addresses, is reached; others are flooded",
			     vid, l->max);
		doctor_fix(d, "xswitch -S %s vlan set vid %u max_learned N", d->name, vid);
	}
}

int doctor_fdb_full(struct doctor *d)
{
	const struct xsw_fdb_totals *fdb = &d->view->fdb;

	if (fdb->entries >= NEARLY(fdb->size)) {
		doctor_found(d, fdb->refused ? DOCTOR_WARNING : DOCTOR_HINT, NULL,
			     "%u of %u entries are in use, %llu times there was no room: frames to "
			     "addresses that are not learned are flooded",
			     fdb->entries, fdb->size, (unsigned long long)fdb->refused);
		doctor_fix(d, "xswitch -S %s set fdb_size %u", d->name,
			   fdb->size < XSW_FDB_SIZE_MAX / 2 ? 2 * fdb->size : XSW_FDB_SIZE_MAX);
	}
	if (fdb->max_learned && fdb->learned >= fdb->max_learned && fdb->limited) {
		doctor_found(d, DOCTOR_WARNING, NULL,
			     "the limit of %u learned addresses is reached: frames to others are "
			     "flooded",
			     fdb->max_learned);
		doctor_fix(d, "xswitch -S %s set max_learned N", d->name);
	}
	check_ports(d);
	check_vlans(d);
	return 0;
}

/* --- listeners -------------------------------------------------------------------------- */

#define LEASE_MAX (5 * SECOND) /* a listener asks for 3 */

int doctor_listener(struct doctor *d)
{
	uint64_t clock = prog_clock(&d->sw->prog, &d->sw->maps);
	uint32_t taken = 0;

	if (!clock)
		return -EIO;
	for (uint32_t i = 0; i < XSW_RINGS; i++) {
		const struct xsw_listener *l = &d->sw->maps.mem.listeners[i];

		taken += l->until > clock;
		if (l->until > clock + LEASE_MAX) {
			doctor_found(d, DOCTOR_WARNING, NULL,
				     "the slot of a listener (pid %u) ends %llu s from now: nobody "
				     "else can have it, and every event is written for it",
				     l->pid, (unsigned long long)((l->until - clock) / SECOND));
			doctor_fix(d, "xswitch -S %s down, then `up` again", d->name);
		} else if (l->until > clock && l->lost) {
			doctor_found(d, DOCTOR_HINT, NULL,
				     "listener %u (pid %u) is too slow and has lost %llu events", i,
				     l->pid, (unsigned long long)l->lost);
		}
	}
	if (taken == XSW_RINGS) {
		doctor_found(d, DOCTOR_WARNING, NULL,
			     "all %u slots for listeners are taken: the next one is refused",
			     XSW_RINGS);
		doctor_fix(d, "end one of them");
	}
	return 0;
}
