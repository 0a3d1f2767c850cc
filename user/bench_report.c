// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_report.c - the page: one file, nothing from elsewhere, light or dark as the reader has it
 *
 * It is well-formed XML as well as HTML, so that a test can read it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench_svg.h"

static const char style[] =
	":root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1d1f23;--soft:#6b6f76;"
	"--line:#dfddd6;--us:#d9480f;--ours:#f0a47c;--them:#a9b0ba;--good:#2b8a3e;--bad:#c92a2a;"
	"--open:#8a6d00}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#16181c;--card:#1f2227;--ink:#e8e6e1;"
	"--soft:#9aa0a8;--line:#353a42;--us:#ff8552;--ours:#a85a38;--them:#5b636e;--good:#69db7c;"
	"--bad:#ff8787;--open:#ffd43b}}\n"
	"*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);"
	"font:16px/1.5 system-ui,sans-serif}main{max-width:900px;margin:0 auto;padding:32px 20px 64px}"
	"h1{font-size:32px;line-height:1.2;margin:0 0 4px}h2{font-size:21px;margin:40px 0 2px}"
	"h3{font-size:15px;margin:20px 0 4px;font-weight:600}p{margin:6px 0}.soft{color:var(--soft)}"
	"section.card,.tile{background:var(--card);border:1px solid var(--line);border-radius:10px}"
	"section.card{padding:6px 20px 14px;margin:10px 0}"
	".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:12px;"
	"margin:22px 0}.tile{padding:12px 16px}.tile b{display:block;font-size:28px;line-height:1.2}"
	".met{color:var(--good)}.not-met{color:var(--bad)}.unresolved{color:var(--open)}"
	"table{border-collapse:collapse;width:100%;font-size:14px}"
	"td,th{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--line);"
	"vertical-align:top}td.n{font-variant-numeric:tabular-nums}.wide{overflow-x:auto}"
	"code,pre{font:13px/1.5 ui-monospace,monospace}pre{overflow-x:auto;background:var(--bg);"
	"border:1px solid var(--line);border-radius:8px;padding:10px 14px}\n"
	"svg{width:100%;height:auto;display:block;font:13px system-ui,sans-serif}"
	"svg text{fill:var(--ink)}svg .tick{fill:var(--soft);font-size:11px;text-anchor:middle}"
	"svg .name{text-anchor:end}svg .value{fill:var(--soft);white-space:pre}"
	"svg .strong{fill:var(--ink);font-weight:600}.grid{stroke:var(--line)}"
	"rect.us{fill:var(--us)}rect.ours{fill:var(--ours)}rect.them{fill:var(--them)}"
	".dot{fill:var(--ink);fill-opacity:.45;stroke:var(--card);stroke-width:.8}"
	".whisker{stroke:var(--ink);stroke-width:1.6;fill:none}"
	".limit{stroke:var(--ink);stroke-dasharray:4 4}.goal{stroke:var(--good);stroke-width:2}"
	"path.them,path.us,path.ours{fill:none;stroke-width:2.4}path.us{stroke:var(--us)}"
	"path.ours{stroke:var(--ours)}path.them{stroke:var(--them)}"
	"circle.us{fill:var(--us)}circle.ours{fill:var(--ours)}circle.them{fill:var(--them)}\n";

static void element(FILE *f, const char *tag, const char *text)
{
	fprintf(f, "<%s>", tag);
	svg_text(f, text);
	fprintf(f, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* --- what comes first -------------------------------------------------------------------- */

static const char *verdict_class(const char *verdict)
{
	return strcmp(verdict, "not met") ? verdict : "not-met";
}

static void tile(FILE *f, const struct bench_series *s, const struct bench_ratio *r)
{
	const char *verdict = r ? r->verdict : s->verdict;

	fputs("<div class=\"tile\"><span class=\"soft\">", f);
	svg_text(f, s->workload_name);
	fputc(' ', f);
	svg_text(f, s->figure);
	fprintf(f, "</span><b>%s</b>", bench_number(r ? r->median : s->median));
	if (r)
		fputs("of ", f);
	svg_text(f, r ? r->ref : s->unit);
	fprintf(f, "<br/><span class=\"%s\">%s</span> <span class=\"soft\">(%s %s)</span></div>\n",
		verdict_class(verdict), verdict, s->row->more ? "at least" : "at most",
		bench_number(r ? r->goal : s->goal));
}

static void tiles(FILE *f, const struct bench_data *data)
{
	fputs("<div class=\"tiles\">\n", f);
	for (size_t i = 0; i < data->nseries; i++) {
		const struct bench_series *s = &data->series[i];

		if (s->has_goal)
			tile(f, s, NULL);
		for (size_t k = 0; k < s->nratios; k++)
			if (s->ratios[k].has_goal)
				tile(f, s, &s->ratios[k]);
	}
	fputs("</div>\n", f);
}

static void head(FILE *f, const struct bench_data *data)
{
	const struct bench_machine *m = &data->machine;

	fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\"><head>"
	      "<meta charset=\"utf-8\"/><meta name=\"viewport\" "
	      "content=\"width=device-width,initial-scale=1\"/><title>xswitch bench</title>"
	      "<style>",
	      f);
	fputs(style, f);
	fputs("</style></head><body><main>\n<h1>How fast the switch is here</h1>\n"
	      "<p class=\"soft\">xswitch beside other ways to connect the same namespaces, on ",
	      f);
	svg_text(f, *m->cpu ? m->cpu : m->arch);
	fputs(", kernel ", f);
	svg_text(f, m->kernel);
	fprintf(f, ", %s: %u rounds%s. Goals of the project and what became of them:</p>\n",
		m->date, data->rounds, data->quick ? ", short" : "");
	tiles(f, data);
	if (data->rounds < BENCH_ROUNDS_MIN)
		fprintf(f, "<p>Less than %d rounds resolve nothing.</p>\n", BENCH_ROUNDS_MIN);
}

/* --- the figures ------------------------------------------------------------------------- */

static size_t same_figure(const struct bench_data *data, size_t i)
{
	size_t n = 1;

	while (i + n < data->nseries && data->series[i + n].workload == data->series[i].workload &&
	       !strcmp(data->series[i + n].figure, data->series[i].figure))
		n++;
	return n;
}

/* Lines for figures with a number, before the bars of each. */
static void lines(FILE *f, const struct bench_data *data, size_t from, size_t to)
{
	const struct bench_figure *rows = data->series[from].workload->figures;
	const struct bench_series **found = calloc(to - from, sizeof(*found));

	for (const struct bench_figure *row = rows; found && row->name; row++) {
		size_t n = 0, len = strlen(row->name);

		for (size_t i = from; i < to; i++)
			if (!strncmp(data->series[i].figure, row->name, len) &&
			    data->series[i].figure[len] == ' ')
				found[n++] = &data->series[i];
		svg_lines(f, found, n);
	}
	free(found);
}

static void figure(FILE *f, const struct bench_series *s, size_t n)
{
	bool ratio = false;

	for (size_t i = 0; i < n; i++)
		ratio |= s[i].nratios != 0;
	fputs("<h3>", f);
	svg_text(f, s->figure);
	fputs(" <span class=\"soft\">[", f);
	svg_text(f, s->unit);
	fprintf(f, "], %s is better", s->better);
	if (ratio)
		fprintf(f, "; bars: of %s", s->backend_name);
	fputs("</span></h3>\n", f);
	svg_bars(f, s, n);
}

static void figures(FILE *f, const struct bench_data *data)
{
	for (size_t i = 0, end; i < data->nseries; i = end) {
		const struct bench_workload *w = data->series[i].workload;

		for (end = i; end < data->nseries && data->series[end].workload == w; end++)
			;
		element(f, "h2", w->name);
		fputs("<p class=\"soft\">", f);
		svg_text(f, w->help);
		fputs("</p><section class=\"card\">\n", f);
		lines(f, data, i, end);
		for (size_t k = i, n; k < end; k += n) {
			n = same_figure(data, k);
			figure(f, &data->series[k], n);
		}
		fputs("</section>\n", f);
	}
}

/* --- the machine ------------------------------------------------------------------------- */

static void pair(FILE *f, const char *key, const char *value)
{
	fputs("<tr>", f);
	element(f, "th", key);
	element(f, "td", value);
	fputs("</tr>\n", f);
}

static const char *on(bool is)
{
	return is ? "on" : "off";
}

static void back_ends(FILE *f, const struct bench_data *data)
{
	fputs("<h2>Back ends</h2><section class=\"card wide\"><table><tr><th>name</th><th>MTU</th>"
	      "<th>TSO</th><th>GSO</th><th>GRO</th><th>tx checksum</th><th>rx checksum</th></tr>\n",
	      f);
	for (size_t i = 0; i < data->nran; i++) {
		const struct bench_device *d = &data->ran[i].device;

		fputs("<tr>", f);
		element(f, "td", data->ran[i].backend);
		fprintf(f,
			"<td>%u</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
			d->mtu, on(d->tso), on(d->gso), on(d->gro), on(d->tx_csum), on(d->rx_csum));
	}
	for (size_t i = 0; i < data->nrefused; i++) {
		fputs("<tr>", f);
		element(f, "td", data->refused[i].backend);
		fputs("<td colspan=\"6\" class=\"soft\">not run: ", f);
		svg_text(f, data->refused[i].reason);
		fputs("</td></tr>\n", f);
	}
	fputs("</table></section>\n", f);
}

static void machine(FILE *f, const struct bench_data *data)
{
	const struct bench_machine *m = &data->machine;
	char text[128];

	fputs("<h2>Machine</h2><section class=\"card wide\"><table>\n", f);
	pair(f, "kernel", m->kernel);
	snprintf(text, sizeof(text), "%.80s, %s GHz", *m->cpu ? m->cpu : m->arch,
		 bench_number(m->ghz));
	pair(f, "CPU", text);
	snprintf(text, sizeof(text), "%u; sender on %u, receiver on %u", m->cpus, m->pin[0],
		 m->pin[1]);
	pair(f, "CPUs", text);
	pair(f, "load before", bench_number(m->load));
	for (size_t i = 0; i < m->nversions; i++)
		pair(f, m->versions[i].program, m->versions[i].version);
	for (size_t i = 0; i < m->nmitigations; i++)
		pair(f, m->mitigations[i].name, m->mitigations[i].state);
	fputs("</table></section>\n", f);
}

static void method(FILE *f, const struct bench_data *data)
{
	const char *before = "--backends ", *last = NULL;

	fputs("<h2>How to repeat</h2><section class=\"card\"><pre>xswitch bench ", f);
	for (size_t i = 0; i < data->nran; i++, before = ",")
		fprintf(f, "%s%s", before, data->ran[i].backend);
	before = " --workloads ";
	for (size_t i = 0; i < data->nseries; i++) {
		if (last && !strcmp(last, data->series[i].workload_name))
			continue;
		last = data->series[i].workload_name;
		fprintf(f, "%s%s", before, last);
		before = ",";
	}
	fprintf(f, " --rounds %u%s --report DIR</pre>\n", data->rounds,
		data->quick ? " --quick" : "");
	fputs("<p>Every round takes every back end once, one after the other, each made afresh in "
	      "namespaces of its own. A figure is the median over the rounds; a ratio is the "
	      "median of the ratios within a round. The black line is its bootstrap 95 % "
	      "interval, dots are the rounds, the dashed line is the reference, a green mark the "
	      "goal. A goal inside the interval, and a difference whose interval holds 1, are "
	      "unresolved.</p><p>Gbit/s per busy CPU-GHz compares machines of different years: "
	      "in 2013 Open vSwitch with internal ports did 6.9, the Linux bridge with veths "
	      "0.7.</p></section>\n",
	      f);
}

int bench_report(const struct bench_data *data, const char *dir)
{
	char path[4096];
	int n, err = 0;
	FILE *f;

	if (mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	n = snprintf(path, sizeof(path), "%s/index.html", dir);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	f = fopen(path, "we");
	if (!f)
		return -errno;
	head(f, data);
	figures(f, data);
	back_ends(f, data);
	machine(f, data);
	method(f, data);
	fputs("</main></body></html>\n", f);
	if (ferror(f))
		err = -EIO;
	if (fclose(f))
		err = -errno;
	return err;
}
