// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin.c - the tree below <bpffs>/xswitch
 */
#define _GNU_SOURCE 1 /* secure_getenv() */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "pin.h"
#include "xsw_names.h"

#define LOCK_POLL_MS 20

const char *pin_bpffs(void)
{
	const char *env = secure_getenv("XSWITCH_BPFFS");

	return env && *env ? env : XSW_BPFFS_DEFAULT;
}

void pin_root(char buf[PIN_PATH_MAX])
{
	snprintf(buf, PIN_PATH_MAX, "%s/%s", pin_bpffs(), XSW_PIN_ROOT);
}

void pin_path(char buf[PIN_PATH_MAX], const char *sw, const char *fmt, ...)
{
	size_t n;
	va_list ap;

	n = (size_t)snprintf(buf, PIN_PATH_MAX, "%s/%s/%s", pin_bpffs(), XSW_PIN_ROOT, sw);
	if (n + 1 >= PIN_PATH_MAX || !*fmt)
		return;
	buf[n++] = '/';
	va_start(ap, fmt);
	if (!vsnprintf(buf + n, PIN_PATH_MAX - n, fmt, ap))
		buf[n - 1] = '\0'; /* the directory itself */
	va_end(ap);
}

int pin_replace(int fd, const char *dir, const char *name)
{
	char path[PIN_PATH_MAX], fresh[PIN_PATH_MAX + sizeof(XSW_PIN_NEW)];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(fresh, sizeof(fresh), "%s" XSW_PIN_NEW, path);
	unlink(fresh);
	if (bpf_obj_pin(fd, fresh))
		return -errno;
	fault_point();
	if (rename(fresh, path)) {
		int err = -errno;

		unlink(fresh);
		return err;
	}
	fault_point();
	return 0;
}

int pin_get(const char *path)
{
	struct stat st;
	int fd = bpf_obj_get(path), err = fd < 0 ? -errno : 0;

	/* the kernel's word for a directory is that of a pin out of reach */
	if (err == -EACCES && !stat(path, &st) && S_ISDIR(st.st_mode))
		err = -EINVAL;
	return err ? err : fd;
}

bool pin_exists(const char *path)
{
	return !access(path, F_OK);
}

int pin_mkdir(const char *path)
{
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* A mark that outlives the process: a directory, for bpffs knows nothing else. */
static void mounted_mark(char buf[PIN_PATH_MAX])
{
	snprintf(buf, PIN_PATH_MAX, "%s/%s/MOUNTED", pin_bpffs(), XSW_PIN_ROOT);
}

int pin_bpffs_check(void)
{
	struct statfs fs;

	if (statfs(pin_bpffs(), &fs))
		return -errno;
	if (fs.f_type != BPF_FS_MAGIC)
		return -ENODEV;
	return fs.f_flags & ST_RDONLY ? -EROFS : 0;
}

static int bpffs_mount(bool *mounted)
{
	int err = pin_bpffs_check();

	*mounted = false;
	if (err != -ENODEV)
		return err == -EROFS ? 0 : err; /* what is made there says so */
	if (mount("bpf", pin_bpffs(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return -errno;
	*mounted = true;
	return 0;
}

/* Who holds the flock on `fd`, from /proc/locks: "1: FLOCK ADVISORY WRITE 123 00:1a:2 0 EOF" */
static void lock_holder(int fd, struct pin_holder *holder)
{
	unsigned int major, minor;
	unsigned long ino;
	char line[256], path[64];
	struct stat st;
	FILE *f;
	int pid;

	memset(holder, 0, sizeof(*holder));
	f = fopen("/proc/locks", "re");
	if (!f)
		return;
	if (fstat(fd, &st))
		goto out;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%lu", &pid, &major, &minor, &ino) ==
			    4 &&
		    ino == st.st_ino && makedev(major, minor) == st.st_dev)
			holder->pid = pid;
	}
out:
	fclose(f);
	if (!holder->pid)
		return;
	snprintf(path, sizeof(path), "/proc/%d/comm", holder->pid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(holder->comm, sizeof(holder->comm), f))
		holder->comm[strcspn(holder->comm, "\n")] = '\0';
	fclose(f);
}

bool pin_busy(struct pin_holder *holder)
{
	char root[PIN_PATH_MAX];
	int fd;

	memset(holder, 0, sizeof(*holder));
	pin_root(root);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	lock_holder(fd, holder);
	close(fd);
	return holder->pid;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/*
 * A writer does what pins say: it removes devices and names of namespaces. So they are its own, or
 * root's; and nobody leads it elsewhere by a link.
 */
static int root_open(void)
{
	char root[PIN_PATH_MAX];
	struct stat st;
	int fd;

	pin_root(root);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && (st.st_uid == geteuid() || !st.st_uid))
		return fd;
	close(fd);
	return -EOWNERDEAD;
}

/* One try: a descriptor, or -EWOULDBLOCK with the holder, or another -errno. */
static int lock_try(struct pin_holder *holder)
{
	char root[PIN_PATH_MAX];
	struct stat a, b;
	int fd, err;

	pin_root(root);
	fd = root_open();
	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		err = -errno;
		if (err == -EWOULDBLOCK)
			lock_holder(fd, holder);
		close(fd);
		return err;
	}
	/* the holder before us may have removed the directory we opened */
	if (!fstat(fd, &a) && !stat(root, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev)
		return fd;
	close(fd);
	return pin_exists(root) ? -EWOULDBLOCK : -ENOENT;
}

/*
 * Mounting, unmounting and making the root happen under a lock on the directory that holds the
 * mount point, so that nobody unmounts what somebody else has just begun to use.
 */
static int mount_lock(void)
{
	char path[PIN_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/..", pin_bpffs());
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX))
		if (errno != EINTR) {
			close(fd);
			return -errno;
		}
	return fd;
}

static int root_make(void)
{
	char path[PIN_PATH_MAX];
	bool mounted;
	int err;

	err = bpffs_mount(&mounted);
	if (err)
		return err;
	fault_point();
	pin_root(path);
	err = pin_mkdir(path);
	if (!err && mounted) {
		mounted_mark(path);
		err = pin_mkdir(path);
	}
	fault_point();
	return err;
}

static int enter_try(struct pin_holder *holder)
{
	int mount_fd = mount_lock(), fd;

	if (mount_fd < 0)
		return mount_fd;
	fd = root_make();
	if (!fd)
		fd = lock_try(holder);
	close(mount_fd);
	return fd;
}

/* Who only tries to get the lock keeps nobody from unmounting: an open directory would. */
static int open_try(struct pin_holder *holder)
{
	int mount_fd = mount_lock(), fd;

	if (mount_fd < 0)
		return mount_fd;
	fd = lock_try(holder);
	close(mount_fd);
	return fd;
}

static int lock_wait(int (*try)(struct pin_holder *), uint32_t wait, struct pin_holder *holder)
{
	uint64_t deadline = now_ms() + (uint64_t)wait * 1000;
	int fd;

	while ((fd = try(holder)) == -EWOULDBLOCK) {
		if (now_ms() >= deadline)
			return -ETIMEDOUT;
		poll(NULL, 0, LOCK_POLL_MS);
	}
	return fd;
}

int pin_lock(uint32_t wait, struct pin_holder *holder)
{
	return lock_wait(open_try, wait, holder);
}

int pin_enter(uint32_t wait, struct pin_holder *holder)
{
	return lock_wait(enter_try, wait, holder);
}

/* Under the mount lock: nobody has come back, and nothing else is pinned there. */
static bool bpffs_unused(void)
{
	DIR *d = opendir(pin_bpffs());
	bool empty = d != NULL;
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (!strchr(e->d_name, '.')) /* a pin has none; maps.debug is the kernel's */
			empty = false;
	if (d)
		closedir(d);
	return empty;
}

void pin_leave(int lock)
{
	char root[PIN_PATH_MAX], mark[PIN_PATH_MAX];
	int mount_fd;
	bool ours;

	mounted_mark(mark);
	pin_root(root);
	ours = !rmdir(mark);
	if (rmdir(root)) {
		if (ours) /* a switch lives here */
			pin_mkdir(mark);
		ours = false;
	}
	close(lock);
	if (!ours)
		return;
	mount_fd = mount_lock();
	if (pin_exists(root))
		pin_mkdir(mark); /* somebody came: the mount is still to be undone one day */
	else if (bpffs_unused())
		umount2(pin_bpffs(), UMOUNT_NOFOLLOW);
	if (mount_fd >= 0)
		close(mount_fd);
}

int pin_rmdir(const char *path, bool (*ours)(const char *dir, const char *name))
{
	DIR *d = opendir(path);
	struct dirent *e;
	int err = 0;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while ((e = readdir(d))) {
		if (e->d_type == DT_DIR || !ours(path, e->d_name))
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) && errno != ENOENT)
			err = -errno;
		fault_point();
	}
	closedir(d);
	if (rmdir(path) && errno != ENOENT && !err)
		err = -errno;
	return err;
}

int pin_each_dir(const char *path, void (*fn)(const char *name, void *arg), void *arg)
{
	struct dirent **list;
	int i, n = scandir(path, &list, NULL, alphasort);

	if (n < 0)
		return -errno;
	for (i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.' && list[i]->d_type == DT_DIR)
			fn(list[i]->d_name, arg);
		free(list[i]);
	}
	free(list);
	return 0;
}
