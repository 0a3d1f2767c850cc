// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_slot.c - settings as text in one form
 *
 * "0x10" and "16", "10,11,12" and "10-12", "300s" and "300" are the same setting: each is read by
 * the kind of its row and written again. What is normal is not kept.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_int.h"
#include "topo_plan.h"

#define TEXT_MAX 16384 /* 256 prefixes */

/* What the switch does unless told otherwise, where that does not follow from the kind. */
static const struct {
	const char *key, *normal;
} normals[] = {
	{ "learning", "on" },	 { "flood", "on" },	    { "mcast_flood", "on" },
	{ "bcast_flood", "on" }, { "mode", "transparent" }, { "state", "up" },
	{ "type", "netns" },	 { "hook", "auto" },	    { "mtu", "auto" },
	{ "ageing", "300" },	 { "fdb_size", "65536" },   { "flap_limit", "50" },
	{ "flap_window", "1" },	 { "recovery", "300" },
};

_Static_assert(XSW_AGEING_DEFAULT == 300000000000ULL && XSW_FDB_SIZE_DEFAULT == 65536 &&
		       XSW_FLAP_LIMIT_DEFAULT == 50 && XSW_FLAP_WINDOW_DEFAULT == 1000000000 &&
		       XSW_RECOVERY_DEFAULT == 300000000000ULL,
	       "the table above");

static const char *normal_of(const struct arg_def *def)
{
	for (size_t i = 0; i < sizeof(normals) / sizeof(*normals); i++)
		if (!strcmp(normals[i].key, def->word))
			return normals[i].normal;
	switch (def->kind) {
	case ARG_ONOFF:
		return "off";
	case ARG_U32:
		return "0";
	case ARG_VIDS:
		return "all";
	default:
		return "none";
	}
}

static void add_slot(struct topo_slots *slots, const struct arg_def *def, const char *choice)
{
	struct topo_slot *s = &slots->v[slots->n++];

	*s = (struct topo_slot){ .def = def, .choice = choice, .normal = normal_of(def) };
	snprintf(s->key, sizeof(s->key), "%s%s%s", def->word + strspn(def->word, "-"),
		 choice ? " " : "", choice ? choice : "");
}

void topo_slots_init(struct topo_slots *slots, const struct cmd_words *cmd)
{
	*slots = (struct topo_slots){ .cmd = cmd };
	for (size_t i = 0; i < cmd->n && slots->n + 4 < TOPO_SLOTS_MAX; i++) {
		const struct arg_def *def = &cmd->defs[i];

		if (!*def->word || def->kind == ARG_LATER)
			continue;
		if (def->kind != ARG_RATES)
			add_slot(slots, def, NULL);
		for (size_t c = 0; def->kind == ARG_RATES && def->choices[c]; c++)
			add_slot(slots, def, def->choices[c]);
	}
}

int topo_slot(const struct topo_slots *slots, const char *key)
{
	for (size_t i = 0; i < slots->n; i++)
		if (!strcmp(slots->v[i].key, key))
			return (int)i;
	return -1;
}

const char *topo_get(const struct topo_slots *slots, const struct topo_values *values,
		     const char *key)
{
	int i = topo_slot(slots, key);

	return i < 0 ? NULL : values->v[i];
}

/* --- one form --------------------------------------------------------------------------- */

void topo_vids_text(const struct arg_vids *vids, char *buf, size_t size)
{
	vids_text(vids, 0, buf, size);
}

void topo_addr_text(const struct arg_addr *addr, char *buf, size_t size)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(addr->family, addr->addr, text, sizeof(text));
	snprintf(buf, size, "%s/%u", text, addr->plen);
}

static int by_addr(const void *a, const void *b)
{
	const struct arg_addr *x = a, *y = b;
	int order = memcmp(x->addr, y->addr, sizeof(x->addr));

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return order ? order : x->plen - y->plen;
}

void topo_addrs_text(const struct arg_addrs *addrs, char *buf, size_t size)
{
	struct arg_addrs sorted = *addrs;
	size_t len = 0;

	*buf = '\0';
	qsort(sorted.v, sorted.n, sizeof(*sorted.v), by_addr);
	for (size_t i = 0; i < sorted.n && len < size; i++, len += strlen(buf + len)) {
		if (i)
			buf[len++] = ',';
		topo_addr_text(&sorted.v[i], buf + len, size - len);
	}
}

static int by_mac(const void *a, const void *b)
{
	return memcmp(a, b, 6);
}

static void macs_text(const char *text, char *buf, size_t size)
{
	char bad[ARG_ITEM_MAX];
	struct arg_macs macs;
	size_t len = 0;

	if (!parse_macs(text, &macs, bad))
		return;
	qsort(macs.v, macs.n, sizeof(*macs.v), by_mac);
	for (size_t i = 0; i < macs.n && size - len > MAC_TEXT; i++, len += MAC_TEXT - 1) {
		if (i)
			buf[len++] = ',';
		mac_text(macs.v[i], buf + len);
	}
}

static void hosts_text(const char *text, char *buf, size_t size)
{
	char bad[ARG_ITEM_MAX];
	struct arg_hosts list;
	size_t len = 0;

	if (!parse_hosts(text, &list, bad))
		return;
	for (size_t i = 0; i < list.n; i++, len += strlen(buf + len)) {
		if (i)
			buf[len++] = ',';
		inet_ntop(list.v[i].family, list.v[i].addr, buf + len, (socklen_t)(size - len));
	}
}

/* A single address stands without its prefix length. */
static void prefixes_text(const char *text, char *buf, size_t size)
{
	char bad[ARG_ITEM_MAX];
	struct arg_prefixes list;
	size_t len = 0;

	if (!parse_prefixes(text, &list, bad))
		return;
	qsort(list.v, list.n, sizeof(*list.v), by_addr);
	for (size_t i = 0; i < list.n; i++) {
		const struct arg_addr *a = &list.v[i];

		if (i)
			buf[len++] = ',';
		topo_addr_text(a, buf + len, size - len);
		if (a->plen == (a->family == AF_INET ? 32 : 128))
			*strrchr(buf + len, '/') = '\0';
		len += strlen(buf + len);
	}
}

static void time_text(const char *text, char *buf, size_t size)
{
	uint64_t ns;

	if (!parse_time(text, &ns))
		return;
	if (ns % 1000000000)
		snprintf(buf, size, "%llums", (unsigned long long)ns / 1000000);
	else
		snprintf(buf, size, "%llu", (unsigned long long)ns / 1000000000);
}

/* Every VLAN is none left out. */
static void set_text(const char *text, uint32_t min, char *buf, size_t size)
{
	struct arg_vids vids;

	if (!parse_vids(text, min, &vids))
		return;
	topo_vids_text(&vids, buf, size);
	if (!strcmp(buf, "1-4094"))
		snprintf(buf, size, "all");
}

static void number_text(const char *text, char *buf, size_t size)
{
	uint64_t v;

	if (parse_u64(text, 0, UINT64_MAX, &v))
		snprintf(buf, size, "%llu", (unsigned long long)v);
}

/* "vid+0" is "vid". */
static void key_text(const char *text, char *buf, size_t size)
{
	struct arg_key key;

	if (!parse_key(text, &key))
		return;
	if (key.vid)
		snprintf(buf, size, key.value ? "vid+%u" : "vid", key.value);
	else
		snprintf(buf, size, "%u", key.value);
}

static void rate_text(const char *text, char *buf)
{
	struct arg_rate rate;

	if (parse_rate(text, &rate) && rate.rate)
		xsw_rate_text(buf, rate.rate, rate.bits);
}

/* What cannot be read stays as it is. */
static void one_form(const struct arg_def *def, const char *text, char *buf, size_t size)
{
	struct arg_mac mac;

	snprintf(buf, size, "%s", text);
	if (!strcmp(text, "none") || !strcmp(text, "all"))
		return;
	if (def->kind == ARG_U32 || def->kind == ARG_VID || def->kind == ARG_LIMIT)
		number_text(text, buf, size);
	else if (def->kind == ARG_MAC && parse_mac(text, mac.byte))
		mac_text(mac.byte, buf);
	else if (def->kind == ARG_VIDS)
		set_text(text, (uint32_t)def->min, buf, size);
	else if (def->kind == ARG_MACS)
		macs_text(text, buf, size);
	else if (def->kind == ARG_PREFIXES)
		prefixes_text(text, buf, size);
	else if (def->kind == ARG_HOST || def->kind == ARG_HOSTS)
		hosts_text(text, buf, size);
	else if (def->kind == ARG_KEY)
		key_text(text, buf, size);
	else if (def->kind == ARG_TIME)
		time_text(text, buf, size);
	else if (def->kind == ARG_RATE || def->kind == ARG_RATES)
		rate_text(text, buf);
	else if (!strcmp(text, "forwarding"))
		snprintf(buf, size, "up");
}

static int put(struct topo *mem, const struct topo_slot *slot, const char **value, const char *text)
{
	char buf[TEXT_MAX];

	*value = NULL;
	if (!text || !*text)
		return XSW_OK;
	one_form(slot->def, text, buf, sizeof(buf));
	if (!strcmp(buf, slot->normal))
		return XSW_OK;
	*value = topo_text(mem, buf);
	return *value ? XSW_OK : XSW_REFUSED;
}

int topo_put(struct topo *mem, const struct topo_slots *slots, struct topo_values *values,
	     const char *key, const char *text)
{
	int i = topo_slot(slots, key);

	return i < 0 ? XSW_OK : put(mem, &slots->v[i], &values->v[i], text);
}

int topo_put_words(struct topo *mem, const struct topo_slots *slots, struct topo_values *values,
		   char **words, int from, int n)
{
	int i = from, status = XSW_OK;

	while (i < n && !status) {
		const char *word = words[i] + strspn(words[i], "-");
		char key[64];
		int slot;

		i++;
		snprintf(key, sizeof(key), "%s", word);
		slot = topo_slot(slots, key);
		if (slot < 0 && i < n) { /* "storm", then the kind of frames */
			snprintf(key, sizeof(key), "%s %s", word, words[i++]);
			slot = topo_slot(slots, key);
		}
		if (slot < 0)
			return fail(XSW_REFUSED, "no setting %s", quoted(word));
		if (slots->v[slot].def->kind == ARG_FLAG)
			status = put(mem, &slots->v[slot], &values->v[slot], "true");
		else if (i < n && slots->v[slot].def->kind != ARG_ADDR)
			status = put(mem, &slots->v[slot], &values->v[slot], words[i++]);
		else
			i++; /* addresses: from the specification, all at once */
	}
	return status;
}
