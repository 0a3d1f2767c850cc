// SPDX-License-Identifier: GPL-2.0-only
/*
 * row_text.c - rows and sequences as a person would write them
 */
#include <stdio.h>
#include <string.h>

#include "random.h"

struct word {
	__u32 bit;
	const char *name;
};

#define WORD(name)                                                                                 \
	{                                                                                          \
		name, #name                                                                        \
	}

static const struct word vlan_words[] = {
	WORD(V0),  WORD(V1),   WORD(V10),   WORD(V20),	 WORD(V30),  WORD(V40), WORD(V63),
	WORD(V64), WORD(V100), WORD(V4094), WORD(V4095), WORD(VALL), {},
};

static const struct word port_words[] = {
	{ 1 << P1, "S1" }, { 1 << P2, "S2" }, { 1 << P3, "S3" },
	{ 1 << P4, "S4" }, { 1 << P5, "S5" }, {},
};

static const struct word flag_words[] = {
	WORD(XSW_F_LEARNING),
	WORD(XSW_F_FLOOD),
	WORD(XSW_F_MCAST_FLOOD),
	WORD(XSW_F_BCAST_FLOOD),
	WORD(XSW_F_HAIRPIN),
	WORD(XSW_F_PEER),
	{},
};

static const struct word policy_words[] = {
	WORD(XSW_P_ISOLATED), WORD(XSW_P_LOCKED), WORD(XSW_P_CONTROL),
	WORD(XSW_P_MACS),     WORD(XSW_P_IPS),	  WORD(XSW_P_METER),
	WORD(XSW_P_WIRE),     WORD(XSW_P_GROUP),  {},
};

static const char *const mode_names[XSW_MODES] = {
	"XSW_MODE_TRANSPARENT",	  "XSW_MODE_ACCESS", "XSW_MODE_TRUNK",	"XSW_MODE_NATIVE_UNTAGGED",
	"XSW_MODE_NATIVE_TAGGED", "XSW_MODE_TUNNEL", "XSW_MODE_HYBRID",
};
static const char *const state_names[] = { "FORWARDING", "DISABLED", "BLOCKING", "LEARNING",
					   "ERRDISABLED" };
static const char *const entry_names[] = { "XSW_FDB_DYNAMIC", "XSW_FDB_EXTERN", "XSW_FDB_STATIC",
					   "XSW_FDB_LOCAL" };
static const char *const how_names[] = { "KEPT", "SEEN", "NEW", "STOPPED" };
static const char *const event_names[] = { "NOTHING", "LEARNED", "MOVED",    "REFUSED",
					   "LIMITED", "HELD",	 "HELD_BACK" };
static const char *const class_names[] = { "XSW_UNICAST", "XSW_UNKNOWN", "XSW_MULTICAST",
					   "XSW_BROADCAST" };

/* ", .name = A | B", if there is one */
static void bits(const char *name, __u32 value, const struct word *w)
{
	const char *sep = "";

	if (!value)
		return;
	printf(" .%s = ", name);
	for (; w->name; w++) {
		if (!(value & w->bit))
			continue;
		printf("%s%s", sep, w->name);
		sep = " | ";
	}
	printf(",");
}

static void number(const char *name, __s64 value)
{
	if (value)
		printf(" .%s = %lld,", name, (long long)value);
}

static void name_of(const char *name, unsigned int value, const char *const *names)
{
	if (value)
		printf(" .%s = %s,", name, names[value]);
}

static void seconds(const char *name, __s64 ns)
{
	if (ns)
		printf(" .%s = %lld * MSEC,", name, (long long)(ns / (__s64)MSEC));
}

/* A, B, BCAST or the digits. */
static const char *mac_word(const char *digits)
{
	static const char *const known[] = { A, B, C, D, E, BCAST, MCAST, BPDU };
	static const char *const words[] = { "A", "B", "C", "D", "E", "BCAST", "MCAST", "BPDU" };
	static char text[2][16];
	static unsigned int turn;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strncmp(digits, known[i], 12))
			return words[i];
	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), "\"%.12s\"", digits);
	return text[turn];
}

static void frame_words(const char *frame)
{
	printf("%s ", mac_word(frame));
	if (strlen(frame) < 24)
		printf("\"%s\"", frame + 12);
	else
		printf("%s \"%s\"", mac_word(frame + 12), frame + 24);
}

static void print_port(const struct row_port *p, unsigned int i, const char *before)
{
	static const struct row_port plain;

	if (!memcmp(p, &plain, sizeof(plain)))
		return;
	printf("%s\t.port[P%u] = {", before, i);
	name_of("state", p->state, state_names);
	seconds("until", p->until);
	name_of("mode", p->mode, mode_names);
	number("tag", p->tag);
	bits("vlans", p->vlans, vlan_words);
	bits("untagged", p->untagged, vlan_words);
	bits("cvlans", p->cvlans, vlan_words);
	bits("flip", p->flip, flag_words);
	number("mtu", p->mtu);
	number("gone", p->gone);
	bits("policy", p->policy, policy_words);
	number("guard", p->guard);
	number("group_fwd_mask", p->group_fwd_mask);
	number("group", p->group);
	if (p->policy & XSW_P_WIRE)
		printf(" .wire = P%u,", p->wire);
	for (unsigned int id = 0; id < XSW_METERS; id++)
		if (p->rate[id].rate)
			printf(" .rate[%u] = { %llu, %u, %u }, .ahead[%u] = %llu * MSEC,", id,
			       (unsigned long long)p->rate[id].rate, p->rate[id].burst,
			       p->rate[id].bits, id, (unsigned long long)(p->ahead[id] / MSEC));
	if (p->macs[0])
		printf(" .macs = {");
	for (int m = 0; m < 3 && p->macs[m]; m++)
		printf(" %s,", mac_word(p->macs[m]));
	printf("%s", p->macs[0] ? " }," : "");
	if (p->ips[0].addr)
		printf(" .ips = {");
	for (int i = 0; i < 4 && p->ips[i].addr; i++)
		printf(" { \"%s\", %u },", p->ips[i].addr, p->ips[i].plen);
	printf("%s },\n", p->ips[0].addr ? " }," : "");
}

static void print_entries(const char *name, const struct row_entry *e, const char *before)
{
	if (!e->mac)
		return;
	printf("%s\t.%s = {", before, name);
	for (; e->mac; e++) {
		printf(" { %s, %u, P%u,", mac_word(e->mac), e->vid, e->port);
		if (e->state)
			printf(" %s,", entry_names[e->state]);
		number("seq", e->seq);
		seconds("age", e->age);
		name_of("how", e->how, how_names);
		if (e->flags)
			printf(" .flags = XSW_FDB_HELD,");
		if (e->moves)
			printf(" .home = P%u, .moves = %u,", e->home, e->moves);
		if (e->moves || e->flags)
			seconds("since", (__s64)e->since);
		printf("%s },", e->flushed ? " /* flushed */" : "");
	}
	printf(" },\n");
}

static bool has_settings(const struct row *row)
{
	static const struct row plain;

	return row->ageing || row->seq || row->hosts || row->group_fwd_mask || row->recovery ||
	       row->flap_limit || row->flap_window ||
	       memcmp(&row->limit, &plain.limit, sizeof(plain.limit));
}

/* What is there before the frame. */
static void print_conf(const struct row *row, const char *before)
{
	for (unsigned int i = P1; i <= P5; i++)
		print_port(&row->port[i], i, before);
	if (!has_settings(row)) {
		print_entries("fdb", row->fdb, before);
		return;
	}
	printf("%s       ", before);
	if (row->ageing == ROW_NEVER)
		printf(" .ageing = ROW_NEVER,");
	else
		seconds("ageing", (__s64)row->ageing);
	number("seq", row->seq);
	number("hosts", row->hosts);
	number("group_fwd_mask", row->group_fwd_mask);
	seconds("recovery", (__s64)row->recovery);
	number("flap_limit", row->flap_limit);
	seconds("flap_window", (__s64)row->flap_window);
	number("limit.all", row->limit.all);
	for (unsigned int i = P1; i <= P5; i++)
		if (row->limit.port[i])
			printf(" .limit.port[P%u] = %u,", i, row->limit.port[i]);
	if (row->limit.vlan)
		printf(" .limit.vid = %u, .limit.vlan = %u,", row->limit.vid, row->limit.vlan);
	printf("\n");
	print_entries("fdb", row->fdb, before);
}

/* What the model says. */
static void print_outcome(const struct row *row, const char *before)
{
	printf("%s       ", before);
	number("vid", row->vid);
	bits("to", row->to, port_words);
	for (unsigned int i = P1; i <= P5; i++)
		if (row->to >> i & 1 && (row->as[i].cut || row->as[i].tags))
			printf(" .as[P%u] = { %u, %s%s%s },", i, row->as[i].cut,
			       row->as[i].tags ? "\"" : "",
			       row->as[i].tags ? row->as[i].tags : "NULL",
			       row->as[i].tags ? "\"" : "");
	if (row->drop)
		printf(" .drop = XSW_R_%s,", reason_name(row->drop));
	if (row->note)
		printf(" .note = XSW_R_%s,", reason_name(row->note));
	name_of("class", row->class, class_names);
	number("tripped", row->tripped);
	bits("healed", row->healed, port_words);
	if (row->paid)
		printf(" .paid = 0x%x,", row->paid);
	name_of("event", row->event, event_names);
	printf("\n");
	print_entries("after", row->after, before);
}

void row_print(const struct row *row, const char *before)
{
	printf("%s{\n%s\t.name = \"%s\",\n", before, before, row->name);
	print_conf(row, before);
	printf("%s\t.in = P%u, .frame = ", before, row->in);
	frame_words(row->frame);
	printf(", .len = %u,\n", row->len ? row->len : ROW_LEN);
	print_outcome(row, before);
	printf("%s},\n", before);
}

static void print_step(const struct step *s)
{
	const struct row_port *p = &s->change;

	switch (s->kind) {
	case STEP_FRAME:
		printf("P%u: ", s->port);
		frame_words(s->frame);
		printf(", %u bytes", s->len);
		break;
	case STEP_PASS:
		printf("%llu ms pass", (unsigned long long)(s->ns / MSEC));
		break;
	case STEP_FLUSH:
		printf("flush");
		printf(s->port ? " of P%u" : " of any port", s->port);
		printf(s->vid == XSW_ANY_VID ? " and any VLAN" : " and VLAN %u", s->vid);
		break;
	case STEP_ADD:
		printf("add %s %u on P%u, %s", mac_word(s->entry.mac), s->entry.vid, s->entry.port,
		       entry_names[s->entry.state]);
		break;
	case STEP_DEL:
		printf("delete %s %u", mac_word(s->entry.mac), s->entry.vid);
		break;
	case STEP_COLLECT:
		printf("the memory of dead entries comes back");
		break;
	case STEP_PORT:
		printf("P%u becomes {", s->port);
		name_of("state", p->state, state_names);
		bits("flip", p->flip, flag_words);
		number("mtu", p->mtu);
		number("gone", p->gone);
		printf(" }");
		break;
	}
}

void sequence_print(const struct sequence *s, const struct sequence_run *run, const char *before)
{
	printf("%s%s, %u steps:\n", before, s->conf.name, s->n);
	print_conf(&s->conf.row, before);
	for (unsigned int i = 0; i < s->n; i++) {
		printf("%s%4u. ", before, i + 1);
		print_step(&s->step[i]);
		printf("\n");
	}
	printf("%sthe last frame, and what the model says of it:\n", before);
	row_print(&run->m.row, before);
}
