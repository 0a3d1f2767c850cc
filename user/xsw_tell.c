// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_tell.c - events of commands: what differs between the beginning and the end of one
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"

/* --- what is ------------------------------------------------------------------------------ */

static void told_free(struct told *t)
{
	if (t) {
		xsw_view_free(t->view);
		free(t->ports);
		for (size_t i = 0; i < t->n; i++)
			free(t->objects[i].words);
		free(t->objects);
	}
	free(t);
}

void told_add(struct told *t, const char *object, const char *name, uint32_t port, uint32_t peer,
	      const char *words)
{
	struct told_object *more = realloc(t->objects, (t->n + 1) * sizeof(*more));
	char *copy = words ? strdup(words) : NULL;

	if (more)
		t->objects = more;
	if (!more || !copy) {
		free(copy);
		t->short_of_memory = true;
		return;
	}
	more += t->n++;
	*more = (struct told_object){ .object = object, .words = copy, .port = port, .peer = peer };
	snprintf(more->name, sizeof(more->name), "%s", name);
}

struct wires {
	struct xsw *sw;
	struct told *told;
};

static void on_wire(const struct xsw_wire_view *v, void *arg)
{
	const struct wires *w = arg;

	told_add(w->told, "wire", v->port, xsw_port_find(w->sw, v->port),
		 xsw_port_find(w->sw, v->peer), v->peer);
}

/* All sources, and VLANs in lines that have words beside their numbers. */
#define WORDS_MAX                                                                                  \
	(ARG_LIST_MAX * (SOURCE_TEXT_MAX + sizeof("from ")) + 4 * XSW_VLANS * sizeof(" 4094"))

static void add_line(char *words, const char *word, const char *value)
{
	size_t len = strlen(words);

	snprintf(words + len, WORDS_MAX - len, "%s%s %s", len ? "\n" : "", word, value);
}

static void on_mirror(const struct xsw_mirror_view *v, void *arg)
{
	char text[XSW_TELL_TEXT / 2], *words = calloc(1, WORDS_MAX);
	const struct xsw_mirror_spec *m = &v->spec;
	const struct wires *w = arg;

	for (size_t i = 0; words && i < m->from.n; i++) {
		source_text(&m->from.v[i], text);
		add_line(words, "from", text);
	}
	for (uint32_t vid = 0; words && m->vlans_set && vid < XSW_VLANS;) {
		vid = vids_text(&m->vlans, vid, text, sizeof(text));
		add_line(words, "vlan", text);
	}
	if (words)
		add_line(words, "to", m->to);
	snprintf(text, sizeof(text), "%u", m->tag);
	if (words && m->tag)
		add_line(words, "tag", text);
	/* the port is a word of it: as another one it would be told twice */
	told_add(w->told, "mirror", m->name, 0, xsw_port_find(w->sw, m->to), words);
	free(words);
}

static struct told *told_now(struct xsw *sw)
{
	struct told *t = calloc(1, sizeof(*t));
	struct xsw_port_made made;

	if (!t)
		return NULL;
	t->view = view_settings(sw);
	t->ports = t->view ? calloc(t->view->nports + 1, sizeof(*t->ports)) : NULL;
	if (!t->ports) {
		told_free(t);
		return NULL;
	}
	for (size_t i = 0; i < t->view->nports; i++) {
		uint32_t n = t->view->ports[i].number;
		struct told_port *p = &t->ports[i];

		p->conf = maps_conf_load(&sw->maps, n);
		vlan_current(sw, n, p->conf, &p->sets);
		if (sw->ports[n].type == XSW_TYPE_HOST) {
			xsw_port_made(sw, n, &made);
			p->addrs = made.addrs;
		}
	}
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++)
		t->max[vid] = xsw_vlan_limit_get(sw, vid);
	xsw_wire_each(sw, on_wire, &(struct wires){ sw, t });
	xsw_mirror_each(sw, NULL, on_mirror, &(struct wires){ sw, t });
	if (!t->short_of_memory)
		return t;
	told_free(t);
	return NULL;
}

/* --- saying it ---------------------------------------------------------------------------- */

struct say say_begin(struct xsw *sw, enum xsw_event_kind kind, enum xsw_event_action action,
		     uint32_t port, const char *object, const char *name)
{
	struct say s = {
		.sw = sw,
		.tell.event = { .kind = (__u16)kind, .port = (__u16)port, .state = (__u16)action },
	};

	s.at = (size_t)snprintf(s.tell.text, XSW_TELL_TEXT - 1, "%s%c%s", object, 0, name) + 1;
	return s;
}

void say_end(struct say *s)
{
	if (s->len || s->tell.event.state != XSW_EA_CHANGED)
		prog_tell(&s->sw->prog, &s->tell);
}

/* `value` NULL: the word alone. */
void say_word(struct say *s, const char *word, const char *value)
{
	size_t room = XSW_TELL_TEXT - s->at, need = strlen(word) + 2;

	if (value && need + strlen(value) + 1 < room)
		need += strlen(value) + 1;
	else
		value = NULL;
	if (s->len + need > room) {
		say_end(s);
		s->len = 0;
		memset(s->tell.text + s->at, 0, room);
	}
	s->len += (size_t)snprintf(s->tell.text + s->at + s->len, room - s->len, "%s%s%s%s",
				   s->len ? " " : "", word, value ? " " : "", value ? value : "");
}

void say_number(struct say *s, const char *word, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	say_word(s, word, text);
}

/* --- ports -------------------------------------------------------------------------------- */

static bool is_made(const struct xsw_port_view *v)
{
	return strcmp(v->state, "incomplete");
}

static bool are_same(const char *const *a, const char *const *b)
{
	while (a && b && *a && *b && !strcmp(*a, *b))
		a++, b++;
	return a && b ? *a == *b : a == b;
}

/* A tunnel to somewhere else, or with another key, is another port. */
static bool is_same(const struct xsw_port_view *a, const struct xsw_port_view *b)
{
	return is_made(a) && is_made(b) && a->number == b->number && !strcmp(a->name, b->name) &&
	       a->udp_port == b->udp_port && !strcmp(a->key, b->key) &&
	       !strcmp(a->local, b->local) && are_same(a->remotes, b->remotes);
}

static void tell_deleted(struct xsw *sw, const struct xsw_port_view *v)
{
	struct say s = say_begin(sw, XSW_EV_PORT, XSW_EA_DELETED, v->number, "port", v->name);

	say_end(&s);
}

/* Both are in the order of numbers. A port that was made again is told as a new one. */
static void tell_ports(struct xsw *sw, const struct told *from, const struct told *to)
{
	const struct xsw_view *a = from->view, *b = to->view;
	size_t i, k;

	for (i = k = 0; i < a->nports; i++) {
		while (k < b->nports && b->ports[k].number < a->ports[i].number)
			k++;
		if (is_made(&a->ports[i]) &&
		    (k == b->nports || !is_same(&a->ports[i], &b->ports[k])))
			tell_deleted(sw, &a->ports[i]);
	}
	for (i = k = 0; k < b->nports; k++) {
		while (i < a->nports && a->ports[i].number < b->ports[k].number)
			i++;
		if (!is_made(&b->ports[k]))
			continue;
		if (i < a->nports && is_same(&a->ports[i], &b->ports[k]) &&
		    a->ports[i].ifindex == b->ports[k].ifindex)
			tell_port(sw, from, to, &i, k);
		else
			tell_port(sw, from, to, NULL, k);
	}
}

/* --- the rest ----------------------------------------------------------------------------- */

static void tell_object(struct xsw *sw, const struct told_object *o, enum xsw_event_action action)
{
	struct say s = say_begin(sw, XSW_EV_CONFIG, action, o->port, o->object, o->name);
	char word[XSW_TELL_TEXT];
	size_t n;

	s.tell.event.old = (__u16)o->peer;
	for (const char *at = o->words; *at; at += n + (at[n] == '\n')) {
		n = strcspn(at, "\n");
		snprintf(word, sizeof(word), "%.*s", (int)n, at);
		say_word(&s, word, NULL);
	}
	say_end(&s);
}

static struct told_object *find_object(const struct told *t, const struct told_object *like)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->objects[i].object, like->object) &&
		    !strcmp(t->objects[i].name, like->name) && t->objects[i].peer == like->peer)
			return &t->objects[i];
	return NULL;
}

static void tell_objects(struct xsw *sw, const struct told *from, const struct told *to)
{
	for (size_t i = 0; i < from->n; i++)
		if (!find_object(to, &from->objects[i]))
			tell_object(sw, &from->objects[i], XSW_EA_DELETED);
	for (size_t i = 0; i < to->n; i++) {
		const struct told_object *o = &to->objects[i], *was = find_object(from, o);

		if (!was || strcmp(was->words, o->words))
			tell_object(sw, o, was ? XSW_EA_CHANGED : XSW_EA_ADDED);
	}
}

/* VLANs in a row that changed to the same limit. */
static void tell_limits(struct xsw *sw, const struct told *from, const struct told *to)
{
	char name[16], text[16];
	struct say s;

	for (uint32_t vid = 1, last; vid <= XSW_VID_MAX; vid = last + 1) {
		last = vid;
		if (from->max[vid] == to->max[vid])
			continue;
		while (last < XSW_VID_MAX && to->max[last + 1] == to->max[vid] &&
		       from->max[last + 1] != to->max[vid])
			last++;
		snprintf(name, sizeof(name), last > vid ? "%u-%u" : "%u", vid, last);
		snprintf(text, sizeof(text), to->max[vid] ? "%u" : "none", to->max[vid]);
		s = say_begin(sw, XSW_EV_CONFIG, XSW_EA_CHANGED, 0, "vlan", name);
		say_word(&s, "max_learned", text);
		say_end(&s);
	}
}

static void time_words(struct say *s, const char *word, uint64_t old, uint64_t now)
{
	bool ms = now % 1000000000;
	char text[32];

	snprintf(text, sizeof(text), "%llu%s",
		 (unsigned long long)now / (ms ? 1000000 : 1000000000), ms ? "ms" : "");
	if (old != now)
		say_word(s, word, text);
}

static void number_words(struct say *s, const char *word, uint32_t old, uint32_t now,
			 const char *zero)
{
	if (old != now && !now)
		say_word(s, word, zero);
	else if (old != now)
		say_number(s, word, now);
}

static void tell_switch(struct xsw *sw, const struct xsw_view *a, const struct xsw_view *b)
{
	struct say s = say_begin(sw, XSW_EV_CONFIG, XSW_EA_CHANGED, 0, "switch", sw->name);

	time_words(&s, "ageing", a->ageing, b->ageing);
	number_words(&s, "fdb_size", a->fdb.size, b->fdb.size, "0");
	number_words(&s, "group_fwd_mask", a->group_fwd_mask, b->group_fwd_mask, "0");
	number_words(&s, "max_learned", a->fdb.max_learned, b->fdb.max_learned, "none");
	number_words(&s, "flap_limit", a->flap_limit, b->flap_limit, "none");
	time_words(&s, "flap_window", a->flap_window, b->flap_window);
	time_words(&s, "recovery", a->recovery, b->recovery);
	say_end(&s);
}

void tell_recovered(struct xsw *sw, uint32_t number)
{
	struct say s = say_begin(sw, XSW_EV_RECOVERED, XSW_EA_DELETED, number, "", "");

	say_end(&s);
}

void tell_begin(struct xsw *sw)
{
	if (prog_clock(&sw->prog, &sw->maps) < sw->maps.mem.settings->listening)
		sw->told = told_now(sw);
}

void tell_end(struct xsw *sw)
{
	struct told *from = sw->told, *to = from ? told_now(sw) : NULL;

	if (to) {
		tell_ports(sw, from, to);
		tell_limits(sw, from, to);
		tell_objects(sw, from, to);
		tell_switch(sw, from->view, to->view);
	}
	told_free(to);
	told_free(from);
	sw->told = NULL;
}
