// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_wire.c - wires: two ports of a switch as if by a cable
 *
 * Everything that comes in by one leaves by the other; the switch neither learns nor floods there.
 * Both ports name each other in `policies`, have the bit, and stand in no flood index. A wire of
 * which one half is missing was left by a killed command and is taken down. Static entries of
 * a wired port stay, and are not used, as those of a port that is no member of their VLAN.
 */
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "grace.h"
#include "xsw_int.h"

static const char *name_of(const struct xsw *sw, uint32_t number)
{
	return sw->ports[number % XSW_PORTS].name;
}

/* The other port, 0: none; -errno: nobody knows. */
static int read_peer(const struct xsw *sw, uint32_t number, uint32_t *peer)
{
	struct xsw_policy policy;
	int err = policy_current(sw, number, maps_conf_load(&sw->maps, number).policy, &policy);

	*peer = policy.wire % XSW_PORTS;
	return err;
}

/* The same for what is only shown, or checked once more. */
static uint32_t peer_of(const struct xsw *sw, uint32_t number)
{
	uint32_t peer;

	return read_peer(sw, number, &peer) ? 0 : peer;
}

bool wire_may(uint8_t bits, const struct xsw_policy *policy)
{
	return !(bits & ~(XSW_P_WIRE | XSW_P_METER)) && !policy->rate[XSW_METER_UNKNOWN].rate;
}

int wire_refused(const struct xsw *sw, const char *port, uint32_t peer)
{
	fail(XSW_REFUSED,
	     "port %s: it is wired to %s, and a wire carries all addresses and tags as they are",
	     port, name_of(sw, peer));
	hint("`xswitch wire del %s` makes it a port of the switch again", port);
	return XSW_REFUSED;
}

int wire_free(const struct xsw *sw, const char *port, uint32_t number)
{
	uint32_t peer;
	int err = read_peer(sw, number, &peer);

	if (err)
		return policy_failed(port, err);
	return peer ? wire_refused(sw, port, peer) : XSW_OK;
}

static int check_end(const struct xsw *sw, const char *port, uint32_t number)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	uint32_t peer = peer_of(sw, number);
	struct xsw_policy policy;

	policy_current(sw, number, conf.policy, &policy);
	if (peer || conf.policy & XSW_P_WIRE) {
		fail(XSW_REFUSED, "port %s: File exists: it is wired to %s", port,
		     name_of(sw, peer));
		hint("`xswitch wire del %s` takes that wire down", port);
		return XSW_REFUSED;
	}
	if (conf.flags & XSW_F_VLAN) {
		fail(XSW_REFUSED, "port %s: a wire carries every tag, and its mode is %s", port,
		     xsw_mode_words[conf.mode % XSW_MODES]);
		hint("`xswitch port set %s mode transparent`", port);
		return XSW_REFUSED;
	}
	if (mirror_of_output(sw, number)) {
		fail(XSW_REFUSED, "port %s: it is the output of mirror %s", port,
		     mirror_of_output(sw, number));
		hint("`xswitch mirror del %s` removes that", mirror_of_output(sw, number));
		return XSW_REFUSED;
	}
	if (!wire_may(conf.policy, &policy)) {
		fail(XSW_REFUSED, "port %s: a wire has no policies but storm and police", port);
		hint("`xswitch -d port show %s` shows what the port has", port);
		return XSW_REFUSED;
	}
	return XSW_OK;
}

static int join_end(struct xsw *sw, uint32_t number)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	const struct xsw_sets none = {};
	int err;

	conf.policy |= XSW_P_WIRE;
	err = vlan_store(sw, number, conf, &none, true); /* leaves the flood index */
	fault_point();
	return err;
}

/* Back among the ports of the switch; `number` may be closed already. */
static void part_end(struct xsw *sw, uint32_t number)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	struct xsw_policy policy;

	if (conf.policy & XSW_P_WIRE)
		policy_bits_store(sw, number, conf.policy & (__u8)~XSW_P_WIRE);
	fault_point();
	if (conf.word && !(conf.flags & XSW_F_VLAN))
		maps_member_set(&sw->maps, 0, number, true);
	fault_point();
	if (conf.policy & XSW_P_METER && !maps_policy_get(&sw->maps, number, &policy)) {
		policy.wire = 0;
		maps_policy_set(&sw->maps, number, &policy);
	} else {
		maps_policy_del(&sw->maps, number);
	}
	fault_point();
}

void wire_part(struct xsw *sw, uint32_t number, uint32_t peer)
{
	struct xsw_policy policy;

	if (!maps_policy_get(&sw->maps, peer, &policy) && policy.wire == number)
		part_end(sw, peer);
	part_end(sw, number);
}

int wire_sweep(struct xsw *sw)
{
	uint32_t n, peer, back;
	int err = 0;

	for (n = 1; n < XSW_PORTS && !err; n++) {
		union xsw_conf conf = maps_conf_load(&sw->maps, n);
		struct xsw_policy policy;

		err = maps_policy_get(&sw->maps, n, &policy);
		err = err == -ENOENT ? 0 : err;
		if (err || (!policy.wire && !(conf.policy & XSW_P_WIRE)))
			continue;
		err = read_peer(sw, n, &peer);
		back = 0;
		if (!err && peer)
			err = read_peer(sw, peer, &back);
		if (!err && back != n)
			wire_part(sw, n, policy.wire);
	}
	return err;
}

static int wire_join(struct xsw *sw, const uint32_t end[2])
{
	int i, err = maps_policy_mark(&sw->maps);

	fault_point();
	for (i = 0; i < 2 && !err; i++) {
		struct xsw_policy policy;

		err = policy_current(sw, end[i], maps_conf_load(&sw->maps, end[i]).policy, &policy);
		policy.wire = (__u16)end[!i];
		if (!err)
			err = maps_meter_make(&sw->maps, end[i]);
		if (!err)
			err = maps_policy_set(&sw->maps, end[i], &policy);
		fault_point();
	}
	for (i = 0; i < 2 && !err; i++)
		err = join_end(sw, end[i]);
	grace_wait();
	for (i = 0; i < 2 && !err; i++)
		err = prog_flush(&sw->prog, end[i], -1);
	if (err)
		wire_part(sw, end[0], end[1]);
	maps_policy_unmark(&sw->maps);
	fault_point();
	return err;
}

static int wire_down(struct xsw *sw, uint32_t number, uint32_t peer)
{
	int err = maps_policy_mark(&sw->maps);

	fault_point();
	if (err)
		return err;
	wire_part(sw, number, peer);
	maps_policy_unmark(&sw->maps);
	fault_point();
	return 0;
}

int wire_restore(struct xsw *sw, uint32_t number, uint32_t peer, bool was)
{
	const uint32_t end[2] = { number, peer };

	if (!*name_of(sw, number) || !*name_of(sw, peer)) /* it went with its port */
		return 0;
	return was ? wire_join(sw, end) : wire_down(sw, number, peer);
}

int xsw_wire_add(struct xsw *sw, const char *a, const char *b)
{
	uint32_t end[2];
	int err = xsw_port_need(sw, a, &end[0]);

	if (!err)
		err = xsw_port_need(sw, b, &end[1]);
	if (err)
		return err;
	if (end[0] == end[1])
		return fail(XSW_USAGE, "a wire has two ends, but %s and %s are one port", quoted(a),
			    quoted(b));
	if (peer_of(sw, end[0]) == end[1] && peer_of(sw, end[1]) == end[0])
		return XSW_OK;
	err = check_end(sw, a, end[0]);
	if (!err)
		err = check_end(sw, b, end[1]);
	if (err || xsw_plan(sw, "wire port %s to port %s", a, b))
		return err;
	err = batch_keep_wire(sw, end[0], end[1], false);
	if (err)
		return err;
	err = wire_join(sw, end);
	return err ? fail(XSW_REFUSED, "port %s: cannot wire it to %s: %s", a, b, strerror(-err)) :
		     XSW_OK;
}

int xsw_wire_del(struct xsw *sw, const char *port)
{
	uint32_t number, peer;
	int err = xsw_port_need(sw, port, &number);

	if (err)
		return err;
	err = read_peer(sw, number, &peer);
	if (err)
		return policy_failed(port, err);
	if (!peer)
		return fail(XSW_MISSING, "port %s is not wired", port);
	if (xsw_plan(sw, "take down the wire of port %s and port %s", port, name_of(sw, peer)))
		return XSW_OK;
	err = batch_keep_wire(sw, number, peer, true);
	if (err)
		return err;
	err = wire_down(sw, number, peer);
	return err ? fail(XSW_REFUSED, "port %s: cannot take its wire down: %s", port,
			  strerror(-err)) :
		     XSW_OK;
}

int xsw_wire_each(struct xsw *sw, xsw_wire_fn fn, void *arg)
{
	uint32_t n, peer;

	for (n = 1; n < XSW_PORTS; n++) {
		struct xsw_wire_view view = { .port = name_of(sw, n) };

		peer = sw->ports[n].name[0] ? peer_of(sw, n) : 0;
		view.peer = name_of(sw, peer);
		if (peer > n && *view.peer)
			fn(&view, arg);
	}
	return XSW_OK;
}
