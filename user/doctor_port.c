// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_port.c - a port and its devices
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "doctor_int.h"

void doctor_fix_port(struct doctor *d, const struct doctor_port *p)
{
	char words[PORT_WORDS_MAX];

	port_words(d->sw, p->view->number, words);
	doctor_fix(d, "xswitch -S %s %s", d->name, words);
}

/* A device of somebody else's is not for us to make. */
static void fix_gone(struct doctor *d, const struct doctor_port *p)
{
	if (p->info->type == XSW_TYPE_DEV)
		doctor_fix(d, "xswitch -S %s port del %s, and `port add` if it is needed", d->name,
			   p->view->name);
	else
		doctor_fix_port(d, p);
}

int doctor_gone(struct doctor *d, struct doctor_port *p)
{
	if (strcmp(p->view->state, "gone"))
		return 0;
	doctor_found(d, DOCTOR_ERROR, p,
		     "gone: its device %s was removed%s; the links to it are dead", p->info->outer,
		     p->info->type == XSW_TYPE_NETNS ? ", or its namespace with it" : "");
	fix_gone(d, p);
	return 0;
}

/* Only of a name: a path may be anybody's, and a PID is given again. */
static bool by_name(const struct xsw_info *info)
{
	return info->type == XSW_TYPE_NETNS && info->netns[0] &&
	       !strncmp(info->netns_path, NETNS_DIR "/", strlen(NETNS_DIR "/"));
}

int doctor_netns(struct doctor *d, struct doctor_port *p)
{
	const struct xsw_info *info = p->info;
	struct netns_id is, was = { info->netns_dev, info->netns_ino, info->netns_cookie };
	int fd, err;

	if (!by_name(info))
		return 0;
	fd = netns_open(info->netns);
	if (fd < 0 && p->alive) {
		doctor_found(d, DOCTOR_HINT, p,
			     "namespace %s has lost its name and lives on in a process: what is "
			     "inside cannot be reached",
			     info->netns);
		doctor_fix(d, "xswitch -S %s port del %s", d->name, p->view->name);
	}
	if (fd < 0)
		return 0;
	err = netns_id(fd, &is);
	close(fd);
	if (err || netns_same(&is, &was))
		return err;
	doctor_found(
		d, DOCTOR_WARNING, p,
		"namespace %s is not the one the port was made in: that was removed, and another "
		"one has its name",
		info->netns);
	doctor_fix_port(d, p);
	return 0;
}

/* --- up, carrier ------------------------------------------------------------------------ */

static const char *inside(const struct doctor_port *p)
{
	return *p->inner.enter ? " in its namespace" : "";
}

int doctor_down(struct doctor *d, struct doctor_port *p)
{
	const struct netif_link *outer = &p->outer.link, *inner = &p->inner.link;

	if (!p->outer.there || p->conf.state == XSW_STATE_DISABLED)
		return 0;
	if (!outer->up) {
		doctor_found(d, DOCTOR_ERROR, p, "%s, the device of the port, is down",
			     outer->name);
		doctor_fix(d, "ip link set %s up", shell_word(outer->name));
	}
	if (p->inner.there && !inner->up) {
		doctor_found(d, DOCTOR_WARNING, p, "%s%s, its other end, is down", inner->name,
			     inside(p));
		doctor_fix(d, "%sip link set %s up", p->inner.enter, shell_word(inner->name));
	} else if (outer->up && !outer->carrier) {
		doctor_found(d, DOCTOR_WARNING, p, "%s has no carrier", outer->name);
		doctor_fix(d, "set its other end up, or plug in the cable");
	}
	return 0;
}

int doctor_errdisabled(struct doctor *d, struct doctor_port *p)
{
	if (strcmp(p->view->state, "errdisabled"))
		return 0;
	if (!p->view->recovery)
		doctor_found(
			d, DOCTOR_WARNING, p,
			"its guard has closed it after a BPDU: a switch is where only a host was "
			"expected");
	else
		doctor_found(d, DOCTOR_WARNING, p,
			     "its guard has closed it after a BPDU, for another %" PRIu64
			     " s: a switch is where only a host was expected",
			     p->view->recovery / 1000000000 + 1);
	doctor_fix(d, "xswitch -S %s port set %s state up", d->name, p->view->name);
	return 0;
}

/* Frames for other stations come by it too. */
int doctor_not_promisc(struct doctor *d, struct doctor_port *p)
{
	if (p->info->type != XSW_TYPE_DEV || !p->outer.there || p->outer.link.promisc)
		return 0;
	doctor_found(
		d, DOCTOR_WARNING, p,
		"%s is not promiscuous any more: it may leave out frames that are for stations "
		"behind other ports",
		p->outer.link.name);
	doctor_fix(d, "ip link set %s promisc on", shell_word(p->outer.link.name));
	return 0;
}

/* --- MTU -------------------------------------------------------------------------------- */

static void fix_mtu(struct doctor *d, const struct doctor_port *p)
{
	if (p->info->type == XSW_TYPE_DEV)
		doctor_fix(d, "xswitch -S %s port set %s mtu %u", d->name, p->view->name,
			   p->outer.link.mtu);
	else if (p->view->mtu_auto)
		doctor_fix(d, "xswitch -S %s port set %s mtu auto", d->name, p->view->name);
	else
		doctor_fix(d, "xswitch -S %s port set %s mtu %u", d->name, p->view->name,
			   p->conf.mtu);
}

int doctor_mtu(struct doctor *d, struct doctor_port *p)
{
	const struct netif_link *outer = &p->outer.link, *inner = &p->inner.link;

	/* a tunnel device has its largest, and limits nothing */
	if (!p->outer.there || type_is_tunnel(p->info->type))
		return 0;
	if (outer->mtu != p->conf.mtu) {
		doctor_found(d, DOCTOR_WARNING, p,
			     "%s has MTU %u, the port %u: frames of a size between are lost",
			     outer->name, outer->mtu, p->conf.mtu);
		fix_mtu(d, p);
	}
	if (!p->inner.there || inner->mtu == outer->mtu)
		return 0;
	doctor_found(d, DOCTOR_WARNING, p,
		     "%s%s has MTU %u, its other end %s %u: what is longer "
		     "than the smaller one is lost",
		     inner->name, inside(p), inner->mtu, outer->name, outer->mtu);
	if (p->info->type == XSW_TYPE_DEV)
		doctor_fix(d, "%sip link set %s mtu %u", p->inner.enter, shell_word(inner->name),
			   outer->mtu);
	else
		fix_mtu(d, p);
	return 0;
}

static void check_leg(struct doctor *d, struct doctor_port *p, uint32_t number)
{
	const struct xsw_info *info = &d->sw->ports[number];
	union xsw_conf conf = maps_conf_load(&d->sw->maps, number);
	char remote[INET6_ADDRSTRLEN];
	uint32_t mtu, fits;
	int err = tunnel_route(d->sw, info, &mtu);

	tunnel_ip_text(&info->leg.remote, remote);
	if (err) {
		doctor_found(d, DOCTOR_ERROR, p, "there is no route to its remote %s: %s", remote,
			     strerror(-err));
		doctor_fix(d, "ip route add %s via GATEWAY", remote);
		return;
	}
	fits = tunnel_mtu(d->sw, info, conf);
	if (conf.mtu <= fits)
		return;
	doctor_found(d, DOCTOR_WARNING, p,
		     "its MTU is %u, but the route to %s carries %u, %u of them for frames inside: "
		     "longer ones are lost",
		     conf.mtu, remote, mtu, fits);
	doctor_fix(d, "xswitch -S %s port set %s mtu auto", d->name, p->view->name);
}

int doctor_tunnel_mtu(struct doctor *d, struct doctor_port *p)
{
	uint32_t n;

	if (!p->alive || !type_is_tunnel(p->info->type))
		return 0;
	XSW_EACH_LEG(d->sw, p->view->number, n)
	check_leg(d, p, n);
	return 0;
}

/* --- bridges ---------------------------------------------------------------------------- */

/* A bridge takes what xsw_tc leaves, after it; what it sends itself goes past the switch. */
int doctor_bridge(struct doctor *d, struct doctor_port *p)
{
	if (p->outer.there && *p->outer.master) {
		doctor_found(d, DOCTOR_WARNING, p,
			     "%s, the device of the port, belongs to bridge %s too: frames of that "
			     "bridge leave by it past the switch",
			     p->outer.link.name, p->outer.master);
		doctor_fix(d, "ip link set %s nomaster", shell_word(p->outer.link.name));
	}
	if (p->inner.there && *p->inner.master && p->inner.filtered) {
		doctor_found(d, DOCTOR_WARNING, p,
			     "%s%s belongs to bridge %s, where br_netfilter gives IP frames to the "
			     "FORWARD chains of iptables: a policy of DROP there stops them",
			     p->inner.link.name, inside(p), p->inner.master);
		doctor_fix(d,
			   "%ssysctl -w net.bridge.bridge-nf-call-iptables=0 "
			   "net.bridge.bridge-nf-call-ip6tables=0",
			   p->inner.enter);
	}
	return 0;
}
