// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_dev.c - what must be known of a device that somebody else made
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/net_namespace.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "netif_int.h"
#include "netns.h"

int netif_ask(struct netif *nl, void (*other)(const struct nlmsghdr *hdr, void *arg), void *arg)
{
	int err;

	nl->other = other;
	nl->other_arg = arg;
	err = netif_transact(nl);
	nl->other = NULL;
	return err;
}

struct addrs {
	uint32_t ifindex;
	struct netif_addr *v;
	size_t n, max; /* there are n of them, however many v has room for */
};

/* An IPv6 device that is up has a link-local address by itself: nobody gave it. */
static void on_addr(const struct nlmsghdr *hdr, void *arg)
{
	const struct ifaddrmsg *head = nlmsg_data(hdr);
	struct addrs *a = arg;

	struct nlattr *attr;

	if (hdr->nlmsg_type != RTM_NEWADDR || head->ifa_index != a->ifindex ||
	    (head->ifa_family == AF_INET6 && head->ifa_scope == RT_SCOPE_LINK))
		return;
	/* IFA_ADDRESS is the other end of a point-to-point link; without one there is only that */
	attr = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(*head), IFA_LOCAL);
	if (!attr)
		attr = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(*head), IFA_ADDRESS);
	if (attr && a->n < a->max && (size_t)nla_len(attr) <= sizeof(a->v->addr)) {
		a->v[a->n] = (struct netif_addr){ .family = head->ifa_family,
						  .plen = head->ifa_prefixlen };
		memcpy(a->v[a->n].addr, nla_data(attr), (size_t)nla_len(attr));
	}
	a->n++;
}

static int list_addrs(struct netif *nl, struct addrs *a)
{
	const struct ifaddrmsg info = { .ifa_family = AF_UNSPEC };

	netif_begin(nl, RTM_GETADDR, NLM_F_DUMP, &info, sizeof(info));
	return netif_ask(nl, on_addr, a);
}

int netif_addrs(struct netif *nl, int ifindex, struct netif_addr *v, size_t max, size_t *n)
{
	struct addrs a = { .ifindex = (uint32_t)ifindex, .v = v, .max = max };
	int err = list_addrs(nl, &a);

	*n = a.n < max ? a.n : max;
	return err;
}

int netif_has_addr(struct netif *nl, int ifindex, bool *has)
{
	struct addrs a = { .ifindex = (uint32_t)ifindex };
	int err = list_addrs(nl, &a);

	*has = a.n;
	return err;
}

static void on_nsid(const struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *attr;
	int *nsid = arg;

	if (hdr->nlmsg_type != RTM_NEWNSID)
		return;
	attr = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(struct rtgenmsg), NETNSA_NSID);
	if (attr)
		*nsid = nla_get_s32(attr);
}

static int nsid_of(struct netif *nl, int netns)
{
	const struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	int nsid = -1;

	netif_begin(nl, RTM_GETNSID, 0, &head, sizeof(head));
	netif_put_u32(nl, NETNSA_FD, (uint32_t)netns);
	return netif_ask(nl, on_nsid, &nsid) ? -1 : nsid;
}

int netif_find_nsid(struct netif *nl, int nsid, char *path, size_t size)
{
	DIR *dir = opendir(NETNS_DIR);
	const struct dirent *entry;
	bool found = false;
	int fd;

	if (!dir)
		return -ENOENT;
	while (!found && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    (size_t)snprintf(path, size, "%s/%s", NETNS_DIR, entry->d_name) >= size)
			continue;
		fd = netns_open(path);
		if (fd < 0)
			continue;
		found = nsid_of(nl, fd) == nsid;
		close(fd);
	}
	closedir(dir);
	return found ? 0 : -ENOENT;
}

struct tc {
	int ifindex;
	int type;	 /* of the answers looked for */
	uint32_t parent; /* 0: any */
	bool found;
};

static void on_tc(const struct nlmsghdr *hdr, void *arg)
{
	const struct tcmsg *head = nlmsg_data(hdr);
	struct tc *tc = arg;

	if (hdr->nlmsg_type == tc->type && head->tcm_ifindex == tc->ifindex &&
	    (!tc->parent || head->tcm_parent == tc->parent))
		tc->found = true;
}

int netif_clsact(struct netif *nl, int ifindex, bool *has)
{
	const struct tcmsg head = { .tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex };
	struct tc tc = { .ifindex = ifindex, .type = RTM_NEWQDISC, .parent = TC_H_CLSACT };
	int err;

	netif_begin(nl, RTM_GETQDISC, NLM_F_DUMP, &head, sizeof(head));
	err = netif_ask(nl, on_tc, &tc);
	*has = tc.found;
	return err;
}

int netif_clsact_used(struct netif *nl, int ifindex, bool *used)
{
	static const uint32_t parents[] = { TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
					    TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) };
	struct tc tc = { .ifindex = ifindex, .type = RTM_NEWTFILTER };
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		const struct tcmsg head = {
			.tcm_family = AF_UNSPEC,
			.tcm_ifindex = ifindex,
			.tcm_parent = parents[i],
		};

		netif_begin(nl, RTM_GETTFILTER, NLM_F_DUMP, &head, sizeof(head));
		err = netif_ask(nl, on_tc, &tc);
	}
	*used = tc.found;
	return err;
}

int netif_clsact_del(struct netif *nl, int ifindex)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
		.tcm_parent = TC_H_CLSACT,
	};

	netif_begin(nl, RTM_DELQDISC, 0, &head, sizeof(head));
	return netif_transact(nl);
}

struct filters {
	int ifindex;
	struct netif_filter *v;
	size_t n, max;
};

/* A priority comes once without a filter (handle 0), then with each of its filters. */
static void on_filter(const struct nlmsghdr *hdr, void *arg)
{
	const struct tcmsg *head = nlmsg_data(hdr);
	struct filters *f = arg;
	struct nlattr *kind;

	if (hdr->nlmsg_type != RTM_NEWTFILTER || head->tcm_ifindex != f->ifindex ||
	    !head->tcm_handle || f->n == f->max)
		return;
	f->v[f->n] = (struct netif_filter){ .priority = TC_H_MAJ(head->tcm_info) >> 16 };
	kind = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(*head), TCA_KIND);
	if (kind)
		nla_strlcpy(f->v[f->n].kind, kind, sizeof(f->v[f->n].kind));
	f->n++;
}

int netif_filters(struct netif *nl, int ifindex, bool egress, struct netif_filter *v, size_t max,
		  size_t *n)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS),
	};
	struct filters f = { ifindex, v, 0, max };
	int err;

	netif_begin(nl, RTM_GETTFILTER, NLM_F_DUMP, &head, sizeof(head));
	err = netif_ask(nl, on_filter, &f);
	*n = f.n;
	return err == -EINVAL || err == -ENOENT ? 0 : err; /* no such qdisc */
}
