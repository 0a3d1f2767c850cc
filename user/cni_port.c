// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_port.c - names of ports; a configuration as a port
 *
 * A port says whose it is by its name, so that no record beside it can be lost or lie:
 *
 *	3f2a9c1b7e04-eth0-cni-1a2b3c4d5e6f-0123456789abcdef
 *	container    dev      network      network, container, dev
 *
 * The hashes are of whole names; what stands before "-cni-" is for people. DEL finds the port of an
 * attachment by it, GC those of a network that are of no valid attachment. The same container gets
 * the same name again, and by that the same address, if it is not given another one.
 */
#include <stdio.h>
#include <string.h>

#include "cni.h"

#define MARK	 "-cni-"
#define NET_LEN	 12
#define TAIL_LEN (sizeof(MARK) - 1 + NET_LEN + 1 + 16)

/* FNV-1a with the NUL, so that "a", "bc" is not "ab", "c". */
static uint64_t hash(uint64_t h, const char *s)
{
	do
		h = (h ^ (uint8_t)*s) * 0x100000001b3ULL;
	while (*s++);
	return h ^ h >> 32;
}

static uint64_t hash_network(const char *network)
{
	return hash(0xcbf29ce484222325ULL, network);
}

static unsigned long long short_hash(const char *network)
{
	return hash_network(network) >> (64 - 4 * NET_LEN);
}

void cni_port_name(const char *network, const char *id, const char *ifname, char name[XSW_NAME_MAX])
{
	unsigned long long all = hash(hash(hash_network(network), id), ifname);

	snprintf(name, XSW_NAME_MAX, "%.12s-%.15s" MARK "%0*llx-%016llx", id, ifname, NET_LEN,
		 short_hash(network), all);
	/* what a device may be called, and a port may not */
	for (char *p = name; *p; p++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@+-",
			    *p))
			*p = '_';
}

bool cni_port_is_of(const char *name, const char *network)
{
	size_t len = strlen(name);
	char mark[sizeof(MARK) + NET_LEN + 1];

	if (len <= TAIL_LEN)
		return false;
	snprintf(mark, sizeof(mark), MARK "%0*llx-", NET_LEN, short_hash(network));
	name += len - TAIL_LEN;
	return !strncmp(name, mark, strlen(mark)) &&
	       strspn(name + strlen(mark), "0123456789abcdef") == 16;
}

bool cni_port_is_valid(const struct cni *c, const char *name)
{
	const json_t *list = json_object_get(c->json, "cni.dev/valid-attachments");
	char valid[XSW_NAME_MAX];
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *id = json_string_value(json_object_get(item, "containerID")),
			   *ifname = json_string_value(json_object_get(item, "ifname"));

		if (!id || !ifname)
			continue;
		cni_port_name(c->conf.name, id, ifname, valid);
		if (!strcmp(valid, name))
			return true;
	}
	return false;
}

/* Beside trunks without a VLAN of its own the plugin `bridge` leaves VLAN 1. */
uint32_t cni_port_vlan(const struct cni_conf *conf)
{
	return conf->vlan ? conf->vlan : conf->trunk ? 1 : 0;
}

static void fill_change(const struct cni *c, const struct xsw_port_spec *spec,
			struct xsw_port_change *change)
{
	const struct cni_conf *conf = &c->conf;

	*change = (struct xsw_port_change){ .state = -1 };
	change->hairpin = (struct arg_flag){ conf->hairpin, conf->hairpin };
	change->policy.isolated = (struct arg_flag){ conf->isolated, conf->isolated };
	memcpy(change->policy.rate, conf->rate, sizeof(conf->rate));
	if (conf->spoofchk) {
		change->policy.macs_set = true;
		change->policy.macs.n = 1;
		memcpy(change->policy.macs.v[0], spec->mac.byte, 6);
	}
}

void cni_port_spec(const struct cni *c, const struct xsw *sw, struct xsw_port_spec *spec,
		   struct xsw_port_change *change)
{
	const struct cni_conf *conf = &c->conf;
	uint32_t vlan = cni_port_vlan(conf);

	*spec = (struct xsw_port_spec){
		.type = XSW_TYPE_NETNS,
		.hook = (enum xsw_hook_arg)conf->hook,
		.mac = conf->mac,
		.mtu = conf->mtu,
		.change = change,
		.vlan = { .mode_set = vlan != 0,
			  .mode = conf->trunk ? XSW_MODE_NATIVE_UNTAGGED : XSW_MODE_ACCESS,
			  .tag = vlan,
			  .trunks_set = conf->trunk,
			  .trunks = conf->trunks },
	};
	memcpy(spec->name, c->port, sizeof(spec->name));
	snprintf(spec->netns, sizeof(spec->netns), "%s", c->netns);
	snprintf(spec->ifname, sizeof(spec->ifname), "%s", c->ifname);
	if (!spec->mac.set)
		xsw_port_mac(sw, spec->name, spec->mac.byte);
	spec->mac.set = true;
	fill_change(c, spec, change);
}

int cni_port_view(struct xsw *sw, const char *port, struct xsw_view **view)
{
	bool was = log_mute(true);
	int status = xsw_view(sw, port, view);

	log_mute(was);
	return status;
}

int cni_open(struct cni *c, enum xsw_mode mode, struct xsw **sw)
{
	*sw = NULL;
	if (!xsw_exists(&c->opts))
		return CNI_OK;
	return cni_model(c, xsw_open(sw, &c->opts, mode), CNI_FAILED);
}
