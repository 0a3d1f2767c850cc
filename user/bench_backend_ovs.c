// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_backend_ovs.c - Open vSwitch, its own daemons in a run directory of their own
 *
 * The data path belongs to the network namespace the daemons live in, which is the lab's: the
 * system's Open vSwitch, if there is one, is not asked. In user space the veths' checksum
 * offload must be off: a frame with CHECKSUM_PARTIAL leaves a packet socket without a checksum,
 * and TCP dies.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_lab.h"
#include "exec.h"

#define RUN	   LAB_DIR "/ovs"
#define DB	   RUN "/conf.db"
#define SOCKET	   RUN "/db.sock"
#define SCHEMA	   "openvswitch/vswitch.ovsschema"
#define LIMIT	   60 /* seconds */
#define READY_NS   10000000000ULL
#define VSCTL_HEAD "ovs-vsctl", "--db=unix:" SOCKET, "--timeout=20"
#define BATCH	   50 /* ports a call of ovs-vsctl */

static bool variant(const struct bench_lab *lab, const char *word)
{
	return strstr(lab->backend->words, word) != NULL;
}

/* Beside the program, or where distributions have it. */
static bool find_schema(char path[PATH_MAX])
{
	static const char *const shares[] = { "/usr/share", "/usr/local/share" };
	char program[PATH_MAX], real[PATH_MAX];

	if (exec_find("ovsdb-server", program, sizeof(program)) && realpath(program, real)) {
		snprintf(path, PATH_MAX, "%.3000s/../share/" SCHEMA, dirname(real));
		if (!access(path, R_OK))
			return true;
	}
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		snprintf(path, PATH_MAX, "%s/" SCHEMA, shares[i]);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

static int environment(struct bench_lab *lab)
{
	static const char *const names[] = { "OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR",
					     "OVS_SYSCONFDIR" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (setenv(names[i], RUN, 1))
			return lab_error(lab, "no memory");
	return 0;
}

static int start_database(struct bench_lab *lab)
{
	static const char *const make_dir[] = { "mkdir", "-p", RUN, NULL };
	static const char *const server[] = { "ovsdb-server", DB, "--remote=punix:" SOCKET,
					      "--unixctl=" RUN "/db.ctl", NULL };
	char schema[PATH_MAX];
	const char *const create[] = { "ovsdb-tool", "create", DB, schema, NULL };
	uint64_t end = lab_now() + READY_NS;

	if (!find_schema(schema))
		return lab_error(lab, "the schema of Open vSwitch (" SCHEMA ") is not there");
	unlink(DB);
	if (lab_command(lab, LIMIT, make_dir) || lab_command(lab, LIMIT, create))
		return -1;
	lab->daemons[0] = lab_daemon(lab, "ovsdb-server", server);
	if (!lab->daemons[0])
		return -1;
	while (access(SOCKET, F_OK)) {
		if (lab_now() > end)
			return lab_error(lab, "ovsdb-server does not start");
		lab_sleep(5000000);
	}
	return 0;
}

/* ovs-vsctl waits until ovs-vswitchd has done what it can, and says nothing if that failed. */
static int start(struct bench_lab *lab)
{
	static const char *const init[] = { VSCTL_HEAD, "--no-wait", "init", NULL };
	static const char *const daemon[] = { "ovs-vswitchd", "unix:" SOCKET,
					      "--unixctl=" RUN "/vswitchd.ctl", NULL };
	const char *type = variant(lab, "netdev") ? "datapath_type=netdev" : "datapath_type=system";
	const char *const bridge[] = { VSCTL_HEAD, "add-br", "br0",
				       "--",	   "set",    "bridge",
				       "br0",	   type,     "other_config:mac-table-size=1000000",
				       NULL };

	/* "0000..." of a bridge that has its data path, else [] */
	static const char *const id[] = { VSCTL_HEAD, "get", "bridge", "br0", "datapath_id", NULL };
	uint64_t found;

	if (environment(lab) || start_database(lab) || lab_command(lab, LIMIT, init))
		return -1;
	lab->daemons[1] = lab_daemon(lab, "ovs-vswitchd", daemon);
	if (!lab->daemons[1])
		return -1;
	if (lab_command(lab, LIMIT, bridge) || lab_count(lab, id, "\"", &found))
		return -1;
	return found ? 0 : lab_error(lab, "Open vSwitch finds no data path");
}

/* Ports first..last, in one transaction: "-- add-port br0 p1 -- add-port br0 p2 ..." */
static int add_ports(struct bench_lab *lab, uint32_t first, uint32_t last)
{
	const char *argv[4 + BATCH * 9] = { VSCTL_HEAD };
	char name[BATCH][LAB_NS];
	size_t n = 3;

	for (uint32_t i = first; i <= last; i++) {
		char *port = name[i - first];

		snprintf(port, LAB_NS, "p%u", i);
		argv[n++] = "--";
		argv[n++] = "add-port";
		argv[n++] = "br0";
		argv[n++] = port;
		if (!variant(lab, "internal"))
			continue;
		argv[n++] = "--";
		argv[n++] = "set";
		argv[n++] = "interface";
		argv[n++] = port;
		argv[n++] = "type=internal";
	}
	return lab_command(lab, LIMIT, argv);
}

/* An internal port goes down when it is moved, and is set up with its address. */
static int move_ports(struct bench_lab *lab)
{
	char port[LAB_NS], netns[LAB_NS];
	const char *const argv[] = {
		"ip", "link", "set", port, "netns", netns, "name", "eth0", NULL
	};

	for (uint32_t i = 1; i <= lab->ports; i++) {
		snprintf(port, sizeof(port), "p%u", i);
		lab_netns(netns, i);
		if (lab_command(lab, LIMIT, argv))
			return -1;
	}
	return 0;
}

int backend_ovs_make(struct bench_lab *lab)
{
	static const char *const devices[] = { "ip", "-batch", LAB_DIR "/make", NULL };

	if (lab_command(lab, LIMIT, devices) || start(lab))
		return -1;
	for (uint32_t i = 1; i <= lab->ports; i += BATCH) {
		uint32_t last = i + BATCH - 1 < lab->ports ? i + BATCH - 1 : lab->ports;

		if (add_ports(lab, i, last))
			return -1;
	}
	if ((variant(lab, "internal") && move_ports(lab)) || backend_addresses(lab))
		return -1;
	for (uint32_t i = 1; variant(lab, "netdev") && i <= lab->ports; i++)
		if (lab_no_tx_csum(lab, i))
			return -1;
	return 0;
}

/* Ports of Open vSwitch outlive their devices: the bridge goes first, then the daemons. */
int backend_ovs_remove(struct bench_lab *lab)
{
	static const char *const bridge[] = { VSCTL_HEAD, "--if-exists", "del-br", "br0", NULL };
	static const char *const devices[] = { "ip", "-batch", LAB_DIR "/remove", NULL };
	int ret = lab->daemons[1] ? lab_command(lab, LIMIT, bridge) : 0;

	lab_end(&lab->daemons[1]);
	lab_end(&lab->daemons[0]);
	return lab_command(lab, LIMIT, devices) ? -1 : ret;
}

/* {"data":[["p1"],...],"headings":["name"]} */
int backend_ovs_show(struct bench_lab *lab, uint64_t *ports)
{
	static const char *const argv[] = { VSCTL_HEAD, "-f",	     "json", "--columns=name",
					    "list",	"interface", NULL };

	return lab_count(lab, argv, "[\"p", ports);
}
