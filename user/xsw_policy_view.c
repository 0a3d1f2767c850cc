// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_policy_view.c - policies of ports for show, in the words that set them
 *
 * The lists of all ports are read in one walk, sorted by list, and become words: for each list a
 * run of pointers that ends with NULL. One allocation holds the words of all ports.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xsw_int.h"

#define WORD_MAX (INET6_ADDRSTRLEN + 4) /* with "/128" */

void xsw_rate_text(char text[XSW_RATE_MAX], uint64_t rate, bool bits)
{
	static const struct {
		uint64_t unit, min;
		const char *prefix;
	} units[] = { { 1000000000, 1000000000, "g" },
		      { 1000000, 1000000, "m" },
		      { 1000, 10000, "k" },
		      { 1, 1, "" } };
	size_t i = bits ? 0 : 1;

	*text = '\0';
	if (!rate)
		return;
	while (rate % units[i].unit || rate < units[i].min)
		i++;
	snprintf(text, XSW_RATE_MAX, "%llu%s%s", (unsigned long long)(rate / units[i].unit),
		 units[i].prefix, bits ? "bit" : "pps");
}

static void rate_text(char text[XSW_RATE_MAX], const struct xsw_rate *r)
{
	xsw_rate_text(text, r->rate, r->bits);
}

/* An item of a list, ready to be sorted. */
struct item {
	uint32_t list;
	struct arg_addr addr; /* of a MAC address: family 0, 6 bytes */
};

static int by_list(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = memcmp(x->addr.addr, y->addr.addr, sizeof(x->addr.addr));

	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	if (x->addr.family != y->addr.family)
		return x->addr.family < y->addr.family ? -1 : 1;
	return order ? order : x->addr.plen - y->addr.plen;
}

static void item_text(const struct item *item, char text[WORD_MAX])
{
	const struct arg_addr *a = &item->addr;
	unsigned int full = a->family == AF_INET ? 32 : 128;
	size_t len;

	if (!a->family) {
		mac_text(a->addr, text);
		return;
	}
	inet_ntop(a->family, a->addr, text, INET6_ADDRSTRLEN);
	len = strlen(text);
	if (a->plen < full)
		snprintf(text + len, WORD_MAX - len, "/%u", a->plen);
}

/* Items of the maps `macs` and `ips`; *n of them, free(*items). */
static int read_items(const struct xsw *sw, struct item **items, size_t *n)
{
	struct xsw_mac_key *macs = NULL;
	struct xsw_ip_key *ips = NULL;
	size_t nmacs = 0, nips = 0, i;
	int err = maps_macs_all(&sw->maps, &macs, &nmacs);

	if (!err)
		err = maps_ips_all(&sw->maps, &ips, &nips);
	*n = 0;
	*items = err ? NULL : calloc(nmacs + nips + 1, sizeof(**items));
	for (i = 0; *items && i < nmacs; i++) {
		struct item *item = &(*items)[(*n)++];

		item->list = macs[i].list;
		memcpy(item->addr.addr, macs[i].mac, sizeof(macs[i].mac));
	}
	for (i = 0; *items && i < nips; i++)
		if (maps_ip_allowed(&sw->maps, &ips[i]))
			(*items)[(*n)++] = (struct item){ ips[i].list, policy_ip(&ips[i]) };
	free(macs);
	free(ips);
	return err ? err : *items ? 0 : -ENOMEM;
}

/*
 * Words, then their text, in one piece: room for a NULL after each list of each kind. A list is of one
 * port; where a damaged switch has it twice there is no room, and the second one shows none.
 */
struct words {
	const char **next;
	char (*text)[WORD_MAX];
	size_t left;
};

/* The part of a list that is of one kind; NULL: there is none. */
static const char *const *take_words(struct words *w, const struct item *items, size_t n,
				     uint32_t list, bool macs)
{
	const char **first = w->next;
	size_t i;

	for (i = 0; i < n && w->left; i++) {
		if (items[i].list != list || !items[i].addr.family != macs ||
		    (i && !by_list(&items[i - 1], &items[i])))
			continue;
		item_text(&items[i], *w->text);
		*w->next++ = *w->text++;
		w->left--;
	}
	if (w->next == first)
		return NULL;
	*w->next++ = NULL;
	return first;
}

/* The items of one list; they are neighbours. */
static struct item *find_list(struct item *items, size_t n, uint32_t list, size_t *count)
{
	size_t from = 0, to = n, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (items[mid].list < list)
			from = mid + 1;
		else
			to = mid;
	}
	for (*count = 0; from + *count < n && items[from + *count].list == list; ++*count)
		;
	return items + from;
}

static int view_lists(struct xsw *sw, struct xsw_view *view, const uint32_t *lists)
{
	struct item *items, *mine;
	struct words w;
	size_t i, n, count;
	int err = read_items(sw, &items, &n);

	if (err)
		return err;
	qsort(items, n, sizeof(*items), by_list);
	view->words = calloc(n + 1, 2 * sizeof(char *) + WORD_MAX);
	if (!view->words) {
		free(items);
		return -ENOMEM;
	}
	w.left = n;
	w.next = view->words;
	w.text = (char(*)[WORD_MAX])(void *)(w.next + 2 * (n + 1));
	for (i = 0; i < view->nports; i++) {
		struct xsw_port_view *v = &view->ports[i];

		if (!lists[i])
			continue;
		mine = find_list(items, n, lists[i], &count);
		v->allowed_macs = take_words(&w, mine, count, lists[i], true);
		v->allowed_ips = take_words(&w, mine, count, lists[i], false);
	}
	free(items);
	return 0;
}

/* Everything but the lists. Returns the number of its list. */
static uint32_t view_one(struct xsw *sw, struct xsw_port_view *v)
{
	const struct xsw_limit *limit = &sw->maps.mem.limits[XSW_LIMIT_PORT(v->number)];
	union xsw_conf conf = maps_conf_load(&sw->maps, v->number);
	struct xsw_policy policy;
	uint32_t n;

	XSW_EACH_LEG(sw, v->number, n)
	v->learned += sw->maps.mem.limits[XSW_LIMIT_PORT(n)].learned;
	v->max_macs = limit->max;
	v->mirror = mirror_of_output(sw, v->number);
	if (conf.state == XSW_STATE_ERRDISABLED)
		v->recovery = policy_errdisabled(sw, v->number);
	if (v->recovery == UINT64_MAX) /* until somebody sets it */
		v->recovery = 0;
	if (!conf.policy)
		return 0;
	policy_current(sw, v->number, conf.policy, &policy);
	v->flags.guard = policy.guard;
	v->group_fwd_mask = policy.group_fwd_mask;
	v->group = policy_group(sw, v->number);
	if (v->group > XSW_GROUP_MAX) /* legs of a tunnel */
		v->group = 0;
	rate_text(v->storm.broadcast, &policy.rate[XSW_METER_BROADCAST]);
	rate_text(v->storm.multicast, &policy.rate[XSW_METER_MULTICAST]);
	rate_text(v->storm.unknown, &policy.rate[XSW_METER_UNKNOWN]);
	rate_text(v->police, &policy.rate[XSW_METER_POLICE]);
	if (policy.wire)
		v->wire = sw->ports[policy.wire % XSW_PORTS].name;
	return policy.list;
}

int policy_view(struct xsw *sw, struct xsw_view *view)
{
	uint32_t *lists = calloc(view->nports + 1, sizeof(*lists));
	bool any = false;
	size_t i;
	int err = 0;

	if (!lists)
		return -ENOMEM;
	for (i = 0; i < view->nports; i++) {
		lists[i] = view_one(sw, &view->ports[i]);
		any |= lists[i];
	}
	if (any)
		err = view_lists(sw, view, lists);
	free(lists);
	return err;
}
