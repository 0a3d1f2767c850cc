// SPDX-License-Identifier: GPL-2.0-only
/*
 * args_value.c - one word into one value: whole or not at all, without a message
 *
 * The C library's number parsers accept blanks, signs and trailing junk; these do not. Numbers
 * are decimal, or hexadecimal after 0x; a leading zero does not make them octal.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "xsw_abi.h"

bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	unsigned int base = 10, digit;
	uint64_t v = 0;

	if (s && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (!s || !*s)
		return false;
	for (; *s; s++) {
		if (*s >= '0' && *s <= '9')
			digit = (unsigned int)(*s - '0');
		else if (base == 16 && (*s | 0x20) >= 'a' && (*s | 0x20) <= 'f')
			digit = (unsigned int)((*s | 0x20) - 'a' + 10);
		else
			return false;
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, digit, &v))
			return false;
	}
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

const char *mac_text(const uint8_t mac[6], char text[MAC_TEXT])
{
	snprintf(text, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return text;
}

bool parse_mac(const char *s, uint8_t mac[6])
{
	char pair[5] = "0x";
	uint64_t byte;

	if (!s || strlen(s) != 17)
		return false;
	for (size_t i = 0; i < 6; i++, s += 3) {
		if (s[2] != (i < 5 ? ':' : '\0'))
			return false;
		memcpy(pair + 2, s, 2);
		if (!parse_u64(pair, 0, 0xff, &byte))
			return false;
		mac[i] = (uint8_t)byte;
	}
	return true;
}

bool parse_addr(const char *s, struct arg_addr *out, bool plen_required)
{
	struct arg_addr a = { 0 };
	const char *slash = s ? strchr(s, '/') : NULL;
	uint64_t plen, max;
	char text[64];

	if (!s || (plen_required && !slash))
		return false;
	if ((size_t)snprintf(text, sizeof(text), "%.*s", (int)(slash ? slash - s : 64), s) >=
	    sizeof(text))
		return false;
	a.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(a.family, text, a.addr) != 1)
		return false;
	plen = max = a.family == AF_INET6 ? 128 : 32;
	if (slash && !parse_u64(slash + 1, 0, max, &plen))
		return false;
	a.plen = (uint8_t)plen;
	*out = a;
	return true;
}

bool parse_time(const char *s, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = { { "", 1000000000 }, { "s", 1000000000 }, { "ms", 1000000 } };
	size_t len = s ? strspn(s, "0123456789") : 0;
	char digits[24];
	uint64_t v;

	if (!len || len >= sizeof(digits))
		return false;
	memcpy(digits, s, len);
	digits[len] = '\0';
	if (!parse_u64(digits, 0, UINT64_MAX, &v))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(s + len, units[i].suffix))
			return !__builtin_mul_overflow(v, units[i].ns, ns);
	return false;
}

#define RATE_MAX 1000000000000ULL /* 1 Tbit/s; ns x rate of a burst stay within 64 bits */

bool parse_rate(const char *s, struct arg_rate *out)
{
	static const struct {
		const char *suffix;
		uint64_t unit;
		bool bits;
	} units[] = {
		{ "pps", 1, false },	      { "kpps", 1000, false }, { "mpps", 1000000, false },
		{ "bit", 1, true },	      { "kbit", 1000, true },  { "mbit", 1000000, true },
		{ "gbit", 1000000000, true },
	};
	size_t len = s ? strspn(s, "0123456789") : 0;
	char digits[24];
	uint64_t v;

	if (s && !strcmp(s, "none")) {
		*out = (struct arg_rate){ .set = true };
		return true;
	}
	if (!len || len >= sizeof(digits))
		return false;
	memcpy(digits, s, len);
	digits[len] = '\0';
	if (!parse_u64(digits, 1, RATE_MAX, &v))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(s + len, units[i].suffix))
			continue;
		if (__builtin_mul_overflow(v, units[i].unit, &v) || v > RATE_MAX)
			return false;
		*out = (struct arg_rate){ .rate = v, .bits = units[i].bits, .set = true };
		return true;
	}
	return false;
}

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

bool port_name_valid(const char *s)
{
	size_t len = s ? strspn(s, ALNUM "_.:@+-") : 0;

	return len && !s[len] && len < XSW_NAME_MAX && strspn(s, ALNUM "_") && strcmp(s, "help");
}

bool switch_name_valid(const char *s)
{
	size_t len = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") : 0;

	return len && !s[len] && len <= XSW_SWITCH_NAME_MAX && *s != '-';
}

bool ifname_valid(const char *s)
{
	size_t len = 0;

	if (!s || !*s || *s == '-' || !strcmp(s, ".") || !strcmp(s, ".."))
		return false;
	for (; s[len]; len++)
		if (s[len] <= ' ' || s[len] > '~' || strchr("/:%", s[len]))
			return false;
	return len < XSW_IFNAME_MAX;
}

bool netns_spec_valid(const char *s)
{
	return s && (s[0] == '/' ? strlen(s) < XSW_PATH_MAX : port_name_valid(s));
}

static bool add_range(struct arg_vids *vids, uint64_t from, uint64_t to)
{
	for (; from <= to; from++) {
		if (vids->word[from / 64] >> from % 64 & 1)
			return false;
		vids->word[from / 64] |= 1ULL << from % 64;
	}
	return true;
}

void source_text(const struct arg_source *s, char text[SOURCE_TEXT_MAX])
{
	snprintf(text, SOURCE_TEXT_MAX, "%s%s", s->port, !s->out ? ":in" : !s->in ? ":out" : "");
}

uint32_t vids_text(const struct arg_vids *vids, uint32_t from, char *buf, size_t size)
{
	char range[16];
	size_t len = 0;
	uint32_t vid, to;
	int n;

	*buf = '\0';
	for (vid = from; vid < XSW_VLANS; vid = to + 1) {
		to = vids->word[vid / 64] ? vid : vid | 63; /* a word without any */
		if (!(vids->word[vid / 64] >> vid % 64 & 1))
			continue;
		while (to + 1 < XSW_VLANS && vids->word[(to + 1) / 64] >> (to + 1) % 64 & 1)
			to++;
		n = snprintf(range, sizeof(range), to > vid ? "%s%u-%u" : "%s%u", len ? "," : "",
			     vid, to);
		if (len + (size_t)n >= size)
			return vid;
		memcpy(buf + len, range, (size_t)n + 1);
		len += (size_t)n;
	}
	return XSW_VLANS;
}

bool parse_vids(const char *s, uint32_t min, struct arg_vids *out)
{
	struct arg_vids vids = { 0 };
	char item[16];
	uint64_t from, to;

	for (;; s++) {
		size_t len = strcspn(s, ",");
		char *dash;

		if (len >= sizeof(item))
			return false;
		memcpy(item, s, len);
		item[len] = '\0';
		dash = strchr(item, '-');
		if (dash)
			*dash = '\0';
		if (!parse_u64(item, min, XSW_VID_MAX, &from) ||
		    !parse_u64(dash ? dash + 1 : item, from, XSW_VID_MAX, &to) ||
		    !add_range(&vids, from, to))
			return false;
		s += len;
		if (!*s)
			break;
	}
	*out = vids;
	return true;
}

/* No packet carries an IPv4-mapped address, and the maps keep IPv4 there. */
static bool is_mapped(const struct arg_addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return a->family == AF_INET6 && a->plen >= 96 && !memcmp(a->addr, prefix, sizeof(prefix));
}

bool addr_is_host(const struct arg_addr *a)
{
	static const uint8_t zero[16];

	return !is_mapped(a) && memcmp(a->addr, zero, sizeof(zero)) &&
	       (a->family == AF_INET ? a->addr[0] < 224 : a->addr[0] != 0xff);
}

bool parse_host(const char *s, struct arg_addr *out)
{
	struct arg_addr a;

	if (!s || strchr(s, '/') || !parse_addr(s, &a, false) || !addr_is_host(&a))
		return false;
	*out = a;
	return true;
}

bool parse_key(const char *s, struct arg_key *out)
{
	struct arg_key key = { .set = true };
	uint64_t v = 0;

	if (s && !strncmp(s, "vid", 3)) {
		key.vid = true;
		s = s[3] == '+' ? s + 4 : s[3] ? NULL : "0";
	}
	if (!parse_u64(s, 0, UINT32_MAX, &v))
		return false;
	key.value = (uint32_t)v;
	*out = key;
	return true;
}

/* The next item of a list, up to a comma or the end. false: it is too long to be one. */
static bool next_item(const char **s, char item[ARG_ITEM_MAX])
{
	size_t len = strcspn(*s, ",");

	if (len >= ARG_ITEM_MAX) {
		snprintf(item, ARG_ITEM_MAX, "%s", *s);
		return false;
	}
	memcpy(item, *s, len);
	item[len] = '\0';
	*s += len;
	return true;
}

static bool add_mac(const char *item, struct arg_macs *list)
{
	static const uint8_t zero[6];
	uint8_t mac[6];

	if (list->n == ARG_LIST_MAX || !parse_mac(item, mac) || mac[0] & 1 ||
	    !memcmp(mac, zero, sizeof(zero)))
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (!memcmp(list->v[i], mac, sizeof(mac)))
			return false;
	memcpy(list->v[list->n++], mac, sizeof(mac));
	return true;
}

bool parse_macs(const char *s, struct arg_macs *out, char bad[ARG_ITEM_MAX])
{
	out->n = 0;
	if (!strcmp(s, "none"))
		return true;
	for (;; s++) {
		if (!next_item(&s, bad) || !add_mac(bad, out))
			return false;
		if (!*s)
			return true;
	}
}

static bool bits_behind(const struct arg_addr *a)
{
	unsigned int bit, bits = a->family == AF_INET6 ? 128 : 32;

	for (bit = a->plen; bit < bits; bit++)
		if (a->addr[bit / 8] >> (7 - bit % 8) & 1)
			return true;
	return false;
}

static bool add_prefix(const char *item, struct arg_prefixes *list)
{
	struct arg_addr a;

	if (list->n == ARG_LIST_MAX || !parse_addr(item, &a, false) || bits_behind(&a) ||
	    is_mapped(&a))
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].family == a.family && list->v[i].plen == a.plen &&
		    !memcmp(list->v[i].addr, a.addr, sizeof(a.addr)))
			return false;
	list->v[list->n++] = a;
	return true;
}

static bool add_host(const char *item, struct arg_hosts *list)
{
	struct arg_addr a;

	if (list->n == ARG_HOSTS_MAX || !parse_host(item, &a))
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (!memcmp(&list->v[i], &a, sizeof(a)))
			return false;
	list->v[list->n++] = a;
	return true;
}

bool parse_hosts(const char *s, struct arg_hosts *out, char bad[ARG_ITEM_MAX])
{
	out->n = 0;
	for (;; s++) {
		if (!next_item(&s, bad) || !add_host(bad, out))
			return false;
		if (!*s)
			return true;
	}
}

/* The last ":in", ":out" or ":both" is the direction, whatever a port may be called. */
static bool add_source(const char *item, struct arg_sources *list)
{
	static const struct {
		const char *word;
		bool in, out;
	} ways[] = { { "in", true, false }, { "out", false, true }, { "both", true, true } };
	const char *colon = strrchr(item, ':');
	struct arg_source s = { .in = true, .out = true };
	size_t len = strlen(item);

	for (size_t i = 0; colon && i < sizeof(ways) / sizeof(*ways); i++) {
		if (strcmp(colon + 1, ways[i].word))
			continue;
		len = (size_t)(colon - item);
		s.in = ways[i].in;
		s.out = ways[i].out;
	}
	if (list->n == ARG_LIST_MAX || len >= sizeof(s.port))
		return false;
	memcpy(s.port, item, len);
	if (!port_name_valid(s.port))
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i].port, s.port))
			return false;
	list->v[list->n++] = s;
	return true;
}

bool parse_sources(const char *s, struct arg_sources *out, char bad[ARG_ITEM_MAX])
{
	for (;; s++) {
		if (!next_item(&s, bad) || !add_source(bad, out))
			return false;
		if (!*s)
			return true;
	}
}

bool parse_prefixes(const char *s, struct arg_prefixes *out, char bad[ARG_ITEM_MAX])
{
	out->n = 0;
	if (!strcmp(s, "none"))
		return true;
	for (;; s++) {
		if (!next_item(&s, bad) || !add_prefix(bad, out))
			return false;
		if (!*s)
			return true;
	}
}
