/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pin.h - the tree below <bpffs>/xswitch: paths, directories, the lock
 *
 *	/sys/fs/bpf/xswitch/		0700; flock on it serialises writers
 *	  MOUNTED/			xswitch mounted the bpffs: the last `down` unmounts it
 *	  <switch>/meta			written last when a switch is made, removed first
 *	  <switch>/maps/<name>
 *	  <switch>/progs/<name>
 *	  <switch>/ports/<number>/tcx_ingress
 *
 * XSWITCH_BPFFS names another mount point than /sys/fs/bpf; a process whose rights were raised by
 * its file (AT_SECURE) does not look at the environment. bpffs refuses '.' in names, so
 * a port stands there by its number. Functions return 0 (or a descriptor) or -errno.
 */
#ifndef XSWITCH_PIN_H
#define XSWITCH_PIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIN_PATH_MAX 512

const char *pin_bpffs(void);

/* 0: a BPF file system is there; -EROFS: read-only; -ENODEV: another one; -errno: no directory */
int pin_bpffs_check(void);

/* Path below the switch's directory, e.g. "maps/fdb"; "" is the directory itself. */
void pin_path(char buf[PIN_PATH_MAX], const char *sw, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

struct pin_holder {
	int pid;
	char comm[32]; /* empty: unknown */
};

/*
 * The writers' lock: a descriptor for pin_leave(). -ETIMEDOUT after `wait` seconds, with who
 * holds it; -ENOENT: there is no root; -EOWNERDEAD: it is neither root's nor this user's.
 */
int pin_lock(uint32_t wait, struct pin_holder *holder);

/* The same, mounting bpffs and making the root where they are missing. */
int pin_enter(uint32_t wait, struct pin_holder *holder);

/* Whether a writer is at work, and who; takes no lock. */
bool pin_busy(struct pin_holder *holder);

/* Release the lock; an empty root goes, and the bpffs if pin_enter() mounted it. */
void pin_leave(int lock);

/* Pin `fd` as <dir>/<name> in place of what is there, in one step: there is always one. */
int pin_replace(int fd, const char *dir, const char *name);

/* What is pinned there: a descriptor, or -errno. -EINVAL: a directory. */
int pin_get(const char *path);

bool pin_exists(const char *path);
int pin_mkdir(const char *path);

/*
 * Remove the pins in a directory that `ours` knows by name, then the directory; ENOENT is fine.
 * -ENOTEMPTY: somebody else's are in it, and stay.
 */
int pin_rmdir(const char *path, bool (*ours)(const char *dir, const char *name));

/* Call fn with the name of every subdirectory of the root (a switch) or of a switch's ports. */
int pin_each_dir(const char *path, void (*fn)(const char *name, void *arg), void *arg);

/* <bpffs>/xswitch */
void pin_root(char buf[PIN_PATH_MAX]);

#endif
