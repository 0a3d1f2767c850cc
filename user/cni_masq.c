// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_masq.c - masquerading, by nft(8)
 *
 * A table of our own with a rule for each address of an attachment:
 *
 *	table inet xswitch_cni { chain postrouting { type nat hook postrouting priority srcnat;
 *		ip saddr 10.1.0.5 ip daddr != { 10.1.0.0/16, 224.0.0.0/4 } masquerade comment "PORT"
 *
 * The comment is the name of the port, and says what DEL and GC may remove. Who removes the last rule
 * removes the table, under the lock of the model, or somebody's first rule would go with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cni.h"
#include "exec.h"
#include "fault.h"

#define TABLE "inet xswitch_cni"
#define CHAIN TABLE " postrouting"

enum {
	SECONDS = 30
};

/* Text that grows; what did not fit in memory makes it NULL at its end. */
struct text {
	char *v;
	size_t len;
	FILE *f;
};

static FILE *text_begin(struct text *t)
{
	*t = (struct text){};
	t->f = open_memstream(&t->v, &t->len);
	return t->f;
}

/* 0: nft has done it; `t` is at its end. -1: why is in `talk`. */
static int nft(struct text *t, struct exec_talk *talk)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	int err = fclose(t->f);

	*talk = (struct exec_talk){ .argv = argv, .in = t->v, .in_len = t->len };
	if (!err)
		err = exec_talk(talk, SECONDS);
	if (!err && talk->status) {
		snprintf(talk->error, sizeof(talk->error), "nft: exit status %d", talk->status);
		err = -1;
	}
	free(talk->out);
	free(t->v);
	fault_point();
	return err;
}

/* The rules of the chain, NULL: there is none, or no nft. */
static json_t *rules(struct exec_talk *talk)
{
	static const char *const argv[] = { "nft",   "-j",   "-a",	    "list",
					    "table", "inet", "xswitch_cni", NULL };
	json_t *list = NULL;

	*talk = (struct exec_talk){ .argv = argv };
	if (!exec_talk(talk, SECONDS) && !talk->status)
		list = json_loadb(talk->out, talk->out_len, 0, NULL);
	free(talk->out);
	return list;
}

/* Of an item of that list: whose rule it is and its handle; NULL: it is no rule. */
static const char *owner(const json_t *item, json_int_t *handle)
{
	const json_t *rule = json_object_get(item, "rule");

	*handle = json_integer_value(json_object_get(rule, "handle"));
	return json_string_value(json_object_get(rule, "comment"));
}

static void put_rule(FILE *f, const struct cni *c, const struct netif_addr *addr)
{
	bool inet6 = addr->family == AF_INET6;
	const char *word = inet6 ? "ip6" : "ip";
	char text[INET6_ADDRSTRLEN], subnet[INET6_ADDRSTRLEN];
	struct netif_addr net = cni_subnet(addr);

	cni_addr_text(addr, text);
	cni_addr_text(&net, subnet);
	fprintf(f,
		"add rule " CHAIN
		" %s saddr %s %s daddr != { %s/%u, %s } masquerade comment \"%s\"\n",
		word, text, word, subnet, addr->plen, inet6 ? "ff00::/8" : "224.0.0.0/4", c->port);
}

int cni_masq_add(struct cni *c, const struct cni_ips *ips)
{
	struct exec_talk talk;
	struct text t;

	if (!text_begin(&t))
		return cni_fail(c, CNI_FAILED, "out of memory");
	fprintf(t.f, "add table " TABLE "\n"
		     "add chain " CHAIN " { type nat hook postrouting priority srcnat; }\n");
	for (size_t i = 0; i < ips->n; i++)
		put_rule(t.f, c, &ips->ips[i].addr);
	return nft(&t, &talk) ?
		       cni_fail(c, CNI_FAILED, "ipMasq: cannot masquerade: %s", talk.error) :
		       CNI_OK;
}

int cni_masq_check(struct cni *c)
{
	struct exec_talk talk;
	json_t *list = rules(&talk), *item;
	json_int_t handle;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(list, "nftables"), i, item)
	{
		const char *whose = owner(item, &handle);

		found |= whose && !strcmp(whose, c->port);
	}
	json_decref(list);
	return found ? CNI_OK :
		       cni_fail(c, CNI_DAMAGED, "ipMasq: no rule masquerades the container");
}

static bool to_go(const struct cni *c, const char *whose, bool stale)
{
	if (!stale)
		return !strcmp(whose, c->port);
	return cni_port_is_of(whose, c->conf.name) && !cni_port_is_valid(c, whose);
}

int cni_masq_del(struct cni *c, bool stale, bool locked)
{
	struct exec_talk talk;
	json_t *list = rules(&talk), *item;
	size_t i, gone = 0, stay = 0;
	json_int_t handle;
	struct text t;

	if (!list) /* no table, no rules */
		return CNI_OK;
	if (!text_begin(&t)) {
		json_decref(list);
		return cni_fail(c, CNI_FAILED, "out of memory");
	}
	json_array_foreach(json_object_get(list, "nftables"), i, item)
	{
		const char *whose = owner(item, &handle);

		if (!handle)
			continue;
		if (!whose || !to_go(c, whose, stale)) {
			stay++;
			continue;
		}
		gone++;
		fprintf(t.f, "delete rule " CHAIN " handle %lld\n", (long long)handle);
	}
	json_decref(list);
	if (!stay && locked)
		fprintf(t.f, "delete table " TABLE "\n");
	if (!gone) {
		fclose(t.f);
		free(t.v);
		return CNI_OK;
	}
	return nft(&t, &talk) ?
		       cni_fail(c, CNI_FAILED, "ipMasq: cannot remove its rules: %s", talk.error) :
		       CNI_OK;
}
