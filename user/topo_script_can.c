// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_script_can.c - keys of a topology, and which back end has words for them
 *
 * Example: { "isolated", ASKED_ON, PORT(change.policy.isolated), CAN_BRIDGE | CAN_OVS }: a port
 * with "isolated on" is an error with veth. A key that says what is so anyway ("learning on")
 * asks for nothing. Which values of a key are possible, the back end itself says.
 */
#include <stdio.h>
#include <string.h>

#include "topo_int.h"
#include "topo_steps.h"

/* When a key asks for something. */
enum asked {
	ASKED_ON,      /* struct arg_flag, on */
	ASKED_OFF,     /* struct arg_flag, off */
	ASKED_BOOL,    /* bool */
	ASKED_NUMBER,  /* uint32_t, not 0 */
	ASKED_COUNT,   /* size_t, not 0 */
	ASKED_RATE,    /* struct arg_rate, not none */
	ASKED_XDP,     /* enum xsw_hook_arg */
	ASKED_STOPPED, /* index into of xsw_state_words, not forwarding */
};

struct key {
	const char *key;
	enum asked asked;
	size_t off;
	unsigned can; /* enum script_can */
};

#define PORT(member)   offsetof(struct topo_port, member)
#define SWITCH(member) offsetof(struct topo_switch, member)

static const struct key port_keys[] = {
	{ "hook", ASKED_XDP, PORT(spec.hook), 0 },
	{ "learning", ASKED_OFF, PORT(change.learning), CAN_BRIDGE },
	{ "flood", ASKED_OFF, PORT(change.flood), CAN_BRIDGE },
	{ "mcast_flood", ASKED_OFF, PORT(change.mcast_flood), CAN_BRIDGE },
	{ "bcast_flood", ASKED_OFF, PORT(change.bcast_flood), CAN_BRIDGE },
	{ "hairpin", ASKED_ON, PORT(change.hairpin), CAN_BRIDGE },
	{ "state", ASKED_STOPPED, PORT(change.state), CAN_BRIDGE },
	{ "isolated", ASKED_ON, PORT(change.policy.isolated), CAN_BRIDGE | CAN_OVS },
	{ "locked", ASKED_ON, PORT(change.policy.locked), CAN_BRIDGE },
	{ "guard", ASKED_ON, PORT(change.policy.guard), CAN_BRIDGE },
	{ "max_macs", ASKED_NUMBER, PORT(change.policy.max_macs), 0 },
	{ "allowed_macs", ASKED_COUNT, PORT(change.policy.macs.n), 0 },
	{ "allowed_ips", ASKED_COUNT, PORT(change.policy.ips.n), 0 },
	{ "storm", ASKED_RATE, PORT(change.policy.rate[XSW_METER_BROADCAST]), 0 },
	{ "storm", ASKED_RATE, PORT(change.policy.rate[XSW_METER_MULTICAST]), 0 },
	{ "storm", ASKED_RATE, PORT(change.policy.rate[XSW_METER_UNKNOWN]), 0 },
	{ "police", ASKED_RATE, PORT(change.policy.rate[XSW_METER_POLICE]), CAN_BRIDGE | CAN_OVS },
	{ "group_fwd_mask", ASKED_NUMBER, PORT(change.policy.group_fwd_mask), CAN_BRIDGE },
};

static const struct key switch_keys[] = {
	{ "ageing", ASKED_BOOL, SWITCH(set.ageing_set), CAN_BRIDGE | CAN_OVS },
	{ "fdb_size", ASKED_BOOL, SWITCH(set.fdb_size_set), CAN_OVS },
	{ "group_fwd_mask", ASKED_NUMBER, SWITCH(set.group_fwd_mask), CAN_BRIDGE | CAN_OVS },
	{ "max_learned", ASKED_NUMBER, SWITCH(set.max_learned), 0 },
	{ "flap_limit", ASKED_NUMBER, SWITCH(set.flap_limit), 0 },
	{ "flap_window", ASKED_BOOL, SWITCH(set.flap_window_set), 0 },
	{ "recovery", ASKED_BOOL, SWITCH(set.recovery_set), 0 },
};

static bool is_asked(const struct key *k, const void *obj)
{
	const void *at = (const char *)obj + k->off;
	const struct arg_flag *flag = at;
	int state;

	switch (k->asked) {
	case ASKED_ON:
		return flag->set && flag->on;
	case ASKED_OFF:
		return flag->set && !flag->on;
	case ASKED_BOOL:
		return *(const bool *)at;
	case ASKED_NUMBER:
		return *(const uint32_t *)at;
	case ASKED_COUNT:
		return *(const size_t *)at;
	case ASKED_RATE:
		return ((const struct arg_rate *)at)->rate;
	case ASKED_XDP:
		return *(const enum xsw_hook_arg *)at == XSW_HOOK_ARG_XDP;
	case ASKED_STOPPED:
		state = *(const int *)at;
		return state >= 0 && strcmp(xsw_state_words[state], "up") &&
		       strcmp(xsw_state_words[state], "forwarding");
	}
	return false;
}

static void check(struct topo_script *s, const struct key *keys, size_t n, const void *obj,
		  const struct topo_mark *mark, const char *what, const char *name, unsigned who)
{
	const char *last = "";

	for (size_t i = 0; i < n; i++) {
		if (keys[i].can & who || !is_asked(&keys[i], obj) || !strcmp(keys[i].key, last))
			continue;
		last = keys[i].key;
		script_cannot(s, mark, what, name, last, NULL);
	}
}

static void check_switch(struct topo_script *s, const struct topo_switch *sw, enum script_can who)
{
	check(s, switch_keys, sizeof(switch_keys) / sizeof(*switch_keys), sw, &sw->mark, "switch",
	      sw->name, who);
	for (size_t i = 0; i < sw->nports; i++) {
		const struct topo_port *port = &sw->ports[i];

		/* it is the bridge itself, which has none of these */
		bool self = who == CAN_BRIDGE && port->spec.type == XSW_TYPE_HOST;

		check(s, port_keys, sizeof(port_keys) / sizeof(*port_keys), port, &port->mark,
		      "port", port->spec.name, self ? 0 : who);
		if (script_word(port, "group") && strcmp(script_word(port, "group"), "none"))
			script_cannot(s, &port->mark, "port", port->spec.name, "group", NULL);
		if (port->spec.type == XSW_TYPE_DEV && port->spec.mtu)
			script_cannot(s, &port->mark, "port", port->spec.name, "mtu",
				      "no command knows what the device had before");
	}
	for (size_t i = 0; i < sw->nvlans; i++)
		if (!sw->vlans[i].edit.port && sw->vlans[i].max_learned)
			script_cannot(s, &sw->vlans[i].mark, "switch", sw->name, "max_learned",
				      NULL);
	for (size_t i = 0; i < sw->nfdb && !(who & (CAN_BRIDGE | CAN_OVS)); i++)
		script_cannot(s, &sw->fdb[i].mark, "switch", sw->name, "fdb", NULL);
	for (size_t i = 0; i < sw->nwires && !(who & CAN_VETH); i++)
		script_cannot(s, &sw->wires[i].mark, "switch", sw->name, "wires", NULL);
	for (size_t i = 0; i < sw->nmirrors; i++)
		script_cannot(s, &sw->mirrors[i].mark, "switch", sw->name, "mirrors", NULL);
}

void script_check(struct topo_script *s, const struct topo *topo, enum script_can who)
{
	for (size_t i = 0; i < topo->nswitches; i++)
		check_switch(s, &topo->switches[i], who);
}

/* --- VLANs ------------------------------------------------------------------------------- */

int script_vlans(struct topo_script *s, const struct topo_switch *sw, const struct topo_port *port,
		 struct script_vlans *v)
{
	int status;

	memset(v, 0, sizeof(*v));
	script_at(s, &port->mark);
	status = topo_port_vlans(sw, port, &v->conf, &v->sets);
	script_at(s, NULL);
	return status;
}

void script_access(struct script_vlans *v, uint32_t vid)
{
	memset(v, 0, sizeof(*v));
	v->conf.flags = XSW_F_VLAN | XSW_F_ONE;
	v->conf.mode = XSW_MODE_ACCESS;
	v->conf.pvid = (__u16)vid;
	v->sets.member[vid / 64] = v->sets.untagged[vid / 64] = 1ULL << vid % 64;
}

bool script_has(const __u64 *set, uint32_t vid)
{
	return set[vid / 64] >> vid % 64 & 1;
}

void script_list(const __u64 *set, char text[SCRIPT_LIST_MAX])
{
	size_t len = 0;

	*text = '\0';
	for (uint32_t vid = 0, last; vid < XSW_VLANS && len < SCRIPT_LIST_MAX; vid++) {
		if (!script_has(set, vid))
			continue;
		for (last = vid; last + 1 < XSW_VLANS && script_has(set, last + 1); last++)
			;
		len += (size_t)snprintf(text + len, SCRIPT_LIST_MAX - len, "%s%u", len ? "," : "",
					vid);
		if (last > vid)
			len += (size_t)snprintf(text + len, SCRIPT_LIST_MAX - len, "-%u", last);
		vid = last;
	}
}
