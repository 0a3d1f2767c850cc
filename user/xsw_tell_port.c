// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_tell_port.c - what has changed of a port, in the words that set it: see tell.h
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "tell.h"

#define VALUE_MAX 16384 /* 256 prefixes */

enum form {
	FLAG,
	NUMBER, /* 0: none */
	MASK,
	TEXT, /* char[]; empty: none */
	ITEMS,
};

#define ROW(word, form, member)                                                                    \
	{                                                                                          \
		word, form, offsetof(struct xsw_port_view, member)                                 \
	}

/* What a change of a word is read from, but for VLANs, MTU and state. */
static const struct setting {
	const char *word;
	enum form form;
	size_t off;
} settings[] = {
	ROW("learning", FLAG, flags.learning),
	ROW("flood", FLAG, flags.flood),
	ROW("mcast_flood", FLAG, flags.mcast_flood),
	ROW("bcast_flood", FLAG, flags.bcast_flood),
	ROW("hairpin", FLAG, flags.hairpin),
	ROW("isolated", FLAG, flags.isolated),
	ROW("locked", FLAG, flags.locked),
	ROW("guard", FLAG, flags.guard),
	ROW("max_macs", NUMBER, max_macs),
	ROW("allowed_macs", ITEMS, allowed_macs),
	ROW("allowed_ips", ITEMS, allowed_ips),
	ROW("storm broadcast", TEXT, storm.broadcast),
	ROW("storm multicast", TEXT, storm.multicast),
	ROW("storm unknown", TEXT, storm.unknown),
	ROW("police", TEXT, police),
	ROW("group_fwd_mask", MASK, group_fwd_mask),
	ROW("group", NUMBER, group),
};

static void items_text(const char *const *items, char *buf)
{
	size_t len = 0;

	strcpy(buf, items ? "" : "none");
	for (; items && *items && len < VALUE_MAX; items++)
		len += (size_t)snprintf(buf + len, VALUE_MAX - len, "%s%s", len ? "," : "", *items);
}

static void value_text(const struct setting *s, const struct xsw_port_view *v, char buf[VALUE_MAX])
{
	const void *at = (const char *)v + s->off;
	uint32_t number;

	switch (s->form) {
	case FLAG:
		strcpy(buf, *(const bool *)at ? "on" : "off");
		break;
	case NUMBER:
	case MASK:
		number = *(const uint32_t *)at;
		snprintf(buf, VALUE_MAX, number || s->form == MASK ? "%u" : "none", number);
		break;
	case TEXT:
		snprintf(buf, VALUE_MAX, "%s", *(const char *)at ? (const char *)at : "none");
		break;
	case ITEMS:
		items_text(*(const char *const *const *)at, buf);
		break;
	}
}

static void add_vids(struct say *s, const char *word, const struct arg_vids *vids)
{
	char text[VALUE_MAX];

	vids_text(vids, 0, text, sizeof(text));
	say_word(s, word, *text ? text : "1-4094"); /* none named: all */
}

static void vlan_words(struct say *s, const struct xsw_port_view *old,
		       const struct xsw_port_view *now)
{
	bool mode = strcmp(old->mode, now->mode), trunks = strstr(now->mode, "trunk");

	trunks = trunks || strstr(now->mode, "native");
	if (mode)
		say_word(s, "mode", now->mode);
	if (now->tag && (mode || old->tag != now->tag))
		say_number(s, "tag", now->tag);
	if (trunks && memcmp(&old->trunks, &now->trunks, sizeof(now->trunks)))
		add_vids(s, "trunks", &now->trunks);
	if (memcmp(&old->cvlans, &now->cvlans, sizeof(now->cvlans)) && now->tag)
		add_vids(s, "cvlans", &now->cvlans);
	if ((old->ethtype || now->ethtype) &&
	    strcmp(old->ethtype ?: "802.1q", now->ethtype ?: "802.1q"))
		say_word(s, "qinq-ethtype", now->ethtype ?: "802.1q");
}

/* As a command sets it; a guard's error and its end are told by the data path. */
static const char *state_word(union xsw_conf conf)
{
	switch (conf.state) {
	case XSW_STATE_DISABLED:
		return "down";
	case XSW_STATE_BLOCKING:
		return "blocking";
	case XSW_STATE_LEARNING:
		return "learning";
	default:
		return "up";
	}
}

static void state_words(struct say *s, uint32_t number, union xsw_conf old, union xsw_conf now)
{
	bool healed = old.state == XSW_STATE_ERRDISABLED && now.state == XSW_STATE_FORWARDING &&
		      policy_errdisabled(s->sw, number); /* before its time */

	if (healed || strcmp(state_word(old), state_word(now)))
		say_word(s, "state", state_word(now));
}

static void mtu_words(struct say *s, const struct xsw_port_view *old,
		      const struct xsw_port_view *now)
{
	if (now->mtu_auto && !old->mtu_auto)
		say_word(s, "mtu", "auto");
	else if (now->mtu_auto != old->mtu_auto || (old->mtu && now->mtu != old->mtu))
		say_number(s, "mtu", now->mtu);
}

static void setting_words(struct say *s, const struct xsw_port_view *old,
			  const struct xsw_port_view *now)
{
	char was[VALUE_MAX], is[VALUE_MAX];

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		value_text(&settings[i], old, was);
		value_text(&settings[i], now, is);
		if (strcmp(was, is))
			say_word(s, settings[i].word, is);
	}
}

/* Members with and without a tag, of a port that has them one by one (hybrid). */
static void hybrid_vids(const struct told_port *p, bool untagged, struct arg_vids *vids)
{
	memset(vids, 0, sizeof(*vids));
	for (size_t i = 0; i < XSW_VLAN_WORDS && p && p->conf.mode == XSW_MODE_HYBRID; i++)
		vids->word[i] = p->sets.member[i] &
				(untagged ? p->sets.untagged[i] : ~p->sets.untagged[i]);
}

static void tell_vids(struct xsw *sw, const struct xsw_port_view *v, enum xsw_event_action action,
		      const struct arg_vids *vids, const char *word)
{
	uint32_t vid = 0;
	char text[64];
	struct say s;

	while (vid < XSW_VLANS) {
		vid = vids_text(vids, vid, text, sizeof(text));
		if (!*text)
			break;
		s = say_begin(sw, XSW_EV_CONFIG, action, v->number, "vlan", text);
		if (word)
			say_word(&s, word, NULL);
		say_end(&s);
	}
}

/* VLANs that were edited one by one. */
static void tell_hybrid(struct xsw *sw, const struct xsw_port_view *v, const struct told_port *old,
			const struct told_port *now)
{
	uint32_t had = old && old->conf.mode == XSW_MODE_HYBRID ? old->conf.pvid : 0;
	struct arg_vids was[2], is[2], only, left, pvid = {};

	if (now->conf.mode != XSW_MODE_HYBRID)
		return;
	for (int i = 0; i < 2; i++) {
		hybrid_vids(old, i, &was[i]);
		hybrid_vids(now, i, &is[i]);
	}
	for (size_t w = 0; w < ARG_VID_WORDS; w++)
		left.word[w] = (was[0].word[w] | was[1].word[w]) & ~(is[0].word[w] | is[1].word[w]);
	tell_vids(sw, v, XSW_EA_DELETED, &left, NULL);
	for (int i = 0; i < 2; i++) {
		for (size_t w = 0; w < ARG_VID_WORDS; w++)
			only.word[w] = is[i].word[w] & ~was[i].word[w];
		tell_vids(sw, v, XSW_EA_ADDED, &only, i ? "untagged" : NULL);
	}
	if (now->conf.pvid == had)
		return;
	pvid.word[now->conf.pvid / 64] |= now->conf.pvid ? 1ULL << now->conf.pvid % 64 : 0;
	tell_vids(sw, v, XSW_EA_CHANGED, &pvid, "pvid");
}

static void place_words(struct say *s, const struct xsw_port_view *v)
{
	char remotes[VALUE_MAX];

	say_word(s, "type", v->type);
	if (*v->netns)
		say_word(s, "netns", v->netns);
	if (*v->peer)
		say_word(s, "dev", v->peer);
	else if (!v->remotes)
		say_word(s, "dev", v->ifname);
	if (!v->remotes)
		return;
	items_text(v->remotes, remotes);
	say_word(s, "remote", remotes);
	if (*v->local)
		say_word(s, "local", v->local);
	if (*v->key)
		say_word(s, "key", v->key);
	if (v->udp_port)
		say_number(s, "port", v->udp_port);
}

static void addr_words(struct say *s, const struct arg_addrs *old, const struct arg_addrs *now)
{
	char text[INET6_ADDRSTRLEN + sizeof("/128")];

	if (old->n == now->n && !memcmp(old->v, now->v, now->n * sizeof(*now->v)))
		return;
	for (size_t i = 0; i < now->n; i++) {
		inet_ntop(now->v[i].family, now->v[i].addr, text, INET6_ADDRSTRLEN);
		snprintf(text + strlen(text), sizeof("/128"), "/%u", now->v[i].plen);
		say_word(s, "address", text);
	}
	if (!now->n)
		say_word(s, "address", "none");
}

/* `old` NULL: it is new. */
void tell_port(struct xsw *sw, const struct told *from, const struct told *to, const size_t *old,
	       size_t i)
{
	static const struct xsw_port_view usual = {
		.flags = { .learning = true,
			   .flood = true,
			   .mcast_flood = true,
			   .bcast_flood = true },
		.mode = "transparent",
		.mtu_auto = true,
	};
	const struct xsw_port_view *now = &to->view->ports[i],
				   *was = old ? &from->view->ports[*old] : &usual;
	const struct told_port *p = &to->ports[i], *q = old ? &from->ports[*old] : NULL;
	static const struct arg_addrs none;
	const union xsw_conf up = { .state = XSW_STATE_FORWARDING };
	struct say s = say_begin(sw, old ? XSW_EV_CONFIG : XSW_EV_PORT,
				 old ? XSW_EA_CHANGED : XSW_EA_ADDED, now->number, "port",
				 now->name);

	if (!old)
		place_words(&s, now);
	addr_words(&s, q ? &q->addrs : &none, &p->addrs);
	vlan_words(&s, was, now);
	mtu_words(&s, was, now);
	state_words(&s, now->number, q ? q->conf : up, p->conf);
	setting_words(&s, was, now);
	say_end(&s);
	tell_hybrid(sw, now, q, p);
}
