// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_ipam.c - delegation to an IPAM plugin (CNI 1.1.0, section 4)
 *
 * It is found in CNI_PATH and gets what this one got: environment and standard input. Only where it
 * is older than the configuration (the plugins of Debian 12 know 1.0.0) it gets the newest version
 * it knows instead, so that the others can go ahead; the commands it has not heard of it is spared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cni.h"
#include "exec.h"

#define SECONDS 120 /* for an answer; DHCP takes its time */

/* The program in the directories of CNI_PATH. */
static int find(struct cni *c, char *path, size_t size)
{
	char *dirs, *save = NULL;
	bool found = false;

	if (!c->path || !*c->path)
		return cni_fail(c, CNI_ENVIRONMENT,
				"CNI_PATH is missing: it says where the IPAM plugin %s is",
				quoted(c->conf.ipam));
	dirs = strdup(c->path);
	for (char *dir = dirs ? strtok_r(dirs, ":", &save) : NULL; dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		int n = snprintf(path, size, "%s/%s", dir, c->conf.ipam);

		found = n > 0 && (size_t)n < size && !access(path, X_OK);
	}
	free(dirs);
	return found ? CNI_OK :
		       cni_fail(c, CNI_IPAM, "IPAM plugin %s is not in CNI_PATH, %s",
				quoted(c->conf.ipam), quoted(c->path));
}

static int say(struct cni *c, const char *path, const char *command, const char *in, size_t len,
	       struct exec_talk *t)
{
	const char *const argv[] = { path, NULL };

	*t = (struct exec_talk){ .argv = argv, .in = in, .in_len = len };
	setenv("CNI_COMMAND", command, 1);
	return exec_talk(t, SECONDS) ?
		       cni_fail(c, CNI_IPAM, "IPAM plugin %s: %s", c->conf.ipam, t->error) :
		       CNI_OK;
}

/* The newest version it knows that is not newer than ours; -1: it knows none. */
static int newest(const struct cni *c, const json_t *answer)
{
	const json_t *versions = json_object_get(answer, "supportedVersions");
	int best = -1;
	json_t *item;
	size_t i;

	json_array_foreach(versions, i, item) for (int v = 0; v <= c->version;
						   v++) if (v > best && json_is_string(item) &&
							    !strcmp(json_string_value(item),
								    cni_versions[v])) best = v;
	return best;
}

/* The version to speak with it. One that does not say is taken at its word later. */
static int ask_version(struct cni *c, const char *path, int *version)
{
	struct exec_talk t;
	json_t *answer;
	char in[64];
	int best, n = snprintf(in, sizeof(in), "{\"cniVersion\":\"%s\"}", cni_versions[c->version]);

	*version = c->version;
	if (say(c, path, "VERSION", in, (size_t)n, &t)) {
		free(t.out);
		return c->code;
	}
	answer = json_loadb(t.out, t.out_len, 0, NULL);
	best = newest(c, answer);
	*version = best < 0 ? c->version : best;
	json_decref(answer);
	free(t.out);
	return CNI_OK;
}

/* The input, with that version in it: free() */
static char *input_for(const struct cni *c, int version, size_t *len)
{
	json_t *copy;
	char *text;

	if (version == c->version) {
		*len = c->input_len;
		return strndup(c->input, c->input_len);
	}
	copy = json_deep_copy(c->json);
	json_object_set_new(copy, "cniVersion", json_string(cni_versions[version]));
	text = json_dumps(copy, JSON_COMPACT);
	*len = text ? strlen(text) : 0;
	json_decref(copy);
	return text;
}

/* It failed, and says why, or not. */
static int failed(struct cni *c, const struct exec_talk *t, const json_t *answer)
{
	const char *msg = json_string_value(json_object_get(answer, "msg")),
		   *details = json_string_value(json_object_get(answer, "details"));
	json_int_t code = json_integer_value(json_object_get(answer, "code"));

	if (!msg)
		return cni_fail(c, CNI_IPAM, "IPAM plugin %s: exit status %d", c->conf.ipam,
				t->status);
	return cni_fail(c, code > 0 && code < 1000000 ? (int)code : CNI_IPAM,
			"IPAM plugin %s: %s%s%s", c->conf.ipam, msg,
			details && *details ? ": " : "", details ? details : "");
}

static int judge(struct cni *c, const struct exec_talk *t, json_t **result)
{
	json_t *answer = json_loadb(t->out, t->out_len, 0, NULL);

	if (t->status)
		failed(c, t, answer);
	else if (result && !answer)
		cni_fail(c, CNI_IPAM, "IPAM plugin %s: its answer is no JSON", c->conf.ipam);
	else if (result)
		cni_result_read(c, answer, "IPAM plugin", result);
	json_decref(answer);
	return c->code;
}

int cni_ipam(struct cni *c, const char *command, json_t **result)
{
	bool late = !strcmp(command, "GC") || !strcmp(command, "STATUS");
	struct exec_talk t = { .out = NULL };
	char path[512], *in;
	int version;
	size_t len;

	if (!c->conf.ipam || cni_home(c) || find(c, path, sizeof(path)) ||
	    ask_version(c, path, &version))
		return c->code;
	if ((late && version < CNI_1_1_0) || (!strcmp(command, "CHECK") && version < CNI_0_4_0))
		return CNI_OK; /* it came with a later version than it knows */
	in = input_for(c, version, &len);
	if (!in)
		return cni_fail(c, CNI_FAILED, "out of memory");
	if (!say(c, path, command, in, len, &t))
		judge(c, &t, result);
	free(in);
	free(t.out);
	return c->code;
}
