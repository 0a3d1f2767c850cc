// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_set.c - settings of a port: all of a command's, or none
 */
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "port.h"

const char *const xsw_state_words[] = { "up", "down", "blocking", "learning", "forwarding", NULL };

/* enum xsw_state of each of xsw_state_words */
static const __u8 state_of_word[] = {
	XSW_STATE_FORWARDING, XSW_STATE_DISABLED,   XSW_STATE_BLOCKING,
	XSW_STATE_LEARNING,   XSW_STATE_FORWARDING,
};

static void change_flag(union xsw_conf *conf, struct arg_flag flag, __u16 bit)
{
	if (flag.set)
		conf->flags = (__u16)(flag.on ? conf->flags | bit : conf->flags & ~bit);
}

void port_change_conf(const struct xsw_port_change *c, union xsw_conf *conf)
{
	change_flag(conf, c->learning, XSW_F_LEARNING);
	change_flag(conf, c->flood, XSW_F_FLOOD);
	change_flag(conf, c->mcast_flood, XSW_F_MCAST_FLOOD);
	change_flag(conf, c->bcast_flood, XSW_F_BCAST_FLOOD);
	change_flag(conf, c->hairpin, XSW_F_HAIRPIN);
	if (c->state >= 0)
		conf->state = state_of_word[c->state];
}

static bool names_vlans(const struct xsw_vlan_args *v)
{
	return v->mode_set || v->tag || v->trunks_set || v->cvlans_set || v->ethtype_set;
}

/* The word, and `sets` where the VLANs change too; it keeps a state that was not asked for. */
static int store(struct xsw *sw, const char *port, uint32_t n, const struct xsw_port_change *c,
		 union xsw_conf conf, const struct xsw_sets *sets)
{
	bool keep = c->state < 0;
	int err = 0;

	if (names_vlans(&c->vlan)) {
		err = vlan_store(sw, n, conf, sets, keep);
	} else {
		(keep ? maps_conf_keep : maps_conf_store)(&sw->maps, n, conf);
		maps_epoch_bump(&sw->maps);
	}
	fault_point();
	return err ? fail(XSW_REFUSED, "port %s: cannot change its VLANs: %s", port,
			  strerror(-err)) :
		     XSW_OK;
}

/* Everything that is asked for, checked; `conf`, `sets` and `policy` are what it becomes. */
static int plan(struct xsw *sw, uint32_t n, const struct xsw_port_change *c, union xsw_conf *conf,
		struct xsw_sets *sets, struct policy_change *policy)
{
	const char *port = sw->ports[n].name;
	unsigned int rights = RIGHT_DEVICES |
			      (sw->ports[n].type == XSW_TYPE_NETNS ? RIGHT_NETNS : 0);
	int err = c->mtu_set ? mtu_check(sw, port, n, c->mtu) ?:
			       xsw_check_rights(sw->opts->dry_run ? 0 : rights) :
			       XSW_OK;

	if (!err && names_vlans(&c->vlan))
		err = vlan_plan(sw, port, n, &c->vlan, conf, sets) ?:
			      tunnel_vlans(&sw->ports[n], *conf, sets);
	if (!err && sw->ports[n].hook == XSW_HOOK_XDP)
		err = port_hook_check(port, sw->ports[n].type, *conf);
	if (!err)
		err = policy_plan(sw, port, n, &c->policy, conf, policy);
	port_change_conf(c, conf);
	return err;
}

/* Whether a port is what plan() says it is to become. */
static bool is_so(struct xsw *sw, uint32_t n, const struct xsw_port_change *c, union xsw_conf conf,
		  const struct xsw_sets *sets, const struct policy_change *policy)
{
	union xsw_conf now = maps_conf_load(&sw->maps, n);
	bool fixed = !mtu_is_auto(&sw->ports[n]);
	struct xsw_sets had;

	if (conf.word != now.word || policy->touched ||
	    (c->mtu ? !fixed || c->mtu != now.mtu : c->mtu_set && fixed))
		return false;
	if (!names_vlans(&c->vlan))
		return true;
	vlan_current(sw, n, now, &had);
	return !memcmp(&had, sets, sizeof(had));
}

int port_differs(struct xsw *sw, uint32_t n, const struct xsw_port_change *c, bool *differs)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, n);
	struct policy_change policy;
	struct xsw_sets sets;
	int err = plan(sw, n, c, &conf, &sets, &policy);

	*differs = !err && !is_so(sw, n, c, conf, &sets, &policy);
	return err;
}

static int set_one(struct xsw *sw, uint32_t n, const void *arg)
{
	const struct xsw_port_change *c = arg;
	const char *port = sw->ports[n].name;
	union xsw_conf conf = maps_conf_load(&sw->maps, n);
	uint32_t mtu = conf.mtu, own = sw->ports[n].mtu;
	/* tags in a tunnel may need room */
	bool change_mtu = c->mtu || c->mtu_set || (type_is_tunnel(sw->ports[n].type) && !own);
	struct policy_change policy;
	struct xsw_sets sets;
	int err = plan(sw, n, c, &conf, &sets, &policy);

	/* else it is done once more: who asked before may have been killed between two steps */
	if (!err && sw->opts->dry_run && is_so(sw, n, c, conf, &sets, &policy))
		return XSW_OK;
	if (err || xsw_plan(sw, "change port %s", port))
		return err;
	err = batch_keep_port(sw, n);
	if (!err && names_vlans(&c->vlan))
		err = batch_keep_learned(sw);
	if (err)
		return err;
	policy_recover(sw, n);
	err = change_mtu ? mtu_change(sw, port, n, c->mtu, &conf) : XSW_OK;
	if (err)
		return err;
	err = policy_begin(sw, n, &policy);
	if (err) {
		err = policy_failed(port, err);
	} else {
		err = store(sw, port, n, c, conf, &sets);
		if (err)
			policy_undo(sw, n, &policy);
		else
			policy_end(sw, &policy);
	}
	if (err && change_mtu)
		mtu_put(sw, n, own, mtu);
	return err;
}

int xsw_port_set(struct xsw *sw, const char *port, const struct xsw_port_change *c)
{
	uint32_t n;
	int err = xsw_port_need(sw, port, &n);

	if (!err)
		err = legs_change(sw, n, set_one, c);
	if (!err && !sw->opts->dry_run)
		mtu_follow(sw);
	return err;
}
