// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_values.c - any text as one word: numbers, addresses, lists, rates, times
 *
 * What is understood and has a text of its own is printed and read again: it must mean the same.
 */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "fuzz.h"
#include "http.h"
#include "xsw.h"

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void mac(const char *word)
{
	uint8_t one[6], two[6];
	char text[MAC_TEXT];

	if (!parse_mac(word, one))
		return;
	need(parse_mac(mac_text(one, text), two) && !memcmp(one, two, sizeof(one)));
}

static void vids(const char *word)
{
	struct arg_vids one, two;
	char text[8192];

	if (!parse_vids(word, 0, &one) || vids_text(&one, 0, text, sizeof(text)) != XSW_VLANS)
		return;
	need(parse_vids(text, 0, &two) && !memcmp(&one, &two, sizeof(one)));
}

static void rate(const char *word)
{
	struct arg_rate one, two;
	char text[XSW_RATE_MAX];

	if (!parse_rate(word, &one))
		return;
	xsw_rate_text(text, one.rate, one.bits);
	need(one.rate ? parse_rate(text, &two) && one.rate == two.rate && one.bits == two.bits :
			!*text);
}

static void lists(const char *word)
{
	static struct arg_prefixes prefixes;
	static struct arg_sources sources;
	static struct arg_hosts hosts;
	static struct arg_macs macs;
	char bad[ARG_ITEM_MAX];

	need(parse_macs(word, &macs, bad) || strlen(bad) < sizeof(bad));
	need(parse_prefixes(word, &prefixes, bad) || strlen(bad) < sizeof(bad));
	need(parse_hosts(word, &hosts, bad) || strlen(bad) < sizeof(bad));
	sources.n = 0;
	need(parse_sources(word, &sources, bad) || strlen(bad) < sizeof(bad));
}

static void names(const char *word)
{
	need(!port_name_valid(word) || strlen(word) < XSW_NAME_MAX);
	need(!switch_name_valid(word) || strlen(word) <= XSW_SWITCH_NAME_MAX);
	need(!ifname_valid(word) || (strlen(word) < XSW_IFNAME_MAX && !strchr(word, '/')));
	need(!netns_spec_valid(word) || strlen(word) < XSW_PATH_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *word = strndup((const char *)data, size);
	union http_addr addr;
	struct arg_addr host;
	struct arg_key key;
	uint64_t n;

	if (!word)
		return 0;
	mac(word);
	vids(word);
	rate(word);
	lists(word);
	names(word);
	need(!parse_u64(word, 1, 4094, &n) || (n >= 1 && n <= 4094));
	parse_time(word, &n);
	parse_key(word, &key);
	parse_host(word, &host);
	need(!parse_addr(word, &host, true) || host.plen <= 128);
	http_addr_parse(word, &addr);
	need(strlen(quoted(word)) >= 2);
	free(word);
	return 0;
}
