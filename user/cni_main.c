// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_main.c - xswitch-cni: environment, commands, errors
 *
 *	CNI_COMMAND=ADD CNI_CONTAINERID=a1 CNI_NETNS=/run/netns/a CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni \
 *		xswitch-cni <conf
 *
 * An error is an object on stdout and exit status 1; what the model says goes to stderr as well.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cni.h"
#include "netns.h"

#define INPUT_MAX (16u << 20)
#define WAIT	  60 /* seconds for the lock: many containers may start at once */

const char *const cni_versions[] = {
	[CNI_0_3_1] = "0.3.1", [CNI_0_4_0] = "0.4.0", [CNI_1_0_0] = "1.0.0",
	[CNI_1_1_0] = "1.1.0", [CNI_VERSIONS] = NULL,
};

/* --- errors ------------------------------------------------------------------------------ */

int cni_fail(struct cni *c, int code, const char *fmt, ...)
{
	va_list ap;

	if (c->code)
		return code;
	c->code = code;
	va_start(ap, fmt);
	vsnprintf(c->details, sizeof(c->details), fmt, ap);
	va_end(ap);
	return code;
}

int cni_model(struct cni *c, int status, int code)
{
	return status ? cni_fail(c, code, "%s", log_last()) : CNI_OK;
}

static const char *msg_of(int code)
{
	static const struct {
		int code;
		const char *msg;
	} msgs[] = {
		{ CNI_VERSION, "incompatible CNI version" },
		{ CNI_UNSUPPORTED, "unsupported field in network configuration" },
		{ CNI_ENVIRONMENT, "invalid environment variable" },
		{ CNI_IO, "I/O failure" },
		{ CNI_DECODE, "failed to decode content" },
		{ CNI_CONFIG, "invalid network configuration" },
		{ CNI_NETNS, "invalid network namespace" },
		{ CNI_UNAVAILABLE, "plugin not available" },
		{ CNI_EXISTS, "already attached" },
		{ CNI_DAMAGED, "attachment is not as it was made" },
		{ CNI_IPAM, "IPAM plugin failed" },
	};

	for (size_t i = 0; i < sizeof(msgs) / sizeof(*msgs); i++)
		if (msgs[i].code == code)
			return msgs[i].msg;
	return "operation failed";
}

int cni_home(struct cni *c)
{
	int err = netns_enter(c->home);

	return err ? cni_fail(c, CNI_FAILED, "cannot go back to the network namespace: %s",
			      strerror(-err)) :
		     CNI_OK;
}

/* A byte of a message that is no UTF-8 is no JSON either: what was quoted is ASCII. */
static json_t *error_of(const struct cni *c)
{
	json_t *details = json_string(c->details);

	return json_pack("{s:s, s:i, s:s, s:o}", "cniVersion",
			 *c->version_text ? c->version_text : cni_versions[CNI_VERSIONS - 1],
			 "code", c->code, "msg", msg_of(c->code), "details",
			 details ? details : json_string("it cannot be shown"));
}

/* Steals `value`. */
static int print(json_t *value)
{
	int err = json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);

	json_decref(value);
	return err || putchar('\n') < 0 || fflush(stdout) ? -1 : 0;
}

/* --- what comes in ----------------------------------------------------------------------- */

static int read_input(struct cni *c)
{
	size_t room = 0, n;

	do {
		char *more = room >= INPUT_MAX ? NULL : realloc(c->input, room + 65536);

		if (!more)
			return cni_fail(c, CNI_IO, "standard input: there is more than fits");
		c->input = more;
		room += 65536;
		n = fread(c->input + c->input_len, 1, room - c->input_len, stdin);
		c->input_len += n;
	} while (c->input_len == room);
	if (ferror(stdin))
		return cni_fail(c, CNI_IO, "standard input: %s", strerror(errno));
	return CNI_OK;
}

static int read_json(struct cni *c)
{
	json_error_t error;
	const char *version;

	if (read_input(c))
		return c->code;
	c->json = json_loadb(c->input, c->input_len, 0, &error);
	if (!json_is_object(c->json))
		return cni_fail(c, CNI_DECODE, "the configuration is no JSON object%s%s",
				c->json ? "" : ": ", c->json ? "" : error.text);
	version = json_string_value(json_object_get(c->json, "cniVersion"));
	if (version && strlen(version) < sizeof(c->version_text))
		strcpy(c->version_text, version);
	return CNI_OK;
}

/* Without one it is 0.1.0, says the specification; that is too old. */
static int read_version(struct cni *c, int since)
{
	const json_t *value = json_object_get(c->json, "cniVersion");
	const char *version = value ? json_string_value(value) : "0.1.0";

	if (!version)
		return cni_fail(c, CNI_DECODE, "cniVersion is no string");
	for (c->version = 0; cni_versions[c->version]; c->version++)
		if (!strcmp(cni_versions[c->version], version))
			break;
	if (!cni_versions[c->version])
		return cni_fail(c, CNI_VERSION,
				"cniVersion %s: supported are 0.3.1, 0.4.0, 1.0.0, 1.1.0",
				quoted(version));
	return c->version >= since ?
		       CNI_OK :
		       cni_fail(c, CNI_VERSION, "the command needs cniVersion %s, not %s",
				cni_versions[since], version);
}

/* --- commands ---------------------------------------------------------------------------- */

enum needs {
	NEEDS_ATTACHMENT = 1 << 0, /* CNI_CONTAINERID, CNI_IFNAME */
	NEEDS_NETNS = 1 << 1,
};

static const struct command {
	const char *name;
	unsigned int needs;
	int since; /* version */
	int (*run)(struct cni *c);
} commands[] = {
	{ "ADD", NEEDS_ATTACHMENT | NEEDS_NETNS, CNI_0_3_1, cni_add },
	{ "DEL", NEEDS_ATTACHMENT, CNI_0_3_1, cni_del },
	{ "CHECK", NEEDS_ATTACHMENT | NEEDS_NETNS, CNI_0_4_0, cni_check },
	{ "GC", 0, CNI_1_1_0, cni_gc },
	{ "STATUS", 0, CNI_1_1_0, cni_status },
};

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static int read_env(struct cni *c, const struct command *command)
{
	c->id = env("CNI_CONTAINERID");
	c->netns = env("CNI_NETNS");
	c->ifname = env("CNI_IFNAME");
	c->args = env("CNI_ARGS");
	c->path = env("CNI_PATH");
	if (command->needs & NEEDS_ATTACHMENT && !cni_name_valid(c->id))
		return cni_fail(c, CNI_ENVIRONMENT,
				"CNI_CONTAINERID: %s is not valid: expected a letter or digit, "
				"then letters, digits, _ . -",
				quoted(c->id));
	if (command->needs & NEEDS_ATTACHMENT && !ifname_valid(c->ifname))
		return cni_fail(c, CNI_ENVIRONMENT,
				"CNI_IFNAME: %s is not valid: expected the name of a device, 1 to "
				"15 characters",
				quoted(c->ifname));
	if (command->needs & NEEDS_NETNS && (c->netns[0] != '/' || !netns_spec_valid(c->netns)))
		return cni_fail(c, CNI_ENVIRONMENT,
				"CNI_NETNS: %s is not valid: expected the path of a namespace",
				quoted(c->netns));
	return CNI_OK;
}

static int run(struct cni *c, const struct command *command)
{
	if (read_env(c, command) || read_json(c) || read_version(c, command->since) ||
	    cni_conf_read(c))
		return c->code;
	c->home = netns_open_self();
	if (c->home < 0)
		return cni_fail(c, CNI_FAILED, "cannot open the network namespace: %s",
				strerror(-c->home));
	if (command->needs & NEEDS_ATTACHMENT)
		cni_port_name(c->conf.name, c->id, c->ifname, c->port);
	return command->run(c);
}

/* Whatever the version of who asks. */
static int print_versions(struct cni *c)
{
	json_t *list = json_array();

	read_json(c);
	for (size_t i = 0; cni_versions[i]; i++)
		json_array_append_new(list, json_string(cni_versions[i]));
	return print(json_pack("{s:s, s:o}", "cniVersion",
			       *c->version_text ? c->version_text : cni_versions[CNI_VERSIONS - 1],
			       "supportedVersions", list));
}

static int dispatch(struct cni *c)
{
	const char *name = env("CNI_COMMAND");

	if (!strcmp(name, "VERSION"))
		return print_versions(c);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, name))
			run(c, &commands[i]);
	if (!*name || !(c->code || c->json))
		cni_fail(c, CNI_ENVIRONMENT,
			 "CNI_COMMAND: %s is not valid: expected ADD, DEL, CHECK, GC, STATUS or "
			 "VERSION",
			 quoted(name));
	if (!c->code && c->result && print(cni_result_as(c->result, c->version)))
		cni_fail(c, CNI_IO, "standard output: the result cannot be written");
	if (c->code)
		print(error_of(c));
	return c->code ? 1 : 0;
}

int main(void)
{
	struct cni c = { .home = -1, .opts = { .wait = WAIT } };
	int status;

	signal(SIGPIPE, SIG_IGN);
	log_init();
	status = dispatch(&c);
	json_decref(c.result);
	json_decref(c.json);
	free(c.input);
	if (c.home >= 0)
		close(c.home);
	return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
