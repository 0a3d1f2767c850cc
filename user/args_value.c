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
