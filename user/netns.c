// SPDX-License-Identifier: GPL-2.0-only
/*
 * netns.c - network namespaces, as ip-netns(8) names them
 *
 * Two processes may name or unname a namespace at once: flock on /run/netns keeps the steps of
 * one call together. ip takes the same lock while it makes the directory a shared mount, but
 * not while it makes or removes a name, so an unbind never trusts the path twice: it unmounts
 * what it looked at, and unlink(2) refuses (EBUSY) a file that was bound again meanwhile.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/nsfs.h>

#include "netns.h"

/* Of the thread, not of the process: setns(2) moves one thread only. */
#define NETNS_COOKIE 71 /* SO_NETNS_COOKIE, asm-generic */
#define SELF_NS	     "/proc/thread-self/ns/net"

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

enum {
	NAME_LEN_MAX = 63,
	FD_PATH_MAX = sizeof("/proc/thread-self/fd/") + 11,
	/* Mounts stacked over one name, if mount propagation made more than one. */
	STACK_MAX = 16,
	/* A return that the kernel has no memory for. */
	RETURN_TRIES = 100,
	RETURN_PAUSE_MS = 10,
};

bool netns_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len >= 1 && len <= NAME_LEN_MAX && strchr(ALNUM "_", name[0]) &&
	       strspn(name, ALNUM "_.:@+-") == len;
}

const char *netns_name_of(const char *path)
{
	const char *name = path + sizeof(NETNS_DIR "/") - 1;

	return !strncmp(path, NETNS_DIR "/", sizeof(NETNS_DIR "/") - 1) && netns_name_valid(name) ?
		       name :
		       path;
}

static int format_path(char *path, size_t size, const char *dir, const char *name, const char *rest)
{
	int len = snprintf(path, size, "%s%s%s", dir, name, rest);

	return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

int netns_path(const char *spec, char *path, size_t size)
{
	struct stat st;
	int err;

	if (strchr(spec, '/'))
		return format_path(path, size, spec, "", "");
	if (!*spec || !strcmp(spec, ".") || !strcmp(spec, ".."))
		return -EINVAL;
	err = format_path(path, size, NETNS_DIR "/", spec, "");
	if (err || spec[strspn(spec, "0123456789")] || !lstat(path, &st))
		return err;
	return format_path(path, size, "/proc/", spec, "/ns/net");
}

static bool is_netns(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC &&
	       ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

int netns_open(const char *spec)
{
	char path[PATH_MAX];
	int fd, err;

	err = netns_path(spec, path, sizeof(path));
	if (err)
		return err;
	/* The path may be anything: a FIFO must not stop us, a terminal must not become ours. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (!is_netns(fd)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

int netns_open_self(void)
{
	int fd = open(SELF_NS, O_RDONLY | O_CLOEXEC);

	/* cppcheck-suppress resourceLeak ; returned */
	return fd < 0 ? -errno : fd;
}

static bool same_file(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* Entering a namespace needs CAP_SYS_ADMIN, staying does not. `home`: of netns_open_self(). */
static int enter_from(int home, int fd)
{
	return same_file(home, fd) || !setns(fd, CLONE_NEWNET) ? 0 : -errno;
}

void netns_return(int home)
{
	/* without the right to enter we never left */
	for (int tries = 0; setns(home, CLONE_NEWNET) && netns_enter(home); tries++) {
		if (tries == RETURN_TRIES)
			abort();
		poll(NULL, 0, RETURN_PAUSE_MS);
	}
}

/* SO_NETNS_COOKIE (5.14, commit e8b9eab99232): asked of a socket made inside; 0: not told. */
static uint64_t cookie_of(int fd)
{
	int home = netns_open_self(), sock = -1;
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (home < 0)
		return 0;
	if (enter_from(home, fd))
		goto out;
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0 || getsockopt(sock, SOL_SOCKET, NETNS_COOKIE, &cookie, &len))
		cookie = 0;
	netns_return(home);
out:
	if (sock >= 0)
		close(sock);
	close(home);
	return cookie;
}

int netns_id(int fd, struct netns_id *id)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	*id = (struct netns_id){
		.dev = st.st_dev,
		.ino = st.st_ino,
		.cookie = cookie_of(fd),
	};
	return 0;
}

bool netns_same(const struct netns_id *a, const struct netns_id *b)
{
	return a->dev == b->dev && a->ino == b->ino &&
	       (a->cookie == b->cookie || !a->cookie || !b->cookie);
}

int netns_enter(int fd)
{
	int home = netns_open_self(), err;

	if (home < 0)
		return home;
	err = enter_from(home, fd);
	close(home);
	return err;
}

int netns_new(void)
{
	int home, fd;

	home = netns_open_self();
	if (home < 0)
		return home;
	if (unshare(CLONE_NEWNET)) {
		fd = -errno;
		goto out;
	}
	fd = netns_open_self();
	netns_return(home);
out:
	close(home);
	return fd;
}

/* A descriptor that holds the lock until it is closed. */
static int lock_dir(void)
{
	int fd, err;

	fd = open(NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/*
 * A shared mount, so that a name made in one mount namespace is seen, and goes away, in the
 * others too. Only a mount point can be shared (EINVAL): the directory is bound over itself.
 */
static int share_dir(void)
{
	if (!mount("", NETNS_DIR, "none", MS_SHARED, NULL))
		return 0;
	if (errno != EINVAL)
		return -errno;
	if (mount(NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL))
		return -errno;
	return mount("", NETNS_DIR, "none", MS_SHARED, NULL) ? -errno : 0;
}

/* The directory, locked and shared. */
static int prepare_dir(void)
{
	int lock, err;

	if (!mkdir(NETNS_DIR, 0755)) {
		/* Whatever the umask is. */
		if (chmod(NETNS_DIR, 0755))
			return -errno;
	} else if (errno != EEXIST) {
		return -errno;
	}
	lock = lock_dir();
	if (lock < 0)
		return lock;
	err = share_dir();
	if (err) {
		close(lock);
		return err;
	}
	return lock;
}

static void fd_path(char path[FD_PATH_MAX], int fd)
{
	snprintf(path, FD_PATH_MAX, "/proc/thread-self/fd/%d", fd);
}

int netns_bind(int fd, const char *name)
{
	char path[sizeof(NETNS_DIR "/") + NAME_LEN_MAX], source[FD_PATH_MAX];
	int lock, file, err;

	if (!netns_name_valid(name) || !is_netns(fd))
		return -EINVAL;
	err = format_path(path, sizeof(path), NETNS_DIR "/", name, "");
	if (err)
		return err;
	lock = prepare_dir();
	if (lock < 0)
		return lock;
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (file < 0) {
		err = -errno;
		goto out;
	}
	close(file);
	fd_path(source, fd);
	if (mount(source, path, "none", MS_BIND, NULL)) {
		err = -errno;
		unlink(path);
	}
out:
	close(lock);
	return err;
}

/* One mount off the name; 1: a bare empty file is left, to be unlinked. */
static int unbind_one(const char *path, const struct netns_id *id)
{
	char target[FD_PATH_MAX];
	struct netns_id found;
	struct stat st;
	int fd, err = 0;

	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		err = -errno;
		goto out;
	}
	found = (struct netns_id){ .dev = st.st_dev, .ino = st.st_ino };
	fd_path(target, fd);
	if (netns_same(&found, id)) { /* by the inode; only an open file tells the cookie */
		int file = open(target, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

		if (file >= 0) {
			found.cookie = cookie_of(file);
			close(file);
		}
	}
	if (netns_same(&found, id)) {
		/* EINVAL: somebody unmounted it since the open. */
		if (umount2(target, MNT_DETACH) && errno != EINVAL)
			err = -errno;
	} else if (S_ISREG(st.st_mode) && !st.st_size) {
		struct statfs fs;

		/* A file of nsfs is regular and empty too. */
		err = fstatfs(fd, &fs) ? -errno : fs.f_type == NSFS_MAGIC ? -ESTALE : 1;
	} else {
		err = -ESTALE;
	}
out:
	close(fd);
	return err;
}

int netns_unbind(const char *name, const struct netns_id *id)
{
	char path[sizeof(NETNS_DIR "/") + NAME_LEN_MAX];
	int lock, err, i;

	if (!netns_name_valid(name))
		return -EINVAL;
	err = format_path(path, sizeof(path), NETNS_DIR "/", name, "");
	if (err)
		return err;
	lock = lock_dir();
	if (lock < 0)
		return lock;
	for (i = 0; i < STACK_MAX; i++) {
		err = unbind_one(path, id);
		if (err < 0)
			break;
		if (!err)
			continue;
		err = unlink(path) ? -errno : 0;
		/* EBUSY: bound again since; look once more at what it is now. */
		if (err != -EBUSY)
			break;
	}
	if (i == STACK_MAX)
		err = -EBUSY;
	/* Once the mount is off, a name somebody else has removed is what was asked for. */
	if (err == -ENOENT && i > 0)
		err = 0;
	close(lock);
	return err;
}

int netns_find(const struct netns_id *id, char *name, size_t size)
{
	struct dirent *entry;
	struct stat st;
	bool found = false;
	DIR *dir;

	dir = opendir(NETNS_DIR);
	if (!dir)
		return -errno;
	/* Of several names the first in byte order, so that the answer stays the same. */
	while ((entry = readdir(dir))) {
		const char *candidate = entry->d_name;

		if (candidate[0] == '.' || strlen(candidate) >= size)
			continue;
		if (found && strcmp(candidate, name) > 0)
			continue;
		if (fstatat(dirfd(dir), candidate, &st, 0))
			continue;
		if (st.st_dev != id->dev || st.st_ino != id->ino)
			continue;
		strcpy(name, candidate);
		found = true;
	}
	closedir(dir);
	return found ? 0 : -ENOENT;
}
