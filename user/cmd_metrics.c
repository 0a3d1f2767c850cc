// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_metrics.c - xswitch metrics: all counters and gauges for Prometheus and its kin
 *
 * Example: xswitch_port_receive_packets_total{switch="sw0",port="ns1",class="unicast"} 12
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "http.h"
#include "metrics.h"

static int listen_failed(const char *where, int err)
{
	fail(XSW_REFUSED, "cannot listen at %s: %s", quoted(where), strerror(-err));
	if (err == -EADDRINUSE)
		hint("another program has this port: `ss -ltnp` names it");
	if (err == -EADDRNOTAVAIL)
		hint("expected an address of this network namespace");
	return XSW_REFUSED;
}

int cmd_metrics_serve(const struct args *args, const char *where, const struct xsw_opts *opts,
		      struct http **out)
{
	const struct http_page page = { "/metrics", metrics_page, (void *)(uintptr_t)opts };
	char url[HTTP_URL_MAX];
	union http_addr addr;
	int err;

	if (!http_addr_parse(where, &addr))
		return args_fail(args, XSW_USAGE,
				 "--listen %s is no address and port: expected 127.0.0.1:9000, "
				 "[::1]:9000, or a port alone (on 127.0.0.1)",
				 quoted(where));
	err = http_open(out, &addr, &page);
	if (err)
		return listen_failed(where, err);
	http_url(*out, url);
	warn("metrics at %s%s", url, page.path);
	return XSW_OK;
}

/* Until SIGINT or SIGTERM. */
static int loop(struct http *http)
{
	struct pollfd p[2] = { { .fd = http_fd(http), .events = POLLIN }, { .events = POLLIN } };
	int status = XSW_OK;

	p[1].fd = xsw_signals_fd();
	if (p[1].fd < 0)
		return fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(errno));
	while (!p[1].revents && !status) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			status = fail(XSW_REFUSED, "cannot wait: %s", strerror(errno));
		else if (!http_run(http) && !p[1].revents)
			status = fail(XSW_REFUSED, "the process that spoke HTTP has ended");
	}
	close(p[1].fd);
	return status;
}

static int serve(const struct cmd_env *env, const struct args *args, const char *where)
{
	struct http *http = NULL;
	int status;

	/* who has read where it listens may send one */
	xsw_signals_hold();
	status = cmd_metrics_serve(args, where, &env->xsw, &http);
	if (status)
		return status;
	rights_keep(RIGHT_NETNS); /* of switches that are made later */
	status = loop(http);
	http_close(http);
	return status;
}

static int print(const struct cmd_env *env)
{
	FILE *to = out_stream();
	int status, end;

	if (!to)
		return XSW_REFUSED;
	out_begin(&env->out);
	status = metrics_write(to, &env->xsw, METRICS_OPEN);
	fclose(to);
	end = out_end();
	return status ? status : end;
}

struct words {
	const char *listen;
};

static const struct arg_def args_metrics[] = {
	{ "--listen", "ADDR:PORT", ARG_STRING, .off = offsetof(struct words, listen) },
};

static int metrics(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_metrics, sizeof(args_metrics) / sizeof(*args_metrics),
			    &words);
	if (status)
		return status;
	if (env->out.json)
		return args_fail(
			args, XSW_USAGE,
			"-j has nothing to say here, metrics are text: `xswitch stats -j`");
	return words.listen ? serve(env, args, words.listen) : print(env);
}

static const struct cmd cmds[] = {
	{ "", metrics, "[--listen [ADDR:]PORT]",
	  "all counters and gauges as OpenMetrics text, of every switch or the one of -S;\n"
	  "  --listen: over HTTP, at /metrics, on 127.0.0.1 unless ADDR says otherwise; [ADDR] is\n"
	  "  IPv6" },
	{ 0 },
};

const struct object cmd_metrics = { "metrics", cmds, "counters for Prometheus, once or by HTTP" };
