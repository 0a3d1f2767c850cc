/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netns.h - network namespaces, as ip-netns(8) names them
 *
 * A name is a file in /run/netns with the namespace bound over it. A specification is a name,
 * a path (has a '/'), or a PID (digits only, when no namespace has that name). Names are made
 * so that `ip netns` sees them, and the other way round. Nothing here starts a process or
 * prints; functions return 0 (or a descriptor) or -errno.
 */
#ifndef XSWITCH_NETNS_H
#define XSWITCH_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETNS_DIR "/run/netns"

/*
 * What a namespace is, whatever it is called: st_dev and st_ino of its nsfs file, and the
 * cookie, which unlike the inode number is never given to another one.
 */
struct netns_id {
	uint64_t dev;
	uint64_t ino;
	uint64_t cookie; /* 0: unknown (kernel before 5.14) */
};

/* 1 to 63 characters of [A-Za-z0-9_.:@+-], first one alphanumeric or '_'. */
bool netns_name_valid(const char *name);

/* The name of the namespace with that file: "ns1" of "/run/netns/ns1"; else the path itself. */
const char *netns_name_of(const char *path);

/* Path of the file of a specification, e.g. "ns1" -> "/run/netns/ns1"; -ENAMETOOLONG. */
int netns_path(const char *spec, char *path, size_t size);

/* A descriptor (O_CLOEXEC). -ENOENT: no such namespace; -EINVAL: the file is none. */
int netns_open(const char *spec);
int netns_open_self(void);

int netns_id(int fd, struct netns_id *id);
bool netns_same(const struct netns_id *a, const struct netns_id *b);

/* Make the calling thread live in `fd`; -EPERM: it does not yet, and CAP_SYS_ADMIN is missing. */
int netns_enter(int fd);

/*
 * Back to where the caller lived a moment ago. It returns only from there: elsewhere devices with
 * the numbers of ours are other people's. Where the kernel has no memory for a second the process
 * ends, as if it had been killed: the next command goes on.
 */
void netns_return(int home);

/* A fresh namespace without a name: its descriptor. The caller stays where it is. */
int netns_new(void);

/* Give it a name. -EEXIST. Makes /run/netns a shared mount, as `ip netns add` does. */
int netns_bind(int fd, const char *name);

/*
 * Remove the name of the namespace `id`; an empty file left by an interrupted netns_bind() is
 * removed too. -ENOENT: no such name; -ESTALE: the name is another namespace now, untouched.
 */
int netns_unbind(const char *name, const struct netns_id *id);

/* The name in /run/netns of `id`; -ENOENT. */
int netns_find(const struct netns_id *id, char *name, size_t size);

#endif
