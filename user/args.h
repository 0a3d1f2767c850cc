/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * args.h - command words into values; every error quotes the word and says what was expected
 *
 * A struct args is a cursor over argv. Words after the object are "keyword value" pairs in any
 * order, described by a table of struct arg_def; a positional word is one with an empty
 * keyword. Parsers return XSW_OK or XSW_USAGE (message written).
 */
#ifndef XSWITCH_ARGS_H
#define XSWITCH_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arg_def;

struct args {
	int argc;
	char **argv;
	const char *command; /* "fdb add", for messages */
	/* told before a word is taken, and that there are no more; NULL: nobody wants to know */
	void (*at)(const struct args *a);
	/*
	 * Completion, whose cursor is in the last word: told what might stand there instead, the word
	 * of a row or (`value`) its value, and at last, with NULL, that this is all: the command must
	 * not run, so this call does not return. NULL: a command line like any.
	 */
	void (*may)(const struct args *a, const struct arg_def *def, bool value);
};

/* The next word is the one that is to be completed. */
bool args_cursor(const struct args *a);

/* The next word, or NULL; args_next takes it. */
const char *args_peek(const struct args *a);
const char *args_next(struct args *a);

enum arg_kind {
	ARG_STRING,   /* const char * */
	ARG_NAME,     /* const char *, a valid port name */
	ARG_U32,      /* uint32_t, arg_def.min..max */
	ARG_MAC,      /* struct arg_mac */
	ARG_VID,      /* uint32_t, 1..4094; 0 for "untagged" is not a word */
	ARG_ONOFF,    /* struct arg_flag */
	ARG_FLAG,     /* bool: the keyword alone says it */
	ARG_CHOICE,   /* int: index in arg_def.choices, NULL-terminated */
	ARG_TIME,     /* uint64_t ns: "300" and "300s" are seconds, "250ms" milliseconds */
	ARG_ADDR,     /* struct arg_addr appended to struct arg_addrs; may repeat */
	ARG_NETNS,    /* const char *, a namespace: name, absolute path or PID */
	ARG_IFNAME,   /* const char *, a device name */
	ARG_VIDS,     /* struct arg_vids: "10,20,30-40", arg_def.min..4094, each once */
	ARG_LIMIT,    /* uint32_t, arg_def.min..max, or "none" (arg_def.choices[0]): 0 */
	ARG_MACS,     /* struct arg_macs: "02:00:00:00:00:01,02:...", or "none" */
	ARG_PREFIXES, /* struct arg_prefixes: "10.0.0.1,10.0.1.0/24,2001:db8::/64", or "none" */
	ARG_RATE,     /* struct arg_rate: "10kpps", "100mbit", or "none" */
	ARG_RATES,    /* two words, one of arg_def.choices and a rate: into that element of an
		       * array of struct arg_rate; may repeat for another choice */
	ARG_HOST,     /* struct arg_addr: an address of a host, without prefix length */
	ARG_HOSTS,    /* struct arg_hosts: "192.0.2.2,192.0.2.3" */
	ARG_SOURCES,  /* struct arg_sources: "ns1,ns2:in"; may repeat */
	ARG_KEY,      /* struct arg_key: "100", "vid", "vid+100" */
	ARG_LATER,    /* a word of the grammar that this version refuses (XSW_REFUSED) */
};

struct arg_mac {
	uint8_t byte[6];
	bool set;
};

/* VIDs as a bitmap; bit v % 64 of word v / 64. */
#define ARG_VID_WORDS 64
struct arg_vids {
	unsigned long long word[ARG_VID_WORDS]; /* the __u64 of struct xsw_sets */
};

struct arg_flag {
	bool on;
	bool set;
};

struct arg_addr {
	int family;
	uint8_t addr[16]; /* network order */
	uint8_t plen;
};

#define ARG_ADDRS_MAX 16
struct arg_addrs {
	struct arg_addr v[ARG_ADDRS_MAX];
	size_t n;
};

/* Lists of addresses of stations, in the order given; "none" is an empty one. */
#define ARG_LIST_MAX 256
#define ARG_ITEM_MAX 72 /* characters of an item, with the NUL: a port name and ":both" */
struct arg_macs {
	uint8_t v[ARG_LIST_MAX][6];
	size_t n;
};

/* IPv4 and IPv6; an address alone has the full prefix length; no bits behind the prefix */
struct arg_prefixes {
	struct arg_addr v[ARG_LIST_MAX];
	size_t n;
};

/* Ports whose frames are copied: as they come in, as they leave. */
struct arg_source {
	char port[64];
	bool in, out;
};

struct arg_sources {
	struct arg_source v[ARG_LIST_MAX];
	size_t n;
};

#define ARG_HOSTS_MAX 64
struct arg_hosts {
	struct arg_addr v[ARG_HOSTS_MAX];
	size_t n;
};

/* Of a tunnel. */
struct arg_key {
	bool set;
	bool vid; /* value plus the VLAN ID */
	uint32_t value;
};

struct arg_rate {
	uint64_t rate; /* packets or bits a second; 0: none */
	bool bits;
	bool set;
};

struct arg_def {
	const char *word; /* "" for a positional; spellings apart by '|': "-j|--json" */
	const char *what; /* "PORT", "on|off": what help and errors call the value */
	enum arg_kind kind;
	size_t off; /* in the object parsed into */
	bool required;
	uint64_t min, max; /* ARG_TIME: min alone, ns */
	const char *const *choices;
	size_t set_off;	   /* offset of a bool that says the word was there; 0: none */
	const char *help;  /* of an option of the program: one sentence */
	const char *alone; /* the value if none follows; one that follows begins with a digit */
};

/*
 * Parse all remaining words into `obj` (zeroed by the caller). Unknown, repeated, missing and
 * malformed words are errors.
 */
int args_parse(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj);

/* The same for the leading words that begin with '-': the options of the program. */
int args_options(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj);

/*
 * Take the options without a value (-j, -s, ...) out of the rest of the line: many hands type them
 * last, as in "xswitch show -j".
 */
void args_late_flags(struct args *a, const struct arg_def *defs, size_t ndefs, void *obj);

/* No words may be left. */
int args_end(struct args *a);

/*
 * Split a line into words, in place: blanks, '...', "..." and # as in ip -batch. How many there
 * are, ARGS_OPEN_QUOTE, or ARGS_TOO_MANY: more than `max`.
 */
enum {
	ARGS_OPEN_QUOTE = -1,
	ARGS_TOO_MANY = -2
};
int args_split(char *line, char **argv, int max);

/* fail() with the command in front; a usage error is followed by where the help is. */
int args_fail(const struct args *a, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* log.h */
#define args_fail(a, status, ...) ((void)args_fail(a, status, __VA_ARGS__), (status))
#endif

/* "... is not available in this version": XSW_REFUSED. */
int args_later(const struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "up|down|blocking", and what a value of the row's kind looks like; in `buf` or static. */
const char *args_choices(const struct arg_def *def, char *buf, size_t size);
const char *args_expected(const struct arg_def *def, char *buf, size_t size);

/* aa:bb:cc:dd:ee:ff, into `text`, which is returned. */
#define MAC_TEXT 18
const char *mac_text(const uint8_t mac[6], char text[MAC_TEXT]);

/* Single values, for lists and options; NULL-safe; true: parsed whole. No message. */
bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out);
bool parse_mac(const char *s, uint8_t mac[6]); /* aa:bb:cc:dd:ee:ff, nothing after it */
bool parse_addr(const char *s, struct arg_addr *out, bool plen_required);
bool addr_is_host(const struct arg_addr *addr); /* not a group, not zero, not mapped */
bool parse_host(const char *s, struct arg_addr *out);
bool parse_key(const char *s, struct arg_key *out);
/* Ranges upwards, no VID twice. */
bool parse_vids(const char *s, uint32_t min, struct arg_vids *out);
/* "10,20-30" of what is not below `from`; the first VID that `size` had no room for, or 4096. */
uint32_t vids_text(const struct arg_vids *vids, uint32_t from, char *buf, size_t size);

/* "ns1", "ns1:in", "ns1:out" */
#define SOURCE_TEXT_MAX (sizeof(((struct arg_source *)0)->port) + 4)
void source_text(const struct arg_source *source, char text[SOURCE_TEXT_MAX]);
bool parse_time(const char *s, uint64_t *ns);
bool parse_rate(const char *s, struct arg_rate *out);

/*
 * Lists; `bad` gets the item at fault, or the whole of `s` where it is too long. Groups, the zero
 * address, bits behind a prefix and repetitions are faults.
 */
bool parse_macs(const char *s, struct arg_macs *out, char bad[ARG_ITEM_MAX]);
bool parse_prefixes(const char *s, struct arg_prefixes *out, char bad[ARG_ITEM_MAX]);
bool parse_sources(const char *s, struct arg_sources *out, char bad[ARG_ITEM_MAX]); /* adds */
bool parse_hosts(const char *s, struct arg_hosts *out, char bad[ARG_ITEM_MAX]);

/*
 * Port names: 1..63 of [A-Za-z0-9_.:@+-], first one alphanumeric or '_'; not "help", which is
 * a word at every level.
 */
bool port_name_valid(const char *s);

/* Switch names: [a-z0-9_-]{1,12}, first one a letter, digit or '_'. */
bool switch_name_valid(const char *s);

/* Device names: 1..15 printable characters without space, '/', ':' and '%', no leading '-'. */
bool ifname_valid(const char *s);

/* A namespace as netns.h specifies it: a name, an absolute path, or a PID. */
bool netns_spec_valid(const char *s);

#endif
