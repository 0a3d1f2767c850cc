// SPDX-License-Identifier: GPL-2.0-only
/*
 * args_expect.c - what a value of each kind looks like, for messages
 */
#include <stdio.h>

#include "args.h"

const char *args_choices(const struct arg_def *def, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (const char *const *c = def->choices; *c && len < size; c++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? "|" : "", *c);
	return buf;
}

/* Addresses or ports, each once. */
static const char *list_expected(const struct arg_def *def, char *buf, size_t size)
{
	if (def->kind == ARG_MACS)
		snprintf(buf, size,
			 "none, or addresses of stations like 02:00:00:00:00:01,02:00:00:00:00:02, "
			 "each once, %d at most",
			 ARG_LIST_MAX);
	else if (def->kind == ARG_PREFIXES)
		snprintf(buf, size,
			 "none, or addresses and prefixes like 10.0.0.1,10.0.1.0/24,2001:db8::/64, "
			 "no bits behind a prefix, each once, %d at most",
			 ARG_LIST_MAX);
	else if (def->kind == ARG_SOURCES)
		snprintf(
			buf, size,
			"ports like ns1,ns2:in,ns3:out, each once, %d at most: what comes in, what "
			"leaves, or both",
			ARG_LIST_MAX);
	else
		snprintf(buf, size,
			 "addresses of hosts like 192.0.2.1 or 192.0.2.2,192.0.2.3, each once, %d "
			 "at most",
			 ARG_HOSTS_MAX);
	return buf;
}

static const char *time_expected(const struct arg_def *def, char *buf, size_t size)
{
	int n = snprintf(buf, size, "a time: seconds (300, 300s) or milliseconds (250ms), ");

	if (def->min)
		n += snprintf(buf + n, size - (size_t)n, "%llums at least, ",
			      (unsigned long long)(def->min / 1000000));
	snprintf(buf + n, size - (size_t)n, "1000000s at most");
	return buf;
}

const char *args_expected(const struct arg_def *def, char *buf, size_t size)
{
	switch (def->kind) {
	case ARG_NAME:
		return "a port name: 1 to 63 of A-Z a-z 0-9 _ . : @ + -, the first a letter, a "
		       "digit or _, not the word help";
	case ARG_U32:
		snprintf(buf, size, "a number, %llu..%llu", (unsigned long long)def->min,
			 (unsigned long long)(def->max ? def->max : UINT32_MAX));
		return buf;
	case ARG_MAC:
		return "a MAC address like 02:00:00:00:00:01";
	case ARG_VID:
		return "a VLAN ID, 1..4094";
	case ARG_VIDS:
		snprintf(buf, size,
			 "VLAN IDs like 10,20,30-40: %llu..4094, ranges upwards, each once",
			 (unsigned long long)def->min);
		return buf;
	case ARG_ONOFF:
		return "on|off";
	case ARG_CHOICE:
		return args_choices(def, buf, size);
	case ARG_TIME:
		return time_expected(def, buf, size);
	case ARG_ADDR:
		return "an address with its prefix length, like 10.0.0.1/24 or fd00::1/64";
	case ARG_NETNS:
		return "a namespace: a name, an absolute path or a PID";
	case ARG_IFNAME:
		return "a device name of 1 to 15 characters";
	case ARG_LIMIT:
		snprintf(buf, size, "a number, %llu..%llu, or %s", (unsigned long long)def->min,
			 (unsigned long long)(def->max ? def->max : UINT32_MAX),
			 def->choices ? def->choices[0] : "none");
		return buf;
	case ARG_MACS:
	case ARG_PREFIXES:
	case ARG_HOSTS:
	case ARG_SOURCES:
		return list_expected(def, buf, size);
	case ARG_RATE:
	case ARG_RATES:
		return "none, or a rate like 1000pps, 10kpps, 2mpps, 10kbit, 100mbit or 1gbit, "
		       "1000gbit at most";
	case ARG_HOST:
		return "an address of a host, like 192.0.2.1 or 2001:db8::1";
	case ARG_KEY:
		return "a number, vid, or vid+N: a key for each VLAN";
	case ARG_STRING:
	case ARG_FLAG:
	case ARG_LATER:
		break;
	}
	return def->what;
}
