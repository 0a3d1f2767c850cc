// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_words.c - any text as the words of a command
 *
 * The first byte says which; the rest is split as a line of a batch is and parsed by the tables of that
 * command: values, lists, rates, addresses.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fuzz.h"

#define WORDS_MAX 128

static int port_add(struct args *args)
{
	static struct xsw_port_change change;
	static struct xsw_port_spec spec;

	return cmd_port_add_parse(args, &spec, &change);
}

static int port_set(struct args *args)
{
	static struct xsw_port_change change;
	const char *port;

	return cmd_port_set_parse(args, &port, &change);
}

static int set(struct args *args)
{
	struct xsw_change change;

	return cmd_set_parse(args, &change);
}

static int vlan_add(struct args *args)
{
	struct xsw_vlan_edit edit;

	return cmd_vlan_add_parse(args, &edit);
}

static int vlan_set(struct args *args)
{
	struct arg_vids vids;
	uint32_t most;

	return cmd_vlan_set_parse(args, &vids, &most);
}

static int fdb_add(struct args *args)
{
	struct xsw_fdb_spec spec;

	return cmd_fdb_add_parse(args, &spec);
}

static int mirror_add(struct args *args)
{
	struct xsw_mirror_spec spec;

	return cmd_mirror_add_parse(args, &spec);
}

static int ports(struct args *args)
{
	struct xsw_up_spec spec = { 0 };
	int status = args_peek(args) ? cmd_ports_parse(args, args_peek(args), &spec) : XSW_OK;

	free(spec.ports);
	return status;
}

static const struct {
	const char *command;
	int (*parse)(struct args *args);
} targets[] = {
	{ "port add", port_add },     { "port set", port_set }, { "set", set },
	{ "vlan add", vlan_add },     { "vlan set", vlan_set }, { "fdb add", fdb_add },
	{ "mirror add", mirror_add }, { "up --ports", ports },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t target = size ? data[0] % (sizeof(targets) / sizeof(*targets)) : 0;
	char *line = strndup((const char *)data + !!size, size - !!size);
	char *argv[WORDS_MAX];
	struct args args = { .argv = argv, .command = targets[target].command };
	int status;

	if (!line)
		return 0;
	args.argc = args_split(line, argv, WORDS_MAX);
	if (args.argc >= 0) {
		status = targets[target].parse(&args);
		if (status != XSW_OK && status != XSW_USAGE && status != XSW_REFUSED)
			abort();
	}
	free(line);
	return 0;
}
