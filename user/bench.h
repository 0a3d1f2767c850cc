/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h - how fast the switch is, beside other ways to connect the same namespaces
 *
 *	bench_run()		all rounds: samples
 *	bench_figures()		samples -> medians, ratios, their intervals, verdicts
 *	bench_report()		the page
 *
 * Absolute figures drift from run to run; ratios within a run hold. Every round takes every back
 * end once, one after the other, each made afresh, so that a drift meets all of them. A figure
 * is the median over the rounds, a comparison the median of the ratios within a round, with a
 * bootstrap 95 % interval (bench_stat.c).
 *
 * Every measurement is made in a machine of its own (bench_lab.c): whatever it makes, it ends
 * with its process, and nothing of the user's is seen or touched.
 */
#ifndef XSWITCH_BENCH_H
#define XSWITCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"

#define BENCH_NAME_MAX	 32
#define BENCH_TEXT_MAX	 256
#define BENCH_ROWS_MAX	 24 /* of the tables of back ends and workloads */
#define BENCH_ROUNDS	 1000
#define BENCH_ROUNDS_MIN 5 /* fewer resolve nothing */

/* --- the tables ---------------------------------------------------------------------------- */

struct bench_lab;

/* What a workload asks of a back end beside what all of them do. */
enum bench_ask {
	ASK_NOTHING,
	ASK_ROOM,	/* in the table, for % addresses */
	ASK_FLUSH,	/* forget all learned addresses */
	ASK_FLUSH_PORT, /* those of port 2 */
	ASK_AGE,	/* forget within half a second */
	ASK_GUARD,	/* against loops */
	ASK_TRUNK,	/* ports 1 and 2 carry VLAN 10 with its tag */
	ASK_STRUNK,	/* the same, tag 802.1ad */
	ASK_APART,	/* port % to a VLAN of others */
	ASK_FAR, /* ports 1 and 2 on hosts h1 and h2, 10.99.0.1 and .2, a VXLAN tunnel between */
	BENCH_ASKS,
};

/* A way to connect namespaces. Functions return 0, or -1 with lab_error() said. */
struct bench_backend {
	const char *name;
	const char *help;
	bool pairs;			       /* connects 1 with 2, 3 with 4, and nothing else */
	const char *const *programs;	       /* it needs, NULL-terminated; NULL: none */
	const char *words;		       /* its variant, for its functions */
	const char *missing;		       /* why this build cannot; NULL: it can */
	const char *needs;		       /* of the kernel, for who reads why it failed */
	bool process;			       /* that forwards: traffic leaves CPU to it */
	bool no_bare;			       /* its devices take no frames from XDP */
	int (*prepare)(struct bench_lab *lab); /* what `scale` does not time */
	int (*make)(struct bench_lab *lab);
	int (*remove)(struct bench_lab *lab);
	int (*show)(struct bench_lab *lab, uint64_t *ports);	 /* as JSON; NULL: it cannot */
	int (*list)(struct bench_lab *lab, uint64_t *addresses); /* likewise */
	uint32_t list_max;					 /* addresses; 0: any number */
	int (*memory)(struct bench_lab *lab, uint64_t *bytes);	 /* of its table of addresses */
	const char *const *asks; /* commands, ';' between them; NULL: nothing is to be done */
};

struct bench_goal {
	const char *backend;
	const char *ref; /* back end; "": the figure itself */
	double bound;
};

#define BENCH_GOALS 3
struct bench_figure {
	const char *name; /* "up 1000", or "up" for all that begin with it */
	const char *unit;
	bool more; /* is better */
	struct bench_goal goals[BENCH_GOALS];
};

struct bench_workload {
	const char *name;
	const char *help;
	uint32_t limit; /* seconds a measurement may take */
	int (*run)(struct bench_lab *lab);
	const struct bench_figure *figures; /* ends with a row without a name */
	bool pairs_do;			    /* measures back ends that only connect pairs, too */
	bool sender_pays;    /* its time is the switch's: not where a process forwards */
	bool bare;	     /* it sends frames that are no skbs */
	enum bench_ask asks; /* what it cannot do without */
	const char *prefix;  /* of the back ends it is for; NULL: all */
};

/* End with a row without a name. */
extern const struct bench_backend bench_backends[];
extern const struct bench_workload bench_workloads[];

bool bench_fits(const struct bench_workload *workload, const struct bench_backend *backend);

/* The row for "up 100"; never NULL for what a workload reports. */
const struct bench_figure *bench_figure(const struct bench_workload *workload, const char *name);

/* --- the machine --------------------------------------------------------------------------- */

struct bench_mitigation {
	char name[64];
	char state[BENCH_TEXT_MAX];
};

struct bench_version {
	const char *program;
	char version[96];
};

#define BENCH_VERSIONS 4
struct bench_machine {
	char kernel[128];
	char arch[32];
	char cpu[96];
	uint32_t cpus;	 /* this process may use */
	uint32_t pin[2]; /* sender and receiver; the same where there is one */
	double ghz;	 /* 0: unknown */
	double load;	 /* of the last minute, before the first measurement */
	char date[32];
	struct bench_version *versions; /* room for BENCH_VERSIONS */
	size_t nversions;
	struct bench_mitigation *mitigations;
	size_t nmitigations;
};

/* -ENOMEM */
int bench_machine(struct bench_machine *machine);
void bench_machine_free(struct bench_machine *machine);

/* Seconds all CPUs have worked since the start: not idle, waiting or stolen. */
double bench_busy(void);

/* First line that `program flag` prints; empty: it is not there. */
void bench_version(const char *program, const char *flag, char *text, size_t size);

/* Mean clock of the CPUs now; 0: the kernel does not say. */
double bench_ghz(void);

/* --- plan and samples ---------------------------------------------------------------------- */

/* How much is measured. The least is for tests, which judge no figure: XSWITCH_BENCH_TINY. */
enum bench_size {
	BENCH_TINY,
	BENCH_QUICK,
	BENCH_FULL,
	BENCH_SIZES
};

struct bench_plan {
	const struct bench_backend *backends[BENCH_ROWS_MAX];
	size_t nbackends;
	const struct bench_workload *workloads[BENCH_ROWS_MAX];
	size_t nworkloads;
	uint32_t rounds;
	enum bench_size size;
	bool progress; /* on stderr */
};

/* Offloads of a socket's device, as ethtool names them. */
struct bench_device {
	uint32_t mtu;
	bool tso, gso, gro, tx_csum, rx_csum;
};

/* A back end that can run here, or why it cannot. */
struct bench_ran {
	const char *backend;
	struct bench_device device;
};

struct bench_refused {
	const char *backend;
	char reason[BENCH_TEXT_MAX];
};

struct bench_failure {
	const char *workload, *backend;
	uint32_t round;
	char error[BENCH_TEXT_MAX];
};

struct bench_sample {
	uint32_t round;
	double value;
};

struct bench_ratio {
	const char *ref;
	double median, low, high;
	const char *difference; /* "better", "worse", "unresolved" */
	bool has_goal;
	double goal;
	const char *verdict; /* "met", "not met", "unresolved"; empty without a goal */
	struct bench_sample *samples;
	size_t nsamples;
};

/* A figure of a back end. */
struct bench_series {
	const struct bench_workload *workload;
	const struct bench_backend *backend;
	const struct bench_figure *row;
	const char *workload_name, *backend_name, *unit, *better;
	char figure[BENCH_NAME_MAX];
	struct bench_sample *samples; /* ascending rounds */
	size_t nsamples;
	double median, low, high;
	bool has_goal; /* of the figure itself */
	double goal;
	const char *verdict;
	struct bench_ratio *ratios; /* the first is the one to show */
	size_t nratios;
};

struct bench_data {
	struct bench_machine machine;
	uint32_t rounds;
	bool quick;
	struct bench_ran *ran;
	size_t nran;
	struct bench_refused *refused;
	size_t nrefused;
	struct bench_series *series;
	size_t nseries;
	struct bench_failure *failures;
	size_t nfailures;
};

/* An exit status; XSW_REFUSED also after a signal. Failed measurements are in `data`. */
int bench_run(const struct bench_plan *plan, struct bench_data *data);
void bench_data_free(struct bench_data *data);

/* A series of the data, made where there is none; NULL: no memory. */
struct bench_series *bench_series(struct bench_data *data, const struct bench_workload *workload,
				  const struct bench_backend *backend, const char *figure);
int bench_add(struct bench_series *series, uint32_t round, double value);

/* Medians, intervals, ratios and verdicts of all series; -ENOMEM. */
int bench_figures(struct bench_data *data);

/* --- statistics ---------------------------------------------------------------------------- */

struct bench_interval {
	double median, low, high;
};

/* Of `n` > 0 values; the same for the same values, whatever their order. */
double bench_median(const double *v, size_t n);

/*
 * Bootstrap 95 % interval of the median (percentile method, Efron and Tibshirani 1993, 13.3),
 * with a fixed seed. -ENOMEM.
 */
int bench_interval(const double *v, size_t n, struct bench_interval *out);

/* "met" or "not met" by the whole interval, else "unresolved"; `n` rounds. */
const char *bench_verdict(const struct bench_interval *i, size_t n, double bound, bool more);

/* Of a ratio: "better" or "worse" by the whole interval, else "unresolved". */
const char *bench_difference(const struct bench_interval *i, size_t n, bool more);

/* --- output -------------------------------------------------------------------------------- */

/* A table, or one record of JSON. */
void cmd_bench_print(const struct out_opts *opts, const struct bench_data *data);

/* Four significant digits or so, for people; in a ring of static buffers. */
const char *bench_number(double value);

/* <dir>/index.html, the directory made if need be. 0 or -errno. */
int bench_report(const struct bench_data *data, const char *dir);

#endif
