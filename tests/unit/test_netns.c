// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_netns.c - names, descriptors and identities of network namespaces
 *
 * What needs root runs in a mount namespace of its own with an empty /run, so that the real
 * /run/netns is neither needed nor touched, whatever way the test ends. Without root those
 * tests are skipped.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "netns.h"

static bool isolated;

struct names {
	char first[64], second[64];
	/* Mounts of the real directory, under the empty /run. */
	int hidden;
};

/* Mounts of the directory; `also`: only those whose line in mountinfo has it. */
static int count_mounts(const char *also)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096];
	int n = 0;

	while (file && fgets(line, sizeof(line), file))
		n += strstr(line, " " NETNS_DIR " ") && strstr(line, also);
	if (file)
		fclose(file);
	return n;
}

static int setup(void **state)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return -1;
	snprintf(names->first, sizeof(names->first), "xsu%d-a", getpid());
	snprintf(names->second, sizeof(names->second), "xsu%d-b", getpid());
	*state = names;
	if (geteuid() || unshare(CLONE_NEWNS) || mount("", "/", "none", MS_PRIVATE | MS_REC, NULL))
		return 0;
	isolated = !mount("none", "/run", "tmpfs", 0, "mode=755");
	names->hidden = count_mounts("");
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void need_root(void)
{
	if (!isolated)
		skip();
}

static struct netns_id id_of(int fd)
{
	struct netns_id id;

	assert_int_equal(netns_id(fd, &id), 0);
	return id;
}

static struct netns_id id_of_self(void)
{
	int fd = netns_open_self();
	struct netns_id id;

	assert_true(fd >= 0);
	id = id_of(fd);
	close(fd);
	return id;
}

static void assert_cloexec(int fd)
{
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

static int new_netns(struct netns_id *id)
{
	int fd = netns_new();

	assert_cloexec(fd);
	*id = id_of(fd);
	return fd;
}

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, NETNS_DIR "/%s", name);
}

static void make_file(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *file;

	path_of(path, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *name)
{
	char path[PATH_MAX];

	path_of(path, name);
	assert_int_equal(unlink(path), 0);
}

static bool exists(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	path_of(path, name);
	return !lstat(path, &st);
}

/* Open descriptors: as many before as after what leaks none. */
static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void names_valid(void **state)
{
	static const char *const good[] = { "a", "_", "7", "ns1", "a.b_c:d@e+f-g", "1234", "A-" };
	static const char *const bad[] = { "",	       ".",	"..",	"-a",	".a",
					   "a b",      "a/b",	"a\nb", "a\"b", "a\tb",
					   "\303\251", "a\177", "@a",	"*" };
	char name[66];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(netns_name_valid(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(netns_name_valid(bad[i]));
	memset(name, 'x', sizeof(name));
	name[63] = '\0';
	assert_true(netns_name_valid(name));
	name[63] = 'x';
	name[64] = '\0';
	assert_false(netns_name_valid(name));
}

static void paths(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(netns_path("xsu-none", path, sizeof(path)), 0);
	assert_string_equal(path, "/run/netns/xsu-none");
	assert_int_equal(netns_path("./x", path, sizeof(path)), 0);
	assert_string_equal(path, "./x");
	assert_int_equal(netns_path("/proc/1/ns/net", path, sizeof(path)), 0);
	assert_string_equal(path, "/proc/1/ns/net");
	assert_int_equal(netns_path("4194305", path, sizeof(path)), 0);
	assert_string_equal(path, "/proc/4194305/ns/net");
	/* Exactly fits, and not. */
	assert_int_equal(netns_path("abc", path, sizeof("/run/netns/abc")), 0);
	assert_int_equal(netns_path("abc", path, sizeof("/run/netns/abc") - 1), -ENAMETOOLONG);
	assert_int_equal(netns_path("12345", path, sizeof("/run/netns/12345")), -ENAMETOOLONG);
	/* No way out of the directory. */
	assert_int_equal(netns_path("", path, sizeof(path)), -EINVAL);
	assert_int_equal(netns_path(".", path, sizeof(path)), -EINVAL);
	assert_int_equal(netns_path("..", path, sizeof(path)), -EINVAL);
}

static void open_refuses(void **state)
{
	int before = count_fds();

	(void)state;
	assert_int_equal(netns_open("xsu-none"), -ENOENT);
	assert_int_equal(netns_open("4194305"), -ENOENT);
	assert_int_equal(netns_open("/nonexistent/ns"), -ENOENT);
	assert_int_equal(netns_open("/dev/null"), -EINVAL);
	assert_int_equal(netns_open("/"), -EINVAL);
	/* A namespace, of another kind. */
	assert_int_equal(netns_open("/proc/self/ns/mnt"), -EINVAL);
	assert_int_equal(count_fds(), before);
}

static void open_by_path_and_pid(void **state)
{
	struct netns_id self = id_of_self(), id;
	char pid[16];
	int fd;

	(void)state;
	fd = netns_open("/proc/self/ns/net");
	assert_cloexec(fd);
	id = id_of(fd);
	close(fd);
	assert_true(netns_same(&self, &id));
	snprintf(pid, sizeof(pid), "%d", getpid());
	fd = netns_open(pid);
	assert_cloexec(fd);
	id = id_of(fd);
	close(fd);
	assert_true(netns_same(&self, &id));
}

static void new_stays_home(void **state)
{
	struct netns_id self, a, b, now;
	int fd_a, fd_b, home, before;

	(void)state;
	need_root();
	before = count_fds();
	self = id_of_self();
	fd_a = new_netns(&a);
	fd_b = new_netns(&b);
	now = id_of_self();
	assert_true(netns_same(&self, &now));
	assert_false(netns_same(&a, &b));
	assert_false(netns_same(&a, &self));
	home = netns_open_self();
	assert_cloexec(home);
	assert_int_equal(netns_enter(fd_a), 0);
	now = id_of_self();
	assert_int_equal(netns_enter(home), 0);
	assert_true(netns_same(&a, &now));
	close(home);
	close(fd_b);
	close(fd_a);
	assert_int_equal(count_fds(), before);
}

struct threaded {
	pthread_barrier_t moved;
	struct netns_id home;
	bool stayed, fresh;
};

static void *new_in_thread(void *arg)
{
	struct threaded *threaded = arg;
	struct netns_id self, leader;
	int fd, fd_leader;

	pthread_barrier_wait(&threaded->moved);
	fd = netns_new();
	self = id_of_self();
	threaded->stayed = netns_same(&self, &threaded->home);
	fd_leader = netns_open("/proc/self/ns/net");
	if (fd >= 0 && !netns_id(fd, &self) && !netns_id(fd_leader, &leader))
		threaded->fresh = !netns_same(&self, &leader);
	close(fd_leader);
	close(fd);
	return NULL;
}

/* A thread's namespace is its own: the leader's, which is elsewhere, is not taken for it. */
static void new_in_a_thread(void **state)
{
	struct threaded threaded = { .stayed = false };
	struct netns_id other, now;
	pthread_t thread;
	int fd, home;

	(void)state;
	need_root();
	fd = new_netns(&other);
	home = netns_open_self();
	assert_cloexec(home);
	threaded.home = id_of(home);
	assert_int_equal(pthread_barrier_init(&threaded.moved, NULL, 2), 0);
	assert_int_equal(pthread_create(&thread, NULL, new_in_thread, &threaded), 0);
	assert_int_equal(netns_enter(fd), 0);
	pthread_barrier_wait(&threaded.moved);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_barrier_destroy(&threaded.moved);
	now = id_of_self();
	assert_int_equal(netns_enter(home), 0);
	assert_true(threaded.stayed);
	assert_true(threaded.fresh);
	assert_true(netns_same(&now, &other));
	close(home);
	close(fd);
}

static void bind_and_unbind(void **state)
{
	const struct names *names = *state;
	struct netns_id a, b, id;
	char name[64];
	struct stat st;
	mode_t mask;
	int fd_a, fd_b, fd, before;

	need_root();
	before = count_fds();
	fd_a = new_netns(&a);
	fd_b = new_netns(&b);
	assert_int_equal(netns_find(&a, name, sizeof(name)), -ENOENT);
	mask = umask(077);
	assert_int_equal(netns_bind(fd_a, names->first), 0);
	umask(mask);
	assert_int_equal(stat(NETNS_DIR, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_int_equal(netns_bind(fd_b, names->first), -EEXIST);
	assert_int_equal(netns_bind(fd_b, names->second), 0);

	fd = netns_open(names->first);
	assert_cloexec(fd);
	id = id_of(fd);
	close(fd);
	assert_true(netns_same(&id, &a));
	assert_int_equal(netns_find(&a, name, sizeof(name)), 0);
	assert_string_equal(name, names->first);
	assert_int_equal(netns_find(&b, name, sizeof(name)), 0);
	assert_string_equal(name, names->second);
	assert_int_equal(netns_find(&b, name, strlen(names->second)), -ENOENT);

	/* Another namespace's name stays. */
	assert_int_equal(netns_unbind(names->second, &a), -ESTALE);
	assert_int_equal(netns_find(&b, name, sizeof(name)), 0);
	assert_int_equal(netns_unbind(names->first, &a), 0);
	assert_int_equal(netns_unbind(names->first, &a), -ENOENT);
	assert_int_equal(netns_open(names->first), -ENOENT);
	assert_false(exists(names->first));
	assert_int_equal(netns_unbind(names->second, &b), 0);
	close(fd_b);
	close(fd_a);
	assert_int_equal(count_fds(), before);
}

static void bind_refuses(void **state)
{
	const struct names *names = *state;
	int fd, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct netns_id id;

	need_root();
	fd = new_netns(&id);
	assert_int_equal(netns_bind(fd, "../x"), -EINVAL);
	assert_int_equal(netns_bind(fd, ""), -EINVAL);
	assert_int_equal(netns_bind(null, names->first), -EINVAL);
	assert_int_equal(netns_bind(-1, names->first), -EINVAL);
	assert_int_equal(netns_unbind("..", &id), -EINVAL);
	assert_false(exists(names->first));
	close(fd);
	close(null);
}

/* A netns_bind() killed between its two steps leaves an empty file. */
static void leftover_is_removed(void **state)
{
	const struct names *names = *state;
	struct netns_id id;
	int fd;

	need_root();
	fd = new_netns(&id);
	make_file(names->first, "");
	assert_int_equal(netns_open(names->first), -EINVAL);
	assert_int_equal(netns_bind(fd, names->first), -EEXIST);
	assert_int_equal(netns_unbind(names->first, &id), 0);
	assert_false(exists(names->first));
	/* Something else by that name is none of ours. */
	make_file(names->first, "text\n");
	assert_int_equal(netns_unbind(names->first, &id), -ESTALE);
	assert_true(exists(names->first));
	remove_file(names->first);
	close(fd);
}

/* Propagation can put a namespace over its name twice; both go. */
static void stacked_mounts(void **state)
{
	const struct names *names = *state;
	char path[PATH_MAX];
	struct netns_id a, b;
	int fd_a, fd_b, fd;

	need_root();
	fd_a = new_netns(&a);
	fd_b = new_netns(&b);
	path_of(path, names->second);
	assert_int_equal(netns_bind(fd_a, names->second), 0);
	assert_int_equal(mount(path, path, "none", MS_BIND, NULL), 0);
	assert_int_equal(netns_unbind(names->second, &a), 0);
	assert_false(exists(names->second));
	/* Another one below: it comes to light, and stays. */
	assert_int_equal(netns_bind(fd_a, names->second), 0);
	assert_int_equal(netns_bind(fd_b, "xsu-other"), 0);
	assert_int_equal(mount(NETNS_DIR "/xsu-other", path, "none", MS_BIND, NULL), 0);
	assert_int_equal(netns_unbind(names->second, &b), -ESTALE);
	fd = netns_open(names->second);
	assert_cloexec(fd);
	close(fd);
	assert_int_equal(netns_unbind(names->second, &a), 0);
	assert_int_equal(netns_unbind("xsu-other", &b), 0);
	close(fd_b);
	close(fd_a);
}

/* "1234" is a name before it is a process. */
static void digits_are_a_name_first(void **state)
{
	struct netns_id a, id;
	char pid[16], name[16];
	int fd_a, fd;

	(void)state;
	need_root();
	snprintf(pid, sizeof(pid), "%d", getpid());
	fd_a = new_netns(&a);
	assert_int_equal(netns_bind(fd_a, pid), 0);
	fd = netns_open(pid);
	assert_cloexec(fd);
	id = id_of(fd);
	assert_true(netns_same(&id, &a));
	close(fd);
	/* Of two names the first in byte order. */
	assert_int_equal(netns_bind(fd_a, "0"), 0);
	assert_int_equal(netns_find(&a, name, sizeof(name)), 0);
	assert_string_equal(name, "0");
	assert_int_equal(netns_unbind("0", &a), 0);
	assert_int_equal(netns_unbind(pid, &a), 0);
	close(fd_a);
}

/* One mount of the directory however many names; it is shared. */
static void directory_is_shared_once(void **state)
{
	const struct names *names = *state;
	struct netns_id a;
	int fd, i;

	need_root();
	fd = new_netns(&a);
	for (i = 0; i < 3; i++) {
		assert_int_equal(netns_bind(fd, names->second), 0);
		assert_int_equal(netns_unbind(names->second, &a), 0);
	}
	close(fd);
	assert_int_equal(count_mounts(""), names->hidden + 1);
	assert_int_equal(count_mounts(" shared:"), 1);
}

/* A FIFO must not stop the caller: SIGALRM ends the test if it does. */
static void open_does_not_block(void **state)
{
	const struct names *names = *state;
	char path[PATH_MAX];

	need_root();
	path_of(path, names->second);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(10);
	assert_int_equal(netns_open(names->second), -EINVAL);
	alarm(0);
	remove_file(names->second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_valid),
		cmocka_unit_test(paths),
		cmocka_unit_test(open_refuses),
		cmocka_unit_test(open_by_path_and_pid),
		cmocka_unit_test(new_stays_home),
		cmocka_unit_test(new_in_a_thread),
		cmocka_unit_test(bind_and_unbind),
		cmocka_unit_test(bind_refuses),
		cmocka_unit_test(leftover_is_removed),
		cmocka_unit_test(stacked_mounts),
		cmocka_unit_test(digits_are_a_name_first),
		cmocka_unit_test(directory_is_shared_once),
		cmocka_unit_test(open_does_not_block),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
