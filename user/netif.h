/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netif.h - network devices by rtnetlink; the one module that knows libnl
 *
 * A struct netif is a socket in one namespace: what is asked of it concerns that namespace,
 * wherever the caller lives. Functions return 0 or -errno (libnl's own codes are turned here);
 * netif_error() has the kernel's extended ack of the last failure. Not thread-safe.
 */
#ifndef XSWITCH_NETIF_H
#define XSWITCH_NETIF_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netif;

struct netif_link {
	int ifindex;
	char name[IFNAMSIZ];
	char kind[16];	 /* "veth", "bridge", ...; empty for hardware */
	char alias[256]; /* empty: none */
	uint8_t mac[6];
	uint32_t mtu;	  /* bytes */
	bool up;	  /* IFF_UP */
	bool carrier;	  /* IFF_LOWER_UP */
	bool oper_up;	  /* IF_OPER_UP: and it has a queue to send by */
	uint32_t downs;	  /* how often carrier went, since the device is there */
	bool loopback;	  /* IFF_LOOPBACK */
	bool promisc;	  /* IFF_PROMISC, as an administrator sets it */
	bool xdp;	  /* has a program at XDP */
	uint16_t type;	  /* ARPHRD_* */
	int master;	  /* ifindex of the bridge, bond, ... it belongs to; or 0 */
	int peer_ifindex; /* IFLA_LINK: of a veth, its other end in that end's namespace; or 0 */
	int peer_nsid;	  /* of that namespace as ours calls it; -1: our own */
};

struct netif_veth {
	const char *name; /* this end, in the socket's namespace */
	const uint8_t *mac;
	const char *peer_name;
	const uint8_t *peer_mac;
	int peer_netns; /* descriptor */
	uint32_t mtu;	/* both ends; 0: the kernel's default */
};

struct netif_addr {
	int family;	  /* AF_INET, AF_INET6 */
	uint8_t addr[16]; /* network order; 4 bytes used for AF_INET */
	uint8_t plen;
};

/* A tunnel device in external (collect_md) mode: its header is told per frame. */
struct netif_tunnel {
	const char *name;
	const char *kind; /* "vxlan", "geneve", "gretap", "ip6gretap" */
	const uint8_t *mac;
	uint16_t udp_port; /* of vxlan and geneve */
	uint32_t mtu;	   /* bytes */
};

/* A socket in `netns` (descriptor; -1: where the caller lives). */
int netif_open(struct netif **out, int netns);
void netif_close(struct netif *nl);

/* Extended ack of the last failure, or "". Valid until the next call. */
const char *netif_error(const struct netif *nl);

/* -ENODEV: none */
int netif_get(struct netif *nl, const char *name, struct netif_link *link);
int netif_get_index(struct netif *nl, int ifindex, struct netif_link *link);

/* Every device, by one dump; free(*links). */
int netif_list(struct netif *nl, struct netif_link **links, size_t *n);

/*
 * A veth pair in one message: both ends appear together, both down. -EEXIST: either name is
 * taken.
 */
int netif_veth_add(struct netif *nl, const struct netif_veth *veth);

/*
 * -EOPNOTSUPP: the kernel does not know the kind. -EEXIST, -EBUSY, -EPERM: the name is taken, or the
 * namespace has such a device with this port already. It listens when it is set up, and then
 * -EADDRINUSE is a socket of somebody else.
 */
int netif_tunnel_add(struct netif *nl, const struct netif_tunnel *tunnel);

/*
 * The MTU of packets to an address, from an address or NULL: of the route, or else of its device.
 * -ENETUNREACH and others: there is no route.
 */
int netif_route_mtu(struct netif *nl, const struct netif_addr *to, const struct netif_addr *from,
		    uint32_t *mtu);

/* The alias, and no IPv6 address by itself (IN6_ADDR_GEN_MODE_NONE): before it is set up. */
int netif_describe(struct netif *nl, int ifindex, const char *alias);

/* The alias alone. */
int netif_set_alias(struct netif *nl, int ifindex, const char *alias);

/*
 * A setting below /proc/sys/net of the namespace the caller lives in, "ipv4/ip_forward"; one that the
 * kernel or the device does not have: 0.
 */
int netif_sysctl(const char *key, const char *value);

/* disable_ipv6 of a device of the namespace the caller lives in; no IPv6 at all: 0. */
int netif_disable_ipv6(const char *name);

int netif_set_up(struct netif *nl, int ifindex, bool up);

/*
 * After both ends are up: until frames can be sent by this one. What is sent before is lost, for a
 * device whose carrier came after it was up gets its queue from a work queue of the kernel
 * (net/core/link_watch.c), or since 6.9 when somebody asks for it (facd15dfd691). Tells nothing:
 * it waits for a second at most.
 */
void netif_wait_oper_up(struct netif *nl, int ifindex);

int netif_set_promisc(struct netif *nl, int ifindex, bool on);
int netif_set_mtu(struct netif *nl, int ifindex, uint32_t mtu);

/* -ENODEV: none */
int netif_del(struct netif *nl, int ifindex);

/*
 * Many devices removed by one message: put each into a group of its own, then remove the
 * group; the kernel waits for its grace periods once.
 */
int netif_set_group(struct netif *nl, int ifindex, uint32_t group);
int netif_del_group(struct netif *nl, uint32_t group);

/* -EEXIST: the device has that address already */
int netif_addr_add(struct netif *nl, int ifindex, const struct netif_addr *addr);

int netif_addr_del(struct netif *nl, int ifindex, const struct netif_addr *addr);

/* Those that netif_has_addr() counts, `max` at most: *n of them. */
int netif_addrs(struct netif *nl, int ifindex, struct netif_addr *v, size_t max, size_t *n);

int netif_set_mac(struct netif *nl, int ifindex, const uint8_t mac[6]);

struct netif_route {
	int family;
	uint8_t dst[16], via[16], src[16]; /* network order */
	uint8_t plen;			   /* 0: default */
	bool has_via, has_src;
	int ifindex;	 /* 0: by `via` */
	uint32_t metric; /* 0: the kernel's */
};

/* In the main table; one to the same destination with that metric is replaced. */
int netif_route_set(struct netif *nl, const struct netif_route *route);
int netif_route_del(struct netif *nl, const struct netif_route *route);

/* The one to the same destination with the metric of `route`, whatever its next hop; -ENOENT. */
int netif_route_get(struct netif *nl, const struct netif_route *route, struct netif_route *out);

/* Every unicast route of the main table; free(*v). */
int netif_routes(struct netif *nl, struct netif_route **v, size_t *n);

/* Whether it has an address that somebody gave it: IPv6's own link-local one does not count. */
int netif_has_addr(struct netif *nl, int ifindex, bool *has);

/* The qdisc clsact: whether the device has one, whether anybody's filter stands there, removal. */
int netif_clsact(struct netif *nl, int ifindex, bool *has);
int netif_clsact_used(struct netif *nl, int ifindex, bool *used);
int netif_clsact_del(struct netif *nl, int ifindex);

struct netif_filter {
	uint32_t priority; /* less is earlier */
	char kind[16];	   /* "bpf", "flower", ... */
};

/* Those of clsact or the qdisc ingress, `max` at most: *n of them. */
int netif_filters(struct netif *nl, int ifindex, bool egress, struct netif_filter *v, size_t max,
		  size_t *n);

/* Path below /run/netns of the namespace that the socket's one calls `nsid`; -ENOENT. */
int netif_find_nsid(struct netif *nl, int nsid, char *path, size_t size);

enum netif_feature {
	NETIF_GRO,
	NETIF_TXCSUM,
	NETIF_TXVLAN,
	NETIF_RXVLAN,
	NETIF_FEATURES,
};

/* Offloads as ethtool -k shows them. -EOPNOTSUPP: the device does not have that one. */
int netif_feature(struct netif *nl, const char *name, enum netif_feature f, bool *on);
int netif_feature_set(struct netif *nl, const char *name, enum netif_feature f, bool on);

#endif
