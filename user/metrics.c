// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics.c - the table of metrics, and its rows as text
 *
 * Example of a row and two of its lines:
 *	{ "port_receive_packets", COUNTER, OF_PORT, BY_CLASS, U64, offset, "Frames that ..." }
 *	xswitch_port_receive_packets_total{switch="sw0",port="ns1",class="unicast"} 12
 *	xswitch_port_receive_packets_total{switch="sw0",port="ns1",class="unknown"} 0
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "metrics_int.h"

enum type {
	COUNTER,
	GAUGE,
	INFO,
	STATES,
};

/* What a line is about: the labels it begins with, and the structure its value is in. */
enum scope {
	OF_ALL,	   /* no labels, struct build */
	OF_ANY,	   /* a switch that may not be readable, struct metrics_switch */
	OF_SWITCH, /* struct xsw_view */
	OF_PORT,   /* struct xsw_port_view */
	OF_VLAN,   /* struct xsw_vlan_total */
	OF_MIRROR, /* struct metrics_mirror */
};

/* Lines for each element of an array. */
enum by {
	BY_NONE,
	BY_CLASS, /* of struct xsw_count */
	BY_DROP,  /* of uint64_t */
	BY_NOTE,
};

enum kind {
	BOOL,
	U32,
	U64,
	NS,    /* uint64_t, shown in seconds */
	STR,   /* char[]: of an info */
	CSTR,  /* const char *: the same */
	MAC,   /* uint8_t[6]: the same */
	LIMIT, /* uint32_t; 0: there is none, no line */
};

struct label {
	const char *name;
	enum kind kind;
	size_t off;
};

struct family {
	const char *name; /* after "xswitch_"; "_bytes", "_seconds" at its end is the unit */
	enum type type;
	enum scope scope;
	enum by by;
	enum kind kind;
	size_t off;
	const char *help;
	const struct label *labels; /* INFO: ends with a row without a name */
};

struct build {
	const char *version;
	uint32_t abi;
};

#define BUILD(member)  offsetof(struct build, member)
#define ANY(member)    offsetof(struct metrics_switch, member)
#define SWITCH(member) offsetof(struct xsw_view, member)
#define PORT(member)   offsetof(struct xsw_port_view, member)
#define VLAN(member)   offsetof(struct xsw_vlan_total, member)
#define MIRROR(member) offsetof(struct metrics_mirror, member)

// clang-format off
static const struct label build_labels[] = {
	{ "version", CSTR, BUILD(version) },
	{ "abi", U32, BUILD(abi) },
	{ 0 },
};

static const struct label switch_labels[] = {
	{ "netns", STR, SWITCH(netns) },
	{ "abi", U32, SWITCH(abi) },
	{ 0 },
};

static const struct label port_labels[] = {
	{ "number", U32, PORT(number) },
	{ "type", CSTR, PORT(type) },
	{ "netns", STR, PORT(netns) },
	{ "ifname", STR, PORT(ifname) },
	{ "peer", STR, PORT(peer) },
	{ "mac", MAC, PORT(mac) },
	{ "mode", CSTR, PORT(mode) },
	{ "hook", CSTR, PORT(hook) },
	{ 0 },
};

static const struct family families[] = {
	{ "build", INFO, OF_ALL,
	  .labels = build_labels, .help = "The xswitch that tells this." },
	{ "switch", INFO, OF_SWITCH,
	  .labels = switch_labels, .help = "A switch, the namespace it lives in and the version of its maps." },
	{ "switch_readable", GAUGE, OF_ANY, BY_NONE, BOOL, ANY(readable),
	  .help = "Whether this xswitch could read the switch; if not, it is told no more about it." },
	{ "switch_ageing_seconds", GAUGE, OF_SWITCH, BY_NONE, NS, SWITCH(ageing),
	  .help = "Time after which a learned address is forgotten, 0: never." },
	{ "switch_stray_packets", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(stray),
	  .help = "Frames that came by a tunnel device and belong to no port." },
	{ "fdb_size", GAUGE, OF_SWITCH, BY_NONE, U32, SWITCH(fdb.size),
	  .help = "Entries the forwarding database has room for." },
	{ "fdb_entries", GAUGE, OF_SWITCH, BY_NONE, U32, SWITCH(fdb.entries),
	  .help = "Entries in the forwarding database, of every state." },
	{ "fdb_learned_entries", GAUGE, OF_SWITCH, BY_NONE, U32, SWITCH(fdb.learned),
	  .help = "Learned entries." },
	{ "fdb_static_entries", GAUGE, OF_SWITCH, BY_NONE, U32, SWITCH(fdb.statics),
	  .help = "Static entries." },
	{ "fdb_max_learned_entries", GAUGE, OF_SWITCH, BY_NONE, LIMIT, SWITCH(fdb.max_learned),
	  .help = "Learned entries the switch may have; absent without a limit." },
	{ "fdb_learned", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.learned_ever),
	  .help = "Addresses learned." },
	{ "fdb_moved", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.moved),
	  .help = "Entries that moved to another port." },
	{ "fdb_expired", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.expired),
	  .help = "Entries that aged out." },
	{ "fdb_refused", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.refused),
	  .help = "Addresses not learned because the table was full." },
	{ "fdb_limited", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.limited),
	  .help = "Addresses not learned because of a limit." },
	{ "fdb_held", COUNTER, OF_SWITCH, BY_NONE, U64, SWITCH(fdb.held),
	  .help = "Entries held on a port because they moved too often." },

	{ "port", INFO, OF_PORT,
	  .labels = port_labels, .help = "A port and its devices: ifname at the switch, peer inside." },
	{ "port_state", STATES, OF_PORT, BY_NONE, CSTR, PORT(state),
	  .help = "State of the port; gone: its device vanished." },
	{ "port_carrier", GAUGE, OF_PORT, BY_NONE, BOOL, PORT(carrier),
	  .help = "Whether the device of the port has a carrier." },
	{ "port_mtu_bytes", GAUGE, OF_PORT, BY_NONE, U32, PORT(mtu),
	  .help = "Longest packet the port takes, without the Ethernet header." },
	{ "port_recovery_seconds", GAUGE, OF_PORT, BY_NONE, NS, PORT(recovery),
	  .help = "Time until a port that its guard disabled forwards again." },
	{ "port_learned_entries", GAUGE, OF_PORT, BY_NONE, U32, PORT(learned),
	  .help = "Learned entries of the port." },
	{ "port_max_learned_entries", GAUGE, OF_PORT, BY_NONE, LIMIT, PORT(max_macs),
	  .help = "Learned entries the port may have; absent without a limit." },
	{ "port_receive_packets", COUNTER, OF_PORT, BY_CLASS, U64,
	  PORT(stats.rx[0].packets), .help = "Frames that came in by the port." },
	{ "port_receive_bytes", COUNTER, OF_PORT, BY_CLASS, U64, PORT(stats.rx[0].bytes),
	  .help = "Bytes of frames that came in by the port." },
	{ "port_transmit_packets", COUNTER, OF_PORT, BY_CLASS, U64,
	  PORT(stats.tx[0].packets), .help = "Frames that left by the port." },
	{ "port_transmit_bytes", COUNTER, OF_PORT, BY_CLASS, U64, PORT(stats.tx[0].bytes),
	  .help = "Bytes of frames that left by the port." },
	{ "port_drop_packets", COUNTER, OF_PORT, BY_DROP, U64, PORT(stats.reasons),
	  .help = "Frames that came in by the port and were not forwarded." },
	{ "port_note_packets", COUNTER, OF_PORT, BY_NOTE, U64, PORT(stats.reasons),
	  .help = "Frames that went on although their source was not learned." },

	{ "vlan_receive_packets", COUNTER, OF_VLAN, BY_NONE, U64, VLAN(stats.rx.packets),
	  .help = "Frames that were admitted to the VLAN." },
	{ "vlan_receive_bytes", COUNTER, OF_VLAN, BY_NONE, U64, VLAN(stats.rx.bytes),
	  .help = "Bytes of frames that were admitted to the VLAN." },
	{ "vlan_transmit_packets", COUNTER, OF_VLAN, BY_NONE, U64, VLAN(stats.tx.packets),
	  .help = "Copies of frames that left in the VLAN." },
	{ "vlan_transmit_bytes", COUNTER, OF_VLAN, BY_NONE, U64, VLAN(stats.tx.bytes),
	  .help = "Bytes of copies of frames that left in the VLAN." },
	{ "vlan_learned_entries", GAUGE, OF_VLAN, BY_NONE, U32, VLAN(learned),
	  .help = "Learned entries of the VLAN." },
	{ "vlan_max_learned_entries", GAUGE, OF_VLAN, BY_NONE, LIMIT, VLAN(max_learned),
	  .help = "Learned entries the VLAN may have; absent without a limit." },
	{ "mirror_packets", COUNTER, OF_MIRROR, BY_NONE, U64, MIRROR(stats.sent.packets),
	  .help = "Copies that the mirror sent." },
	{ "mirror_bytes", COUNTER, OF_MIRROR, BY_NONE, U64, MIRROR(stats.sent.bytes),
	  .help = "Bytes of copies that the mirror sent." },
	{ "mirror_lost_packets", COUNTER, OF_MIRROR, BY_NONE, U64, MIRROR(stats.lost),
	  .help = "Copies that the output port of the mirror could not take." },
};

// clang-format on

static const char *const classes[XSW_CLASSES] = {
	[XSW_UNICAST] = "unicast",
	[XSW_UNKNOWN] = "unknown",
	[XSW_MULTICAST] = "multicast",
	[XSW_BROADCAST] = "broadcast",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A family being written. */
struct writer {
	FILE *to;
	enum metrics_format format;
	const struct family *f;
	char name[64];	   /* of its samples */
	char labels[1024]; /* of the thing at hand */
};

/* --- lines ------------------------------------------------------------------------------- */

/*
 * In a label \, " and newlines are escaped. The format is UTF-8, and no name that the switch makes
 * has more than ASCII; other bytes (of paths of namespaces) stand there as text shows them.
 */
static void escaped(FILE *to, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\n')
			fputs("\\n", to);
		else if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(to, "\\\\%03o", c);
		else
			fputc(c, to);
	}
}

static void value(FILE *to, enum kind kind, const void *at)
{
	char mac[MAC_TEXT];
	uint64_t ns;

	switch (kind) {
	case BOOL:
		fputc('0' + *(const bool *)at, to);
		break;
	case U32:
	case LIMIT:
		fprintf(to, "%" PRIu32, *(const uint32_t *)at);
		break;
	case U64:
		fprintf(to, "%" PRIu64, *(const uint64_t *)at);
		break;
	case NS:
		ns = *(const uint64_t *)at;
		fprintf(to, "%" PRIu64 ".%03u", ns / 1000000000,
			(unsigned int)(ns / 1000000 % 1000));
		break;
	case MAC:
		fputs(mac_text(at, mac), to);
		break;
	case STR:
		escaped(to, at);
		break;
	case CSTR:
		escaped(to, *(const char *const *)at ?: "");
		break;
	}
}

/* --- families ---------------------------------------------------------------------------- */

static const char *unit_of(const char *name)
{
	static const char *const units[] = { "bytes", "seconds" };

	for (size_t i = 0; i < COUNT(units); i++) {
		size_t len = strlen(name), n = strlen(units[i]);

		if (len > n && name[len - n - 1] == '_' && !strcmp(name + len - n, units[i]))
			return units[i];
	}
	return NULL;
}

/* OpenMetrics names a family without the suffix of its samples, and has more types. */
static void head(struct writer *w)
{
	static const char *const types[] = { "counter", "gauge", "info", "stateset" };
	static const char *const suffix[] = { "_total", "", "_info", "" };
	const struct family *f = w->f;
	bool open = w->format == METRICS_OPEN;
	const char *unit = open ? unit_of(f->name) : NULL;
	char family[64];

	snprintf(w->name, sizeof(w->name), "xswitch_%s%s", f->name, suffix[f->type]);
	snprintf(family, sizeof(family), "xswitch_%s%s", f->name, open ? "" : suffix[f->type]);
	fprintf(w->to, "# TYPE %s %s\n", family,
		types[open || f->type == COUNTER ? f->type : GAUGE]);
	if (unit)
		fprintf(w->to, "# UNIT %s %s\n", family, unit);
	fprintf(w->to, "# HELP %s %s\n", family, f->help);
}

/* A sample with one more label, or none. */
static void sample(struct writer *w, const char *label, const char *what, enum kind kind,
		   const void *at)
{
	fputs(w->name, w->to);
	if (label)
		fprintf(w->to, "{%s%s%s=\"%s\"}", w->labels, *w->labels ? "," : "", label, what);
	else if (*w->labels)
		fprintf(w->to, "{%s}", w->labels);
	fputc(' ', w->to);
	value(w->to, kind, at);
	fputc('\n', w->to);
}

static void info_sample(struct writer *w, const char *at)
{
	const char *comma = *w->labels ? "," : "";

	fprintf(w->to, "%s{%s", w->name, w->labels);
	for (const struct label *l = w->f->labels; l->name; l++, comma = ",") {
		fprintf(w->to, "%s%s=\"", comma, l->name);
		value(w->to, l->kind, at + l->off);
		fputc('"', w->to);
	}
	fputs("} 1\n", w->to);
}

/* Every state there is, one of them true; the label is called as the family. */
static void state_samples(struct writer *w, const char *state)
{
	for (const char *const *s = xsw_port_states; *s; s++) {
		bool is = !strcmp(*s, state);

		sample(w, w->name, *s, BOOL, &is);
	}
}

/* The lines of one thing. */
static void samples(struct writer *w, const void *thing)
{
	const struct family *f = w->f;
	const char *at = (const char *)thing + f->off;

	if (f->type == INFO) {
		info_sample(w, thing);
	} else if (f->type == STATES) {
		state_samples(w, *(const char *const *)(const void *)at);
	} else if (f->by == BY_CLASS) {
		for (size_t i = 0; i < XSW_CLASSES; i++)
			sample(w, "class", classes[i], f->kind, at + i * sizeof(struct xsw_count));
	} else if (f->by != BY_NONE) {
		for (const struct xsw_reason_word *r = xsw_reason_words; r->name; r++)
			if (r->drop == (f->by == BY_DROP))
				sample(w, "reason", r->name, f->kind,
				       at + r->reason * sizeof(uint64_t));
	} else if (f->kind != LIMIT || *(const uint32_t *)(const void *)at) {
		sample(w, NULL, NULL, f->kind, at);
	}
}

static void of_switch(struct writer *w, const struct metrics_switch *s)
{
	char prefix[64];

	snprintf(prefix, sizeof(prefix), "switch=\"%s\"", s->name);
	memcpy(w->labels, prefix, sizeof(prefix));
	if (w->f->scope == OF_ANY)
		samples(w, s);
	if (!s->readable)
		return;
	if (w->f->scope == OF_SWITCH)
		samples(w, s->view);
	for (size_t i = 0; w->f->scope == OF_PORT && i < s->view->nports; i++) {
		snprintf(w->labels, sizeof(w->labels), "%s,port=\"%s\"", prefix,
			 s->view->ports[i].name);
		samples(w, &s->view->ports[i]);
	}
	for (size_t i = 0; w->f->scope == OF_VLAN && i < s->nvlans; i++) {
		snprintf(w->labels, sizeof(w->labels), "%s,vlan=\"%u\"", prefix, s->vlans[i].vlan);
		samples(w, &s->vlans[i]);
	}
	for (size_t i = 0; w->f->scope == OF_MIRROR && i < s->nmirrors; i++) {
		snprintf(w->labels, sizeof(w->labels), "%s,mirror=\"%s\"", prefix,
			 s->mirrors[i].name);
		samples(w, &s->mirrors[i]);
	}
}

/* --- the whole --------------------------------------------------------------------------- */

int metrics_write(FILE *to, const struct xsw_opts *opts, enum metrics_format format)
{
	static const struct build build = { XSW_VERSION, XSW_ABI_VERSION };
	struct writer w = { .to = to, .format = format };
	struct metrics m;
	int status = metrics_read(&m, opts);

	for (w.f = families; !status && w.f < families + COUNT(families); w.f++) {
		head(&w);
		w.labels[0] = '\0';
		if (w.f->scope == OF_ALL)
			samples(&w, &build);
		for (size_t i = 0; i < m.n && w.f->scope != OF_ALL; i++)
			of_switch(&w, &m.v[i]);
	}
	if (!status && format == METRICS_OPEN)
		fputs("# EOF\n", to);
	metrics_free(&m);
	return status;
}

const char *metrics_page(FILE *to, const char *accept, void *opts)
{
	bool open = accept && strstr(accept, "application/openmetrics-text");
	int status = metrics_write(to, opts, open ? METRICS_OPEN : METRICS_TEXT);

	return status ? NULL :
	       open   ? "application/openmetrics-text; version=1.0.0; charset=utf-8" :
			"text/plain; version=0.0.4; charset=utf-8";
}
