// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_lab.c - a machine of its own for one measurement
 *
 *	command ---- keeper (init of the process namespace) ---- worker ---- peers, daemons, ...
 *
 * The worker measures. The keeper only waits: for the worker's end, or for SIGTERM, which the
 * command sends after a signal or when the time is up, and the kernel when the command was
 * killed. Then it ends every process it can see and puts back what outlives namespaces
 * (grace.h). With it go the namespaces.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench_lab.h"
#include "grace.h"

#define BPFFS	      LAB_DIR "/bpf"
#define SPACES	      (CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID)
#define KEEPER_END_NS 20000000000ULL /* to end, after SIGTERM */
#define NSEC_PER_SEC  1000000000ULL

#undef lab_error
int lab_error(struct bench_lab *lab, const char *fmt, ...)
{
	char *error = lab->result->error;
	va_list ap;

	if (*error)
		return -1;
	va_start(ap, fmt);
	vsnprintf(error, sizeof(lab->result->error), fmt, ap);
	va_end(ap);
	return -1;
}

void lab_report(struct bench_lab *lab, double value, const char *fmt, ...)
{
	struct lab_result *r = lab->result;
	va_list ap;

	if (r->n == LAB_VALUES)
		return;
	va_start(ap, fmt);
	vsnprintf(r->v[r->n].figure, sizeof(r->v[r->n].figure), fmt, ap);
	va_end(ap);
	r->v[r->n++].value = value;
}

uint64_t lab_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

void lab_sleep(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC) };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &ts) == EINTR)
		;
}

/* With the warm-up below the 0.95 s after which a real-time process is made to pause. */
uint64_t lab_length(const struct bench_lab *lab)
{
	static const uint64_t ns[BENCH_SIZES] = { 60000000, 250000000, 600000000 };

	return ns[lab->plan->size];
}

/* --- inside ------------------------------------------------------------------------------ */

static int mount_at(struct bench_lab *lab, const char *type, const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		return lab_error(lab, "cannot make %s: %s", path, strerror(errno));
	if (mount(type, path, type, 0, NULL))
		return lab_error(lab, "cannot mount %s at %s: %s", type, path, strerror(errno));
	return 0;
}

/* The references are as a distribution has them: without br_netfilter's detour. */
static void bridge_netfilter_off(void)
{
	static const char *const names[] = { "iptables", "ip6tables", "arptables" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/sys/net/bridge/bridge-nf-call-%s", names[i]);
		f = fopen(path, "we");
		if (!f)
			continue;
		fputs("0", f);
		fclose(f);
	}
}

static int furnish(struct bench_lab *lab)
{
	if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return lab_error(lab, "cannot make mounts private: %s", strerror(errno));
	if (mount_at(lab, "tmpfs", "/run"))
		return -1;
	if (mkdir("/run/netns", 0755) || mkdir(LAB_DIR, 0700))
		return lab_error(lab, "cannot make " LAB_DIR ": %s", strerror(errno));
	if (mount_at(lab, "bpf", BPFFS))
		return -1;
	if (setenv("XSWITCH_BPFFS", BPFFS, 1) || unsetenv("XSWITCH") || chdir("/"))
		return lab_error(lab, "cannot set the environment: %s", strerror(errno));
	/* the numbers of processes are those of the new namespace; not everybody may */
	mount("proc", "/proc", "proc", 0, NULL);
	bridge_netfilter_off();
	return 0;
}

/* Above the peers, so that it samples them when it wants to; what it starts is ordinary. */
static void work(struct bench_lab *lab, int (*run)(struct bench_lab *lab))
{
	const struct sched_param high = { .sched_priority = 2 };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &high);
	lab->result->complete = !run(lab);
	_exit(0);
}

static void keep(struct bench_lab *lab, const struct lab_job *job, int parent)
{
	struct pollfd gone = { .fd = parent };
	siginfo_t info;
	sigset_t wanted;
	pid_t worker;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* the command may have ended before that: nobody reads the pipe then */
	if (poll(&gone, 1, 0) || furnish(lab))
		_exit(0);
	worker = fork();
	if (!worker)
		work(lab, job->run);
	if (worker < 0)
		lab_error(lab, "cannot start a process: %s", strerror(errno));
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGCHLD);
	while (worker > 0 && sigwaitinfo(&wanted, &info) != SIGTERM)
		for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
			if (pid == worker)
				worker = 0;
	kill(-1, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	grace_restore();
	_exit(0);
}

/* --- outside ----------------------------------------------------------------------------- */

/* Until `pid` has ended: 0; -ETIMEDOUT; -EINTR after a signal that asks to stop. */
static int await(pid_t pid, uint64_t ns)
{
	uint64_t end = lab_now() + ns;
	struct timespec left;
	sigset_t wanted;
	int sig;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGHUP);
	for (;;) {
		uint64_t now = lab_now();

		if (waitpid(pid, NULL, WNOHANG) == pid)
			return 0;
		if (now >= end)
			return -ETIMEDOUT;
		left.tv_sec = (time_t)((end - now) / NSEC_PER_SEC);
		left.tv_nsec = (long)((end - now) % NSEC_PER_SEC);
		sig = sigtimedwait(&wanted, NULL, &left);
		if (sig > 0 && sig != SIGCHLD)
			return -EINTR;
	}
}

/* The keeper ends all that is left; should it not, so does its own end. */
static void end(pid_t keeper)
{
	uint64_t last = lab_now() + KEEPER_END_NS;

	kill(keeper, SIGTERM);
	while (await(keeper, KEEPER_END_NS)) {
		if (lab_now() < last)
			continue;
		kill(keeper, SIGKILL);
		waitpid(keeper, NULL, 0);
		return;
	}
}

int lab_do(const struct lab_job *job, struct lab_result *result)
{
	struct bench_lab lab = { job->plan, job->machine, job->backend, .result = result };
	int alive[2], err;
	pid_t keeper;

	*result = (struct lab_result){ 0 };
	if (pipe(alive)) {
		lab_error(&lab, "cannot make a pipe: %s", strerror(errno));
		return -EIO;
	}
	fflush(NULL);
	keeper = (pid_t)syscall(SYS_clone, SPACES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!keeper) {
		close(alive[0]);
		keep(&lab, job, alive[1]);
	}
	close(alive[1]);
	err = keeper < 0 ? -errno : await(keeper, job->limit * NSEC_PER_SEC);
	if (keeper > 0 && err)
		end(keeper);
	close(alive[0]);
	if (keeper < 0)
		lab_error(&lab, "cannot make namespaces: %s", strerror(-err));
	if (err == -ETIMEDOUT)
		lab_error(&lab, "not done after %u s", job->limit);
	if (err == -EINTR)
		return -EINTR;
	if (!err && !result->complete)
		lab_error(&lab, "ended early");
	return result->complete && !err ? 0 : -EIO;
}
