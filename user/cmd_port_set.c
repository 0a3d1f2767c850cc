// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_port_set.c - xswitch port set: settings and policies of a port
 *
 * Example: "ns1 guard on storm broadcast 1000pps allowed_ips 10.0.0.1,2001:db8::/64".
 */
#include "cmd.h"

const char *const cmd_storm_words[] = {
	[XSW_METER_BROADCAST] = "broadcast",
	[XSW_METER_MULTICAST] = "multicast",
	[XSW_METER_UNKNOWN] = "unknown",
	NULL,
};

struct words {
	const char *port;
	struct xsw_port_change change;
};

#define OFF(member) offsetof(struct words, member)

static const char *const mtu_words[] = { "auto", NULL };

static const struct arg_def args_set[] = {
	{ "", "PORT", ARG_NAME, .off = OFF(port), .required = true },
	CMD_SET_ROWS(OFF(change)),
	{ "mtu", "N|auto", ARG_LIMIT, .off = OFF(change.mtu), .min = 68, .max = 65535,
	  .choices = mtu_words, .set_off = OFF(change.mtu_set) },
	{ "priority", .kind = ARG_LATER },
	CMD_VLAN_ROWS(OFF(change.vlan)),
};

const char cmd_port_set_usage[] =
	"PORT [learning on|off] [flood on|off] [mcast_flood on|off] [bcast_flood on|off]\n"
	"               [hairpin on|off] [state up|down|blocking|learning|forwarding] [mtu N|auto]\n"
	"               [isolated on|off] [locked on|off] [guard on|off] [max_macs N|none]\n"
	"               [allowed_macs MAC,...|none] [allowed_ips ADDR[/PLEN],...|none]\n"
	"               [storm broadcast|multicast|unknown RATE|none]... [police RATE|none]\n"
	"               [group_fwd_mask MASK] [group N|none] [mode MODE] [tag VID] [trunks LIST]\n"
	"               [cvlans LIST] [qinq-ethtype 802.1ad|802.1q]\n"
	"           RATE: 1000pps 10kpps 100mbit; nothing goes from a port of a group to another one\n"
	"           of it (reason: isolated)";

int cmd_port_set_parse(struct args *args, const char **port, struct xsw_port_change *change)
{
	struct words words = { .change.state = -1 };
	int nwords = args->argc, status;

	status = args_parse(args, args_set, sizeof(args_set) / sizeof(*args_set), &words);
	if (!status && nwords == 1)
		status =
			args_fail(args, XSW_USAGE, "nothing to set on port %s", quoted(words.port));
	*port = words.port;
	*change = words.change;
	return status;
}

const struct cmd_words cmd_port_set_words = { "port set", args_set,
					      sizeof(args_set) / sizeof(*args_set) };

int cmd_port_set(struct cmd_env *env, struct args *args)
{
	struct xsw_port_change change;
	struct xsw *sw = NULL;
	const char *port;
	int status = cmd_port_set_parse(args, &port, &change);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_port_set(sw, port, &change);
	xsw_close(sw);
	return status;
}
