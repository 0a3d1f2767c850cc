/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cni.h - xswitch-cni: a plugin of the Container Network Interface, and what its files share
 *
 *	cni_main.c	environment, commands, errors
 *	cni_conf.c	keys of the network configuration
 *	cni_result.c	results of plugins, read and written, in each version
 *	cni_ipam.c	delegation to an IPAM plugin
 *	cni_port.c	names of ports; a configuration as a port
 *	cni_net.c	addresses and routes in the container
 *	cni_gw.c	the gateway of a network
 *	cni_masq.c	its masquerading, by nft(8)
 *	cni_add.c cni_del.c cni_check.c	the commands
 *
 * One process does one command for one attachment, which is a container ID and a device name in a
 * network, and keeps no state but the port, whose name says whose it is. Containers are attached at
 * once: the lock of the model is held for each step, and not while an IPAM plugin is at work.
 *
 * Source: the specification of CNI 1.1.0, its CONVENTIONS.md, and the plugin `bridge`, whose words mean
 * here what they mean there. Functions return 0 or a code (enum cni_code) with the error noted in
 * struct cni; the first one counts.
 */
#ifndef XSWITCH_CNI_H
#define XSWITCH_CNI_H

#include <jansson.h>

#include "netif.h"
#include "xsw.h"

/* Those of the specification; from 100 on our own. */
enum cni_code {
	CNI_OK = 0,
	CNI_VERSION = 1,      /* incompatible version */
	CNI_UNSUPPORTED = 2,  /* a key or a value that means what cannot be done */
	CNI_ENVIRONMENT = 4,  /* CNI_COMMAND, ... */
	CNI_IO = 5,	      /* standard input or output */
	CNI_DECODE = 6,	      /* no JSON */
	CNI_CONFIG = 7,	      /* a value that is not valid */
	CNI_NETNS = 8,	      /* CNI_NETNS is no namespace, or the plugin's own (of the library) */
	CNI_UNAVAILABLE = 50, /* STATUS: ADD would fail */
	CNI_FAILED = 100,     /* refused by the kernel or the switch */
	CNI_EXISTS = 101,     /* the attachment, or a device of its name, is there already */
	CNI_DAMAGED = 102,    /* CHECK: something is not as ADD has left it */
	CNI_IPAM = 103,	      /* no such IPAM plugin, or it did not answer as one */
};

/* A version is an index into these; what is newer is a greater one. */
enum {
	CNI_0_3_1,
	CNI_0_4_0,
	CNI_1_0_0,
	CNI_1_1_0,
	CNI_VERSIONS,
};
extern const char *const cni_versions[]; /* NULL-terminated */

/* What the configuration says; strings live as long as the JSON. */
struct cni_conf {
	const char *name; /* of the network */
	const char *switch_name;
	const char *ipam; /* type; NULL: none */
	bool gateway, default_gateway, force_address, masq;
	bool spoofchk, isolated, hairpin, dad;
	uint32_t vlan; /* 0: none */
	bool trunk;
	struct arg_vids trunks;
	uint32_t mtu; /* 0: automatic */
	int hook;     /* enum xsw_hook_arg */
	struct arg_rate rate[XSW_METERS];
	struct arg_mac mac;
};

struct cni {
	const char *id, *netns, *ifname, *args, *path; /* CNI_CONTAINERID, ... */
	char *input; /* as it came: it is what an IPAM plugin gets */
	size_t input_len;
	json_t *json;
	int version;
	struct cni_conf conf;
	char port[XSW_NAME_MAX]; /* of the attachment */
	struct xsw_opts opts;
	int home;	/* the namespace this began in */
	json_t *result; /* of ADD */

	int code;	       /* of the first error */
	char version_text[16]; /* what `cniVersion` says */
	char details[2048];
};

/* --- cni_main.c --- */

/* Note an error; its code, so that `return cni_fail(...)` reads well. */
int cni_fail(struct cni *c, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* An exit status of the model into a code, with the model's own words. */
int cni_model(struct cni *c, int status, int code);

/* Back into the namespace this began in: the model lives where its switch lives. */
int cni_home(struct cni *c);

/* --- cni_conf.c --- */

/* Everything that c->json says, and CNI_ARGS. */
int cni_conf_read(struct cni *c);

/* "vlan: 5000 is not valid: expected 0..4094": WHERE: VALUE is WHAT WHY */
int cni_fail_value(struct cni *c, int code, const char *where, const json_t *value,
		   const char *what, const char *why);

/* 1 or more of [A-Za-z0-9_.-], the first one alphanumeric: names of networks, IDs of containers. */
bool cni_name_valid(const char *name);

/* --- cni_result.c --- */

struct cni_ip {
	struct netif_addr addr;
	bool has_gateway;
	struct netif_addr gateway;
	long interface; /* index into the interfaces; -1: not said */
};

/* What of a result is applied, or checked; free(ips), free(routes) */
struct cni_ips {
	struct cni_ip *ips;
	size_t n;
	struct netif_route *routes; /* those without a gateway have that of their family */
	size_t nroutes;
};

/* A result of any version as one of 1.1.0, a new reference; `whose` is for messages. */
int cni_result_read(struct cni *c, const json_t *from, const char *whose, json_t **out);

/* Its addresses and routes. */
int cni_result_ips(struct cni *c, const json_t *result, const char *whose, struct cni_ips *out);
void cni_ips_free(struct cni_ips *ips);

/* As a result of c->version; a new reference. */
json_t *cni_result_as(const json_t *result, int version);

/* The same with all bits behind its prefix 0. */
struct netif_addr cni_subnet(const struct netif_addr *addr);

/* "10.1.0.5" */
void cni_addr_text(const struct netif_addr *addr, char text[INET6_ADDRSTRLEN]);

/* --- cni_ipam.c --- */

/*
 * "ADD", "DEL", "CHECK", "GC", "STATUS": what the plugin says is what is returned, its error included.
 * `result` NULL: there is none to expect. One too old to know a command has nothing to do.
 */
int cni_ipam(struct cni *c, const char *command, json_t **result);

/* --- cni_port.c --- */

/* The name of the port of an attachment, from which nobody else's differs only by accident. */
void cni_port_name(const char *network, const char *id, const char *ifname,
		   char name[XSW_NAME_MAX]);

/* Whether it is the name of a port of an attachment to this network. */
bool cni_port_is_of(const char *name, const char *network);

/* Whether `name` is of an attachment in c->json's list of those that are valid. */
bool cni_port_is_valid(const struct cni *c, const char *name);

/* The configuration as a port; `change` belongs to it. */
void cni_port_spec(const struct cni *c, const struct xsw *sw, struct xsw_port_spec *spec,
		   struct xsw_port_change *change);

/* The VLAN of untagged frames; 0: none. */
uint32_t cni_port_vlan(const struct cni_conf *conf);

/* A port, without a message if there is none: XSW_MISSING. free with xsw_view_free() */
int cni_port_view(struct xsw *sw, const char *port, struct xsw_view **view);

/* The switch as it is; NULL without an error if there is none. */
int cni_open(struct cni *c, enum xsw_mode mode, struct xsw **sw);

/* --- cni_net.c --- */

/* The device of the container as the result says; it is up afterwards. */
int cni_net_up(struct cni *c, const struct cni_ips *ips);

/* Whether it still is; `outer` is the ifindex of its other end, `mac` what it is to have. */
int cni_net_check(struct cni *c, const struct cni_ips *ips, uint32_t outer, const uint8_t mac[6]);

/* CNI_NETNS is a namespace, not this one, and has no device CNI_IFNAME. */
int cni_net_free(struct cni *c);

/* --- cni_gw.c --- */

/* The gateway of each address at a host port of the switch; `mac` of its device. */
int cni_gw_up(struct cni *c, struct xsw *sw, const struct cni_ips *ips, json_t *interfaces);
int cni_gw_check(struct cni *c, struct xsw *sw, const struct cni_ips *ips);

/* Fits a device name; CNI_CONFIG. */
int cni_gw_name(struct cni *c, char name[IFNAMSIZ]);

/* --- cni_masq.c: the caller holds the lock of the model, or `sw` is gone --- */
int cni_masq_add(struct cni *c, const struct cni_ips *ips);
int cni_masq_check(struct cni *c);

/* Of this attachment; `stale`: of those to the network that are not valid. */
int cni_masq_del(struct cni *c, bool stale, bool locked);

/* --- the commands --- */

/* Port, rules and addresses of the attachment, as far as they are there. */
int cni_detach(struct cni *c);

int cni_add(struct cni *c);
int cni_del(struct cni *c);
int cni_check(struct cni *c);
int cni_gc(struct cni *c);
int cni_status(struct cni *c);

#endif
